"""Names of the fictional place. None of them is the name of a place, ward or practice in London (a test looks)."""

from __future__ import annotations

SAMPLE = "SAMPLE - NOT A REAL PLACE"
BOROUGH = "Marshwick (sample)"
NEIGHBOURS = (
    "Stonewick (sample)",
    "Ravensholt (sample)",
    "Saltreach (sample)",
)  # west and north, east, across the river
FICTIONAL_AREA = "E0199"
"""How the code of every area of the sample begins; ONS has issued none like it."""

BOROUGH_CODE = "E09990001"
NEIGHBOUR_CODES = ("E09990002", "E09990003", "E09990004")

ICB_CODE, SUB_ICB_CODE, SUB_ICB_NAME = "QZZ", "99Z", "NHS SAMPLE SHORE ICB - 99Z"
NATIONAL_GROUPING = "Y56"

COMMUNITIES = ("Eelmarket", "Cold Fallow", "Larkmere", "Thornhanger", "Sedgewater", "Gullhaven")
"""The natural communities of the borough: south-west, north-west, north, north-east, south, south-east."""

WARDS = (
    ("Eelmarket Quay", "Withy Reach", "Osierholme", "Ropery Field", "Tallow Yard", "Pilot's Stairs", "Mudlark End"),
    ("Cold Fallow", "Quernstone", "Furzeby Green", "Dewpond", "Hazelhanger", "Coppice Row", "Badgerwell"),
    ("Larkmere", "Windlass Hill", "Orchardine", "Teasel Bank", "Fiddler's Wood", "Bellfounders", "Starling Cross"),
    ("Thornhanger", "Flintshaw", "Maltkiln Lane", "Yaffle Copse", "Chalkwell Rise", "Tinker's Ash", "Sloethorn"),
    ("Sedgewater", "Lampblack", "Kingcup Meadows", "Ferrygate", "Bargewrights", "Heronsreach", "Saltern Way"),
    ("Gullhaven", "Sailmakers", "Oystershell", "Beacon Hard", "Tidemill", "Lighterage", "Capstan Walk"),
)
NEIGHBOUR_WARDS = (
    ("Stonewick South", "Milestone Field", "Packhorse", "Gritstone", "Quarry Dene", "Lychgate", "Drovers' End"),
    ("Ravensholt West", "Jackdaw Lane", "Rookhanger", "Fleece Court", "Tenterfield", "Woolcomber", "Shearling"),
    ("Saltreach North", "Panhouse", "Brinewell", "Glasswort", "Samphire Bank", "Cordwainers' Wharf", "Shinglegate"),
)

PCNS = (
    "EELMARKET QUAYS PCN",
    "WITHY AND OSIER PCN",
    "COLD FALLOW PCN",
    "LARKMERE PCN",
    "THORNHANGER PCN",
    "SEDGEWATER PCN",
    "GULLHAVEN PCN",
    "TIDEWAY FEDERATION PCN",
)
OUTSIDE_PCN = "STONEWICK SOUTH PCN"

PROPOSAL_A = COMMUNITIES
PROPOSAL_B = ("Eelmarket", "Northern Heights", "Middle Marshwick", "Sedgewater", "Gullhaven")

PRACTICES = (
    "HERON LANE SURGERY", "THE TALLOW YARD PRACTICE", "OSIER STREET MEDICAL CENTRE", "PILOT'S STAIRS SURGERY",
    "LANTERN COURT PRACTICE", "EELMARKET HEALTH CENTRE", "WITHY REACH SURGERY", "COOPERS' ROW PRACTICE",
    "DR SALLOW AND PARTNERS", "QUERNSTONE MEDICAL CENTRE", "FURZEBY GREEN SURGERY", "DEWPOND FAMILY PRACTICE",
    "THE BADGERWELL SURGERY", "COPPICE ROW HEALTH CENTRE", "LARKMERE GROUP PRACTICE", "WINDLASS HILL SURGERY",
    "TEASEL BANK MEDICAL CENTRE", "BELLFOUNDERS PRACTICE", "DR ORCHARDINE'S SURGERY", "STARLING CROSS SURGERY",
    "THE PEACOCK YARD PRACTICE", "THORNHANGER MEDICAL CENTRE", "MALTKILN LANE SURGERY", "YAFFLE COPSE PRACTICE",
    "CHALKWELL RISE SURGERY", "FLINTSHAW HEALTH CENTRE", "SEDGEWATER SURGERY", "LAMPBLACK STREET PRACTICE",
    "FERRYGATE MEDICAL CENTRE", "KINGCUP FAMILY PRACTICE", "GULLHAVEN HEALTH CENTRE", "SAILMAKERS SURGERY",
    "THE TIDEMILL PRACTICE", "BEACON HARD SURGERY", "OYSTERSHELL LANE PRACTICE", "CAPSTAN WALK SURGERY",
    "DR TERN AND DR FULMAR", "THE LIGHTERAGE SURGERY",
)  # fmt: skip
OUTSIDE_PRACTICES = (
    "MILESTONE FIELD SURGERY",
    "PACKHORSE MEDICAL CENTRE",
    "GRITSTONE FAMILY PRACTICE",
    "LYCHGATE SURGERY",
)
CLOSED_PRACTICE = "DR CURLEW'S SURGERY"
HUB = "MARSHWICK EXTENDED ACCESS HUB"
