"""5. How far other services' footprints are from the neighbourhoods."""

from __future__ import annotations

from app.report.blocks import Column, Section, Table, Text
from app.report.gathered import Gathered
from app.report.printed import count, percent


def sections(paper: Gathered) -> list[Section]:
    title = "5. Other services"
    found = paper.layers["items"]
    if not found:
        said = (
            "No footprints of other services are loaded: adult social care localities, community nursing teams, mental "
            "health, family hubs, police and housing can each be loaded as a layer and are then compared here."
        )
        return [Section(title, (Text(said),))]
    columns = (
        Column("Service"),
        Column("Its footprints"),
        Column("People in the main neighbourhood of their area", number=True),
        Column("Its areas", number=True),
        Column("Of these divided", number=True),
        Column("People in parts split off", number=True),
    )
    rows = tuple(
        (
            item["service"] or "–",
            item["name"],
            percent(item["same_main_share"]),
            str(item["areas_compared"]),
            str(item["areas_split"]),
            count(item, "in_split_off_parts"),
        )
        for item in found
    )
    weighed = sorted({item.get("basis_explained") or item.get("weighing") or "people" for item in found})
    basis = f"Weighed by {'; '.join(weighed)}. An area counts as divided from {percent(paper.layers['split_at'])} on."
    return [Section(title, (Table("Other services, furthest first", columns, rows, basis),))]
