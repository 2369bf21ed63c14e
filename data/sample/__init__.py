"""The sample place: a fictional borough, made from a seed, in the official formats that real users load."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.sample import files
from data.sample.place import place as draw_place
from data.sample.practices import practices as found_practices
from data.sample.proposals import proposal_a, proposal_b
from data.sample.registrations import registrations as register

AREAS = "LSOA_2021_Boundaries_SAMPLE.geojson"
PRACTICES = "epraccur.csv"
MEMBERSHIP = "ePCN.xlsx"
REGISTRATIONS = "gp-reg-pat-prac-lsoa-all.csv"
POSTCODES = "NSPL_SAMPLE.csv"
PROPOSAL_A = "proposal_a_neighbourhoods.geojson"
PROPOSAL_B = "proposal_b_lsoa21_lookup.csv"
README = "README.txt"
FILES = (AREAS, PRACTICES, MEMBERSHIP, REGISTRATIONS, POSTCODES, PROPOSAL_A, PROPOSAL_B)


def generate(folder: Path, seed: int = 2026) -> list[Path]:
    """Write the sample place into ``folder`` (made if absent) and return the paths written, README last.

    The same seed gives the same bytes. The figures the sample promises (see its tests) are promised for the default
    seed; another seed draws another borough with the same traits. Raises ``ValueError`` in the rare case that a seed's
    areas cannot be drawn or divided cleanly, and ``OSError`` if the folder cannot be written.
    """
    rng = np.random.default_rng(seed)
    place = draw_place(rng)
    practices = found_practices(place, rng)
    registered = register(place, practices, rng)
    folder.mkdir(parents=True, exist_ok=True)
    files.write_areas(folder / AREAS, place)
    files.write_practices(folder / PRACTICES, place, practices)
    files.write_membership(folder / MEMBERSHIP, place, practices)
    files.write_registrations(folder / REGISTRATIONS, place, practices, registered)
    files.write_postcodes(folder / POSTCODES, place, practices)
    files.write_footprints(folder / PROPOSAL_A, place, proposal_a(place))
    files.write_lookup(folder / PROPOSAL_B, place, proposal_b(place, practices, registered))
    files.write_readme(folder / README, seed, FILES)
    return [folder / name for name in (*FILES, README)]
