"""An answer, and what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tieline.emulate.noise import Floats, Ints

JSON = "application/json"
SHEET = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Page:
    """The bytes of an answer, and by report the facts that stand in it.

    A fact has `line` (the line of a text, the row of a sheet, the place in a list, from 1),
    `stamp_utc` (null for an entity), the columns that name it and its numbers, as they are meant:
    import is positive.
    """

    body: bytes
    told: Mapping[str, pl.DataFrame]
    media_type: str = JSON


def written(tree: Any) -> bytes:
    """JSON as MISO writes it: without blanks."""
    return json.dumps(tree, separators=(",", ":")).encode()


def facts_of(
    seconds: Ints,
    columns: Mapping[str, Sequence[str]],
    values: Mapping[str, Floats],
    *,
    lines: Ints | None = None,
) -> pl.DataFrame:
    """Facts of a grid: every instant with every entity, in this order.

    columns: what names the entities, one text an entity
    values:  one row an instant, one column an entity
    lines:   of each fact; without, one line an instant (entities stand beside each other)
    """
    count = len(next(iter(columns.values()))) if columns else 1
    at = np.repeat(seconds, count)
    place = np.repeat(np.arange(1, len(seconds) + 1), count) if lines is None else lines
    return pl.DataFrame(
        [
            pl.Series("line", place, dtype=pl.Int64),
            pl.Series("stamp_utc", at * 1_000_000).cast(pl.Datetime("us", "UTC")),
            *(
                pl.Series(name, list(texts) * len(seconds), dtype=pl.String)
                for name, texts in columns.items()
            ),
            *(pl.Series(name, np.asarray(v).ravel()) for name, v in values.items()),
        ]
    )


def one_a_fact(count: int) -> Ints:
    """Lines where each fact has one of its own."""
    return np.arange(1, count + 1, dtype=np.int64)
