"""Values in filters: of which kind they are, and what they become."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any, NoReturn

from app.domain import filters
from app.domain.filters import Operand, Operator
from app.domain.problem import Fault, Problem
from app.domain.publication import Field, FieldKind


def typed_value(field: Field, text: str) -> filters.Value:
    """A value given as text in a property's own parameter. Raises ``Problem`` where it is not of the field's kind."""
    if field.kind.is_numeric:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and len(text) <= 40:
            return number
        refuse(f"{field.name} is a number, and “{text[:60]}” is none.", "Give it like 1200 or 0.35.", field.name)
    if field.kind is FieldKind.FLAG:
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        refuse(f"{field.name} is true or false, not “{text[:60]}”.", "Give true or false.", field.name)
    if field.kind is FieldKind.DATE:
        return day(text, field.name)
    if "\x00" in text:
        refuse(f"{field.name} holds a character that no text may hold.", "Leave it out.", field.name)
    return text


def value_of(operand: Operand) -> Any:
    """The value of a literal; ``None`` for a property."""
    return operand.value if isinstance(operand, filters.Literal) else None


def plain_value(node: Any) -> filters.Value:
    """A literal out of a parsed filter. Raises ``Problem`` for anything else."""
    if isinstance(node, dict) and isinstance(node.get("date"), str):
        return day(node["date"], "filter")
    if isinstance(node, dict) and isinstance(node.get("timestamp"), str):
        return day(node["timestamp"], "filter")
    if isinstance(node, bool | str):
        return node
    if isinstance(node, int | float) and math.isfinite(node):
        return float(node)
    return refuse("A value was expected; arithmetic and functions are not offered.", "Give a plain value.")


def fitting(operand: Operand, kind: FieldKind, other: Operand) -> Operand:
    """A value that fits a property's kind, folded where the property is."""
    value = value_of(operand)
    fits = {
        FieldKind.TEXT: isinstance(value, str),
        FieldKind.DATE: isinstance(value, str),
        FieldKind.FLAG: isinstance(value, bool),
        FieldKind.NUMBER: isinstance(value, float),
        FieldKind.INTEGER: isinstance(value, float),
    }[kind]
    if not fits:
        name = other.field.name if isinstance(other, filters.Property) else "The property"
        refuse(f"{name} is a {kind}, and {str(value)[:60]!r} is none.", "Compare it with a value of its kind.")
    return filters.Literal(day(value, "filter")) if kind is FieldKind.DATE else operand


def holds(operator: Operator, left: Any, right: Any) -> bool:
    """A comparison of two values."""
    found: bool = {
        Operator.EQUAL: left == right,
        Operator.NOT_EQUAL: left != right,
        Operator.LESS: left < right,
        Operator.LESS_OR_EQUAL: left <= right,
        Operator.GREATER: left > right,
        Operator.GREATER_OR_EQUAL: left >= right,
    }[operator]
    return found


def folded(text: str) -> str:
    """A to Z as a to z, nothing else: as both databases do it."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def day(text: str, parameter: str) -> str:
    """A day out of a date or a point in time (RFC 3339), as ISO text."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
        return datetime.fromisoformat(text.upper().replace("Z", "+00:00")).date().isoformat()
    except ValueError:
        refuse(f"“{text[:40]}” is not a date.", "Give it like 2026-04-01 or 2026-04-01T00:00:00Z.", parameter)


def refuse(why: str, remedy: str, parameter: str = "filter") -> NoReturn:
    """Raise the ``Problem`` of a parameter that cannot be used."""
    raise Problem(Fault.BAD_INPUT, f"The parameter “{parameter}” cannot be used", why, remedy=remedy)
