"""Neighbourhoods drawn as polygons: any layer of areas with a code or a name, in any spatial format.

Nobody has fixed the names of such a layer's columns, so they are guessed from what London boroughs and ICBs use, said
in the report, and stated by the user where the guess is wrong. Wards and boroughs serve as neighbourhoods too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import shapely

from app.domain.problem import Finding
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.readers.areas import has_area_code
from app.ingest.reading import COLUMNS, ImportReport, Reading
from app.ingest.source import Sample, Source
from app.ingest.spatial.columns import Wanted, as_codes, as_texts, find_columns, missing_column, no_texts
from app.ingest.spatial.layer import PolygonLayer, read_polygons, without_errors
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.peek import peek

_NEIGHBOURHOOD = "(neighbou?rhood|nbhd|nhood|int|footprint|locality|hub|pcn)"
_LAD_NAME = r"(lad|ltla)_?(\d\d)?_?(nm|name)"
# A shapefile cuts names to ten characters: NEIGHBOURHOOD_CODE and _NAME become NEIGHBOURH and NEIGHBOU_1.
FIELDS = (
    Wanted(
        "code",
        (
            rf"{_NEIGHBOURHOOD}[_ ]?(cd|code|id|ref|no|number)", "neighbourh",
            r"(wd|ward)_?(\d\d)?_?(cd|code)", r"(lad|ltla)_?(\d\d)?_?(cd|code)", r"(code|ref)", r"(id|gid|fid)",
        ),
    ),
    Wanted(
        "name",
        (
            rf"{_NEIGHBOURHOOD}[_ ]?(nm|name)", "neighbou_1", "neighbou?rhood", r"(int|footprint|locality)",
            r"(wd|ward)_?(\d\d)?_?(nm|name)", _LAD_NAME, r"(name|label|title)", "ward", "borough",
        ),
    ),
    Wanted("place", (r"place([_ ]?(nm|name))?", r"place[_ ]?based[_ ]?partnership")),
    Wanted("borough", (r"borough([_ ]?(nm|name))?", _LAD_NAME, r"local[_ ]?authority([_ ]?name)?")),
)  # fmt: skip


@dataclass(frozen=True)
class FootprintsReader:
    """Reads ``neighbourhood``."""

    limits: SpatialLimits = field(default_factory=SpatialLimits)
    kind: Kind = Kind.FOOTPRINTS

    def recognises(self, sample: Sample) -> bool:
        """A map file with polygons and no column of LSOA codes; or one to be refused, so that it is said why."""
        glance = peek(sample, self.limits)
        if glance is None:
            return False
        return glance.refused is not None or (glance.may_hold_polygons and not has_area_code(glance.columns))

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        """One row per neighbourhood, sorted by code. Features of one code are merged; missing codes are made.

        Raises ``Problem`` where neither code nor name can be found and for outlines that cannot be used, each with
        its row.
        """
        layer = read_polygons(source, options, self.limits, tell)
        report = ImportReport(source.name, self.kind, rows_read=len(layer.attributes), findings=list(layer.findings))
        names = list(layer.attributes.columns)
        columns = find_columns(names, FIELDS, options.columns, source.name)
        features = _features(layer, columns)
        if options.keep_valid:
            _mark_unnamed(features, report)
        usable = without_errors(
            layer, report, "Some neighbourhoods cannot be used", source, keep_valid=options.keep_valid
        )
        features = features[usable]
        tell(0.8, "naming neighbourhoods")
        _name_all(features, columns, names, source, report)
        tell(0.9, "merging features of one code")
        merged = _merge(features, report)
        report.rows_kept = len(features)
        report.counts |= {
            "neighbourhoods": len(merged),
            "features merged into others of the same code": len(features) - len(merged),
        }
        read = ", ".join(f"{name} from {column}" for name, column in columns.items())
        report.note("columns-read", f"Read from columns: {read}.")
        tell(1.0, "done")
        return Reading(self.kind, {"neighbourhood": merged[list(COLUMNS["neighbourhood"])]}, report)


def _features(layer: PolygonLayer, columns: dict[str, str]) -> pd.DataFrame:
    rows = layer.attributes
    nothing = no_texts(rows.index)
    out = pd.DataFrame(
        {
            "code": as_codes(rows[columns["code"]]) if "code" in columns else nothing,
            **{
                name: as_texts(rows[columns[name]]) if name in columns else nothing
                for name in ("name", "place", "borough")
            },
        },
        index=rows.index,
    )
    out["geometry"] = pd.Series(layer.shapes, index=rows.index, dtype=object)
    return out


def _mark_unnamed(features: pd.DataFrame, report: ImportReport) -> None:
    """Features with neither code nor name, where others have one: nothing can be said of them."""
    unnamed = features["code"].isna() & features["name"].isna()
    if unnamed.all():
        return
    for at in features.index[unnamed]:
        report.findings.append(
            Finding("no-code", "The feature has neither a code nor a name.", row=int(at) + 1, field="code")
        )


def _name_all(
    features: pd.DataFrame, columns: dict[str, str], names: list[str], source: Source, report: ImportReport
) -> None:
    """Give every feature a code and a name: a code from its name where it has none, a name from its code."""
    blank = features["code"].isna()
    if blank.any():
        if (blank & features["name"].isna()).any():
            row = int(features.index[blank & features["name"].isna()][0]) + 1
            raise missing_column(
                f"Feature {row} has neither a code nor a name.",
                names,
                "code" if "name" in columns else "name",
                source.name,
            )
        unnamed = sorted(set(features.loc[blank, "name"]))
        made = _made_codes(unnamed, set(features.loc[~blank, "code"]))
        features.loc[blank, "code"] = features.loc[blank, "name"].map(made)
        report.warn(
            "codes-made",
            f"{int(blank.sum()):,} features have no code; codes were made in the order of their names: "
            + ", ".join(f"{made[name]} {name}" for name in unnamed[:5])
            + (", …" if len(unnamed) > 5 else "")
            + ".",
            field=columns.get("code"),
            suggestion="Give neighbourhoods codes of their own if the layer will be sent again with other names.",
        )
    nameless = features["name"].isna()
    features.loc[nameless, "name"] = features.loc[nameless, "code"]
    if nameless.any():
        report.note("names-made", f"{int(nameless.sum()):,} features have no name and go by their code.")


def _made_codes(names: list[str], taken: set[str]) -> dict[str, str]:
    """N001, N002, … for names in order, passing over codes that are taken."""
    width = max(3, len(str(len(names))))
    made: dict[str, str] = {}
    number = 0
    for name in names:
        number += 1
        while f"N{number:0{width}d}" in taken:
            number += 1
        made[name] = f"N{number:0{width}d}"
    return made


def _merge(features: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """One row per code: shapes united, and of each text the first that is there."""
    rows = []
    for code, group in features.groupby("code", sort=True):
        row: dict[str, object] = {"code": code}
        for column in ("name", "place", "borough"):
            values = list(dict.fromkeys(group[column].dropna()))
            row[column] = values[0] if values else None
            if len(values) > 1:
                report.warn(
                    "differing-values",
                    f"Features of {code} differ in {column}: {', '.join(values[:5])}; the first was kept.",
                    row=int(group.index[0]) + 1,
                    field=column,
                )
        shapes = group["geometry"].to_numpy()
        row["geometry"] = shapes[0]
        if len(group) > 1:
            row["geometry"] = shapely.union_all(shapes)
            rows_read = ", ".join(str(int(at) + 1) for at in group.index[:20])
            report.note(
                "features-merged",
                f"{len(group)} features of {code} were merged (rows {rows_read}).",
                row=int(group.index[0]) + 1,
                value=str(code),
            )
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS["neighbourhood"])).astype(object)
