"""The measures of agreement against published values, and against scikit-learn."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pytest
import shapely
from sklearn import metrics

from geometry.agreement import (
    adjusted_rand_index,
    agreement,
    completeness,
    homogeneity,
    jaccard,
    map_curves,
    mutual_information,
    normalised_mutual_information,
    plan_distance,
    purity_of_columns,
    purity_of_rows,
    rand_index,
    v_measure,
    van_dongen,
    variation_of_information,
)

Table = npt.NDArray[np.float64]


def oracle(folder: Path, name: str) -> Any:
    return json.loads((folder / "oracles" / name).read_text(encoding="utf-8"))


def crosstab(first: list[Any], second: list[Any]) -> Table:
    """Counts of pairs, leaving out those where either is missing."""
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    rows, columns = sorted({a for a, _ in pairs}), sorted({b for _, b in pairs})
    table = np.zeros((len(rows), len(columns)))
    for a, b in pairs:
        table[rows.index(a), columns.index(b)] += 1
    return table


def test_regions_as_the_r_package_sabre_publishes_them(shared_data: Path) -> None:
    known = oracle(shared_data, "regions_oracle.json")
    found = agreement(np.array(known["table"]))
    v, curves = known["vmeasure"], known["mapcurves"]

    def near(value: Any) -> Any:
        return pytest.approx(value, rel=0, abs=1e-12)

    assert found.v_measure == near(v["v_measure"])
    assert found.columns_within_rows == near(v["homogeneity"])
    assert found.rows_within_columns == near(v["completeness"])
    assert found.mutual_information / np.log(2) == near(v["mi_bits"])
    assert found.variation_of_information / np.log(2) == near(v["VI_bits"])
    assert found.variation_of_information == near(1.546055749341734)
    assert found.row_inhomogeneity == near(v["rih_map1"])
    assert found.column_inhomogeneity == near(v["rih_map2"])
    assert found.map_curves.rows == near(curves["rows"])
    assert found.map_curves.columns == near(curves["cols"])
    assert found.map_curves.score == near(curves["gof"])
    assert found.map_curves.row_fit == near(curves["rows_gof"])
    assert found.map_curves.column_fit == near(curves["cols_gof"])
    assert found.adjusted_rand_index == near(known["sklearn"]["ari"])
    assert found.rand_index == near(known["sklearn"]["rand"])
    assert (found.purity_of_rows, found.purity_of_columns, found.van_dongen) == near((0.7625, 0.5625, 0.3375))
    assert found.plan_distance.kept / found.total == near(0.5625)
    assert found.jaccard.row_best == pytest.approx([0.541667, 0.592593, 0.363636, 0.363636], abs=5e-7)


def test_the_table_of_the_regions_is_what_their_polygons_give(shared_data: Path) -> None:
    first = gpd.read_file(shared_data / "oracles" / "regions1.geojson")
    second = gpd.read_file(shared_data / "oracles" / "regions2.geojson")
    table = np.array([[shapely.area(shapely.intersection(a, b)) for b in second.geometry] for a in first.geometry])
    assert v_measure(table) == pytest.approx(oracle(shared_data, "regions_oracle.json")["vmeasure"]["v_measure"])


@pytest.mark.parametrize("part", ["a", "b", "c", "d"])
def test_v_measure_of_rosenberg_and_hirschberg_figure_2(shared_data: Path, part: str) -> None:
    known = oracle(shared_data, "vmeasure_rosenberg_fig2.json")[part]
    table = crosstab(known["x"], known["y"])
    assert v_measure(table) == pytest.approx(known["v"], abs=1e-12)
    assert homogeneity(table) == pytest.approx(known["h"], abs=1e-12)
    assert completeness(table) == pytest.approx(known["c"], abs=1e-12)


@pytest.mark.parametrize("pair", ["A1|A2", "B1|B2", "B2|B3", "B1|B3"])
def test_map_curves_of_van_loon(shared_data: Path, pair: str) -> None:
    known = oracle(shared_data, "mapcurves_vanloon.json")
    first, second = (known["matrices"][name] for name in pair.split("|"))
    assert map_curves(crosstab(first, second)).score == pytest.approx(known["expected"][pair]["expected"], abs=5e-8)


def labels(table: npt.NDArray[np.int64]) -> tuple[list[int], list[int]]:
    first, second = [], []
    for (row, column), count in np.ndenumerate(table):
        first += [row] * int(count)
        second += [column] * int(count)
    return first, second


@pytest.mark.parametrize("seed", range(12))
def test_scikit_learn_agrees_on_random_counts(seed: int) -> None:
    random = np.random.default_rng(seed)
    shape = random.integers(1, 9, 2)
    table = random.integers(0, 12, shape) * (random.random(shape) < 0.6)
    table[0, 0] += 2
    first, second = labels(table)
    h, c, v = metrics.homogeneity_completeness_v_measure(first, second)
    assert homogeneity(table) == pytest.approx(h, abs=1e-12)
    assert completeness(table) == pytest.approx(c, abs=1e-12)
    assert v_measure(table) == pytest.approx(v, abs=1e-12)
    assert v_measure(table, 0.3) == pytest.approx(metrics.v_measure_score(first, second, beta=0.3), abs=1e-12)
    assert mutual_information(table) == pytest.approx(metrics.mutual_info_score(first, second), abs=1e-12)
    for mean in ("arithmetic", "geometric", "min", "max"):
        expected = metrics.normalized_mutual_info_score(first, second, average_method=mean)
        assert normalised_mutual_information(table, mean) == pytest.approx(expected, abs=1e-12)
    assert adjusted_rand_index(table) == pytest.approx(metrics.adjusted_rand_score(first, second), abs=1e-12)
    assert rand_index(table) == pytest.approx(metrics.rand_score(first, second), abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_written_out_formulas_agree_on_random_weights(seed: int) -> None:
    """The definitions, term by term, without a thought for speed."""
    random = np.random.default_rng(100 + seed)
    table = random.random((4, 5)) * (random.random((4, 5)) < 0.7)
    table[:, 0] += 0.1
    table[0, :] += 0.1
    r, c, n = table.sum(axis=1), table.sum(axis=0), table.sum()
    vi = 0.0
    for i in range(4):
        for j in range(5):
            if table[i, j]:
                vi -= table[i, j] / n * (2 * np.log(table[i, j]) - np.log(r[i]) - np.log(c[j]))
    assert variation_of_information(table) == pytest.approx(vi, abs=1e-12)
    best_row = [max(table[i, j] / (r[i] + c[j] - table[i, j]) for j in range(5)) for i in range(4)]
    best_column = [max(table[i, j] / (r[i] + c[j] - table[i, j]) for i in range(4)) for j in range(5)]
    found = jaccard(table)
    assert found.row_best == pytest.approx(best_row)
    assert found.column_best == pytest.approx(best_column)
    assert found.rows == pytest.approx(sum(b * w for b, w in zip(best_row, r, strict=True)) / n)
    assert purity_of_rows(table) == pytest.approx(table.max(axis=1).sum() / n)
    assert purity_of_columns(table) == pytest.approx(table.max(axis=0).sum() / n)
    assert van_dongen(table) == pytest.approx(1 - (table.max(axis=1).sum() + table.max(axis=0).sum()) / (2 * n))


def test_the_best_matching_is_the_best_of_all_permutations() -> None:
    random = np.random.default_rng(7)
    for _ in range(5):
        table = random.integers(0, 20, (4, 5)).astype(float)
        best = max(sum(table[i, p[i]] for i in range(4)) for p in permutations(range(5), 4))
        assert plan_distance(table).kept == pytest.approx(best)


def test_a_nested_partition_is_exactly_one_in_one_direction() -> None:
    nested = np.array([[5.0, 7.0, 0.0], [0.0, 0.0, 11.0]])
    assert homogeneity(nested) == 1.0
    assert completeness(nested) < 1.0
