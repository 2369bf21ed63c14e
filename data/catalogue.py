"""The catalogue of official sources: each kind of file, who publishes it, and what to print beneath a result.

Plain data. ``docs/data-sources.md`` says the same in plain English; a test keeps the two together. The kinds are the
stable names that the command line and the API use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

OGL = "Open Government Licence v3.0"
LOCAL = "as its owner says"

NHS_ENGLAND = (
    "Contains information from NHS England, licensed under the current version of the Open Government Licence."
)
ONS = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0."
MHCLG = (
    "Source: Ministry of Housing, Communities and Local Government, licensed under the Open Government Licence v.3.0."
)
OS_DATA = "Contains OS data © Crown copyright and database right."
ROYAL_MAIL = "Contains Royal Mail data © Royal Mail copyright and database right."
PROPOSAL = "Neighbourhoods as supplied by the place; not an official publication."
OWN_POINTS = "Locations of practices as supplied by the user."

ODS = "https://www.odsdatasearchandexport.nhs.uk/api/getReport?report="
PATIENTS = "https://digital.nhs.uk/data-and-information/publications/statistical/patients-registered-at-a-gp-practice"
GEOGRAPHY = "https://geoportal.statistics.gov.uk"
BY_THE_PLACE = "the place partnership, the ICB or the borough"


@dataclass(frozen=True)
class Entry:
    """One kind of file. ``landing`` is an address, or says whom to ask; ``attribution`` are the lines to print."""

    kind: str
    title: str
    publisher: str
    landing: str
    frequency: str
    file_names: tuple[str, ...]
    licence: str
    attribution: tuple[str, ...]
    note: str


CATALOGUE: tuple[Entry, ...] = (
    Entry(
        kind="practices",
        title="GP practices (epraccur)",
        publisher="NHS England, Organisation Data Service",
        landing=f"{ODS}epraccur",
        frequency="quarterly until 2025; now exported at any time",
        file_names=("epraccur.csv", "epraccur.zip"),
        licence=OGL,
        attribution=(NHS_ENGLAND,),
        note="27 columns, no header. Not every active row of setting 4 (or role RO76) has a registered list.",
    ),
    Entry(
        kind="pcn-membership",
        title="Primary Care Networks and their core partners, one workbook (ePCN)",
        publisher="NHS England, Organisation Data Service",
        landing="https://digital.nhs.uk/services/organisation-data-service",
        frequency="monthly until replaced by epcn and epcncorepartnerdetails",
        file_names=("ePCN.xlsx", "ePCN.zip"),
        licence=OGL,
        attribution=(NHS_ENGLAND,),
        note="History and current rows stand in one sheet; an end date is the last day of membership.",
    ),
    Entry(
        kind="pcns",
        title="Primary Care Networks (epcn)",
        publisher="NHS England, Organisation Data Service",
        landing=f"{ODS}epcn",
        frequency="exported at any time",
        file_names=("epcn.csv",),
        licence=OGL,
        attribution=(NHS_ENGLAND,),
        note="12 columns, no header. The postcode is an office's, not a place where the network works.",
    ),
    Entry(
        kind="pcn-partners",
        title="Core partners of Primary Care Networks (epcncorepartnerdetails)",
        publisher="NHS England, Organisation Data Service",
        landing=f"{ODS}epcncorepartnerdetails",
        frequency="exported at any time",
        file_names=("epcncorepartnerdetails.csv",),
        licence=OGL,
        attribution=(NHS_ENGLAND,),
        note="11 columns, no header. Rely on the dates and not on status words.",
    ),
    Entry(
        kind="registrations",
        title="Patients registered at a GP practice, by LSOA",
        publisher="NHS England",
        landing=PATIENTS,
        frequency="quarterly: January, April, July, October",
        file_names=(
            "gp-reg-pat-prac-lsoa-all.csv",
            "gp-reg-pat-prac-lsoa-male.csv",
            "gp-reg-pat-prac-lsoa-female.csv",
            "gp-reg-pat-prac-lsoa-male-female.zip",
        ),
        licence=OGL,
        attribution=(NHS_ENGLAND,),
        note="LSOA 2011 with NO2011 for unknown residence at first, LSOA 2021 with EMPTY since 2025.",
    ),
    Entry(
        kind="practice-map",
        title="Practices with their PCN, sub-ICB location, ICB and region",
        publisher="NHS England",
        landing=PATIENTS,
        frequency="monthly",
        file_names=("gp-reg-pat-prac-map.csv",),
        licence=OGL,
        attribution=(NHS_ENGLAND,),
        note="PCN code U, Unallocated, means that the practice is in no network.",
    ),
    Entry(
        kind="practice-points",
        title="Practices with coordinates",
        publisher="the user's own, for example from an estates system",
        landing=BY_THE_PLACE,
        frequency="as needed",
        file_names=("any .csv or .geojson with a practice code and coordinates",),
        licence=LOCAL,
        attribution=(OWN_POINTS,),
        note="Wanted only where a postcode has no grid reference or lies far from the door.",
    ),
    Entry(
        kind="areas",
        title="Lower layer Super Output Areas, boundaries",
        publisher="Office for National Statistics",
        landing=GEOGRAPHY,
        frequency="with each census: 2011, 2021",
        file_names=("Lower_layer_Super_Output_Areas_December_2021_Boundaries_EW_BGC_V5.geojson",),
        licence=OGL,
        attribution=(ONS, OS_DATA),
        note="The generalised, clipped version (BGC, 20 m) is enough. Every area of the place is needed.",
    ),
    Entry(
        kind="area-lookup",
        title="LSOA 2011 to LSOA 2021, exact fit",
        publisher="Office for National Statistics",
        landing=GEOGRAPHY,
        frequency="once; version 3 is current",
        file_names=("LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Exact_Fit_Lookup_for_EW_(V3).csv",),
        licence=OGL,
        attribution=(ONS,),
        note="The exact-fit lookup keeps every part of a split area; best-fit lookups lose some.",
    ),
    Entry(
        kind="postcodes",
        title="Postcodes with grid references and areas (NSPL, ONSPD, Code-Point Open)",
        publisher="Office for National Statistics; Ordnance Survey for Code-Point Open",
        landing=GEOGRAPHY,
        frequency="quarterly: February, May, August, November",
        file_names=("NSPL_*.csv", "ONSPD_*.csv", "Code-Point Open *.csv"),
        licence=OGL,
        attribution=(ONS, OS_DATA, ROYAL_MAIL),
        note="Column names changed in May 2025. Practices may stand at terminated postcodes.",
    ),
    Entry(
        kind="population",
        title="Mid-year population estimates by LSOA",
        publisher="Office for National Statistics",
        landing="https://www.ons.gov.uk",
        frequency="yearly",
        file_names=("sapelsoasyoa20192022.xlsx", "sapelsoasyoa20222024.xlsx"),
        licence=OGL,
        attribution=(ONS,),
        note="Residents, not patients. Three rows of preamble stand above the headings.",
    ),
    Entry(
        kind="deprivation",
        title="English Indices of Deprivation, File 7",
        publisher="Ministry of Housing, Communities and Local Government",
        landing="https://assets.publishing.service.gov.uk/media/691ded56d140bbbaa59a2a7d/"
        "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
        frequency="every few years: 2019 on LSOA 2011, 2025 on LSOA 2021",
        file_names=("File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",),
        licence=OGL,
        attribution=(MHCLG,),
        note="Decile 1 is the most deprived tenth. Average scores by population, never ranks.",
    ),
    Entry(
        kind="footprints",
        title="Proposed neighbourhoods as polygons",
        publisher=BY_THE_PLACE,
        landing=BY_THE_PLACE,
        frequency="as the proposal changes",
        file_names=("any .geojson, .gpkg or zipped shapefile",),
        licence=LOCAL,
        attribution=(PROPOSAL,),
        note="A draft may be sensitive until it is agreed.",
    ),
    Entry(
        kind="footprint-lookup",
        title="Proposed neighbourhoods as a list of LSOAs or wards",
        publisher=BY_THE_PLACE,
        landing=BY_THE_PLACE,
        frequency="as the proposal changes",
        file_names=("any .csv with an area code and a neighbourhood",),
        licence=LOCAL,
        attribution=(PROPOSAL,),
        note="The surest form: no line has to be drawn, so none can miss. A draft may be sensitive until it is agreed.",
    ),
)
"""Every kind of file the service reads, in the order in which a place loads them."""

_BY_KIND = {entry.kind: entry for entry in CATALOGUE}


def entry(kind: str) -> Entry:
    """What is known of a kind of file. Raises ``KeyError`` for a kind the catalogue does not have."""
    return _BY_KIND[kind]


def attribution(kinds: Iterable[str]) -> str:
    """The text to print beneath a result made from files of these kinds: each line once, in the catalogue's order.

    Wording as NHS England, ONS and Ordnance Survey ask for it. Raises ``KeyError`` for an unknown kind; no kinds give
    an empty text.
    """
    used = {entry(kind).kind for kind in kinds}
    lines = dict.fromkeys(line for known in CATALOGUE if known.kind in used for line in known.attribution)
    return " ".join(lines)
