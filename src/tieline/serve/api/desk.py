"""What the endpoints share: the lake and a few facts about this server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tieline.flow import Line
from tieline.select import Lake, LineageRow
from tieline.watch import Recorder

Mode = Literal["live", "emulated", "samples"]
PAGES = Path(__file__).resolve().parent.parent / "web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything an endpoint needs.

    `speed` is how fast the lake's clock runs against the machine's. `lines_of` reads the raw lines
    of a row, where the raw store is at hand.
    """

    lake: Lake
    recorder: Recorder
    version: str
    mode: Mode = "live"
    speed: float = 1.0
    lines_of: Callable[[LineageRow], Sequence[Line]] | None = None
    pages: Path = PAGES
