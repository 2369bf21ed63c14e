/** What the service proposes (GET /api/v1/proposals, or the result of a job). Counts that are hidden are null. */
import type { AlignmentClass, Dataset } from "../shared/answers";

/** How well a plan fits today's PCNs, and how many people its neighbourhoods have. */
export interface Fit {
  number: number;
  patients_in_lead: number | null;
  patients_outside_lead: number | null;
  /** Share of patients outside, 0 to 1. */
  misalignment: number | null;
  classes: Record<AlignmentClass, number>;
  residents_smallest: number | null;
  residents_largest: number | null;
}

export interface ProposedNeighbourhood {
  code: string;
  name: string;
  residents: number | null;
  within_band: boolean;
  patients: number | null;
  /** PCNs that have most of their patients here, by code. */
  lead_for: string[];
  wards: string[];
  /** Its small areas, by code. */
  areas: string[];
}

export interface Alternative extends Fit {
  alternative: number;
  words: string;
  within_band: boolean;
  people_beyond_band: number | null;
  border_km: number;
  proven_best: boolean;
  /** How much better another plan could be at most, as a share of the score; null where nothing is known. */
  gap: number | null;
  wards_split: string[];
  differs_from: { alternative: number; share_of_people: number | null }[];
  differs_from_now: number | null;
  neighbourhoods: ProposedNeighbourhood[];
}

export interface Proposed {
  place: string;
  units: string;
  people_counted: string;
  pcns: { code: string; name: string }[];
  band: { low: number; high: number; by_default: boolean; words: string };
  method: string;
  words: string;
  notes: string[];
  as_of: string;
  fictional: boolean;
  small_numbers: string | null;
  datasets: Dataset[];
  attribution: string;
  warnings: string[];
  now: (Fit & { footprints: { name: string; version: number } }) | null;
  alternatives: Alternative[];
}

export interface Kept {
  made: { id: string; name: string };
  already_kept: boolean;
}
