/** An upload, what was seen in it and what a check found, as /uploads answers. */
import type { FeatureCollection, Geometry } from "geojson";
import type { Footprints } from "../shared/answers";

export interface Guess {
  column: string;
  /** 0 to 1. */
  confidence: number;
  by: "name" | "values";
  why: string;
}

export interface Column {
  name: string;
  samples: string[];
  blank: number;
  looked_at: number;
}

export interface Layer {
  name: string | null;
  /** None for a table. */
  geometry_type: string | null;
  features: number | null;
  crs: { name: string; code: string | null } | null;
  columns: Column[];
  /** By field; guessed for the kind that the file is taken for. */
  mapping: Record<string, Guess>;
}

export interface Missing {
  /** `kind`, `layer`, `crs` or `mapping.FIELD`. */
  field: string;
  message: string;
}

export interface Inspection {
  format: string;
  kind: string | null;
  kind_title: string | null;
  why: string;
  layer: string | null;
  layers: Layer[];
  fields: Record<string, string>;
  name: string;
  missing: Missing[];
}

export interface Options {
  kind: string | null;
  layer: string | null;
  crs: string | null;
  mapping: Record<string, string>;
  name: string | null;
  replaces: string | null;
  layer_of: string | null;
  as_of: string | null;
  mode: "all_or_nothing" | "keep_valid";
  restricted: boolean;
}

export interface Counted {
  rows_read: number;
  rows_kept: number;
  dropped: Record<string, number>;
  counts: Record<string, number>;
  /** Shares, 0 to 1. */
  match_rates: Record<string, number>;
}

export interface Result {
  dataset: { id: string | number; kind: string; name: string; rows_read: number; rows_kept: number };
  already_loaded: boolean;
  footprints: Footprints | null;
  report: Counted;
}

export interface Upload {
  id: string;
  state: "staged" | "committing" | "committed";
  file: string;
  /** Bytes. */
  size: number;
  created_at: string;
  expires_at: string;
  /** How often it was checked. */
  checks: number;
  inspection: Inspection;
  result: Result | null;
}

export type Severity = "error" | "warning" | "note";

export interface Fault {
  row: number | null;
  feature_id: string | null;
  field: string | null;
  code: string;
  severity: Severity;
  value: string | null;
  message: string;
  suggestion: string | null;
}

export interface Checked {
  options: Options;
  ok: boolean;
  already_loaded: boolean;
  would_become: { kind: string; footprints: Footprints | null } | null;
  problem: { title: string; detail: string; remedy: string | null } | null;
  /** None where the file could not be read with these options. */
  report: Counted | null;
  counts: Record<Severity, number> & { listed: number };
  faults: Fault[];
}

/** The faults in the order of the report, numbered from 1. */
export type FaultsOnMap = FeatureCollection<Geometry | null, Fault>;
