"""HTTP beneath the client: one address, one key, waiting and asking again, and problems as exceptions."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2

from coterminous_client.problems import Unreachable, problem

AGAIN = frozenset({429, 503})
"""The service did nothing, and says or implies that it may later."""

FIRST_WAIT = 0.5
"""Seconds before the second try where no Retry-After is sent; doubled for each one after."""


class Transport:
    """Sends requests to one service. ``longest_wait`` is in seconds: a Retry-After beyond it is not waited for."""

    def __init__(
        self,
        address: str,
        key: str | None,
        *,
        timeout: float,
        retries: int,
        longest_wait: float,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{address!r} is no address of a service: it should be like https://coterminous.example")
        self.address = address.rstrip("/")
        self._origin, self._prefix = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
        self._retries, self._longest_wait, self._sleep = retries, longest_wait, sleep
        headers = {"User-Agent": "coterminous-client/0.1"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx2.Client(headers=headers, timeout=timeout, transport=transport, follow_redirects=False)

    def close(self) -> None:
        self._http.close()

    def send(
        self, method: str, path: str, *, make: Callable[[], Mapping[str, Any]] | None = None, **options: Any
    ) -> httpx2.Response:
        """Send, wait and send again while the service is busy. ``make`` gives what must be made anew for each try.

        ``path`` begins at the service's address, or is a link that it sent. Raises ``Problem`` or ``Unreachable``.
        """
        url = self._url(path)
        params = {name: value for name, value in (options.pop("params", None) or {}).items() if value is not None}
        for tried in range(self._retries + 1):
            try:
                more = {**options, **(make() if make else {})}
                response = self._http.request(method, url, params=params or None, **more)
            except httpx2.TransportError as error:
                raise Unreachable(f"{self.address} did not answer: {error}") from error
            wait = self._wait(response, tried)
            if wait is None:
                break
            self._sleep(wait)
        if response.status_code >= 300:
            raise problem(response)
        if "deprecation" in response.headers:
            ends = response.headers.get("sunset", "a day not said yet")
            warnings.warn(f"{method} {path} is deprecated and goes on {ends}", DeprecationWarning, stacklevel=4)
        return response

    def json(self, path: str, **params: Any) -> Any:
        return self.send("GET", path, params=params).json()

    def _url(self, path: str) -> str:
        """An address at this service. Of a link only path and query are taken, so that no key ever goes elsewhere."""
        if "://" in path:
            parts = urlsplit(path)
            return f"{self._origin}{parts.path}{'?' + parts.query if parts.query else ''}"
        return f"{self._origin}{self._prefix}{path}"

    def _wait(self, response: httpx2.Response, tried: int) -> float | None:
        if response.status_code not in AGAIN or tried == self._retries:
            return None
        said = retry_after(response.headers.get("retry-after"))
        wait = FIRST_WAIT * 2**tried if said is None else said
        return wait if wait <= self._longest_wait else None


def retry_after(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds to wait, from a number of seconds or an HTTP date (RFC 9110 §10.2.3); ``None`` where none is said."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max((when - (now or datetime.now(UTC))).total_seconds(), 0.0)
