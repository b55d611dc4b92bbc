"""Every real answer and file of ISO New England: counts, change days, known facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tieline.feeds import published_in
from tieline.flow.importing import first_day
from tieline.sources import report
from tieline.validate import coverage
from tieline.values import Document, Known, Verdict

Take = Callable[..., Verdict]

# report, file, rows, the day where the name has none
FILES: tuple[tuple[str, str, int, date | None], ...] = (
    ("actualinterchange", "api/actualinterchange_current_20260727.json", 7, date(2026, 7, 27)),
    ("dayaheadconstraints", "api/dayaheadconstraints_current_20260727.json", 1, date(2026, 7, 27)),
    (
        "dayaheadhourlydemand-32",
        "api/dayaheadhourlydemand_current_location_32.json",
        1,
        date(2024, 10, 17),
    ),
    *(
        (
            f"{market}hourlydemand-4001",
            f"api/{market}hourlydemand_day_{day}_location_4001.json",
            hours,
            None,
        )
        for market in ("dayahead", "realtime")
        for day, hours in (("20240309", 24), ("20240310", 23), ("20241103", 25))
    ),
    (
        "realtimehourlydemand-4001",
        "api/realtimehourlydemand_current_location_4001.json",
        1,
        date(2024, 10, 14),
    ),
    ("fiveminutelmp", "api/fiveminutelmp_current_20260727.json", 16, None),
    (
        "fiveminutesystemload",
        "api/fiveminutesystemload_current_20260727.json",
        1,
        date(2026, 7, 27),
    ),
    ("genfuelmix-current", "api/genfuelmix_current.json", 10, None),
    ("genfuelmix-current", "api/genfuelmix_current_20260727.json", 10, None),
    ("genfuelmix", "api/genfuelmix_day_20240309.json", 2098, None),
    ("genfuelmix", "api/genfuelmix_day_20241103.json", 2154, None),
    ("hourlyloadforecast", "api/hourlyloadforecast_all_day_20240309.json", 144, None),
    ("hourlyloadforecast", "api/hourlyloadforecast_all_day_20241103.json", 175, None),
    ("hourlysysload", "api/hourlysysload_current.json", 1, date(2024, 11, 25)),
    ("hourlysysload", "api/hourlysysload_day_20240309.json", 24, None),
    ("hourlysysload", "api/hourlysysload_day_20240310.json", 23, None),
    ("locations", "api/locations.json", 19, None),
    ("locations", "api/locations_all_20260727.json", 1302, None),
    ("morningreport", "api/morningreport_20160101.json", 51, None),
    ("morningreport", "api/morningreport_current_20260727.json", 58, date(2026, 7, 27)),
    (
        "reliabilityregionloadforecast",
        "api/reliabilityregionloadforecast_day_20240310_all.json",
        1000,
        None,
    ),
    (
        "reliabilityregionloadforecast",
        "api/reliabilityregionloadforecast_day_20241102_all.json",
        1512,
        None,
    ),
    ("sevendayforecast", "api/sevendayforecast_current_20170130.json", 150, date(2017, 1, 30)),
    ("sevendayforecast", "api/sevendayforecast_current_20260727.json", 138, date(2026, 7, 27)),
    ("WW_DALMP_ISO", "csv/WW_DALMP_ISO_20260604.csv", 29016, None),
)


@pytest.mark.parametrize(
    ("code", "file", "rows", "day"), FILES, ids=[file for _, file, *_ in FILES]
)
def test_counts(
    samples: Path, isone: Take, code: str, file: str, rows: int, day: date | None
) -> None:
    found = isone(code, (samples / "isone" / file).read_bytes(), file, day=day)
    assert (found.rows_read, found.rows.height) == (rows, rows)
    assert found.warnings == ()


@pytest.mark.parametrize(("day", "hours"), [("20240310", 23), ("20241103", 25)])
def test_hours_of_a_change_day_follow_one_another(
    samples: Path, isone: Take, day: str, hours: int
) -> None:
    name = f"realtimehourlydemand_day_{day}_location_4001.json"
    found = isone("realtimehourlydemand-4001", (samples / "isone/api" / name).read_bytes(), name)
    rows = found.rows.sort("stamp_utc")
    assert rows["stamp_utc"].diff().drop_nulls().unique().to_list() == [timedelta(hours=1)]
    ends = rows["interval_end_utc"] - rows["interval_start_utc"]
    assert ends.unique().to_list() == [timedelta(hours=1)]
    assert rows["market_day"].n_unique() == 1
    told = coverage(report("isone:realtimehourlydemand-4001"), rows["market_day"][0], rows)
    assert (told.expected, told.received, told.missing.height) == (hours, hours, 0)


def test_the_two_passes_of_the_autumn_hour_keep_their_own_loads(samples: Path, isone: Take) -> None:
    name = "dayaheadhourlydemand_day_20241103_location_4001.json"
    found = isone("dayaheadhourlydemand-4001", (samples / "isone/api" / name).read_bytes(), name)
    twice = found.rows.filter(
        pl.col("stamp_utc").is_in([datetime(2024, 11, 3, hour, tzinfo=UTC) for hour in (5, 6)])
    )
    assert twice.height == 2
    assert twice["cleared_mw"].n_unique() == 2
    assert twice["source_row"].to_list() == [2, 3]


def test_day_ahead_prices_of_every_node(samples: Path, isone: Take) -> None:
    name = "WW_DALMP_ISO_20260604.csv"
    found = isone("WW_DALMP_ISO", (samples / "isone/csv" / name).read_bytes(), name).rows
    assert found["location_id"].n_unique() == 1209
    first = found.row(0, named=True)
    assert (first["source_row"], first["location_id"]) == (7, "321")
    assert first["location_name"] == "UN.FRNKLNSQ13.810CC"
    assert first["interval_start_utc"] == datetime(2026, 6, 4, 4, tzinfo=UTC)
    assert first["stamp_utc"] == datetime(2026, 6, 4, 4, tzinfo=UTC)
    parts = found["energy_per_mwh"] + found["congestion_per_mwh"] + found["loss_per_mwh"]
    assert (parts - found["price_per_mwh"]).abs().max() < 0.011  # type: ignore[operator]
    spread = found.group_by("stamp_utc").agg(pl.col("energy_per_mwh").n_unique())
    assert spread["energy_per_mwh"].max() == 1
    told = coverage(report("isone:WW_DALMP_ISO"), date(2026, 6, 4), found)
    assert told.missing["location_id"].unique().to_list() in ([], ["4018"])


def test_five_minute_prices_are_those_of_hub_zones_and_ties(samples: Path, isone: Take) -> None:
    data = (samples / "isone/api/fiveminutelmp_current_20260727.json").read_bytes()
    found = isone("fiveminutelmp", data).rows
    hub = found.filter(pl.col("location_id") == "4000").row(0, named=True)
    assert (hub["price_per_mwh"], hub["energy_per_mwh"]) == (68.04, 67.88)
    assert (hub["congestion_per_mwh"], hub["loss_per_mwh"]) == (0.0, 0.16)
    assert hub["interval_start_utc"] == datetime(2026, 7, 27, 21, 25, tzinfo=UTC)
    assert hub["interval_end_utc"] == datetime(2026, 7, 27, 21, 30, tzinfo=UTC)


def test_imports_are_positive_here_and_negative_there(samples: Path, isone: Take) -> None:
    data = (samples / "isone/api/actualinterchange_current_20260727.json").read_bytes()
    found = isone("actualinterchange", data, day=date(2026, 7, 27)).rows
    actual = dict(found.select("from_area", "actual_mw").rows())
    assert actual["4010"] == -68.0, "68 MW were sold to New Brunswick"
    assert actual["4011"] == -780.5, "780.5 MW were sold to New York"
    assert found["to_area"].unique().to_list() == ["ISONE"]


def test_fuels_have_tielines_words_and_an_instant_has_no_length(samples: Path, isone: Take) -> None:
    data = (samples / "isone/api/genfuelmix_day_20241103.json").read_bytes()
    rows = isone("genfuelmix", data, day=date(2024, 11, 3)).rows
    assert rows["fuel"].null_count() == 0
    assert (rows["interval_start_utc"] == rows["interval_end_utc"]).all()
    assert rows["resolution"].null_count() == rows.height
    assert rows.filter(pl.col("stamp_utc").dt.second() != 0).height > 0


def test_a_forecast_has_every_issue_as_a_vintage(samples: Path, isone: Take) -> None:
    name = "hourlyloadforecast_all_day_20241103.json"
    found = isone("hourlyloadforecast", (samples / "isone/api" / name).read_bytes(), name).rows
    assert found["vintage_utc"].n_unique() == 7
    assert found.group_by("vintage_utc").len()["len"].unique().to_list() == [25]
    assert found["area_kind"].unique().to_list() == ["system"]
    assert (found["issued_at_utc"] == found["vintage_utc"]).all()


def test_regions_go_by_the_ids_of_their_zones(samples: Path, isone: Take) -> None:
    name = "reliabilityregionloadforecast_day_20240310_all.json"
    data = (samples / "isone/api" / name).read_bytes()
    found = isone("reliabilityregionloadforecast", data, name).rows
    named = dict(found.select("area_name", "area_id").unique().rows())
    assert named[".Z.MAINE"] == "4001"
    assert sorted(named.values()) == [str(id) for id in range(4001, 4009)]
    assert found["area_kind"].unique().to_list() == ["zone"]


def test_the_morning_report_keeps_items_as_printed(samples: Path, isone: Take) -> None:
    data = (samples / "isone/api/morningreport_current_20260727.json").read_bytes()
    found = isone("morningreport", data, day=date(2026, 7, 27)).rows
    assert found["report_name"].unique().to_list() == ["Operational Capacity Update Report"]
    values = dict(found.select("item", "value").rows())
    units = dict(found.select("item", "unit").rows())
    assert (values["PeakLoadTodayMw"], values["NetCapDeliveryMw"]) == (17600.0, -1740.0)
    assert (values["ExpActOp4Mw"], units["ExpActOp4Mw"]) == (0.0, "MW")
    assert units["CityForecastDetail.Boston.HighTemperature"] == "degF"
    assert (units["UnitCommMinOrrCount"], values["GenOutagesReductionMW"]) == ("count", 1567.0)
    assert values["TieDelivery.Highgate.TieFlowMw"] == 0.0


def test_the_seven_day_forecast_begins_on_the_day_after_its_issue(
    samples: Path, isone: Take
) -> None:
    data = (samples / "isone/api/sevendayforecast_current_20260727.json").read_bytes()
    found = isone("sevendayforecast", data, day=date(2026, 7, 27)).rows
    days = found["market_day"].unique().sort().to_list()
    assert days == [date(2026, 7, 28) + timedelta(days=n) for n in range(6)]
    peak = found.filter(pl.col("item") == "PeakLoadMw").sort("stamp_utc")
    assert peak["value"][0] == 17630.0
    flags = found.filter(pl.col("unit") == "flag")
    assert set(flags["value"].unique().to_list()) <= {0.0, 1.0, None}


def test_every_kind_of_location_has_a_word(samples: Path, isone: Take) -> None:
    data = (samples / "isone/api/locations_all_20260727.json").read_bytes()
    found = isone("locations", data).rows
    kinds = dict(found.group_by("location_kind").len().rows())
    assert kinds["node"] == 1190 + 32
    assert (kinds["hub"], kinds["interface"]) == (1, 7)
    assert found["location_kind"].null_count() == 0
    assert found["stamp_utc"].null_count() == found.height


@pytest.mark.parametrize(
    ("code", "file", "day"),
    [
        ("hourlysysload", "api/hourlysysload_day_20240310.json", date(2024, 3, 10)),
        ("WW_DALMP_ISO", "csv/WW_DALMP_ISO_20260604.csv", date(2026, 6, 4)),
        ("sevendayforecast", "api/sevendayforecast_current_20260727.json", date(2026, 7, 27)),
        ("genfuelmix", "api/genfuelmix_day_20241103.json", date(2024, 11, 3)),
    ],
)
def test_a_file_under_any_name_tells_its_day(
    samples: Path, code: str, file: str, day: date
) -> None:
    document = Document((samples / "isone" / file).read_bytes())
    assert first_day(report(f"isone:{code}"), document) == day


@pytest.mark.parametrize(
    ("name", "file", "made"),
    [
        ("WW_DALMP_ISO", "csv/WW_DALMP_ISO_20260604.csv", "2026-06-03T16:57:12Z"),
        (
            "morningreport",
            "api/morningreport_20160101.json",
            "2016-01-01T13:14:51.097Z",
        ),
        (
            "morningreport",
            "api/morningreport_current_20260727.json",
            "2026-07-27T16:02:35Z",
        ),
        (
            "sevendayforecast",
            "api/sevendayforecast_current_20170130.json",
            "2017-01-30T14:33:49.344Z",
        ),
        (
            "sevendayforecast",
            "api/sevendayforecast_current_20260727.json",
            "2026-07-27T13:14:58Z",
        ),
    ],
)
def test_what_says_when_it_was_made_was_known_then(
    samples: Path, name: str, file: str, made: str
) -> None:
    data = (samples / "isone" / file).read_bytes()
    known = published_in(report(f"isone:{name}"), data, datetime(2026, 11, 22, tzinfo=UTC))
    assert known == Known(datetime.fromisoformat(made), "published")
