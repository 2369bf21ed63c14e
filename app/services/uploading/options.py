"""What the user says about an upload: the same for a check and for a commit."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.ingest.kinds import Kind

Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]


class Mode(StrEnum):
    ALL_OR_NOTHING = "all_or_nothing"
    KEEP_VALID = "keep_valid"


class LoadOptions(BaseModel):
    """Whatever is left out is taken from what was seen in the file."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind | None = Field(None, description="What the file is.")
    layer: Text | None = Field(None, description="Which layer, sheet or shapefile of a file that holds several.")
    crs: Text | None = Field(None, description="Coordinate system, such as EPSG:27700, of a file that does not say.")
    mapping: dict[Text, Text] = Field(
        default_factory=dict, max_length=50, description="Field to column; what is said here goes before any guess."
    )
    name: Text | None = Field(None, description="Name of the neighbourhoods; by default the file's name.")
    replaces: Text | None = Field(None, description="Footprints of which this is to be a new version: their id.")
    layer_of: Text | None = Field(
        None, description="The service whose footprints these are, where they are no proposal."
    )
    as_of: date | None = Field(None, description="The date of a file that states none.")
    mode: Mode = Field(
        Mode.ALL_OR_NOTHING,
        description="all_or_nothing: any error stops the load; keep_valid: rows with errors are left out and counted.",
    )
    restricted: bool = Field(False, description="Small numbers are to be hidden in all that stands on this file.")
