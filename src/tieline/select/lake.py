"""A lake: the ledger that names the parts, the folder they lie in, and the feeds it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tieline.feeds import Feed
from tieline.ledger.protocol import Ledger


@dataclass(frozen=True, slots=True)
class Lake:
    """Everything asking needs. `clock` gives the aware instant that counts as now."""

    ledger: Ledger
    parts_folder: Path
    feeds: tuple[Feed, ...]
    clock: Callable[[], datetime]
