"""Footers of merged parts: which row groups can hold what is asked, and what a row group says throughout.

A footer is read once and kept; its statistics are looked at only where a question needs them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pyarrow.parquet as pq

KEPT = 128 * 1024 * 1024
"""Bytes of footers that are kept; one of 8 million rows takes 1 to 2 MB."""

Range = tuple[Any, Any] | None
"""The least and greatest value, where they are known."""


@dataclass(frozen=True, slots=True)
class Footer:
    """What a part says of itself."""

    metadata: pq.FileMetaData
    places: dict[str, int]
    _told: dict[tuple[str, int], tuple[Range, int | None]] = field(default_factory=dict)
    _hulls: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=dict)

    def range(self, column: str, group: int) -> Range:
        """The range of a column in a row group; None if the part does not say or lacks it."""
        return self._of(column, group)[0]

    def nulls(self, column: str, group: int) -> int | None:
        """How many nulls a column has in a row group; None if the part does not say."""
        return self._of(column, group)[1]

    def only(self, column: str, groups: Sequence[int]) -> Any:
        """The one value that a column has in every row of some row groups; None if it is not known."""
        said = set()
        for group in groups:
            hull, nulls = self._of(column, group)
            if hull is None or hull[0] != hull[1] or nulls != 0:
                return None
            said.add(hull[0])
        return said.pop() if len(said) == 1 else None

    def is_blank(self, column: str, groups: Sequence[int]) -> bool:
        """Whether a column is known to be null in every row of some row groups."""
        return all(
            self.nulls(column, group) == self.metadata.row_group(group).num_rows for group in groups
        )

    def holding(self, column: str, values: Sequence[Any]) -> np.ndarray:
        """For each row group, whether it can hold one of some values, null not among them."""
        if column not in self._hulls:
            hulls = [self.range(column, group) for group in range(self.metadata.num_row_groups)]
            known = np.array([hull is not None for hull in hulls])
            least = np.array([hull[0] for hull in hulls if hull is not None], dtype=np.object_)
            most = np.array([hull[1] for hull in hulls if hull is not None], dtype=np.object_)
            self._hulls[column] = (known, least, most)
        known, least, most = self._hulls[column]
        found = ~known
        for value in values:
            found[known] |= (least <= value) & (most >= value)
        return found

    def _of(self, column: str, group: int) -> tuple[Range, int | None]:
        known = self._told.get((column, group))
        if known is None:
            known = self._told[column, group] = self._read(column, group)
        return known

    def _read(self, column: str, group: int) -> tuple[Range, int | None]:
        if column not in self.places:
            return None, None
        told = self.metadata.row_group(group).column(self.places[column]).statistics
        if told is None:
            return None, None
        hull = (told.min, told.max) if told.has_min_max else None
        return hull, int(told.null_count) if told.has_null_count else None


class _Shelf:
    """The footers asked for last, as many as `KEPT` bytes hold."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bytes = 0
        self._footers: OrderedDict[Path, Footer] = OrderedDict()

    def get(self, path: Path) -> Footer:
        with self._lock:
            if path in self._footers:
                self._footers.move_to_end(path)
                return self._footers[path]
        footer = _read(path)
        with self._lock:
            if path not in self._footers:
                self._footers[path] = footer
                self._bytes += footer.metadata.serialized_size
            while self._bytes > KEPT and len(self._footers) > 1:
                _, left = self._footers.popitem(last=False)
                self._bytes -= left.metadata.serialized_size
        return footer


@cache
def _shelf() -> _Shelf:
    return _Shelf()


def footer_of(path: Path) -> Footer:
    """The footer of a part, read at most once while it is kept. Raises: FileNotFoundError."""
    return _shelf().get(path)


def _read(path: Path) -> Footer:
    metadata = pq.read_metadata(path)
    names = metadata.schema.names
    return Footer(metadata, {name: place for place, name in enumerate(names)})
