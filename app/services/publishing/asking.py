"""What a request asks of a collection, from its parameters: which features, in which order, from where on."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from app.domain.filters import AllOf, Compare, During, Filter, Literal, Operator, Property, Relation, Spatial
from app.domain.problem import Fault, Problem
from app.domain.publication import Collection, Cursor, FieldKind, Order
from app.services.filter_values import typed_value
from app.services.filtering import cql2_filter
from app.services.publishing.boxes import box_shape
from app.services.publishing.crs import CRS84, Crs, named, to_grid

DEFAULT, LARGEST = 1_000, 10_000
MOST_SORTS = 5
LANGUAGES = ("cql2-text", "cql2-json")
OWN = ("bbox", "bbox-crs", "crs", "datetime", "limit", "sortby", "filter", "filter-lang", "filter-crs", "cursor")
"""Parameters that choose features; every other one must be the name of a property."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True)
class Asked:
    """What is asked of a collection. ``where`` is ``None`` for all of it; ``said`` are the parameters that chose."""

    where: Filter | None
    order: tuple[Order, ...]
    limit: int
    crs: Crs
    said: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """A short hash of what chooses and sorts: a page's address fits the same question only."""
        return hashlib.sha256(json.dumps(self.said).encode()).hexdigest()[:12]


def asked(collection: Collection, given: Mapping[str, str]) -> Asked:
    """Read parameters, all of which must be ``OWN`` or properties of the collection.

    Raises ``Problem`` (bad input), naming the parameter, for any that is unknown or cannot be used.
    """
    parts = []
    for name, text in given.items():
        field = None if name in OWN else collection.field(name)
        if field is not None:
            value = typed_value(field, text)
            parts.append(Compare(Operator.EQUAL, Property(field), Literal(value)))
        elif name not in OWN:
            known = ", ".join((*OWN, *(field.name for field in collection.fields)))
            _refuse(name, "There is no such parameter.", f"Known: {known}.")
    found: list[Filter] = [*parts]
    if "bbox" in given:
        box_crs = named(given["bbox-crs"], "bbox-crs") if "bbox-crs" in given else CRS84
        shape, _ = to_grid(box_shape(_numbers(given["bbox"]), box_crs), box_crs)
        found.append(Spatial(Relation.INTERSECTS, shape))
    elif "bbox-crs" in given:
        named(given["bbox-crs"], "bbox-crs")
    if "datetime" in given:
        during = _during(given["datetime"])
        found += [] if (during.first, during.last) == (None, None) else [during]
    language = given.get("filter-lang", "cql2-text")
    if language not in LANGUAGES:
        _refuse("filter-lang", f"“{language[:40]}” is not offered.", f"Use one of {', '.join(LANGUAGES)}.")
    filter_crs = named(given["filter-crs"], "filter-crs") if "filter-crs" in given else CRS84
    if "filter" in given:
        found.append(cql2_filter(given["filter"], language, collection, filter_crs))
    return Asked(
        where=None if not found else found[0] if len(found) == 1 else AllOf(tuple(found)),
        order=_order(collection, given.get("sortby")),
        limit=_limit(given.get("limit")),
        crs=named(given["crs"], "crs") if "crs" in given else CRS84,
        said=tuple(sorted((name, text) for name, text in given.items() if name not in ("limit", "crs", "cursor"))),
    )


def encoded(cursor: Cursor, key: str, digest: str) -> str:
    """A page's place as text for an address."""
    said = [key, digest, cursor.backwards, cursor.position, list(cursor.values)]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def content_key(text: str) -> str:
    """The key of the content that a page belongs to. Raises ``Problem`` for text that is no page's place."""
    key: str = _decoded(text)[0]
    return key


def cursor(text: str, question: Asked) -> Cursor:
    """The place that was encoded for this question. Raises ``Problem`` for any other text."""
    _, digest, backwards, position, values = _decoded(text)
    if digest != question.digest or len(values) != len(question.order):
        _broken("It belongs to another question.")
    for order, value in zip(question.order, values, strict=True):
        if value is None:
            continue
        numeric = order.field.kind.is_numeric or order.field.kind is FieldKind.FLAG
        if not isinstance(value, int | float if numeric else str) or "\x00" in str(value):
            _broken("It was changed on the way.")
    return Cursor(tuple(values), position, backwards)


def _decoded(text: str) -> list[Any]:
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        found = None
    sorts = (str, str, bool, int, list)
    if not (isinstance(found, list) and len(found) == len(sorts)):
        _broken("It was changed on the way.")
    if not all(type(part) is sort for part, sort in zip(found, sorts, strict=True)):
        _broken("It was changed on the way.")
    if not 0 <= found[3] < 2**31 or len(found[0]) > 40 or "\x00" in found[0]:
        _broken("It was changed on the way.")
    return found


def _numbers(text: str) -> list[float]:
    parts = [part.strip() for part in text.split(",")]
    if not all(_NUMBER.fullmatch(part) for part in parts) or len(parts) > 6:
        _refuse("bbox", f"“{text[:80]}” is not four (or six) numbers.", "Give west,south,east,north.")
    return [float(part) for part in parts]


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        _refuse("limit", f"“{text[:40]}” is not a whole number of features from 1.", f"At most {LARGEST:,} are given.")
    return LARGEST if len(text.lstrip("0")) > 6 else min(int(text), LARGEST)


def _order(collection: Collection, text: str | None) -> tuple[Order, ...]:
    if text is None:
        return ()
    found: dict[str, Order] = {}
    for part in text.split(","):
        sign, name = (part[0], part[1:]) if part[:1] in ("+", "-", " ") else ("+", part)  # + in an address is a space
        field = collection.field(name)
        if field is None or name in found:
            known = ", ".join(field.name for field in collection.fields)
            _refuse("sortby", f"“{name[:60]}” is no property, or stands twice.", f"Sort by some of {known}.")
        found[name] = Order(field, sign == "-")
    if len(found) > MOST_SORTS:
        _refuse("sortby", f"At most {MOST_SORTS} properties can be sorted by.", "Name fewer.")
    return tuple(found.values())


def _during(text: str) -> During:
    """A day, or an interval of days open at ``..`` or at nothing."""
    first, slash, last = text.partition("/")
    if not slash:
        day = _day(text)
        return During(day, day)
    start = None if first in ("", "..") else _day(first)
    end = None if last in ("", "..") else _day(last)
    if start and end and start > end:
        _refuse("datetime", "The interval ends before it begins.", "Give the earlier day first.")
    return During(start, end)


def _day(text: str) -> date:
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
        return (moment.astimezone(UTC) if moment.tzinfo and moment.year > 1 and moment.year < 9999 else moment).date()
    except ValueError:
        _refuse("datetime", f"“{text[:60]}” is not a date.", "Give 2026-04-01, or an interval 2026-04-01/2027-03-31.")


def _refuse(parameter: str, why: str, remedy: str) -> NoReturn:
    raise Problem(Fault.BAD_INPUT, f"The parameter “{parameter[:60]}” cannot be used", why, remedy=remedy)


def _broken(why: str) -> NoReturn:
    _refuse("cursor", f"This is not the address of a page. {why}", "Begin again without it, and follow the links.")
