"""Where the stages meet: plan, step, collect, import, replay, daemon, merge."""

from tieline.flow.arrival import Arrival
from tieline.flow.clock import Clock, PacedClock, RealClock, SteppedClock
from tieline.flow.collect import collect, declare_start, plans, read_held
from tieline.flow.cost import minutes_of
from tieline.flow.daemon import Daemon
from tieline.flow.house import House
from tieline.flow.importing import (
    Imported,
    import_file,
    payload_of,
    slice_of,
    told_time,
    untold,
)
from tieline.flow.job import Job
from tieline.flow.judging import judged
from tieline.flow.landing import Landed
from tieline.flow.layers import Task
from tieline.flow.lines import Line, lines_of
from tieline.flow.merging import Merged, merge_days, merge_months, merge_report, tasks_of
from tieline.flow.past import document_of, read_again
from tieline.flow.plan import Ask, Plan, day_slice, plan
from tieline.flow.probes import DayState, day_states, due_days, next_look, schedule_of
from tieline.flow.publishing import SinkName, following, publish
from tieline.flow.reading import understand
from tieline.flow.rebuilding import Rebuilt, orphaned, rebuild, rebuild_all, take_in
from tieline.flow.repairing import Lost, lost_in
from tieline.flow.replay import Replayed, replay, replayable
from tieline.flow.step import Outcome, step
from tieline.flow.sweeping import Swept, sweep

__all__ = [
    "Arrival",
    "Ask",
    "Clock",
    "Daemon",
    "DayState",
    "House",
    "Imported",
    "Job",
    "Landed",
    "Line",
    "Lost",
    "Merged",
    "Outcome",
    "PacedClock",
    "Plan",
    "RealClock",
    "Rebuilt",
    "Replayed",
    "SinkName",
    "SteppedClock",
    "Swept",
    "Task",
    "collect",
    "day_slice",
    "day_states",
    "declare_start",
    "document_of",
    "due_days",
    "following",
    "import_file",
    "judged",
    "lines_of",
    "lost_in",
    "merge_days",
    "merge_months",
    "merge_report",
    "minutes_of",
    "next_look",
    "orphaned",
    "payload_of",
    "plan",
    "plans",
    "publish",
    "read_again",
    "read_held",
    "rebuild",
    "rebuild_all",
    "replay",
    "replayable",
    "schedule_of",
    "slice_of",
    "step",
    "sweep",
    "take_in",
    "tasks_of",
    "told_time",
    "understand",
    "untold",
]
