/** The words of the field, said once: headings, definitions and explanations come from here. */
import type { AlignmentClass, Basis, Unit } from "./api";
import type { ColumnKey } from "./columns";

export interface UnitWords {
  /** "of registered patients …", after a percentage. */
  headline: string;
  total: string;
  outsideLead: string;
  shareInside: string;
  /** How one PCN's figures are said: "12 patients live in …". */
  verb: string;
  /** "living inside the plan" */
  insidePlan: string;
  outsidePlan: string;
  unknown: string;
}

export const UNITS: Record<Unit, UnitWords> = {
  patients: {
    headline: "of registered patients live outside their PCN’s lead neighbourhood",
    total: "Registered patients",
    outsideLead: "Patients outside lead",
    shareInside: "Share inside lead",
    verb: "live",
    insidePlan: "living inside the plan",
    outsidePlan: "Live outside the plan",
    unknown: "Address not known",
  },
  practices: {
    headline: "of practices stand outside their PCN’s lead neighbourhood",
    total: "Practices",
    outsideLead: "Practices outside lead",
    shareInside: "Share inside lead",
    verb: "stand",
    insidePlan: "standing inside the plan",
    outsidePlan: "Stand outside the plan",
    unknown: "Location not known",
  },
  "square metres": {
    headline: "of the PCNs’ area lies outside their lead neighbourhood",
    total: "Area (km²)",
    outsideLead: "Area outside lead (km²)",
    shareInside: "Share inside lead",
    verb: "lie",
    insidePlan: "lying inside the plan",
    outsidePlan: "Lies outside the plan",
    unknown: "Not known",
  },
};

export const BASES: Record<Basis, { name: string; means: string }> = {
  patients: {
    name: "Where registered patients live",
    means: "Counts each practice’s registered patients by the small area (LSOA) they live in.",
  },
  practice: {
    name: "Where practices stand",
    means: "Counts each practice in the neighbourhood it stands in. It says nothing of where patients live.",
  },
  area: {
    name: "Area on the map",
    means: "Compares areas of land. For display only: land is not people.",
  },
};

export const CLASSES: Record<AlignmentClass, { name: string; tag: string; discuss: string }> = {
  aligned: {
    name: "Aligned",
    tag: "nhsuk-tag--green",
    discuss:
      "Most of this PCN’s list is in one neighbourhood. An option for discussion is to leave things as they are and to agree a named contact for each other neighbourhood.",
  },
  partly: {
    name: "Partly aligned",
    tag: "nhsuk-tag--yellow",
    discuss:
      "Options for discussion: a working arrangement with the next largest neighbourhoods, or another look at the practices that are mostly elsewhere. Neither is a recommendation.",
  },
  split: {
    name: "Split",
    tag: "nhsuk-tag--red",
    discuss:
      "No neighbourhood holds the clear majority of this PCN’s list. Options for discussion: an arrangement across several neighbourhoods, or another look at practices and lines together. Neither is a recommendation.",
  },
};

export const STATUSES: Record<string, string> = {
  draft: "draft",
  shared: "shared for comment",
  proposed: "proposed",
  agreed: "agreed",
  superseded: "superseded",
};

export const COLUMN_NAMES: Record<ColumnKey, (unit: Unit) => string> = {
  name: () => "PCN",
  lead_name: () => "Lead neighbourhood",
  patients: (unit) => UNITS[unit].total,
  patients_outside_lead: (unit) => UNITS[unit].outsideLead,
  containment: (unit) => UNITS[unit].shareInside,
  effective_neighbourhoods: () => "Neighbourhoods served",
  class: () => "Fit",
};

/** Terms as they are explained on the page, in the order a reader meets them. */
export const TERMS: readonly (readonly [string, string])[] = [
  ["PCN", "Primary Care Network: general practices that work together under one national contract."],
  [
    "Neighbourhood",
    "One area of the proposal, to be served by one Integrated Neighbourhood Team (INT).",
  ],
  ["Lead neighbourhood", "The neighbourhood in which the largest number of a PCN’s patients live."],
  [
    "Share inside lead",
    "Of a PCN’s patients who live somewhere in the plan, the share who live in its lead neighbourhood.",
  ],
  [
    "Patients outside lead",
    "Patients who live in the plan but in another neighbourhood than their PCN’s lead.",
  ],
  [
    "Neighbourhoods served",
    "The effective number: 1.0 when all patients live in one neighbourhood, 2.0 when they are spread like two equal halves, and so on.",
  ],
];
