"""What MISO sends that is no good answer, or a strange one: refused, counted, or read for what it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tieline.decode import documents
from tieline.emulate.miso import display, keyed_pages, market_report
from tieline.errors import (
    DriftFound,
    ErrorPage,
    Gone,
    SourceError,
    Truncated,
    WrongReport,
)
from tieline.values import Verdict

Take = Callable[..., Verdict]
DAY = date(2026, 7, 15)
SLOT = 1784131200
RETIRED = (
    b'{"error": "no data", "message": "This service has been retired, see '
    b'https://www.misoenergy.org/markets-and-operations/rtdataapis/"}'
)


def shown(code: str) -> Any:
    return json.loads(display(4, code, SLOT).body)


def body(tree: object) -> bytes:
    return json.dumps(tree).encode()


def prices() -> bytes:
    return market_report(4, "da_expost_lmp", DAY).body


def test_the_retired_broker_is_gone_for_good() -> None:
    with pytest.raises(Gone, match="retired"):
        documents(RETIRED)
    with pytest.raises(Gone, match="retired"):
        documents(json.dumps(json.loads(RETIRED), indent=2).encode())
    with pytest.raises(ErrorPage):
        documents(b'{"error": "no data"}')


def test_nothing_binds_is_no_constraint(take: Take) -> None:
    row: dict[str, str | None] = {"Name": "None", "Period": "2026-07-27T08:10:00", "Price": "None"}
    verdict = take("BindingConstraints/RealTime", body({"RefId": "x", "Constraint": [row]}))
    assert (verdict.rows.height, verdict.rows_read) == (0, 0)
    blank = {"RefId": "x", "Constraint": [dict.fromkeys(row)]}
    assert take("BindingConstraints/RealTime", body(blank)).rows_read == 0
    assert (
        take("BindingConstraints/RealTime", body({"RefId": "x", "Constraint": []})).rows_read == 0
    )


def test_a_price_that_is_the_word_none_is_null(take: Take) -> None:
    row = {"Name": "A", "Period": "2026-07-27T08:10:00", "Price": "None"}
    verdict = take("BindingConstraints/RealTime", body({"RefId": "x", "Constraint": [row]}))
    assert verdict.rows["shadow_price_per_mwh"].to_list() == [None]


BOUND = (
    "Real-Time Binding Constraints\n\nMarket Date,Flowgate NERCID,Constraint_ID,Constraint Name,"
    "Branch Name ( Branch Type / From CA / To CA ),Contingency Description,Hour of Occurrence,"
    "Preliminary Shadow Price,Constraint Description,Override,Curve Type,BP1,PC1,BP2,PC2\n"
)


def test_a_constraint_without_a_contingency_binds_in_the_base_case(take: Take) -> None:
    line = "7/5/2026,,7,LORE,B,{},00:05,-20.93,D,0,PERCENT,100,700,102,1000\n"
    verdict = take("rt_bc_HIST", (BOUND + line.format("LOSS") + line.format("")).encode())
    assert verdict.rows["contingency"].to_list() == ["LOSS", ""]
    assert verdict.rejected.height == 0


def test_accounting_form_and_commas_are_numbers(take: Take) -> None:
    line = "7/5/2026,,7,LORE,B,LOSS,{},{},D,0,PERCENT,100,700,102,1000\n"
    rows = line.format("00:05", "($20.93)") + line.format("00:00", '"($1,020.93)"')
    notes = '"Prices are preliminary, and may change",,\nMISO MAKES NO WARRANTY, of any kind\n'
    verdict = take("rt_bc_HIST", (BOUND + rows + notes).encode())
    assert verdict.rows["shadow_price_per_mwh"].to_list() == [-20.93, -1020.93]
    assert verdict.rows["stamp_utc"].to_list() == [
        datetime(2026, 7, 5, 5, 5, tzinfo=UTC),
        datetime(2026, 7, 6, 5, tzinfo=UTC),
    ]
    assert (verdict.rejected.height, verdict.warnings) == (0, ())


def test_another_report_under_the_name_is_named(take: Take) -> None:
    with pytest.raises(WrongReport):
        take("RealTimeTotalLoad/FiveMinTotalLoad", display(4, "FuelMix/Today", SLOT).body)
    with pytest.raises(SourceError):
        take("da_expost_lmp", market_report(4, "da_exante_lmp", DAY).body, DAY)
    with pytest.raises(WrongReport):
        take("da_expost_lmp", market_report(4, "asm_expost_damcp", DAY).body, DAY)
    with pytest.raises(WrongReport, match="no workbook"):
        take("df_al/actual", prices(), DAY)
    with pytest.raises(WrongReport, match="holds 2026-07-15"):
        take("da_expost_lmp", prices(), DAY + timedelta(days=1))


def test_a_new_column_is_told_and_the_known_ones_go_on(take: Take) -> None:
    tree = shown("FuelMix/Today")
    for row in tree["Fuel"]["Type"]:
        row["CO2"] = "1"
    verdict = take("FuelMix/Today", body(tree))
    assert verdict.rows.height == len(tree["Fuel"]["Type"])
    assert verdict.warnings == ("miso:FuelMix/Today: new columns that nothing reads: CO2",)


def test_a_lost_and_a_split_column_are_drift(take: Take) -> None:
    tree = shown("FuelMix/Today")
    for row in tree["Fuel"]["Type"]:
        row["ACT_GROSS"], row["ACT_NET"] = row["ACT"], row.pop("ACT")
    with pytest.raises(DriftFound, match="lacks 'ACT' and has new 'ACT_GROSS', 'ACT_NET'"):
        take("FuelMix/Today", body(tree))
    with pytest.raises(DriftFound, match="lacks 'HE 7'"):
        take("da_expost_lmp", prices().replace(b",HE 7,", b",Hour 7,"), DAY)


def test_an_unknown_fuel_is_kept_and_told(take: Take) -> None:
    tree = shown("FuelMix")
    tree["Fuel"]["Type"][1]["CATEGORY"] = "Fusion"
    verdict = take("FuelMix", body(tree))
    assert "unknown fuel_printed: Fusion" in verdict.warnings[0]
    assert verdict.rows.filter(pl.col("fuel_printed") == "Fusion")["fuel"].to_list() == [None]
    assert verdict.rows.height == verdict.rows_read


def test_cut_answers_are_truncated(take: Take) -> None:
    data = display(4, "FuelMix/Today", SLOT).body
    with pytest.raises(Truncated):
        take("FuelMix/Today", data[: len(data) // 2])
    book = market_report(4, "5min_exante_lmp", DAY).body
    with pytest.raises(Truncated):
        documents(book[: len(book) // 2])
    old = market_report(4, "rf_al", DAY).body
    for end in range(600, len(old), 1500):
        with pytest.raises(SourceError):
            take("rf_al/actual", old[:end], DAY)
    with pytest.raises(Truncated, match="breaks off inside its last line"):
        take("da_expost_lmp", prices()[:-40], DAY)
    lines = prices().splitlines(keepends=True)
    verdict = take("da_expost_lmp", b"".join(lines[:-1]), DAY)
    assert verdict.rejected.height == 1, "the node that lacks its third line"
    assert verdict.rows["loss_per_mwh"].null_count() == 0
    with pytest.raises(Truncated, match="breaks off inside its last line"):
        take("da_expost_lmp", prices()[: len(prices()) // 2], DAY)
    with pytest.raises(ErrorPage):
        documents(b"<!DOCTYPE html><html><body>Maintenance</body></html>")


def test_a_line_of_an_unknown_kind_is_counted(take: Take) -> None:
    more = prices() + b"MINN.HUB,Hub,GHG," + b",".join([b"1"] * 24) + b"\n"
    verdict = take("da_expost_lmp", more, DAY)
    assert verdict.rejected["text"].to_list() == ["MINN.HUB,Hub,GHG"]


def test_both_signs_of_interchange_mean_import(take: Take) -> None:
    tree = {"instance": [{"timestamp": "2026-07-27 08:10:00", "NSI": "-5425"}]}
    negative = take("Interchange/GetNsi/MISOFiveMinute", body(tree)).rows
    row = {"interval": "9", "adjacentBa": "ONT", "nsi": 207}
    page = {"data": [row], "page": {"pageNumber": 1, "lastPage": True}}
    positive = take("lgi/v1/historical/interchange/net-scheduled", body(page), DAY).rows
    assert negative.select("from_area", "to_area", "scheduled_mw").row(0) == ("ALL", "MISO", 5425.0)
    assert positive.select("from_area", "to_area", "scheduled_mw").row(0) == ("IESO", "MISO", 207.0)


def test_stamps_that_are_utc_without_saying_so_are_five_hours_earlier(take: Take) -> None:
    east = [{"Time": "2026-07-26 8:15:00 AM", "Value": "-5573.87"}]
    utc = [{"Time": "2026-07-26 1:15:00 PM", "Value": "-5574"}]
    at = [
        take(f"Interchange/GetNai/{code}", body(rows)).rows["stamp_utc"].to_list()
        for code, rows in (("FiveMinute", east), ("Imports", utc))
    ]
    assert at[0] == at[1] == [datetime(2026, 7, 26, 13, 15, tzinfo=UTC)]


@pytest.mark.parametrize("between", [" ", "T"])
def test_five_minute_labels_from_before_the_change_are_moved(take: Take, between: str) -> None:
    def page(start: str, end: str) -> bytes:
        times = {"resolution": "5min", "start": start, "end": end, "value": ""}
        row = {"timeInterval": times, "node": "A", "lmp": 3, "mcc": 1, "mec": 1, "mlc": 1}
        return body({"data": [row | {"preliminaryFinal": "Final"}], "page": {"lastPage": True}})

    code, day = "pricing/v1/real-time/lmp-expost?timeResolution=5min", date(2026, 3, 8)
    old = page(f"2026-03-08{between}00:05:00.000", f"2026-03-08{between}00:10:00.000")
    new = page(f"2026-03-08{between}00:00:00.000", f"2026-03-08{between}00:05:00.000")
    before = take(code, old, day, known=datetime(2026, 3, 9, 12, tzinfo=UTC)).rows
    after = take(code, new, day, known=datetime(2026, 5, 7, tzinfo=UTC)).rows
    assert before.equals(after)
    assert before["stamp_utc"].to_list() == [datetime(2026, 3, 8, 5, tzinfo=UTC)]
    assert before["print"].to_list() == ["final"]


def test_pages_are_read_one_after_the_other(take: Take) -> None:
    pages = keyed_pages(4, "pricing/v1/day-ahead/lmp-expost", DAY)
    assert len(pages) > 1
    whole = b"".join(b"\x1e" + page + b"\n" for page in pages)
    with pytest.raises(ErrorPage, match="Maintenance"):
        take("pricing/v1/day-ahead/lmp-expost", whole + b"\x1e<html>Maintenance</html>", DAY)
    verdict = take("pricing/v1/day-ahead/lmp-expost", whole, DAY)
    assert verdict.rows.height == sum(len(json.loads(page)["data"]) for page in pages)
    assert verdict.rows["source_row"].to_list() == list(range(1, verdict.rows.height + 1))


def test_an_energy_part_that_differs_between_nodes_is_told(take: Take) -> None:
    lines = prices().split(b"\n")
    cells = lines[5].split(b",")
    lines[5] = b",".join([*cells[:3], b"999", *cells[4:]])
    assert "the energy part differs" in take("da_expost_lmp", b"\n".join(lines), DAY).warnings[0]


def test_every_day_has_24_hours(take: Take) -> None:
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        rows = take("da_expost_lmp", market_report(4, "da_expost_lmp", day).body, day).rows
        hub = rows.filter(pl.col("location_id") == "MINN.HUB")
        start = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
        assert hub["stamp_utc"].to_list() == [start + timedelta(hours=n) for n in range(1, 25)]


def test_reference_rows_are_entities_without_a_stamp(take: Take) -> None:
    rows = take("da_expost_lmp/nodes", prices(), DAY).rows
    assert rows["stamp_utc"].null_count() == rows.height == 23
    assert set(rows["location_kind"]) == {"hub", "zone", "interface", "node"}
    roster = take("da_expost_lmp/generators", prices(), DAY).rows
    assert roster.height == 7
