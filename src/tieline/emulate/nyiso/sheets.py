"""Reports that are plain tables: a stamp, an entity, some numbers. One row of facts a report.

A sheet is written in one go (day-ahead) or hour by hour or dispatch by dispatch; what is corrected
later or advised beforehand has a writer of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import dispatch, eastern
from tieline.emulate.growing import Growing, grow
from tieline.emulate.noise import Floats, Ints, chance
from tieline.emulate.nyiso import facts, printing
from tieline.emulate.nyiso.printing import cents


@dataclass(frozen=True, slots=True)
class Sheet:
    """How one report is printed and when.

    seconds:  instants that a day prints
    entities: what stands between the stamp and the numbers (as printed), and the id that names it
    numbers:  printed numbers by name, in the order of columns: rows are stamps, columns entities
    words:    whether EST or EDT stands beside the stamp
    quoted:   whether stamp and word stand in quotation marks
    named_first: whether the entity stands before the stamp
    sparse:   whether a line without its first number is not printed at all
    at_once:  seconds from the day's start at which all of it is written, within half an hour; a
              day-ahead market's results stand there some fourteen hours before
    posted:   instead, seconds after its stamp (at the least and at the most) at which a row is
    """

    header: bytes
    seconds: Callable[[int, date], Ints]
    entities: Sequence[tuple[str, str]]
    numbers: Callable[[int, Ints], Mapping[str, Floats]]
    form: str = facts.MINUTES
    words: bool = False
    quoted: bool = False
    printed: Callable[[Floats], pl.Series] = cents
    named_first: bool = False
    sparse: bool = False
    at_once: int = -14 * 3600
    posted: tuple[int, int] | None = None


def hours(seed: int, day: date) -> Ints:
    """The starts of a day's hours: 23, 24 or 25."""
    start, end = eastern.bounds(day)
    return np.arange(start, end, 3600, dtype=np.int64)


def write(sheet: Sheet, code: str, seed: int, day: date) -> Growing:
    """The file of a day through its life."""
    seconds = sheet.seconds(seed, day)
    texts = _texts(sheet, seconds, sheet.numbers(seed, seconds))
    if sheet.posted is None:
        drawn = int(chance(seed, f"{code} posted", day.toordinal()) * 900)
        since = np.full(len(seconds), eastern.midnight(day) + sheet.at_once + 2 * drawn)
        return Growing(sheet.header, tuple(grow(texts, since.astype(np.int64))))
    since = dispatch.published(seed, code, seconds, *sheet.posted)
    closed = dispatch.closing(seed, code, day, int(since[-1]))
    return Growing(sheet.header, tuple(grow(texts, since)), closed)


def numbers(sheet: Sheet, seed: int, day: date) -> tuple[Ints, list[str], Mapping[str, Floats]]:
    """The same day as numbers: instants, ids, and values by name."""
    seconds = sheet.seconds(seed, day)
    return seconds, [name for _, name in sheet.entities], sheet.numbers(seed, seconds)


def _texts(sheet: Sheet, seconds: Ints, found: Mapping[str, Floats]) -> list[bytes]:
    mark = pl.lit('"' if sheet.quoted else "")
    columns = [sheet.printed(one) for one in found.values()]
    middles = [text for text, _ in sheet.entities]
    parts: list[pl.Expr | pl.Series] = [
        mark,
        printing.stamps(seconds, sheet.form),
        mark,
        pl.lit(","),
    ]
    if sheet.words:
        parts += [mark, printing.zone_words(seconds), mark, pl.lit(",")]
    heads = pl.select(pl.concat_str(*parts)).to_series()
    kept = ~np.isnan(next(iter(found.values()))).ravel() if sheet.sparse else None
    if sheet.named_first:
        heads = heads.str.strip_suffix(",")
        return printing.lines(heads, middles, columns, "\r\n", middle_first=True)
    return printing.lines(heads, middles, columns, "\r\n", kept=kept)
