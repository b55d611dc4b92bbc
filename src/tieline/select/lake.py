"""A lake: the ledger that names the parts, the folder they lie in, and the feeds it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tieline.errors import Damaged
from tieline.feeds import Feed
from tieline.ledger.protocol import Ledger
from tieline.ledger.records import Part
from tieline.store.parts import Parts

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Lake:
    """Everything asking needs. `clock` gives the aware instant that counts as now."""

    ledger: Ledger
    parts_folder: Path
    feeds: tuple[Feed, ...]
    clock: Callable[[], datetime]


def with_parts(
    lake: Lake, listed: Callable[[], Sequence[Part]], act: Callable[[Sequence[Part]], Found]
) -> Found:
    """Act on parts; once more, on those listed then, if a merge took one away meanwhile.

    Raises: Damaged naming a part that is not what its name says; else what acting raises.
    """
    parts = listed()
    try:
        return _acted(lake, parts, act)
    except Damaged:
        renewed = listed()
        if renewed == parts:
            raise
        return _acted(lake, renewed, act)


def _acted(lake: Lake, parts: Sequence[Part], act: Callable[[Sequence[Part]], Found]) -> Found:
    with Parts(lake.parts_folder).reading([part.path for part in parts]):
        return act(parts)
