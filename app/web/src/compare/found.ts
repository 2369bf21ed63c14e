/** The shapes of a comparison of two plans, as /api/v1/comparison answers. */
import type { FeatureCollection, MultiPolygon, Polygon } from "geojson";
import type { AlignmentClass, Basis, Dataset } from "../shared/answers";

export interface PlanSaid {
  key: string;
  id: string;
  name: string;
  version: number;
  status: string;
  basis: Basis;
  basis_explained: string;
  as_of: string | null;
}

export type Measure = { measure: string; label: string; unit: string } & Record<string, unknown>;

export interface Under {
  plan: string;
  lead: string | null;
  lead_name: string | null;
  class: AlignmentClass | null;
  containment: number | null;
  difference: number | null;
  patients_in_lead: number | null;
  patients_gained: number | null;
}

export interface PcnUnder {
  code: string;
  name: string;
  plans: Under[];
}

export interface Step {
  people_counted: string;
  people_moved: number | null;
  share_moved: number | null;
  areas_moved: number;
  areas_partly_moved: number;
  practices_moved: number;
  pcns_with_another_lead: string[];
  matched: { from: string; to: string }[];
}

export interface NeighbourhoodSize {
  code: string;
  name: string;
  residents: number | null;
  patients: number | null;
  imd_score: number | null;
}

export interface Compared {
  plans: PlanSaid[];
  measures: Measure[];
  pcns: PcnUnder[];
  changes: Step[];
  neighbourhoods: { plan: string; items: NeighbourhoodSize[] }[];
  place: { id: string; name: string } | null;
  fictional: boolean;
  small_numbers: string | null;
  datasets: Dataset[];
  attribution: string;
  warnings: string[];
}

export interface Change {
  code: string;
  name: string | null;
  from: string | null;
  from_name: string | null;
  to: string | null;
  to_name: string | null;
  people: number | null;
  whole: boolean;
}

export type Changes = FeatureCollection<Polygon | MultiPolygon | null, Change>;
