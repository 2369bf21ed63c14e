/** The map's legend. It changes with the map: plain, shaded by one PCN's patients, or by a measure of small areas. */
import { h, type Child } from "../shared/dom";
import { NO_PCN, SYMBOLS, symbolDrawing } from "../map/palette";
import type { Alignment, PcnAlignment } from "../shared/answers";
import { term } from "../shared/toggletip";
import { SHADE_OPACITY, SHADES } from "./map-style";
import { MOST_CORES, type Overlaid } from "./overlays";

export interface Seen {
  alignment: Alignment;
  selected: PcnAlignment | null;
  symbols: ReadonlyMap<string, number>;
  over: Overlaid | null;
}

function item(mark: Node, ...text: Child[]): HTMLElement {
  return h("li", {}, mark, h("span", {}, ...text));
}

function swatch(opacity: number | null, kind = "", colour?: string): HTMLElement {
  const mark = h("span", { class: `swatch ${kind}`.trim(), "aria-hidden": "true" });
  if (opacity !== null) mark.style.setProperty("--opacity", String(opacity));
  if (colour) mark.style.setProperty("--colour", colour);
  return mark;
}

export function legend(seen: Seen): Node[] {
  const parts = seen.over?.paint ? ofAreas(seen) : seen.selected ? ofPcn(seen, seen.selected) : plain(seen);
  return [...parts, ...overlaid(seen)];
}

function practices({ alignment, symbols, selected }: Seen): Child[] {
  const first = [...symbols.values()][0] ?? 0;
  return [
    alignment.practices > 0 &&
      (selected
        ? item(symbolDrawing(symbols.get(selected.code) ?? 0), "Its practices; others are faint")
        : item(symbolDrawing(first), "Practice; colour and shape are its PCN’s, as in the table")),
    alignment.practices_without_pcn > 0 && !selected && item(symbolDrawing(NO_PCN), "Practice without a PCN"),
  ];
}

function plain(seen: Seen): Node[] {
  return [
    h("ul", { class: "legend" }, item(swatch(null), "Proposed neighbourhood"), ...practices(seen)),
    h(
      "p",
      { class: "note" },
      term("co-located", "Practices in one building"),
      " are set apart so that each can be seen. Point at one, or choose a PCN in the table.",
      seen.symbols.size > SYMBOLS && " With so many PCNs a symbol comes more than once.",
    ),
  ];
}

function ofPcn(seen: Seen, selected: PcnAlignment): Node[] {
  const { unit } = seen.alignment;
  const edges = [0, ...SHADES].map((edge) => `${edge * 100}%`);
  return [
    h(
      "p",
      { class: "legend__title" },
      `Share of ${selected.name}’s ${unit === "practices" ? "practices" : unit === "patients" ? "patients" : "area"}`,
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
    h("ul", { class: "legend" }, ofLead(selected), ...practices(seen)),
  ];
}

function ofLead(selected: PcnAlignment): HTMLElement {
  return item(
    swatch(null, "swatch--lead"),
    term("lead", "Lead neighbourhood"),
    selected.lead_name && `: ${selected.lead_name}`,
  );
}

function ofAreas(seen: Seen): Node[] {
  const { over, selected } = seen;
  if (!over?.paint) return [];
  const { title, classes, ink, note } = over.paint;
  return [
    h("p", { class: "legend__title" }, title),
    h(
      "ul",
      { class: "legend legend--shades" },
      ...classes.map(({ label, opacity, colour }) => item(swatch(opacity, `swatch--${ink}`, colour), label)),
    ),
    h("ul", { class: "legend" }, selected && ofLead(selected), ...practices(seen)),
    h("p", { class: "note" }, note ? `${note} ` : "", term("lsoa", "What is a small area?")),
  ];
}

function overlaid({ over, selected }: Seen): Node[] {
  const lines: Child[] = [];
  if (over?.cores && !over.cores.many) {
    const { percent } = over.cores;
    lines.push(
      item(
        swatch(0, "swatch--core"),
        term("core", selected ? "Core area" : "Core areas"),
        selected ? `: holds ${percent}% of its patients` : `, each holding ${percent}% of one PCN’s patients`,
      ),
    );
  }
  if (over?.layer) lines.push(item(swatch(0, "swatch--service"), over.layer.service ?? over.layer.name));
  const parts: Node[] = lines.length > 0 ? [h("ul", { class: "legend" }, ...lines)] : [];
  if (over?.cores?.many) {
    parts.push(
      h(
        "p",
        { class: "note" },
        `Cores of more than ${MOST_CORES} PCNs would hide each other: choose a PCN or a place.`,
      ),
    );
  }
  return parts;
}
