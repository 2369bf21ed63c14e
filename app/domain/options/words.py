"""Numbers and lists as the sentences of options say them."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.suppression import LARGEST_HIDDEN, shown


def people(number: float, restricted: bool = False) -> str:
    """A number of patients. ``restricted``: small numbers are hidden and others rounded (domain notes §6.1)."""
    if not restricted:
        return f"{number:,.0f}"
    seen = shown(number)
    return f"1 to {LARGEST_HIDDEN}" if seen is None else f"{seen:,}"


def percent(part: float, whole: float, restricted: bool = False) -> str:
    """A share of patients; none where there is nobody to share, and too few to say where ``part`` is hidden."""
    if whole <= 0:
        return "none"
    if restricted and shown(part) is None:
        return "too few to say"
    return f"{part / whole:.0%}"


def listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
