"""Arrangements as plain values with stable names: what is kept of one, and what a surface shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from app.domain.arrangement.division import Division
from app.domain.arrangement.draft import ArrangementDraft
from app.domain.arrangement.fields import OPEN
from app.domain.arrangement.kept import STEPS, ArrangementEvent, ArrangementRecord
from app.domain.arrangement.review import Drafted, Due
from app.domain.arrangement.terms import Elsewhere, Terms, Triggers
from app.domain.records import DatasetRecord
from app.services.aligning import Answer
from app.services.answers import Row, count, dataset_reference, provenance, share
from app.services.attribution import attribution
from app.services.suppression import published

SPREAD = "shared over the INTs"


def content(made: ArrangementDraft, given: Answer, also: Iterable[DatasetRecord] = ()) -> Row:
    """A draft as it is shown and kept. ``also``: datasets used beside those of the alignment."""
    pcn, lead = made.pcn, made.division.parts[0]
    names = {part.code: part.name for part in made.division.parts}
    said = {
        "pcn": {
            "code": pcn.code,
            "name": pcn.name,
            "practices": [{"code": code, "name": name} for code, name in made.practices],
            "patients": count(pcn.patients),
            "patients_inside": count(pcn.patients_inside),
            "patients_outside": count(pcn.patients_outside),
            "patients_unknown": count(pcn.patients_unknown),
            "class": pcn.class_,
        },
        "lead": {
            "code": lead.code,
            "name": lead.name,
            "patients": count(lead.patients),
            "share": share(lead.share_of_pcn),
            "largest": made.largest,
            "reason": made.terms.lead_reason,
        },
        "split": {
            "weight": str(made.terms.weight),
            "formula": made.terms.weight.formula,
            "patients_from_elsewhere": made.terms.elsewhere.explained,
            "minimum_share": made.terms.minimum_share,
            "session_unit": made.terms.session_unit,
            "sessions": None if made.terms.sessions is None else count(made.terms.sessions),
            "amount": made.terms.amount,
            "rows": _split_rows(made.division, made.terms, names),
        },
        "concerned": [
            {
                "code": code,
                "name": names[code],
                "practices": [
                    {"code": p.code, "name": p.name, "patients": count(p.patients), "share": share(p.share)}
                    for p in practices
                ],
            }
            for code, practices in made.concerned.items()
            if practices
        ],
        "ours": [
            {
                "code": part.code,
                "name": part.name,
                "patients": count(part.patients),
                "patients_total": count(part.patients_total),
                "share_of_int": share(part.share_of_int),
                "sessions": None if part.sessions is None else count(part.sessions),
                "amount": part.amount,
            }
            for part in made.ours
        ],
        "triggers": _triggers(made.triggers),
        "drafted_on": Drafted.of(made).plain(),
        "fields": [asdict(field) for field in made.fields],
        "provenance": _provenance(given, also),
    }
    return published(said, given.restricted)


def split_rows(said: Row) -> list[Row]:
    """The split of a draft's content as a flat table."""
    pcn = said["pcn"]
    return [{"pcn_code": pcn["code"], "pcn_name": pcn["name"], **row} for row in said["split"]["rows"]]


def _split_rows(division: Division, terms: Terms, names: Mapping[str, str]) -> list[Row]:
    rows = [
        {
            "code": part.code,
            "name": part.name,
            "patients": count(part.patients),
            "share_of_pcn": share(part.share_of_pcn),
            "share_of_int": share(part.share_of_int),
            "material": part.material,
            "served_by": part.served_by,
            "served_by_name": names[part.served_by],
            "measure": share(part.measure),
            "total": part.total,
            "share": share(part.share),
            "sessions": None if part.sessions is None else count(part.sessions),
            "amount": part.amount,
        }
        for part in division.parts
    ]
    by = division.lead if terms.elsewhere is Elsewhere.LEAD else None
    for code, name, patients in (
        ("OUTSIDE", "Outside the plan", division.outside),
        ("UNKNOWN", "Residence not known", division.unknown),
    ):
        blank = dict.fromkeys(rows[0])
        counted = {"patients": count(patients), "served_by": by, "served_by_name": names[by] if by else SPREAD}
        rows.append({**blank, "code": code, "name": name, **counted})
    return rows


def _triggers(triggers: Triggers) -> Row:
    day = triggers.review_date
    return {**asdict(triggers), "review_date": day.isoformat() if day else None}


def _provenance(given: Answer, also: Iterable[DatasetRecord]) -> Row:
    used = {record.id: record for record in (*given.ground.datasets, *also)}
    return {
        **provenance(given),
        "datasets": [dataset_reference(record) for record in used.values()],
        "attribution": attribution(used.values()),
    }


def kept_row(record: ArrangementRecord) -> Row:
    """A kept arrangement whole. It says nothing but what its revision says, so it changes only with that."""
    return {**listed_row(record), "steps": [str(s) for s in STEPS[record.status]], "content": record.content}


def listed_row(record: ArrangementRecord) -> Row:
    """A kept arrangement as one line of a list."""
    said = record.content
    return {
        "id": record.id,
        "status": str(record.status),
        "revision": record.revision,
        "footprints": {key: said["provenance"]["footprints"][key] for key in ("id", "name", "version")},
        "place": record.place,
        "pcn_code": record.pcn_code,
        "pcn_name": said["pcn"]["name"],
        "lead": said["lead"]["code"],
        "lead_name": said["lead"]["name"],
        "as_of": said["provenance"]["as_of"],
        "open_fields": sum(field["state"] == OPEN for field in said["fields"]),
        "signatures": len(said.get("signatures", ())),
        "replaces": said.get("replaces"),
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
    }


def event_row(event: ArrangementEvent) -> Row:
    return {
        "revision": event.revision,
        "at": event.at.isoformat(),
        "by": event.by,
        "what": event.what,
        "status": str(event.status),
        "content": event.content,
    }


def due_row(found: Due) -> dict[str, Any]:
    then, now = (share(v) if isinstance(v, float) else v for v in (found.then, found.now))
    return {"trigger": found.trigger, "text": found.text, "then": then, "now": now}
