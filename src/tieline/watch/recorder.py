"""Recording: each happening becomes one log line and moves its metrics."""

from __future__ import annotations

import sys
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Literal, TextIO

import structlog
from prometheus_client import CollectorRegistry
from structlog.typing import FilteringBoundLogger

from tieline.values import stamp
from tieline.watch import happenings as h
from tieline.watch.metrics import Metrics

Level = Literal["debug", "info", "warning", "error"]
LEVELS: dict[type, Level] = {
    h.SliceFetched: "debug",
    h.SliceUnchanged: "debug",
    h.RequestAnswered: "debug",
    h.SliceFailed: "warning",
    h.RowsRejected: "warning",
    h.OddityNoticed: "warning",
    h.GapOpened: "warning",
    h.ServiceClosed: "warning",
    h.SinkFailed: "warning",
    h.WorkerStumbled: "error",
}
"""How loud a happening is; `info` where nothing is said. Normal work below a commit is quiet."""

QUIET_CAUSES = ("not_yet_due",)
NUMBERS: dict[Level, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}


class Recorder:
    """Writes lines to one stream and moves the metrics of one registry."""

    def __init__(
        self,
        registry: CollectorRegistry | None = None,
        *,
        stream: TextIO | None = None,
        as_json: bool = True,
        level: Level = "info",
    ) -> None:
        self.registry = CollectorRegistry() if registry is None else registry
        self._metrics = Metrics(self.registry)
        self._log = _logger(stream or sys.stderr, as_json=as_json, level=level)

    def record(self, happening: h.Happening) -> None:
        """One line, and what it moves."""
        self._metrics.move(happening)
        getattr(self._log, level_of(happening))(type(happening).__name__, **_fields(happening))


def level_of(happening: h.Happening) -> Level:
    """How loud a happening is; what is only not due yet is no warning."""
    if getattr(happening, "cause", None) in QUIET_CAUSES:
        return "debug"
    return LEVELS.get(type(happening), "info")


def _fields(happening: h.Happening) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name in happening.__dataclass_fields__:
        value = getattr(happening, name)
        if isinstance(value, datetime):
            fields[name] = stamp(value)
        elif is_dataclass(value) and not isinstance(value, type):
            fields |= {part: number for part, number in asdict(value).items() if number}
        elif value is not None:
            fields[name] = value
    return fields


def _logger(stream: TextIO, *, as_json: bool, level: Level) -> FilteringBoundLogger:
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(NUMBERS[level]),
    )
    return logger
