"""Files with a time that cannot be, or that cannot be told: is it refused, or is something guessed?

Each lie is made in the bytes of a good file. A report that reads one silently would move rows by an
hour on the day when a publisher errs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from tieline.errors import AmbiguousTime, ImpossibleTime, TielineError, Unreadable, WrongReport
from tieline.testing.seen import Seen, read
from tieline.values import Verdict

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_LATE = timedelta(hours=3)


def lied(seen: Seen) -> Iterator[str]:
    """Every lie that this file can tell."""
    yield from _skipped_hour(seen)
    yield from _wrong_word(seen)
    yield from _one_pass(seen)
    yield from _had_late(seen)
    yield from _other_day(seen)
    yield from _stray_stamp(seen)
    yield from _other_spelling(seen)


def _skipped_hour(seen: Seen) -> Iterator[str]:
    """A stamp in the hour that spring skips is impossible."""
    clock = seen.expectation.clock
    for stamp in seen.stamps():
        before = stamp - _HOUR
        if clock.is_summer(stamp) and not clock.is_summer(before):
            false = _with_label(seen, stamp, clock.wall(stamp) - _HOUR, summer=True)
            yield from _refused(seen, false, ImpossibleTime, f"the hour before {stamp}, skipped")
            return


def _wrong_word(seen: Seen) -> Iterator[str]:
    """A word that says summer in winter, or winter in summer, contradicts the calendar."""
    expected, clock = seen.expectation, seen.expectation.clock
    if expected.twice != "words":
        return
    once = [stamp for stamp in seen.stamps() if not clock.occurs_twice(stamp)]
    if not once:
        return
    stamp = once[0]
    false = _with_label(seen, stamp, clock.wall(stamp), summer=not clock.is_summer(stamp))
    yield from _refused(seen, false, ImpossibleTime, f"the other word beside {stamp}")


def _one_pass(seen: Seen) -> Iterator[str]:
    """Without the second pass of the repeated hour words still tell, and order does not."""
    expected, clock = seen.expectation, seen.expectation.clock
    second = [
        stamp for stamp in seen.stamps() if clock.occurs_twice(stamp) and not clock.is_summer(stamp)
    ]
    if len(second) in (0, len(seen.stamps())) or expected.twice == "newest":
        return
    gone = seen.truth.filter(pl.col("stamp_utc").is_in(second))["line"]
    dropped = set(gone.to_list())
    lines = expected.records(seen.printed.data)
    if expected.between != b"\n" and dropped & {1, len(lines)}:
        return
    data = expected.sealed(
        expected.between.join(text for n, text in enumerate(lines, 1) if n not in dropped)
    )
    if expected.twice == "order":
        yield from _refused(seen, data, AmbiguousTime, "the repeated hour, standing there once")
        return
    left = seen.truth.filter(~pl.col("stamp_utc").is_in(second))
    yield from _reads(seen, data, left, "without the second pass of the repeated hour")


def _had_late(seen: Seen) -> Iterator[str]:
    """A newest stamp of the repeated hour that was had long after could be of either pass."""
    clock = seen.expectation.clock
    if seen.expectation.twice != "newest" or not clock.occurs_twice(seen.stamps()[-1]):
        return
    late = seen.printed.known_at_utc + _LATE
    yield from _refused(seen, seen.printed.data, AmbiguousTime, f"the file had at {late}", at=late)


def _other_day(seen: Seen) -> Iterator[str]:
    """The file of another day is refused; where nothing in it tells its day, nobody can."""
    day = seen.printed.day
    if day is None or seen.expectation.dayless:
        return
    try:
        read(seen.feed, seen.report, seen.printed.data, day + _DAY, seen.printed.known_at_utc)
    except WrongReport:
        return
    except TielineError as error:
        yield f"the file of {day} as {day + _DAY}'s is refused as {type(error).__name__}"
        return
    yield f"the file of {day} is taken for {day + _DAY}'s"


def _stray_stamp(seen: Seen) -> Iterator[str]:
    """Lines of the next day in a file of one day are kept out, or the file is refused."""
    expected, clock, day = seen.expectation, seen.expectation.clock, seen.printed.day
    if day is None or expected.days > 1 or expected.before or expected.elsewhere:
        return
    last = seen.stamps()[-1]
    was = expected.spelled(clock.wall(last), clock.is_summer(last)).encode()
    now = expected.spelled(clock.wall(last + _DAY), clock.is_summer(last + _DAY)).encode()
    numbers = seen.truth.filter(pl.col("stamp_utc") == last)["line"].unique().sort().to_list()
    data = expected.sealed(_with_strays(seen, numbers, was, now))
    known = seen.printed.known_at_utc + _DAY
    try:
        verdict = read(seen.feed, seen.report, data, day, known)
    except Unreadable:
        return
    except TielineError as error:
        yield f"lines of the day after are refused as {type(error).__name__}: {error.text}"
        return
    taken = verdict.rows.filter(pl.col("market_day") != day).height
    if taken:
        yield f"{taken} rows of the day after are taken for {day}'s"


def _with_strays(seen: Seen, numbers: list[int], was: bytes, now: bytes) -> bytes:
    """The file with copies of some rows under another label, in the lines after the last of them."""
    expected, data = seen.expectation, seen.printed.data
    if expected.between == b"\n":
        lines = data.splitlines(keepends=True)
        end = lines[0][len(lines[0].rstrip(b"\r\n")) :]
        strays = [lines[n - 1].rstrip(b"\r\n") + end for n in numbers]
        last = max(seen.truth["line"].to_list())
        head, tail = b"".join(lines[:last]).rstrip(b"\r\n") + end, b"".join(lines[last:])
        return head + b"".join(strays).replace(was, now) + tail
    records = expected.records(data)
    strays = [records[n - 1].split(b"}]")[0].replace(was, now) for n in numbers]
    if len(records) == 1:
        return data
    return expected.between.join([*records[:-1], *strays, records[-1]])


def _other_spelling(seen: Seen) -> Iterator[str]:
    """Stamps in the publisher's other spelling mean the same."""
    expected, clock = seen.expectation, seen.expectation.clock
    if expected.also is None:
        return
    whole = [stamp for stamp in seen.stamps() if stamp.second == 0]
    data = seen.printed.data
    for stamp in (whole[0], whole[-1]):
        wall, summer = clock.wall(stamp), clock.is_summer(stamp)
        other = expected.also(wall, summer)
        data = data.replace(expected.spelled(wall, summer).encode(), other.encode())
    yield from _reads(seen, data, seen.truth, "with two stamps in the other spelling")


def _with_label(seen: Seen, stamp: datetime, wall: datetime, *, summer: bool) -> bytes:
    """The file with another label in the lines of one stamp."""
    expected, clock = seen.expectation, seen.expectation.clock
    spelled = expected.spelled(clock.wall(stamp), clock.is_summer(stamp)).encode()
    return seen.printed.data.replace(spelled, expected.spelled(wall, summer).encode())


def _refused(
    seen: Seen, data: bytes, kind: type[TielineError], what: str, *, at: datetime | None = None
) -> Iterator[str]:
    known = at or seen.printed.known_at_utc
    try:
        verdict = read(seen.feed, seen.report, data, seen.printed.day, known)
    except TielineError as error:
        if not isinstance(error, kind):
            yield f"{what}: refused as {type(error).__name__} instead of {kind.__name__}: {error}"
        return
    yield f"{what}: {_taken(verdict)} instead of {kind.__name__}"


def _reads(seen: Seen, data: bytes, told: pl.DataFrame, what: str) -> Iterator[str]:
    try:
        verdict = read(seen.feed, seen.report, data, seen.printed.day, seen.printed.known_at_utc)
    except TielineError as error:
        yield f"{what}: refused as {type(error).__name__}: {error.text}"
        return
    key = list(seen.key)
    lost = told.join(verdict.rows, on=key, how="anti").height
    if lost or verdict.rows.height != told.height:
        yield f"{what}: {lost} of {told.height} facts are lost, {_taken(verdict)}"


def _taken(verdict: Verdict) -> str:
    return f"{verdict.rows.height} rows are taken, {verdict.rejected.height} rejected"
