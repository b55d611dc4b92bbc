"""Every endpoint of the user's documents over an emulated lake, against the emulator's own truth."""

from __future__ import annotations

import bisect
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tests.serve.emulated import DAYS, FIRST, SEED, Served, served
from tieline.emulate import eastern
from tieline.emulate.nyiso import facts, load_forecast, lookahead, notices, outages, truth
from tieline.serve.api.derived import ALL_ZONES, TIES
from tieline.serve.api.offers import OFFERS

LAST = DAYS[-1]
BOTH = {"start_date": str(FIRST), "end_date": str(LAST), "limit": "100000"}
ONE = {**BOTH, "start_date": str(LAST)}
HOUR = timedelta(hours=1)

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("emulated")) as found:
        yield found


def asked(lake: Served, path: str, **more: str) -> Rows:
    answer = lake.client.get(f"/api/{path}", params=more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Tieline-Sequence"] == str(lake.lake.ledger.sequence())
    rows: Rows = answer.json()
    return rows


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def told(code: str, value: str, *days: date) -> dict[tuple[datetime, str], float]:
    """One number of the emulator's truth by stamp and id."""
    tables = [truth(SEED, code, day) for day in days]
    rows = pl.concat(tables).select("stamp_utc", "id", value).rows()
    return {(stamp, ident): number for stamp, ident, number in rows}


def by(rows: Rows, ident: str, value: str) -> dict[tuple[datetime, str], float]:
    found = {(at(row["timestamp"]), row[ident]): row[value] for row in rows}
    assert len(found) == len(rows)
    return found


def same(
    found: dict[tuple[datetime, str], float], expected: dict[tuple[datetime, str], float]
) -> None:
    assert found.keys() == expected.keys()
    assert list(found.values()) == pytest.approx([expected[key] for key in found], abs=1e-4)


def newest_first(rows: Rows) -> bool:
    stamps = [row["timestamp"] for row in rows]
    return stamps == sorted(stamps, reverse=True)


@pytest.mark.parametrize(
    ("path", "code"),
    [("realtime-lbmp", "P-24A"), ("dayahead-lbmp", "P-2A"), ("timeweighted-lbmp", "P-4A")],
)
def test_prices_are_the_printed_ones_with_congestion_turned(
    lake: Served, path: str, code: str
) -> None:
    rows = asked(lake, path, **ONE)
    assert newest_first(rows)
    same(by(rows, "ptid", "lbmp"), told(code, "lbmp", LAST))
    same(by(rows, "ptid", "losses"), told(code, "losses", LAST))
    turned = {key: -number for key, number in told(code, "congestion", LAST).items()}
    same(by(rows, "ptid", "congestion"), turned)
    city = asked(lake, path, **ONE, zones="n.y.c.,61752")
    assert {row["zone_name"] for row in city} == {"N.Y.C.", "WEST"}


@pytest.mark.parametrize(
    ("path", "code", "ident", "value", "printed"),
    [
        ("realtime-load", "P-58B", "ptid", "load_mw", "load"),
        ("fuel-mix", "P-63", "fuel_category", "generation_mw", "generation"),
    ],
)
def test_load_and_fuels_are_the_printed_ones(
    lake: Served, path: str, code: str, ident: str, value: str, printed: str
) -> None:
    rows = asked(lake, path, **ONE)
    assert newest_first(rows)
    same(by(rows, ident, value), told(code, printed, LAST))


def test_reserves_have_a_row_a_product(lake: Served) -> None:
    rows = asked(lake, "ancillary-services", **ONE, market="DAM", product="spinning_10")
    same(by(rows, "ptid", "price"), told("P-5", "spin", LAST))
    markets = {row["market"] for row in asked(lake, "ancillary-services", **ONE)}
    assert markets == {"DAM", "RT5"}


def issued(day: date) -> dict[tuple[datetime, str], float]:
    """The forecast that stood at noon of a day."""
    noon = eastern.midnight(day) + 43200
    issue = sum(one <= noon for one in load_forecast.issues(SEED, day)) - 1
    numbers = load_forecast.forecast(SEED, day, issue)
    ids = {name: str(ptid) for name, ptid in facts.ZONES} | {"NYISO": "NYISO"}
    return {
        (datetime.fromtimestamp(second, UTC), ids[title.upper()]): float(numbers[n, k])
        for n, second in enumerate(load_forecast.hours(day).tolist())
        for k, title in enumerate(load_forecast.TITLES)
    }


def test_the_load_forecast_is_the_newest_vintage(lake: Served) -> None:
    rows = asked(lake, "load-forecast", start_date=str(LAST), limit="100000")
    assert newest_first(rows)
    same(by(rows, "ptid", "forecast_mw"), issued(LAST))


def test_advisories_are_what_was_said(lake: Served) -> None:
    rows = asked(lake, "market-advisories", **BOTH)
    assert newest_first(rows)
    said = [
        (datetime.fromtimestamp(second, UTC), cells[0])
        for day in DAYS
        for code in ("P-35", "P-25")
        for second, cells in notices.said(SEED, code, day)
    ]
    assert sorted((at(row["timestamp"]), row["message"]) for row in rows) == sorted(said)
    states = asked(lake, "market-advisories", **BOTH, type="state")
    assert {row["source"] for row in states} == {"nyiso:P-35"}


def test_constraints_are_those_that_bind(lake: Served) -> None:
    for market, code in (("RT5", "P-33"), ("DAM", "P-511A")):
        rows = asked(lake, "constraints", **ONE, market=market)
        found = {
            (at(row["timestamp"]), f"{row['constraint_id']}/{row['contingency']}"): row[
                "constraint_cost"
            ]
            for row in rows
        }
        same(found, told(code, "cost", LAST))


def test_transfer_capability_is_that_of_the_market_asked(lake: Served) -> None:
    rows = asked(lake, "atc-ttc", **ONE, market="DAM")
    same(by(rows, "interface_name", "ttc_mw"), told("P-8", "ttc dam", LAST))
    same(by(rows, "interface_name", "atc_mw"), told("P-8", "atc dam", LAST))
    ahead = asked(lake, "atc-ttc", **ONE, market="HAM")
    assert len(ahead) == 4 * len(rows)


def test_prices_at_the_ties_are_those_of_the_newest_run(lake: Served) -> None:
    newest: dict[tuple[datetime, str], tuple[int, float, float]] = {}
    said = pl.concat([lookahead.numbers(SEED, day) for day in DAYS])
    for run, end, ptid, lbmp, external in said.select(
        "run", "end", "ptid", "lbmp", "external"
    ).rows():
        if end - 900 >= eastern.midnight(LAST):
            key = (datetime.fromtimestamp(end, UTC), ptid)
            newest[key] = max(newest.get(key, (0, 0.0, 0.0)), (run, lbmp, external))
    here = asked(lake, "external-rto-prices", start_date=str(LAST), limit="100000", market="RTC")
    assert newest_first(here)
    same(by(here, "ptid", "price"), {key: told[1] for key, told in newest.items()})
    there = asked(
        lake, "external-rto-prices", start_date=str(LAST), market="CTS_PJM,CTS_ISONE", limit="9999"
    )
    same(by(there, "ptid", "price"), {key: told[2] for key, told in newest.items()})


def test_the_weather_forecast_is_the_newest_issue(lake: Served) -> None:
    table = truth(SEED, "P-7A", LAST)
    forecast = table.filter(pl.col("kind").str.to_uppercase() != "ACTUAL")
    numbers = [name for name in table.columns[2:] if name not in ("kind", "issue_utc")]
    rows = asked(lake, "weather-forecast", start_date=str(LAST), limit="9999")
    assert newest_first(rows)
    variables = ("temperature_max", "temperature_min", "wet_bulb_max", "wet_bulb_min")
    for variable, name in zip(variables, numbers, strict=True):
        found = [row for row in rows if row["variable"] == variable]
        expected = {
            (at, one): number for at, one, number in forecast.select("stamp_utc", "id", name).rows()
        }
        same(by(found, "station", "value"), expected)


def test_outages_are_what_is_listed_and_overlap_the_days(lake: Served) -> None:
    rows = asked(lake, "outages", type="actual")
    last = eastern.bounds(LAST)[1] - 300
    listed = outages.listed(SEED, "P-54B", last)
    still = {f"{one.ptid}" for one in listed}
    assert still <= {row["ptid"] for row in rows}
    starts = [row["start"] for row in rows]
    assert starts == sorted(starts, reverse=True)
    scheduled = asked(lake, "outages", type="schedule", start_date="2026-03-20")
    day = eastern.midnight(date(2026, 3, 20))
    world = outages.listed(SEED, "P-14B", int(datetime(2026, 3, 14, 12, tzinfo=UTC).timestamp()))
    now = int(datetime(2026, 3, 14, 12, tzinfo=UTC).timestamp())
    assert sorted(row["outage_id"] for row in scheduled) == sorted(
        f"{one.number}/{one.ptid}" for one in world if one.return_at(now) > day
    )
    assert 0 < len(scheduled) < len(world)


def test_zones_and_interfaces_are_listed_by_name(lake: Served) -> None:
    zones = asked(lake, "zones")
    assert {row["zone_name"]: row["ptid"] for row in zones} == {
        name: str(ptid) for name, ptid in facts.PLACES
    }
    assert [row["zone_name"] for row in asked(lake, "zones", kind="interface")] == [
        "H Q", "NPX", "O H", "PJM",
    ]  # fmt: skip
    lines = asked(lake, "interfaces")
    assert {row["interface_name"]: row["interface_id"] for row in lines} == {
        name: str(ptid) for name, ptid in facts.INTERFACES
    }
    assert len(asked(lake, "interfaces", region="PJM")) == 4


def test_real_time_less_day_ahead(lake: Served) -> None:
    rows = asked(lake, "rt-da-spreads", **BOTH)
    assert newest_first(rows)
    real, ahead = (told(code, "lbmp", *DAYS) for code in ("P-4A", "P-2A"))
    expected = {key: real[key] - ahead[key] for key in real if key[1] in ALL_ZONES}
    same(by(rows, "ptid", "spread"), expected)


def test_zones_against_a_reference_zone(lake: Served) -> None:
    rows = asked(lake, "zone-spreads", **ONE, zones="N.Y.C.,LONGIL", reference="CAPITL")
    price, loss = (told("P-24A", name, LAST) for name in ("lbmp", "losses"))
    expected = {
        key: number - price[key[0], "61757"]
        for key, number in price.items()
        if key[1] in ("61761", "61762")
    }
    same(by(rows, "ptid", "spread"), expected)
    losses = {key: loss[key] - loss[key[0], "61757"] for key in expected}
    same(by(rows, "ptid", "loss_spread"), losses)
    assert {row["reference"] for row in rows} == {"61757"}


def test_a_forecasts_error_is_that_of_the_vintage_known_before_the_hour(lake: Served) -> None:
    actual = told("P-58C", "load", *DAYS)
    for stamp in {stamp for stamp, _ in actual}:
        actual[stamp, "NYISO"] = sum(actual[stamp, zone] for zone in ALL_ZONES)
    noons = [datetime.fromtimestamp(eastern.midnight(day) + 43200, UTC) for day in DAYS]
    early, late = (issued(day) for day in DAYS)
    for lead in (0, 3):
        expected = {}
        for key, load in actual.items():
            by_then = key[0] - lead * HOUR
            if by_then >= noons[1]:
                expected[key] = late[key] - load
            elif by_then >= noons[0]:
                expected[key] = early[key] - load
        rows = asked(lake, "load-forecast-errors", **BOTH, lead_hours=str(lead))
        assert newest_first(rows)
        same(by(rows, "ptid", "error_mw"), expected)
    row = rows[0]
    assert row["error_percent"] == pytest.approx(row["error_mw"] / row["actual_mw"] * 100, abs=1e-3)


def test_margins_count_imports_and_no_total_twice(lake: Served) -> None:
    rows = asked(lake, "reserve-margins", **ONE)
    made: dict[datetime, float] = {}
    for (stamp, _), number in told("P-63", "generation", LAST).items():
        made[stamp] = made.get(stamp, 0.0) + number
    flow, load = told("P-32", "flow", *DAYS), told("P-58B", "load", *DAYS)
    ties = {str(ptid) for name, ptid in facts.INTERFACES if name.startswith("SCH")} - {"325376"}
    assert ties == set(TIES)
    flows, loads = (sorted({stamp for stamp, _ in table}) for table in (flow, load))
    expected = {}
    for stamp, generated in made.items():
        near = [times[bisect.bisect_right(times, stamp) - 1] for times in (flows, loads)]
        if all(stamp - one <= timedelta(minutes=5) for one in near):
            imports = sum(flow[near[0], tie] for tie in ties if (near[0], tie) in flow)
            expected[stamp] = generated + imports - sum(load[near[1], zone] for zone in ALL_ZONES)
    found = {at(row["timestamp"]): row["margin_mw"] for row in rows}
    assert len(found) > 280 and newest_first(rows)
    assert found.keys() == expected.keys()
    assert list(found.values()) == pytest.approx([expected[key] for key in found], abs=1e-3)


def test_volatility_is_the_deviation_over_the_window_that_ends_with_the_stamp(lake: Served) -> None:
    rows = asked(lake, "price-volatility", **ONE, window_hours="6")
    price = told("P-4A", "lbmp", *DAYS)
    stamps = sorted({stamp for stamp, _ in price})
    assert len(rows) == 24 * len(ALL_ZONES)
    for row in rows:
        stamp = at(row["timestamp"])
        window = [price[one, row["ptid"]] for one in stamps if stamp - 6 * HOUR < one <= stamp]
        assert row["count"] == len(window) == 6
        assert row["volatility"] == pytest.approx(statistics.stdev(window), abs=1e-3)
        assert row["mean"] == pytest.approx(statistics.fmean(window), abs=1e-3)


def test_correlations_are_pearsons_over_the_days(lake: Served) -> None:
    rows = asked(lake, "correlations", **BOTH, market="DAM")
    price = told("P-2A", "lbmp", *DAYS)
    stamps = sorted({stamp for stamp, _ in price})
    assert len(rows) == 11 * 10 // 2
    for row in rows:
        pair = [
            [price[stamp, row[name]] for stamp in stamps] for name in ("location_a", "location_b")
        ]
        assert row["count"] == 48
        assert row["correlation"] == pytest.approx(np.asarray(np.corrcoef(pair))[0, 1], abs=1e-5)


DERIVED = (
    *("rt-da-spreads", "zone-spreads", "load-forecast-errors"),
    *("reserve-margins", "price-volatility", "correlations"),
)


@pytest.mark.parametrize("path", [*(offer.path for offer in OFFERS), *DERIVED])
def test_every_endpoint_answers_without_days_pages_and_looks_back(lake: Served, path: str) -> None:
    """What it says by default, cut into pages, and before anything was known."""
    whole = asked(lake, path, limit="100000")
    assert whole
    pages: Rows = []
    url = f"/api/{path}?limit={len(whole) // 3 + 1}"
    for _ in range(3):
        answer = lake.client.get(url)
        pages += answer.json()
        if "Link" not in answer.headers:
            break
        assert answer.headers["Tieline-Truncated"] == "true"
        url = answer.headers["Link"].partition(">")[0].lstrip("<")
    assert pages == whole
    assert asked(lake, path, as_of="2026-03-01T00:00:00Z") == []


def test_a_measure_as_of_a_time_is_made_of_what_was_known(lake: Served) -> None:
    early = {**BOTH, "as_of": "2026-03-13T12:00:00Z"}
    rows = asked(lake, "rt-da-spreads", **early)
    assert {at(row["timestamp"]).astimezone(UTC).date() for row in rows} <= {FIRST, LAST}
    assert len(rows) == 24 * len(ALL_ZONES)


@pytest.mark.parametrize(
    ("path", "more", "status", "word"),
    [
        ("realtime-lbmp", {"zones": "NOWHERE"}, 404, "no zone is called"),
        ("realtime-lbmp", {"zone": "WEST"}, 400, "zones"),
        ("outages", {"type": "none"}, 400, "day_ahead"),
        ("zone-spreads", {"reference": "WEST,GENESE"}, 400, "one zone"),
        ("fuel-mix", {"limit": "0"}, 400, "limit"),
        ("correlations", {"market": "XX"}, 400, "market"),
        ("zone-spreads", {"zone": "WEST"}, 400, "zones"),
        ("reserve-margins", {"asof": "2026-11-01"}, 400, "as_of"),
        ("interregional-flows", {"interfaces": "23316"}, 400, "interfaces"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_hint(
    lake: Served, path: str, more: dict[str, str], status: int, word: str
) -> None:
    answer = lake.client.get(f"/api/{path}", params=more)
    assert (answer.status_code, word in answer.text) == (status, True), answer.text


def test_openapi_tells_every_endpoint_its_parameters_and_its_rows(lake: Served) -> None:
    paths = lake.client.get("/openapi.json").json()["paths"]
    for offer in OFFERS:
        get = paths[f"/api/{offer.path}"]["get"]
        names = {one["name"] for one in get["parameters"]}
        assert {"start_date", "end_date", "limit", "as_of", *offer.filters} <= names
        schema = get["responses"]["200"]["content"]["application/json"]["schema"]
        assert list(schema["items"]["properties"]) == list(offer.columns)
    for path in DERIVED:
        names = {one["name"] for one in paths[f"/api/{path}"]["get"]["parameters"]}
        assert {"start_date", "end_date", "limit", "as_of", "at_sequence", "after"} <= names


def test_errors_of_forecasts_are_certified_by_loads_and_forecasts(lake: Served) -> None:
    """Where no forecast was collected there are no errors, which does not make them complete."""
    told = lake.client.get("/api/load-forecast-errors", params=ONE).headers
    assert int(told["Tieline-Expected"]) > 24 * len(ALL_ZONES), "the loads alone"
