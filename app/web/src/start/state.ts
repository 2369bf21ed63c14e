/** What the start page adds to the shared choice: the PCN looked at and the order of the table. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";
import { COLUMNS, type ColumnKey } from "./columns";

export interface Sort {
  column: ColumnKey;
  descending: boolean;
}

export interface State extends Choice {
  pcn: string | null;
  sort: Sort;
}

export const DEFAULT_SORT: Sort = { column: "patients_outside_lead", descending: true };

export function sortFrom(text: string | null): Sort {
  if (!text) return DEFAULT_SORT;
  const descending = text.startsWith("-");
  const column = COLUMNS.find((candidate) => candidate.key === text.replace(/^-/, ""));
  return column ? { column: column.key, descending } : DEFAULT_SORT;
}

export function sortText(sort: Sort): string {
  return `${sort.descending ? "-" : ""}${sort.column}`;
}

/** Reads an address's query. Anything it does not know becomes the default, so an old link still opens. */
export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  return { ...choiceFrom(search), pcn: query.get("pcn") || null, sort: sortFrom(query.get("sort")) };
}

/** The query of an address that opens this view. */
export function toQuery(state: State): string {
  const sort = sortText(state.sort) === sortText(DEFAULT_SORT) ? null : sortText(state.sort);
  return queryOf(state, { pcn: state.pcn, sort });
}
