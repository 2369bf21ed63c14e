/** What the start page adds to the shared choice: what is looked at, the order of the table, and what the map shows. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";
import { COLUMNS, type ColumnKey } from "./columns";

export interface Sort {
  column: ColumnKey;
  descending: boolean;
}

export interface State extends Choice {
  pcn: string | null;
  /** One of these may be looked at more closely. */
  neighbourhood: string | null;
  practice: string | null;
  sort: Sort;
  /** What small areas are shaded by: "pcn" for the chosen PCN's patients, or a field of the table; none: not at all. */
  shade: string | null;
  /** The part of a PCN's patients, in per cent, that the cores drawn hold; none: no cores. */
  core: number | null;
  /** Another service's footprints drawn over the map. */
  layer: string | null;
}

export const LEAST_CORE = 50;
export const MOST_CORE = 98;

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
  const core = Number(query.get("core"));
  return {
    ...choiceFrom(search),
    pcn: query.get("pcn") || null,
    neighbourhood: query.get("neighbourhood") || null,
    practice: query.get("practice") || null,
    sort: sortFrom(query.get("sort")),
    shade: query.get("shade") || null,
    core: Number.isInteger(core) && core >= LEAST_CORE && core <= MOST_CORE ? core : null,
    layer: query.get("layer") || null,
  };
}

/** The query of an address that opens this view. */
export function toQuery(state: State): string {
  const sort = sortText(state.sort) === sortText(DEFAULT_SORT) ? null : sortText(state.sort);
  const { pcn, neighbourhood, practice, shade, layer } = state;
  const core = state.core === null ? null : String(state.core);
  return queryOf(state, { pcn, neighbourhood, practice, sort, shade, core, layer });
}
