"""The world's interfaces: limits that change during the day, and flows within them.

Scheduled ties (direct current, Quebec) hold a schedule for an hour and are often exactly at their
limit; alternating-current ties and internal interfaces move with load and noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.noise import Floats, Ints, held, jitter, smooth

NO_LIMIT = 9999
CHPE_FROM = date(2026, 2, 1)
"""First day of the Champlain Hudson cable; later than the archive of January 2026, which lacks it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One interface: what it carries and which limits it takes in turn.

    `positive` and `negative` are (before 2020, since 2020); each a tuple of limits that occur.
    """

    name: str
    kind: Literal["internal", "tie", "scheduled", "total"]
    positive: tuple[tuple[int, ...], tuple[int, ...]]
    negative: tuple[tuple[int, ...], tuple[int, ...]]
    centre: float = 0.0
    swing: float = 0.0


@dataclass(frozen=True, slots=True)
class Flows:
    """One row per instant, one column per line of LINES; MW, limits as printed."""

    flow: Floats
    positive: Ints
    negative: Ints


_NONE = ((-NO_LIMIT,), (-NO_LIMIT,))
_EAST = (2090, 2145, 2325, 2465, 2570, 2635, 2690, 2780)
LINES = (
    Line("CENTRAL EAST - VC", "internal", (_EAST, (2690, 2740, 2600)), _NONE, 1900, 450),
    Line("DYSINGER EAST", "internal", ((1500, 3150), (2850,)), _NONE, 950, 400),
    Line("MOSES SOUTH", "internal", ((2850,), (3400, 2900)), ((-1600,), (-1600,)), 1850, 450),
    Line("SCH - HQ - NY", "scheduled", ((1200,), (1500,)), ((-500,), (-100, -985)), 0.90, 0.5),
    Line("SCH - HQ_CEDARS", "scheduled", ((40,), (49,)), ((-100,), (0,)), 0.9, 0.4),
    Line("SCH - HQ_CHPE", "scheduled", ((1250,), (1250,)), ((-1250,), (-1250,)), 0.6, 0.5),
    Line("SCH - HQ_IMPORT_EXPORT", "total", ((1310,), (1310,)), ((-9999,), (-9999, -9899))),
    Line("SCH - NE - NY", "tie", ((1400,), (1400, 1200)), ((-1600,), (-1600,)), -600, 600),
    Line("SCH - NPX_1385", "scheduled", ((200,), (200,)), ((-200,), (-200,)), 0.4, 0.8),
    Line("SCH - NPX_CSC", "scheduled", ((330,), (330,)), ((-330,), (-330,)), 0.5, 1.0),
    Line("SCH - OH - NY", "tie", ((1750,), (1900, 1700)), ((-1700,), (-1600,)), 800, 400),
    Line("SCH - PJ - NY", "tie", ((1950,), (1700,)), ((-1350,), (-1050,)), 250, 450),
    Line("SCH - PJM_HTP", "scheduled", ((660,), (660, 0)), ((-660,), (-660,)), 0.1, 0.5),
    Line("SCH - PJM_NEPTUNE", "scheduled", ((660,), (660, 375)), ((-660,), (-660,)), 0.9, 0.5),
    Line("SCH - PJM_VFT", "scheduled", ((315,), (315,)), ((-315,), (-315,)), 0.5, 0.9),
    Line("SPR/DUN-SOUTH", "internal", ((4600,), (4350, 4100)), _NONE, 2600, 500),
    Line("TOTAL EAST", "internal", ((6800,), (7550,)), _NONE, 4100, 800),
    Line("UPNY CONED", "internal", ((5700,), (5680, 5800)), _NONE, 1800, 700),
    Line("WEST CENTRAL", "internal", ((9999,), (9999,)), _NONE, 600, 350),
)
COUNT = len(LINES)
NAMES = tuple(line.name for line in LINES)
CHPE = NAMES.index("SCH - HQ_CHPE")
_QUEBEC = [NAMES.index("SCH - HQ - NY"), NAMES.index("SCH - HQ_CEDARS")]
_TOTAL = NAMES.index("SCH - HQ_IMPORT_EXPORT")
_TIES = np.array([line.kind in ("tie", "scheduled") for line in LINES])
_SCHEDULED = np.array([line.kind == "scheduled" for line in LINES])
_CENTRE = np.array([line.centre for line in LINES])
_SWING = np.array([line.swing for line in LINES])
_ERA = eastern.midnight(date(2020, 1, 1))


def lines_on(day: date) -> tuple[int, ...]:
    """Positions in LINES of the interfaces that a file of that day lists: 18, or 19 with the cable."""
    return tuple(n for n in range(COUNT) if n != CHPE or day >= CHPE_FROM)


def interface_flows(seed: int, seconds: Ints) -> Flows:
    """Flows within their limits; tie flows with two decimals at most, schedules whole."""
    positive, negative = _limits(seed, seconds)
    moving = (
        _CENTRE
        + _SWING * smooth(seed, "flow", seconds, COUNT, 4 * 3600)
        + 40 * jitter(seed, "flow", seconds, COUNT)
    )
    flow = np.where(_SCHEDULED, _schedules(seed, seconds, positive, negative), moving)
    flow = np.round(np.clip(flow, negative, positive), 2)
    flow[seconds < eastern.midnight(CHPE_FROM), CHPE] = 0
    quebec = np.round(0.82 * flow[:, _QUEBEC].sum(axis=1))
    flow[:, _TOTAL] = np.clip(quebec, negative[:, _TOTAL], positive[:, _TOTAL])
    return Flows(flow + 0.0, positive, negative)


def net_imports(flows: Flows) -> Floats:
    """Power entering New York over all ties, MW; the Quebec total is not a tie of its own."""
    imports: Floats = flows.flow[:, _TIES].sum(axis=1)
    return imports


def _limits(seed: int, seconds: Ints) -> tuple[Ints, Ints]:
    recent = (seconds >= _ERA).astype(np.int64)
    sides = []
    for stream, hours in (("positive", 2), ("negative", 11)):
        draws = held(seed, f"{stream} limit", seconds, COUNT, hours * 3600 + 1500)
        columns = []
        for n, line in enumerate(LINES):
            eras = line.positive if stream == "positive" else line.negative
            tables = [np.array(limits)[_often_first(draws[:, n], len(limits))] for limits in eras]
            columns.append(np.where(recent == 1, tables[1], tables[0]))
        sides.append(np.stack(columns, axis=1).astype(np.int64))
    return sides[0], sides[1]


def _often_first(draws: Floats, count: int) -> Ints:
    """Choose the first limit half of the time, the others evenly."""
    others = 1 + np.floor((draws - 0.5) * 2 * (count - 1)).astype(np.int64)
    return np.where((draws < 0.5) | (count == 1), 0, others)


def _schedules(seed: int, seconds: Ints, positive: Ints, negative: Ints) -> Floats:
    """Hourly schedules: mostly at the import limit, sometimes nothing, else a share of the limit."""
    mood = held(seed, "schedule", seconds, COUNT, 3600)
    share = _CENTRE + _SWING * (2 * held(seed, "schedule share", seconds, COUNT, 3600) - 1)
    wanted = np.where(mood < 0.45 * _CENTRE + 0.15, 1.0, np.where(mood > 0.9, 0.0, share))
    side = np.where(wanted >= 0, positive, -negative).astype(np.float64)
    scheduled: Floats = np.round(wanted * side)
    return scheduled
