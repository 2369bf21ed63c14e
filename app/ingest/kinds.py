"""The kinds of file the service reads. The values are stable: the command line and the API use them."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    PRACTICES = "practices"  # ODS epraccur
    PCN_MEMBERSHIP = "pcn-membership"  # ePCN.xlsx: PCNs and memberships together
    PCNS = "pcns"  # epcn csv
    PCN_PARTNERS = "pcn-partners"  # epcncorepartnerdetails csv
    REGISTRATIONS = "registrations"  # gp-reg-pat-prac-lsoa
    PRACTICE_MAP = "practice-map"  # gp-reg-pat-prac-map
    PRACTICE_POINTS = "practice-points"  # any csv or GeoJSON of practices with coordinates
    AREAS = "areas"  # small areas with geometry
    AREA_LOOKUP = "area-lookup"  # LSOA 2011 to 2021 exact fit
    POSTCODES = "postcodes"  # ONSPD, NSPL, Code-Point Open
    POPULATION = "population"  # mid-year estimates by small area
    DEPRIVATION = "deprivation"  # IoD File 7
    FOOTPRINTS = "footprints"  # neighbourhoods as polygons
    FOOTPRINT_LOOKUP = "footprint-lookup"  # neighbourhoods as a list of areas or wards
