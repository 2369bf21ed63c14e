"""The shapes of answers. Counts are patients; ``None`` with ``suppressed`` is a small number that may not be shown.

A service may add fields to any of them; ``total=False`` marks those that are not always there.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

BasisName = Literal["patients", "practice", "area"]
Count = int | float | None


class PlaceFootprints(TypedDict):
    id: str
    version: int
    neighbourhoods: int


class Place(TypedDict):
    id: str
    name: str
    boroughs: list[str]
    footprints: list[PlaceFootprints]


class Footprints(TypedDict):
    """A plan, or a version of one."""

    id: str
    name: str
    role: str
    service: str | None
    version: int
    status: str
    neighbourhoods: int
    places: list[str]
    dataset: str
    start_date: str | None
    created_at: str


class Dataset(TypedDict):
    id: str
    kind: str
    name: str
    sha256: str
    size: int
    vintage: str | None
    effective_date: str | None
    loaded_at: str
    rows_read: int
    rows_kept: int
    restricted: bool


class Named(TypedDict):
    code: str
    name: str


class Reference(TypedDict):
    id: str
    name: str
    version: int
    status: str


class PlaceReference(TypedDict):
    id: str
    name: str


class DatasetReference(TypedDict):
    id: str
    kind: str
    name: str
    sha256: str
    effective_date: str | None


class StandsOn(TypedDict):
    """What an answer stands on."""

    footprints: Reference
    place: PlaceReference | None
    basis: BasisName
    basis_explained: str
    unit: str
    as_of: str
    fictional: bool
    restricted: bool
    small_numbers: str | None
    datasets: list[DatasetReference]
    attribution: str
    warnings: list[str]


class _Suppressed(TypedDict, total=False):
    suppressed: bool
    suppressed_fields: list[str]


# "class" is a word of Python, so that these are written in the other form.
Pcn = TypedDict(
    "Pcn",
    {
        "code": str,
        "name": str,
        "place": str | None,
        "practices": int,
        "patients": Count,
        "patients_inside": Count,
        "patients_outside": Count,
        "patients_unknown": Count,
        "lead": str | None,
        "lead_name": str | None,
        "patients_in_lead": Count,
        "patients_outside_lead": Count,
        "containment": float | None,
        "effective_neighbourhoods": float | None,
        "material_neighbourhoods": list[str],
        "class": str | None,
    },
)


class Part(TypedDict):
    code: str
    name: str
    patients: Count
    share: float | None


class Neighbourhood(_Suppressed):
    code: str
    name: str
    place: str
    residents: Count
    patients: Count
    registered_per_resident: float | None
    lead_for: list[str]
    material_pcns: list[str]
    pcns_to_reach_90: int | None
    patients_without_pcn: Count
    pcns: list[Part]


class Practice(_Suppressed):
    code: str
    name: str
    postcode: str | None
    pcn_code: str | None
    pcn_name: str | None
    patients: Count
    patients_inside: Count
    patients_outside: Count
    patients_unknown: Count
    located_in: str | None
    main_neighbourhood: str | None
    main_share: float | None
    mismatch: bool
    patients_outside_pcn_lead: Count
    neighbourhoods: list[Part]


class Alignment(StandsOn):
    """The headline figures of a plan or place, and its PCNs, most patients outside their lead first."""

    practices: int
    practices_without_pcn: int
    pcns: int
    neighbourhoods: int
    patients_total: Count
    patients_inside: Count
    patients_outside: Count
    patients_unknown: Count
    misalignment: float | None
    median_containment: float | None
    classes: dict[str, int]
    thresholds: dict[str, float]
    benchmark: dict[str, Any]
    pcn: list[Pcn]


class Matrix(StandsOn):
    """PCNs × neighbourhoods: ``patients[row][column]``, and what makes the margins complete."""

    rows: list[Named]
    columns: list[Named]
    patients: list[list[Count]]
    outside: list[Count]
    unknown: list[Count]
    without_pcn: list[Count]
    registered_elsewhere: list[Count]


class Options(StandsOn):
    """What could be discussed for a place; never instructions."""

    words: str
    options: list[dict[str, Any]]
    frontier: dict[str, Any]
    routes: list[dict[str, Any]]


class LookupColumn(TypedDict):
    name: str
    meaning: str
    unit: str | None


class LookupDescription(TypedDict):
    name: str
    title: str
    answers: str
    needs: list[str]
    a_column_for_each_neighbourhood: bool
    columns: list[LookupColumn]


class Collection(TypedDict, total=False):
    id: str
    title: str
    description: str
    extent: dict[str, Any]
    crs: list[str]
    links: list[dict[str, Any]]


class Feature(TypedDict):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class Loaded(TypedDict):
    """One file as it was loaded."""

    dataset: Dataset
    already_loaded: bool
    footprints: Footprints | None
    report: dict[str, Any]


class Upload(TypedDict):
    dry_run: bool
    loaded: list[Loaded]
