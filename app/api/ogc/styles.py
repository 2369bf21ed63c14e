"""Styles for MapLibre (style specification, version 8): ready to draw, without fonts or images of another host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request

from app.api.ogc.answering import address
from app.domain.publication import Collection

Document = dict[str, Any]

COLOURS = ("#005eb8", "#7c2855", "#006747", "#ae2573", "#330072")
"""Blue, plum, dark green, pink and purple of the NHS identity, in turn."""


def style(request: Request, drawn: Sequence[Collection]) -> Document:
    """A style that draws collections from their tiles, the first lowest."""
    layers: list[Document] = [{"id": "background", "type": "background", "paint": {"background-color": "#f0f4f5"}}]
    for at, made in enumerate(drawn):
        layers += _layers(made, COLOURS[at % len(COLOURS)], filled=at == 0)
    said: Document = {
        "version": 8,
        "name": ", ".join(made.title for made in drawn),
        "sources": {
            made.id: {
                "type": "vector",
                "url": address(request, "collections", made.id, "tilejson.json"),
                "promoteId": "code",
            }
            for made in drawn
        },
        "layers": layers,
    }
    boxes = [made.bounds for made in drawn if made.bounds is not None]
    if boxes:
        west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
        said["center"], said["zoom"] = [(west + east) / 2, (south + north) / 2], 10
    return said


def _layers(made: Collection, colour: str, filled: bool) -> list[Document]:
    of = {"source": made.id, "source-layer": made.id}
    areas, points = ["==", "$type", "Polygon"], ["==", "$type", "Point"]
    return [
        {
            "id": f"{made.id}:areas",
            "type": "fill",
            **of,
            "filter": areas,
            "paint": {"fill-color": colour, "fill-opacity": 0.15 if filled else 0.05},
        },
        {
            "id": f"{made.id}:lines",
            "type": "line",
            **of,
            "filter": ["!=", "$type", "Point"],
            "paint": {"line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 14, 2]},
        },
        {
            "id": f"{made.id}:points",
            "type": "circle",
            **of,
            "filter": points,
            "paint": {
                "circle-color": colour,
                "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 2, 14, 6],
                "circle-stroke-color": "#ffffff",
                "circle-stroke-width": 1,
            },
        },
    ]
