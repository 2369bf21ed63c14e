/** What the reader has chosen. It lives in the address, so that a view can be shared. */
import type { Basis } from "./api";
import { COLUMNS, type ColumnKey } from "./columns";

export interface Sort {
  column: ColumnKey;
  descending: boolean;
}

export interface State {
  footprints: string | null;
  place: string | null;
  /** None until the reader chooses: the service then takes the best there is evidence for. */
  basis: Basis | null;
  pcn: string | null;
  sort: Sort;
  asOf: string | null;
}

export const DEFAULT_SORT: Sort = { column: "patients_outside_lead", descending: true };
const BASES: readonly Basis[] = ["patients", "practice", "area"];

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
  const basis = BASES.find((candidate) => candidate === query.get("basis")) ?? null;
  return {
    footprints: query.get("footprints") || null,
    place: query.get("place") || null,
    basis,
    pcn: query.get("pcn") || null,
    sort: sortFrom(query.get("sort")),
    asOf: query.get("as_of") || null,
  };
}

/** The query of an address that opens this view, defaults left out except the footprints, since the first of them may change. */
export function toQuery(state: State): string {
  const query = new URLSearchParams();
  if (state.footprints) query.set("footprints", state.footprints);
  if (state.place) query.set("place", state.place);
  if (state.basis) query.set("basis", state.basis);
  if (state.asOf) query.set("as_of", state.asOf);
  if (state.pcn) query.set("pcn", state.pcn);
  if (sortText(state.sort) !== sortText(DEFAULT_SORT)) query.set("sort", sortText(state.sort));
  const text = query.toString();
  return text ? `?${text}` : "";
}
