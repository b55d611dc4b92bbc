"""Real answers of ISO New England, changed in ways that its schema and its years allow."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tieline.errors import DriftFound, EmptyAnswer, WrongReport
from tieline.flow.importing import first_day
from tieline.sources import report
from tieline.values import Document, Verdict

Take = Callable[..., Verdict]
JULY = date(2026, 7, 27)
CONSTRAINT = {
    "BeginDate": "2026-07-27T17:00:00.000-04:00",
    "ConstraintName": "MIS",
    "ContingencyName": "Interface",
    "InterfaceFlag": "Y",
    "MarginalValue": -8.69,
}


def opened(samples: Path, file: str) -> Any:
    return json.loads((samples / "isone/api" / file).read_bytes())


def morning(samples: Path) -> Any:
    return opened(samples, "morningreport_current_20260727.json")["MorningReports"]["MorningReport"]


def taken(isone: Take, code: str, answer: object, day: date = JULY) -> Verdict:
    return isone(code, json.dumps(answer).encode(), day=day)


def test_words_of_a_magnetic_storm_are_no_items(samples: Path, isone: Take) -> None:
    (told,) = morning(samples)
    told |= {
        "GeoMagDistForecast": "K7",
        "GeoMagDistAlert": "Alert",
        "GeoMagDistIntensity": "Strong",
        "GeoMagDistObsActivity": "K6",
        "GeoMagDistIsoAction": "None",
    }
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": [told]}})
    assert (found.rows.height, found.rejected.height, found.warnings) == (58, 0, ())


def test_a_new_city_and_a_new_text_leave_the_report_readable(samples: Path, isone: Take) -> None:
    (told,) = morning(samples)
    told["CityForecastDetail"].append(
        {
            "CityName": "Worcester",
            "HighTemperature": 70,
            "WeatherConditions": "Clear",
            "WindDirSpeed": "S-5",
        }
    )
    told |= {"FuelAdvisory": "Tight", "ExtraMw": 5}
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": told}})
    assert found.rejected.height == 0
    values = dict(found.rows.select("item", "value").rows())
    assert values["CityForecastDetail.Worcester.HighTemperature"] == 70.0
    assert values["ExtraMw"] == 5.0
    assert len(values) == 58 + 2
    (warning,) = found.warnings
    assert "FuelAdvisory" in warning
    assert "Worcester" in warning


def test_a_known_item_that_is_no_number_is_not_passed_over(samples: Path, isone: Take) -> None:
    (told,) = morning(samples)
    told["CsoMw"] = "tbd"
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": [told]}})
    assert found.rejected["text"].to_list() == ["tbd"]
    assert found.rows.height == 57


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_issues_of_a_morning_report_the_newer_counts(
    samples: Path, isone: Take, newest_first: bool
) -> None:
    (first,) = morning(samples)
    later = {**first, "CreationDate": "2026-07-27T14:30:00.000-04:00", "CsoMw": 1}
    both = [later, first] if newest_first else [first, later]
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": both}})
    assert found.rows.filter(pl.col("item") == "CsoMw")["value"].to_list() == [1.0]
    assert (found.rows.height, found.conflicting) == (58, 0)
    assert found.rejected["reason"].unique().to_list() == ["reissued"]
    assert found.rejected["source_row"].unique().to_list() == [2 if newest_first else 1]


def test_an_item_that_is_no_report_is_counted(samples: Path, isone: Take) -> None:
    (told,) = morning(samples)
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": [told, "sorry"]}})
    assert found.rows.height == 58
    assert found.rejected.rows() == [(2, "line", '"sorry"', "unreadable")]


def test_reports_of_two_types_stand_side_by_side(samples: Path, isone: Take) -> None:
    (update,) = morning(samples)
    early = {
        **update,
        "CreationDate": "2026-07-27T08:15:00.000-04:00",
        "ReportType": "Morning Report",
    }
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": [early, update]}})
    assert (found.rows.height, found.rejected.height) == (116, 0)


@pytest.mark.parametrize("nothing", ["", {}, None, []])
def test_a_report_without_its_lists_is_read(samples: Path, isone: Take, nothing: object) -> None:
    (told,) = morning(samples)
    told |= dict.fromkeys(("TieDelivery", "InterchangeDetail", "CityForecastDetail"), nothing)
    found = taken(isone, "morningreport", {"MorningReports": {"MorningReport": [told]}})
    assert (found.rows.height, found.rejected.height, found.warnings) == (28, 0, ())


def test_days_of_the_capacity_forecast_may_stand_in_any_order(samples: Path, isone: Take) -> None:
    answer = opened(samples, "sevendayforecast_current_20260727.json")
    (told,) = answer["SevenDayForecasts"]["SevenDayForecast"]
    told["MarketDay"].reverse()
    assert first_day(report("isone:sevendayforecast"), Document(json.dumps(answer).encode())) == (
        JULY
    )
    found = taken(isone, "sevendayforecast", answer).rows
    assert found["market_day"].unique().sort()[0] == JULY + timedelta(days=1)


def test_of_two_capacity_forecasts_the_newer_counts(samples: Path, isone: Take) -> None:
    answer = opened(samples, "sevendayforecast_current_20260727.json")
    (told,) = answer["SevenDayForecasts"]["SevenDayForecast"]
    days = [{**day, "CsoMw": 5} for day in told["MarketDay"]]
    older = {**told, "CreationDate": "2026-07-27T08:00:00.000-04:00", "MarketDay": days}
    answer["SevenDayForecasts"]["SevenDayForecast"] = [told, older]
    found = taken(isone, "sevendayforecast", answer)
    assert found.rows.height == 138
    assert found.rows.filter(pl.col("item") == "CsoMw")["value"].min() == 26707.0
    assert found.rejected["reason"].to_list() == ["reissued"] * 138


def test_a_constraint_may_bind_without_a_contingency(isone: Take) -> None:
    bare = {name: cell for name, cell in CONSTRAINT.items() if name != "ContingencyName"}
    for rows, contingencies in (
        ([bare], [""]),
        ([CONSTRAINT, bare], ["Interface", ""]),
        ([{**CONSTRAINT, "ContingencyName": " "}], [""]),
    ):
        answer = {"DayAheadConstraints": {"DayAheadConstraint": rows}}
        found = taken(isone, "dayaheadconstraints", answer)
        assert found.rows["contingency"].to_list() == contingencies
    renamed = {"DayAheadConstraints": {"DayAheadConstraint": {**bare, "Contingency": "A"}}}
    with pytest.raises(DriftFound, match=r"ContingencyName.*Contingency"):
        taken(isone, "dayaheadconstraints", renamed)


def test_constraints_under_another_name_are_not_an_hour_without_any(isone: Take) -> None:
    for answer in (
        {"DayAheadConstraints": {"Constraint": [CONSTRAINT]}},
        [{"data": {"constraints": [CONSTRAINT]}, "namespace": "_nstmp_"}],
    ):
        with pytest.raises(WrongReport, match="there are no rows"):
            taken(isone, "dayaheadconstraints", answer)


def test_the_dashboards_answers_are_no_empty_answers_of_the_services(
    samples: Path, isone: Take
) -> None:
    data = (samples / "isone/wsclient/systemload_20250317.json").read_bytes()
    for code in ("fiveminutesystemload", "hourlysysload", "realtimeconstraints"):
        with pytest.raises(WrongReport, match="holds data, namespace"):
            isone(code, data, day=date(2025, 3, 17))


def test_another_resource_of_the_newer_style_is_refused(isone: Take) -> None:
    reserves = {"day_ahead_reserves": {"day_ahead_reserve": [{"fer_price": 5}]}}
    with pytest.raises(WrongReport, match="day_ahead_reserves"):
        taken(isone, "fiveminuteestimatedzonalload", {"isone_web_services": reserves})
    nothing = {"isone_web_services": {"five_min_estimated_zonal_loads": ""}}
    with pytest.raises(EmptyAnswer):
        taken(isone, "fiveminuteestimatedzonalload", nothing)


def test_a_fuel_without_its_category_goes_by_its_rollup(samples: Path, isone: Take) -> None:
    answer = opened(samples, "genfuelmix_day_20241103.json")
    rows = answer["GenFuelMixes"]["GenFuelMix"]
    for row in rows:
        if row["FuelCategory"] in ("Hydro", "Nuclear"):
            del row["FuelCategory"]
    found = taken(isone, "genfuelmix", answer, date(2024, 11, 3))
    assert (found.rows.height, found.warnings) == (len(rows), ())
    assert {"hydro", "nuclear", "wind"} <= set(found.rows["fuel"].unique().to_list())


@pytest.mark.parametrize(
    ("code", "file", "day"),
    [
        ("dayaheadhourlydemand", "dayaheadhourlydemand_day_20240309_location_4001.json", 9),
        ("realtimehourlydemand", "realtimehourlydemand_day_20240310_location_4001.json", 10),
    ],
)
def test_the_answer_for_one_place_is_not_read_as_that_for_another(
    samples: Path, isone: Take, code: str, file: str, day: int
) -> None:
    data = (samples / "isone/api" / file).read_bytes()
    with pytest.raises(WrongReport, match="4001"):
        isone(f"{code}-4002", data, day=date(2024, 3, day))


def test_day_ahead_prices_are_not_read_as_real_time_ones(samples: Path, isone: Take) -> None:
    data = (samples / "isone/csv/WW_DALMP_ISO_20260604.csv").read_bytes()
    with pytest.raises(WrongReport, match="this is isone:WW_DALMP_ISO"):
        isone("lmp_rt_final", data, day=date(2026, 6, 4))
    renamed = data.replace(b"Filename: WW_DALMP_ISO", b"Filename: lmp_rt_final")
    with pytest.raises(WrongReport, match="this is isone:lmp_rt_final"):
        isone("WW_DALMP_ISO", renamed, day=date(2026, 6, 4))


def _hours(samples: Path, day: date, labels: list[str], *, quoted: bool) -> bytes:
    """The real file's comments and header with the hub's rows of another day."""
    lines = (samples / "isone/csv/WW_DALMP_ISO_20260604.csv").read_bytes().split(b"\n")
    hub = [line.split(b",") for line in lines if b'"4000"' in line]
    mark = '"' if quoted else ""
    rows = [
        b",".join([cells[0], f'"{day:%m/%d/%Y}",{mark}{label}{mark}'.encode(), *cells[3:]])
        for label, cells in zip(labels, [*hub, hub[0]], strict=False)
    ]
    return b"\n".join([*lines[:6], *rows, f'"T","{len(rows)} lines"'.encode()])


@pytest.mark.parametrize("quoted", [True, False])
@pytest.mark.parametrize(
    ("day", "labels", "first_utc"),
    [
        (date(2024, 3, 10), ["01", *(f"{n:02}" for n in range(3, 25))], 5),
        (date(2024, 11, 3), ["01", "02", "02X", *(f"{n:02}" for n in range(3, 25))], 4),
    ],
)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_the_nth_hour_of_a_change_day_begins_n_minus_one_hours_after_midnight(
    samples: Path,
    isone: Take,
    day: date,
    labels: list[str],
    first_utc: int,
    quoted: bool,
    ends: bytes,
) -> None:
    data = _hours(samples, day, labels, quoted=quoted).replace(b"\n", ends)
    found = isone("WW_DALMP_ISO", data, day=day).rows.sort("source_row")
    first = datetime(day.year, day.month, day.day, first_utc, tzinfo=UTC)
    begins = [first + timedelta(hours=n) for n in range(len(labels))]
    assert found["interval_start_utc"].to_list() == begins
    assert found["stamp_utc"].to_list() == begins


def test_the_first_stamp_that_can_be_read_tells_the_day(samples: Path) -> None:
    answer = opened(samples, "genfuelmix_day_20241103.json")
    rows = answer["GenFuelMixes"]["GenFuelMix"]
    rows[0]["BeginDate"] = "tbd"
    rows.insert(0, "sorry")
    document = Document(json.dumps(answer).encode())
    assert first_day(report("isone:genfuelmix"), document) == date(2024, 11, 3)


def test_a_location_may_say_its_type(samples: Path, isone: Take) -> None:
    for code, file in (
        ("hourlysysload", "hourlysysload_day_20240310.json"),
        ("realtimehourlydemand-4001", "realtimehourlydemand_day_20240310_location_4001.json"),
        ("dayaheadhourlydemand-4001", "dayaheadhourlydemand_day_20240310_location_4001.json"),
    ):
        text = (samples / "isone/api" / file).read_text()
        typed = text.replace('"Location":{', '"Location":{"@LocType":"LOAD ZONE",')
        found = isone(code, typed.encode(), day=date(2024, 3, 10))
        assert (found.rows.height, found.warnings) == (23, ())
