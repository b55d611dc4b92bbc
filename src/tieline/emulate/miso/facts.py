"""What MISO's answers look like, written by hand from the operator's pages and real answers.

Emulated answers must not learn their format from the report rows that read them: a wrong rule would
then be printed and read in the same way. Nothing here comes from `sources`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tieline.emulate.noise import Ints

FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2035, 12, 31)
WEST = 5 * 3600
"""Seconds by which MISO's clock is behind UTC, in every month."""
DAY, HOUR, FIVE = 86400, 3600, 300

HUBS = (
    *("ARKANSAS.HUB", "ILLINOIS.HUB", "INDIANA.HUB", "LOUISIANA.HUB"),
    *("MICHIGAN.HUB", "MINN.HUB", "MS.HUB", "TEXAS.HUB"),
)
NODES = (
    *((hub, "Hub") for hub in HUBS),
    *((name, "Loadzone") for name in ("AMIL.AMIL", "CONS.CETR", "EES.EAI", "NSP.NSP")),
    *((name, "Interface") for name in ("KCPL", "MHEB", "ONT", "PJMC")),
    *((name, "Gennode") for name in ("ALTW.WELLS1", "AMIL.BGS6", "AMMO.KEOKUK1", "CIN.MARKLN")),
    *((name, "Gennode") for name in ("EES.KRBYVLE.AZ", "EES.L_CREEK1", "LAFA.HARGIS1")),
)
"""Every kind of node, a few of each; the real list has about 2,400."""
RESOURCE_ZONES = ("LRZ1", "LRZ2_7", "LRZ3_5", "LRZ4", "LRZ6", "LRZ8_9_10")
REGIONS = ("North", "Central", "South")
ZONES_OF_REGIONS = ((0, 2), (1, 3, 4), (5,))
FUELS = (
    *("Battery Storage", "Coal", "Imports", "Natural Gas"),
    *("Nuclear", "Other", "Solar", "Wind"),
)
KEYED_FUELS = ("coal", "gas", "nuclear", "water", "wind", "solar", "other", "storage")
NEIGHBOURS = ("AECI", "LGEE", "MHEB", "ONT", "PJM", "SOCO", "SPA", "SWPP", "TVA")
PRODUCTS = (
    *("GenRegMCP", "GenSpinMCP", "GenSuppMCP", "StrMcp", "DemandRegMcp"),
    *("DemandSpinMcp", "DemandSuppMcp", "RcpUpMcp", "RcpDownMcp"),
)
REPORT_PRODUCTS = ("DEMREGMCP", "GENREGMCP", "DEMSPINMCP", "GENSPINMCP", "DEMSUPPMCP", "GENSUPPMCP")
KEYED_PRODUCTS = ("Regulation", "Spin", "Supplemental", "STR", "Ramp-up", "Ramp-down")
CONSTRAINTS = (
    "ALEWEC02_ROCKDAL1_66320_66",
    "ALW16041_ABBOTT_ABBOTTRAER16_1_1",
    "MAIN17_BLOOM_TR1",
    "WAPSI_LORE",
    "LAKE_GEO_138",
)
OUTAGE_CLASSES = ("Unplanned", "Planned", "Forced", "Derated")
DISCLAIMER = (
    "MISO MAKES NO REPRESENTATIONS OR WARRANTIES REGARDING THE CORRECTNESS OR VERACITY OF THE "
    "INFORMATION CONTAINED IN THIS REPORT"
)
HEADER_MOVED = date(2026, 4, 27)
"""First file of forecast and actual load whose header stands in row 7."""
RELABELLED = date(2026, 5, 6)
NOT_FOUND = (
    b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><Error><Code>BlobNotFound</Code><Message>'
    b"The specified blob does not exist.</Message></Error>"
)
RETIRED = (
    b'{"error": "no data", "message": "This service was retired on 2025-12-12, see '
    b'https://www.misoenergy.org/markets-and-operations/rtdataapis/"}'
)


def midnight(day: date) -> int:
    """The first second of a market day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + WEST


def day_at(second: int) -> date:
    """The market day to which an instant belongs."""
    return wall(second).date()


def wall(second: int) -> datetime:
    """What MISO's clock shows, without a zone."""
    return datetime.fromtimestamp(second - WEST, UTC).replace(tzinfo=None)


def second(shown: str) -> int:
    """The instant at which MISO's clock shows a time, as ISO 8601 without a zone."""
    return int(datetime.fromisoformat(shown).replace(tzinfo=UTC).timestamp()) + WEST


def walls(seconds: Ints) -> list[datetime]:
    return [wall(second) for second in seconds.tolist()]


def twelve(moment: datetime) -> str:
    """`2026-07-27 8:10:00 AM`: twelve hours, not padded."""
    return f"{moment:%Y-%m-%d} {moment.hour % 12 or 12}:{moment:%M:%S} {moment:%p}"


def reference(moment: datetime) -> str:
    """`27-Jul-2026 - Interval 08:10 EST`."""
    return f"{moment:%d-%b-%Y - Interval %H:%M} EST"


def days_from(day: date, count: int) -> list[date]:
    return [day + timedelta(days=step) for step in range(count)]
