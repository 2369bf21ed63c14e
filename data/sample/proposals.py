"""The two rival proposals for the borough's neighbourhoods.

Proposal A follows the natural communities, in whole wards, and fits most PCNs. Proposal B keeps three of them and cuts
the three northern ones along a line from west to east, through the middle of the patients of each of their PCNs.
"""

from __future__ import annotations

import numpy as np

from data.sample.grouping import Ints, joined
from data.sample.place import Place
from data.sample.practices import Practices
from data.sample.registrations import Registrations

CUT = ((1, 2), (2, 3), (3, 4))  # northern community and the PCN that grew in it
KEPT = {0: 0, 4: 3, 5: 4}  # community -> neighbourhood of proposal B
UPPER, LOWER = 1, 2


def proposal_a(place: Place) -> Ints:
    """Neighbourhood number per area; -1 outside the borough."""
    return place.community.copy()


def proposal_b(place: Place, practices: Practices, registered: Registrations) -> Ints:
    """Neighbourhood number per area; -1 outside the borough. Every neighbourhood is contiguous."""
    found = np.full(len(place.code), -1, dtype=np.int64)
    for community, number in KEPT.items():
        found[place.community == community] = number
    for community, pcn in CUT:
        members = np.flatnonzero(place.community == community)
        patients = registered.patients[practices.in_pcn(pcn)][:, members].sum(axis=0)
        north = place.ground.centre[members, 1]
        order = np.lexsort((members, -north))
        above = np.cumsum(patients[order]) - patients[order] / 2 < patients.sum() / 2
        found[members[order]] = np.where(above, UPPER, LOWER)
    home = place.home
    border = place.ground.border[np.ix_(home, home)]
    found[home] = joined(found[home], place.population[home].astype(float), border)
    return found
