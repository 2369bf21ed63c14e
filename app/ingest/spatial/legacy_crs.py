"""The ``crs`` member that GeoJSON had before RFC 7946, read as written.

GDAL takes a name it does not know for WGS 84 without a word, so the file's own words are looked up here.
"""

from __future__ import annotations

import json
import mmap
import re
from pathlib import Path

_MEMBER = re.compile(rb'"crs"\s*:\s*\{')
_LONGEST = 8_192


def legacy_crs_member(path: Path) -> str | None:
    """The name (or link) of the ``crs`` member of a GeoJSON file, None without one.

    A property of a feature may be called ``crs`` too; only an object of GeoJSON 2008's form (``type`` and
    ``properties``) counts.
    """
    if path.stat().st_size == 0:
        return None
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for found in _MEMBER.finditer(content):
            start = found.end() - 1
            text = content[start : start + _LONGEST].decode("utf-8", errors="replace")
            try:
                member, _end = json.JSONDecoder().raw_decode(text)
            except (ValueError, RecursionError):
                continue
            stated = member.get("properties")
            if member.get("type") in ("name", "link", "EPSG") and isinstance(stated, dict):
                value = stated.get("name", stated.get("href", stated.get("code", "")))
                return f"EPSG:{value}" if member["type"] == "EPSG" else str(value)
    return None
