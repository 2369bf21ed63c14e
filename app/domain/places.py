"""Which place a practice and a PCN belong to.

A PCN belongs to the place in which most of its registered patients' practices stand, a practice to the place of its
PCN; a practice without a PCN belongs where it stands (docs/decisions/0001). A practice whose location is not known
stands where most of its patients live.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

OUTSIDE = None
"""The place of whatever stands in no neighbourhood of the plan."""


@dataclass(frozen=True)
class Belonging:
    """Place by practice code and by PCN code; ``None`` means outside the plan."""

    practice: dict[str, str | None]
    pcn: dict[str, str | None]


def belonging(
    patients: Mapping[str, float],
    standing_in: Mapping[str, str | None],
    main_neighbourhood: Mapping[str, str | None],
    place_of: Mapping[str, str],
    pcn_of: Mapping[str, str],
) -> Belonging:
    """Place practices and PCNs.

    patients: list size by practice (the keys are the practices to place). standing_in: neighbourhood that holds the
    practice's own point, ``None`` where it stands outside the plan; a practice without a known point is missing.
    main_neighbourhood: where most of its patients live. place_of: place by neighbourhood code.
    """
    stands: dict[str, str | None] = {}
    for practice in patients:
        neighbourhood = standing_in[practice] if practice in standing_in else main_neighbourhood.get(practice)
        stands[practice] = None if neighbourhood is None else place_of[neighbourhood]
    weight: dict[str, dict[str | None, float]] = defaultdict(lambda: defaultdict(float))
    for practice, size in patients.items():
        if practice in pcn_of:
            weight[pcn_of[practice]][stands[practice]] += size
    pcn = {code: _heaviest(weight[code].items()) for code in sorted(weight)}
    owners = {code: pcn[pcn_of[code]] if code in pcn_of else stands[code] for code in patients}
    return Belonging(owners, pcn)


def _heaviest(weights: Iterable[tuple[str | None, float]]) -> str | None:
    """The heaviest place; ties go to a place before "outside", then to the first in code order."""
    return min(weights, key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))[0]
