"""What ISO New England's servers send when they do not send data, and what data can become."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from tieline.emulate import eastern
from tieline.emulate.isone import Isone
from tieline.errors import (
    DriftFound,
    EmptyAnswer,
    ErrorPage,
    SourceError,
    Truncated,
    Unreadable,
    WrongReport,
)
from tieline.values import Verdict

Take = Callable[..., Verdict]
DAY = date(2026, 11, 1)
AT = eastern.midnight(date(2026, 11, 20))


def answer(path: str) -> bytes:
    file = Isone(4).file(path, AT)
    assert file is not None
    return file.body


def service(resource: str) -> bytes:
    return answer(f"api/v1.1/{resource}/day/{DAY:%Y%m%d}.json")


def edited(resource: str, edit: Callable[[list[dict[str, Any]]], Any]) -> bytes:
    """The answer with its list of rows changed."""
    tree = json.loads(service(resource))
    (plural, inner), *_ = tree.items()
    ((name, rows),) = inner.items()
    return json.dumps({plural: {name: edit(rows)}}).encode()


def test_one_row_as_an_object_is_one_row(isone: Take) -> None:
    found = isone("hourlysysload", edited("hourlysysload", lambda rows: rows[0]), day=DAY)
    assert found.rows.height == 1


@pytest.mark.parametrize("nothing", [b"{}", b'""', b"{", b'""x'])
def test_what_is_no_list_is_no_table_without_rows(isone: Take, nothing: bytes) -> None:
    with pytest.raises(SourceError):
        isone("hourlysysload", nothing, day=DAY)


@pytest.mark.parametrize("nothing", ["", {}, None, []])
def test_an_empty_element_is_empty_where_rows_are_promised(isone: Take, nothing: object) -> None:
    with pytest.raises(EmptyAnswer):
        isone("hourlysysload", json.dumps({"HourlySystemLoads": nothing}).encode(), day=DAY)
    found = isone(
        "dayaheadconstraints", json.dumps({"DayAheadConstraints": nothing}).encode(), day=DAY
    )
    assert (found.rows_read, found.rows.height) == (0, 0)


def test_xml_where_json_was_asked_for_is_another_report(isone: Take) -> None:
    with pytest.raises(WrongReport, match="XML"):
        isone("genfuelmix", answer(f"api/v1.1/genfuelmix/day/{DAY:%Y%m%d}"), day=DAY)


def test_the_sentence_for_a_missing_day_is_an_empty_answer(isone: Take) -> None:
    missing = answer("static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_20261129.csv")
    assert len(missing) == 31
    with pytest.raises(EmptyAnswer, match="nothing for this period"):
        isone("WW_DALMP_ISO", missing, day=DAY)


def test_another_resource_under_the_right_name_is_refused(isone: Take) -> None:
    with pytest.raises(WrongReport, match="GenFuelMixes"):
        isone("hourlysysload", service("genfuelmix"), day=DAY)


def test_service_information_is_no_data(isone: Take) -> None:
    info = b'{"ServiceInfo":{"CreationDate":"2026-07-27T17:23:21.000-04:00"}}'
    with pytest.raises(WrongReport, match="ServiceInfo"):
        isone("hourlylmp-da-final", info, day=DAY)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_cut_answer_is_truncated(isone: Take, share: float) -> None:
    for code, data in (
        ("hourlysysload", service("hourlysysload")),
        (
            "WW_DALMP_ISO",
            answer(f"static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_{DAY:%Y%m%d}.csv"),
        ),
    ):
        with pytest.raises(SourceError) as cut:
            isone(code, data[: int(len(data) * share)], day=DAY)
        assert isinstance(cut.value, (Truncated, WrongReport))


def test_a_file_that_lacks_a_line_is_truncated(isone: Take) -> None:
    whole = answer(f"static-transform/csv/histRpts/da-lmp/WW_DALMP_ISO_{DAY:%Y%m%d}.csv")
    lines = whole.split(b"\n")
    with pytest.raises(Truncated, match="the trailer counts 700 lines, there are 699"):
        isone("WW_DALMP_ISO", b"\n".join([*lines[:50], *lines[51:]]), day=DAY)


def test_a_new_element_is_told_and_the_others_go_on(isone: Take) -> None:
    def widened(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "Quality": "GOOD"} for row in rows]

    found = isone("hourlysysload", edited("hourlysysload", widened), day=DAY)
    assert found.rows.height == 25
    assert any("Quality" in warning for warning in found.warnings)


@pytest.mark.parametrize("lost", ["BeginDate", "Load", "Location"])
def test_a_lost_element_is_drift(isone: Take, lost: str) -> None:
    def narrowed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name: cell for name, cell in row.items() if name != lost} for row in rows]

    with pytest.raises(DriftFound, match=lost):
        isone("hourlysysload", edited("hourlysysload", narrowed), day=DAY)


def test_a_split_stamp_is_drift(isone: Take) -> None:
    def split(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "BeginDay": row["BeginDate"][:10],
                "BeginTime": row["BeginDate"][11:],
                **{name: cell for name, cell in row.items() if name != "BeginDate"},
            }
            for row in rows
        ]

    with pytest.raises(DriftFound, match=r"BeginDate.*BeginDay"):
        isone("hourlysysload", edited("hourlysysload", split), day=DAY)


def test_a_login_page_with_200_is_an_error_page(isone: Take) -> None:
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Password</body></html>"
    for code in ("hourlysysload", "WW_DALMP_ISO"):
        with pytest.raises(ErrorPage, match="Sign in"):
            isone(code, page, day=DAY)


def test_an_unknown_code_is_kept_and_told(isone: Take) -> None:
    def renamed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows[0]["FuelCategory"] = "Fusion"
        return rows

    found = isone("genfuelmix", edited("genfuelmix", renamed), day=DAY)
    strange = found.rows.filter(pl.col("fuel_printed") == "Fusion")
    assert (strange.height, strange["fuel"].to_list()) == (1, [None])
    assert any("Fusion" in warning for warning in found.warnings)


def test_a_row_twice_is_a_duplicate_and_two_loads_for_an_hour_a_conflict(isone: Take) -> None:
    def doubled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [*rows, rows[3], {**rows[4], "Load": 1.0}]

    found = isone("hourlysysload", edited("hourlysysload", doubled), day=DAY)
    assert (found.rows.height, found.duplicate, found.conflicting) == (25, 1, 1)
    assert found.rows["load_mw"].min() == 1.0


def test_another_days_answer_is_refused(isone: Take) -> None:
    with pytest.raises(WrongReport, match="2026-11-01"):
        isone("hourlysysload", service("hourlysysload"), day=date(2026, 11, 2))


def test_most_stamps_without_offset_cannot_be_read(isone: Take) -> None:
    def bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "BeginDate": row["BeginDate"][:-6]} for row in rows]

    with pytest.raises(Unreadable, match="cannot be read"):
        isone("hourlysysload", edited("hourlysysload", bare), day=DAY)
