"""Who fits, who is split, and by how many patients: every figure is a view of N (domain notes §5.1).

``N[j, k]`` is the weight (registered patients, on the basis ``patients``) of PCN j in neighbourhood k. Percentages
are of patients living inside the plan unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.figures import Alignment, Floats, NeighbourhoodFigures, PcnFigures, PracticeFigures, Share
from app.domain.places import Belonging, belonging
from app.domain.thresholds import Thresholds
from geometry.crosstab import Crosstab
from geometry.labelled import Labelled


@dataclass(frozen=True)
class Neighbourhood:
    """One neighbourhood of a footprint version. ``residents`` are people living there, where loaded."""

    code: str
    name: str
    place: str
    residents: float | None = None


@dataclass(frozen=True, eq=False)
class Inputs:
    """What an alignment is computed from.

    by_practice: practices × neighbourhoods of the whole plan, for every practice with a list. standing_in: see
    ``app.domain.places``. Names are by code.
    """

    by_practice: Crosstab
    neighbourhoods: tuple[Neighbourhood, ...]
    pcn_of: Mapping[str, str]
    standing_in: Mapping[str, str | None]
    practice_names: Mapping[str, str]
    pcn_names: Mapping[str, str]
    thresholds: Thresholds


def align(inputs: Inputs, place: str | None = None) -> Alignment:
    """Compute every figure for the whole plan, or for one place of it.

    With a place, only its neighbourhoods count as inside, and its practices and PCNs are those that belong to it.
    Raises ``KeyError`` where the plan has no such place.
    """
    chosen = [n for n in inputs.neighbourhoods if place is None or n.place == place]
    if not chosen:
        raise KeyError(place)
    columns = [n.code for n in chosen]
    owned = _belonging(inputs)
    mine = [p for p in inputs.by_practice.table.rows if _in_scope(owned.practice[p], place)]
    everyone = inputs.by_practice.with_columns(columns)
    practices = everyone.with_rows(mine)
    networked = [p for p in mine if p in inputs.pcn_of]
    by_pcn = practices.grouped(_groups(networked, inputs.pcn_of))
    residents_registered = everyone.table.column_sums()
    leads = lead_positions(by_pcn.table.dense(), residents_registered)
    lead_of = {code: columns[k] if k >= 0 else None for code, k in zip(by_pcn.table.rows, leads, strict=True)}
    pcns = _pcn_figures(inputs, by_pcn, leads, chosen, owned, networked)
    inside, in_lead = sum(p.patients_inside for p in pcns), sum(p.patients_in_lead for p in pcns)
    containments = [p.containment for p in pcns if p.containment is not None]
    alone = everyone.with_rows([p for p in mine if p not in inputs.pcn_of]).table.column_sums()
    return Alignment(
        place=place,
        belonging=owned,
        by_practice=practices,
        by_pcn=by_pcn,
        elsewhere=residents_registered - practices.table.column_sums(),
        without_pcn=alone,
        pcns=pcns,
        neighbourhoods=_neighbourhood_figures(inputs, everyone, chosen, lead_of),
        practices=_practice_figures(inputs, practices, chosen, lead_of),
        patients_total=float(practices.totals.sum()),
        patients_inside=float(practices.inside.sum()),
        patients_outside=float(practices.outside.sum()),
        patients_unknown=float(practices.unknown.sum()),
        misalignment=1 - in_lead / inside if inside > 0 else None,
        median_containment=float(np.median(containments)) if containments else None,
    )


def lead_positions(table: Floats, column_totals: Floats) -> NDArray[np.intp]:
    """Column of each row's lead neighbourhood; -1 where the row is empty.

    The largest cell; a tie goes to the neighbourhood of which the cell is the larger share, then to code order
    (columns are in code order).
    """
    if not table.size:
        return np.full(table.shape[0], -1, dtype=np.intp)
    largest = table.max(axis=1, keepdims=True)
    share = np.divide(table, column_totals, out=np.zeros_like(table), where=column_totals > 0)
    tied = np.isclose(table, largest, rtol=0, atol=1e-9)
    leads = np.where(tied, share, -1.0).argmax(axis=1)
    return np.where(largest.ravel() > 0, leads, -1)


def _belonging(inputs: Inputs) -> Belonging:
    table = inputs.by_practice.table
    main = lead_positions(table.dense(), table.column_sums())
    return belonging(
        patients=dict(zip(table.rows, inputs.by_practice.totals, strict=True)),
        standing_in=inputs.standing_in,
        main_neighbourhood={p: table.columns[k] if k >= 0 else None for p, k in zip(table.rows, main, strict=True)},
        place_of={n.code: n.place for n in inputs.neighbourhoods},
        pcn_of=inputs.pcn_of,
    )


def _in_scope(owner: str | None, place: str | None) -> bool:
    return owner == place if place is not None else owner is not None


def _groups(practices: list[str], pcn_of: Mapping[str, str]) -> Labelled:
    pcns = [pcn_of[p] for p in practices]
    return Labelled.from_triples(pcns, practices, np.ones(len(practices)))


def _shares(row: Floats, chosen: list[Neighbourhood], whole: float) -> tuple[Share, ...]:
    order = sorted(np.flatnonzero(row > 0), key=lambda k: (-row[k], chosen[k].code))
    return tuple(Share(chosen[k].code, chosen[k].name, float(row[k]), float(row[k] / whole)) for k in order)


def _pcn_figures(
    inputs: Inputs,
    by_pcn: Crosstab,
    leads: NDArray[np.intp],
    chosen: list[Neighbourhood],
    owned: Belonging,
    networked: list[str],
) -> tuple[PcnFigures, ...]:
    members: dict[str, list[str]] = {}
    for practice in networked:
        members.setdefault(inputs.pcn_of[practice], []).append(practice)
    thresholds = inputs.thresholds
    figures = []
    for j, (code, row) in enumerate(zip(by_pcn.table.rows, by_pcn.table.dense(), strict=True)):
        inside, k = float(row.sum()), int(leads[j])
        in_lead = float(row[k]) if k >= 0 else 0.0
        material = (row >= thresholds.material_share * inside) | (row >= thresholds.material_patients)
        containment = in_lead / inside if inside > 0 else None
        figures.append(
            PcnFigures(
                code=code,
                name=inputs.pcn_names.get(code, code),
                place=owned.pcn[code],
                practices=tuple(sorted(members[code])),
                patients=inside + float(by_pcn.outside[j] + by_pcn.unknown[j]),
                patients_inside=inside,
                patients_outside=float(by_pcn.outside[j]),
                patients_unknown=float(by_pcn.unknown[j]),
                lead=chosen[k].code if k >= 0 else None,
                lead_name=chosen[k].name if k >= 0 else None,
                patients_in_lead=in_lead,
                patients_outside_lead=inside - in_lead,
                containment=containment,
                effective_neighbourhoods=float(inside**2 / (row**2).sum()) if inside > 0 else None,
                material_neighbourhoods=tuple(chosen[i].code for i in np.flatnonzero(material & (row > 0))),
                class_=thresholds.class_of(containment),
                by_neighbourhood=_shares(row, chosen, inside),
            )
        )
    return tuple(sorted(figures, key=lambda p: (-round(p.patients_outside_lead, 6), p.code)))


def _neighbourhood_figures(
    inputs: Inputs, everyone: Crosstab, chosen: list[Neighbourhood], lead_of: Mapping[str, str | None]
) -> tuple[NeighbourhoodFigures, ...]:
    networked = [p for p in everyone.table.rows if p in inputs.pcn_of]
    every_pcn = (_groups(networked, inputs.pcn_of).with_columns(everyone.table.rows) @ everyone.table).T
    patients = everyone.table.column_sums()
    thresholds = inputs.thresholds
    figures = []
    for neighbourhood, row, whole in zip(chosen, every_pcn.dense(), map(float, patients), strict=True):
        order = sorted(np.flatnonzero(row > 0), key=lambda j: (-row[j], every_pcn.columns[j]))
        reached = np.cumsum(row[order]) >= thresholds.reach * whole - 1e-9
        material = (row >= thresholds.material_share * whole) | (row >= thresholds.material_patients)
        figures.append(
            NeighbourhoodFigures(
                code=neighbourhood.code,
                name=neighbourhood.name,
                place=neighbourhood.place,
                residents=neighbourhood.residents,
                patients=whole,
                registered_per_resident=whole / neighbourhood.residents if neighbourhood.residents else None,
                leads=tuple(sorted(code for code, lead in lead_of.items() if lead == neighbourhood.code)),
                material_pcns=tuple(every_pcn.columns[j] for j in order if material[j]),
                pcns_to_reach=int(reached.argmax()) + 1 if reached.any() else None,
                without_pcn=whole - float(row.sum()),
                by_pcn=tuple(
                    Share(
                        every_pcn.columns[j],
                        inputs.pcn_names.get(every_pcn.columns[j], every_pcn.columns[j]),
                        float(row[j]),
                        float(row[j] / whole),
                    )
                    for j in order
                ),
            )
        )
    return tuple(figures)


def _practice_figures(
    inputs: Inputs, practices: Crosstab, chosen: list[Neighbourhood], lead_of: Mapping[str, str | None]
) -> tuple[PracticeFigures, ...]:
    main = lead_positions(practices.table.dense(), practices.table.column_sums())
    index = practices.table.column_index
    figures = []
    for i, (code, row) in enumerate(zip(practices.table.rows, practices.table.dense(), strict=True)):
        inside, k = float(row.sum()), int(main[i])
        pcn = inputs.pcn_of.get(code)
        lead = lead_of.get(pcn) if pcn is not None else None
        standing = inputs.standing_in.get(code)
        figures.append(
            PracticeFigures(
                code=code,
                name=inputs.practice_names.get(code, code),
                pcn=pcn,
                pcn_name=inputs.pcn_names.get(pcn, pcn) if pcn is not None else None,
                patients=inside + float(practices.outside[i] + practices.unknown[i]),
                patients_inside=inside,
                patients_outside=float(practices.outside[i]),
                patients_unknown=float(practices.unknown[i]),
                standing_in=standing,
                main_neighbourhood=chosen[k].code if k >= 0 else None,
                main_share=float(row[k] / inside) if k >= 0 else None,
                mismatch=standing is not None and k >= 0 and standing != chosen[k].code,
                patients_outside_pcn_lead=inside - float(row[index[lead]]) if lead is not None else 0.0,
                by_neighbourhood=_shares(row, chosen, inside),
            )
        )
    return tuple(figures)
