/** The shapes of what a check of a plan found, as …/findings answers. */
import type { FeatureCollection, Geometry } from "geojson";
import type { Provenance } from "../shared/answers";

export type Severity = "error" | "warning" | "advice";

export interface Finding {
  id: number;
  kind: string;
  severity: Severity;
  area_m2: number;
  people: number | null;
  safe_to_mend: boolean;
  message: string;
  /** Codes joined by semicolons. */
  footprints: string;
  lsoa_codes: string;
}

export type OnMap = FeatureCollection<Geometry | null, Finding>;

export interface Checked extends Provenance {
  form: "polygons" | "list";
  tolerance_metres: number | null;
  place_known_by: string;
  clean: boolean;
  findings: number;
  by_severity: Record<string, number>;
  by_kind: Record<string, number>;
}
