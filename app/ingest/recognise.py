"""Which reader a file is for, told by what is in it and never by its name."""

from __future__ import annotations

from app.domain.problem import Fault, Problem
from app.ingest.columns import normal
from app.ingest.faults import several
from app.ingest.kinds import Kind
from app.ingest.privacy import refuse_personal_data
from app.ingest.reader import Reader
from app.ingest.readers import READERS
from app.ingest.source import HEAD_ROWS, Sample, Source
from app.ingest.width import refuse_too_wide

KNOWN = {
    Kind.PRACTICES: "practices (epraccur)",
    Kind.PCN_MEMBERSHIP: "PCNs and memberships (ePCN.xlsx)",
    Kind.PCNS: "PCNs (epcn)",
    Kind.PCN_PARTNERS: "PCN memberships (epcncorepartnerdetails)",
    Kind.REGISTRATIONS: "patients by practice and LSOA (gp-reg-pat-prac-lsoa)",
    Kind.PRACTICE_MAP: "practices by PCN and ICB (gp-reg-pat-prac-map)",
    Kind.PRACTICE_POINTS: "practices with coordinates",
    Kind.AREAS: "small areas with outlines",
    Kind.AREA_LOOKUP: "LSOA 2011 to 2021 (exact fit)",
    Kind.POSTCODES: "postcodes (ONSPD, NSPL, Code-Point Open)",
    Kind.POPULATION: "population by LSOA (mid-year estimates)",
    Kind.DEPRIVATION: "deprivation (Indices of Deprivation, File 7)",
    Kind.FOOTPRINTS: "neighbourhoods as polygons",
    Kind.FOOTPRINT_LOOKUP: "neighbourhoods as a list of LSOAs or wards",
}
"""What each kind is called in messages."""


def recognise(source: Source) -> Reader:
    """The reader for this file.

    Raises ``Problem``: ``UNKNOWN_KIND`` saying which kinds are known and what was seen, ``NOT_ALLOWED`` for personal
    data, ``BAD_INPUT`` for a zip of several kinds, ``UNREADABLE_FILE`` for an empty or damaged file.
    """
    sample = source.sample
    refuse_too_wide(source)
    _refuse_personal(source.name, sample)
    if not sample.head.strip() and not sample.members:
        raise source.unreadable("it is empty")
    reader = _first(sample)
    if reader is not None:
        return reader
    found: dict[Kind, Reader] = {}
    parts = source.parts()
    for part in parts if len(parts) > 1 else ():
        refuse_too_wide(part)
        _refuse_personal(part.name, part.sample)
        inner = _first(part.sample)
        if inner is not None:
            found[inner.kind] = inner
    if len(found) > 1:
        raise Problem(
            Fault.BAD_INPUT,
            "The zip holds files of several kinds",
            f"It holds {several(KNOWN[kind] for kind in sorted(found))}.",
            remedy="Unpack it and load one file after the other.",
            file=source.name,
        )
    if found:
        return next(iter(found.values()))
    raise _unknown(source)


def reader_for(kind: Kind) -> Reader:
    """The reader of a kind of file, for a user who says what the file is."""
    return next(reader for reader in READERS if reader.kind == kind)


def _first(sample: Sample) -> Reader | None:
    return next((reader for reader in READERS if reader.recognises(sample)), None)


def _refuse_personal(name: str, sample: Sample) -> None:
    for rows in [] if sample.sheet_names and len(sample.sheet_names) > 20 else sample.tables:
        for at, row in enumerate(rows[:HEAD_ROWS]):
            refuse_personal_data(name, [normal(cell) for cell in row], rows[at + 1 :] if at == 0 else [])


def _unknown(source: Source) -> Problem:
    return Problem(
        Fault.UNKNOWN_KIND,
        "Nothing here knows this file",
        f"{_seen(source.sample)} Known are: {'; '.join(KNOWN[reader.kind] for reader in READERS)}.",
        remedy="Check that it is the file you mean, with its header; or say which kind it is.",
        file=source.name,
    )


def _seen(sample: Sample) -> str:
    """What the file looks like, in a sentence."""
    if sample.is_workbook:
        heads = (f"“{name}” beginning {_line(next(iter(rows), []))}" for name, rows in sample.sheet_heads.items())
        return f"It is a workbook with the sheets {several(heads, 5)}."
    if sample.is_parquet:
        return f"It is a Parquet table with the columns {several(sample.parquet_columns, 30)}."
    if len(sample.members) > 1:
        return f"It is a zip with {several(sample.members, 8)}."
    if sample.binary:
        return f"It is no text: it begins with the bytes {sample.magic[:8].hex(' ')}."
    return f"Its first line is: {sample.first_line[:300]}"


def _line(row: list[str]) -> str:
    return several((cell for cell in row if cell), 8) or "with a blank row"
