"""Everything that can be set, with its default. Each is an environment variable ``COTERMINOUS_<NAME>``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.options.limits import Limits
from app.domain.thresholds import Thresholds


class Settings(BaseSettings):
    """Read from the environment (and a file ``.env`` beside the working folder)."""

    model_config = SettingsConfigDict(env_prefix="COTERMINOUS_", env_file=".env", extra="ignore")

    database_url: str = Field(
        default="sqlite:///coterminous.sqlite",
        description="Where data is kept: a SQLite file, or postgresql://… with PostGIS.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; loopback unless you say otherwise.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="Address under which others reach the service, for links behind a proxy; else that of the request.",
    )
    max_upload_bytes: int = Field(
        default=512 * 1024**2, gt=0, description="Largest upload accepted over HTTP, in bytes, all files together."
    )
    upload_folder: str = Field(
        default="",
        description="Folder where uploads wait to be loaded; else one beside the SQLite file, or for temporary files.",
    )
    upload_waiting_bytes: int = Field(
        default=4 * 1024**3, gt=0, description="Bytes that may wait to be loaded, all uploads together."
    )
    upload_hours: float = Field(default=24, gt=0, le=720, description="Hours after which an upload is taken away.")
    aligned_share: float = Field(
        default=0.80, gt=0, le=1, description="A PCN with at least this share inside its lead counts as aligned."
    )
    split_share: float = Field(default=0.50, gt=0, le=1, description="A PCN below this share counts as split.")
    material_share: float = Field(
        default=0.05, gt=0, le=1, description="A neighbourhood with this share of a PCN's patients is material to it."
    )
    material_patients: float = Field(
        default=1_000, gt=0, description="So is one with this many of its patients, whatever their share."
    )
    largest_pcn: int = Field(
        default=100_000, ge=50_000, description="Local: no option makes a PCN larger than this many patients."
    )
    farthest_move: int = Field(
        default=5_000,
        gt=0,
        description="Local: no option takes a practice farther than this, in metres, to its new PCN.",
    )
    least_benefit: int = Field(
        default=1_000, gt=0, description="Local: patients below which what a practice's move brings is called small."
    )
    workers: int = Field(
        default=1, ge=0, le=64, description="Worker processes that serve starts beside itself; 0 where others work."
    )
    cors_origins: list[str] = Field(default=[], description='Web origins that may read the API; ["*"] for any.')
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(
            aligned=self.aligned_share,
            split=self.split_share,
            material_share=self.material_share,
            material_patients=self.material_patients,
        )

    @property
    def limits(self) -> Limits:
        return Limits(ceiling=self.largest_pcn, reach=self.farthest_move, benefit_patients=self.least_benefit)


DEMO_DATABASE = "sqlite:///coterminous-demo.sqlite"
"""The demonstration keeps its fictional place in a file of its own, so that it never mixes with real data."""


@lru_cache
def settings() -> Settings:
    return Settings()


def is_default_database(url: str) -> bool:
    """Whether nobody chose a database, so that the demonstration may use its own file."""
    return url == str(Settings.model_fields["database_url"].default)


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL, ``None`` for other databases."""
    prefix = "sqlite:///"
    return Path(url.removeprefix(prefix)) if url.startswith(prefix) else None
