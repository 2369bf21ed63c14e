"""Small areas with their outlines: LSOA (or output area) boundaries as the ONS publishes them, in any spatial format.

Property names change case and year between releases (``LSOA21CD``, ``lsoa11cd``), so they are matched by pattern.
Measures that stand beside the outlines (population, deprivation) are read too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from app.domain.problem import Finding
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import COLUMNS, ImportReport, Reading
from app.ingest.source import Sample, Source
from app.ingest.spatial.columns import Wanted, as_codes, as_texts, find_columns, missing_column, no_texts, year_in
from app.ingest.spatial.layer import PolygonLayer, read_polygons, stop_at_errors
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.peek import peek
from app.ingest.vintages import detect

_AREA_CODE = r"(lsoa|oa)_?\d\d_?(cd|code)|(lsoa|oa)_?(cd|code)|lsoa (20\d\d )?code( \(20\d\d\))?"
_YEARED = r"{0}_?(\d\d)?_?({1})"


def _pair(unit: str) -> tuple[str, str]:
    return _YEARED.format(unit, "cd|code"), _YEARED.format(unit, "nm|name")


FIELDS = (
    Wanted("code", (_AREA_CODE, "code")),
    Wanted("name", (r"(lsoa|oa)_?(\d\d)?_?(nm|name)", "name")),
    Wanted("lad_code", (_pair("(lad|ltla)")[0], "local_authority_code")),
    Wanted("lad_name", (_pair("(lad|ltla)")[1], "local_authority", "borough")),
    Wanted("ward_code", (_pair("(wd|ward)")[0],)),
    Wanted("ward_name", (_pair("(wd|ward)")[1], "ward")),
    Wanted("msoa_code", (_pair("msoa")[0],)),
    Wanted("msoa_name", (r"msoa_?\d\d_?hclnm", _pair("msoa")[1])),
    Wanted("population", (r"population", r"(total_?)?population_?[a-z]*_?\d{4}", r"population_\D*")),
    Wanted("imd_score", (r"imd_?(\d{4})?_?score",)),
    Wanted("imd_decile", (r"imd_?(\d{4})?_?decile",)),
)
_MEASURES = ("population", "imd_score", "imd_decile")
_AGE_BAND = re.compile(r"population_\d+_(\d+|plus)", re.IGNORECASE)


@dataclass(frozen=True)
class AreasReader:
    """Reads ``area`` and ``area_measure``."""

    limits: SpatialLimits = field(default_factory=SpatialLimits)
    kind: Kind = Kind.AREAS

    def recognises(self, sample: Sample) -> bool:
        """A map file with polygons whose columns hold a code of LSOAs or output areas."""
        glance = peek(sample, self.limits)
        return (
            glance is not None and glance.refused is None and glance.may_hold_polygons and has_area_code(glance.columns)
        )

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        """One row per area, sorted by code; areas without a code are dropped and counted.

        Raises ``Problem`` for two areas of one code and for outlines that cannot be used, each with its row.
        """
        layer = read_polygons(source, options, self.limits, tell)
        report = ImportReport(source.name, self.kind, rows_read=len(layer.attributes), findings=list(layer.findings))
        names = list(layer.attributes.columns)
        columns = find_columns(names, FIELDS, options.columns, source.name)
        if "code" not in columns:
            raise missing_column("No column holds the areas' codes.", names, "code", source.name)
        tell(0.8, "checking codes")
        frame = _areas(layer, columns)
        _check_codes(frame, columns["code"], report)
        stop_at_errors(report.findings, "Some areas cannot be used", source)
        _drop_without_code(frame, columns["code"], report)
        kept = frame[frame["code"].notna()].sort_values("code", kind="stable")
        measures = _measures(layer.attributes.loc[kept.index], kept["code"], columns, report)
        stop_at_errors(report.findings, "Some measures cannot be used", source)
        tell(0.9, "checking that areas meet")
        _note_coverage(kept, report)
        report.rows_kept = len(kept)
        report.vintage = _vintage(columns["code"], kept["code"], report)
        report.counts |= {"areas": len(kept), "local authorities": int(kept["lad_code"].nunique())}
        report.note(
            "columns-read", "Read from columns: " + ", ".join(f"{k} from {v}" for k, v in columns.items()) + "."
        )
        area = kept.reset_index(drop=True)[list(COLUMNS["area"])]
        tell(1.0, "done")
        return Reading(self.kind, {"area": area, "area_measure": measures}, report)


def has_area_code(columns: tuple[str, ...]) -> bool:
    """Whether a column's name says that it holds codes of LSOAs or output areas."""
    return any(re.fullmatch(_AREA_CODE, name.strip(), re.IGNORECASE) for name in columns)


def _areas(layer: PolygonLayer, columns: dict[str, str]) -> pd.DataFrame:
    """The area frame in the file's order; the index is the row number counted from 0."""
    rows = layer.attributes
    nothing = no_texts(rows.index)
    out = {}
    for name in COLUMNS["area"][:-1]:
        read = as_codes if name.endswith("code") else as_texts
        out[name] = read(rows[columns[name]]) if name in columns else nothing
    frame = pd.DataFrame(out, index=rows.index)
    frame["geometry"] = pd.Series(layer.shapes, index=rows.index, dtype=object)
    return frame


def _check_codes(frame: pd.DataFrame, column: str, report: ImportReport) -> None:
    codes = frame["code"].dropna()
    repeated = codes[codes.duplicated(keep=False)]
    for code, rows in sorted((code, list(group.index + 1)) for code, group in repeated.groupby(repeated)):
        others = ", ".join(str(row) for row in rows)
        for row in rows:
            report.findings.append(
                Finding(
                    "duplicate-code",
                    f"Area {code} is there {len(rows)} times (rows {others}).",
                    row=int(row),
                    field=column,
                    value=code,
                    suggestion="Merge its parts into one feature, or remove the repeated one.",
                )
            )


def _drop_without_code(frame: pd.DataFrame, column: str, report: ImportReport) -> None:
    blank = frame.index[frame["code"].isna()]
    for at in blank[:100]:
        report.warn("no-code", "The area has no code and was left out.", row=int(at) + 1, field=column)
    report.drop("area without a code", len(blank))


def _measures(rows: pd.DataFrame, codes: pd.Series, columns: dict[str, str], report: ImportReport) -> pd.DataFrame:
    """One row per area and measure, blanks left out; sorted by area, then measure."""
    read = {name: columns[name] for name in _MEASURES if name in columns}
    read |= {name.lower(): name for name in rows.columns if _AGE_BAND.fullmatch(name)}
    parts = []
    for measure, column in read.items():
        values = pd.to_numeric(rows[column], errors="coerce").astype(float)
        wrong = rows.index[
            (values.isna() & as_texts(rows[column]).notna()) | ~(values.fillna(0) >= 0) | np.isinf(values)
        ]
        for at in wrong:
            report.findings.append(
                Finding(
                    "not-a-number",
                    f"{column} must be a number of zero or more.",
                    row=int(at) + 1,
                    field=column,
                    value=str(rows.at[at, column]),
                )
            )
        blank = int(values.isna().sum()) - int(values.loc[wrong].isna().sum())
        if blank:
            report.warn("measure-missing", f"{blank:,} areas have no {measure}.", field=column)
        year = year_in(column)
        if year is not None:
            report.note("measure-year", f"{measure} is of {year} ({column}).", field=column, value=str(year))
        if measure == "population":
            report.conservation["population"] = float(values.sum())
        parts.append(pd.DataFrame({"area_code": codes, "measure": measure, "value": values}).dropna(subset="value"))
    if not parts:
        return pd.DataFrame({name: [] for name in COLUMNS["area_measure"]})
    out = pd.concat(parts, ignore_index=True).sort_values(["area_code", "measure"], kind="stable", ignore_index=True)
    return out[list(COLUMNS["area_measure"])]


def _vintage(column: str, codes: pd.Series, report: ImportReport) -> str | None:
    """From the codes and the column's name together; for output areas, whose codes do not tell, from the name alone."""
    found = detect(codes, header=column)
    year = year_in(column)
    if found.year is None and year in (2001, 2011, 2021):
        return str(year)
    report.findings += found.findings
    return found.year


def _note_coverage(kept: pd.DataFrame, report: ImportReport) -> None:
    """Areas that overlap or leave slivers; a note only, since 20 m boundaries as published have a few."""
    bad = shapely.coverage_invalid_edges(kept["geometry"].to_numpy())
    affected = np.flatnonzero(~shapely.is_empty(bad))
    report.counts["areas with edges that do not match their neighbours'"] = len(affected)
    if not len(affected):
        return
    edges = int((shapely.get_num_coordinates(bad[affected]) - shapely.get_num_geometries(bad[affected])).sum())
    codes = sorted(kept["code"].to_numpy()[affected])
    named = ", ".join(codes[:5]) + (", …" if len(codes) > 5 else "")
    report.note(
        "coverage-not-clean",
        f"{edges:,} edges of {len(codes):,} areas do not match their neighbours ({named}): small overlaps or gaps.",
        field="geometry",
        value=str(edges),
    )
