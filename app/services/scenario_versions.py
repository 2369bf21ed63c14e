"""Submit what a scenario moves of a plan: its areas, as a new draft version of the same footprints.

Which PCN a practice is in comes from ODS, so moves of practices are never submitted.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion, Role, dataset_id
from app.domain.scenario.board import NOBODY
from app.domain.scenario.moves import Moves
from app.ingest.kinds import Kind
from app.ingest.reading import COLUMNS, ImportReport
from app.services.aligning import Question
from app.services.answers import Row
from app.services.records import version_row
from app.services.scenario_board import Start, start
from app.services.scenarios import Kept, kept
from app.services.workspace import Workspace
from app.store.unit import Unit

LEFT = (
    "Moves of practices are not submitted: which PCN a practice is in comes from ODS, after the practices agree and "
    "the ICB approves."
)


@dataclass(frozen=True, eq=False)
class Submitted:
    """``already``: a version with the same areas had been submitted before. ``wholly``: areas that a line divided and
    that now belong wholly to the neighbourhood that held most of them."""

    kept: Kept
    version: FootprintVersion
    already: bool
    wholly: int


def submit(work: Workspace, id_: str, by: str) -> Submitted:
    """Make the version. Every area belongs to one neighbourhood in it (W is 0 or 1); outlines follow the areas.

    The version the scenario was made from stays as it is, agreed or not. Raises ``Problem``: no such scenario; no area
    moves; footprints of another service.
    """
    found = kept(work, id_)
    version, moves = found.version, found.trial.tried.moves
    if version.role is not Role.PROPOSAL:
        raise Problem(
            Fault.CONFLICT,
            "These footprints are no proposal",
            f"{version.name} shows the footprints of {version.service}, which are theirs to change.",
            remedy="Submit a scenario of a proposal of neighbourhoods.",
        )
    if not moves.areas:
        raise Problem(
            Fault.BAD_INPUT,
            "No area is moved",
            f"{found.scenario.name} moves no small area, so the footprints stay as they are. {LEFT}",
            remedy="Take the moves of practices to the practices and the ICB.",
        )
    scenario = found.scenario
    question = Question(
        version.footprint_id, None, found.trial.start.answer.ground.basis, scenario.as_of, version.number
    )
    whole = start(work, question)
    assigned, wholly = _assigned(whole, moves)
    with work.store.write() as unit:
        made, already = _keep(unit, found, whole, assigned, by, wholly)
    return Submitted(found, made, already, wholly)


def _assigned(whole: Start, moves: Moves) -> tuple[dict[str, str], int]:
    """The neighbourhood of every area after the moves, and how many areas were divided and now go whole."""
    board, land = whole.board, whole.board.land
    assert land is not None  # noqa: S101 - areas were moved, so there are some
    assigned = {
        code: board.neighbourhoods[k].code
        for code, k in zip(land.codes, whole.side.holder.tolist(), strict=True)
        if k != NOBODY
    }
    wholly = sum(
        bool(cut) and code not in moves.neighbourhood_of for code, cut in zip(land.codes, land.divided, strict=True)
    )
    return {**assigned, **moves.neighbourhood_of}, wholly


def _keep(
    unit: Unit, found: Kept, whole: Start, assigned: dict[str, str], by: str, wholly: int
) -> tuple[FootprintVersion, bool]:
    version, scenario = found.version, found.scenario
    held = set(assigned.values())
    frame = unit.footprints.neighbourhoods(version.id).sort_values("code")
    emptied = sorted(set(frame["code"]) - held)
    frame = frame[frame["code"].isin(held)].reset_index(drop=True)
    frame["geometry"] = gpd.GeoSeries([None] * len(frame), index=frame.index, crs=27700)
    pairs = pd.DataFrame(
        {
            "neighbourhood_code": list(assigned.values()),
            "unit": "lsoa",
            "area_code": list(assigned),
            "start": None,
            "end": None,
        }
    )[list(COLUMNS["neighbourhood_area"])].sort_values("area_code", ignore_index=True)
    content = _content(frame, pairs)
    source = unit.datasets.get(version.dataset_id)
    name = f"{version.name}, scenario {scenario.name}"
    report = ImportReport(name, Kind.FOOTPRINT_LOOKUP, rows_read=len(pairs), rows_kept=len(pairs))
    report.vintage = whole.answer.ground.weights.vintage
    report.counts = {"neighbourhoods": len(frame), "areas": len(pairs), "areas moved": len(scenario.moves.areas)}
    report.note(
        "submitted-from",
        f"Submitted by {by} from scenario {scenario.id} (“{scenario.name}”, kept by {scenario.created_by}), which "
        f"moves areas of version {version.number} of {version.name}, dataset {source.id}.",
        value=scenario.id,
    )
    if wholly:
        report.note("divided-areas", f"{wholly:,} areas that a line divided belong wholly to one neighbourhood now.")
    for code in emptied:
        report.note("emptied", f"{code} has no area left and is not in this version.", value=code)
    for area, target in scenario.moves.areas:
        report.note("moved", f"{area} goes to {target}.", value=area)
    sha256 = hashlib.sha256(content).hexdigest()
    record = DatasetRecord(
        id=dataset_id(Kind.FOOTPRINT_LOOKUP, sha256, {"submitted": version.footprint_id}),
        kind=str(Kind.FOOTPRINT_LOOKUP),
        name=name,
        sha256=sha256,
        size=len(content),
        vintage=report.vintage,
        effective_date=source.effective_date,
        loaded_at=datetime.now(UTC),
        rows_read=report.rows_read,
        rows_kept=report.rows_kept,
        report=report.as_dict(),
        restricted=source.restricted,
    )
    if not unit.datasets.add(record):
        known = unit.footprints.of_dataset(record.id)
        if known is not None:
            return known, True
    made = unit.footprints.add_version(version.footprint_id, version.name, record.id, frame, pairs, version.start_date)
    return made, False


def _content(frame: pd.DataFrame, pairs: pd.DataFrame) -> bytes:
    """The list as CSV that is the same to the byte for the same areas and names: area order, LF."""
    said = frame.set_index("code")[["name", "place", "borough"]]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["area_code", "neighbourhood_code", "neighbourhood_name", "place", "borough"])
    for area, code in zip(pairs["area_code"], pairs["neighbourhood_code"], strict=True):
        writer.writerow([area, code, *(said.at[code, column] or "" for column in said.columns)])
    return buffer.getvalue().encode()


def submitted_row(done: Submitted) -> Row:
    """The version made, from what, and what is not in it."""
    moves = done.kept.trial.tried.moves
    return {
        "made": version_row(done.version),
        "already_submitted": done.already,
        "scenario": done.kept.scenario.id,
        "from_version": done.kept.version.number,
        "newer_version": done.kept.newer_version,
        "areas_moved": len(moves.areas),
        "divided_areas_made_whole": done.wholly,
        "practices_not_submitted": [practice for practice, _ in moves.practices],
        "words": LEFT,
    }
