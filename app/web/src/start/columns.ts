/** The columns of the ranked table: how each is sorted, and how a sorted table stays in the same order. */
import type { AlignmentClass, PcnAlignment } from "../shared/answers";
import type { Words } from "../shared/glossary";
import type { TermKey } from "../shared/terms";

export type ColumnKey =
  | "name"
  | "lead_name"
  | "patients"
  | "patients_outside_lead"
  | "containment"
  | "effective_neighbourhoods"
  | "class";

export interface Column {
  key: ColumnKey;
  /** Whether the first press of its heading puts the largest first. */
  largestFirst: boolean;
  numeric: boolean;
}

export const COLUMNS: readonly Column[] = [
  { key: "name", largestFirst: false, numeric: false },
  { key: "lead_name", largestFirst: false, numeric: false },
  { key: "patients", largestFirst: true, numeric: true },
  { key: "patients_outside_lead", largestFirst: true, numeric: true },
  { key: "containment", largestFirst: false, numeric: true },
  { key: "effective_neighbourhoods", largestFirst: true, numeric: true },
  { key: "class", largestFirst: false, numeric: false },
];

/** The term that explains a column. */
export const EXPLAINED: Partial<Record<ColumnKey, TermKey>> = {
  name: "pcn",
  lead_name: "lead",
  patients: "registered",
  patients_outside_lead: "outside-lead",
  containment: "containment",
  effective_neighbourhoods: "effective",
  class: "fit",
};

/** The table's headings. */
export function columnName(column: ColumnKey, words: Words): string {
  switch (column) {
    case "name":
      return "PCN";
    case "lead_name":
      return "Lead neighbourhood";
    case "patients":
      return words.total;
    case "patients_outside_lead":
      return words.outsideLead;
    case "containment":
      return "Share inside lead";
    case "effective_neighbourhoods":
      return "Neighbourhoods served";
    case "class":
      return "Fit";
  }
}

const FIT: Record<AlignmentClass, number> = { split: 0, partly: 1, aligned: 2 };
const byWords = new Intl.Collator("en-GB", { numeric: true });

function valueOf(pcn: PcnAlignment, column: ColumnKey): string | number | null {
  if (column === "class") return pcn.class === null ? null : FIT[pcn.class];
  return pcn[column];
}

/** A sorted copy; PCNs without a value come last either way, ties are settled by code. */
export function sorted(
  pcns: readonly PcnAlignment[],
  column: ColumnKey,
  descending: boolean,
): PcnAlignment[] {
  const direction = descending ? -1 : 1;
  return [...pcns].sort((left, right) => {
    const a = valueOf(left, column);
    const b = valueOf(right, column);
    if (a === null || b === null) {
      if (a !== b) return a === null ? 1 : -1;
    } else {
      const order =
        typeof a === "number" && typeof b === "number" ? a - b : byWords.compare(String(a), String(b));
      if (order !== 0) return order * direction;
    }
    return left.code < right.code ? -1 : left.code > right.code ? 1 : 0;
  });
}
