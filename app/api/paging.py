"""Keyset paging: a page is what follows a key, so that it stays right while data is added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request

DEFAULT, LARGEST = 1_000, 10_000

Limit = Annotated[int, Query(ge=1, description=f"Rows a page; more than {LARGEST:,} are given as {LARGEST:,}.")]
After = Annotated[str | None, Query(description="Key of the last row of the page before.", max_length=200)]


def clamp(limit: int) -> int:
    return min(limit, LARGEST)


def page(request: Request, rows: Sequence[dict[str, Any]], limit: int, key: str) -> dict[str, Any]:
    """A page out of ``limit + 1`` rows fetched: the rows, and the address of the next page where there is one."""
    more, shown = len(rows) > limit, list(rows[:limit])
    links = [{"rel": "self", "href": str(request.url)}]
    if more:
        following = request.url.include_query_params(after=shown[-1][key], limit=limit)
        links.append({"rel": "next", "href": str(following)})
    return {"items": shown, "links": links}
