"""Records of the house as plain values that JSON knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path


def plain(value: object) -> object:
    """A value of any record: instants as `2017-11-22T05:00:00Z`, windows and values field by field."""
    from tieline.values import stamp

    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, (date, Path)):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return value


def fields_of(record: object) -> dict[str, object]:
    """A record field by field."""
    found = plain(record)
    assert isinstance(found, dict)
    return found


def instant(value: datetime | None) -> str | None:
    """An instant for a person's table."""
    from tieline.values import stamp

    return None if value is None else stamp(value.replace(microsecond=0))


def size(count: float) -> str:
    """Bytes as a person reads them."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
