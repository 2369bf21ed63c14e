/** The shapes the service answers with. */
import type { FeatureCollection, MultiPolygon, Point, Polygon } from "geojson";

export type Basis = "patients" | "practice" | "area";
export type Unit = "patients" | "practices" | "square metres";
export type AlignmentClass = "aligned" | "partly" | "split";

export interface Place {
  id: string;
  name: string;
  boroughs: string[];
}

/** One version of a plan; in a list of plans, the latest of each. */
export interface Footprints {
  id: string;
  name: string;
  role: "proposal" | "layer";
  service: string | null;
  version: number;
  status: string;
  neighbourhoods: number;
  places: string[];
}

export interface Dataset {
  id: string | number;
  kind: string;
  name: string;
  sha256: string;
  effective_date: string | null;
}

export interface PcnAlignment {
  code: string;
  name: string;
  place: string | null;
  practices: number;
  patients: number;
  patients_inside: number;
  patients_outside: number;
  patients_unknown: number;
  lead: string | null;
  lead_name: string | null;
  patients_in_lead: number;
  patients_outside_lead: number;
  containment: number | null;
  effective_neighbourhoods: number | null;
  material_neighbourhoods: string[];
  class: AlignmentClass | null;
}

/** What any figure stands on; every answer carries it. */
export interface Provenance {
  footprints: { id: string; name: string; version: number; status: string };
  /** The basis in words, e.g. "registered patients, counted where they live". */
  basis_explained: string;
  as_of: string | null;
  fictional: boolean;
  /** The rule by which small numbers are hidden, where they are. */
  small_numbers?: string | null;
  datasets: Dataset[];
  attribution: string;
  warnings: string[];
}

export interface Alignment extends Provenance {
  place: { id: string; name: string } | null;
  basis: Basis;
  unit: Unit;
  practices: number;
  practices_without_pcn: number;
  pcns: number;
  neighbourhoods: number;
  patients_total: number;
  patients_inside: number;
  patients_outside: number;
  patients_unknown: number;
  misalignment: number | null;
  median_containment: number | null;
  classes: Record<AlignmentClass, number>;
  thresholds: { aligned: number; split: number; material_share: number; material_patients: number };
  benchmark: { median_containment: number; low: number; high: number; source: string } | null;
  pcn: PcnAlignment[];
}

export interface Matrix {
  rows: { code: string; name: string }[];
  columns: { code: string; name: string }[];
  /** Null where a small number is hidden. */
  patients: (number | null)[][];
  outside: (number | null)[];
  unknown: (number | null)[];
}

export interface PracticeProperties {
  code: string;
  name: string;
  postcode: string | null;
  pcn_code: string | null;
  pcn_name: string | null;
  patients: number | null;
  located_in: string | null;
  main_neighbourhood: string | null;
  main_share: number | null;
  mismatch: boolean;
  /** On its list and outside its PCN's lead neighbourhood. */
  patients_outside_pcn_lead: number | null;
}

export interface NeighbourhoodProperties {
  code: string;
  name: string;
  place: string | null;
  patients: number | null;
  residents: number | null;
  pcns: number | null;
  pcns_to_reach_90: number | null;
}

/** A small area, and the neighbourhood that holds most of it. */
export interface AreaProperties {
  code: string;
  name: string;
  neighbourhood: string | null;
}

export type Practices = FeatureCollection<Point | null, PracticeProperties>;
export type Neighbourhoods = FeatureCollection<Polygon | MultiPolygon | null, NeighbourhoodProperties>;
export type Areas = FeatureCollection<Polygon | MultiPolygon, AreaProperties>;
