/** What is to be written in each field, in words for somebody who fills in such a record for the first time. */
import type { TermKey } from "../shared/terms";

export type Kind = "date" | "contact" | "line" | "text";

interface Wording {
  kind: Kind;
  hint: string;
  term?: TermKey;
}

const FIELDS: Record<string, Wording> = {
  "parties.place_partnership": { kind: "line", hint: "The partnership’s own name.", term: "place" },
  "parties.integrator": {
    kind: "line",
    hint: "The organisation, or several of them, and whom to ask for.",
    term: "integrator",
  },
  "parties.community_trust": { kind: "line", hint: "The provider of community nursing and therapies." },
  "parties.mental_health_trust": { kind: "line", hint: "The provider of community mental health services." },
  "parties.acute_trust": { kind: "line", hint: "The hospital trust that works with these INTs." },
  "parties.local_authority": { kind: "line", hint: "The council, and the director who speaks for it." },
  "parties.vcfse": { kind: "line", hint: "The organisation that speaks for the sector here.", term: "vcfse" },
  "reason.realignment": {
    kind: "text",
    hint: "What was looked at, and why the practices or the lines stay as they are.",
  },
  "attribution.rule": {
    kind: "text",
    hint: "Which INT meets a patient: by home, by practice, or a named group of patients.",
    term: "attribution",
  },
  "attribution.tie_break": { kind: "text", hint: "Where a home could count with two INTs." },
  "attribution.moving": { kind: "text", hint: "From which day, and what becomes of work that has begun." },
  "attribution.care_homes": { kind: "text", hint: "Which INT meets people who live in care homes." },
  "attribution.no_fixed_abode": { kind: "text", hint: "Which INT meets people without a home address." },
  "mdt.sessions": {
    kind: "text",
    hint: "Sessions of each INT a week. Give the whole number above under “What is shared out”, and the draft works out the parts.",
    term: "session",
  },
  "mdt.discussion": { kind: "text", hint: "At which team’s meeting a patient is talked about." },
  "clinical_lead.voting": { kind: "text", hint: "Who has a vote where an INT’s leadership decides." },
  "host.employer": {
    kind: "text",
    hint: "Which organisation employs whom, and who directs their work.",
    term: "arrs",
  },
  "host.honorary_contracts": { kind: "text", hint: "For staff who see patients of another organisation." },
  "host.vehicle": {
    kind: "text",
    hint: "The contract or agreement that this arrangement is part of.",
    term: "des",
  },
  "funding.amounts": {
    kind: "text",
    hint: "Pounds for each INT. Give the whole amount above under “What is shared out”, and the draft works out the parts.",
  },
  "funding.review_date": { kind: "date", hint: "The day on which the split is looked at again." },
  "data.agreement": { kind: "line", hint: "Reference numbers, such as those of your register.", term: "dsa" },
  "data.systems": { kind: "text", hint: "The systems in which the INTs read and write records." },
  "data.access": { kind: "text", hint: "Which roles see which patients’ records, across the INTs." },
  "access.hubs": { kind: "text", hint: "For each INT: the buildings that its residents go to." },
  "access.cross_site": {
    kind: "text",
    hint: "Rooms, cover for absence, and standards where staff work at several sites.",
  },
  "performance.metrics": { kind: "text", hint: "What is reported to each INT, how often, and by whom." },
  "performance.counting": { kind: "text", hint: "How a patient is kept from being counted twice." },
  "escalation.route": { kind: "text", hint: "Who decides when the parties do not agree, step by step." },
  "escalation.lmc": { kind: "text", hint: "When the Local Medical Committee is heard.", term: "lmc" },
  "term.start": { kind: "date", hint: "Needed before the arrangement can be proposed." },
  "term.review_date": { kind: "date", hint: "The day on which the whole arrangement is looked at again." },
  "term.review": { kind: "text", hint: "How often, and on what occasions." },
  "term.exit": { kind: "text", hint: "When it ends, and what is talked about then." },
};

const PERSON: Wording = {
  kind: "contact",
  hint: "Work details of somebody in the service; never a patient’s.",
};

/** How a field is filled in. One that a later version of the service adds is a text. */
export function wordingOf(key: string): Wording {
  const known = FIELDS[key];
  if (known) return known;
  if (/^mdt\..+\.(representative|deputy)$/.test(key) || key.startsWith("clinical_lead.")) return PERSON;
  return { kind: "text", hint: "" };
}

/** Terms explained beside a computed field’s label, or a section’s heading. */
export const EXPLAINED: Record<string, TermKey> = {
  "parties.pcn": "pcn",
  "parties.ints": "int",
  "lead.int": "lead-int",
  "attribution.elsewhere": "outside-plan",
  "funding.method": "largest-remainder",
  "MDT membership": "mdt",
  "Status and sign-off": "sign-off",
};
