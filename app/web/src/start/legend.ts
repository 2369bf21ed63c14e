/** The map's legend. It changes with the map: plain, or shaded by one PCN's patients. */
import type { Alignment, PcnAlignment } from "../shared/answers";
import { h } from "../shared/dom";
import { SHADE_OPACITY, SHADES } from "./map-style";
import { NO_PCN, SYMBOLS, symbolDrawing } from "../map/palette";

function item(mark: Node, ...text: (string | Node)[]): HTMLElement {
  return h("li", {}, mark, h("span", {}, ...text));
}

function swatch(opacity: number | null, kind = ""): HTMLElement {
  const mark = h("span", { class: `swatch ${kind}`.trim(), "aria-hidden": "true" });
  if (opacity !== null) mark.style.setProperty("--opacity", String(opacity));
  return mark;
}

export function legend(
  alignment: Alignment,
  selected: PcnAlignment | null,
  symbols: ReadonlyMap<string, number>,
): Node[] {
  const without =
    alignment.practices_without_pcn > 0 && item(symbolDrawing(NO_PCN), "Practice without a PCN");
  if (!selected) {
    const first = [...symbols.values()][0] ?? 0;
    return [
      h(
        "ul",
        { class: "legend" },
        item(swatch(null), "Proposed neighbourhood"),
        alignment.practices > 0 &&
          item(symbolDrawing(first), "Practice; colour and shape are its PCN’s, as in the table"),
        without,
      ),
      h(
        "p",
        { class: "note" },
        "Practices in one building are set apart so that each can be seen. Point at one, or choose a PCN in the table.",
        symbols.size > SYMBOLS && " With so many PCNs a symbol comes more than once.",
      ),
    ];
  }
  const edges = [0, ...SHADES].map((edge) => `${edge * 100}%`);
  return [
    h(
      "p",
      { class: "legend__title" },
      `Share of ${selected.name}’s ${alignment.unit === "practices" ? "practices" : alignment.unit === "patients" ? "patients" : "area"}`,
    ),
    h(
      "ul",
      { class: "legend legend--shades" },
      ...edges.map((edge, index) => {
        const next = edges[index + 1];
        return item(
          swatch(SHADE_OPACITY[index] ?? 1),
          next ? (index === 0 ? `under ${next}` : `${edge} to ${next}`) : `${edge} or more`,
        );
      }),
    ),
    h(
      "ul",
      { class: "legend" },
      item(
        swatch(null, "swatch--lead"),
        `Lead neighbourhood${selected.lead_name ? `: ${selected.lead_name}` : ""}`,
      ),
      item(symbolDrawing(symbols.get(selected.code) ?? 0), "Its practices; others are faint"),
    ),
  ];
}
