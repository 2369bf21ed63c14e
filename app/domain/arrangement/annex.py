"""The record as a printed annex: Markdown that also reads as plain text.

It is written from plain values as they are kept and shown, so the annex of a kept record says what that record says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

Row = Mapping[str, Any]
OPEN = "______"
SPECIAL = re.compile(r"[\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_])")


def annex(content: Row, status: str | None = None) -> str:
    """The annex of an arrangement, from its content; ``status`` is that of a kept one. Ends with a line break."""
    return "\n".join(_lines(content, status)).rstrip() + "\n"


def _lines(content: Row, status: str | None) -> Iterator[str]:
    pcn = content["pcn"]
    place = content["provenance"]["place"]
    yield f"# Cross-INT operating arrangement: {_plain(pcn['name'])} ({pcn['code']})"
    yield ""
    yield f"{_plain(place['name']) if place else _plain(content['provenance']['footprints']['name'])} · Status: " + (
        status or "computed draft, not kept"
    )
    yield ""
    yield "An option for discussion, never an instruction. [open] marks what is still to be filled in."
    for number, (section, fields) in enumerate(groupby(content["fields"], key=lambda f: f["section"]), start=1):
        yield from ("", f"## {number}. {section}", "")
        for field in fields:
            yield from _field(field)
        if section == "Reason and evidence":
            yield from ("", *_split(content["split"]))
        if section == "Other INTs served":
            yield from _concerned(content["concerned"])
    yield from _signatures(content.get("signatures", ()))
    yield from _ours(content)
    yield from _stands_on(content["provenance"])


def _field(field: Row) -> Iterator[str]:
    basis = f" ({field['basis']}.)" if field["state"] == "default" else ""
    if field["value"] is None:
        yield f"- **{_plain(field['label'])}**: [open] {OPEN} To be filled in by {field['by']}."
    else:
        yield f"- **{_plain(field['label'])}**: {_plain(field['value'])}{basis}"


def _split(split: Row) -> Iterator[str]:
    headings = ["INT", "Patients living there", "Of the PCN", "Of the INT", "Met by", "Patients met", "Share"]
    extra = [
        (key, heading) for key, heading in (("sessions", "Sessions a week"), ("amount", "£")) if split[key] is not None
    ]
    yield from _table(
        [*headings, *(heading for _, heading in extra)],
        [
            [
                row["name"],
                _count(row, "patients"),
                _share(row, "share_of_pcn"),
                _share(row, "share_of_int"),
                row["served_by_name"],
                _count(row, "total"),
                _share(row, "share"),
                *(_count(row, key) for key, _ in extra),
            ]
            for row in split["rows"]
        ],
    )


def _concerned(rows: Iterable[Row]) -> Iterator[str]:
    found = [
        [where["name"], f"{p['name']} ({p['code']})", _count(p, "patients"), _share(p, "share")]
        for where in rows
        for p in where["practices"]
    ]
    if found:
        yield ""
        yield from _table(["INT", "Practice concerned", "Patients there", "Of the practice"], found)


def _ours(content: Row) -> Iterator[str]:
    rows = content["ours"]
    yield from ("", "## The PCN's part of each INT", "")
    yield "Of all registered patients living in the INT, whichever place their practice belongs to."
    yield ""
    extra = [
        (key, heading)
        for key, heading in (("sessions", "Sessions a week"), ("amount", "£"))
        if rows and rows[0][key] is not None
    ]
    yield from _table(
        ["INT", "Of this PCN", "Registered in all", "Share", *(heading for _, heading in extra)],
        [
            [
                row["name"],
                _count(row, "patients"),
                _count(row, "patients_total"),
                _share(row, "share_of_int"),
                *(_count(row, key) for key, _ in extra),
            ]
            for row in rows
        ],
    )


def _signatures(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield (f"- Signed for {row['party']}: {_plain(row['name'])}, {_plain(row['role'])}, {row['signed_on']}")


def _stands_on(provenance: Row) -> Iterator[str]:
    yield from ("", "## What the figures stand on", "")
    footprints = provenance["footprints"]
    yield f"- Footprints: {_plain(footprints['name'])}, version {footprints['version']} ({footprints['status']})"
    yield f"- Basis: {provenance['basis_explained']}; as of {provenance['as_of']}"
    for record in provenance["datasets"]:
        dated = f", {record['effective_date']}" if record["effective_date"] else ""
        yield f"- {_plain(record['name'])}{dated} (SHA-256 {record['sha256'][:12]})"
    for said in (*provenance["warnings"], *([provenance["small_numbers"]] if provenance["small_numbers"] else [])):
        yield f"- {_plain(said)}"
    attribution = provenance["attribution"]
    for line in [attribution] if isinstance(attribution, str) else attribution:
        yield f"- {_plain(str(line))}"


def _table(headings: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """Columns padded to equal width, so that it reads without being rendered; figures to the right."""
    cells = [headings, *([_plain(cell) for cell in row] for row in rows)]
    widths = [max(3, *(len(row[at]) for row in cells)) for at in range(len(headings))]
    figures = [at > 0 and all(_is_figure(row[at]) for row in cells[1:]) for at in range(len(headings))]
    rule = ["-" * (w - 1) + ":" if right else "-" * w for w, right in zip(widths, figures, strict=True)]
    for row in (cells[0], rule, *cells[1:]):
        padded = [
            cell.rjust(w) if right else cell.ljust(w) for cell, w, right in zip(row, widths, figures, strict=True)
        ]
        yield f"| {' | '.join(padded)} |"


def _is_figure(text: str) -> bool:
    return not text or text == "*" or text[0].isdigit()


def _count(row: Row, field: str) -> str:
    if field in row.get("suppressed_fields", ()):
        return "*"
    value = row[field]
    if value is None:
        return ""
    return f"{value:,.0f}" if field != "sessions" else f"{value:g}"


def _share(row: Row, field: str) -> str:
    if field in row.get("suppressed_fields", ()):
        return "*"
    return "" if row[field] is None else f"{row[field]:.1%}"


def _plain(text: str) -> str:
    """On one line, and nothing in it that Markdown would take for its own; underscores within words are left."""
    said = " ".join(text.split())
    return said if said == "*" else SPECIAL.sub(r"\\\g<0>", said)
