"""Parts: whatever rows are written are read back, by the libraries that users have too."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from tieline.datasets import LMP
from tieline.datasets.rows import stored_schema
from tieline.store.parts import SAMPLE, UNTOLD, Parts

BEGIN = datetime(2026, 3, 2, 5, tzinfo=UTC)
Text = Callable[[int], str | None]


def rows_of(count: int, name: Text, seed: int = 1) -> pl.DataFrame:
    """Prices of so many locations at one interval; location names as a function of the place."""
    chance = random.Random(seed)
    said: dict[str, object] = {
        **{"publisher": "nyiso", "feed": "iso.rt.lmp.nyiso", "report": "nyiso:P-24A"},
        **{"print": "final", "state": "live", "resolution": "PT5M", "market": "RT5"},
        **{"stamp_utc": BEGIN, "interval_start_utc": BEGIN, "known_basis": "fetched"},
        **{"interval_end_utc": BEGIN + timedelta(minutes=5), "market_day": BEGIN.date()},
        **{"known_at_utc": BEGIN, "fetched_at_utc": BEGIN, "content_sha256": "ab" * 32},
        **{"entry_id": 7, "observation_id": 7, "currency": "USD"},
    }
    varying = {
        "location_id": [f"{place:06}" for place in range(count)],
        "location_name": [name(place) for place in range(count)],
        "source_row": [place + 2 for place in range(count)],
        "price_per_mwh": [chance.choice((None, 1.5, -0.0, 1e9)) for _ in range(count)],
        "energy_per_mwh": [40.25] * count,
    }
    frame = pl.DataFrame(varying).with_columns(pl.lit(value).alias(n) for n, value in said.items())
    schema = stored_schema(LMP)
    absent = [pl.lit(None).alias(column) for column in schema if column not in frame.columns]
    return frame.with_columns(absent).select(schema.names()).cast(schema)


NAMES: dict[str, Text] = {
    "each its own": lambda place: f"NODE_{place}",
    "one for all": lambda place: "ZONE",
    "few": lambda place: f"ZONE_{place % 7}",
    "few at first, then each its own": lambda place: f"NODE_{max(place, SAMPLE)}",
    "each its own at first, then one": lambda place: f"NODE_{min(place, SAMPLE)}",
    "none": lambda place: None,
    "some none": lambda place: None if place % 3 else "ZONE",
    "none but the first": lambda place: None if place else "ZONE",
    "none within": lambda place: None if place == 1 else "ZONE",
}


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("count", [1, 2, 3, 70_000])
def test_what_is_written_is_read_back(tmp_path: Path, kind: str, count: int) -> None:
    rows, parts = rows_of(count, NAMES[kind]), Parts(tmp_path)
    written = parts.write(LMP, rows.sample(fraction=1, shuffle=True, seed=2))
    assert parts.read(LMP, [(written.path, 3)]).drop("row_sequence").collect().equals(rows)
    parts.verify(written.path, written.sha256)
    by_duckdb = duckdb.execute(
        "SELECT count(*), count(location_name), sum(price_per_mwh), epoch_us(min(stamp_utc)) FROM read_parquet(?)",
        [str(tmp_path / written.path)],
    ).fetchall()
    assert by_duckdb == [
        (
            *(count, rows["location_name"].count()),
            rows["price_per_mwh"].drop_nulls().sum() if rows["price_per_mwh"].count() else None,
            int(BEGIN.timestamp() * 1e6),
        )
    ]


def test_a_question_can_be_pruned_by_what_the_file_says(tmp_path: Path) -> None:
    """By key, time and state of each row group; a price or a checksum is no ground for that."""
    written = Parts(tmp_path).write(LMP, rows_of(70_000, NAMES["few"]))
    footer = pq.ParquetFile(tmp_path / written.path)
    assert footer.metadata.num_row_groups == 2
    untold = {*UNTOLD, *LMP.value_names}
    for group in range(2):
        columns = [footer.metadata.row_group(group).column(at) for at in range(len(footer.schema))]
        assert {one.path_in_schema for one in columns if not one.is_stats_set} == untold
        told = next(one for one in columns if one.path_in_schema == "location_id").statistics
        assert (told.min, told.max) == (("000000", "065535"), ("065536", "069999"))[group]


def test_a_column_that_says_one_thing_takes_next_to_nothing(tmp_path: Path) -> None:
    written = Parts(tmp_path).write(LMP, rows_of(20_000, NAMES["one for all"]))
    group = pq.ParquetFile(tmp_path / written.path).metadata.row_group(0)
    sizes = {
        group.column(at).path_in_schema: group.column(at).total_compressed_size
        for at in range(group.num_columns)
    }
    assert all(sizes[name] < 300 for name in ("location_name", "stamp_utc", "content_sha256"))
