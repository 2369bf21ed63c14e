"""No body larger than the setting allows, told by its header where it has one and counted where it has not."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response


class _TooLarge(Exception):  # noqa: N818 - carries no error, only stops the reading
    pass


class BodyLimit:
    """Refuses larger bodies with 413 before they are read."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > self.most:
            await self._refuse(scope, receive, send)
            return
        read, over, started = 0, False, False

        async def counted() -> Message:
            nonlocal read, over
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                over = True
                raise _TooLarge
            return message

        async def unless_over(message: Message) -> None:
            # Whoever parses the body may turn our stop into an answer of its own, which must not go out.
            nonlocal started
            if not over or started:
                started = True
                await send(message)

        with suppress(_TooLarge):
            await self.app(scope, counted, unless_over)
        if over and not started:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = problem_response(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            "The upload is too large",
            f"At most {self.most:,} bytes are taken in one request.",
            remedy="Send fewer files at a time, zip them, or have the limit raised (COTERMINOUS_MAX_UPLOAD_BYTES).",
            headers={"Connection": "close"},
        )
        await response(scope, receive, send)
