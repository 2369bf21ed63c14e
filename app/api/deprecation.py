"""Addresses that are to go say so in every answer, long before they do (docs/api/deprecation.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_NOTICE_DAYS = 182
"""Six months: nothing goes sooner after it was announced."""


@dataclass(frozen=True)
class Notice:
    """``path`` (as routes have it: ``/api/v1/places/{place_id}``) is to go on ``sunset``; ``instead`` is there already.

    Raises ``ValueError`` for less than six months from ``since``, the day of the announcement.
    """

    path: str
    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        if (self.sunset - self.since).days < LEAST_NOTICE_DAYS:
            raise ValueError(f"{self.path}: {self.since} to {self.sunset} is less than six months' notice")


NOTICES: tuple[Notice, ...] = ()
"""What is to go. Nothing at present; docs/api/changes.md says the same."""


class Announcing:
    """Sends Deprecation (RFC 9745), Sunset (RFC 8594) and links to policy and successor with every answer."""

    def __init__(self, app: ASGIApp, notices: Sequence[Notice] = NOTICES) -> None:
        self.app = app
        self._notices = [(compile_path(notice.path)[0], notice) for notice in notices]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        notice = next((notice for pattern, notice in self._notices if pattern.match(path)), None)
        if notice is None:
            await self.app(scope, receive, send)
            return
        since, sunset = (datetime.combine(day, time.min, UTC) for day in (notice.since, notice.sunset))

        async def announce(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Deprecation"] = f"@{int(since.timestamp())}"
                headers["Sunset"] = format_datetime(sunset, usegmt=True)
                headers.append("Link", '</api>; rel="deprecation"; type="text/html"')
                headers.append("Link", f'<{notice.instead}>; rel="successor-version"')
            await send(message)

        await self.app(scope, receive, announce)
