/** A comparison in tables: every figure of both plans, who gains and who loses, the neighbourhoods, the areas. */
import { bar, type Child, h } from "../shared/dom";
import { count, decimal, NONE, percent } from "../shared/format";
import { CLASSES } from "../shared/glossary";
import { type Line, miniTable } from "../shared/parts";
import type { Change, Compared, Measure, PcnUnder, PlanSaid } from "./found";

/** Rows of areas at most; all of them are in the table that is downloaded. */
export const SHOWN = 200;

/** People are whole, though an area that was divided shares them out in parts. */
const WHOLE = new Set(["patients", "people"]);

/** A figure of the table of measures as people read it. */
export function figure(value: unknown, unit: string): string {
  if (typeof value !== "number") return value === "*" ? "*" : NONE;
  if (WHOLE.has(unit)) return count(value);
  if (unit === "share") return percent(value);
  if (unit === "ratio" || unit === "score") return decimal(value);
  return Number.isInteger(value) ? count(value) : decimal(value);
}

/** How much the second is above (+) or below (−) the first, in the measure's own unit; shares in points. */
export function difference(first: unknown, second: unknown, unit: string): string {
  if (typeof first !== "number" || typeof second !== "number") return NONE;
  // Of people as they stand in the two columns, so that a reader's own subtraction agrees.
  const by = WHOLE.has(unit) ? Math.round(second) - Math.round(first) : second - first;
  const size = Math.abs(by);
  const sign = by > 0 ? "+" : "−";
  if (unit === "share") return size < 0.0005 ? "no change" : `${sign}${decimal(size * 100)} points`;
  if (size < (unit === "ratio" || unit === "score" ? 0.05 : 0.5)) return "no change";
  return `${sign}${figure(size, unit)}`;
}

export function measureTable({ measures, plans }: Compared): HTMLElement {
  const [one, two] = plans.map(({ key }) => key);
  const known = measures.filter((row) => plans.some(({ key }) => typeof row[key] === "number"));
  const cells = (row: Measure): Child[] => [
    row.label,
    figure(row[one ?? ""], row.unit),
    figure(row[two ?? ""], row.unit),
    difference(row[one ?? ""], row[two ?? ""], row.unit),
  ];
  return miniTable(
    "Every figure of both plans",
    [{ name: "Figure" }, ...names(plans), { name: "Difference", numeric: true }],
    known.map((row) => ({ cells: cells(row), of: { measure: row.measure } })),
  );
}

/** Who gains and who loses, the PCN for which most patients change first. */
export function pcnTable({ pcns, plans }: Compared): HTMLElement {
  const most = Math.max(1, ...pcns.map((pcn) => Math.abs(gained(pcn) ?? 0)));
  const under = (pcn: PcnUnder, at: number): Child => {
    const one = pcn.plans[at];
    if (!one || one.containment === null) return NONE;
    const words = one.class ? CLASSES[one.class].name : "";
    return h("span", {}, percent(one.containment), h("span", { class: "beneath" }, words));
  };
  const lines = pcns.map((pcn): Line => {
    const by = gained(pcn);
    const [first, second] = pcn.plans;
    const lead =
      first?.lead_name === second?.lead_name
        ? (first?.lead_name ?? NONE)
        : `${first?.lead_name ?? NONE} → ${second?.lead_name ?? NONE}`;
    return {
      cells: [
        pcn.name,
        lead,
        under(pcn, 0),
        under(pcn, 1),
        h(
          "span",
          { class: "gain" },
          bar(Math.abs(by ?? 0) / most, (by ?? 0) < 0 ? "bar--loss" : "bar--gain"),
          by === null ? NONE : signed(by),
        ),
      ],
      of: { pcn: pcn.code },
    };
  });
  return miniTable(
    "PCNs under both plans, the one for which most patients change first",
    [
      { name: "PCN" },
      { name: "Lead neighbourhood" },
      ...plans.map((plan) => ({ name: `Inside lead: ${title(plan)}`, numeric: true })),
      { name: "Patients newly inside", numeric: true },
    ],
    lines,
  );
}

export function neighbourhoodTables({ neighbourhoods, plans }: Compared): HTMLElement[] {
  return neighbourhoods.map(({ plan, items }) => {
    const said = plans.find(({ key }) => key === plan);
    const name = said ? title(said) : plan;
    return h(
      "div",
      {},
      h("h3", { class: "compare__plan" }, name),
      miniTable(
        `Neighbourhoods of ${name}`,
        [
          { name: "Neighbourhood" },
          { name: "Residents", numeric: true },
          { name: "Registered patients", numeric: true },
          { name: "Deprivation score", numeric: true },
        ],
        items.map(({ name, residents, patients, imd_score }) => ({
          cells: [name, count(residents), count(patients), decimal(imd_score)],
        })),
      ),
    );
  });
}

/** The areas that change, those with most people first. */
export function areaTable(changes: readonly Change[]): HTMLElement {
  const ranked = [...changes].sort((a, b) => (b.people ?? 0) - (a.people ?? 0) || (a.code < b.code ? -1 : 1));
  return miniTable(
    "Small areas that are in another neighbourhood under the second plan",
    [{ name: "Area" }, { name: "From" }, { name: "To" }, { name: "People", numeric: true }],
    ranked.slice(0, SHOWN).map((change) => ({
      cells: [
        h("span", {}, change.name ?? change.code, h("span", { class: "beneath" }, change.code)),
        change.from_name ?? change.from ?? "outside the plan",
        change.to_name ?? change.to ?? "outside the plan",
        change.whole ? count(change.people) : `${count(change.people)} (part of it)`,
      ],
      of: { area: change.code },
    })),
  );
}

/** Patients newly inside their PCN's lead neighbourhood under the second plan; fewer than none: newly outside. */
export const gained = (pcn: PcnUnder): number | null => pcn.plans[1]?.patients_gained ?? null;

export const title = ({ name, version }: PlanSaid): string => `${name}, version ${version}`;

const names = (plans: readonly PlanSaid[]) => plans.map((plan) => ({ name: title(plan), numeric: true }));

function signed(value: number): string {
  const whole = Math.round(value);
  if (whole === 0) return "0";
  return `${whole > 0 ? "+" : "−"}${count(Math.abs(whole))}`;
}
