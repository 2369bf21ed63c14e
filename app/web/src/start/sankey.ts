/** The Sankey diagram drawn. Every end can be reached by keyboard and says its figures; the matrix is its table. */
import type { Alignment, Matrix } from "../shared/answers";
import { h, svg } from "../shared/dom";
import { amountWithUnit, count, percent } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import { pcnColour } from "../map/palette";
import { type Flow, layOut, type Node } from "./flows";
import type { Pointing } from "./pointing";

const WIDTH = 900;
const SIDE = 230;
const END = 12;

/** More than this on a side is no picture any more. */
export const MOST_ROWS = 24;

export function sankey(
  alignment: Alignment,
  matrix: Matrix,
  symbols: ReadonlyMap<string, number>,
  pointing: Pointing,
): HTMLElement {
  const tall = Math.max(280, 44 * Math.max(matrix.rows.length, Math.min(matrix.columns.length, MOST_ROWS)));
  const laid = layOut(matrix, tall, 10);
  const bands = laid.flows.map((flow) => {
    const path = svg("path", {
      class: "flow",
      d: band(flow),
      "data-pcn": flow.pcn,
      "data-neighbourhood": flow.neighbourhood,
    });
    path.style.fill = pcnColour(symbols.get(flow.pcn) ?? 0);
    path.append(svg("title", {}));
    const title = path.firstElementChild;
    if (title) {
      const name = (nodes: Node[], code: string) => nodes.find((node) => node.code === code)?.name ?? code;
      title.textContent = `${name(laid.pcns, flow.pcn)} to ${name(laid.neighbourhoods, flow.neighbourhood)}: ${amountWithUnit(flow.amount, alignment.unit)}, ${percent(flow.share)}`;
    }
    return path;
  });
  const words = wordsOf(alignment);
  const ends = [
    ...laid.pcns.map((node) =>
      end(node, "pcn", laid.flows, alignment, pcnColour(symbols.get(node.code) ?? 0)),
    ),
    ...laid.neighbourhoods.map((node) => end(node, "neighbourhood", laid.flows, alignment, null)),
  ];
  const drawing = svg(
    "svg",
    {
      class: "sankey",
      viewBox: `0 -4 ${WIDTH} ${Math.ceil(laid.height) + 8}`,
      role: "group",
      "aria-label": `Flows from PCNs, on the left, to the neighbourhoods where their ${alignment.unit === "patients" ? "patients live" : "parts are"}, on the right. The matrix below holds the same in figures.`,
    },
    ...bands,
    ...ends,
  );
  pointing.listen(drawing);
  pointing.tell(({ pcn, neighbourhood }) => {
    if (!drawing.isConnected) return;
    drawing.classList.toggle("is-pointed", Boolean(pcn ?? neighbourhood));
    for (const band of drawing.querySelectorAll<SVGElement>(".flow")) {
      const mine =
        (!pcn || band.dataset.pcn === pcn) &&
        (!neighbourhood || band.dataset.neighbourhood === neighbourhood) &&
        Boolean(pcn ?? neighbourhood);
      band.classList.toggle("is-lit", mine);
    }
  });
  return h(
    "div",
    {},
    h(
      "p",
      { class: "note" },
      `Each band is ${words.part.toLowerCase()} of one PCN in one neighbourhood; its breadth is how many. Point at a band or an end, or move to the ends with the Tab key.${laid.undrawn > 0 ? ` Bands of under 1% of a PCN are left out: ${percent(laid.undrawn)} of all.` : ""}`,
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "Diagram of flows" },
      drawing as unknown as HTMLElement,
    ),
  );
}

/** A band from the left side's end to the right side's, curved the same on both edges. */
function band({ from, to, breadth }: Flow): string {
  const left = SIDE + END;
  const right = WIDTH - SIDE - END;
  const middle = (left + right) / 2;
  return (
    `M${left},${from} C${middle},${from} ${middle},${to} ${right},${to} ` +
    `V${to + breadth} C${middle},${to + breadth} ${middle},${from + breadth} ${left},${from + breadth} Z`
  );
}

function end(
  node: Node,
  side: "pcn" | "neighbourhood",
  flows: readonly Flow[],
  alignment: Alignment,
  colour: string | null,
): SVGElement {
  const left = side === "pcn";
  const mine = flows
    .filter((flow) => flow[side] === node.code)
    .sort((a, b) => b.amount - a.amount)
    .slice(0, 3);
  const other = left ? "neighbourhood" : "pcn";
  const names = new Map(
    left
      ? alignment.pcn.map(({ lead, lead_name }) => [lead ?? "", lead_name ?? ""])
      : alignment.pcn.map(({ code, name }) => [code, name]),
  );
  const largest = mine
    .map((flow) => `${names.get(flow[other]) || flow[other]} ${count(flow.amount)}`)
    .join(", ");
  const label = `${node.name}: ${amountWithUnit(node.total, alignment.unit)}. Largest: ${largest}.`;
  const mark = svg("rect", {
    class: "end",
    x: left ? SIDE : WIDTH - SIDE - END,
    y: node.top,
    width: END,
    height: Math.max(node.height, 1),
  });
  if (colour) mark.style.fill = colour;
  const text = svg("text", {
    x: left ? SIDE - 8 : WIDTH - SIDE + 8,
    y: node.top + node.height / 2,
    "text-anchor": left ? "end" : "start",
    "dominant-baseline": "middle",
  });
  text.textContent = node.name.length > 28 ? `${node.name.slice(0, 27)}…` : node.name;
  return svg(
    "g",
    { class: "sankey__end", tabindex: 0, role: "img", "aria-label": label, [`data-${side}`]: node.code },
    mark,
    text,
  );
}
