"""One answer of the web services as numbers by instant and place, and as JSON rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from tieline.emulate import eastern
from tieline.emulate.growing import Block, Growing, Version
from tieline.emulate.noise import Floats, Ints


@dataclass(frozen=True, slots=True)
class Table:
    """What a day's answer says.

    seconds: the instants (n), in order
    since:   when each instant's rows are published (n), or, where `issued`, when each place's are (m)
    places:  one row a place (m): `middle`, the text between stamp and numbers, ending in a comma,
             `after`, the text behind the numbers, and the ids under which a reader finds it
    numbers: printed name to values (n x m), not a number where the place has no row at that instant
    issued:  True where places are issues of a forecast, published one after the other
    """

    seconds: Ints
    since: Ints
    places: pl.DataFrame
    numbers: dict[str, Floats]
    issued: bool = False

    def truth(self) -> pl.DataFrame:
        """One row a printed row, in order: `line` from 1, `stamp_utc`, the places' ids, the numbers."""
        count, width = len(self.seconds), self.places.height
        stamps = pl.Series("stamp_utc", np.repeat(self.seconds, width) * 1_000_000)
        ids = self.places.drop("middle", "after", strict=False)
        table = pl.DataFrame(
            [
                stamps.cast(pl.Datetime("us", "UTC")),
                *(ids[name].gather(np.tile(np.arange(width), count)) for name in ids.columns),
                *(pl.Series(name, values.ravel()) for name, values in self.numbers.items()),
            ]
        )
        first = pl.col(next(iter(self.numbers)))
        return table.filter(first.is_not_nan()).with_columns(
            line=1 + pl.int_range(pl.len(), dtype=pl.Int64)
        )


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the web services: its path, the names around its rows, its stamp, its table."""

    path: str
    names: tuple[str, ...]
    make: Callable[[int, date], Table]
    stamp: str = "BeginDate"
    locations: tuple[int, ...] = ()


def stamped(seconds: Ints) -> pl.Series:
    """Instants with milliseconds and offset: 2024-11-03T01:00:00.000-04:00."""
    return eastern.printed(seconds, "%Y-%m-%dT%H:%M:%S.000%:z")


def plain(values: Floats) -> pl.Series:
    """Numbers in their shortest form; integers without a point."""
    return pl.Series(values.ravel()).cast(pl.String).str.strip_suffix(".0")


def located(places: Sequence[tuple[int, str, str]], *, typed: bool) -> pl.DataFrame:
    """Places as a `Location` element; its type is present in prices and absent in loads."""
    middles = [
        f'"Location":{{"@LocId":"{id}",'
        + (f'"@LocType":"{kind}",' if typed else "")
        + f'"$":"{name}"}},'
        for id, name, kind in places
    ]
    return pl.DataFrame(
        {
            "middle": middles,
            "id": [str(id) for id, _, _ in places],
            "name": [name for _, name, _ in places],
        }
    )


def rows(table: Table, stamp: str) -> list[list[str]]:
    """The text of each row by instant and place, empty where the place has none."""
    count, width = len(table.seconds), table.places.height
    cells = [
        pl.concat_str(pl.lit(f'{"," if n else ""}"{name}":'), pl.lit(plain(values)))
        for n, (name, values) in enumerate(table.numbers.items())
    ]
    after = table.places["after"] if "after" in table.places.columns else pl.Series([""] * width)
    frame = pl.DataFrame(
        [
            stamped(table.seconds).gather(np.repeat(np.arange(count), width)).alias("stamp"),
            table.places["middle"].gather(np.tile(np.arange(width), count)).alias("middle"),
            after.gather(np.tile(np.arange(width), count)).alias("after"),
            pl.Series("first", next(iter(table.numbers.values())).ravel()),
        ]
    )
    text = pl.concat_str(
        pl.lit(f'{{"{stamp}":"'), "stamp", pl.lit('",'), "middle", *cells, "after", pl.lit("}")
    )
    texts = frame.select(pl.when(pl.col("first").is_nan()).then(pl.lit("")).otherwise(text))
    listed = texts.to_series().to_list()
    return [listed[at : at + width] for at in range(0, len(listed), width)]


def growing(table: Table, stamp: str) -> Growing:
    """The answer through its life; every row ends in a comma."""
    blocks: list[Block] = []
    for n, texts in enumerate(rows(table, stamp)):
        if table.issued:
            blocks.append(_by_issue(texts, table.since.tolist()))
        else:
            body = "".join(f"{text}," for text in texts if text)
            blocks.append((Version(int(table.since[n]), body.encode()),))
    return Growing(b"", tuple(blocks))


def _by_issue(texts: Sequence[str], since: Sequence[int]) -> Block:
    """A block that gains the rows of an issue when it is published."""
    versions = []
    for at in sorted(set(since)):
        body = "".join(
            f"{text}," for text, told in zip(texts, since, strict=True) if text and told <= at
        )
        versions.append(Version(at, body.encode()))
    return tuple(versions)


def wrapped(names: Sequence[str], body: bytes) -> bytes:
    """Rows inside the names of their lists: one row comes as an object, none as an empty text."""
    inner = body.rstrip(b",")
    if not inner:
        return b'{"' + names[0].encode() + b'":""}'
    listed = inner if b"},{" not in inner else b"[" + inner + b"]"
    for name in reversed(names):
        listed = b'{"' + name.encode() + b'":' + listed + b"}"
    return listed
