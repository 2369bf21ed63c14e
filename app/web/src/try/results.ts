/** What the moves do, in words and tables: the whole place, the PCNs and neighbourhoods touched, the checks. */
import { type Child, h } from "../shared/dom";
import { count, decimal, NONE, percent, plural } from "../shared/format";
import { CLASSES } from "../shared/glossary";
import { miniTable } from "../shared/parts";
import type { Check, Moved, NeighbourhoodSide, PcnSide, Sums, Tried } from "./found";

type Row = readonly [string, (sums: Sums) => string];

const ROWS: readonly Row[] = [
  ["Patients outside their PCN’s lead neighbourhood", (s) => count(s.patients_outside_lead)],
  ["… as a share", (s) => percent(s.misalignment)],
  ["PCNs aligned, partly, split", (s) => `${s.pcns_aligned}, ${s.pcns_partly}, ${s.pcns_split}`],
  [
    "Smallest and largest PCN (registered patients)",
    (s) => `${count(s.pcn_smallest)} to ${count(s.pcn_largest)}`,
  ],
  [
    "Smallest and largest neighbourhood (residents)",
    (s) => `${count(s.residents_smallest)} to ${count(s.residents_largest)}`,
  ],
  ["Neighbourhoods in several parts", (s) => count(s.neighbourhoods_in_parts)],
  ["Most deprived fifth, outside lead", (s) => count(s.patients_deprived_outside_lead)],
];

const OUTCOMES: Record<Check["outcome"], string> = {
  stop: "Stops it",
  warn: "To look at",
  "not checked": "Not checked",
  pass: "In order",
};

export function inShort({ before, after, practices, areas }: Tried): string {
  const moves = [
    practices.length > 0 && plural(practices.length, "practice"),
    areas.length > 0 && plural(areas.length, "small area"),
  ].filter(Boolean);
  if (moves.length === 0) {
    return `Nothing is moved yet: ${count(before.patients_outside_lead)} patients (${percent(before.misalignment)}) live outside their PCN’s lead neighbourhood.`;
  }
  const disturbed = after.patients_disturbed;
  const by = (after.patients_outside_lead ?? 0) - (before.patients_outside_lead ?? 0);
  const words =
    by === 0 ? "as many as today" : `${count(Math.abs(by))} ${by < 0 ? "fewer" : "more"} than today`;
  return `With ${moves.join(" and ")} moved, ${count(after.patients_outside_lead)} patients (${percent(after.misalignment)}) live outside their PCN’s lead neighbourhood: ${words}.${disturbed ? ` ${plural(disturbed, "patient")} would have their practice in another PCN.` : ""}${areas.length > 0 ? ` ${count(after.people_moved)} people would be in another neighbourhood.` : ""}`;
}

export function wholeTable({ before, after }: Tried): HTMLElement {
  return miniTable(
    "The whole place, today and with these moves",
    [{ name: "Figure" }, { name: "Today", numeric: true }, { name: "With these moves", numeric: true }],
    ROWS.map(([words, said]) => ({ cells: [words, said(before), said(after)] })),
  );
}

export function pcnTable({ pcns }: Tried): HTMLElement {
  const side = (one: PcnSide | null): Child =>
    one
      ? h(
          "span",
          {},
          `${percent(one.containment)} in ${one.lead_name ?? NONE}`,
          h(
            "span",
            { class: "beneath" },
            `${one.class ? CLASSES[one.class].name : NONE}, ${count(one.patients)} patients${one.contiguous === false ? ", in pieces" : ""}`,
          ),
        )
      : "none";
  return miniTable(
    "PCNs whose figures change",
    [{ name: "PCN" }, { name: "Today" }, { name: "With these moves" }],
    pcns.map(({ code, name, before, after }) => ({
      cells: [name, side(before), side(after)],
      of: { pcn: code },
    })),
  );
}

export function neighbourhoodTable({ neighbourhoods }: Tried): HTMLElement {
  const side = (one: NeighbourhoodSide | null): Child =>
    one
      ? h(
          "span",
          {},
          `${count(one.residents)} residents`,
          h(
            "span",
            { class: "beneath" },
            `${one.deviation === null ? "" : `${percent(Math.abs(one.deviation))} ${one.deviation < 0 ? "below" : "above"} the mean, `}${plural(one.parts ?? 1, "part")}, deprivation ${decimal(one.imd_score)}`,
          ),
        )
      : "none";
  return miniTable(
    "Neighbourhoods whose people change",
    [{ name: "Neighbourhood" }, { name: "Today" }, { name: "With these moves" }],
    neighbourhoods.map(({ code, name, before, after }) => ({
      cells: [name, side(before), side(after)],
      of: { neighbourhood: code },
    })),
  );
}

export function checkList({ checks }: Tried): HTMLElement {
  const order = Object.keys(OUTCOMES);
  const ranked = [...checks].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return h(
    "ul",
    { class: "try__checks" },
    ...ranked.map(({ outcome, text, mark, source }) =>
      h(
        "li",
        { class: `try__check try__check--${outcome.replace(" ", "-")}` },
        h("strong", {}, `${OUTCOMES[outcome]}: `),
        text,
        h("span", { class: "beneath" }, `${mark}: ${source}`),
      ),
    ),
  );
}

/** The moves in words, each with a button that takes it back. */
export function moveList({ practices, areas }: Tried, onBack: (code: string) => void): HTMLElement {
  const line = ({ code, name, from_name, to_name }: Moved) => {
    const words = `${name ?? code}: ${from_name ?? "none"} → ${to_name ?? "none"}`;
    const back = h(
      "button",
      { type: "button", class: "row-button", "aria-label": `Take back: ${words}` },
      "Take back",
    );
    back.addEventListener("click", () => onBack(code));
    return h("li", { "data-move": code }, h("span", {}, words), back);
  };
  const all = [...practices, ...areas];
  return all.length > 0
    ? h("ol", { class: "try__moves" }, ...all.map(line))
    : h("p", { class: "note" }, "No moves yet.");
}
