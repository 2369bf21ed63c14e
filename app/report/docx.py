"""A paper as DOCX, with real headings, tables whose heads repeat, and pictures that say what they show."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.report.blocks import Block, Open, Paper, Picture, Points, Section, Table, Text

QUIET = RGBColor(0x4C, 0x62, 0x72)
ACROSS, ACROSS_WIDE = 17.0, 25.7
"""Centimetres between the margins, upright and on its side."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def write(paper: Paper) -> bytes:
    """The paper as DOCX, the same to the byte for the same paper."""
    document = Document()
    _properties(document, paper)
    _page(document.sections[0], wide=False)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10)
    document.add_paragraph(paper.standing).runs[0].bold = True
    document.add_heading(paper.title, level=0)
    if paper.fictional:
        document.add_paragraph("A fictional place: nothing in this paper is real.").runs[0].bold = True
    for name, value in paper.facts:
        line = document.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(value)
    writer = _Writer(document)
    for section in paper.sections:
        writer.begin(section)
        for block in section.blocks:
            writer.add(block)
    return _same_every_time(document)


class _Writer:
    """Adds blocks; turns the page on its side for a wide section, and back."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._wide = False

    def begin(self, section: Section) -> None:
        if section.wide != self._wide:
            self._wide = section.wide
            _page(self._document.add_section(WD_SECTION.NEW_PAGE), self._wide)
        self._document.add_heading(section.title, level=section.level)

    def add(self, block: Block) -> None:
        match block:
            case Text(words, small):
                self._text(words, small)
            case Points(items):
                for item in items:
                    self._document.add_paragraph(item, style="List Bullet")
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Open():
                self._open(block)

    def _text(self, words: str, small: bool = False) -> None:
        run = self._document.add_paragraph().add_run(words)
        if small:
            run.font.size, run.font.color.rgb = Pt(8), QUIET

    def _table(self, table: Table) -> None:
        caption = self._document.add_paragraph(table.caption, style="Caption")
        caption.paragraph_format.keep_with_next = True
        made = self._document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
        _cells(made.rows[0], tuple(column.label for column in table.columns), table, bold=True)
        _repeats(made.rows[0])
        for row in table.rows:
            _cells(made.add_row(), row, table)
        for row in table.totals:
            _cells(made.add_row(), row, table, bold=True)
        made.autofit = False
        for column, width in zip(made.columns, _widths(table, ACROSS_WIDE if self._wide else ACROSS), strict=True):
            column.width = width  # some readers take the column's, others the cells'
            for cell in column.cells:
                cell.width = width
        self._text(table.basis, small=True)

    def _picture(self, picture: Picture) -> None:
        shape = self._document.add_picture(io.BytesIO(picture.draw("png")), width=Cm(16))
        about = shape._inline.docPr
        about.set("descr", picture.alt)
        about.set("title", picture.caption)
        self._document.add_paragraph(picture.caption, style="Caption")

    def _open(self, block: Open) -> None:
        self._document.add_paragraph().add_run(block.label).bold = True
        for line in (block.words or f"To be completed by {block.by}.").splitlines():
            run = self._document.add_paragraph().add_run(line)
            if not block.words:
                run.italic, run.font.color.rgb = True, QUIET


def _cells(row: Any, words: tuple[str, ...], table: Table, bold: bool = False) -> None:
    for cell, said, column in zip(row.cells, words, table.columns, strict=True):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(said)
        run.font.size, run.bold = Pt(8), bold
        if column.number:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    held = row._tr.get_or_add_trPr()
    held.append(OxmlElement("w:cantSplit"))


def _widths(table: Table, across: float) -> list[Any]:
    """Columns as wide as what they hold wants, within bounds, together ``across`` centimetres."""
    labels = tuple(column.label for column in table.columns)
    wants = []
    for at, label in enumerate(labels):
        cells = [row[at] for row in (*table.rows, *table.totals)]
        longest_word = max(len(word) for text in (label, *cells) for word in text.split(" "))
        wants.append(3.0 + max(1.1 * longest_word, min(max(map(len, cells), default=0) ** 0.75, 36.0)))
    return [Cm(across * want / sum(wants)) for want in wants]


def _repeats(row: Any) -> None:
    """Let a row head the table on every page it reaches."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _page(section: Any, wide: bool) -> None:
    """A4, upright or on its side."""
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21)) if wide else (Cm(21), Cm(29.7))
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(2))


def _properties(document: Any, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.subject, about.author = paper.title, paper.standing, "Coterminous"
    about.comments, about.language = f"Figures as of {paper.dated.isoformat()}", "en-GB"
    about.created = about.modified = datetime.combine(paper.dated, time(), tzinfo=UTC)
    about.last_modified_by, about.revision = "Coterminous", 1


def _same_every_time(document: Any) -> bytes:
    """The document with no trace of the hour it was written in."""
    once, again = io.BytesIO(), io.BytesIO()
    document.save(once)
    with zipfile.ZipFile(once) as source, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return again.getvalue()
