"""What the table of a shapefile (dBase) cannot hold, and what becomes of it: names of 10 characters, texts of 254."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

NAME, TEXT = 10, 254


def short_names(names: Iterable[str]) -> dict[str, str]:
    """A name of at most ten characters for each, none twice: cut, and numbered where cutting makes two the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        short, number = name[:NAME], 1
        while short in taken:
            number += 1
            short = f"{name[: NAME - len(str(number)) - 1]}_{number}"
        taken.add(short)
        found[name] = short
    return found


def shortened(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, str], dict[str, int]]:
    """A table as dBase can hold it, the new name of each column, and how many texts were cut in each column.

    Flags become 1 and 0: dBase has no flag that may be missing.
    """
    columns = [str(name) for name in frame.columns if name != "geometry"]
    names = short_names(columns)
    made, cut = frame.copy(), {}
    for name in columns:
        values = frame[name]
        if values.dtype == "boolean":
            made[name] = values.astype("Int64")
        elif values.dtype == object:
            long = [isinstance(v, str) and len(v.encode()) > TEXT for v in values]
            if any(long):
                cut[name] = sum(long)
                made[name] = pd.Series([_cut(v) for v in values], index=values.index, dtype=object)
    return made.rename(columns=names), names, cut


def notes(names: dict[str, str], cut: dict[str, int], said: dict[str, str]) -> str:
    """The note beside a shapefile: what it is, what its columns were called, and what was cut."""
    lines = [f"{name}: {value}" for name, value in said.items()]
    lines += ["", "A shapefile cuts names to 10 characters and texts to 254 bytes; flags are 1 and 0.", "Columns:"]
    lines += [f"  {short} = {name}" for name, short in names.items()]
    if cut:
        lines += ["", "Texts that were cut (ask for GeoPackage to have them whole):"]
        lines += [f"  {names[name]}: {count}" for name, count in cut.items()]
    return "\n".join(lines) + "\n"


def _cut(value: object) -> object:
    return value.encode()[:TEXT].decode(errors="ignore") if isinstance(value, str) else value
