/**
 * What every page asks about: which plan, where, counted how, on which day. It lives in the address, so that a view can
 * be shared, and goes along from page to page. What only one page knows is that page's own to add.
 */
import type { Basis } from "./answers";

export interface Choice {
  footprints: string | null;
  /** None: the latest. */
  version: number | null;
  place: string | null;
  /** None until the reader chooses: the service then takes the best there is evidence for. */
  basis: Basis | null;
  /** An ISO date; none: that of the registrations. */
  asOf: string | null;
}

const BASES: readonly Basis[] = ["patients", "practice", "area"];

/** Reads an address's query. Anything it does not know becomes the default, so an old link still opens. */
export function choiceFrom(search: string): Choice {
  const query = new URLSearchParams(search);
  const version = Number(query.get("version"));
  const asOf = query.get("as_of");
  return {
    footprints: query.get("footprints") || null,
    version: Number.isInteger(version) && version > 0 ? version : null,
    place: query.get("place") || null,
    basis: BASES.find((candidate) => candidate === query.get("basis")) ?? null,
    asOf: asOf && /^\d{4}-\d{2}-\d{2}$/.test(asOf) ? asOf : null,
  };
}

/** The same as the service takes it, to ask with. */
export function askedFor(choice: Choice): Record<string, string | number | null> {
  const { footprints, version, place, basis, asOf } = choice;
  return { footprints, version, place, basis, as_of: asOf };
}

/**
 * The query of an address for this choice and, after it, a page's own values. Defaults are left out except the
 * footprints, since the first of them may change.
 */
export function queryOf(choice: Choice, own: Record<string, string | null> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...askedFor(choice), ...own })) {
    if (value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** Puts a query into the address bar: as a step to come back to, or in place of the present one. */
export function writeAddress(query: string, newEntry: boolean): void {
  if (query === location.search) return;
  const address = `${location.pathname}${query}`;
  if (newEntry) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}
