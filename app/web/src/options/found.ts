/** What the service finds for a place: routes, frontier and options (GET /api/v1/options, or the result of a job). */
import type { Provenance } from "../shared/answers";

export type Mark = "rule" | "guidance" | "local";
export type Outcome = "stop" | "warn" | "pass" | "not checked";

export interface Named {
  code: string;
  name: string;
}

export interface Move {
  practice: string;
  practice_name: string;
  patients: number | null;
  /** None for a practice that is in no PCN. */
  from: string | null;
  from_name: string | null;
  to: string;
  to_name: string;
}

/** Patients inside and outside the lead neighbourhood of their PCN, over the whole place. */
export interface Whole {
  patients_outside_lead: number | null;
  patients_in_lead: number | null;
  containment: number | null;
}

export interface PcnState {
  practices: Named[];
  patients: number | null;
  lead: string | null;
  lead_name: string | null;
  patients_outside_lead: number | null;
  containment: number | null;
}

export interface Check {
  check: string;
  outcome: Outcome;
  text: string;
  mark: Mark;
  source: string;
}

export interface Option {
  id: string;
  kind: string;
  sentence: string;
  stopped: boolean;
  moves: Move[];
  before: Whole;
  after: Whole;
  patients_gained: number | null;
  patients_disturbed: number | null;
  pcns: (Named & { before: PcnState | null; after: PcnState | null })[];
  checks: Check[];
  needs: string[];
  /** ISO dates; none where nothing has to change. */
  earliest: string | null;
  contract_year: string | null;
}

export interface FrontierPoint extends Whole {
  allowed: number;
  practices_moved: number;
  patients_gained: number | null;
  patients_disturbed: number | null;
  proven: boolean;
  patients_outside_lead_at_least: number | null;
  patients_gap: number | null;
  moves: Move[];
}

export interface Frontier {
  words: string;
  proven: boolean;
  stopped: string | null;
  exhausted: boolean;
  points: FrontierPoint[];
}

export type Way = "fits, no action" | "re-align" | "cross-INT arrangement";

export interface Route extends Named {
  route: Way;
  sentence: string;
  reasons: { text: string; mark: Mark; source: string }[];
  moves: Move[];
  before: PcnState | null;
  after: PcnState | null;
  needs: string[];
  earliest: string | null;
}

export interface Found extends Provenance {
  place: Named | null;
  words: string;
  asked: { staying: Named[]; kept: Named[]; most_moves: number };
  dates: { earliest: string; contract_year: string; text: string };
  options: Option[];
  frontier: Frontier;
  routes: Route[];
}

/** What the place must say before its first sight: the mark of a source in words. */
export const MARKS: Record<Mark, string> = {
  rule: "rule in London",
  guidance: "guidance",
  local: "local setting",
};
