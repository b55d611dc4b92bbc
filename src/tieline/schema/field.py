"""A field and a dataset: what a canonical column means, said once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "f64", "i64", "instant", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical column.

    `unit` is the unit of a number (`MW`, `USD/MWh`), empty for text. `doc` is one sentence for
    people; it states the sign where a number has one. `low` and `high` bound what is plausible.
    """

    name: str
    type: Type
    doc: str
    unit: str = ""
    nullable: bool = True
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A canonical table, the same for all publishers.

    `key` are the fields that, with the feed and `stamp_utc`, make the identity of a row; `values`
    are the rest. A forecast has `vintage_utc` in its key. Where not `stamped`, rows are states of
    an entity: they have no stamp and no interval, and known time orders them. `span` are then the
    values that say from when until when the state holds, if any do: a window asks for what overlaps
    it, and null is open.
    """

    name: str
    title: str
    doc: str
    key: tuple[Field, ...]
    values: tuple[Field, ...]
    stamped: bool = True
    span: tuple[str, str] | None = None

    @property
    def key_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.key)

    @property
    def value_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.values)

    @property
    def is_forecast(self) -> bool:
        return "vintage_utc" in self.key_names
