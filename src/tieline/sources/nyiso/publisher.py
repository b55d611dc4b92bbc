"""NYISO: who it is and how its files are named and stamped.

One CSV file a market day under `csv/{folder}/`, directly for about the last seven days, and in a
monthly zip (always named after the first of the month) for ever; the current month's zip grows day
by day. All clocks are US/Eastern wall time, month first, with or without seconds whatever the
report. Nothing says which edition a file is: a changed row simply replaces the old one. Real-time
dispatch leaves the five-minute grid now and then, so stamps such as 00:07:34 come in addition.
No limit of requests is stated; one connection and a second between requests are polite.
Site: https://mis.nyiso.com/public/
"""

from __future__ import annotations

from tieline.feeds import Publisher

NYISO = Publisher(
    id="nyiso",
    name="New York Independent System Operator",
    zone="America/New_York",
    clock="America/New_York",
    base_url="https://mis.nyiso.com/public/",
    requests_per_second=1.0,
    connections=1,
    licence="Public market data; no licence is granted, and none is asked for data.",
)

STAMP_FORMATS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M")
STAMP_COLUMNS = ("Time Stamp", "Timestamp")
ZONE_COLUMN = ("Time Zone",)
ZONE_WORDS = (("EST", -300), ("EDT", -240))
