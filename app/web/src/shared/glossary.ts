/** The words of the field, said once: headings, definitions and explanations come from here. */
import type { AlignmentClass, Basis, Unit } from "./answers";

export interface Words {
  /** After a percentage: "of registered patients …". */
  headline: string;
  /** Heading of a PCN's whole amount, and of its part outside the lead neighbourhood. */
  total: string;
  outsideLead: string;
  /** Heading of one neighbourhood's amount in a PCN's own table. */
  part: string;
  /** Title of that table. */
  where: string;
  /** After an amount, in a sentence: "3,400 of the 9,100 patients …" and "… live in". */
  insidePlan: string;
  areIn: string;
  outsidePlan: string;
  unknown: string;
}

const LIVING: Words = {
  headline: "of registered patients live outside their PCN’s lead neighbourhood",
  total: "Registered patients",
  outsideLead: "Patients outside lead",
  part: "Patients",
  where: "Where its patients live",
  insidePlan: "living inside the plan",
  areIn: "live in",
  outsidePlan: "Live outside the plan",
  unknown: "Address not known",
};

const ON_LISTS: Words = {
  headline: "of registered patients are with a practice that stands outside its PCN’s lead neighbourhood",
  total: "Registered patients",
  outsideLead: "Patients outside lead",
  part: "Patients",
  where: "Where its practices stand, by their patients",
  insidePlan: "with practices inside the plan",
  areIn: "are with practices in",
  outsidePlan: "Practice outside the plan",
  unknown: "Location not known",
};

const STANDING: Words = {
  headline: "of practices stand outside their PCN’s lead neighbourhood",
  total: "Practices",
  outsideLead: "Practices outside lead",
  part: "Practices",
  where: "Where its practices stand",
  insidePlan: "standing inside the plan",
  areIn: "stand in",
  outsidePlan: "Stand outside the plan",
  unknown: "Location not known",
};

const LAND: Words = {
  headline: "of the PCNs’ area lies outside their lead neighbourhood",
  total: "Area (km²)",
  outsideLead: "Area outside lead (km²)",
  part: "Area (km²)",
  where: "Where its area lies",
  insidePlan: "inside the plan",
  areIn: "lie in",
  outsidePlan: "Outside the plan",
  unknown: "Not known",
};

/** The words for what this answer counts. */
export function wordsOf({ basis, unit }: { basis: Basis; unit: Unit }): Words {
  if (unit === "square metres") return LAND;
  if (unit === "practices") return STANDING;
  return basis === "practice" ? ON_LISTS : LIVING;
}

export const BASES: Record<Basis, { name: string; means: string }> = {
  patients: {
    name: "Where registered patients live",
    means: "Counts each practice’s registered patients by the small area (LSOA) they live in.",
  },
  practice: {
    name: "Where practices stand",
    means:
      "Counts each practice’s whole list in the neighbourhood the practice stands in. It says nothing of where patients live.",
  },
  area: {
    name: "Area on the map",
    means:
      "Compares the land in which each PCN has most patients. Land is not people: it says nothing of numbers.",
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
