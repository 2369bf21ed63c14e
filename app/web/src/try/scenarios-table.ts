/** Scenarios side by side: a row a figure, a column a scenario. */
import { h } from "../shared/dom";
import { count, decimal, HIDDEN, NONE, percent } from "../shared/format";
import { miniTable } from "../shared/parts";

export type MeasureUnit = "number" | "patients" | "people" | "share" | "ratio" | "score";

/** A figure of each column by the column's key; null where it is hidden or not known. */
export type Measure = {
  measure: string;
  label: string;
  unit: MeasureUnit;
  suppressed_fields?: string[];
} & Record<string, unknown>;

export interface Comparison {
  columns: {
    key: string;
    name: string;
    footprints: { name: string; version: number };
    as_of: string;
    stops: number;
    warnings: number;
  }[];
  words: string;
  measures: Measure[];
}

/** A figure of a measure in its unit, as people read it. */
export function inUnit(value: unknown, unit: MeasureUnit, hidden: boolean): string {
  if (typeof value !== "number") return hidden ? HIDDEN : NONE;
  if (unit === "share") return percent(value);
  if (unit === "ratio") return value.toFixed(2);
  return unit === "score" ? decimal(value) : count(value);
}

export function comparisonTable({ columns, measures }: Comparison): HTMLElement {
  const rules = (name: string, said: (column: (typeof columns)[number]) => number, of: string) => ({
    cells: [name, ...columns.map((column) => count(said(column)))],
    of: { measure: of },
  });
  return miniTable(
    "Scenarios side by side",
    [
      { name: "Figure" },
      ...columns.map(({ name, footprints: { version } }) => ({
        name: h("span", {}, name, h("span", { class: "beneath" }, `version ${version}`)),
        numeric: true,
      })),
    ],
    [
      rules("Rules that stop it", ({ stops }) => stops, "stops"),
      rules("Things somebody must look at", ({ warnings }) => warnings, "warnings"),
      ...measures.map((row) => ({
        cells: [
          row.label,
          ...columns.map(({ key }) =>
            inUnit(row[key], row.unit, row.suppressed_fields?.includes(key) ?? false),
          ),
        ],
        of: { measure: row.measure },
      })),
    ],
    { seen: true },
  );
}
