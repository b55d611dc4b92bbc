"""What the statistics of row groups say, and only that."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from tieline.select import footers


@pytest.fixture
def footer(tmp_path: Path) -> footers.Footer:
    """Three row groups of two rows."""
    path = tmp_path / "part.parquet"
    table = pl.DataFrame(
        {
            "same": ["x"] * 6,
            "holed": ["x", "x", "x", None, "x", "x"],
            "blank": pl.Series([None] * 6, dtype=pl.Float64),
            "id": ["a", "a", "b", "c", "c", "c"],
        }
    ).to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, path, row_group_size=2)
    return footers.footer_of(path)


def test_a_column_is_told_where_all_rows_say_one_thing(footer: footers.Footer) -> None:
    assert footer.only("same", [0, 1, 2]) == "x"
    assert footer.only("holed", [0, 2]) == "x"
    assert footer.only("holed", [0, 1]) is None
    assert footer.only("id", [0]) == "a"
    assert footer.only("id", [0, 2]) is None
    assert footer.only("blank", [0]) is None
    assert footer.only("absent", [0]) is None


def test_a_column_is_blank_where_every_row_is_null(footer: footers.Footer) -> None:
    assert footer.is_blank("blank", [0, 1, 2])
    assert not footer.is_blank("holed", [1])
    assert not footer.is_blank("absent", [0])


@pytest.mark.parametrize(
    ("column", "values", "right"),
    [
        ("id", ["c"], [False, True, True]),
        ("id", ["a", "c"], [True, True, True]),
        ("id", ["d"], [False, False, False]),
        ("id", [], [False, False, False]),
        ("blank", [1.0], [True, True, True]),
        ("absent", ["c"], [True, True, True]),
    ],
)
def test_a_row_group_is_left_out_where_it_cannot_hold_a_value(
    footer: footers.Footer, column: str, values: list[object], right: list[bool]
) -> None:
    assert footer.holding(column, values).tolist() == right


def test_footers_are_kept_as_far_as_their_bytes_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footers, "KEPT", 1)
    shelf = footers._Shelf()
    paths = [tmp_path / f"{number}.parquet" for number in range(3)]
    for path in paths:
        pl.DataFrame({"a": [1]}).write_parquet(path)
        assert shelf.get(path) is shelf.get(path)
    first = shelf.get(paths[0])
    assert first.places == {"a": 0}
    paths[1].unlink()
    with pytest.raises(FileNotFoundError):
        shelf.get(paths[1])
