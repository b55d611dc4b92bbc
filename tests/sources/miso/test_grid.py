"""What a market day of MISO must have: 24 hours on every day, times what is always listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tieline.emulate.miso import display, market_report
from tieline.select.gaps import expected, grid_report, lacking
from tieline.sources import FEEDS
from tieline.values import Verdict

Take = Callable[..., Verdict]
CHANGES = (date(2026, 11, 1), date(2027, 3, 14))
COUNTS = {
    "iso.da.lmp.miso": 24 * 8,
    "iso.da.lmp_exante.miso": 24 * 8,
    "iso.rt.lmp_hourly.miso": 24 * 8,
    "iso.rt.lmp.miso": 288 * 8,
    "iso.rt.lmp_exante.miso": 288 * 8,
    "iso.rt.load.miso": 288,
    "iso.rt.load_hourly.miso": 24 * 7,
    "iso.rt.demand_cleared.miso": 24,
    "iso.rt.renewable.miso": 24 * 2,
    "iso.rt.generation_by_fuel.miso": 288 * 8,
    "iso.rt.interchange_scheduled.miso": 288 * 10,
    "iso.rt.interchange_scheduled_minute.miso": 1440 * 10,
    "iso.rt.interchange_actual.miso": 288,
    "iso.rt.interface_flow.miso": 288,
    "iso.da.ancillary_price.miso": 24 * 48,
    "iso.da.ancillary_price_exante.miso": 24 * 48,
    "iso.rt.ancillary_price_hourly.miso": 24 * 48,
    "iso.rt.ancillary_price.miso": 288 * 48,
}
MISO = {feed.id: feed for feed in FEEDS if feed.publisher.id == "miso"}


def nothing(feed: str) -> pl.DataFrame:
    """No rows, with the key columns of a feed."""
    dataset = MISO[feed].dataset
    assert dataset is not None
    texts = dict.fromkeys(dataset.key_names, pl.String)
    return pl.DataFrame(schema={"stamp_utc": pl.Datetime("us", "UTC"), **texts})


@pytest.mark.parametrize("day", CHANGES)
@pytest.mark.parametrize("feed", COUNTS)
def test_a_day_is_counted(feed: str, day: date) -> None:
    report = grid_report(MISO[feed])
    assert report is not None
    assert expected(report, (day, day), nothing(feed)).height == COUNTS[feed]


def test_of_everything_else_no_count_is_promised() -> None:
    counted = {feed for feed, row in MISO.items() if grid_report(row) is not None}
    assert counted == set(COUNTS)


def test_what_nobody_saw_yet_is_expected_only_where_it_stands() -> None:
    report, day = grid_report(MISO["iso.rt.generation_by_fuel.miso"]), date(2018, 7, 4)
    assert report is not None
    seen = pl.DataFrame(
        {
            "stamp_utc": [datetime(2018, 7, 4, 12, tzinfo=UTC)] * 2,
            "area_id": ["MISO"] * 2,
            "fuel_printed": ["Coal", "Wind"],
        },
        schema_overrides={"stamp_utc": pl.Datetime("us", "UTC")},
    )
    assert expected(report, (day, day), seen).height == 288 * 2


def test_a_whole_day_of_files_has_nothing_missing(take: Take) -> None:
    day = CHANGES[0]
    for stem in ("da_expost_lmp", "asm_expost_damcp"):
        rows = take(stem, market_report(4, stem, day).body, day).rows
        feed = next(f for f in MISO.values() if any(r.code == stem for r in f.reports))
        report = grid_report(feed)
        assert report is not None
        wanted = expected(report, (day, day), rows)
        assert lacking(report, wanted, rows).is_empty()
        fewer = rows.filter(pl.col("stamp_utc") != rows["stamp_utc"].min())
        assert lacking(report, wanted, fewer).height == COUNTS[feed.id] // 24


def test_displays_list_what_is_expected_of_them(take: Take) -> None:
    end = datetime(2026, 11, 2, 5, tzinfo=UTC)
    for code, feed in (
        ("FuelMix/Today", "iso.rt.generation_by_fuel.miso"),
        ("RealTimeTotalLoad/FiveMinTotalLoad", "iso.rt.load.miso"),
        ("Interchange/GetNsi/FiveMinute", "iso.rt.interchange_scheduled.miso"),
        ("RegionalDirectionalTransfer", "iso.rt.interface_flow.miso"),
    ):
        name = code.removesuffix("/FiveMinTotalLoad")
        known = end + timedelta(minutes=1)
        rows = take(code, display(4, name, int(end.timestamp())).body, known=known).rows
        report = grid_report(MISO[feed])
        assert report is not None
        wanted = expected(report, (CHANGES[0], CHANGES[0]), rows)
        last = wanted["stamp_utc"].min()
        holes = lacking(report, wanted, rows)["stamp_utc"].unique().to_list()
        # A display of instants ends with the midnight after the day, and begins after the one before.
        assert holes in ([], [last]), code


def test_the_neighbours_expected_are_those_of_a_real_answer(samples: Path) -> None:
    name = "operations-displays-getinterchangegetnsifiveminute.json"
    answer = json.loads((samples / "miso/public-api" / name).read_bytes())
    printed = set(answer["instance"][0]) - {"timestamp"}
    report = grid_report(MISO["iso.rt.interchange_scheduled.miso"])
    assert report is not None
    ids = {dict(entity.key)["from_area"] for entity in report.entities}
    assert ids == {{"MISO": "ALL", "ONT": "IESO"}.get(name, name) for name in printed}
