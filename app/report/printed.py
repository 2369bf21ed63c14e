"""Figures as they are printed: the API's own values, with thousands marked, and hidden ones as a star."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.services.suppression import MARK, marked

NOT_KNOWN = "–"


def number(value: Any, hidden: bool = False) -> str:
    """A whole count: 12,345; a star where it may not be shown; a dash where it is not known."""
    if value == MARK or (value is None and hidden):
        return MARK
    if value is None:
        return NOT_KNOWN
    return f"{value:,.0f}"


def percent(value: float | None, hidden: bool = False) -> str:
    """A share of 0 to 1 with one decimal: 14.6 %."""
    if value is None:
        return MARK if hidden else NOT_KNOWN
    return f"{100 * value:.1f}%"


def count(row: Mapping[str, Any], name: str) -> str:
    """A count of a row, hidden where the row says so."""
    return number(marked(row, name))


def share(row: Mapping[str, Any], name: str) -> str:
    value = marked(row, name)
    return MARK if value == MARK else percent(value)


def day(value: date | str | None) -> str:
    """1 July 2026."""
    if value is None:
        return NOT_KNOWN
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{on.day} {on:%B %Y}"
