"""What is moved in a what-if, and how it is written in an address.

``F81001>U12345,E01000001>NBH-2`` moves a practice to a PCN and a small area to a neighbourhood. ``none`` takes a
practice out of its PCN; ``new-1`` (or the code of a PCN, a slash and a number, as a split has it) is a PCN that is not
there yet.
Characters other than letters, digits and ``-._~/`` are written as in any address (``%20``).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote_to_bytes

from app.domain.problem import Fault, Finding, Problem

NONE = "none"
MOST_TEXT = 8_000
"""Characters of moves that an address takes: what common proxies let through. Longer ones are sent as a body."""
MOST_MOVES = 5_000
"""Moves in one what-if: enough to repaint all of London, small area by small area."""
LONGEST_CODE = 100

_NEW = re.compile(r"new-[1-9][0-9]{0,2}|.+/[2-9]")
_SAFE = "/-._~"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Moves:
    """Moves in code order. ``practices``: practice and PCN, ``None`` for none; ``areas``: area and neighbourhood."""

    practices: tuple[tuple[str, str | None], ...] = ()
    areas: tuple[Pair, ...] = ()

    @classmethod
    def of(cls, practices: Mapping[str, str | None], areas: Mapping[str, str]) -> Moves:
        return cls(tuple(sorted(practices.items(), key=lambda pair: pair[0])), tuple(sorted(areas.items())))

    @cached_property
    def pcn_of(self) -> dict[str, str | None]:
        return dict(self.practices)

    @cached_property
    def neighbourhood_of(self) -> dict[str, str]:
        return dict(self.areas)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Code and target of every move, practices first."""
        return (*((code, NONE if to is None else to) for code, to in self.practices), *self.areas)

    @property
    def text(self) -> str:
        """The moves as an address writes them; the same moves always give the same text."""
        return ",".join(f"{quote(code, _SAFE)}>{quote(to, _SAFE)}" for code, to in self.pairs)

    def __len__(self) -> int:
        return len(self.practices) + len(self.areas)


def read_pairs(text: str) -> tuple[Pair, ...]:
    """The pairs of code and target that a text of moves says, in its order.

    Raises ``Problem``: too long (too large); a part that is not two codes with ``>`` between them (bad input).
    """
    if len(text) > MOST_TEXT:
        raise Problem(
            Fault.TOO_LARGE,
            "Too many moves for an address",
            f"The moves take {len(text):,} characters; an address takes {MOST_TEXT:,}.",
            remedy=f"Send them as JSON with POST, which takes {MOST_MOVES:,} moves.",
        )
    pairs, findings = [], []
    for at, part in enumerate(text.split(",") if text.strip() else [], start=1):
        code, arrow, target = (piece.strip() for piece in part.partition(">"))
        if not arrow or not code or not target or ">" in target:
            findings.append(Finding("not-a-move", f"Move {at} is not CODE>TARGET.", field="moves", value=part[:80]))
            continue
        pairs.append((_decoded(code), _decoded(target)))
    if findings:
        raise _unreadable(findings)
    return tuple(pairs)


def read_moves(
    pairs: Iterable[Pair], practices: Container[str], areas: Container[str], pcns: Container[str], plan: Container[str]
) -> Moves:
    """Tell practices from areas, and hold every code to what is there.

    practices, areas: codes that may move. pcns, plan: the PCNs and neighbourhoods they may move to. Raises ``Problem``:
    more than ``MOST_MOVES``; a code moved twice; an unknown code or target; all of them named.
    """
    to_pcn: dict[str, str | None] = {}
    to_neighbourhood: dict[str, str] = {}
    findings: list[Finding] = []

    def wrong(code: str, message: str, value: str) -> None:
        findings.append(Finding(code, message, field="moves", value=value[:LONGEST_CODE]))

    for count, (code, target) in enumerate(pairs, start=1):
        if count > MOST_MOVES:
            raise Problem(
                Fault.TOO_LARGE,
                "Too many moves",
                f"A what-if takes at most {MOST_MOVES:,} moves.",
                remedy="Load the changed plan as a version of its own instead.",
            )
        if code in to_pcn or code in to_neighbourhood:
            wrong("moved-twice", f"{code} is moved twice.", code)
        elif code in practices:
            if target == NONE:
                to_pcn[code] = None
            elif target in pcns or _is_new(target, pcns):
                to_pcn[code] = target
            else:
                wrong("unknown-pcn", f"{code} cannot go to {target}: no PCN of this place on this date.", target)
        elif code in areas:
            if target in plan:
                to_neighbourhood[code] = target
            else:
                wrong("unknown-neighbourhood", f"{code} cannot go to {target}: no neighbourhood here.", target)
        else:
            wrong("unknown-code", f"{code} is no practice, and no area that may be moved here.", code)
    if findings:
        raise _impossible(findings)
    return Moves.of(to_pcn, to_neighbourhood)


def _is_new(target: str, pcns: Container[str]) -> bool:
    if not _NEW.fullmatch(target):
        return False
    return "/" not in target or target.rpartition("/")[0] in pcns


def _decoded(code: str) -> str:
    try:
        return unquote_to_bytes(code).decode()
    except UnicodeDecodeError as error:
        raise _unreadable([Finding("not-a-move", "A code is not UTF-8.", field="moves", value=code[:80])]) from error


def _unreadable(findings: list[Finding]) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "The moves cannot be read",
        f"{findings[0].message} Moves are written CODE>TARGET with commas between.",
        remedy="Write them like F81001>U12345,E01000001>NBH-2.",
        findings=findings,
    )


def _impossible(findings: list[Finding]) -> Problem:
    more = f" (and {len(findings) - 1:,} more)" if len(findings) > 1 else ""
    return Problem(
        Fault.BAD_INPUT,
        "The moves cannot be made",
        f"{findings[0].message}{more}",
        remedy=(
            "Move practices of this place to one of its PCNs, to “none” or to a new one (“new-1”), and small areas of "
            "this place to one of its neighbourhoods. Leave the place out to move things between places."
        ),
        findings=findings,
    )
