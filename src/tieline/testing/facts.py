"""Are the facts in the rows those that were printed: none lost, none made up, each in its place?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from tieline.errors import TielineError
from tieline.feeds import day_in_name, member_known, url_of
from tieline.testing.seen import Seen, slice_of

_CLOSE = 1e-9


def address(seen: Seen) -> Iterator[str]:
    """The report's address is the writer's, and the name says its day."""
    printed = seen.printed
    url = url_of(seen.report, printed.day or seen.day)
    if not url.endswith("/" + printed.path):
        yield f"the file stands at {printed.path}, the report asks for {url}"
    if printed.day is not None and day_in_name(seen.report, printed.path) != printed.day:
        named = day_in_name(seen.report, printed.path)
        yield f"{printed.path} is of {printed.day}, the report takes it for {named}"


def window(seen: Seen) -> Iterator[str]:
    """The slice of a dated file is its market day, and an archive's clock is the market's."""
    printed, clock = seen.printed, seen.expectation.clock
    if printed.day is None:
        return
    asked = slice_of(seen.report, printed.day, printed.known_at_utc).window
    if (asked.start, asked.end) != clock.bounds(printed.day):
        yield f"the day is {clock.bounds(printed.day)}, the slice is {asked}"
    if printed.modified is not None:
        shown = clock.wall(printed.modified)
        known = member_known(seen.report.publisher, shown, printed.known_at_utc).at_utc
        if known != printed.modified:
            yield f"a member of {shown} was written at {printed.modified}, it is read as {known}"


def counted(seen: Seen) -> Iterator[str]:
    """Every printed row is a row: none rejected, doubled or in conflict."""
    verdict, aside = seen.verdict, seen.expectation.aside
    rejected = verdict.rejected.clear() if verdict.rejected.height == aside else verdict.rejected
    for what, rows in (("rejected", rejected), ("in conflict", verdict.conflicts)):
        if rows.height:
            first = rows.row(0, named=True)
            yield f"{rows.height} rows are {what}, first line {first['source_row']}: {first}"
    if verdict.duplicate:
        yield f"{verdict.duplicate} rows are taken for duplicates"
    if verdict.rows_read != seen.truth.height + aside:
        yield f"{seen.truth.height} facts are printed, {verdict.rows_read} were read"


def same(seen: Seen) -> Iterator[str]:
    """Stamps and keys are those of the truth: nothing lost, nothing made up."""
    key = list(seen.key)
    for what, some, others in (
        ("lost", seen.truth, seen.rows),
        ("made up", seen.rows, seen.truth),
    ):
        absent = some.select(key).join(others, on=key, how="anti", maintain_order="left")
        if absent.height:
            yield f"{absent.height} of {some.height} facts are {what}, first {absent.row(0)}"


def ordered(seen: Seen) -> Iterator[str]:
    """In the order of lines every key's stamps rise, each once; each row names its own line."""
    rows = seen.rows.sort("source_row", maintain_order=True)
    step = pl.col("stamp_utc").diff().over(seen.entities)
    wrong = rows.filter(step <= timedelta(0))
    if wrong.height:
        yield f"{wrong.height} stamps do not rise, first line {wrong['source_row'][0]}"
    lines = seen.truth.join(seen.rows, on=list(seen.key), maintain_order="left")
    moved = lines.filter(pl.col("line") != pl.col("source_row"))
    if moved.height:
        line, said = moved.select("line", "source_row").row(0)
        yield f"{moved.height} rows name another line, first {said} instead of {line}"


def valued(seen: Seen) -> Iterator[str]:
    """Numbers and words are those that were printed, in tieline's units and signs."""
    key = list(seen.key)
    values = [name for name in seen.truth.columns if name not in (*key, "line")]
    pairs = seen.truth.join(seen.rows, on=key, suffix="_read", maintain_order="left")
    for name in values:
        told, read = pl.col(name), pl.col(f"{name}_read")
        wrong = told.ne_missing(read)
        if seen.truth.schema[name].is_numeric():
            wrong = wrong & ~((told - read).abs() < _CLOSE).fill_null(False)
        odd = pairs.filter(wrong)
        if odd.height:
            line, was, now = odd.select("line", name, f"{name}_read").row(0)
            yield f"{odd.height} values of {name} differ, first line {line}: {was} is read as {now}"


def labelled(seen: Seen) -> Iterator[str]:
    """The instant of each row, written by hand as its page says, stands in the line it came from."""
    expected, data = seen.expectation, seen.printed.data
    if expected.elsewhere:
        return
    stamps = seen.rows["stamp_utc"].unique().sort().to_list()
    shown = [
        expected.spelled(expected.clock.wall(stamp), expected.clock.is_summer(stamp))
        for stamp in stamps
    ]
    lines = [text.decode("utf-8") for text in expected.records(data)]
    labels = pl.DataFrame(
        {"stamp_utc": stamps, "label": shown},
        schema={"stamp_utc": pl.Datetime("us", "UTC"), "label": pl.String},
    )
    texts = pl.DataFrame({"source_row": range(1, len(lines) + 1), "text": lines})
    pairs = (
        seen.rows.select("source_row", "stamp_utc")
        .join(labels, on="stamp_utc", how="left", maintain_order="left")
        .join(texts, on="source_row", how="left", maintain_order="left")
    )
    stands = pl.col("text").str.contains(pl.col("label"), literal=True).fill_null(False)
    wrong = pairs.filter(~stands)
    if wrong.height:
        line, label, text = wrong.select("source_row", "label", "text").row(0)
        yield f"{wrong.height} labels are not what is printed, first line {line}: {label} in {text!r}"


def refusal(error: TielineError) -> str:
    return f"a good file is refused, {type(error).__name__}: {error.text}"


def crash(error: Exception) -> str:
    return f"the row does not fit its table, {type(error).__name__}: {str(error).splitlines()[0]}"
