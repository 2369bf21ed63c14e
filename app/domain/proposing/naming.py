"""Names for neighbourhoods nobody has named yet: from the wards (or other places) that most of their people live in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOSTLY = 0.6
"""A neighbourhood with at least this share of its people in one ward is called after that alone."""

MOST_WARDS = 4


def named(people_by_ward: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """A name for each neighbourhood: "Brockley", or "Brockley and Ladywell", most people first.

    Where two would be called the same, more wards are named, and in the end they are numbered. A ward without a name
    ("") is not used; a neighbourhood of such wards only is called "Neighbourhood".
    """
    ranked = [
        [ward for ward, _ in sorted(wards.items(), key=lambda pair: (-pair[1], pair[0])) if ward]
        for wards in people_by_ward
    ]
    wanted = []
    for wards, order in zip(people_by_ward, ranked, strict=True):
        alone = bool(order) and wards[order[0]] >= MOSTLY * sum(wards.values())
        wanted.append(min(1 if alone else 2, len(order)))
    while True:
        names = [_joined(order[:many]) for order, many in zip(ranked, wanted, strict=True)]
        alike = [at for at, name in enumerate(names) if names.count(name) > 1]
        longer = [at for at in alike if wanted[at] < min(len(ranked[at]), MOST_WARDS)]
        if not longer:
            break
        for at in longer:
            wanted[at] += 1
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(f"{name} {seen[name]}" if names.count(name) > 1 else name)
    return tuple(numbered)


def _joined(wards: Sequence[str]) -> str:
    if not wards:
        return "Neighbourhood"
    return wards[0] if len(wards) == 1 else f"{', '.join(wards[:-1])} and {wards[-1]}"
