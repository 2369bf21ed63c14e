"""How a place compares with the others of the same plan, and with what has been published about London."""

from __future__ import annotations

from statistics import median

from app.domain.alignment import align
from app.domain.thresholds import Benchmark
from app.services.aligning import Answer
from app.services.answers import Row, share
from app.services.workspace import Workspace


def benchmark(work: Workspace, given: Answer) -> Row:
    """Median and range of the plan's places, computed from what is loaded, beside the published figures.

    Each place counts once, whatever its size: of its PCNs the median containment, and its misalignment.
    """
    places = work.remember(("places", given.ground.key), lambda: _by_place(given))
    published = Benchmark()
    return {
        "published": {
            "median_containment": published.median_containment,
            "low": published.low,
            "high": published.high,
            "source": published.source,
        },
        "places": len(places),
        "median_containment": _spread([c for c, _ in places]),
        "misalignment": _spread([m for _, m in places]),
    }


def _by_place(given: Answer) -> list[tuple[float, float]]:
    inputs = given.ground.inputs
    found = (align(inputs, place) for place in sorted({n.place for n in inputs.neighbourhoods}))
    return [
        (figures.median_containment, figures.misalignment)
        for figures in found
        if figures.median_containment is not None and figures.misalignment is not None
    ]


def _spread(values: list[float]) -> Row | None:
    if not values:
        return None
    return {"median": share(median(values)), "lowest": share(min(values)), "highest": share(max(values))}
