"""Commands for footprints themselves: check that they cover their place once, and mend what is noise."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.printing_footprints import print_checked, print_mended
from app.commands.terminal import AsOf, Footprints, Version, day, out
from app.services import checking, finding_rows, mending
from app.services.starting import open_workspace
from app.settings import settings


def check(
    footprints: Footprints,
    version: Version = None,
    band: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help="People a neighbourhood should have; only advice.")
    ] = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether a plan covers its place once: gaps, overlaps, detached parts and whatever else is wrong."""
    given = checking.check(open_workspace(settings()), footprints, version, checking.parse_band(band), day(as_of))
    if as_json:
        typer.echo(json.dumps(finding_rows.summary(given), ensure_ascii=False, indent=2))
    else:
        print_checked(out, given)


def mend(
    footprints: Footprints,
    version: Version = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, keep nothing.")] = False,
) -> None:
    """Mend what is noise in a drawn plan, as a new version of it."""
    print_mended(out, mending.mend_version(open_workspace(settings()), footprints, version, dry_run=dry_run))
