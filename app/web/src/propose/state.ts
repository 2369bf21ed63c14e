/** What this page keeps in its address beside the choice: what is wished for, and the job that works it out. */
import { type Choice, choiceFrom, queryOf } from "../shared/state";

export const UNITS = ["wards", "msoas", "lsoas"] as const;
export type Units = (typeof UNITS)[number];

/** wards, MSOAs, LSOAs */
export const named = (units: string): string =>
  units === "wards" ? units : `${units.slice(0, -1).toUpperCase()}s`;

export interface State extends Choice {
  /** What neighbourhoods are built of; none until the reader has asked. */
  units: Units | null;
  /** People a neighbourhood should have, LOW-HIGH; none: as the service has it. */
  band: string | null;
  /** Neighbourhoods; none: as many as the band allows. */
  number: number | null;
  alternatives: number;
  /** Share of people who change between any two alternatives. */
  apart: number;
  job: string | null;
}

export const ALTERNATIVES = 4;
export const APART = 0.15;

export function fromQuery(search: string): State {
  const query = new URLSearchParams(search);
  const within = (name: string, low: number, high: number): number | null => {
    const value = Number(query.get(name) ?? Number.NaN);
    return value >= low && value <= high ? value : null;
  };
  const whole = (value: number | null): number | null => (Number.isInteger(value) ? value : null);
  const band = query.get("band");
  const job = query.get("job");
  return {
    ...choiceFrom(search),
    units: UNITS.find((one) => one === query.get("units")) ?? null,
    band: band && /^\d{1,7}-\d{1,7}$/.test(band) ? band : null,
    number: whole(within("number", 1, 60)),
    alternatives: whole(within("alternatives", 1, 12)) ?? ALTERNATIVES,
    apart: within("apart", 0.01, 0.6) ?? APART,
    job: job && /^[0-9a-f]{32}$/.test(job) ? job : null,
  };
}

export function toQuery({ units, band, number, alternatives, apart, job, ...choice }: State): string {
  return queryOf(choice, {
    units,
    band,
    number: number === null ? null : String(number),
    alternatives: alternatives === ALTERNATIVES ? null : String(alternatives),
    apart: apart === APART ? null : String(apart),
    job,
  });
}

/** The same as the service takes it, in a body. What is not said is left out. */
export function question(state: State): Record<string, string | number> {
  const { footprints, version, place, asOf, units, band, number, alternatives, apart } = state;
  const asked = { footprints, version, place, as_of: asOf, units, band, number, alternatives, apart };
  return Object.fromEntries(
    Object.entries(asked).filter((entry): entry is [string, string | number] => entry[1] !== null),
  );
}
