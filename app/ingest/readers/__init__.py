"""The readers, one per official format, in order of specificity: the first that recognises a file reads it."""

from __future__ import annotations

from app.ingest.reader import Reader
from app.ingest.readers.area_lookup import AreaLookupReader
from app.ingest.readers.areas import AreasReader
from app.ingest.readers.deprivation import DeprivationReader
from app.ingest.readers.footprint_lookup import FootprintLookupReader
from app.ingest.readers.footprints import FootprintsReader
from app.ingest.readers.pcns import PcnMembershipReader, PcnPartnersReader, PcnsReader
from app.ingest.readers.population import PopulationReader
from app.ingest.readers.postcodes import PostcodesReader
from app.ingest.readers.practice_map import PracticeMapReader
from app.ingest.readers.practice_points import PracticePointsReader
from app.ingest.readers.practices import PracticesReader
from app.ingest.readers.registrations import RegistrationsReader

READERS: tuple[Reader, ...] = (
    PracticesReader(),
    PcnMembershipReader(),
    PcnPartnersReader(),
    PcnsReader(),
    RegistrationsReader(),
    PracticeMapReader(),
    PracticePointsReader(),
    AreaLookupReader(),
    DeprivationReader(),
    AreasReader(),
    FootprintsReader(),
    PostcodesReader(),
    FootprintLookupReader(),
    PopulationReader(),
)
