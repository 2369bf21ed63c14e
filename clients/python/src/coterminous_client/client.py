"""The client: one method for each question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx2

from coterminous_client.jobs import JOBS, Job
from coterminous_client.tables import Table, geoframe_of
from coterminous_client.transport import Transport
from coterminous_client.types import (
    Alignment,
    BasisName,
    Collection,
    Dataset,
    Feature,
    Footprints,
    LookupDescription,
    Matrix,
    Neighbourhood,
    Options,
    Pcn,
    Place,
    Practice,
    Upload,
)

if TYPE_CHECKING:
    import geopandas as gpd

API = "/api/v1"
Day = date | str | None
"""A date, or its text as 2026-07-01."""


class Coterminous:
    """A service at an address, with the key that lets you write where you have one.

    ``timeout`` in seconds is for one request; ``retries`` is how often a busy service (429, 503) is asked again, as
    long after as it says, up to ``longest_wait`` seconds each time. Use it as a context manager, or ``close`` it.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        timeout: float = 120.0,
        retries: int = 4,
        longest_wait: float = 60.0,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._transport = Transport(
            address, key, timeout=timeout, retries=retries, longest_wait=longest_wait, transport=transport
        )

    def __enter__(self) -> Coterminous:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def places(self) -> list[Place]:
        """Every place that a plan names."""
        return cast("list[Place]", self._items("places"))

    def footprints(self) -> list[Footprints]:
        """Every plan, in its latest version."""
        return cast("list[Footprints]", self._items("footprints"))

    def versions(self, footprints: str) -> list[Footprints]:
        """All versions of a plan, oldest first."""
        return cast("list[Footprints]", self._items(f"footprints/{footprints}/versions"))

    def datasets(self, kind: str | None = None, *, page: int = 1000) -> Iterator[Dataset]:
        """Every file loaded, page by page."""
        path: str | None = f"{API}/datasets"
        params: dict[str, Any] = {"kind": kind, "limit": page}
        while path is not None:
            said = self._transport.json(path, **params)
            yield from said["items"]
            path, params = _next(said), {}

    def alignment(
        self,
        footprints: str,
        *,
        place: str | None = None,
        basis: BasisName | None = None,
        as_of: Day = None,
        version: int | None = None,
    ) -> Alignment:
        """Which PCNs do not fit the neighbourhoods, and by how many patients."""
        return cast("Alignment", self._about("alignment", footprints, place, as_of, version, basis=basis))

    def pcns(
        self, footprints: str, *, place: str | None = None, as_of: Day = None, version: int | None = None
    ) -> list[Pcn]:
        """PCNs, those with most patients outside their lead neighbourhood first."""
        return cast("list[Pcn]", self._about("alignment/pcns", footprints, place, as_of, version)["items"])

    def neighbourhoods(
        self, footprints: str, *, place: str | None = None, as_of: Day = None, version: int | None = None
    ) -> list[Neighbourhood]:
        """Neighbourhoods in code order, each with the PCNs its team would work with."""
        said = self._about("alignment/neighbourhoods", footprints, place, as_of, version)
        return cast("list[Neighbourhood]", said["items"])

    def practices(
        self, footprints: str, *, place: str | None = None, as_of: Day = None, version: int | None = None
    ) -> list[Practice]:
        """Practices in code order: where each stands, and where its patients live."""
        return cast("list[Practice]", self._about("alignment/practices", footprints, place, as_of, version)["items"])

    def matrix(
        self, footprints: str, *, place: str | None = None, as_of: Day = None, version: int | None = None
    ) -> Matrix:
        """Registered patients of each PCN who live in each neighbourhood."""
        return cast("Matrix", self._about("alignment/matrix", footprints, place, as_of, version))

    def options(
        self,
        footprints: str,
        place: str | None = None,
        *,
        staying: Iterable[str] = (),
        kept: Iterable[str] = (),
        most_moves: int | None = None,
        as_of: Day = None,
        version: int | None = None,
    ) -> Options:
        """What could be discussed for a place: re-align or work across, and what each would cost.

        ``staying``: practices that do not move; ``kept``: PCNs that neither lose nor gain one. More moves than the
        service answers directly are long work: ``submit("options", …)``.
        """
        more = {"staying": list(staying) or None, "kept": list(kept) or None, "most_moves": most_moves}
        return cast("Options", self._about("options", footprints, place, as_of, version, **more))

    def lookups(self) -> list[LookupDescription]:
        """The lookups there are, with the meaning of every column."""
        return cast("list[LookupDescription]", self._items("lookups"))

    def lookup(
        self,
        name: str,
        footprints: str,
        *,
        place: str | None = None,
        as_of: Day = None,
        version: int | None = None,
        to: str | None = None,
    ) -> Table:
        """One lookup, as a table. ``to`` is the plan or version after, for the lookup “changes”."""
        said = self._about(f"lookups/{name}", footprints, place, as_of, version, to=to)
        rows, columns, lookup = said.pop("items"), said.pop("columns"), said.pop("lookup")
        return Table(lookup, columns, rows, said)

    def collections(self) -> list[Collection]:
        """What is published as features (OGC API - Features)."""
        return cast("list[Collection]", self._transport.json("/ogc/collections", f="json")["collections"])

    def features(
        self,
        collection: str,
        *,
        bbox: tuple[float, float, float, float] | None = None,
        filter: str | None = None,  # noqa: A002 - the name in OGC API - Features
        limit: int | None = None,
        page: int = 1000,
    ) -> Iterator[Feature]:
        """Features of a collection, page by page as they are taken.

        ``bbox`` is west, south, east, north in degrees; ``filter`` is CQL2 text, such as ``containment < 0.5``;
        ``limit`` is how many are wanted at most, ``page`` how many are fetched at a time.
        """
        path: str | None = f"/ogc/collections/{collection}/items"
        params: dict[str, Any] = {
            "f": "json",
            "limit": page if limit is None else min(page, limit),
            "bbox": None if bbox is None else ",".join(map(repr, bbox)),
            "filter": filter,
            "filter-lang": None if filter is None else "cql2-text",
        }
        left = limit
        while path is not None and (left is None or left > 0):
            said = self._transport.json(path, **params)
            features = said["features"] if left is None else said["features"][:left]
            yield from features
            left = None if left is None else left - len(features)
            path, params = _next(said), {}

    def geodataframe(self, collection: str, **asked: Any) -> gpd.GeoDataFrame:
        """The same as a geodata frame in longitude and latitude; needs the extra ``geo``."""
        return geoframe_of(self.features(collection, **asked))

    def upload(
        self,
        *files: str | Path,
        kind: str | None = None,
        name: str | None = None,
        as_of: Day = None,
        crs: str | None = None,
        layer: str | None = None,
        layer_of: str | None = None,
        restricted: bool = False,
        dry_run: bool = False,
    ) -> Upload:
        """Load files, all of them or none; needs a key. A file that was loaded before is not loaded again.

        Raises ``BadRequest`` with ``findings``, row by row, where a file cannot be used.
        """
        said = {
            "kind": kind,
            "name": name,
            "as_of": _day(as_of),
            "crs": crs,
            "layer": layer,
            "layer_of": layer_of,
            "restricted": "true" if restricted else None,
            "dry_run": "true" if dry_run else None,
        }
        form = {field: value for field, value in said.items() if value is not None}
        with ExitStack() as stack:

            def opened() -> Mapping[str, Any]:
                sent = [(Path(file).name, stack.enter_context(Path(file).open("rb"))) for file in files]
                return {"files": [("files", each) for each in sent]}

            response = self._transport.send("POST", f"{API}/datasets", make=opened, data=form)
        return cast("Upload", response.json())

    def submit(self, kind: str, **question: Any) -> Job:
        """Ask for long work: ``options``, ``boundaries``, ``propose`` or ``mend``. Asking twice is one job."""
        body = {"kind": kind, **{name: value for name, value in question.items() if value is not None}}
        return Job(self._transport, self._transport.send("POST", JOBS, json=body).json())

    def job(self, job_id: str) -> Job:
        """A job that was asked for earlier."""
        return Job(self._transport, self._transport.json(f"{JOBS}/{job_id}"))

    def jobs(self, *, kind: str | None = None, state: str | None = None) -> Iterator[Job]:
        """Jobs, the newest first."""
        path: str | None = JOBS
        params: dict[str, Any] = {"kind": kind, "state": state}
        while path is not None:
            said = self._transport.json(path, **params)
            yield from (Job(self._transport, each) for each in said["jobs"])
            path, params = _next(said), {}

    def get(self, path: str, **params: Any) -> Any:
        """Any address of the service as JSON, for what has no method here: ``get("/api/v1/comparison", plans=…)``."""
        return self._transport.json(path, **params)

    def download(self, path: str, file: str | Path, **params: Any) -> Path:
        """Any address into a file, such as ``/ogc/collections/practices/items`` with ``f="gpkg"``."""
        target = Path(file)
        target.write_bytes(self._transport.send("GET", path, params=params).content)
        return target

    def _items(self, path: str) -> list[Any]:
        return list(self._transport.json(f"{API}/{path}")["items"])

    def _about(
        self, path: str, footprints: str, place: str | None, as_of: Day, version: int | None, **more: Any
    ) -> dict[str, Any]:
        said: dict[str, Any] = self._transport.json(
            f"{API}/{path}", footprints=footprints, place=place, as_of=_day(as_of), version=version, **more
        )
        return said


def _day(value: Day) -> str | None:
    return value.isoformat() if isinstance(value, date) else value


def _next(said: Mapping[str, Any]) -> str | None:
    """The address of the next page, where there is one."""
    return next((str(link["href"]) for link in said.get("links", ()) if link.get("rel") == "next"), None)
