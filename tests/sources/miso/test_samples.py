"""Every real answer of MISO decodes, with as many rows as it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tieline.errors import DriftFound, Unreadable
from tieline.values import Verdict

Take = Callable[..., Verdict]
API, KEYED = "miso/public-api", "miso/data-exchange-doc-examples"

# Code, file, rows: the arrays of the public API were cut to two elements by who stored them.
SHOWN = [
    ("BindingConstraints/RealTime", "markets-displays-getbindingconstraintsrealtime", 2),
    ("BindingConstraints/SubRegional", "markets-displays-getbindingconstraintssubregional", 0),
    (
        "CoordinatedTransactionScheduling",
        "markets-displays-getcoordinatedtransactionscheduling",
        2,
    ),
    (
        "MarketPricing/GetAncillaryServicesMcp/RealTimeMCP",
        "markets-displays-getmarketpricinggetancillaryservicesmcp",
        2 * 9,
    ),
    (
        "MarketPricing/GetAncillaryServicesMcp/DayAheadMCP",
        "markets-displays-getmarketpricinggetancillaryservicesmcp",
        2 * 9,
    ),
    *(
        (
            f"MarketPricing/GetLmpConsolidatedTable/{block}",
            "markets-displays-getmarketpricinggetlmpconsolidatedtable",
            2,
        )
        for block in (
            *("FiveMinLMP", "HourlyIntegratedLMP"),
            *("DayAheadExAnteLMP", "DayAheadExPostLMP"),
        )
    ),
    ("Ace", "operations-displays-getace", 2),
    ("CsatSupplyDemand", "operations-displays-getcsatsupplydemand", 2 * 5),
    ("FuelMix", "operations-displays-getfuelmix", 2),
    ("FuelMix/Today", "operations-displays-getfuelmixtoday", 2),
    ("Interchange/GetNai", "operations-displays-getinterchangegetnai", 1),
    ("Interchange/GetNai/FiveMinute", "operations-displays-getinterchangegetnaifiveminute", 2),
    ("Interchange/GetNsi", "operations-displays-getinterchangegetnsi", 10),
    ("Interchange/GetNsi/FiveMinute", "operations-displays-getinterchangegetnsifiveminute", 20),
    ("Interchange/GetNsi/MISO", "operations-displays-getinterchangegetnsimiso", 1),
    (
        "Interchange/GetNsi/MISOFiveMinute",
        "operations-displays-getinterchangegetnsimisofiveminute",
        2,
    ),
    (
        "Interchange/GetNsi/MISOOneMinute",
        "operations-displays-getinterchangegetnsimisooneminute",
        2,
    ),
    ("RealTimeTotalLoad/FiveMinTotalLoad", "operations-displays-getrealtimetotalload", 2),
    ("RealTimeTotalLoad/ClearedMW", "operations-displays-getrealtimetotalload", 2),
    ("RealTimeTotalLoad/MediumTermLoadForecast", "operations-displays-getrealtimetotalload", 2),
    ("RegionalDirectionalTransfer", "operations-displays-getregionaldirectionaltransfer", 2),
    ("Snapshot", "operations-displays-getsnapshot", 2),
    ("WindSolar/getsolar/actual", "operations-displays-getwindsolargetsolar", 2),
    ("WindSolar/getsolar/forecast", "operations-displays-getwindsolargetsolar", 2),
    ("WindSolar/getsolarforecast", "operations-displays-getwindsolargetsolarforecast", 2),
    ("WindSolar/getwind/actual", "operations-displays-getwindsolargetwind", 2),
    ("WindSolar/getwind/forecast", "operations-displays-getwindsolargetwind", 2),
    ("WindSolar/getwindactual", "operations-displays-getwindsolargetwindactual", 2),
    ("WindSolar/getwindforecast", "operations-displays-getwindsolargetwindforecast", 2),
]


@pytest.mark.parametrize(("code", "name", "rows"), SHOWN, ids=[code for code, _, _ in SHOWN])
def test_a_display_gives_every_element(
    take: Take, samples: Path, code: str, name: str, rows: int
) -> None:
    data = (samples / API / f"{name}.json").read_bytes()
    verdict = take(code, data, known=datetime(2026, 7, 27, 13, 20, tzinfo=UTC))
    assert verdict.rows.height == verdict.rows_read == rows
    assert verdict.warnings == ()


@pytest.mark.parametrize("which", ["current", "previous", "rolling"])
def test_prices_whose_columns_were_cut_away_are_drift(
    take: Take, samples: Path, which: str
) -> None:
    name = f"markets-displays-getmarketpricinggetrealtimefiveminexpost{which}.json"
    with pytest.raises(DriftFound, match="the header lacks 'LMP', 'MCC', 'MLC'"):
        take(
            f"MarketPricing/GetRealTimeFiveMinExPost/{which.capitalize()}",
            (samples / API / name).read_bytes(),
        )


def test_the_retired_broker_s_wind_forecast_is_two_days_by_the_hour(
    take: Take, samples: Path
) -> None:
    data = (samples / "miso/DataBrokerServicesgetWindForecast.asmx.json").read_bytes()
    rows = take("getWindForecast", data, known=datetime(2025, 3, 10, 9, tzinfo=UTC)).rows
    assert rows.height == 48
    assert rows["stamp_utc"][0] == datetime(2025, 3, 10, 5, tzinfo=UTC)
    assert set(rows["vintage_utc"]) == {datetime(2025, 3, 10, 5, tzinfo=UTC)}
    assert rows["generation_mw"][0] == 17716.0


def test_day_ahead_prices_have_24_hours_and_parts_that_agree(take: Take, samples: Path) -> None:
    data = (samples / "miso/20260714_da_expost_lmp.trimmed.csv").read_bytes()
    verdict = take("da_expost_lmp", data, date(2026, 7, 14))
    rows = verdict.rows
    assert (rows.height, verdict.warnings) == (3 * 24, ())
    first = rows.row(0, named=True)
    assert first["stamp_utc"] == datetime(2026, 7, 14, 6, tzinfo=UTC)
    assert (first["price_per_mwh"], first["congestion_per_mwh"]) == (36.24, 1.32)
    assert first["loss_per_mwh"] == 0.3
    assert first["energy_per_mwh"] == 34.62
    assert rows["stamp_utc"].max() == datetime(2026, 7, 15, 5, tzinfo=UTC)
    energy = rows.group_by("stamp_utc").agg(
        pl.col("energy_per_mwh").max() - pl.col("energy_per_mwh").min()
    )
    assert energy["energy_per_mwh"].max() <= 0.021  # type: ignore[operator]
    assert first["source_row"] == 6


def test_the_workbook_of_a_change_day_has_24_hours(take: Take, samples: Path) -> None:
    data = (samples / "miso/20250310_df_al.xls").read_bytes()
    verdict = take("df_al/actual", data, date(2025, 3, 9))
    assert verdict.rows.height == 24 * 7
    assert verdict.warnings == ()
    first = verdict.rows.row(0, named=True)
    assert (first["area_id"], first["area_kind"], first["load_mw"]) == ("LRZ1", "zone", 11097.2)
    assert first["stamp_utc"] == datetime(2025, 3, 9, 6, tzinfo=UTC)
    assert set(verdict.rows["market_day"]) == {date(2025, 3, 9)}
    sums = verdict.rows.group_by("stamp_utc", "area_kind").agg(pl.col("load_mw").sum())
    zones = sums.filter(pl.col("area_kind") == "zone").sort("stamp_utc")["load_mw"]
    system = sums.filter(pl.col("area_kind") == "system").sort("stamp_utc")["load_mw"]
    assert (zones - system).abs().max() < 1.0  # type: ignore[operator]


def test_the_workbook_s_forecast_is_six_days_and_a_placeholder(take: Take, samples: Path) -> None:
    data = (samples / "miso/20250310_df_al.xls").read_bytes()
    verdict = take("df_al/forecast", data, date(2025, 3, 10))
    assert verdict.rows_read == 7 * 24 * 7
    assert verdict.rows.height == 6 * 24 * 7
    assert set(verdict.rejected["reason"]) == {"placeholder"}
    assert set(verdict.rows["vintage_utc"]) == {datetime(2025, 3, 10, 5, tzinfo=UTC)}
    assert verdict.rows["market_day"].min() == date(2025, 3, 9)


DOCUMENTED = [
    ("pricing/v1/day-ahead/lmp-expost", "pricing-get_v1_day_ahead_date_lmp_expost", 1),
    ("pricing/v1/real-time/lmp-expost", "pricing-get_v1_real_time_date_lmp_expost", 1),
    ("pricing/v1/real-time/asm-expost", "pricing-get_v1_real_time_date_asm_expost", 1),
    ("pricing/v1/aggregated-pnode?date={day:%Y-%m-%d}", "pricing-get_v1_aggregated_pnode", 1),
    ("lgi/v1/forecast/load", "lgi-get_v1_forecast_date_load", 1),
    (
        "lgi/v1/historical/interchange/net-scheduled",
        "lgi-get_v1_historical_date_interchange_net_scheduled",
        1,
    ),
    ("lgi/v1/real-time/generation/fuel-type", "lgi-get_v1_real_time_date_generation_fuel_type", 8),
]


@pytest.mark.parametrize(("code", "name", "rows"), DOCUMENTED, ids=[c for c, _, _ in DOCUMENTED])
def test_an_example_of_the_data_exchange_has_its_shape(
    take: Take, samples: Path, code: str, name: str, rows: int
) -> None:
    data = (samples / KEYED / f"miso-data-exchange-{name}.json").read_bytes()
    # An example's values are placeholders: an hour that is called daily and is a day long.
    verdict = take(code, data, date(2023, 6, 28))
    assert verdict.rows.height == verdict.rows_read == rows


def test_an_interval_that_is_the_word_string_is_refused(take: Take, samples: Path) -> None:
    name = "miso-data-exchange-lgi-get_v1_real_time_date_demand_forecast.json"
    with pytest.raises(Unreadable, match="1 of 1 rows cannot be read"):
        take(
            "lgi/v1/real-time/demand/forecast",
            (samples / KEYED / name).read_bytes(),
            date(2023, 6, 28),
        )


def test_a_stamp_of_the_first_interval(take: Take, samples: Path) -> None:
    data = (samples / API / "operations-displays-getfuelmixtoday.json").read_bytes()
    row = take("FuelMix/Today", data).rows.row(0, named=True)
    assert row["interval_start_utc"] == datetime(2026, 7, 27, 5, tzinfo=UTC)
    assert row["interval_end_utc"] - row["interval_start_utc"] == timedelta(minutes=5)
    assert (row["fuel_printed"], row["fuel"]) == ("Battery Storage", "storage")
