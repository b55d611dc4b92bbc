"""Numbered hours: a day and a number to a wall-clock reading, and back."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from tieline.errors import ImpossibleTime
from tieline.markettime.conventions import Convention, Numbered
from tieline.markettime.conversion import first_of
from tieline.markettime.zones import day_start, hours_in, missing_hours, repeated_hours

_HOUR = timedelta(hours=1)
_MICRO = timedelta(microseconds=1)
_EXTRA = 25
_NUMBER = r"^(?:HE|Hour)?\s*(\d{1,2})(?::00)?(.*)$"


def read_numbers(
    convention: Convention, text: Numbered, table: pl.DataFrame, lines: pl.Series
) -> pl.DataFrame:
    """Labels as `source_row`, `text`, `local` (the start's reading) and `later` (a second pass).

    Counted hours need no reading: they have `counted`, the start itself in UTC.
    Raises: ImpossibleTime for a number that its day does not have.
    """
    parts = _parts(convention, text, table, lines)
    facts = _facts_of_days(convention.zone, parts["day"])
    known = parts.join(facts, on="day", how="left", maintain_order="left")
    _refuse_absent(convention, text, known)
    if text.numbers == "count":
        counted = pl.col("starts") + pl.col("ordinal") * _HOUR + pl.col("within")
        return known.with_columns(counted=counted)
    hour = pl.when(pl.col("extra")).then("again").otherwise(pl.col("ordinal"))
    if text.numbers == "clock_end":
        after_gap = (pl.col("ordinal") == pl.col("absent")).fill_null(False)
        hour = pl.when(after_gap).then(pl.col("absent") - 1).otherwise(hour)
    local = pl.col("day").cast(pl.Datetime("us")) + hour * _HOUR + pl.col("within")
    later = pl.col("extra") | pl.col("suffixed")
    return known.with_columns(local=local, later=later).drop("within")


def _parts(
    convention: Convention, text: Numbered, table: pl.DataFrame, lines: pl.Series
) -> pl.DataFrame:
    """Day, ordinal from 0 and place within the hour of each label; all null where one is unread."""
    step = convention.step or _HOUR
    printed = pl.col(text.hour).cast(pl.String).str.strip_chars()
    behind = printed.str.extract(_NUMBER, 2).str.strip_chars()
    expected = pl.lit(convention.suffix)
    number = printed.str.extract(_NUMBER, 1).cast(pl.Int64, strict=False)
    part = pl.lit(1, dtype=pl.Int64)
    shown = [text.day[0], text.hour]
    if text.interval:
        part = pl.col(text.interval).cast(pl.String).str.strip_chars().cast(pl.Int64, strict=False)
        shown.append(text.interval)
    words = [pl.col(name).cast(pl.String).fill_null("") for name in shown]
    day = pl.col(text.day[0]).str.strip_chars()
    parsed = table.select(
        text=pl.concat_str(words, separator=" "),
        day=day.str.to_date(text.day[1].replace("%-", "%"), strict=False),
        number=number,
        part=part,
        suffixed=(behind == expected) & (behind != ""),
        unread=number.is_null() | part.is_null() | ((behind != "") & (behind != expected)),
    ).with_columns(lines)
    unread = pl.col("unread") | pl.col("day").is_null()
    clear = pl.when(~unread)
    extra = convention.repeated == "extra"
    return parsed.with_columns(
        clear.then("day").alias("day"),
        ordinal=clear.then(pl.col("number") - text.first),
        extra=clear.then(pl.lit(extra) & (pl.col("number") == _EXTRA)).fill_null(False),
        suffixed=pl.col("suffixed").fill_null(False),
        within=clear.then((pl.col("part") - 1) * step),
        parts=pl.lit(_HOUR // step, dtype=pl.Int64),
    )


def _facts_of_days(zone: str, days: pl.Series) -> pl.DataFrame:
    """Of each day that occurs: start, hours, and the hours that its clock skips or shows again."""
    rows = [_facts(zone, day) for day in days.drop_nulls().unique().to_list()]
    schema = pl.Schema(
        {
            "day": pl.Date(),
            "starts": pl.Datetime("us", "UTC"),
            "hours": pl.Int64(),
            "absent": pl.Int64(),
            "again": pl.Int64(),
        }
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def _facts(zone: str, day: date) -> tuple[object, ...]:
    missing, repeated = missing_hours(zone, day), repeated_hours(zone, day)
    absent = missing[0].hour if missing else None
    again = repeated[0].hour if repeated else None
    return day, day_start(zone, day), hours_in(zone, day), absent, again


def _refuse_absent(convention: Convention, text: Numbered, known: pl.DataFrame) -> None:
    """Raises: ImpossibleTime for a number or part that no hour of its day has."""
    ordinal, hours = pl.col("ordinal"), pl.col("hours")
    highest = hours if text.numbers == "count" else pl.lit(24)
    outside = (ordinal < 0) | (ordinal >= highest)
    outside &= ~(pl.col("extra") & pl.col("again").is_not_null())
    if text.numbers == "clock_end":
        outside |= ordinal == pl.col("absent") - 1
    if text.numbers == "clock":
        outside |= ordinal == pl.col("absent")
    outside |= ~pl.col("part").is_between(1, pl.col("parts"))
    wrong = known.filter(outside & ordinal.is_not_null())
    if wrong.height:
        line, printed = first_of(wrong)
        day, count = wrong.sort("source_row").select("day", "hours").row(0)
        raise ImpossibleTime(
            f"line {line}: {printed!r} does not exist in {convention.zone}: {day} has {count} hours"
        )


def hour_label(convention: Convention, text: Numbered, told: pl.DataFrame) -> list[pl.Expr]:
    """The columns of numbered hours, from `local`, `shown`, `second` and `day`, all of the start."""
    facts = _facts_of_days(convention.zone, told["day"])
    known = told.join(facts, on="day", how="left", maintain_order="left")
    local = pl.col("local")
    clock_hour = local.dt.hour().cast(pl.Int64)
    number = clock_hour + text.first
    if text.numbers == "count":
        number = (pl.col("shown") - pl.col("starts")).dt.total_hours() + text.first
    if text.numbers == "clock_end":
        before_gap = (clock_hour == pl.col("absent") - 1).fill_null(False)
        number = number + before_gap.cast(pl.Int64)
    if convention.repeated == "extra":
        number = pl.when("second").then(pl.lit(_EXTRA, dtype=pl.Int64)).otherwise(number)
    step = convention.step or _HOUR
    ticks = local.dt.epoch("us")
    part = ticks % (_HOUR // _MICRO) // (step // _MICRO) + 1
    values = known.select(number=number, part=part)
    digits = values["number"].cast(pl.String).str.zfill(text.width)
    columns = [
        pl.col("day").dt.to_string(text.day[1]).alias(text.day[0]),
        pl.concat_str(pl.lit(text.before), digits, pl.lit(text.after)).alias(text.hour),
    ]
    if text.interval:
        columns.append(pl.lit(values["part"].cast(pl.String)).alias(text.interval))
    return columns
