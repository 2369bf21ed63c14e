"""From the areas of one census to those of another, with every patient kept.

Uses the ONS exact-fit lookup, all rows of it: keeping one row an area loses the other parts of every split area
(domain notes §2.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geometry.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Conversion:
    """``matrix`` is from-areas × to-areas; each row sums to 1, so patients are conserved.

    ``by_population`` and ``in_equal_parts`` count the areas that are divided, by how they are divided.
    """

    matrix: Labelled
    by_population: int
    in_equal_parts: int

    def describe(self) -> str:
        if not self.by_population and not self.in_equal_parts:
            return "no area is divided"
        parts = []
        if self.by_population:
            parts.append(f"{self.by_population} divided areas shared out by the population of their parts")
        if self.in_equal_parts:
            parts.append(f"{self.in_equal_parts} divided areas shared out in equal parts (no population loaded)")
        return "; ".join(parts)


def conversion(lookup: pd.DataFrame, population: Mapping[str, float], *, reverse: bool = False) -> Conversion:
    """Weights that carry counts by area from one vintage to another.

    lookup: columns from_code, to_code (one row for every part). population: people by area of the vintage
    converted to; a divided area is shared out by its parts' population where all of them are known, otherwise in
    equal parts. ``reverse`` goes from the newer areas back to the older ones.
    """
    source, target = ("to_code", "from_code") if reverse else ("from_code", "to_code")
    pairs = lookup[[source, target]].drop_duplicates().sort_values([source, target], kind="stable")
    people = pairs[target].map(population).astype(float)
    parts = people.groupby(pairs[source])
    known = (parts.transform("count") == parts.transform("size")) & (parts.transform("sum") > 0)
    size = parts.transform("size")
    weights = np.where(known & (size > 1), people / parts.transform("sum"), 1.0 / size)
    divided = pd.DataFrame({"area": pairs[source], "known": known, "divided": size > 1}).drop_duplicates("area")
    return Conversion(
        Labelled.from_triples(pairs[source], pairs[target], weights),
        by_population=int((divided["divided"] & divided["known"]).sum()),
        in_equal_parts=int((divided["divided"] & ~divided["known"]).sum()),
    )
