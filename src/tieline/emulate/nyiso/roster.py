"""P-19, P-20, P-66 and P-15: the static files, as they stand at an instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.growing import View
from tieline.emulate.noise import smooth
from tieline.emulate.nyiso import facts, outages

MAINTENANCE_DAYS = 31
RENAMED = date(2026, 3, 10)
"""From this day one generator has another name, one has left, and one is new."""


def generators(day: date) -> list[tuple[str, int, str, float, float]]:
    """Name, number, zone, latitude and longitude of each generator listed on a day."""
    buses = list(facts.BUSES[1:])
    if day >= RENAMED:
        name, ptid = buses[0]
        buses = [(f"{name}_NEW", ptid), *buses[2:], ("BIRCH A___1", 23999)]
    return [
        (name, ptid, facts.ZONES[ptid % 11][0], 40.5 + ptid % 40 / 10, -79.0 + ptid % 60 / 10)
        for name, ptid in buses
    ]


def loads() -> list[tuple[str, int, str]]:
    """Name, number and zone of each load."""
    return [
        (f"LOAD {name} {n}", 55000 + 10 * k + n, name)
        for k, (name, _) in enumerate(facts.ZONES)
        for n in (1, 2)
    ]


def nodes() -> list[tuple[str, int, str]]:
    """Name, number and zone of each transmission node."""
    return [(f"NODE {name}", 79000 + k, name) for k, (name, _) in enumerate(facts.ZONES)]


def maintenance(seed: int, day: date) -> list[tuple[date, int]]:
    """What is told on a day for itself and the next thirty: day and megawatts."""
    days = [day + timedelta(days=n) for n in range(MAINTENANCE_DAYS)]
    noon = np.array([eastern.midnight(one) + 43200 for one in days], dtype=np.int64)
    held = smooth(seed, "maintenance", noon, 1, 9 * 86400)[:, 0]
    wrong = smooth(seed, f"maintenance {day.toordinal()}", noon, 1, 3 * 86400)[:, 0]
    ahead = np.arange(MAINTENANCE_DAYS) / MAINTENANCE_DAYS
    return list(
        zip(
            days,
            np.round(4000 + 2500 * held + 400 * ahead * wrong).astype(int).tolist(),
            strict=True,
        )
    )


def _generators(seed: int, day: date) -> bytes:
    lines = [
        f"{name},{ptid},,{zone},{zone},{north:.4f},{east:.4f},Y\r\n"
        for name, ptid, zone, north, east in generators(day)
    ]
    header = (
        "Generator Name,Generator PTID,Aggregation PTID,Subzone,Zone,Latitude,Longitude,Active\r\n"
    )
    return (header + "".join(lines)).encode()


def _loads(seed: int, day: date) -> bytes:
    lines = [f"{name},{ptid},{zone},{zone}\r\n" for name, ptid, zone in loads()]
    return ("Load Name,PTID,Subzone,Zone\r\n" + "".join(lines)).encode()


def _nodes(seed: int, day: date) -> bytes:
    lines = [f"{name},{ptid},{zone},{zone}\r\n" for name, ptid, zone in nodes()]
    return ("Node Name,PTID,Subzone,Zone\r\n" + "".join(lines)).encode()


def _maintenance(seed: int, day: date) -> bytes:
    lines = [f'"{one:%m/%d/%Y}","{mw}"\r\n' for one, mw in maintenance(seed, day)]
    return ('"Date","Forecasted Generation Outage (MW)"\r\n' + "".join(lines)).encode()


def _nightly(print_: Callable[[int, date], bytes]) -> Callable[[int, int], View]:
    """Written anew ten minutes after each midnight."""

    def view(seed: int, second: int) -> View:
        day = eastern.day_at(second - 600)
        return View(print_(seed, day), eastern.midnight(day) + 600)

    return view


STATIC: dict[str, Callable[[int, int], View]] = {
    "public/csv/generator/generator.csv": _nightly(_generators),
    "public/csv/load/load.csv": _nightly(_loads),
    "public/csv/activetransmissionnodes/activetransmissionnodes.csv": _nightly(_nodes),
    "public/csv/genmaint/gen_maint_report.csv": _nightly(_maintenance),
    "public/csv/os/outage-schedule.csv": outages.schedule,
}
"""Address of each static file to what stands there, by seed and second."""
