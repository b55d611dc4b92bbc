"""What NYISO's files look like, written by hand from the source page and the real files.

Emulated files must not learn their format from the report rows that read them: a wrong rule would
then be printed and read in the same way. Nothing here comes from `sources`.

Line ends: pal, palIntegrated, rtfuelmix and ExternalLimitsFlows are CRLF and isolf is LF in files
of several years; for realtime only a copy with normalised ends is known, CRLF is assumed because it
quotes like pal. Load has one decimal in files up to January 2020 and four in files of March 2024;
the first year of four decimals is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

FIRST_DAY = date(2015, 1, 1)
LAST_DAY = date(2035, 12, 31)
DAY_AHEAD = 14 * 3600
DIRECT_DAYS = 9
"""Daily files stay addressable for seven to ten days."""

ZONES = (
    ("CAPITL", 61757),
    ("CENTRL", 61754),
    ("DUNWOD", 61760),
    ("GENESE", 61753),
    ("HUD VL", 61758),
    ("LONGIL", 61762),
    ("MHK VL", 61756),
    ("MILLWD", 61759),
    ("N.Y.C.", 61761),
    ("NORTH", 61755),
    ("WEST", 61752),
)
PLACES = (
    *ZONES[:4],
    ("H Q", 61844),
    *ZONES[4:10],
    ("NPX", 61845),
    ("O H", 61846),
    ("PJM", 61847),
    ZONES[10],
)
BUSES = (
    ("NYISO_LBMP_REFERENCE", 24008),
    *(
        (f"ALDER {letter}___{unit}", 23600 + 10 * n + unit)
        for n, letter in enumerate("ABCDEFGHIJ")
        for unit in (1, 2)
    ),
    *(
        (f"{street}TH STREET_GT_{unit}", 24100 + street + unit)
        for street in (59, 74)
        for unit in (1, 2)
    ),
)
"""Buses of generators: names made up in the style of the real ones, of which there are some 700."""
INTERFACES = (
    ("CENTRAL EAST - VC", 23330),
    ("DYSINGER EAST", 23326),
    ("MOSES SOUTH", 23319),
    ("SCH - HQ - NY", 23324),
    ("SCH - HQ_CEDARS", 325274),
    ("SCH - HQ_CHPE", 625211),
    ("SCH - HQ_IMPORT_EXPORT", 325376),
    ("SCH - NE - NY", 23318),
    ("SCH - NPX_1385", 325277),
    ("SCH - NPX_CSC", 325154),
    ("SCH - OH - NY", 23317),
    ("SCH - PJ - NY", 23316),
    ("SCH - PJM_HTP", 325905),
    ("SCH - PJM_NEPTUNE", 325305),
    ("SCH - PJM_VFT", 325658),
    ("SPR/DUN-SOUTH", 23320),
    ("TOTAL EAST", 23314),
    ("UPNY CONED", 23315),
    ("WEST CENTRAL", 23312),
)
FUELS_2016 = (
    "Dual Fuel",
    "Hydro",
    "Natural Gas",
    "Nuclear",
    "Other Fossil Fuels",
    "Other Renewables",
    "Wind",
)
FUELS = (
    "Dual Fuel",
    "Natural Gas",
    "Nuclear",
    "Other Fossil Fuels",
    "Other Renewables",
    "Wind",
    "Hydro",
)
FUELS_REORDERED = date(2017, 1, 1)
"""First day of the present header, order of fuels and stamps with seconds."""
LOAD_IN_FOUR_DECIMALS = date(2022, 1, 1)

SECONDS = "%m/%d/%Y %H:%M:%S"
MINUTES = "%m/%d/%Y %H:%M"


@dataclass(frozen=True, slots=True)
class Kind:
    """One dated report: where it stands, what a stamp marks, and what a correction may touch.

    `values` are the positions of printed numbers that a correction raises together, so that parts
    and sums still agree.
    """

    code: str
    folder: str
    stem: str
    label: Literal["start", "end", "instant"]
    values: tuple[int, ...]
    since: date = FIRST_DAY
    ahead: int = 0
    """Seconds before its day from which the file may stand there."""


KINDS = (
    Kind("P-32", "ExternalLimitsFlows", "ExternalLimitsFlows", "instant", (3,)),
    Kind("P-58B", "pal", "pal", "instant", (4,)),
    Kind("P-58C", "palIntegrated", "palIntegrated", "start", (4,)),
    Kind("P-24A", "realtime", "realtime_zone", "end", (3, 4)),
    Kind("P-63", "rtfuelmix", "rtfuelmix", "end", (3,), since=date(2015, 12, 9)),
    Kind("P-7", "isolf", "isolf", "start", (1, 12)),
    Kind("P-2A", "damlbmp", "damlbmp_zone", "start", (3, 4), ahead=DAY_AHEAD),
    Kind("P-2B", "damlbmp", "damlbmp_gen", "start", (3, 4), ahead=DAY_AHEAD),
    Kind("P-4A", "rtlbmp", "rtlbmp_zone", "start", (3, 4)),
    Kind("P-4B", "rtlbmp", "rtlbmp_gen", "start", (3, 4)),
    Kind("P-24B", "realtime", "realtime_gen", "end", (3, 4)),
    Kind("P-5", "damasp", "damasp", "start", (4,), ahead=DAY_AHEAD),
    Kind("P-6B", "rtasp", "rtasp", "end", (4,)),
    Kind("P-33", "LimitingConstraints", "LimitingConstraints", "start", (5,)),
    Kind(
        "P-511A", "DAMLimitingConstraints", "DAMLimitingConstraints", "start", (5,), ahead=DAY_AHEAD
    ),
    Kind("P-59", "zonalBidLoad", "zonalBidLoad", "start", (4,), ahead=DAY_AHEAD),
    Kind("P-70A", "btmactualforecast", "BTMEstimatedActual", "start", (3,)),
    Kind("P-70B", "btmdaforecast", "btmdaforecast", "start", (3,), ahead=16 * 3600),
    Kind("P-8", "atc_ttc", "atc_ttc", "start", (2,), ahead=3600),
    Kind("P-7A", "lfweather", "lfweather", "instant", (4,), since=date(2008, 9, 1)),
    Kind("P-28", "refbus", "damlbmp_gen_refbus", "start", (3, 4), ahead=DAY_AHEAD),
    Kind("P-30", "damenergy", "DAM_energy_rep", "start", (1,), ahead=DAY_AHEAD),
    Kind("P-31", "hamenergy", "HAM_energy_rep", "start", (2,), ahead=3600),
    Kind("P-34", "ParFlows", "ParFlows", "instant", (2,)),
    Kind("P-34A", "eriecirculationrt", "ErieCirculationRT", "instant", (1,)),
    Kind("P-42", "extrtoctsprice", "ext_rto_cts_price", "end", (5,)),
    Kind("P-53B", "eriecirculationda", "ErieCirculationDA", "start", (1,), ahead=DAY_AHEAD),
    Kind("P-71", "damimer", "dam_imer", "start", (7,), ahead=DAY_AHEAD),
    Kind("P-72", "rtimer", "rt_imer", "instant", (7,)),
)
NOTICES = (
    Kind("P-54A", "schedlineoutages", "SCLineOutages", "instant", ()),
    Kind("P-54B", "realtimelineoutages", "RTLineOutages", "instant", ()),
    Kind("P-54C", "outSched", "outSched", "instant", (), ahead=15 * 3600),
    Kind("P-35", "RealTimeEvents", "RealTimeEvents", "instant", ()),
    Kind("P-25", "OperMessages", "OperMessages", "instant", ()),
    Kind("P-26", "OpInCommit", "OpInCommit", "instant", (), since=date(2019, 6, 1)),
)
"""Dated files of listings and words: no numbers that a correction could raise."""
CURRENT_FLOWS = "public/csv/ExternalLimitsFlows/currentExternalLimitsFlows.csv"
CURRENT_PRICES = "public/realtime/realtime_zone_lbmp.csv"
NOT_FOUND = (
    b'<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
    b"<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n"
    b"<p>The requested URL was not found on this server.</p>\n</body></html>\n"
)


def decimals(day: date) -> int:
    """Decimals of a printed load."""
    return 4 if day >= LOAD_IN_FOUR_DECIMALS else 1
