"""Reading an untrusted map file in a process of its own, with bounds on time, memory and size."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import structlog

from app.domain.problem import Fault, Problem
from app.ingest.source import Source
from app.ingest.spatial.formats import SpatialFormat
from app.ingest.spatial.legacy_crs import legacy_crs_member
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.unpack import Unpacked, lay_out, shapefiles, which_layer

CHILD = Path(__file__).with_name("child.py")
_KEPT_ENVIRONMENT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # without these Python may not start
_OUT_OF_CPU = -24  # killed by SIGXCPU
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Layer:
    """One layer of a file as its format describes it."""

    name: str
    columns: tuple[str, ...]
    geometry_type: str | None
    crs: str | None
    features: int
    sample: dict[str, list[str | None]] = field(default_factory=dict)  # of ``inspect`` only: first values as text


@dataclass(frozen=True, eq=False)
class RawFeatures:
    """What the reading process handed over: attributes, and geometry as WKB in the column ``geometry``."""

    format: SpatialFormat
    layer: str
    crs: str | None  # as the file or its format says, None if it does not
    table: pa.Table
    legacy_crs: str | None = None  # the ``crs`` member of a GeoJSON, as written


def describe(source: Source, limits: SpatialLimits) -> tuple[SpatialFormat, list[Layer]]:
    """The layers of a file, without its features. Raises ``Problem`` as ``read`` does."""
    with _workspace() as folder:
        laid = lay_out(source, folder, None, limits)
        result = _run(laid, "describe", None, source, limits)
        return laid.format, _layers(result)


def inspect(source: Source, limits: SpatialLimits) -> tuple[SpatialFormat, list[Layer]]:
    """The layers of a file (every shapefile of a zip is one) with the first values of each column.

    Raises ``Problem`` as ``read`` does.
    """
    names = shapefiles(source, limits)
    layers: list[Layer] = []
    for name in names or (None,):
        with _workspace() as folder:
            laid = lay_out(source, folder, name, limits)
            found = _layers(_run(laid, "inspect", None, source, limits))
        layers += [replace(each, name=laid.layer) if laid.layer else each for each in found]
    return laid.format, layers


def read_columns(source: Source, columns: Sequence[str], limits: SpatialLimits) -> pa.Table:
    """Columns of a Parquet file without geometry, as text. Raises ``Problem`` as ``read`` does."""
    with _workspace() as folder:
        laid = lay_out(source, folder, None, limits)
        _run(laid, "table", None, source, limits, wanted=list(columns))
        return _handed_over(folder)


def read(source: Source, layer: str | None, limits: SpatialLimits) -> RawFeatures:
    """All features of one layer.

    Raises ``Problem`` where the file is damaged, unsafe or too large, takes too long, or holds several layers and
    ``layer`` does not name one. The temporary directory is gone when this returns or raises.
    """
    with _workspace() as folder:
        laid = lay_out(source, folder, layer, limits)
        # A shapefile was chosen while unpacking; inside it there is one layer, called as we called the file.
        wanted = None if laid.format is SpatialFormat.SHAPEFILE else layer
        result = _run(laid, "read", wanted, source, limits)
        if "layer" not in result:
            raise which_layer([each.name for each in _layers(result)], wanted, source)
        table = _handed_over(folder)
        member = legacy_crs_member(laid.path) if laid.format is SpatialFormat.GEOJSON else None
        return RawFeatures(laid.format, laid.layer or result["layer"], result["crs"], table, member)


def _handed_over(folder: Path) -> pa.Table:
    with pa.memory_map(str(folder / "features.arrow")) as mapped:
        # Copied out of the map, so that the directory can go (Windows keeps mapped files).
        table = pa.ipc.open_file(pa.py_buffer(mapped.read())).read_all()
    table.validate(full=True)
    return table


@contextmanager
def _workspace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="coterminous-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _layers(result: dict[str, Any]) -> list[Layer]:
    return [
        Layer(
            each["name"],
            tuple(each["columns"]),
            each["geometry_type"],
            each["crs"],
            each["features"],
            each.get("sample", {}),
        )
        for each in result["layers"]
    ]


def _run(
    laid: Unpacked, action: str, layer: str | None, source: Source, limits: SpatialLimits, **more: Any
) -> dict[str, Any]:
    """Ask the reading process, and once more where GDAL brought drivers that nobody knew of."""
    also_skip: list[str] = []
    for _attempt in range(2):
        request = asdict(limits) | {
            "action": action,
            "format": laid.format.value,
            "path": laid.path.name,
            "layer": layer,
            "also_skip": also_skip,
            **more,
        }
        result = _run_once(request, laid.path.parent, source, limits)
        if "also_skip" not in result:
            return result
        also_skip = result["also_skip"]
    raise RuntimeError(f"GDAL keeps drivers that it was told to leave out: {', '.join(also_skip)}")


def _run_once(request: dict[str, Any], folder: Path, source: Source, limits: SpatialLimits) -> dict[str, Any]:
    (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
    answer = folder / "result.json"
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    # One thread: a pool's stacks would count against the address space of a small job.
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "TMPDIR": str(folder), "TEMP": str(folder)}
    with (folder / "stderr").open("wb") as errors:
        try:
            done = subprocess.run(  # noqa: S603 - our own program, our own arguments
                [sys.executable, "-I", str(CHILD), "request.json"],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_long(source, limits) from error
    if done.returncode != 0 or not answer.is_file():
        tail = (folder / "stderr").read_bytes()[-2000:].decode("utf-8", errors="replace")
        log.warning("a reading process ended by itself", file=source.name, exit_status=done.returncode, said=tail)
        raise _too_long(source, limits) if done.returncode == _OUT_OF_CPU else _gave_up(source)
    result: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "error" in result:
        raise _refusal(result["error"], result["detail"].replace(str(folder), "").strip(), source)
    return result


def _refusal(code: str, detail: str, source: Source) -> Problem:
    if code == "memory":
        return _gave_up(source)
    if code == "unreadable":
        log.debug("a file cannot be read", file=source.name, detail=detail)
        return source.unreadable("it is damaged, or not what its first bytes say")
    fault, title, remedy = {
        "unsafe": (
            Fault.UNREADABLE_FILE,
            "The file holds more than data",
            "Export the layer into a new GeoPackage and send that.",
        ),
        "too-large": (Fault.TOO_LARGE, "The file is larger than may be read", "Send one layer of one place."),
        "no-geometry": (
            Fault.UNREADABLE_FILE,
            "The file has no outlines",
            "Export the layer with its geometry, for example as GeoPackage.",
        ),
    }[code]
    return Problem(fault, title, f"{source.name}: {detail}.", remedy=remedy, file=source.name)


def _too_long(source: Source, limits: SpatialLimits) -> Problem:
    return Problem(
        Fault.TOO_LARGE,
        "Reading the file takes too long",
        f"{source.name} was not read within {limits.wall_seconds:g} seconds and was given up.",
        remedy="Send one layer of one place, generalised to 20 m if need be.",
        file=source.name,
    )


def _gave_up(source: Source) -> Problem:
    return Problem(
        Fault.UNREADABLE_FILE,
        "The file cannot be read",
        f"Reading {source.name} failed: it is damaged, or needs more memory than one file may use.",
        remedy="Open the file in a GIS, export the layer as GeoPackage and send that.",
        file=source.name,
    )
