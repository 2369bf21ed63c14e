"""What went wrong, said so that the reader can act on it: HTTP and the command line print it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

Found = TypeVar("Found")


class Fault(StrEnum):
    """The sort of problem. The value is the last part of the problem's type URI and never changes."""

    BAD_INPUT = "bad-input"
    UNREADABLE_FILE = "unreadable-file"
    UNKNOWN_KIND = "unknown-kind"
    MISSING_COLUMN = "missing-column"
    NOT_FOUND = "not-found"
    NOTHING_LOADED = "nothing-loaded"
    CONFLICT = "conflict"
    NOT_ALLOWED = "not-allowed"
    TOO_LARGE = "too-large"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class Finding:
    """One thing found in a file: where, what, and what to do. Rows count from 1, as an editor shows them."""

    code: str
    message: str
    severity: str = "error"  # "error" stops the load; "warning" and "note" are kept in the import report
    row: int | None = None
    field: str | None = None
    value: str | None = None
    suggestion: str | None = None


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - named as in RFC 9457
    """Something the user can understand and mend. ``detail`` says why, ``remedy`` what to do."""

    fault: Fault
    title: str
    detail: str
    remedy: str | None = None
    file: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        where = f"{self.file}: " if self.file else ""
        lines = [f"{where}{self.title}. {self.detail}"]
        for finding in self.findings[:20]:
            at = ", ".join(
                part
                for part in (
                    f"row {finding.row}" if finding.row is not None else "",
                    f"field {finding.field}" if finding.field else "",
                )
                if part
            )
            hint = f" {finding.suggestion}" if finding.suggestion else ""
            lines.append(f"  - {at + ': ' if at else ''}{finding.message}{hint}")
        if len(self.findings) > 20:
            lines.append(f"  - and {len(self.findings) - 20} more")
        if self.remedy:
            lines.append(f"  What to do: {self.remedy}")
        return "\n".join(lines)


def if_loaded(ask: Callable[[], Found]) -> Found | None:
    """What is asked for; ``None`` where nothing is loaded that would answer it. Any other ``Problem`` is raised."""
    try:
        return ask()
    except Problem as problem:
        if problem.fault is not Fault.NOTHING_LOADED:
            raise
        return None
