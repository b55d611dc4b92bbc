"""P-54A, P-54B, P-54C, P-14B: outages of lines, transformers and other transmission elements.

The three P-54 files are listings of what is out or will be: P-54A (scheduled, in real time) and P-54B
(actual) add the whole listing again every five minutes, some 77,000 lines a day, P-54C (scheduled,
day-ahead) is written once before its day. They are read as their newest listing; each change from one
to the next is a state of its outage. An outage has no end in P-54B: it ends by no longer standing
there, which is told as `gone`. For outages in progress P-54A rolls the planned return forward every
hour. P-54 gives an outage no id: the element and the moment from which it is out make one. P-14B is a
static file without any time of its own, one line an element of an outage; there an outage has an id.
Moments have no zone word. None of these are generators.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl

from tieline.datasets import OUTAGE_EVENT
from tieline.feeds import Column, DailyFile, Feed, Report, StaticFile, snapshot
from tieline.markettime import readings_of
from tieline.sources.nyiso.headers import HEADERS
from tieline.sources.nyiso.moments import moments, spelled
from tieline.sources.nyiso.publisher import NYISO, STAMP_COLUMNS, STAMP_FORMATS
from tieline.values.normalised import UNREAD

_OUT, _IN, _ACTUAL = "Scheduled Out Date/Time", "Scheduled In Date/Time", "Outage Date/Time"
# Short years first: the long form would read 26 as the year 26.
_DAYS = ("%m/%d/%y", "%m/%d/%Y", "%d-%b-%y", "%d-%b-%Y", "%Y-%m-%d")
_CLOCKS = ("%H:%M:%S", "%H:%M", "%H%M")
_DAYS_AND_CLOCKS = tuple(f"{day} {clock}" for day in _DAYS for clock in _CLOCKS)


def _newest(table: pl.DataFrame) -> pl.DataFrame:
    """The lines of the newest listing; lines that could not be read stay with it.

    A file written listing by listing steps back once, where its clock repeats an hour: what stands
    above that is older.
    """
    stamp = next(name for name in STAMP_COLUMNS if name in table.columns)
    local = moments(table[stamp], STAMP_FORMATS)["local"]
    first, last = readings_of(local, NYISO.zone)
    at, twice = pl.col("at"), pl.col("twice")
    back = at < at.forward_fill().shift(1)
    listed = pl.DataFrame(
        [local.alias("at"), (first != last).alias("twice"), table[UNREAD].alias("unread")]
    ).with_columns(back=back.fill_null(False), within=twice & twice.forward_fill().shift(1))
    steps = listed.filter("back")
    again = pl.lit(0)
    if steps.height == 1 and steps["within"].all():
        again = pl.col("back").cum_sum()
    newest = at == at.filter(again == again.max()).max()
    kept = listed.select((again == again.max()) & newest | pl.col("unread").is_not_null())
    return table.filter(kept.to_series())


def _since(table: pl.DataFrame, begins: str, ends: str | None) -> pl.DataFrame:
    """An id from the element and the moment from which it is out, and both moments as instants."""
    out = moments(table[begins], STAMP_FORMATS)
    moment = pl.coalesce(spelled(out["local"]), table[begins])
    ident = pl.concat_str(pl.col("PTID"), pl.lit("@"), moment)
    back = None if ends is None else moments(table[ends], STAMP_FORMATS)["said"]
    return table.with_columns(ident.alias("id"), out["said"].alias("out"), pl.lit(back).alias("in"))


def _scheduled(table: pl.DataFrame) -> pl.DataFrame:
    return _since(_newest(table), _OUT, _IN)


def _actual(table: pl.DataFrame) -> pl.DataFrame:
    return _since(_newest(table), _ACTUAL, None)


def _listed(table: pl.DataFrame) -> pl.DataFrame:
    """An id from the outage and its element, and days and clocks put together."""
    both = {
        name: pl.select(
            pl.concat_str(table[f"Date {word}"], pl.lit(" "), table[f"Time {word}"])
        ).to_series()
        for name, word in (("out", "Out"), ("in", "In"))
    }
    said = (moments(text, _DAYS_AND_CLOCKS)["said"].alias(name) for name, text in both.items())
    ident = pl.concat_str(pl.col("Outage ID"), pl.lit("/"), pl.col("PTID"))
    return table.with_columns(*said, id=ident)


_ELEMENT = (
    Column("outage_id", ("id",)),
    Column("resource_id", ("PTID",)),
    Column("resource_name", ("Equipment Name",)),
    Column("outage_start_utc", ("out",), "instant"),
)
_UNTIL = Column("outage_end_utc", ("in",), "instant", required=False)

SCHEDULED = Report(
    publisher=NYISO,
    code="P-54A",
    title="Scheduled outages, in real time",
    at=DailyFile(
        path="csv/schedlineoutages/{day:%Y%m%d}SCLineOutages.csv",
        archive="csv/schedlineoutages/{month:%Y%m%d}SCLineOutages_csv.zip",
        typical_bytes=7_000_000,
    ),
    columns=(*_ELEMENT, _UNTIL),
    header=(STAMP_COLUMNS, ("PTID",), ("Equipment Name",), (_OUT,), (_IN,)),
    constants=(("kind", "planned"),),
    reshape=_scheduled,
    others=HEADERS,
    final_newline=True,
    absence=snapshot(2),
    every=timedelta(minutes=5),
    promised_within=timedelta(minutes=10),
    # The next day's first listing says more than this day's last.
    settles_after=timedelta(0),
    established_by="code: columns of a working client",
)
ACTUAL = replace(
    SCHEDULED,
    code="P-54B",
    title="Actual outages",
    at=DailyFile(
        path="csv/realtimelineoutages/{day:%Y%m%d}RTLineOutages.csv",
        archive="csv/realtimelineoutages/{month:%Y%m%d}RTLineOutages_csv.zip",
        typical_bytes=5_000_000,
    ),
    columns=_ELEMENT,
    header=(STAMP_COLUMNS, ("PTID",), ("Equipment Name",), (_ACTUAL,)),
    constants=(),
    reshape=_actual,
)
DAY_AHEAD = replace(
    SCHEDULED,
    code="P-54C",
    title="Scheduled outages, day-ahead",
    at=DailyFile(
        path="csv/outSched/{day:%Y%m%d}outSched.csv",
        archive="csv/outSched/{month:%Y%m%d}outSched_csv.zip",
        typical_bytes=30_000,
    ),
    absence=snapshot(1),
    every=timedelta(hours=1),
    # Posted about 09:40 of the day before.
    due=timedelta(hours=-14, minutes=-20),
    promised_within=timedelta(hours=1),
    established_by="doc: columns and time of posting, from a survey of the site",
)
SCHEDULE = replace(
    SCHEDULED,
    code="P-14B",
    title="Outage schedule",
    at=StaticFile(path="csv/os/outage-schedule.csv", typical_bytes=200_000),
    columns=(*_ELEMENT, _UNTIL, Column("status", ("Status",))),
    header=(
        *(("PTID",), ("Outage ID",), ("Equipment Name",), ("Status",)),
        *(("Date Out",), ("Time Out",), ("Date In",), ("Time In",)),
    ),
    unused=("Equipment Type", "Called In", "Status Date", "Message", "ARR"),
    reshape=_listed,
    final_newline=False,
    every=timedelta(hours=1),
    promised_within=timedelta(days=1),
    established_by="code: columns of a working client; the spelling of its days is not established",
)

OUTAGE_FEEDS = (
    Feed("iso.events.outage.nyiso", OUTAGE_EVENT, (ACTUAL,)),
    Feed("iso.events.outage_scheduled.nyiso", OUTAGE_EVENT, (SCHEDULED,)),
    Feed("iso.events.outage_day_ahead.nyiso", OUTAGE_EVENT, (DAY_AHEAD,)),
    Feed("iso.events.outage_schedule.nyiso", OUTAGE_EVENT, (SCHEDULE,)),
)
