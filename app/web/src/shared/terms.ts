/** Every term of the field that stands on a page, explained once, in words for a reader who never met it. */

export const TERMS = {
  pcn: {
    name: "PCN",
    means: "Primary Care Network: general practices that work together under one national contract.",
  },
  neighbourhood: {
    name: "Neighbourhood",
    means: "One area of the proposal, to be served by one Integrated Neighbourhood Team (INT).",
  },
  int: {
    name: "INT",
    means:
      "Integrated Neighbourhood Team: staff of the NHS, the council and others who serve one neighbourhood together.",
  },
  proposal: {
    name: "Proposal",
    means:
      "A set of neighbourhoods for one or more places. It can be loaded again and again; each is a version.",
  },
  version: {
    name: "Version",
    means:
      "Proposals change. Each version is kept, with its status: draft, shared for comment, proposed, agreed or superseded.",
  },
  place: {
    name: "Place",
    means: "A borough, or boroughs that plan together. Proposals are made place by place.",
  },
  "as-of": {
    name: "Date",
    means:
      "Practices join and leave PCNs. The figures take the PCNs as they were on this day, and of each file the one nearest to it.",
  },
  basis: {
    name: "Count by",
    means:
      "What is counted: patients where they live (best), whole lists where practices stand, or land on the map (says nothing of people).",
  },
  lead: {
    name: "Lead neighbourhood",
    means: "The neighbourhood in which the largest number of a PCN’s patients live.",
  },
  containment: {
    name: "Share inside lead",
    means:
      "Of a PCN’s patients who live somewhere in the plan, the share who live in its lead neighbourhood. Also called containment.",
  },
  "outside-lead": {
    name: "Patients outside lead",
    means: "Patients who live in the plan but in another neighbourhood than their PCN’s lead.",
  },
  misalignment: {
    name: "Misalignment",
    means:
      "Of all patients of these PCNs who live in the plan, the share who live outside their PCN’s lead neighbourhood. 0% would be a perfect fit.",
  },
  effective: {
    name: "Neighbourhoods served",
    means:
      "The effective number: 1.0 when all patients live in one neighbourhood, 2.0 when they are spread like two equal halves, and so on.",
  },
  fit: {
    name: "Fit",
    means:
      "A word for the share inside the lead: aligned, partly aligned or split. The limits are local settings and stand below the table.",
  },
  "reach-90": {
    name: "PCNs to reach 90%",
    means:
      "The smallest number of PCNs a neighbourhood’s team would work with to reach nine tenths of what is counted there.",
  },
  "share-of-neighbourhood": {
    name: "Share of the neighbourhood",
    means:
      "Of the patients who live in the neighbourhood and are with a PCN counted here, the share who are with this one.",
  },
  registered: {
    name: "Registered patients",
    means:
      "People on practices’ lists. In London there are more of them than residents: people move away and stay on a list.",
  },
  residents: {
    name: "Residents",
    means:
      "People living there, by the census or the yearly estimate, whether or not they are with a practice.",
  },
  lsoa: {
    name: "LSOA",
    means:
      "Lower layer Super Output Area: a small area of the census, some 1,000 to 3,000 people. The service counts in these.",
  },
  core: {
    name: "Core area",
    means:
      "The fewest small areas that together hold a chosen part of a PCN’s patients. Cores of different PCNs overlap.",
  },
  plurality: {
    name: "PCN with most patients",
    means:
      "Each small area is given to the PCN with more of its patients than any other, often less than half of them.",
  },
  deprivation: {
    name: "Deprivation tenth",
    means:
      "England’s small areas in order of the Index of Multiple Deprivation, in ten equal groups: 1 is the most deprived tenth.",
  },
  mismatch: {
    name: "Differs",
    means: "The practice stands in one neighbourhood, and most of its patients live in another.",
  },
  "practice-outside": {
    name: "Part of the misfit",
    means:
      "Of all patients outside their PCN’s lead neighbourhood, the share on this practice’s list. The largest parts drive the mismatch.",
  },
  benchmark: {
    name: "London benchmark",
    means:
      "In a published study (Clarke 2020) the best grouping of London’s practices kept 70% of patients in their own area in the middle case.",
  },
  "outside-plan": {
    name: "Outside the plan",
    means: "Patients whose address is known and lies in none of the neighbourhoods, such as another borough.",
  },
  unknown: {
    name: "Address not known",
    means: "Patients whose small area is not given in the published file. They are left out of every share.",
  },
  layer: {
    name: "Other service’s areas",
    means: "The areas another service works in already, such as social care localities, for comparison.",
  },
  finding: {
    name: "Coverage finding",
    means:
      "Something about the outlines to look at: a gap, an overlap, a detached piece, or a size outside the guide band.",
  },
  "co-located": {
    name: "Practices in one building",
    means: "Practices at the same address are drawn side by side, so that each can be seen and chosen.",
  },
  arrangement: {
    name: "Cross-INT arrangement",
    means:
      "What the parties agree on where a PCN’s patients live in several neighbourhoods and no practice moves: who meets whom, with what, and until when.",
  },
  "lead-int": {
    name: "Lead INT",
    means:
      "The team of the neighbourhood in which most of the PCN’s patients live. Another can lead where there is a reason.",
  },
  mdt: {
    name: "MDT",
    means:
      "Multidisciplinary team meeting: staff of different professions talk about patients whom they look after together.",
  },
  session: {
    name: "Session",
    means: "Half a working day of one person, the unit in which the NHS plans clinical time.",
  },
  integrator: {
    name: "Integrator",
    means:
      "The organisation, or organisations, of the place that host what the INTs need to work: staff, data, buildings. It decides no boundaries.",
  },
  vcfse: {
    name: "VCFSE",
    means: "Voluntary, community, faith and social enterprise organisations.",
  },
  attribution: {
    name: "Attribution rule",
    means: "The rule that says, for every patient of the PCN, which INT meets them.",
  },
  arrs: {
    name: "ARRS",
    means:
      "Additional Roles Reimbursement Scheme: pays for staff of a PCN such as pharmacists and physiotherapists.",
  },
  des: {
    name: "Network Contract DES",
    means:
      "Directed Enhanced Service: the national contract under which practices form PCNs. It says who may be a member, and who decides.",
  },
  lmc: {
    name: "LMC",
    means: "Local Medical Committee: speaks for the general practices of an area.",
  },
  dsa: {
    name: "DSA and DPIA",
    means:
      "Data sharing agreement, and data protection impact assessment: what must be in place before records are shared.",
  },
  "largest-remainder": {
    name: "Largest remainder",
    means:
      "Each INT gets its exact part rounded down, and what is left over goes to the largest remainders, so that the parts add up to the whole.",
  },
  "sign-off": {
    name: "Sign-off",
    means:
      "A note that somebody has signed, made by whoever holds the key of this service. It is a record of a signature, and no proof of it.",
  },
  crs: {
    name: "Coordinate system",
    means:
      "How a map file writes down where a point is, for instance in metres on the British National Grid. Read in the wrong one, outlines land elsewhere.",
  },
  "file-layer": {
    name: "Layer or sheet",
    means:
      "A map file can hold several maps, called layers, and a workbook several sheets. One of them is read.",
  },
  mapping: {
    name: "Which column holds what",
    means:
      "Files name their columns in their own way. The service guesses which one holds, say, the code; choose another where it guessed wrong.",
  },
  "dry-run": {
    name: "Check, or dry run",
    means:
      "The file is read as if it were loaded, every fault is listed, and then all of it is undone. A check can be repeated as often as you like.",
  },
  "keep-valid": {
    name: "Leave out what has errors",
    means:
      "By default one error stops the load. With this, neighbourhoods or rows with errors are left out and counted, and the rest is loaded.",
  },
  restricted: {
    name: "Hide small numbers",
    means:
      "For files that may be seen only with care: in every answer that stands on this file, counts so small that they could point to a person are hidden.",
  },
} as const satisfies Record<string, { name: string; means: string }>;

export type TermKey = keyof typeof TERMS;
