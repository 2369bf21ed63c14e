"""Everything a page needs to evaluate moves by itself while somebody drags: one place as compact arrays.

Positions count from 0 in the lists of codes. Sparse tables are rows one after another: row i has the entries from
``start[i]`` to ``start[i + 1]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from app.domain.scenario.board import Land
from app.domain.scenario.moves import MOST_MOVES, MOST_TEXT
from app.domain.suppression import shown
from app.domain.thresholds import Thresholds
from app.services.answers import Row, count, dataset_reference, provenance
from app.services.attribution import attribution
from app.services.option_rows import limit_rows
from app.services.scenario_board import Start
from app.services.scenario_rows import WORDS

HIDDEN = "A count that is null is hidden (1 to 7); it counts as 1 in every sum, as everywhere in restricted answers."

NOTHING = -1
"""Position that stands for none."""


def board_table(start: Start, thresholds: Thresholds) -> Row:
    """The place as arrays: practices and their PCNs, N by practice, patients by practice and area, areas, borders.

    ``by_practice`` is practices × neighbourhoods and ``patients`` practices × areas, both in patients. ``divided`` has
    the shares of areas that a line cuts; every other area lies wholly in its ``neighbourhood`` or, at -1, in none.
    ``registered`` counts patients of every practice loaded. ``adjacency`` has two positions for every pair of areas
    with a common border.
    """
    board, restricted = start.board, start.answer.restricted
    place, standing, land = board.place, board.standing, board.land
    pcn_at = {code: at for at, code in enumerate(standing.pcns)}
    column = {n.code: at for at, n in enumerate(board.neighbourhoods)}
    area_at = land.index if land else {}
    stands = start.side.place.standing_in
    practices_in = land.practices_in if land else {}

    def counted(values: np.ndarray) -> list[Any]:
        return [_counted(value, restricted) for value in values.tolist()]

    datasets = tuple({r.id: r for r in (*start.answer.ground.datasets, *start.datasets)}.values())
    return {
        **provenance(start.answer),
        "datasets": [dataset_reference(record) for record in datasets],
        "attribution": attribution(datasets),
        "words": WORDS,
        "hidden": HIDDEN if restricted else None,
        "thresholds": {"aligned": thresholds.aligned, "split": thresholds.split},
        "limits": limit_rows(place.limits),
        "most": {"moves": MOST_MOVES, "characters": MOST_TEXT},
        "practices": {
            "code": list(board.practices),
            "name": [place.name(code) for code in board.practices],
            "pcn": [pcn_at.get(standing.members.get(code, ""), NOTHING) for code in board.practices],
            "patients": counted(standing.practice_lists),
            "unknown": counted(board.unknown),
            "neighbourhood": [column.get(stands.get(code) or "", NOTHING) for code in board.practices],
            "area": [area_at.get(practices_in.get(code, ""), NOTHING) for code in board.practices],
        },
        "pcns": {"code": list(standing.pcns), "name": [place.name(code) for code in standing.pcns]},
        "neighbourhoods": {
            "code": [n.code for n in board.neighbourhoods],
            "name": [n.name for n in board.neighbourhoods],
            "place": [n.place for n in board.neighbourhoods],
            "residents": counted(board.residents),
            "registered": counted(standing.registered),
        },
        "by_practice": _sparse(standing.by_practice.values, "neighbourhood", restricted),
        **(_of_land(land, restricted) if land else {"areas": None, "divided": None, "patients": None}),
        "adjacency": None if land is None or land.adjacency is None else land.adjacency.edges.ravel().tolist(),
    }


def _of_land(land: Land, restricted: bool) -> Row:
    whole = np.where(land.divided, NOTHING, land.holder)
    cut_area, cut_neighbourhood = np.nonzero(land.shares * land.divided[:, None])
    return {
        "areas": {
            "code": list(land.codes),
            "name": [land.names.get(code) for code in land.codes],
            "neighbourhood": whole.tolist(),
            "mainly": land.holder.tolist(),
            "registered": [_counted(value, restricted) for value in land.registered.tolist()],
            "people": _values(land.people, 2),
            "imd_score": _values(land.score, 3),
            "imd_decile": _values(land.decile, 0),
        },
        "divided": {
            "area": cut_area.tolist(),
            "neighbourhood": cut_neighbourhood.tolist(),
            "share": [round(value, 9) for value in land.shares[cut_area, cut_neighbourhood].tolist()],
        },
        "patients": _sparse(sparse.csr_array(land.patients), "area", restricted),
    }


def _sparse(values: sparse.csr_array, column: str, restricted: bool) -> Row:
    tidy = values.copy()
    tidy.sum_duplicates()
    tidy.eliminate_zeros()
    return {
        "start": tidy.indptr.tolist(),
        column: tidy.indices.tolist(),
        "patients": [_counted(value, restricted) for value in tidy.data.tolist()],
    }


def _counted(value: float, restricted: bool) -> int | float | None:
    if np.isnan(value):
        return None
    return shown(value) if restricted else count(value)


def _values(values: np.ndarray | None, decimals: int) -> list[float | int | None] | None:
    if values is None:
        return None
    return [None if np.isnan(v) else int(v) if float(v).is_integer() else round(v, decimals) for v in values.tolist()]
