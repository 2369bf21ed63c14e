"""An answer as plain values with stable names: the shapes that the command line and HTTP both give.

Counts of patients are whole numbers where they are whole; where a small area is divided between neighbourhoods they
are given to two decimals, so that sums still agree. Shares are 0..1 to six decimals.
"""

from __future__ import annotations

from typing import Any

from app.domain.figures import PcnFigures, Share
from app.domain.records import DatasetRecord
from app.domain.suppression import RULE
from app.domain.thresholds import Benchmark, Thresholds
from app.services.aligning import Answer
from app.services.attribution import attribution
from app.services.records import version_reference
from app.services.suppression import published

Row = dict[str, Any]


def count(value: float) -> int | float:
    """A whole number where the value is one to within a millionth, otherwise two decimals."""
    nearest = round(value)
    return nearest if abs(value - nearest) < 1e-6 else round(value, 2)


def share(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def summary(answer: Answer, thresholds: Thresholds) -> Row:
    """The whole answer in one object: what it stands on, the place's headline figures, and every PCN ranked."""
    figures, benchmark = answer.alignment, Benchmark()
    said = {
        **provenance(answer),
        "practices": len(figures.practices),
        "practices_without_pcn": len(figures.practices_without_pcn),
        "pcns": len(figures.pcns),
        "neighbourhoods": len(figures.neighbourhoods),
        "patients_total": count(figures.patients_total),
        "patients_inside": count(figures.patients_inside),
        "patients_outside": count(figures.patients_outside),
        "patients_unknown": count(figures.patients_unknown),
        "misalignment": share(figures.misalignment),
        "median_containment": share(figures.median_containment),
        "classes": figures.classes(),
        "thresholds": {
            "aligned": thresholds.aligned,
            "split": thresholds.split,
            "material_share": thresholds.material_share,
            "material_patients": thresholds.material_patients,
        },
        "benchmark": {
            "median_containment": benchmark.median_containment,
            "low": benchmark.low,
            "high": benchmark.high,
            "source": benchmark.source,
        },
        "pcn": pcn_rows(answer),
    }
    return published(said, answer.restricted)


def provenance(answer: Answer) -> Row:
    """What any figure of this answer stands on."""
    version = answer.ground.version
    return {
        "footprints": version_reference(version),
        "place": answer.alignment.place and {"id": answer.place_id, "name": answer.alignment.place},
        "basis": str(answer.ground.basis),
        "basis_explained": answer.ground.basis.explained,
        "unit": answer.ground.unit,
        "as_of": answer.ground.as_of.isoformat(),
        "fictional": answer.ground.fictional,
        "restricted": answer.restricted,
        "small_numbers": RULE if answer.restricted else None,
        "datasets": [dataset_reference(record) for record in answer.ground.datasets],
        "attribution": attribution(answer.ground.datasets),
        "warnings": list(answer.warnings),
    }


def dataset_reference(record: DatasetRecord) -> Row:
    return {
        "id": record.id,
        "kind": record.kind,
        "name": record.name,
        "sha256": record.sha256,
        "effective_date": record.effective_date.isoformat() if record.effective_date else None,
    }


def pcn_rows(answer: Answer) -> list[Row]:
    """PCNs, those with most patients outside their lead neighbourhood first."""
    return published([_pcn_row(figures) for figures in answer.alignment.pcns], answer.restricted)


def _pcn_row(figures: PcnFigures) -> Row:
    return {
        "code": figures.code,
        "name": figures.name,
        "place": figures.place,
        "practices": len(figures.practices),
        "patients": count(figures.patients),
        "patients_inside": count(figures.patients_inside),
        "patients_outside": count(figures.patients_outside),
        "patients_unknown": count(figures.patients_unknown),
        "lead": figures.lead,
        "lead_name": figures.lead_name,
        "patients_in_lead": count(figures.patients_in_lead),
        "patients_outside_lead": count(figures.patients_outside_lead),
        "containment": share(figures.containment),
        "effective_neighbourhoods": share(figures.effective_neighbourhoods),
        "material_neighbourhoods": list(figures.material_neighbourhoods),
        "class": figures.class_,
    }


def neighbourhood_rows(answer: Answer) -> list[Row]:
    """Neighbourhoods in code order: residents, registered residents, and the PCNs their teams would work with."""
    rows = [
        {
            "code": n.code,
            "name": n.name,
            "place": n.place,
            "residents": None if n.residents is None else count(n.residents),
            "patients": count(n.patients),
            "registered_per_resident": share(n.registered_per_resident),
            "lead_for": list(n.leads),
            "material_pcns": list(n.material_pcns),
            "pcns_to_reach_90": n.pcns_to_reach,
            "patients_without_pcn": count(n.without_pcn),
            "pcns": share_rows(n.by_pcn),
        }
        for n in answer.alignment.neighbourhoods
    ]
    return published(rows, answer.restricted)


def practice_rows(answer: Answer) -> list[Row]:
    """Practices in code order, those in no PCN included."""
    rows = [
        {
            "code": p.code,
            "name": p.name,
            "postcode": answer.ground.postcodes.get(p.code),
            "pcn_code": p.pcn,
            "pcn_name": p.pcn_name,
            "patients": count(p.patients),
            "patients_inside": count(p.patients_inside),
            "patients_outside": count(p.patients_outside),
            "patients_unknown": count(p.patients_unknown),
            "located_in": p.standing_in,
            "main_neighbourhood": p.main_neighbourhood,
            "main_share": share(p.main_share),
            "mismatch": p.mismatch,
            "patients_outside_pcn_lead": count(p.patients_outside_pcn_lead),
            "neighbourhoods": share_rows(p.by_neighbourhood),
        }
        for p in answer.alignment.practices
    ]
    return published(rows, answer.restricted)


def matrix(answer: Answer) -> Row:
    """N: PCNs (code order) × neighbourhoods (code order), with everything that makes the margins complete.

    For a row, its cells + outside + unknown are the PCN's whole list. For a column, its cells + without_pcn +
    registered_elsewhere are all registered patients living in the neighbourhood.
    """
    figures = answer.alignment
    names = {p.code: p.name for p in figures.pcns}
    table = figures.by_pcn
    said = {
        **provenance(answer),
        "rows": [{"code": code, "name": names[code]} for code in table.table.rows],
        "columns": [{"code": n.code, "name": n.name} for n in figures.neighbourhoods],
        "patients": [[count(v) for v in row] for row in table.table.dense().tolist()],
        "outside": [count(v) for v in table.outside.tolist()],
        "unknown": [count(v) for v in table.unknown.tolist()],
        "without_pcn": [count(v) for v in figures.without_pcn.tolist()],
        "registered_elsewhere": [count(v) for v in figures.elsewhere.tolist()],
    }
    return published(said, answer.restricted)


def matrix_rows(answer: Answer) -> list[Row]:
    """N as a long table, one row for each PCN and neighbourhood with any patients, plus outside and unknown."""
    figures = answer.alignment
    rows: list[Row] = []
    cells: list[tuple[str, str, float, float | None]]
    for pcn in sorted(figures.pcns, key=lambda p: p.code):
        start = {"pcn_code": pcn.code, "pcn_name": pcn.name}
        cells = [(c.code, c.name, c.patients, c.share) for c in sorted(pcn.by_neighbourhood, key=lambda c: c.code)]
        cells += [
            ("OUTSIDE", "Outside the plan", pcn.patients_outside, None),
            ("UNKNOWN", "Residence not known", pcn.patients_unknown, None),
        ]
        rows += [
            {
                **start,
                "neighbourhood_code": code,
                "neighbourhood_name": name,
                "patients": count(patients),
                "share_of_pcn": share(of_pcn),
            }
            for code, name, patients, of_pcn in cells
        ]
    return published(rows, answer.restricted)


def share_rows(shares: tuple[Share, ...]) -> list[Row]:
    return [{"code": s.code, "name": s.name, "patients": count(s.patients), "share": share(s.share)} for s in shares]
