"""What happened: small values that become one log line and move metrics."""

from tieline.watch.happenings import (
    AttemptsForgotten,
    DaemonStarted,
    DaemonStopped,
    FilesRemoved,
    GapClosed,
    GapOpened,
    Happening,
    OddityNoticed,
    PartsMerged,
    RequestAnswered,
    RowsRejected,
    SliceCommitted,
    SliceFailed,
    SliceFetched,
    SliceUnchanged,
    WorkerStumbled,
)
from tieline.watch.recorder import Recorder

__all__ = [
    "AttemptsForgotten",
    "DaemonStarted",
    "DaemonStopped",
    "FilesRemoved",
    "GapClosed",
    "GapOpened",
    "Happening",
    "OddityNoticed",
    "PartsMerged",
    "Recorder",
    "RequestAnswered",
    "RowsRejected",
    "SliceCommitted",
    "SliceFailed",
    "SliceFetched",
    "SliceUnchanged",
    "WorkerStumbled",
]
