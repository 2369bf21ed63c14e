"""Mapbox Vector Tiles 2.1: shapes in whole tile units and properties as the bytes of one layer.

https://github.com/mapbox/vector-tile-spec/tree/master/2.1
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

MOVE, DRAW, CLOSE = 1, 2, 7
POINT, LINE, POLYGON = 1, 2, 3

Tagged = Sequence[tuple[int, bytes]]
"""A feature's properties: the place of each name in the list of names, and its value by ``value``."""


def layer(
    name: str, names: Sequence[str], extent: int, shapes: np.ndarray, ids: Iterable[int], tagged: Iterable[Tagged]
) -> bytes:
    """A tile of one layer. ``shapes``: an array of one sort of shape each, whole units, y down, none empty.

    Polygons must be valid, with outer rings of positive area (anticlockwise were y up).
    """
    drawn = geometries(shapes)
    values: dict[bytes, int] = {}
    features = []
    for (kind, geometry), id_, own_tags in zip(drawn, ids, tagged, strict=True):
        tags = bytearray()
        for at, said in own_tags:
            tags += _varint(at) + _varint(values.setdefault(said, len(values)))
        body = b"\x08" + _varint(id_) + _bytes(2, bytes(tags)) + b"\x18" + _varint(kind) + _bytes(4, geometry)
        features.append(_bytes(2, body))
    parts = [
        _bytes(1, name.encode()),
        *features,
        *(_bytes(3, key.encode()) for key in names),
        *(_bytes(4, value) for value in values),
        b"\x28" + _varint(extent),
        b"\x78\x02",
    ]
    return _bytes(3, b"".join(parts))


def value(said: str | float | bool, whole: bool = False) -> bytes:
    """A property's value: text, true or false, a whole number (``whole``), else a double."""
    if isinstance(said, bool):
        return b"\x38" + _varint(said)
    if isinstance(said, str):
        return _bytes(1, said.encode())
    if whole:
        number = int(said)
        return b"\x30" + _varint(number << 1 if number >= 0 else (-number << 1) - 1)
    return b"\x19" + struct.pack("<d", said)


def geometries(shapes: np.ndarray) -> list[tuple[int, bytes]]:
    """Each shape's sort and its commands, all worked out together."""
    dimension = shapely.get_dimensions(shapes)
    found: list[tuple[int, bytes]] = [(POINT, b"")] * len(shapes)
    for kind, sort in ((POINT, 0), (LINE, 1), (POLYGON, 2)):
        at = np.flatnonzero(dimension == sort)
        if len(at):
            for place, said in zip(at, _commands(kind, shapes[at]), strict=True):
                found[place] = (kind, said)
    return found


def _commands(kind: int, shapes: np.ndarray) -> list[bytes]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    if kind == POLYGON:
        rings, of_part = shapely.get_rings(parts, return_index=True)
        parts, owner = rings, owner[of_part]
    points, run = shapely.get_coordinates(parts, return_index=True)
    xy = points.round().astype(np.int64)
    if kind == POINT:
        run = owner[run]  # all points of a feature are one run
        owner = np.arange(len(shapes))
    else:
        again = np.zeros(len(xy), dtype=bool)
        again[1:] = (xy[1:] == xy[:-1]).all(axis=1) & (run[1:] == run[:-1])
        xy, run = xy[~again], run[~again]
    if kind == POLYGON:
        closing = np.append(run[1:] != run[:-1], True)  # CLOSE says the last point, which is the first
        xy, run = xy[~closing], run[~closing]

    size = np.bincount(run, minlength=len(owner))
    first = np.cumsum(size) - size
    rank = np.arange(len(xy)) - first[run]
    feature = owner[run]
    moved = xy.copy()
    moved[1:][feature[1:] == feature[:-1]] = np.diff(xy, axis=0)[feature[1:] == feature[:-1]]
    zigzag = (moved << 1) ^ (moved >> 63)

    length = 2 * size + {POINT: 1, LINE: 2, POLYGON: 3}[kind]
    start = np.cumsum(length) - length
    said = np.zeros(int(length.sum()), dtype=np.int64)
    place = start[run] + 1 + 2 * rank + (0 if kind == POINT else rank > 0)
    said[place], said[place + 1] = zigzag[:, 0], zigzag[:, 1]
    said[start] = (size << 3 | MOVE) if kind == POINT else (1 << 3 | MOVE)
    if kind != POINT:
        said[start + 3] = (size - 1) << 3 | DRAW
    if kind == POLYGON:
        said[start + length - 1] = 1 << 3 | CLOSE

    text, ends = _varints(said)
    last = np.cumsum(np.bincount(owner, weights=length, minlength=len(shapes)).astype(np.int64))
    cuts = [0, *ends[last - 1].tolist()]
    return [text[begin:end] for begin, end in pairwise(cuts)]


def _varints(numbers: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Whole numbers below 2**35 as varints, and where each ends."""
    size = np.ones(len(numbers), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        size += numbers >= 1 << bits
    ends = np.cumsum(size)
    out = np.zeros(int(ends[-1]), dtype=np.uint8)
    for byte in range(int(size.max())):
        has = size > byte
        more = np.where(size[has] > byte + 1, 0x80, 0)
        out[(ends - size)[has] + byte] = (numbers[has] >> 7 * byte) & 0x7F | more
    return out.tobytes(), ends


def _varint(number: Any) -> bytes:
    said = bytearray()
    left = int(number)
    while left > 0x7F:
        said.append(left & 0x7F | 0x80)
        left >>= 7
    said.append(left)
    return bytes(said)


def _bytes(field: int, said: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(said)) + said
