"""Finding a practice, PCN, neighbourhood, small area or postcode of a plan by what a person types."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

import geopandas as gpd
import shapely

from app.domain.problem import if_loaded
from app.ingest.kinds import Kind
from app.services.aligning import Answer
from app.services.answers import Row, provenance
from app.services.small_areas import small_areas
from app.services.workspace import Workspace
from geometry.crs import to_wgs84
from geometry.locate import locate

KINDS = ("pcn", "practice", "neighbourhood", "area", "postcode")
"""What can be found; of equally good finds, in this order."""

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
"""A whole postcode without its space (Royal Mail's formats)."""


@dataclass(frozen=True)
class Entry:
    """One thing that can be found. ``words`` are as they are compared; longitude and latitude where it has a place."""

    kind: str
    code: str
    name: str
    detail: str | None
    pcn: str | None
    neighbourhood: str | None
    words: tuple[str, ...]
    point: tuple[float, float] | None

    def as_row(self) -> Row:
        longitude, latitude = self.point or (None, None)
        return {
            "kind": self.kind,
            "code": self.code,
            "name": self.name,
            "detail": self.detail,
            "pcn": self.pcn,
            "neighbourhood": self.neighbourhood,
            "longitude": longitude,
            "latitude": latitude,
        }


def search(work: Workspace, given: Answer, text: str, limit: int) -> Row:
    """What a person may mean by ``text``: best first, at most ``limit``.

    Every word typed must begin a word of the name, the code or the postcode. A whole code or name comes first, then
    names that begin as typed, then the rest; ties by kind, name and code. Whole postcodes are looked up in the
    postcode file too.
    """
    typed = words_of(text)
    found: list[tuple[tuple[int, int, str, str], Entry]] = []
    if typed:
        entries = work.remember(
            ("search", given.ground.key, given.alignment.place), lambda: tuple(_entries(work, given))
        )
        for entry in chain(_postcode(work, given, text), entries):
            rank = _rank(typed, entry)
            if rank is not None:
                found.append(((rank, KINDS.index(entry.kind), entry.name, entry.code), entry))
    found.sort(key=lambda pair: pair[0])
    return {
        **provenance(given),
        "q": text,
        "found": len(found),
        "items": [entry.as_row() for _, entry in found[:limit]],
    }


def words_of(text: str) -> tuple[str, ...]:
    """Text as it is compared: without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.findall(r"[a-z0-9]+", plain.casefold().replace("'", "").replace("’", "")))


def spaced(postcode: str) -> str:
    """A postcode with the space before its last three characters, as people write it."""
    joined = "".join(postcode.split()).upper()
    return f"{joined[:-3]} {joined[-3:]}" if POSTCODE.fullmatch(joined) else postcode


def _rank(typed: tuple[str, ...], entry: Entry) -> int | None:
    joined = "".join(typed)
    code = "".join(words_of(entry.code))
    name = words_of(entry.name)
    if joined in (code, "".join(name)):
        return 0
    if not all(any(word.startswith(start) for word in entry.words) for start in typed):
        # A postcode or a code may be typed with spaces in odd places.
        return 3 if len(joined) > 2 and any(word.startswith(joined) for word in entry.words) else None
    return 1 if "".join(name).startswith(joined) or code.startswith(joined) else 2


def _entries(work: Workspace, given: Answer) -> list[Entry]:
    ground, figures = given.ground, given.alignment
    titles = {n.code: n.name for n in figures.neighbourhoods}
    points = _lonlat(ground.points)
    found = []
    for practice in figures.practices:
        postcode = spaced(ground.postcodes.get(practice.code, ""))
        place = practice.standing_in
        found.append(
            _entry(
                "practice",
                practice.code,
                practice.name,
                ", ".join(filter(None, (practice.pcn_name, postcode))) or None,
                pcn=practice.pcn,
                neighbourhood=place,
                also=(*words_of(postcode), "".join(words_of(postcode))),
                point=points.get(practice.code),
            )
        )
    for pcn in figures.pcns:
        led = f"PCN, mostly in {pcn.lead_name}" if pcn.lead_name else "PCN"
        found.append(_entry("pcn", pcn.code, pcn.name, led, pcn=pcn.code, neighbourhood=pcn.lead, also=("pcn",)))
    inner = _lonlat(ground.shapes.representative_point())
    found += [
        _entry(
            "neighbourhood",
            n.code,
            n.name,
            f"Neighbourhood in {n.place}",
            neighbourhood=n.code,
            point=inner.get(n.code),
        )
        for n in figures.neighbourhoods
    ]
    areas = if_loaded(lambda: small_areas(work, given))
    if areas is None:
        return found
    shown = areas.shapes.reindex(list(areas.codes)).dropna()
    inner = _lonlat(gpd.GeoSeries(shown.representative_point(), crs=27700))
    for code in areas.codes:
        main = areas.main.get(code)
        place = f"Small area in {titles[main]}" if main in titles else "Small area"
        name = areas.names.get(code, code)
        found.append(_entry("area", code, name, place, neighbourhood=main, point=inner.get(code)))
    return found


def _entry(
    kind: str,
    code: str,
    name: str,
    detail: str | None,
    *,
    pcn: str | None = None,
    neighbourhood: str | None = None,
    also: tuple[str, ...] = (),
    point: tuple[float, float] | None = None,
) -> Entry:
    words = tuple(dict.fromkeys((*words_of(name), *words_of(code), *also)))
    return Entry(kind, code, name, detail, pcn, neighbourhood, words, point)


def _postcode(work: Workspace, given: Answer, text: str) -> list[Entry]:
    """The postcode typed, where a postcode file is loaded that has it."""
    typed = "".join(text.split()).upper()
    if POSTCODE.fullmatch(typed) is None:
        return []
    with work.store.read() as unit:
        record = unit.datasets.chosen(Kind.POSTCODES, given.ground.as_of)
        rows = None if record is None else unit.postcodes.locate(record.id, [typed]).dropna(subset=["easting"])
    if rows is None or rows.empty:
        return []
    row = rows.iloc[0]
    point = gpd.GeoSeries([shapely.Point(float(row["easting"]), float(row["northing"]))], index=[typed], crs=27700)
    held = locate(point, given.ground.shapes).iloc[0] if len(given.ground.shapes) else None
    titles = {n.code: n.name for n in given.alignment.neighbourhoods}
    detail = f"Postcode in {titles[held]}" if held in titles else "Postcode outside these neighbourhoods"
    return [_entry("postcode", typed, spaced(typed), detail, neighbourhood=held, point=_lonlat(point).get(typed))]


def _lonlat(points: gpd.GeoSeries) -> dict[str, tuple[float, float]]:
    if points.empty:
        return {}
    moved = to_wgs84(points.to_numpy()).geometry
    return {
        str(code): (round(float(shapely.get_x(point)), 6), round(float(shapely.get_y(point)), 6))
        for code, point in zip(points.index, moved, strict=True)
        if point is not None and not point.is_empty
    }
