"""The properties of features that belong to a plan, collection by collection."""

from __future__ import annotations

from app.domain.publication import Field
from app.services.publishing.about import (
    COUNTED,
    FLAGGED,
    INTEGER,
    NAMED,
    NUMBER,
    PLAN,
    SOURCE,
    TEXT,
    VALID,
)

PLACE = Field("place", TEXT, "Place")
TAIL = (*PLAN, *COUNTED, *VALID, *SOURCE)

NEIGHBOURHOODS = (
    *NAMED,
    PLACE,
    Field("borough", TEXT, "Borough"),
    *PLAN,
    *VALID,
    *SOURCE,
)
BY_PCN = (
    *NAMED,
    PLACE,
    Field("practices", INTEGER, "Practices in the PCN"),
    Field("patients", NUMBER, "Registered patients", "patients"),
    Field("patients_inside", NUMBER, "Of these, living inside the plan", "patients"),
    Field("patients_outside", NUMBER, "Living outside the plan", "patients"),
    Field("patients_unknown", NUMBER, "Residence not known", "patients"),
    Field("lead", TEXT, "Code of the lead neighbourhood: where most of its patients live"),
    Field("lead_name", TEXT, "Name of the lead neighbourhood"),
    Field("patients_in_lead", NUMBER, "Patients living in the lead neighbourhood", "patients"),
    Field("patients_outside_lead", NUMBER, "Patients living in other neighbourhoods of the plan", "patients"),
    Field("containment", NUMBER, "Share of the patients inside the plan who live in the lead neighbourhood"),
    Field("effective_neighbourhoods", NUMBER, "Number of equal neighbourhoods its patients would spread over"),
    Field("material_neighbourhoods", TEXT, "Neighbourhoods with a material part of its patients, by semicolons"),
    Field("class", TEXT, "aligned, partly or split"),
    *TAIL,
)
BY_NEIGHBOURHOOD = (
    *NAMED,
    PLACE,
    Field("residents", NUMBER, "People living in it", "people"),
    Field("patients", NUMBER, "Registered patients living in it", "patients"),
    Field("registered_per_resident", NUMBER, "Registered patients for each resident"),
    Field("lead_for", TEXT, "PCNs it is the lead neighbourhood of, by semicolons"),
    Field("material_pcns", TEXT, "PCNs with a material part of its patients, by semicolons"),
    Field("pcns_to_reach_90", INTEGER, "Fewest PCNs that together have 90 % of its patients"),
    Field("patients_without_pcn", NUMBER, "Patients of practices in no PCN", "patients"),
    Field("pcns", INTEGER, "PCNs with any patients in it"),
    *TAIL,
)
BY_PRACTICE = (
    *NAMED,
    Field("postcode", TEXT, "Postcode"),
    Field("pcn_code", TEXT, "ODS code of its PCN"),
    Field("pcn_name", TEXT, "Name of its PCN"),
    Field("patients", NUMBER, "Registered patients", "patients"),
    Field("patients_inside", NUMBER, "Of these, living inside the plan", "patients"),
    Field("patients_outside", NUMBER, "Living outside the plan", "patients"),
    Field("patients_unknown", NUMBER, "Residence not known", "patients"),
    Field("located_in", TEXT, "Neighbourhood the practice stands in"),
    Field("main_neighbourhood", TEXT, "Neighbourhood where most of its patients live"),
    Field("main_share", NUMBER, "Share of its patients inside the plan who live there"),
    Field("mismatch", FLAGGED, "Whether it stands in another neighbourhood than most of its patients live in"),
    Field("patients_outside_pcn_lead", NUMBER, "Patients living outside its PCN's lead neighbourhood", "patients"),
    *TAIL,
)
BY_AREA = (
    *NAMED,
    Field("neighbourhood_code", TEXT, "Neighbourhood that holds most of the area"),
    Field("neighbourhood_share", NUMBER, "Share of the area it holds"),
    Field("pcn_code", TEXT, "PCN with most patients in the area, of all PCNs"),
    Field("pcn_name", TEXT, "Name of this PCN"),
    Field("pcn_lead", TEXT, "Lead neighbourhood of this PCN"),
    Field("fits", FLAGGED, "Whether the area's neighbourhood is the lead neighbourhood of this PCN"),
    Field("patients", NUMBER, "Patients of this PCN living in the area", "patients"),
    Field("patients_of_area", NUMBER, "Patients of all PCNs living in the area", "patients"),
    Field("share", NUMBER, "Share of the area's patients who are this PCN's"),
    Field("margin", NUMBER, "By how much this share exceeds that of the next PCN"),
    Field("contested", FLAGGED, "Whether no PCN has most of the area's patients"),
    *TAIL,
)
PCN_FOOTPRINTS = (
    *NAMED,
    Field("areas", INTEGER, "Small areas in which it has most patients"),
    Field("contested_areas", INTEGER, "Of these, areas in which no PCN has most patients"),
    Field("patients", NUMBER, "Registered patients", "patients"),
    Field("patients_in_footprint", NUMBER, "Of these, living in the footprint", "patients"),
    Field("share_in_footprint", NUMBER, "Share of its patients who live in the footprint"),
    Field("parts", INTEGER, "Separate parts of the footprint"),
    *TAIL,
)
FINDINGS = (
    Field("code", TEXT, "Number of the finding"),
    Field("name", TEXT, "What was found"),
    Field("kind", TEXT, "Sort of finding"),
    Field("severity", TEXT, "error, warning or advice"),
    Field("neighbourhoods", TEXT, "Neighbourhoods concerned, by semicolons"),
    Field("lsoa_codes", TEXT, "Small areas concerned, by semicolons"),
    Field("lsoas", INTEGER, "How many small areas"),
    Field("area_m2", NUMBER, "Size", "square metres"),
    Field("people", NUMBER, "People living there", "people"),
    Field("safe_to_mend", FLAGGED, "Whether the service can mend it without a decision"),
    *TAIL,
)
