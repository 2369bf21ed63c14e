"""A what-if with every figure beside a full evaluation of the changed place, on all of London and on one place.

Wanted: an evaluation that follows a hand that drags (under 100 ms on London whole), and one move at least twenty times
as fast as evaluating the changed plan anew. Ratios are taken in one run; nothing is asserted of a clock, but the
figures of what is timed are held to the full evaluation.
"""

from __future__ import annotations

import random
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from app.domain.alignment import Alignment, Inputs, Neighbourhood, align
from app.domain.options.situation import situation
from app.domain.scenario.board import Board, board, land
from app.domain.scenario.figures import pcn_state
from app.domain.scenario.moves import Moves
from app.domain.scenario.side import today
from app.domain.scenario.trying import try_moves
from app.domain.thresholds import Thresholds
from geometry.adjacency import adjacent
from geometry.crosstab import crosstab
from geometry.labelled import Labelled

from .test_engine_bench import parts
from .test_overlay_bench import rounds, table

__all__ = ["parts"]
TRIED = 12


def evaluated(
    registered: Labelled, weights: Labelled, pcn_of: dict[str, str], plan: tuple[Neighbourhood, ...], place: str | None
) -> tuple[Inputs, Alignment]:
    inputs = Inputs(crosstab(registered, weights), plan, pcn_of, {}, {}, {}, Thresholds())
    return inputs, align(inputs, place)


def board_of(
    parts: tuple[Labelled, Labelled, dict[str, str], tuple[Neighbourhood, ...]], place: str | None, shared_data: Path
) -> Board:
    registered, weights, pcn_of, plan = parts
    inputs, alignment = evaluated(registered, weights, pcn_of, plan, place)
    columns = [n.code for n in alignment.neighbourhoods]
    held = weights.with_columns(columns).row_sums() > 0
    codes = [code for code, mine in zip(weights.rows, held, strict=True) if mine]
    units = gpd.read_parquet(shared_data / "london/lsoa21_units.parquet").set_index("LSOA21CD").sort_index()
    here = units.loc[codes]

    def values(column: str) -> dict[str, float]:
        return dict(zip(here.index, pd.to_numeric(here[column]).astype(float), strict=True))

    people, score, decile = (next(c for c in units if word in c.lower()) for word in ("population", "score", "decile"))
    ground = land(
        registered,
        weights,
        codes,
        alignment.by_practice.table.rows,
        columns,
        people=values(people),
        score=values(score),
        decile=values(decile),
        adjacency=adjacent(gpd.GeoSeries(here.geometry, crs=27700)),
    )
    return board(inputs, alignment, situation(alignment), ground, count_deprived=True)


@pytest.mark.parametrize("place", [None, "Lewisham"])
def test_a_what_if_beside_a_full_evaluation(parts, place: str | None, shared_data: Path) -> None:
    registered, weights, pcn_of, plan = parts
    made = board_of(parts, place, shared_data)
    side = today(made)
    figures = try_moves(side, Moves()).before
    rng = random.Random(2026)  # noqa: S311 - moves to time, no secret
    members, codes = sorted(made.standing.members), [n.code for n in made.neighbourhoods]
    practices = [Moves.of({rng.choice(members): rng.choice(made.standing.pcns)}, {}) for _ in range(TRIED)]
    areas = [Moves.of({}, {rng.choice(made.land.codes): rng.choice(codes)}) for _ in range(TRIED)]
    both = [Moves(p.practices, a.areas) for p, a in zip(practices, areas, strict=True)]
    many = Moves.of(
        {p: rng.choice(made.standing.pcns) for p in rng.sample(members, 10)},
        {a: rng.choice(codes) for a in rng.sample(made.land.codes, 60)},
    )
    for moves in (practices[0], areas[0], both[0], many):
        dense = weights.dense()
        for area, to in moves.areas:
            dense[weights.row_index[area]] = [float(code == to) for code in weights.columns]
        at, to_at = np.nonzero(dense)
        after = Labelled.from_triples(
            [weights.rows[i] for i in at],
            [weights.columns[k] for k in to_at],
            dense[at, to_at],
            row_order=weights.rows,
            column_order=weights.columns,
        )
        then = {**pcn_of, **{p: pcn for p, pcn in moves.practices if pcn is not None}}
        found = try_moves(side, moves, None, figures)
        _, again = evaluated(registered, after, then, plan, place)
        assert found.after.patients_outside_lead == pytest.approx(sum(p.patients_outside_lead for p in again.pcns))
        for pcn in again.pcns:
            state = pcn_state(found.after_side, pcn.code)
            assert state.patients_in_lead == pytest.approx(pcn.patients_in_lead, abs=1e-6)
            assert (state.lead, state.practices) == (pcn.lead, pcn.practices)

    def each(tried: list[Moves]):
        turn = iter(tried * 10)
        return lambda: try_moves(side, next(turn), None, figures)

    taken = rounds(
        {
            "full evaluation": lambda: evaluated(registered, weights, pcn_of, plan, place),
            "what-if: one practice": each(practices),
            "what-if: one area": each(areas),
            "what-if: one of each": each(both),
            "what-if: 10 practices, 60 areas": lambda: try_moves(side, many, None, figures),
        }
    )
    print(table(f"{place or 'London'}, every figure of both sides", taken, "what-if: one of each"))
    for what in list(taken)[1:]:
        ratio = median(f / w for f, w in zip(taken["full evaluation"], taken[what], strict=True))
        print(f"{what}: {median(taken[what]) * 1_000:.2f} ms, a full evaluation takes {ratio:,.0f} times as long")
