"""The sample place written in the formats that NHS England, ONS and a London ICB publish."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from data.sample import names
from data.sample.grouping import Ints
from data.sample.place import Place
from data.sample.practices import NO_PCN, OUTSIDE, Practices, next_postcode, pcn_code
from data.sample.registrations import Registrations
from data.sample.xlsx import Cell, write_workbook

EXTRACT_DATE = "01JUL2026"
EPRACCUR_COLUMNS = 27
PCN_HEADINGS = (
    "PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
    "Address Line 1", "Address Line 2", "Address Line 3", "Address Line 4", "Address Line 5", "Postcode",
)  # fmt: skip
PARTNER_HEADINGS = (
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name", "PCN Code", "PCN Name", "PCN Parent\nSub ICB Loc Code",
    "PCN Parent\nSub ICB Loc Name", "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date", "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
)  # fmt: skip
REGISTRATION_HEADINGS = (
    "PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME", "LSOA_CODE", "SEX", "NUMBER_OF_PATIENTS",
)  # fmt: skip
POSTCODE_HEADINGS = (
    "pcd7", "pcd8", "pcds", "dointr", "doterm", "usrtypind", "east1m", "north1m", "gridind", "lad25cd", "wd25cd",
    "rgn25cd", "lsoa21cd", "msoa21cd", "lat", "long",
)  # fmt: skip
LOOKUP_HEADINGS = (
    "LSOA_2021_CODE", "LSOA_2021_NAME", "NEIGHBOURHOOD_CODE", "NEIGHBOURHOOD_NAME", "BOROUGH", "PLACE", "START_DATE",
)  # fmt: skip

CLOSED_CODE, HUB_CODE = "V90901", "V90902"
# The published seven-parameter shift (EPSG:1314), spelled out so that the result does not depend on installed grids.
TO_WGS84 = (
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=airy "
    "+step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


def write_areas(path: Path, place: Place) -> None:
    """LSOA 2021 polygons in EPSG:27700, named by the legacy ``crs`` member."""
    features = [
        _feature(
            {
                "LSOA21CD": place.code[at], "LSOA21NM": place.name[at],
                "LAD22CD": place.lad_code[at], "LAD22NM": place.lad_name[at],
                "WD24CD": place.ward_code[at], "WD24NM": place.ward_name[at],
                "MSOA21CD": place.msoa_code[at], "MSOA21NM": place.msoa_name[at],
                "population_census2021": int(place.population[at]),
                "imd2025_score": float(place.score[at]), "imd2025_decile": int(place.decile[at]),
            },
            place.ground.polygons[at],
            1,
        )
        for at in range(len(place.code))
    ]  # fmt: skip
    _collection(path, "LSOA_2021_SAMPLE_fictional", "urn:ogc:def:crs:EPSG::27700", features)


def write_footprints(path: Path, place: Place, neighbourhood: Ints) -> None:
    """Proposal A as polygons in WGS 84 with six decimals, each the union of its areas."""
    shift = pyproj.Transformer.from_pipeline(TO_WGS84)

    def to_wgs84(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.stack(shift.transform(xy[:, 0], xy[:, 1]), axis=1), 6)

    features = []
    for at, name in enumerate(names.PROPOSAL_A):
        merged = shapely.coverage_union_all(place.ground.polygons[neighbourhood == at])
        shape = shapely.transform(shapely.orient_polygons(merged), to_wgs84)
        properties = {
            "NEIGHBOURHOOD_CODE": f"SAMPLE-A-{at + 1}", "NEIGHBOURHOOD_NAME": name,
            "BOROUGH": names.BOROUGH, "PLACE": names.BOROUGH, "START_DATE": "2026-10-01",
        }  # fmt: skip
        features.append(_feature(properties, shape, 6))
    _collection(path, "proposal_a_SAMPLE_fictional", "urn:ogc:def:crs:OGC:1.3:CRS84", features)


def write_lookup(path: Path, place: Place, neighbourhood: Ints) -> None:
    """Proposal B as a London ICB stores one: each LSOA of the borough with its neighbourhood."""
    rows = [
        (
            place.code[at], place.name[at], f"SAMPLE-B-{neighbourhood[at] + 1}", names.PROPOSAL_B[neighbourhood[at]],
            names.BOROUGH, names.BOROUGH, "2026-10-01",
        )
        for at in np.flatnonzero(neighbourhood >= 0)
    ]  # fmt: skip
    _csv(path, [LOOKUP_HEADINGS, *rows])


def write_practices(path: Path, place: Place, practices: Practices) -> None:
    """``epraccur``: 27 columns, no header, every field quoted; with a closed practice and a hub that has no list."""
    rows = []
    for at, code in enumerate(practices.code):
        rows.append(_epraccur(code, practices.name[at], practices.postcode[at], place.lad_name[practices.area[at]], at))
    spare = practices.postcode[practices.mover]
    rows.append(_epraccur(CLOSED_CODE, names.CLOSED_PRACTICE, spare, names.BOROUGH, 90, closed="20250331"))
    rows.append(_epraccur(HUB_CODE, names.HUB, spare, names.BOROUGH, 91))
    _csv(path, sorted(rows), quoting=csv.QUOTE_ALL)


def write_membership(path: Path, place: Place, practices: Practices) -> None:
    """``ePCN.xlsx`` as published: two sheets, line breaks in the headings, dates as text, history in the same rows."""
    home = [pcn_code(at) for at in range(len(names.PCNS))]
    name = dict(zip([*home, pcn_code(OUTSIDE)], [*names.PCNS, names.OUTSIDE_PCN], strict=True))
    lead = {pcn_code(int(pcn)): at for at, pcn in reversed(list(enumerate(practices.pcn))) if pcn != NO_PCN}
    details: list[Sequence[Cell]] = [PCN_HEADINGS]
    for code in sorted(name):
        first = lead[code]
        borough = place.lad_name[practices.area[first]].upper()
        details.append(
            (code, name[code], names.SUB_ICB_CODE, names.SUB_ICB_NAME, "20191001", "", practices.name[first], "", "",
             borough, names.SAMPLE, practices.postcode[first])
        )  # fmt: skip

    spells: list[tuple[str, str, str, str, str | None]] = [
        (code, practices.name[at], pcn_code(int(practices.pcn[at])), "20191001", None)
        for at, code in enumerate(practices.code)
        if practices.pcn[at] != NO_PCN and at not in (practices.mover, practices.moved)
    ]
    mover, moved = practices.code[practices.mover], practices.code[practices.moved]
    mover_name, moved_name = practices.name[practices.mover], practices.name[practices.moved]
    spells += [
        (mover, mover_name, pcn_code(int(practices.pcn[practices.mover])), "20191001", "20270331"),
        (mover, mover_name, pcn_code(5), "20270401", None),
        (moved, moved_name, pcn_code(3), "20191001", "20230331"),
        (moved, moved_name, pcn_code(int(practices.pcn[practices.moved])), "20230401", None),
        (CLOSED_CODE, names.CLOSED_PRACTICE, pcn_code(5), "20191001", "20250331"),
    ]
    partners: list[Sequence[Cell]] = [PARTNER_HEADINGS]
    for practice, practice_name, pcn, start, end in sorted(spells, key=lambda spell: (spell[0], spell[3])):
        partners.append(
            (practice, practice_name, names.SUB_ICB_CODE, names.SUB_ICB_NAME, pcn, name[pcn], names.SUB_ICB_CODE,
             names.SUB_ICB_NAME, start, end, True)
        )  # fmt: skip
    write_workbook(path, {"PCNDetails": details, "PCN Core Partner Details": partners})


def write_registrations(path: Path, place: Place, practices: Practices, registered: Registrations) -> None:
    """``gp-reg-pat-prac-lsoa-all``: a row per practice and LSOA; ``EMPTY`` where the residence is unknown."""
    rows: list[tuple[str | int, ...]] = []
    columns = [*place.code, *registered.far_code, "EMPTY"]
    counts = np.column_stack([registered.patients, registered.far, registered.unknown])
    for at, code in enumerate(practices.code):
        rows += [
            ("GP_PRAC_PAT_LIST", EXTRACT_DATE, code, practices.name[at], columns[area], "ALL", int(counts[at, area]))
            for area in np.flatnonzero(counts[at])
        ]
    _csv(path, [REGISTRATION_HEADINGS, *rows])


def write_postcodes(path: Path, place: Place, practices: Practices) -> None:
    """NSPL with its column names since 2025: each practice's postcode, and one of homes in each area."""
    shift = pyproj.Transformer.from_pipeline(TO_WGS84)
    rows: dict[str, tuple[str, ...]] = {}
    no_grid = practices.postcode[practices.ungridded]
    ended = practices.postcode[practices.terminated]

    def add(postcode: str, area: int, point: NDArray[np.float64]) -> None:
        east, north = float(point[0]), float(point[1])
        long, lat = shift.transform(east, north)
        grid = [f"{east:.0f}", f"{north:.0f}", "1"] if postcode != no_grid else ["", "", "9"]
        degrees = [f"{lat:.6f}", f"{long:.6f}"] if postcode != no_grid else ["99.999999", "0.000000"]
        outward, inward = postcode.split(" ")
        rows[postcode] = (
            f"{outward:<4}{inward}", f"{outward:<4} {inward}", postcode, "198001",
            "202503" if postcode == ended else "",
            "0", *grid, place.lad_code[area], place.ward_code[area], "E12990001", place.code[area],
            place.msoa_code[area], *degrees,
        )  # fmt: skip

    for at, postcode in enumerate(practices.postcode):
        add(postcode, int(practices.area[at]), practices.point[at])
    used: dict[str, int] = {}
    for area in range(len(place.code)):
        add(next_postcode(place, area, used, sector=2), area, np.round(place.ground.centre[area]))
    _csv(path, [POSTCODE_HEADINGS, *(rows[postcode] for postcode in sorted(rows))])


def write_readme(path: Path, seed: int, files: Iterable[str]) -> None:
    listed = "\n".join(f"  {name}" for name in files)
    path.write_text(README.format(seed=seed, files=listed), encoding="utf-8", newline="\n")


README = """SAMPLE - NOT A REAL PLACE

Everything in this folder is fictional. Marshwick, its neighbours, practices, networks, people and proposals were
made up by a program (coterminous, data/sample, seed {seed}). The coordinates lie in the North Sea. No code of an area
(E0199…), borough (E0999…), practice (V90…), network (U99…) or postcode (ZX…) is one that ONS, the NHS or Royal Mail has
given out. Any likeness to a real place, practice or person is chance.

The files have the official formats, so that what reads them reads the real ones:
{files}

areas         LSOA 2021 polygons, EPSG:27700, with ward, MSOA, borough, residents and deprivation
epraccur      practices: 27 columns, no header; one is closed, one is a hub without a list
ePCN          networks and memberships, with one that ended, one that starts on 1 April 2027, and one practice in none
gp-reg-pat    patients by practice and LSOA on 1 July 2026; EMPTY where the residence is unknown
NSPL          postcodes; two practices share one, one has no grid reference, one is terminated
proposal A    six neighbourhoods of whole wards, as polygons in WGS 84 (converted with EPSG:1314)
proposal B    five neighbourhoods, as a list of LSOAs
"""


def _epraccur(code: str, name: str, postcode: str, borough: str, at: int, closed: str = "") -> tuple[str, ...]:
    row = [""] * EPRACCUR_COLUMNS
    row[0:4] = [code, name, names.NATIONAL_GROUPING, names.ICB_CODE]
    row[4:9] = [f"{3 + 7 * at % 190} HIGH STREET", "", "", borough.upper(), names.SAMPLE]
    row[9:15] = [postcode, "19740401", closed, "C" if closed else "A", "B", names.SUB_ICB_CODE]
    row[15:18] = ["20200401", closed, f"020 7946 {at:04d}"]  # numbers Ofcom keeps free for drama
    row[21], row[23], row[25] = "0", names.SUB_ICB_CODE, "4"
    return tuple(row)


def _feature(properties: dict[str, Any], shape: shapely.Geometry, decimals: int) -> str:
    geometry = shapely.geometry.mapping(shapely.transform(shape, lambda xy: np.round(xy, decimals)))
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def _collection(path: Path, name: str, crs: str, features: Sequence[str]) -> None:
    member = json.dumps({"type": "name", "properties": {"name": crs}})
    body = ",\n".join(features)
    text = f'{{"type":"FeatureCollection","name":"{name}","crs":{member},"features":[\n{body}\n]}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


def _csv(path: Path, rows: Iterable[Sequence[str | int]], quoting: Any = csv.QUOTE_MINIMAL) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=quoting, lineterminator="\n").writerows(rows)
