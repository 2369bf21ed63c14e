"""What a paper is made of: headings, text, tables, pictures, and places that somebody has to fill in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Text:
    """A paragraph. ``small``: a note under a table."""

    words: str
    small: bool = False


@dataclass(frozen=True)
class Points:
    """A list of short texts."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table; ``number``: its cells are set to the right."""

    label: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Cells are text, ready to print. The first column heads its rows; ``totals`` are set off at the foot.

    ``basis`` says what the figures count and which datasets they rest on.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    basis: str
    totals: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        for row in (*self.rows, *self.totals):
            if len(row) != len(self.columns):
                raise ValueError(f"“{self.caption}” has {len(self.columns)} columns, and a row of {len(row)} cells")


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawing. ``alt`` says in words what it shows; ``draw("svg")`` and ``draw("png")`` give its bytes."""

    caption: str
    alt: str
    draw: Callable[[str], bytes] = field(repr=False)


@dataclass(frozen=True)
class Open:
    """What people write. Where nothing is given the paper says plainly who is to complete it."""

    label: str
    words: str | None
    by: str


Block = Text | Points | Table | Picture | Open


MOST_COLUMNS = 11
"""Columns that an upright page holds."""


@dataclass(frozen=True)
class Section:
    """A heading (``level`` 1 or 2) and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 1

    @property
    def wide(self) -> bool:
        """Whether it wants pages on their side."""
        return any(isinstance(block, Table) and len(block.columns) > MOST_COLUMNS for block in self.blocks)


@dataclass(frozen=True)
class Paper:
    """A whole paper. ``facts`` stand under the title; ``dated`` is the day of its figures, never that of printing."""

    title: str
    place: str
    facts: tuple[tuple[str, str], ...]
    standing: str
    sections: tuple[Section, ...]
    dated: date
    fictional: bool

    @property
    def blocks(self) -> Sequence[Block]:
        return [block for section in self.sections for block in section.blocks]
