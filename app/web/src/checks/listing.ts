/** Findings in words: how grave each is, what to do about each sort, and the list. */
import { sortInWords } from "../findings/list";
import { h } from "../shared/dom";
import { count, NONE } from "../shared/format";
import { miniTable } from "../shared/parts";
import type { Finding, Severity } from "./found";

export const SEVERITIES: Record<Severity, string> = {
  error: "To put right",
  warning: "To look at",
  advice: "Advice",
};

/** What to do about the sorts of findings there are most of; others say it in their own message. */
const DO: Record<string, string> = {
  gap: "Decide which neighbourhood the land between belongs to, and give it to that one.",
  overlap: "Decide which of the two neighbourhoods keeps the land, and cut it out of the other.",
  sliver: "A line drawn twice, a little apart. It is safe to mend: the service snaps it to the small areas.",
  spike: "A point that sticks out of the line. It is safe to mend.",
  hole: "Decide which neighbourhood the hole belongs to.",
  "detached-part": "A piece apart from the rest: see whether it was meant, for instance across a river.",
  "outside-place": "Land beyond the place: see whether it was meant.",
  unassigned: "Small areas in no neighbourhood: give each to one.",
  "outside-band": "Advice only: the London model gives no band. Compare it with what the place has agreed.",
};

/** Larger than this, land is told in square kilometres. */
const LARGE = 100_000;

export function land(squareMetres: number): string {
  if (squareMetres <= 0) return NONE;
  return squareMetres < LARGE ? `${count(squareMetres)} m²` : `${(squareMetres / 1e6).toFixed(1)} km²`;
}

/** The list; `show` gives what leads from a finding to the map. */
export function findingTable(
  findings: readonly Finding[],
  show: (id: number) => HTMLElement | string,
): HTMLElement {
  return miniTable(
    "What was found",
    [
      { name: "No." },
      { name: "What" },
      { name: "Land", numeric: true },
      { name: "People", numeric: true },
      { name: "On the map" },
    ],
    findings.map((one) => ({
      cells: [
        String(one.id),
        h(
          "span",
          {},
          h("strong", {}, `${SEVERITIES[one.severity] ?? one.severity}: ${sortInWords(one.kind)}. `),
          one.message,
          DO[one.kind] ? h("span", { class: "beneath" }, DO[one.kind] ?? "") : null,
        ),
        land(one.area_m2),
        count(one.people),
        show(one.id),
      ],
      of: { finding: String(one.id) },
    })),
  );
}
