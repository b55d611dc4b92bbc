"""Printed labels to instants and back, by a convention."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tieline.errors import AmbiguousTime, ImpossibleTime
from tieline.markettime.changes import UTC_TYPE, readings_of
from tieline.markettime.clocks import clock_expr, daylight_expr
from tieline.markettime.conventions import Clocked, Convention, Marker, Numbered
from tieline.markettime.conversion import candidates, first_of, utc_by_offset, utc_by_row_order
from tieline.markettime.numbered import hour_label, read_numbers

_HOUR = timedelta(hours=1)
_OFFSET = r"\s*(Z|[+-]\d{2}(?::?\d{2})?)$"
_MIDNIGHT = r"(^|[ T])24:00"


def read_labels(
    convention: Convention,
    table: pl.DataFrame,
    *,
    key: pl.Series | None = None,
    lines: pl.Series | None = None,
) -> pl.Series:
    """The instants in UTC that the labels of a table stand for.

    Takes:   text columns named as in the convention. `key` tells series apart where only the order
             of rows does; `lines` are the lines of the file, from 2 where none are given.
    Gives:   `stamp_utc`, null where the text of a label cannot be read.
    Raises:  ImpossibleTime and AmbiguousTime with line and text.
    """
    numbers = pl.int_range(2, table.height + 2, dtype=pl.Int64, eager=True)
    lined = (numbers if lines is None else lines.cast(pl.Int64)).alias("source_row")
    if isinstance(convention.text, Numbered):
        stamps = read_numbers(convention, convention.text, table, lined)
    else:
        stamps = _read_clock(convention, convention.text, table, lined)
    if key is None:
        key = pl.Series([""], dtype=pl.String).new_from_index(0, table.height)
    if "counted" in stamps.columns:
        found = stamps["counted"]
    else:
        found = _resolve(convention, stamps.with_columns(key.alias("key")), table)
    shift = _from_clock_to_label(convention)
    return (found + shift if shift else found).cast(UTC_TYPE).alias("stamp_utc")


def write_labels(convention: Convention, stamps: pl.Series) -> pl.DataFrame:
    """The text columns in which a publisher of this convention prints these instants in UTC.

    Where only the order of rows tells passes apart, the caller keeps the order of time.
    Raises:  ImpossibleTime for the second pass of an hour that the convention prints once.
    """
    shift = _from_clock_to_label(convention)
    shown = (stamps - shift if shift else stamps).cast(UTC_TYPE)
    told = shown.alias("shown").to_frame()
    naive = told.select(local=clock_expr(convention.zone, pl.col("shown"))).to_series()
    early, late = readings_of(naive, convention.zone)
    told = told.with_columns(
        local=naive, twice=early != late, second=early != shown, day=naive.dt.date()
    )
    if convention.repeated == "first_only" and told["second"].any():
        missed = told.filter("second")["shown"][0]
        raise ImpossibleTime(f"{missed} is the second pass of an hour that is printed once")
    if isinstance(convention.text, Numbered):
        written = told.select(*hour_label(convention, convention.text, told))
    else:
        written = told.select(*_written_clock(convention, convention.text))
    if convention.suffix:
        name = (
            convention.text.hour if isinstance(convention.text, Numbered) else written.columns[-1]
        )
        behind = pl.when(told["second"]).then(pl.lit(convention.suffix)).otherwise(pl.lit(""))
        written = written.with_columns(pl.concat_str(name, behind))
    if convention.marker is not None:
        daylight = told.select(daylight_expr(convention.zone, pl.col("shown"))).to_series()
        written = written.with_columns(_word(convention.marker, told, daylight))
    return written


def _from_clock_to_label(convention: Convention) -> timedelta:
    """How far the labelled instant lies behind the instant whose wall clock is printed."""
    by_start = isinstance(convention.text, Numbered) or convention.clock == "start"
    if by_start and convention.label == "end" and convention.step is not None:
        return convention.step
    return timedelta(0)


def _read_clock(
    convention: Convention, text: Clocked, table: pl.DataFrame, lines: pl.Series
) -> pl.DataFrame:
    """Labels as `source_row`, `text`, `local`, and what stands behind: `later`, `offset`."""
    joined = table.select(
        text=pl.concat_str(
            [pl.col(name).str.strip_chars() for name, _ in text.columns], separator=" "
        )
    )
    printed = joined.with_columns(lines, plain=pl.col("text"))
    if text.offset:
        printed = printed.with_columns(
            offset=pl.col("text").str.extract(_OFFSET),
            plain=pl.col("text").str.replace(_OFFSET, ""),
        )
    if convention.suffix:
        printed = printed.with_columns(
            later=pl.col("plain").str.ends_with(convention.suffix),
            plain=pl.col("plain").str.strip_suffix(convention.suffix),
        )
    if text.midnight == "24:00":
        printed = printed.with_columns(
            ends_day=pl.col("plain").str.contains(_MIDNIGHT),
            plain=pl.col("plain").str.replace(_MIDNIGHT, "${1}00:00"),
        )
    formats = (" ".join(form for _, form in text.columns), *text.also)
    local = pl.coalesce(_parsed(pl.col("plain"), form) for form in formats)
    if text.midnight == "24:00":
        local = pl.when("ends_day").then(local + timedelta(days=1)).otherwise(local)
    if convention.clock == "start" and convention.step:
        local = local - convention.step
    return printed.with_columns(local=local)


def _parsed(text: pl.Expr, form: str) -> pl.Expr:
    """Naive readings; null where the text is not of this form. An hour may stand without minutes."""
    reads = form.replace("%-", "%")
    if "%M" not in reads and "%T" not in reads:
        text, reads = pl.concat_str(text, pl.lit(" 00")), f"{reads} %M"
    return text.str.to_datetime(reads, strict=False, time_unit="us")


def _resolve(convention: Convention, stamps: pl.DataFrame, table: pl.DataFrame) -> pl.Series:
    """Instants of the readings `local`, told apart as the convention says."""
    zone = convention.zone
    if convention.repeated == "row_order":
        return utc_by_row_order(stamps, zone, hourly=convention.step == _HOUR)
    if convention.repeated == "offset":
        return utc_by_offset(stamps.with_columns(offset_minutes=_minutes(pl.col("offset"))), zone)
    early, late = candidates(stamps, zone)
    if convention.marker is not None:
        return _by_marker(convention, stamps, table[convention.marker.column], early, late)
    if convention.repeated in ("suffix", "extra"):
        _only_in_repeated_hour(stamps, stamps["later"].fill_null(False), early, late, zone)
        return early if early is late else _either(stamps["later"], early, late)
    if convention.repeated == "refused" and early is not late:
        line, text = first_of(stamps.filter(early != late))
        raise AmbiguousTime(
            f"line {line}: {text!r} happens twice in {zone} and nothing beside it tells which"
        )
    return early


def _by_marker(
    convention: Convention,
    stamps: pl.DataFrame,
    words: pl.Series,
    early: pl.Series,
    late: pl.Series,
) -> pl.Series:
    """Instants by the word beside each stamp; a word that is unknown leaves the stamp unread."""
    marker, zone = convention.marker, convention.zone
    assert marker is not None
    said = words.str.strip_chars().str.to_lowercase()
    known = {word.lower(): meaning for word, meaning in marker.words}
    meaning = said.replace_strict(known, default=None, return_dtype=pl.String)
    picks_late = meaning.is_in(["standard", "second", "not_first"])
    only_repeated = meaning.is_in(["second", "first"]).fill_null(False)
    printed = stamps.with_columns(text=pl.concat_str("text", pl.lit(" "), words.fill_null("")))
    _only_in_repeated_hour(printed, only_repeated, early, late, zone)
    found = early if early is late else _either(picks_late, early, late)
    clocks = meaning.is_in(["daylight", "standard"]).fill_null(False)
    if clocks.any():
        at = found.alias("at").to_frame()
        summer = at.select(daylight_expr(zone, pl.col("at"))).to_series()
        wrong = printed.filter(clocks & (summer != (meaning == "daylight")))
        if wrong.height:
            line, text = first_of(wrong)
            raise ImpossibleTime(f"line {line}: {text!r} contradicts the calendar of {zone}")
    if meaning.null_count():
        return pl.select(pl.when(meaning.is_not_null()).then(found)).to_series()
    return found


def _only_in_repeated_hour(
    stamps: pl.DataFrame, marked: pl.Series, early: pl.Series, late: pl.Series, zone: str
) -> None:
    """Raises: ImpossibleTime for a stamp marked as one of two where there is one."""
    wrong = marked if early is late else marked & (early == late)
    if wrong.any():
        line, text = first_of(stamps.filter(wrong))
        raise ImpossibleTime(
            f"line {line}: {text!r} is marked as a pass of the repeated hour, which it is not in {zone}"
        )


def _either(later: pl.Series, early: pl.Series, late: pl.Series) -> pl.Series:
    return pl.select(pl.when(later.fill_null(False)).then(late).otherwise(early)).to_series()


def _minutes(offset: pl.Expr) -> pl.Expr:
    """Minutes from UTC of a printed offset."""
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    digits = offset.str.replace_all(r"\D", "").str.pad_end(4, "0")
    minutes = digits.str.head(2).cast(pl.Int64) * 60 + digits.str.tail(2).cast(pl.Int64)
    return pl.when(offset == "Z").then(0).otherwise(sign * minutes)


def _written_clock(convention: Convention, text: Clocked) -> list[pl.Expr]:
    """The columns of a wall-clock stamp, from `local` and `shown`."""
    step = convention.step if convention.clock == "start" and convention.step else timedelta(0)
    reading = pl.col("local") + step
    ends_day = pl.lit(False)
    if text.midnight == "24:00":
        ends_day = reading.dt.time() == pl.time(0, 0)
    columns = []
    for name, form in text.columns:
        own = (reading - timedelta(days=1)).dt.to_string(form).str.replace("00:00", "24:00")
        printed = reading.dt.to_string(form)
        if text.midnight == "24:00":
            printed = pl.when(ends_day).then(own).otherwise(printed)
        columns.append(printed.alias(name))
    if text.offset:
        behind = _offset_text(pl.col("local"), pl.col("shown"), text.offset)
        columns[-1] = pl.concat_str(columns[-1], behind).alias(text.columns[-1][0])
    return columns


def _offset_text(local: pl.Expr, shown: pl.Expr, form: str) -> pl.Expr:
    """The offset from UTC at which a reading is shown, as `-05`, `-0500` or `-05:00`."""
    minutes = (local - shown.dt.replace_time_zone(None)).dt.total_minutes()
    sign = pl.when(minutes < 0).then(pl.lit("-")).otherwise(pl.lit("+"))
    hours = (minutes.abs() // 60).cast(pl.String).str.zfill(2)
    rest = (minutes.abs() % 60).cast(pl.String).str.zfill(2)
    between = {"-05": None, "-0500": "", "-05:00": ":"}[form]
    if between is None:
        return pl.concat_str(sign, hours)
    return pl.concat_str(sign, hours, pl.lit(between), rest)


def _word(marker: Marker, told: pl.DataFrame, daylight: pl.Series) -> pl.Series:
    """The word that a publisher prints beside each stamp: the first whose meaning holds."""
    first = told["twice"] & ~told["second"]
    holds = {
        "daylight": daylight,
        "standard": ~daylight,
        "second": told["second"],
        "not_second": ~told["second"],
        "first": first,
        "not_first": ~first,
    }
    word: pl.Expr = pl.lit(None, dtype=pl.String)
    for said, meaning in reversed(marker.words):
        word = pl.when(holds[meaning]).then(pl.lit(said)).otherwise(word)
    return pl.select(word.alias(marker.column)).to_series()
