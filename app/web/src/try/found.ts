/** The shapes of a what-if, as /api/v1/what-if answers. */
import type { AlignmentClass, Basis, Provenance } from "../shared/answers";

export interface Sums {
  patients_outside_lead: number | null;
  misalignment: number | null;
  pcns_aligned: number;
  pcns_partly: number;
  pcns_split: number;
  pcn_smallest: number | null;
  pcn_largest: number | null;
  residents_smallest: number | null;
  residents_largest: number | null;
  neighbourhoods_in_parts: number | null;
  patients_deprived_outside_lead: number | null;
  patients_disturbed: number | null;
  people_moved: number | null;
}

export interface Moved {
  code: string;
  name: string | null;
  from_name: string | null;
  to_name: string | null;
}

export interface PcnSide {
  patients: number | null;
  size: string | null;
  lead_name: string | null;
  containment: number | null;
  class: AlignmentClass | null;
  contiguous: boolean | null;
}

export interface NeighbourhoodSide {
  residents: number | null;
  patients: number | null;
  deviation: number | null;
  parts: number | null;
  imd_score: number | null;
}

export interface Both<Side> {
  code: string;
  name: string;
  before: Side | null;
  after: Side | null;
}

export interface Check {
  check: string;
  outcome: "stop" | "warn" | "pass" | "not checked";
  text: string;
  mark: string;
  source: string;
}

export interface Tried extends Provenance {
  basis: Basis;
  place: { id: string; name: string } | null;
  words: string;
  option: string | null;
  /** All moves, those of the option too, as an address takes them. */
  moves: string;
  practices: Moved[];
  areas: Moved[];
  before: Sums;
  after: Sums;
  pcns: Both<PcnSide>[];
  neighbourhoods: Both<NeighbourhoodSide>[];
  checks: Check[];
}
