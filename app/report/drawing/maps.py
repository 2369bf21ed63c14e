"""The maps: the neighbourhoods, the practices by PCN, where each PCN's patients live, and what options would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import shapely

from app.report.drawing.sheet import INK, PAPER, QUIET, Sheet, look_of

CORES = ((95.0, "#c6dbef"), (80.0, "#6baed6"), (50.0, "#08519c"))
"""Share of a PCN's patients that the shaded areas hold, in per cent, from pale to dark; drawn in this order."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What every map stands on: neighbourhoods, small areas and wards by code, and practices (metres, EPSG:27700).

    ``wards`` is empty where the small areas do not say which they are in.
    """

    neighbourhoods: gpd.GeoSeries
    names: dict[str, str]
    areas: gpd.GeoSeries
    wards: gpd.GeoSeries
    ward_names: dict[str, str]
    practices: gpd.GeoSeries
    pcn_of: dict[str, str]  # by practice
    pcn_names: dict[str, str]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        west, south, east, north = map(float, self.neighbourhoods.total_bounds)
        return west, south, east, north

    def lines(self, sheet: Sheet, axes: Any, width: float = 1.4) -> None:
        sheet.areas(axes, self.neighbourhoods, edgecolor=INK, linewidth=width)


def neighbourhoods(ground: Ground, form: str) -> bytes:
    sheet = Sheet(ground.bounds)
    axes = sheet.axes[0]
    for at, (_, shape) in enumerate(sorted(ground.neighbourhoods.items())):
        sheet.areas(axes, [shape], facecolor=look_of(at)[0], alpha=0.22)
    if len(ground.wards):
        sheet.areas(axes, ground.wards, edgecolor=QUIET, linewidth=0.6)
        sheet.small_names(axes, ground.wards, ground.ward_names)
    else:
        sheet.areas(axes, ground.areas, edgecolor=QUIET, linewidth=0.3)
    ground.lines(sheet, axes)
    sheet.names(axes, ground.neighbourhoods, ground.names)
    sheet.scale(axes)
    return sheet.bytes(form)


def practices(ground: Ground, form: str) -> bytes:
    sheet = Sheet(ground.bounds)
    axes = sheet.axes[0]
    ground.lines(sheet, axes)
    for at, pcn in enumerate(sorted(ground.pcn_names)):
        _dots(axes, ground, [p for p in sorted(ground.pcn_of) if ground.pcn_of[p] == pcn], at, ground.pcn_names[pcn])
    without = [str(p) for p in sorted(ground.practices.index) if str(p) not in ground.pcn_of]
    if without:
        points = [ground.practices[p] for p in without if _placed(ground.practices.get(p))]
        axes.scatter(
            [p.x for p in points], [p.y for p in points], s=30, facecolor=PAPER, edgecolor=INK, label="In no PCN"
        )
    sheet.scale(axes)
    sheet.figure.legend(loc="lower center", ncols=4, frameon=False, fontsize=7)
    return sheet.bytes(form)


def homes(ground: Ground, cores: dict[str, dict[float, list[str]]], form: str) -> bytes:
    """One small map for each PCN: the fewest small areas that hold half, most, and nearly all of its patients."""
    chosen = sorted(cores)
    sheet = Sheet(ground.bounds, panels=len(chosen), across=3)
    for at, (pcn, axes) in enumerate(zip(chosen, sheet.axes, strict=True)):
        for percent, colour in CORES:
            sheet.areas(axes, ground.areas.reindex(cores[pcn].get(percent, [])).dropna(), facecolor=colour)
        ground.lines(sheet, axes, 0.9)
        axes.set_title(ground.pcn_names.get(pcn, pcn), fontsize=7, color=INK)
        if at == 0:
            sheet.scale(axes)
    return sheet.bytes(form)


def moves(ground: Ground, lines: list[tuple[str, shapely.LineString]], form: str) -> bytes:
    """Arrows from practices that would move towards the nearest practice of the PCN they would join."""
    sheet = Sheet(ground.bounds)
    axes = sheet.axes[0]
    ground.lines(sheet, axes)
    sheet.names(axes, ground.neighbourhoods, ground.names)
    for label, line in lines:
        (x, y), (to_x, to_y) = line.coords[0][:2], line.coords[-1][:2]
        arrow = {"arrowstyle": "-|>", "color": "#a00000", "linewidth": 1.4}
        axes.annotate("", xy=(to_x, to_y), xytext=(x, y), arrowprops=arrow)
        axes.text(x, y, label, color="#a00000", fontsize=8, fontweight="bold", ha="right", va="bottom")
    sheet.scale(axes)
    return sheet.bytes(form)


def _dots(axes: Any, ground: Ground, codes: list[str], at: int, label: str) -> None:
    colour, mark = look_of(at)
    points = [ground.practices[code] for code in codes if _placed(ground.practices.get(code))]
    axes.scatter(
        [p.x for p in points],
        [p.y for p in points],
        s=36,
        c=colour,
        marker=mark,
        edgecolor=PAPER,
        label=label,
        zorder=3,
    )


def _placed(point: Any) -> bool:
    return point is not None and not point.is_empty
