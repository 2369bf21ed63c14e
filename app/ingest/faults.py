"""Everything wrong with a file, collected row by row, so that the user mends it once and not twenty times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.domain.problem import Fault, Finding, Problem
from app.ingest.reading import ImportReport

LISTED = 20
EVERY = 10_000
"""As many as are listed where all are wanted: a report of more serves nobody."""


@dataclass
class Faults:
    """Errors found so far in the file called ``file``. The first ``listed`` are kept, all are counted.

    ``rows`` are the rows that have any.
    """

    file: str
    total: int = 0
    findings: list[Finding] = field(default_factory=list)
    listed: int = LISTED
    rows: set[int] = field(default_factory=set)

    def add(
        self,
        code: str,
        message: str,
        *,
        row: int | None = None,
        field: str | None = None,
        value: str | None = None,
        suggestion: str | None = None,
        count: int = 1,
    ) -> None:
        self.total += count
        if row is not None:
            self.rows.add(row)
        if len(self.findings) < self.listed:
            self.findings.append(Finding(code, message, "error", row, field, value, suggestion))

    def mark(
        self,
        code: str,
        message: str,
        values: pd.Series[str],
        wrong: NDArray[np.bool_],
        *,
        field: str,
        suggestion: str | None = None,
    ) -> None:
        """Add a finding for each ``wrong`` value; ``values`` is indexed by row number, ``{value}`` is filled in."""
        at = np.flatnonzero(wrong)
        for position in at[: max(self.listed - len(self.findings), 0)]:
            value = str(values.iloc[position])
            self.add(
                code,
                message.format(value=value),
                row=int(values.index[position]),
                field=field,
                value=value,
                suggestion=suggestion,
                count=0,
            )
        self.total += len(at)
        self.rows |= {int(row) for row in values.index[at]}

    def raise_any(self, title: str, remedy: str, *, fault: Fault = Fault.BAD_INPUT) -> None:
        """Raise ``Problem`` with what was found, if anything was."""
        if not self.total:
            return
        listed = f"; the first {self.listed} are listed" if self.total > self.listed else ""
        raise Problem(
            fault,
            title,
            f"{self.total:,} {'error was' if self.total == 1 else 'errors were'} found{listed}.",
            remedy=remedy,
            file=self.file,
            findings=list(self.findings),
        )


def set_aside(frame: pd.DataFrame, faults: Faults, report: ImportReport, why: str) -> pd.DataFrame:
    """The rows of ``frame`` (indexed by row number) without errors; the others are counted, their errors reported.

    ``faults`` is empty afterwards. Errors of no row in particular stay in it: they spoil the whole file.
    """
    report.findings += [found for found in faults.findings if found.row is not None]
    kept = frame[~frame.index.isin(sorted(faults.rows))]
    report.drop(why, len(frame) - len(kept))
    rest = [found for found in faults.findings if found.row is None]
    faults.findings, faults.total, faults.rows = rest, len(rest), set()
    return kept


def several(names: Iterable[str], limit: int = 12) -> str:
    """Names in a sentence, cut where there are many."""
    listed = [str(name) for name in names]
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more
