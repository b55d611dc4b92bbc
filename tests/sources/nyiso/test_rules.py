"""NYISO's odd cases, in files written here in its format."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from tieline.decode import documents
from tieline.errors import (
    AmbiguousTime,
    DriftFound,
    ErrorPage,
    ImpossibleTime,
    Truncated,
    Unreadable,
    WrongReport,
)
from tieline.feeds import Entity
from tieline.markettime import day_window
from tieline.sources import FEEDS, report
from tieline.sources.nyiso.codes import INTERFACES, PROXIES, ZONES, interface_of
from tieline.validate import coverage, expected
from tieline.values import Verdict

Take = Callable[..., Verdict]

FLOW_HEADER = (
    "Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)\r\n"
)
PRICE_HEADER = (
    '"Time Stamp","Name","PTID","LBMP ($/MWHr)","Marginal Cost Losses ($/MWHr)",'
    '"Marginal Cost Congestion ($/MWHr)"\r\n'
)
MIX_HEADER = "Time Stamp,Time Zone,Fuel Category,Gen MW\r\n"
AUTUMN, SPRING = date(2025, 11, 2), date(2025, 3, 9)


def walls(day: date, *, end: bool = False) -> list[str]:
    """Wall-clock stamps of a day's five-minute grid, in the order in which they pass."""
    start, stop = day_window("America/New_York", day)
    step = timedelta(minutes=5)
    instants = [start + step * at for at in range((stop - start) // step)]
    return [
        (instant + (step if end else timedelta(0)))
        .astimezone(ZoneInfo("America/New_York"))
        .strftime("%m/%d/%Y %H:%M")
        for instant in instants
    ]


def flows(stamps: list[str], ids: tuple[str, ...] = ("23316", "23324")) -> bytes:
    lines = [
        f"{stamp},SCH,{one},{at}.5,1000,-500\r\n" for at, stamp in enumerate(stamps) for one in ids
    ]
    return (FLOW_HEADER + "".join(lines)).encode()


def prices(stamps: list[str]) -> bytes:
    lines = [f'"{stamp}:00","WEST",61752,20.00,1.00,-2.00\r\n' for stamp in stamps]
    return (PRICE_HEADER + "".join(lines)).encode()


@pytest.mark.parametrize(("day", "count"), [(AUTUMN, 300), (SPRING, 276), (date(2025, 7, 1), 288)])
def test_days_without_a_zone_column(take: Take, day: date, count: int) -> None:
    start, end = day_window("America/New_York", day)
    rows = take("P-32", flows(walls(day)), day=day).rows
    one = rows.filter(pl.col("interface_id") == "23316")
    step = timedelta(minutes=5)
    assert one["stamp_utc"].to_list() == [start + step * at for at in range(count)]
    rows = take("P-24A", prices(walls(day, end=True)), day=day).rows
    assert rows["stamp_utc"].to_list() == [start + step * at for at in range(1, count + 1)]
    assert (rows["interval_end_utc"].max(), rows["interval_start_utc"].min()) == (end, start)
    assert rows["market_day"].unique().to_list() == [day]


def test_a_file_growing_through_the_repeated_hour_never_changes_its_mind(take: Take) -> None:
    stamps = walls(AUTUMN)
    whole = take("P-32", flows(stamps), day=AUTUMN).rows["stamp_utc"].to_list()
    for kept in (10, 12, 13, 20, 24, 25, 30, 36, 37, 40):
        rows = take("P-32", flows(stamps[:kept]), day=AUTUMN).rows
        assert rows["stamp_utc"].to_list() == whole[: 2 * kept]


def test_the_repeated_hour_printed_once_is_ambiguous(take: Take) -> None:
    stamps = walls(AUTUMN)
    once = stamps[:24] + stamps[36:]
    with pytest.raises(AmbiguousTime, match=r"line 26: '11/02/2025 01:00'"):
        take("P-32", flows(once), day=AUTUMN)
    with pytest.raises(AmbiguousTime):
        take("P-24A", prices(once), day=AUTUMN)


def test_hours_that_do_not_exist_are_impossible(take: Take) -> None:
    with pytest.raises(ImpossibleTime, match=r"line 3: '03/09/2025 02:30'"):
        take("P-32", flows(["03/09/2025 01:55", "03/09/2025 02:30"], ("23316",)), day=SPRING)
    mix = MIX_HEADER + "03/09/2025 02:30:00,EDT,Wind,1.0\r\n"
    with pytest.raises(ImpossibleTime, match="02:30:00 EDT"):
        take("P-63", mix.encode(), day=SPRING)


def test_the_newest_flows_in_the_repeated_hour(take: Take) -> None:
    data = flows(["11/02/2025 01:30"])
    second = datetime(2025, 11, 2, 6, 30, tzinfo=UTC)
    early = take("P-32-CURRENT", data, known=second - timedelta(minutes=58))
    assert set(early.rows["stamp_utc"]) == {second - timedelta(hours=1)}
    late = take("P-32-CURRENT", data, known=second + timedelta(minutes=3))
    assert set(late.rows["stamp_utc"]) == {second}
    with pytest.raises(AmbiguousTime):
        take("P-32-CURRENT", data, known=second + timedelta(minutes=45))


def test_both_reports_of_flows_give_the_same_rows(take: Take) -> None:
    data = flows(["07/01/2025 12:00"])
    daily = take("P-32", data, day=date(2025, 7, 1)).rows
    assert daily.equals(take("P-32-CURRENT", data).rows)


def test_limits_that_mean_none(take: Take) -> None:
    lines = "".join(
        f"07/01/2025 12:00:00,X,{one},-0.00,{high},{low}\r\n"
        for one, high, low in (
            ("1", 9999, -9999),
            ("2", 1310, -9899),
            ("3", 9999, 9999),
            ("4", 49, 0),
        )
    )
    verdict = take("P-32", (FLOW_HEADER + lines).encode(), day=date(2025, 7, 1))
    limits = verdict.rows.select("import_limit_mw", "export_limit_mw").rows()
    assert limits == [(None, None), (1310.0, None), (None, None), (49.0, 0.0)]
    assert str(verdict.rows["flow_mw"].to_list()) == "[0.0, 0.0, 0.0, 0.0]"
    assert "unknown interface_id: 1, 2, 3, 4" in verdict.warnings[0]
    assert verdict.rows["neighbour"].null_count() == 4


def mid_day(*tail: str) -> bytes:
    """A price file grown to 10:05, with some stamps behind."""
    return prices(
        [*walls(date(2025, 7, 1), end=True)[:121], *(f"07/01/2025 {one}" for one in tail)]
    )


def test_advisory_prices_are_kept_out(take: Take) -> None:
    known = datetime(2025, 7, 1, 14, 6, tzinfo=UTC)
    data = mid_day("10:15", "10:30", "10:45")
    for moment in (known, datetime(2026, 1, 1, tzinfo=UTC)):
        verdict = take("P-24A", data, day=date(2025, 7, 1), known=moment)
        assert verdict.rows.height == 121
        assert verdict.rejected.rows()[0] == (123, "Time Stamp", "07/01/2025 10:15:00", "advisory")
        assert verdict.rejected.height == verdict.rejected_keys.height == 3
        assert not verdict.blind
    later = take("P-24A", mid_day("10:10", "10:15", "10:20"), day=date(2025, 7, 1))
    assert later.rejected.height == 0


def test_intervals_that_had_not_begun_are_advisory(take: Take) -> None:
    known = datetime(2025, 7, 1, 14, 3, tzinfo=UTC)
    verdict = take("P-24A", mid_day("10:10"), day=date(2025, 7, 1), known=known)
    assert verdict.rejected["text"].to_list() == ["07/01/2025 10:10:00"]


def test_a_finished_day_with_holes_is_no_look_ahead(take: Take) -> None:
    stamps = walls(date(2025, 7, 1), end=True)
    verdict = take("P-24A", prices([*stamps[:280], stamps[284], stamps[287]]), day=date(2025, 7, 1))
    assert verdict.rejected.height == 0


def test_an_hour_that_is_not_over_is_kept_out(take: Take) -> None:
    text = (
        '"Time Stamp","Time Zone","Name","PTID","Integrated Load"\r\n'
        '"07/01/2025 09:00:00","EDT","WEST",61752,1500.5\r\n'
        '"07/01/2025 10:35:00","EDT","WEST",61752,1400.5\r\n'
    )
    verdict = take("P-58C", text.encode(), day=date(2025, 7, 1))
    assert verdict.rejected["reason"].to_list() == ["advisory"]
    assert verdict.rows["load_mw"].to_list() == [1500.5]


def test_blank_loads_of_the_newest_stamp_are_null(take: Take) -> None:
    text = '"Time Stamp","Time Zone","Name","PTID","Load"\r\n"07/01/2025 09:00:00","EDT","WEST",61752,\r\n'
    assert take("P-58B", text.encode(), day=date(2025, 7, 1)).rows["load_mw"].to_list() == [None]


def test_old_and_new_headers_read_alike(take: Take) -> None:
    cut = prices(walls(date(2016, 1, 5), end=True)).replace(
        b'Congestion ($/MWHr)"', b'Congestion ($/MWH"'
    )
    assert take("P-24A", cut, day=date(2016, 1, 5)).rows.height == 288
    mix = (MIX_HEADER + "07/01/2025 00:05,EDT,Wind,1.0").replace("Gen MW", "Gen MWh")
    assert take("P-63", mix.encode(), day=date(2025, 7, 1)).rows["generation_mw"].item() == 1.0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Flow (MWH)", b"Flow"),
        (b",Flow (MWH)", b""),
        (b"Flow (MWH)", b"Flow In (MWH),Flow Out (MWH)"),
        (b"Timestamp", b"When"),
    ],
)
def test_changed_headers_are_drift(take: Take, old: bytes, new: bytes) -> None:
    with pytest.raises(DriftFound, match="P-32: the header lacks"):
        take("P-32", flows(walls(SPRING)).replace(old, new, 1), day=SPRING)


def test_a_new_column_is_a_warning(take: Take) -> None:
    data = (
        flows(["07/01/2025 12:00"]).replace(b"\r\n", b",9\r\n").replace(b"(MWH),9", b"(MWH),New", 1)
    )
    verdict = take("P-32", data, day=date(2025, 7, 1))
    assert verdict.rows.height == 2
    assert verdict.warnings == ("nyiso:P-32: new columns that nothing reads: New",)


def test_a_torn_last_line_is_rejected_wherever_it_is_cut(take: Take) -> None:
    day = date(2025, 7, 1)
    data = flows(walls(day)[:4])
    last = data.rstrip().rfind(b"\n") + 1
    for kept in range(last + 1, len(data) - 1):
        verdict = take("P-32", data[:kept], day=day)
        assert (verdict.rows.height, verdict.rejected.height) == (7, 1)
        assert verdict.blind
    assert take("P-32", data[:last], day=day).rows.height == 7


def test_text_in_numbers_up_to_the_share(take: Take) -> None:
    day = date(2025, 7, 1)
    verdict = take("P-32", flows(walls(day)).replace(b",7.5,", b",n/a,"), day=day)
    assert verdict.rejected.select("source_row", "column", "text").rows() == [
        (16, "Flow (MWH)", "n/a"),
        (17, "Flow (MWH)", "n/a"),
    ]
    assert verdict.rejected_keys.height == 2
    with pytest.raises(Unreadable, match=r"12 of 576 rows .*line 2 Flow \(MWH\) '\*'"):
        data = flows(walls(day))
        for at in range(6):
            data = data.replace(f",{at}.5,".encode(), b",*,")
        take("P-32", data, day=day)


def test_the_file_of_another_day_is_refused(take: Take) -> None:
    for code, data in (
        ("P-32", flows(walls(SPRING))),
        ("P-24A", prices(walls(SPRING, end=True))),
    ):
        with pytest.raises(WrongReport, match="holds 2025-03-09, asked was 2025-03-10"):
            take(code, data, day=date(2025, 3, 10))


def forecast(first: date, days: int = 6) -> bytes:
    names = [name for _, _, name in ZONES] + ["NYISO"]
    header = ",".join(f'"{name}"' for name in ["Time Stamp", *names])
    hours = [
        f"{wall}"
        for at in range(days)
        for wall in walls(first + timedelta(days=at))
        if wall.endswith("00")
    ]
    body = [f'"{hour}",' + ",".join(["100"] * 11 + ["1100"]) for hour in hours]
    return "\n".join([header, *body, ""]).encode()


def test_a_forecast_belongs_to_its_first_day(take: Take) -> None:
    first = date(2025, 10, 30)
    verdict = take("P-7", forecast(first), day=first)
    assert verdict.rows.height == 145 * 12
    assert verdict.duplicate == 0
    for asked in (first - timedelta(days=1), first + timedelta(days=1)):
        with pytest.raises(WrongReport, match="holds 2025-10-30"):
            take("P-7", forecast(first), day=asked)
    without_day = take("P-7", forecast(first), known=datetime(2025, 10, 30, 12, tzinfo=UTC))
    assert without_day.rows["vintage_utc"].equals(verdict.rows["vintage_utc"])
    assert set(without_day.rows["issued_at_utc"]) == {datetime(2025, 10, 30, 12, tzinfo=UTC)}


def test_a_forecast_that_prints_the_repeated_hour_once_is_ambiguous(take: Take) -> None:
    first = date(2025, 10, 30)
    lines = forecast(first).split(b"\n")
    twice = [line for line in lines if line.startswith(b'"11/02/2025 01:00')]
    assert len(twice) == 2
    lines.remove(twice[0])
    with pytest.raises(AmbiguousTime, match="11/02/2025 01:00"):
        take("P-7", b"\n".join(lines), day=first)


def test_a_torn_forecast_line_rejects_all_its_areas(take: Take) -> None:
    first = date(2025, 7, 1)
    verdict = take("P-7", forecast(first)[:-9], day=first)
    assert verdict.rejected.height == 12
    assert verdict.rows.height == 143 * 12


def test_archives_that_are_cut_foreign_or_a_login_page() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20250701ExternalLimitsFlows.csv", flows(walls(date(2025, 7, 1))))
    with pytest.raises(Truncated):
        documents(held.getvalue()[:-40])
    with pytest.raises(ErrorPage, match="Guest"):
        documents(b"<html><title>Guest login</title></html>", file_name="20250701pal_csv.zip")


def test_interfaces_are_found_by_every_name() -> None:
    for asked in ("SCH - PJM - NY", "sch - pj - ny", "23316", "PJM AC"):
        found = interface_of(asked)
        assert found is not None and found.id == "23316"
    assert interface_of("SCH - NOWHERE") is None
    totals = [one.name for one in INTERFACES if one.is_total]
    assert totals == ["SCH - HQ_IMPORT_EXPORT"]
    assert len({one.id for one in INTERFACES}) == len(INTERFACES) == 19
    assert len(ZONES) + len(PROXIES) == 15


def test_interfaces_expected_before_and_after_the_new_cable() -> None:
    flow = report("P-32")
    for day, count in ((date(2017, 11, 22), 18), (date(2025, 7, 1), 18), (date(2026, 9, 21), 19)):
        grid = expected(flow, day)
        assert grid is not None and grid.keys.height == count
    listed = pl.DataFrame({"interface_id": ["625211"]})
    grid = expected(flow, date(2026, 5, 1), listed)
    assert grid is not None and grid.keys.height == 19


def test_zones_before_and_after_the_city_was_split() -> None:
    for day, count in ((date(2005, 1, 31), 10), (date(2005, 2, 1), 11)):
        grid = expected(report("P-58C"), day)
        assert grid is not None and grid.keys.height == count


def test_an_irregular_report_expects_nothing(take: Take) -> None:
    mix = (MIX_HEADER + "07/01/2025 00:05:00,EDT,Coal,1.0").encode()
    verdict = take("P-63", mix, day=date(2025, 7, 1))
    assert coverage(report("P-63"), date(2025, 7, 1), verdict.rows).expected is None
    assert verdict.rows["fuel"].to_list() == [None]
    assert "unknown fuel_printed: Coal" in verdict.warnings[0]


def test_every_row_states_what_the_grammar_asks() -> None:
    for feed in FEEDS:
        assert feed.dataset is not None
        names = {*feed.dataset.key_names, *feed.dataset.value_names}
        for one in feed.reports:
            assert {column.name for column in one.columns} <= names | {"print"}
            assert {name for name, _ in one.constants} <= names
            assert {name for name, _ in one.codes} <= names
            assert (one.label is not None) == feed.dataset.stamped
            assert one.label is None or one.label.zone == one.publisher.zone
            implied = {name for name, _ in one.constants}
            wanted = {name for name in feed.dataset.key_names if name != "vintage_utc"}
            for entity in one.entities:
                named = {name for name, _ in entity.key}
                assert named <= wanted <= named | implied, one.name
            assert all(isinstance(entity, Entity) for entity in one.entities)
