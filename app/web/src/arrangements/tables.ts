/** The figures of an arrangement as tables: the split, the practices concerned, the PCN’s part of each INT. */
import { h } from "../shared/dom";
import { count, HIDDEN, NONE, percent } from "../shared/format";
import { type Head, miniTable } from "../shared/parts";
import type { Content } from "./found";

const money = new Intl.NumberFormat("en-GB", {
  style: "currency",
  currency: "GBP",
  maximumFractionDigits: 0,
});
const parts = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

type Row = { suppressed_fields?: string[] };

/** A figure in words; a small number that may not be shown is a star, never a dash. */
function figure<R extends Row>(row: R, name: keyof R & string, words: (value: number) => string): string {
  if (row.suppressed_fields?.includes(name)) return HIDDEN;
  const value = row[name];
  return typeof value === "number" ? words(value) : NONE;
}

const sessions = (value: number): string => parts.format(value);
const pounds = (value: number): string => money.format(value);

/** The heads and cells of what is shared out, where it is. */
function shared<R extends Row & { sessions: number | null; amount: number | null }>(
  rows: readonly R[],
): { heads: Head[]; cells: (row: R) => string[] } {
  const by = [
    { name: "sessions", head: "Sessions a week", words: sessions },
    { name: "amount", head: "Funding", words: pounds },
  ] as const;
  const given = by.filter(({ name }) => rows.some((row) => row[name] !== null));
  return {
    heads: given.map(({ head }) => ({ name: head, numeric: true })),
    cells: (row) => given.map(({ name, words }) => figure(row, name, words)),
  };
}

export function splitTable({ split }: Content): HTMLElement {
  const { heads, cells } = shared(split.rows);
  return miniTable(
    "Where the PCN’s patients live, and who meets them",
    [
      { name: "INT" },
      { name: "Patients living there", numeric: true },
      { name: "Of the PCN’s in the place", numeric: true },
      { name: "Of all in the INT", numeric: true },
      { name: "Met by" },
      { name: "Patients met", numeric: true },
      { name: "Share of the work", numeric: true },
      ...heads,
    ],
    split.rows.map((row) => ({
      of: { int: row.code },
      cells: [
        row.name,
        figure(row, "patients", count),
        figure(row, "share_of_pcn", percent),
        figure(row, "share_of_int", percent),
        row.served_by_name ?? NONE,
        figure(row, "total", count),
        figure(row, "share", percent),
        ...cells(row),
      ],
    })),
    { seen: true },
  );
}

export function concernedTable({ concerned }: Content): HTMLElement | null {
  if (concerned.length === 0) return null;
  return miniTable(
    "Practices with a material number of patients in another INT",
    [
      { name: "Practice" },
      { name: "INT" },
      { name: "Patients there", numeric: true },
      { name: "Of the practice’s in the place", numeric: true },
    ],
    concerned.flatMap(({ name, practices }) =>
      practices.map((practice) => ({
        of: { practice: practice.code },
        cells: [
          `${practice.name} (${practice.code})`,
          name,
          figure(practice, "patients", count),
          figure(practice, "share", percent),
        ],
      })),
    ),
    { seen: true },
  );
}

export function oursTable({ ours }: Content): HTMLElement {
  const { heads, cells } = shared(ours);
  return miniTable(
    "The PCN’s part of each INT",
    [
      { name: "INT" },
      { name: "Of this PCN", numeric: true },
      { name: "Registered in all", numeric: true },
      { name: "Share", numeric: true },
      ...heads,
    ],
    ours.map((row) => ({
      of: { int: row.code },
      cells: [
        row.name,
        figure(row, "patients", count),
        figure(row, "patients_total", count),
        figure(row, "share_of_int", percent),
        ...cells(row),
      ],
    })),
    { seen: true },
  );
}

/** The limits at which a review is due, as they are set here. */
export function triggerTable({ triggers }: Content): HTMLElement {
  const lines: [string, string][] = [
    ["Share of the PCN’s patients in the lead INT falls below", percent(triggers.lead_share)],
    ["List grows or shrinks by more than", percent(triggers.list_change)],
    ["An INT counts as material from, of the PCN’s patients in the place", percent(triggers.material_share)],
    ["or from this many patients", count(triggers.material_patients)],
  ];
  return h(
    "div",
    {},
    miniTable(
      "Limits that call for a review",
      [{ name: "What" }, { name: "Limit", numeric: true }],
      lines.map((cells) => ({ cells })),
      { seen: true },
    ),
    h("p", { class: "note" }, "Local settings; no rule gives these numbers."),
  );
}
