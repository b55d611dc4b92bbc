"""The conformance kit: proves a feed's reading of time on bytes, for us and for feeds elsewhere."""

from tieline.testing.battery import CHECKS, Case, battery, cases, check_report, leaders
from tieline.testing.clock import (
    CENTRAL,
    EASTERN,
    EASTERN_STANDARD,
    GREENWICH,
    MOUNTAIN,
    PACIFIC,
    Clock,
)
from tieline.testing.days import change_days, noted_days
from tieline.testing.finding import Battery, Finding, Tally
from tieline.testing.writing import Expectation, Marks, Printed, Spelling, Twice, Writer

__all__ = [
    "CENTRAL",
    "CHECKS",
    "EASTERN",
    "EASTERN_STANDARD",
    "GREENWICH",
    "MOUNTAIN",
    "PACIFIC",
    "Battery",
    "Case",
    "Clock",
    "Expectation",
    "Finding",
    "Marks",
    "Printed",
    "Spelling",
    "Tally",
    "Twice",
    "Writer",
    "battery",
    "cases",
    "change_days",
    "check_report",
    "leaders",
    "noted_days",
]
