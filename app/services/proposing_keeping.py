"""Keep an alternative as a new draft: a list of areas, loaded like any other, so that every figure works on it."""

from __future__ import annotations

import csv
import re
import tempfile
from pathlib import Path

from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion
from app.ingest.kinds import Kind
from app.ingest.source import Source
from app.services.answers import Row
from app.services.loading import LoadRequest, load
from app.services.records import version_row
from app.services.workspace import Workspace

LONGEST_NAME = 200


def keep(work: Workspace, said: Row, alternative: int, name: str) -> tuple[FootprintVersion, bool]:
    """Keep one alternative of a ``summary`` under a name; the version, and whether it had been kept before.

    Raises ``Problem``: no such alternative; a name no id can be made of; conflict where footprints of that name exist
    with other areas, because nobody else's plan is to change by this.
    """
    chosen = next((a for a in said["alternatives"] if a["alternative"] == alternative), None)
    if chosen is None:
        raise Problem(
            Fault.NOT_FOUND,
            "No such alternative",
            f"There are {len(said['alternatives'])} alternatives, and {alternative} is none of them.",
            remedy="Choose one by its number, counted from 1.",
        )
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise Problem(
            Fault.BAD_INPUT,
            "The name cannot be used",
            f"A name has 1 to {LONGEST_NAME} characters.",
            remedy="Give the proposal a short name that people will know it by.",
        )
    with tempfile.TemporaryDirectory(prefix="coterminous-proposal-") as folder:
        path = Path(folder) / f"{slug(name)[:80]}.csv"
        _write(path, said, chosen)
        before = _known(work, name)
        loaded = load(
            work.store,
            [
                LoadRequest(
                    Source.of(path), Kind.FOOTPRINT_LOOKUP, footprint_name=name, restricted=bool(said["restricted"])
                )
            ],
            dry_run=before is not None,
        )[0]
    if before is not None and not (loaded.already and loaded.dataset.id == before.dataset_id):
        raise Problem(
            Fault.CONFLICT,
            "There are footprints of that name already",
            f"“{before.name}” has other areas, and keeping this alternative would make a new version of it.",
            remedy="Give another name, or load a list of areas as a new version if that is what you mean.",
        )
    assert loaded.footprint is not None  # noqa: S101 - a list of areas always makes a version
    return loaded.footprint, loaded.already


def _known(work: Workspace, name: str) -> FootprintVersion | None:
    with work.store.read() as unit:
        mine = [v for v in unit.footprints.list() if v.footprint_id == slug(name)]
    return max(mine, key=lambda v: v.number, default=None)


def _write(path: Path, said: Row, chosen: Row) -> None:
    """The list in the columns a London ICB uses: area order, so that equal alternatives are equal files."""
    vintage = str(said["vintage"] or "")
    header = f"LSOA_{vintage}_CODE" if re.fullmatch(r"20(11|21)", vintage) else "LSOA_CODE"
    rows = sorted((area, n["code"], n["name"]) for n in chosen["neighbourhoods"] for area in n["areas"])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([header, "NEIGHBOURHOOD_CODE", "NEIGHBOURHOOD_NAME", "PLACE"])
        writer.writerows([area, code, name, said["place"]] for area, code, name in rows)


def kept_row(version: FootprintVersion, already: bool, said: Row, alternative: int) -> Row:
    """What was kept, and of what."""
    return {
        "made": version_row(version),
        "already_kept": already,
        "place": said["place"],
        "alternative": alternative,
        "as_of": said["as_of"],
        "datasets": said["datasets"],
        "words": said["words"],
    }
