"""What went wrong, as exceptions: one class for each sort of problem, with the members of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

import httpx2


class Finding(TypedDict, total=False):
    """One thing found in a file or request: where, what, and what to do."""

    code: str
    message: str
    severity: str
    row: int | None
    field: str | None
    value: str | None
    suggestion: str | None


class CoterminousError(Exception):
    """Anything that this client raises about the service."""


class Unreachable(CoterminousError):  # noqa: N818 - what happened, in plain words
    """The service did not answer: no connection, a connection that broke, or no answer in time."""


class Problem(CoterminousError):  # noqa: N818 - what happened, in plain words
    """A problem that the service told of (application/problem+json).

    ``type`` is the address that explains this sort of problem, ``fault`` its last part ("not-found"); ``remedy`` says
    what to do; ``findings`` what was found row by row; ``members`` is everything that was sent.
    """

    def __init__(self, status: int, members: Mapping[str, Any]) -> None:
        self.status = status
        self.members = dict(members)
        self.type = str(members.get("type", "about:blank"))
        self.title = str(members.get("title", f"HTTP {status}"))
        self.detail = str(members.get("detail", ""))
        self.remedy: str | None = members.get("remedy")
        self.file: str | None = members.get("file")
        self.findings: list[Finding] = list(members.get("findings", ()))
        super().__init__(self._text())

    @property
    def fault(self) -> str:
        return self.type.rpartition("#")[2]

    def _text(self) -> str:
        said = [f"{self.title}. {self.detail}".strip()]
        said += [f"- {finding.get('message', '')}" for finding in self.findings[:5]]
        if self.remedy:
            said.append(f"What to do: {self.remedy}")
        return "\n".join(said)


class BadRequest(Problem):
    """400 or 422: a parameter, or what a file says, cannot be used."""


class KeyNeeded(Problem):
    """401 or 403: this needs a key, or the key sent may not do it."""


class NotFound(Problem):
    """404: there is nothing by this id or name."""


class Conflict(Problem):
    """409 or 412: the change would undo something that is fixed, or the record was changed meanwhile."""


class NothingLoaded(Conflict):
    """409: the question needs data that is not loaded yet."""


class TooManyRequests(Problem):
    """429: so much is waiting that no more is taken for now."""


class Unavailable(Problem):
    """503: the service or its database cannot answer at the moment."""


_BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest,
    401: KeyNeeded,
    403: KeyNeeded,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    422: BadRequest,
    429: TooManyRequests,
    503: Unavailable,
}


def problem(response: httpx2.Response) -> Problem:
    """The exception that an answer of 400 or more stands for, also where something between us answered in HTML."""
    members: Mapping[str, Any] = {}
    if "json" in response.headers.get("content-type", ""):
        try:
            sent = response.json()
            members = sent if isinstance(sent, dict) else {}
        except ValueError:
            members = {}
    if not members:
        members = {"title": f"HTTP {response.status_code} {response.reason_phrase}", "detail": response.text[:200]}
    kind = _BY_STATUS.get(response.status_code, Problem)
    if kind is Conflict and str(members.get("type", "")).endswith("#nothing-loaded"):
        kind = NothingLoaded
    return kind(response.status_code, members)
