"""How compact shapes are."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray


def polsby_popper(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """4π · area / perimeter² of each shape (Polsby & Popper 1991): 1 for a circle, 0 for a line or nothing.

    Outlines that wind (rivers, fine boundaries) lower it, so compare shapes drawn at one scale only.
    """
    length = shapely.length(shapes)
    found = np.divide(4 * np.pi * shapely.area(shapes), length**2, out=np.zeros(len(shapes)), where=length > 0)
    return np.asarray(found, dtype=np.float64)
