"""What changed between two versions of a dataset, and whether it breaks who reads it."""

from __future__ import annotations

from dataclasses import dataclass

from tieline.schema.field import Dataset, Field
from tieline.schema.shape import columns


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `breaks` if code that read the old version may fail or be wrong on the new."""

    column: str
    breaks: bool
    text: str


def compare(
    old: Dataset, new: Dataset, *, common: tuple[tuple[Field, ...], tuple[Field, ...]] = ((), ())
) -> tuple[Change, ...]:
    """Every difference, breaking ones first, each group in the order of columns.

    `common` are the common columns of the old and of the new version.
    """
    before = {field.name: field for field in columns(common[0], old)}
    after = {field.name: field for field in columns(common[1], new)}
    found = [Change(name, True, "is gone") for name in before if name not in after]
    if old.key_names != new.key_names:
        told = f"the key is ({', '.join(new.key_names)}), was ({', '.join(old.key_names)})"
        found.append(Change("", True, told))
    if old.name != new.name:
        found.append(Change("", True, f"the dataset is called {new.name}, was {old.name}"))
    for name, field in after.items():
        if name in before:
            found += _differences(before[name], field)
        else:
            found.append(Change(name, False, "is new"))
    return tuple(sorted(found, key=lambda change: not change.breaks))


def _differences(old: Field, new: Field) -> list[Change]:
    found = []
    if old.type != new.type:
        found.append(Change(new.name, True, f"is {new.type}, was {old.type}"))
    if old.unit != new.unit:
        told = f"is in {new.unit or 'no unit'}, was in {old.unit or 'no unit'}"
        found.append(Change(new.name, True, told))
    if old.nullable != new.nullable:
        told = "may be null, never was" if new.nullable else "is never null, could be"
        found.append(Change(new.name, new.nullable, told))
    if (old.low, old.high) != (new.low, new.high):
        found.append(Change(new.name, False, "has other plausible bounds"))
    if old.doc != new.doc:
        found.append(Change(new.name, False, "is described anew"))
    return found
