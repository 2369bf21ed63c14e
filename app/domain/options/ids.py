"""An option by its id, whether or not it is among those suggested: the id says what it does."""

from __future__ import annotations

from app.domain.options.joins import join
from app.domain.options.kinds import Option, merge, move, no_change, pair, split
from app.domain.options.situation import Situation
from app.domain.problem import Fault, Problem

FORMS = (
    "no-change, move-PRACTICE-PCN (repeated for more), merge-PCN-PCN, pair-PCN-PCN, split-PCN-PRACTICE (repeated), "
    "join-PRACTICE-PCN"
)


def option_of(place: Situation, id_: str) -> Option:
    """The option that an id names, worked out anew, with whatever stops it among its checks.

    Raises ``Problem`` for an id of no known form, and as the kinds of option do: unknown codes, nothing that changes.
    """
    if id_ == "no-change":
        return no_change(place)
    kind, *codes = id_.split("-")
    if kind == "move" and codes and len(codes) % 2 == 0:
        wanted = dict(zip(codes[::2], codes[1::2], strict=True))
        if len(wanted) == len(codes) // 2:
            return move(place, wanted)
    if kind == "split" and len(codes) > 1:
        return split(place, codes[0], codes[1:])
    if len(codes) == 2 and kind in ("merge", "pair", "join"):
        return {"merge": merge, "pair": pair, "join": join}[kind](place, *codes)
    raise Problem(
        Fault.NOT_FOUND,
        "No such option",
        f"“{id_[:200]}” is not the id of an option.",
        remedy=f"Ids look like: {FORMS}.",
    )
