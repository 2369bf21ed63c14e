"""How well a file fits what is already loaded, told in its import report before anything is written."""

from __future__ import annotations

from collections.abc import Callable

from app.ingest.kinds import Kind
from app.ingest.reading import UNKNOWN_AREA, Reading
from app.store.unit import Unit

LOW = 0.95
"""Below this share of codes found, the report warns: a whole vintage or region may be missing."""


def match(unit: Unit, reading: Reading) -> None:
    """Add match rates (and warnings where they are low) to the reading's report."""
    check = _CHECKS.get(reading.kind)
    if check is not None:
        check(unit, reading)


def _registrations(unit: Unit, reading: Reading) -> None:
    frame, report = reading.frames["registration"], reading.report
    practices = set(frame["practice_code"])
    for record in unit.datasets.page(str(Kind.PRACTICES), limit=None):
        _rate(reading, f"practices found in {record.name}", practices, set(unit.practices.of(record.id)["code"]))
    known = frame[frame["area_code"] != UNKNOWN_AREA]
    by_area = known.groupby("area_code")["patients"].sum()
    rates: dict[str, float] = {}
    for record in unit.datasets.page(str(Kind.AREAS), limit=None):
        codes = set(unit.areas.of(record.id, geometry=False)["code"])
        inside = float(by_area[by_area.index.isin(codes)].sum())
        share = inside / float(by_area.sum()) if len(by_area) else 0.0
        report.match_rates[f"patients living in the areas of {record.name}"] = round(share, 6)
        rates[record.vintage or ""] = max(share, rates.get(record.vintage or "", 0.0))
    best = max(rates, key=lambda vintage: rates[vintage], default=None)
    if best and report.vintage and best != report.vintage and rates[best] > rates.get(report.vintage, 0.0) + 0.02:
        report.note(
            "vintage-differs",
            f"The file's areas are of {report.vintage}; the areas loaded are of {best}.",
            suggestion="Load the 2011 to 2021 exact-fit lookup as well, and the patients are carried over.",
        )


def _membership(unit: Unit, reading: Reading) -> None:
    practices = set(reading.frames["membership"]["practice_code"])
    for record in unit.datasets.page(str(Kind.PRACTICES), limit=None):
        _rate(reading, f"practices found in {record.name}", practices, set(unit.practices.of(record.id)["code"]))


def _practices(unit: Unit, reading: Reading) -> None:
    frame = reading.frames["practice"]
    active = frame[frame["status"] == "active"]
    wanted = {str(p).replace(" ", "").upper() for p in active["postcode"].dropna()}
    for record in unit.datasets.page(str(Kind.POSTCODES), limit=None):
        found = set(unit.postcodes.locate(record.id, sorted(wanted))["postcode"])
        reading.report.match_rates[f"postcodes of active practices found in {record.name}"] = _share(wanted, found)


def _lookup(unit: Unit, reading: Reading) -> None:
    frame = reading.frames["area_lookup"]
    for record in unit.datasets.page(str(Kind.AREAS), limit=None):
        codes = set(unit.areas.of(record.id, geometry=False)["code"])
        side = "from_code" if record.vintage == "2011" else "to_code"
        reading.report.match_rates[f"areas of {record.name} found in the lookup"] = _share(codes, set(frame[side]))


def _footprint_lookup(unit: Unit, reading: Reading) -> None:
    pairs = reading.frames["neighbourhood_area"]
    for record in unit.datasets.page(str(Kind.AREAS), limit=None):
        areas = unit.areas.of(record.id, geometry=False)
        for unit_name, column in (("lsoa", "code"), ("ward", "ward_code")):
            codes = set(pairs.loc[pairs["unit"] == unit_name, "area_code"])
            if codes:
                name = f"{unit_name} codes found in {record.name}"
                reading.report.match_rates[name] = _share(codes, set(areas[column].dropna()))


def _rate(reading: Reading, what: str, wanted: set[str], known: set[str]) -> None:
    share = _share(wanted, known)
    reading.report.match_rates[what] = share
    if share < LOW:
        missing = sorted(wanted - known)
        reading.report.warn(
            "low-match",
            f"Only {share:.1%} of {what}; {len(missing):,} are missing, for example {', '.join(missing[:5])}.",
            suggestion="Check that both files are of about the same date and cover the same region.",
        )


def _share(wanted: set[str], known: set[str]) -> float:
    return round(len(wanted & known) / len(wanted), 6) if wanted else 1.0


_CHECKS: dict[Kind, Callable[[Unit, Reading], None]] = {
    Kind.REGISTRATIONS: _registrations,
    Kind.PCN_MEMBERSHIP: _membership,
    Kind.PCN_PARTNERS: _membership,
    Kind.PRACTICES: _practices,
    Kind.AREA_LOOKUP: _lookup,
    Kind.FOOTPRINT_LOOKUP: _footprint_lookup,
}
