/** Arrangements as the service drafts and keeps them (GET /api/v1/arrangements/…). */
import type { Provenance } from "../shared/answers";

/** figures: computed, changed by a new draft alone. default: proposed by the draft. */
export type FieldState = "figures" | "default" | "open" | "filled in";

export interface Field {
  key: string;
  section: string;
  label: string;
  value: string | null;
  state: FieldState;
  /** The source, or that it is a proposal. */
  basis: string;
  /** Who is to fill it in. */
  by: string | null;
  /** What the draft said; none where it was open. */
  drafted: string | null;
}

/** A figure is null where there is none, or where it is a small number: its name is then among those hidden. */
interface MayHide {
  suppressed_fields?: string[];
}

export interface SplitRow extends MayHide {
  code: string;
  name: string;
  patients: number | null;
  share_of_pcn: number | null;
  share_of_int: number | null;
  material: boolean | null;
  served_by: string | null;
  served_by_name: string | null;
  /** Patients its MDT answers for, those from elsewhere that count with it included. */
  total: number | null;
  share: number | null;
  sessions: number | null;
  amount: number | null;
}

export interface Concerned extends MayHide {
  code: string;
  name: string;
  patients: number | null;
  share: number | null;
}

export interface Ours extends MayHide {
  code: string;
  name: string;
  patients: number | null;
  patients_total: number | null;
  share_of_int: number | null;
  sessions: number | null;
  amount: number | null;
}

export interface Signature {
  party: "health" | "local authority";
  name: string;
  role: string;
  signed_on: string;
}

export interface Content {
  pcn: { code: string; name: string; practices: { code: string; name: string }[]; patients: number | null };
  lead: { code: string; name: string; largest: string };
  split: { weight: string; sessions: number | null; amount: number | null; rows: SplitRow[] };
  concerned: { code: string; name: string; practices: Concerned[] }[];
  ours: Ours[];
  triggers: {
    lead_share: number;
    list_change: number;
    material_share: number;
    material_patients: number;
    review_date: string | null;
  };
  fields: Field[];
  provenance: Provenance & { place: { id: string; name: string } | null };
  /** Of a kept one alone. */
  signatures?: Signature[];
  replaces?: string | null;
}

export type Status = "draft" | "proposed" | "agreed by place partnership" | "in force" | "ended";

/** A kept arrangement as one line of a list. */
export interface Listed {
  id: string;
  status: Status;
  revision: number;
  footprints: { id: string; name: string; version: number };
  place: string | null;
  pcn_code: string;
  pcn_name: string;
  lead_name: string;
  open_fields: number;
  signatures: number;
  replaces: string | null;
  created_at: string;
  updated_at: string;
}

export interface Kept extends Listed {
  /** The steps that it can take from here. */
  steps: Status[];
  content: Content;
}

export interface Happened {
  revision: number;
  at: string;
  by: string;
  what: string;
  status: Status;
}

export interface Review {
  due: boolean;
  today: string;
  drafted_as_of: string | null;
  as_of: string | null;
  items: { trigger: string; text: string }[];
}

/** Rows that are no INT: patients who live elsewhere. */
export const NO_INT: readonly string[] = ["OUTSIDE", "UNKNOWN"];

/** What was agreed stays as it was signed. */
export function isWritable(status: Status): boolean {
  return status === "draft" || status === "proposed";
}
