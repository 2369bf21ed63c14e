"""How much a spatial upload may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024**2


@dataclass(frozen=True)
class SpatialLimits:
    """Bounds on one upload; the defaults hold every output area of England and Wales (188,880) with room to spare."""

    bytes_unpacked: int = 1024 * MEBIBYTE
    zip_entries: int = 200
    zip_ratio: int = 100  # unpacked over packed, for archives that unpack to more than ``zip_ratio_from`` bytes
    zip_ratio_from: int = 10 * MEBIBYTE  # a small .dbf of blanks packs better than any honest ratio
    layers: int = 50
    columns: int = 500
    features: int = 250_000
    rows: int = 20_000_000  # of a Parquet table without outlines
    vertices: int = 20_000_000
    memory_bytes: int = 4096 * MEBIBYTE  # address space of the reading process, where the platform can limit it
    cpu_seconds: int = 60
    wall_seconds: float = 90.0
