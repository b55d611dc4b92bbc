"""Day-ahead awards: supply that cleared, by region, physical and virtual.

MISO shows what single units were awarded only masked and 90 days late; by region and in the day-ahead
market it stands in the Data Exchange.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tieline.datasets import SCHEDULE
from tieline.feeds import Column, Feed, Report
from tieline.sources.miso import exchange
from tieline.sources.miso.codes import region
from tieline.sources.miso.publisher import HOUR_END, LGI


def _cleared(which: str) -> Report:
    path = f"day-ahead/{{day:%Y-%m-%d}}/generation/cleared/{which}"
    return replace(
        exchange.daily(LGI, path, f"Cleared supply, {which}, keyed", HOUR_END),
        columns=(
            Column("resource_id", ("region",)),
            Column("award_mw", ("supply",), "number"),
        ),
        header=(("region",), ("supply",)),
        constants=(("product", which), ("area_kind", "region")),
        derive=lambda rows: rows.with_columns(region("resource_id")),
        due=timedelta(hours=-10),
    )


PHYSICAL, VIRTUAL = _cleared("physical"), _cleared("virtual")

FEEDS = (Feed("iso.da.schedule.miso", SCHEDULE, (PHYSICAL, VIRTUAL)),)
