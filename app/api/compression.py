"""Answers and pages compressed as the client likes (zstd, br or gzip): a map of London shrinks to a fifth."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

for media in ("application/geo+json", "application/problem+json"):
    add_compress_type(media)


class Compressed:
    """Compresses what ``app`` answers, except under the paths of ``but``, which see to it themselves.

    A strong tag is of the bytes before compression, so it is weakened where they are sent otherwise (RFC 9110, 8.8.1).
    """

    def __init__(self, app: ASGIApp, but: tuple[str, ...] = ()) -> None:
        self.plain = app
        self.compressing = CompressMiddleware(app, minimum_size=1_000)
        self.but = but

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or f"{scope['path']}/".startswith(self.but):
            await self.plain(scope, receive, send)
            return

        async def weakened(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                tag = headers.get("etag")
                if tag and "content-encoding" in headers and not tag.startswith("W/"):
                    headers["etag"] = f"W/{tag}"
            await send(message)

        await self.compressing(scope, receive, weakened)
