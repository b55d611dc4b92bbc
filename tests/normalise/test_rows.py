"""Printed tables to canonical rows: cells, labels, rejections."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tieline.datasets import LOAD, LOAD_FORECAST
from tieline.datasets.rows import read_schema
from tieline.errors import AmbiguousTime, ImpossibleTime
from tieline.feeds import Column, Label, Publisher, Report, StaticFile
from tieline.markettime import PUBLISHED
from tieline.normalise import Context, Normalised, normalise

NOW = datetime(2024, 12, 1, tzinfo=UTC)
CONTEXT = Context(None, NOW, NOW)
REPORT = Report(
    publisher=Publisher(
        id="test",
        name="Test",
        zone="America/New_York",
        clock="America/New_York",
        base_url="http://x/",
    ),
    code="T",
    title="Test",
    at=StaticFile(path="t.csv"),
    label=Label(
        kind="start",
        column=("Time Stamp",),
        formats=("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"),
        zone="America/New_York",
        grid="PT1H",
        repeated="zone_column",
        zone_column=("Time Zone",),
        zone_words=(("EST", -300), ("EDT", -240)),
    ),
    columns=(
        Column("area_id", ("PTID",), otherwise=("Name",)),
        Column("area_name", ("Name",)),
        Column("load_mw", ("Load",), "number", sentinels=(9999.0, -9999.0), sign=-1),
    ),
    constants=(("area_kind", "zone"),),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=5),
    established_by="code",
)

Cells = tuple[str | None, str | None, str | None, str | None, str | None]


def table(*rows: Cells, unread: dict[int, str] | None = None) -> pl.DataFrame:
    names = ("Time Stamp", "Time Zone", "Name", "PTID", "Load")
    made = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    lines = range(2, len(rows) + 2)
    return made.with_columns(
        pl.Series("source_row", lines, dtype=pl.Int64),
        pl.Series("unread", [(unread or {}).get(line) for line in lines], dtype=pl.String),
    )


def taken(
    *rows: Cells, report: Report = REPORT, unread: dict[int, str] | None = None
) -> Normalised:
    made = normalise(report, LOAD, table(*rows, unread=unread), CONTEXT)
    assert made.rows.schema == read_schema(LOAD)
    assert made.rows_read == len(rows) == made.rows.height + made.rejected.height
    return made


def loads(*texts: str | None) -> list[float | None]:
    rows = [(f"07/01/2024 {at:02}:00", "EDT", "A", "1", text) for at, text in enumerate(texts)]
    return taken(*rows).rows["load_mw"].to_list()


def test_numbers_signs_sentinels_and_blanks() -> None:
    assert loads("5", "-5.25", "9999", "-9999.0", None, "0", "-0.0") == [
        -5.0,
        5.25,
        None,
        None,
        None,
        0.0,
        0.0,
    ]
    assert str(loads("0", "-0.0")) == "[0.0, 0.0]"


@pytest.mark.parametrize("text", ["NaN", "inf", "-Infinity", "1,000", "n/a", "1 2", "0x1"])
def test_text_in_a_number_rejects_its_row(text: str) -> None:
    made = taken(
        ("07/01/2024 00:00", "EDT", "A", "1", "5"), ("07/01/2024 01:00", "EDT", "A", "1", text)
    )
    assert made.rejected.rows() == [(3, "Load", text, "unreadable")]
    assert made.rejected_keys.rows() == [(datetime(2024, 7, 1, 5, tzinfo=UTC), "1")]
    assert not made.blind


def test_a_rejected_row_has_the_key_that_is_derived() -> None:
    def named(rows: pl.DataFrame) -> pl.DataFrame:
        assert rows["stamp_utc"].null_count() == 0, "what is derived may lean on the time"
        return rows.with_columns(pl.lit("61757").alias("area_id"))

    made = taken(
        ("07/01/2024 00:00", "EDT", "A", "1", "5"),
        ("07/01/2024 01:00", "EDT", "A", "1", "n/a"),
        ("soon", "EDT", "A", "1", "5"),
        report=replace(REPORT, derive=named),
    )
    place = (datetime(2024, 7, 1, 5, tzinfo=UTC), "61757")
    assert made.rejected_keys.rows() == [place]
    assert made.unread.rows() == [place, (None, "1")]
    assert made.rejected["reason"].to_list() == ["unreadable"] * 2


def test_a_rejected_row_still_bounds_its_neighbour() -> None:
    made = taken(
        ("07/01/2024 00:00", "EDT", "A", "1", "5"), ("07/01/2024 00:30", "EDT", "A", "1", "?")
    )
    assert made.rows["interval_end_utc"].to_list() == [datetime(2024, 7, 1, 4, 30, tzinfo=UTC)]


def test_rows_without_a_readable_key_make_the_document_blind() -> None:
    good: Cells = ("07/01/2024 00:00", "EDT", "A", "1", "5")
    for bad, rejected in (
        (("soon", "EDT", "A", "1", "5"), ("Time Stamp", "soon")),
        ((None, "EDT", "A", "1", "5"), ("Time Stamp", "")),
        (("07/01/2024 01:00", "XST", "A", "1", "5"), ("Time Zone", "XST")),
        (("07/01/2024 01:00", None, "A", "1", "5"), ("Time Zone", "")),
        (("07/01/2024 01:00", "EDT", None, None, "5"), ("PTID", "")),
    ):
        made = taken(good, bad)
        assert made.rejected.rows() == [(3, *rejected, "unreadable")]
        assert made.blind
        assert made.cut_off == 0


def test_lines_that_do_not_fit_are_rejected_whole_and_the_last_is_cut_off() -> None:
    nothing: Cells = (None, None, None, None, None)
    good: Cells = ("07/01/2024 00:00", "EDT", "A", "1", "5")
    made = taken(good, nothing, good, nothing, unread={3: "07/01", 5: "07/0"})
    assert made.rejected.rows() == [
        (3, "line", "07/01", "unreadable"),
        (5, "line", "07/0", "unreadable"),
    ]
    assert made.blind
    assert made.cut_off == 1


def test_a_blank_id_takes_the_name() -> None:
    made = taken(("07/01/2024 00:00", "EDT", "N.Y.C._LONGIL", None, "5"))
    assert made.rows.select("area_id", "area_name").rows() == [("N.Y.C._LONGIL", "N.Y.C._LONGIL")]


def test_both_passes_of_the_repeated_hour_stay_apart() -> None:
    made = taken(
        ("11/03/2024 01:00", "EDT", "A", "1", "5"),
        ("11/03/2024 01:00:00", "EST", "A", "1", "5"),
        ("11/03/2024 02:00", "EST", "A", "1", "5"),
    )
    assert [moment.hour for moment in made.rows["stamp_utc"]] == [5, 6, 7]
    assert made.rows["market_day"].unique().to_list() == [date(2024, 11, 3)]


@pytest.mark.parametrize(
    ("stamp", "zone"),
    [
        ("07/01/2024 00:00", "EST"),
        ("03/10/2024 02:30", "EST"),
        ("03/10/2024 02:30", "EDT"),
        ("11/03/2024 02:30", "EDT"),
    ],
)
def test_a_zone_that_does_not_hold_is_refused(stamp: str, zone: str) -> None:
    with pytest.raises(ImpossibleTime, match=f"line 2: '{stamp} {zone}'"):
        taken((stamp, zone, "A", "1", "5"))


def test_end_labels_belong_to_the_day_they_close() -> None:
    assert REPORT.label is not None
    ending = replace(REPORT, label=replace(REPORT.label, kind="end", regular=False))
    made = taken(("07/02/2024 00:00", "EDT", "A", "1", "5"), report=ending)
    row = made.rows.row(0, named=True)
    assert row["market_day"] == date(2024, 7, 1)
    assert row["stamp_utc"] == row["interval_end_utc"] == datetime(2024, 7, 2, 4, tzinfo=UTC)
    assert row["interval_start_utc"] == datetime(2024, 7, 2, 3, tzinfo=UTC)
    assert row["resolution"] is None


def test_known_time_decides_where_only_the_newest_is_printed() -> None:
    assert REPORT.label is not None
    newest = replace(REPORT, label=replace(REPORT.label, repeated="known_time", zone_column=()))
    printed = table(("11/03/2024 01:30", None, "A", "1", "5")).drop("Time Zone")
    known = datetime(2024, 11, 3, 6, 31, tzinfo=UTC)
    made = normalise(newest, LOAD, printed, Context(None, known, known))
    assert made.rows["stamp_utc"].item() == datetime(2024, 11, 3, 6, 30, tzinfo=UTC)
    with pytest.raises(AmbiguousTime, match=r"line 2: '11/03/2024 01:30'"):
        normalise(newest, LOAD, printed, CONTEXT)


@pytest.mark.parametrize("by", ["derive", "reshape"])
def test_rows_set_aside_are_counted_with_their_reason(by: str) -> None:
    def aside(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(aside=pl.when(pl.col("source_row") == 3).then(pl.lit("advisory")))

    made = taken(
        ("07/01/2024 00:00", "EDT", "A", "1", "5"),
        ("07/01/2024 01:00", "EDT", "A", "1", "-5"),
        report=replace(REPORT, derive=aside) if by == "derive" else replace(REPORT, reshape=aside),
    )
    assert made.rejected.rows() == [(3, "Time Stamp", "07/01/2024 01:00", "advisory")]
    assert made.rejected_keys.height == 1


def test_new_columns_are_warned_of() -> None:
    printed = table(("07/01/2024 00:00", "EDT", "A", "1", "5")).with_columns(Extra=pl.lit("9"))
    assert "Extra" in normalise(REPORT, LOAD, printed, CONTEXT).warnings[0]


def test_an_empty_table_gives_no_rows() -> None:
    made = taken()
    assert (made.rows.height, made.blind, made.cut_off) == (0, False, 0)


def test_a_stamp_in_two_columns_is_read_by_its_convention() -> None:
    label = Label(
        kind="end",
        column=("Date",),
        formats=(),
        zone="America/New_York",
        grid="PT1H",
        repeated="convention",
        convention=PUBLISHED["isone:hour ending"],
    )
    report = replace(REPORT, label=label)
    hours = ["01", "02", "02X", "03", "1:30"]
    printed = table(*(("11/03/2024", hour, "A", "1", "5") for hour in hours)).rename(
        {"Time Stamp": "Date", "Time Zone": "Hour Ending"}
    )
    made = normalise(report, LOAD, printed, CONTEXT)
    assert made.rows["stamp_utc"].dt.hour().to_list() == [5, 6, 7, 8]
    assert (
        made.rows["interval_end_utc"] - made.rows["interval_start_utc"]
    ).dt.total_hours().sum() == 4
    assert made.rejected.rows() == [(6, "Date", "11/03/2024 1:30", "unreadable")]
    assert report.printed_columns[:2] == (("Date",), ("Hour Ending",))


def test_a_forecast_that_prints_its_issue_has_it_as_its_vintage() -> None:
    report = replace(
        REPORT,
        columns=(*REPORT.columns, Column("vintage_utc", ("Made",), "instant")),
        vintage="printed",
    )
    printed = table(
        ("07/01/2024 00:00", "EDT", "A", "1", "5"),
        ("07/01/2024 00:00", "EDT", "A", "1", "6"),
        ("07/01/2024 00:00", "EDT", "A", "1", "7"),
        ("07/01/2024 00:00", "EDT", "A", "1", "8"),
    ).with_columns(
        Made=pl.Series(
            ["2024-06-30T09:18:04.250-04:00", "2024-06-30T13:18:04Z", "yesterday", None],
            dtype=pl.String,
        )
    )
    made = normalise(report, LOAD_FORECAST, printed, CONTEXT)
    first = datetime(2024, 6, 30, 13, 18, 4, 250_000, tzinfo=UTC)
    assert made.rows["vintage_utc"].to_list() == [first, first.replace(microsecond=0)]
    assert made.rows["issued_at_utc"].equals(made.rows["vintage_utc"])
    assert made.rows["issued_basis"].unique().to_list() == ["published"]
    assert made.rejected.select("column", "text").rows() == [("Made", "yesterday"), ("Made", "")]
