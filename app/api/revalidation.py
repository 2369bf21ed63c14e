"""ETags for everything read over the API, so that a client that asks again is told "not modified"."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_TAGGED = 64 * 1024**2


class Revalidation:
    """Tags successful GETs under /api with a hash of their content; 304 where the client already has it.

    The tag is of the bytes, so it changes exactly when the answer does, whichever process answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not scope["path"].startswith("/api"):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Tagging(Headers(scope=scope).get("if-none-match"), send))


class _Tagging:
    """Holds a response back until it is whole, then sends it with its tag."""

    def __init__(self, known: str | None, send: Send) -> None:
        self.known, self.send = known, send
        self.start: Message | None = None
        self.body = bytearray()
        self.passing = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self.start = message
        elif message["type"] == "http.response.body" and self.start is not None and not self.passing:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()
            elif len(self.body) > LARGEST_TAGGED:
                await self._pass_through()
        else:
            await self.send(message)

    async def _pass_through(self) -> None:
        assert self.start is not None  # noqa: S101 - only called once the response has started
        self.passing = True
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": bytes(self.body), "more_body": True})

    async def _finish(self) -> None:
        assert self.start is not None  # noqa: S101 - only called once the response has started
        headers = MutableHeaders(raw=list(self.start["headers"]))
        # A route that knows its revision has said so, and If-Match is held against that.
        tag = headers.get("ETag") or f'"{hashlib.sha256(bytes(self.body)).hexdigest()[:32]}"'
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", "no-cache")
        headers.append("Vary", "Accept")
        if self.known is not None and _names(self.known, tag):
            kept = [(k, v) for k, v in headers.raw if k not in (b"content-length", b"content-type")]
            await self.send({"type": "http.response.start", "status": 304, "headers": kept})
            await self.send({"type": "http.response.body", "body": b""})
            return
        await self.send({**self.start, "headers": headers.raw})
        await self.send({"type": "http.response.body", "body": bytes(self.body)})


def _names(known: str, tag: str) -> bool:
    given = [part.strip().removeprefix("W/") for part in known.split(",")]
    return "*" in given or tag in given
