/** A place as arrays, as /api/v1/what-if/table gives it (docs/scenarios.md). Positions count from 0; -1 is none. */

export const NONE = -1;

/** Rows one after another: row i has the entries from start[i] up to start[i + 1]. A count of null is hidden. */
interface Sparse {
  start: number[];
  patients: (number | null)[];
}

export interface Table {
  /** Words where counts are hidden, so that sums in the page would differ from the service's. */
  hidden: string | null;
  thresholds: { aligned: number; split: number };
  limits: { name: string; value: number | null }[];
  practices: {
    code: string[];
    name: string[];
    pcn: number[];
    patients: (number | null)[];
    unknown: (number | null)[];
    neighbourhood: number[];
    area: number[];
  };
  pcns: { code: string[]; name: string[] };
  neighbourhoods: {
    code: string[];
    name: string[];
    place: string[];
    residents: (number | null)[];
    registered: (number | null)[];
  };
  by_practice: Sparse & { neighbourhood: number[] };
  areas: {
    code: string[];
    name: (string | null)[];
    neighbourhood: number[];
    mainly: number[];
    registered: (number | null)[];
    people: (number | null)[] | null;
    imd_score: (number | null)[] | null;
    imd_decile: (number | null)[] | null;
  } | null;
  divided: { area: number[]; neighbourhood: number[]; share: number[] } | null;
  patients: (Sparse & { area: number[] }) | null;
  adjacency: number[] | null;
}

/** Position and number: a neighbourhood and a share, or a practice and its patients. */
export type Entry = readonly [at: number, value: number];

/** A count that is hidden counts as one. */
export const counted = (value: number | null | undefined): number => value ?? 1;

export const positions = (codes: readonly string[]): Map<string, number> =>
  new Map(codes.map((code, at) => [code, at]));

/** Patients of each practice by neighbourhood. */
export function entriesOf({ by_practice: { start, neighbourhood, patients } }: Table): Entry[][] {
  return start.slice(1).map((end, row) => {
    const found: Entry[] = [];
    for (let at = start[row] ?? 0; at < end; at += 1)
      found.push([neighbourhood[at] ?? 0, counted(patients[at])]);
    return found;
  });
}

/** The same patients the other way round: of each area, its practices. */
export function patientsByArea({ patients, areas }: Table): Entry[][] {
  const found: Entry[][] = (areas?.code ?? []).map(() => []);
  if (!patients) return found;
  patients.start.slice(1).forEach((end, practice) => {
    for (let at = patients.start[practice] ?? 0; at < end; at += 1) {
      found[patients.area[at] ?? 0]?.push([practice, counted(patients.patients[at])]);
    }
  });
  return found;
}

/** The shares of each area in neighbourhoods; none for an area that lies in none. */
export function sharesOf({ areas, divided }: Table): Entry[][] {
  const found: Entry[][] = (areas?.neighbourhood ?? []).map((k) => (k === NONE ? [] : [[k, 1]]));
  divided?.area.forEach((area, at) =>
    found[area]?.push([divided.neighbourhood[at] ?? 0, divided.share[at] ?? 0]),
  );
  return found;
}

/** The areas that touch each area. */
export function touching({ areas, adjacency }: Table): number[][] | null {
  if (!areas || !adjacency) return null;
  const found: number[][] = areas.code.map(() => []);
  for (let at = 0; at < adjacency.length; at += 2) {
    const [a, b] = [adjacency[at] ?? 0, adjacency[at + 1] ?? 0];
    found[a]?.push(b);
    found[b]?.push(a);
  }
  return found;
}
