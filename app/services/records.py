"""What is kept, as plain values with stable names."""

from __future__ import annotations

from typing import Any

from app.domain.records import DatasetRecord, FootprintVersion


def dataset_row(record: DatasetRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "name": record.name,
        "sha256": record.sha256,
        "size": record.size,
        "vintage": record.vintage,
        "effective_date": record.effective_date.isoformat() if record.effective_date else None,
        "loaded_at": record.loaded_at.isoformat(),
        "rows_read": record.rows_read,
        "rows_kept": record.rows_kept,
        "restricted": record.restricted,
    }


def version_row(version: FootprintVersion) -> dict[str, Any]:
    return {
        "id": version.footprint_id,
        "name": version.name,
        "role": str(version.role),
        "service": version.service,
        "version": version.number,
        "status": str(version.status),
        "neighbourhoods": version.neighbourhoods,
        "places": list(version.places),
        "dataset": version.dataset_id,
        "start_date": version.start_date.isoformat() if version.start_date else None,
        "created_at": version.created_at.isoformat(),
    }


def version_reference(version: FootprintVersion) -> dict[str, Any]:
    """The version an answer is about, in as many words as an answer needs."""
    return {
        "id": version.footprint_id,
        "name": version.name,
        "version": version.number,
        "status": str(version.status),
    }
