"""A sheet to draw a map on: its ground, scale and north, and its bytes, the same for the same drawing."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

# Names inside an SVG are made from a salt that is otherwise random; letters are drawn, so no font is needed to read it.
mpl.rcParams.update({"svg.hashsalt": "coterminous", "svg.fonttype": "path", "font.size": 8})

INK, SOFT, QUIET, PAPER = "#212b32", "#4c6272", "#768692", "#ffffff"
#: Okabe and Ito's colours, told apart by the colour-blind, with a mark each so that none rests on colour alone.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d00", "#5b2a86")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
DOTS_PER_INCH = 200
STEPS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
"""Lengths of a scale bar, in metres."""


class Sheet:
    """``panels`` maps in rows of ``across``, all of the same ground: ``bounds`` in metres (EPSG:27700)."""

    def __init__(self, bounds: tuple[float, float, float, float], panels: int = 1, across: int = 1) -> None:
        west, south, east, north = bounds
        margin = 0.03 * max(east - west, north - south, 1.0)
        self._limits = (west - margin, east + margin, south - margin, north + margin)
        down = -(-panels // across)
        wide = 7.0 / across
        tall = min(max(wide * (north - south) / max(east - west, 1.0), 0.5 * wide), 1.3 * wide)
        self.figure = Figure(figsize=(7.0, down * (tall + 0.3)), facecolor=PAPER)
        # The foot is for a legend, the room above each map for its title.
        self.figure.subplots_adjust(
            left=0.01, right=0.99, top=1 - 0.25 / (down * (tall + 0.3)), bottom=0.08, hspace=0.1
        )
        made = self.figure.subplots(down, across, squeeze=False).ravel().tolist()
        self.axes: list[Axes] = made[:panels]
        for spare in made[panels:]:
            spare.set_axis_off()
        for axes in self.axes:
            axes.set_xlim(*self._limits[:2])
            axes.set_ylim(*self._limits[2:])
            axes.set_aspect("equal")
            axes.set_axis_off()

    def areas(self, axes: Axes, shapes: Iterable[Any], **look: Any) -> None:
        """Draw polygons as one."""
        path = _path(shapes)
        if path is not None:
            # The limits are set already: ``add_patch`` would measure every curve to find them.
            axes.add_artist(PathPatch(path, **{"facecolor": "none", "edgecolor": "none", "linewidth": 0, **look}))

    def names(self, axes: Axes, shapes: gpd.GeoSeries, names: dict[str, str]) -> None:
        """Write a name inside each shape, by code."""
        for code, shape in shapes.items():
            if shape is not None and not shape.is_empty:
                at = shape.representative_point()
                halo = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "alpha": 0.85, "edgecolor": "none"}
                axes.text(at.x, at.y, names.get(str(code), str(code)), ha="center", va="center", color=INK, bbox=halo)

    def small_names(self, axes: Axes, shapes: gpd.GeoSeries, names: dict[str, str]) -> None:
        """The same small and quiet, for what lies beneath."""
        for code, shape in shapes.items():
            if shape is not None and not shape.is_empty:
                at, said = shape.representative_point(), textwrap.fill(names.get(str(code), str(code)), 14)
                axes.text(at.x, at.y, said, ha="center", va="center", color=SOFT, fontsize=5.5)

    def scale(self, axes: Axes) -> None:
        """A scale bar and north, at the foot of a map."""
        west, east, south, north = self._limits
        length = max((step for step in STEPS if step <= (east - west) / 4), default=STEPS[0])
        x, y = west + 0.02 * (east - west), south + 0.015 * (north - south)
        axes.plot([x, x + length], [y, y], color=INK, linewidth=2, solid_capstyle="butt")
        said = f"{length // 1000} km" if length >= 1_000 else f"{length} m"
        axes.text(x + length, y, f" {said}, north is up", va="center", color=INK, fontsize=7)

    def bytes(self, form: str) -> bytes:
        """The drawing as ``svg`` or ``png``."""
        out = io.BytesIO()
        # Neither the day nor the version of the program belongs in a drawing that is to be the same tomorrow.
        metadata: dict[str, Any] = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        self.figure.savefig(out, format=form, dpi=DOTS_PER_INCH, metadata=metadata)
        return out.getvalue()


def look_of(at: int) -> tuple[str, str]:
    """Colour and mark of the ``at``-th of many: no two of the first 24 are alike in both."""
    return COLOURS[at % len(COLOURS)], MARKS[(at + at // len(COLOURS)) % len(MARKS)]


def _path(shapes: Iterable[Any]) -> Path | None:
    found: list[Any] = [shape for shape in shapes if shape is not None and not shape.is_empty]
    points, codes = [], []
    for polygon in shapely.get_parts(np.asarray(found, dtype=object)) if found else ():
        for ring in (
            *([polygon.exterior] if polygon.geom_type == "Polygon" else []),
            *getattr(polygon, "interiors", ()),
        ):
            corners = np.asarray(ring.coords)[:, :2]
            points.append(corners)
            codes.append([Path.MOVETO, *[Path.LINETO] * (len(corners) - 2), Path.CLOSEPOLY])
    return Path(np.concatenate(points), np.concatenate(codes)) if points else None
