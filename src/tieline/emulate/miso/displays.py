"""The public API: displays of the current day, as of the newest interval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np

from tieline.emulate.miso import facts, world
from tieline.emulate.miso.facts import DAY, FIVE, HOUR, midnight, reference, twelve, wall, walls
from tieline.emulate.miso.page import Page, facts_of, one_a_fact, written
from tieline.emulate.noise import Ints

Display = Callable[[int, int], Page]
"""From a seed and the end of the newest interval."""


def _today(slot: int) -> Ints:
    """Starts of the intervals of the day that are over."""
    first = midnight(facts.day_at(slot - FIVE))
    return np.arange(first, slot, FIVE, dtype=np.int64)


def _hours(slot: int, count: int = 24) -> Ints:
    first = midnight(facts.day_at(slot - FIVE))
    return first + HOUR * np.arange(count, dtype=np.int64)


def fuel_mix(code: str) -> Display:
    def shown(seed: int, slot: int) -> Page:
        seconds = _today(slot)
        if code == "FuelMix":
            seconds = seconds[-1:]
        elif code == "FuelMix/Yesterday":
            seconds = np.arange(seconds[0] - DAY, seconds[0], FIVE, dtype=np.int64)
        mix = world.mix(seed, seconds)
        rows = [
            {
                "INTERVALEST": twelve(moment),
                "CATEGORY": fuel,
                "ACT": f"{mw:.0f}",
                "FUEL_CATEGORY": f"{fuel} ({mw:,.0f} MW)",
            }
            for moment, line in zip(walls(seconds), mix.tolist(), strict=True)
            for fuel, mw in zip(facts.FUELS, line, strict=True)
        ]
        total = f"{mix[-1].sum():.0f}" if code == "FuelMix" else "0"
        told = facts_of(
            seconds,
            {"fuel_printed": facts.FUELS},
            {"generation_mw": mix},
            lines=one_a_fact(mix.size),
        )
        head = reference(wall(slot - FIVE))
        body = written({"RefId": head, "TotalMW": total, "Fuel": {"Type": rows}})
        return Page(body, {code: told})

    return shown


def total_load(seed: int, slot: int) -> Page:
    """Three tables: five-minute load, cleared load, forecast."""
    seconds, hours = _today(slot), _hours(slot)
    load = world.zonal_load(seed, seconds).sum(axis=1)
    cleared = world.forecast_load(seed, hours, int(hours[0]) - 1).sum(axis=1)
    foreseen = world.forecast_load(seed, hours, int(hours[0])).sum(axis=1)
    body = {
        "LoadInfo": {
            "RefId": reference(wall(slot - FIVE)),
            "ClearedMW": [
                {"ClearedMWHourly": {"Hour": str(n), "Value": f"{mw:.0f}"}}
                for n, mw in enumerate(cleared.tolist(), 1)
            ],
            "MediumTermLoadForecast": [
                {"Forecast": {"HourEnding": str(n), "LoadForecast": f"{mw:.0f}"}}
                for n, mw in enumerate(foreseen.tolist(), 1)
            ],
            "FiveMinTotalLoad": [
                {"Load": {"Time": f"{moment:%H:%M}", "Value": f"{mw:.0f}"}}
                for moment, mw in zip(walls(seconds), load.tolist(), strict=True)
            ],
        }
    }
    area = {"area_id": ("MISO",)}
    return Page(
        written(body),
        {
            "RealTimeTotalLoad/FiveMinTotalLoad": facts_of(seconds, area, {"load_mw": load}),
            "RealTimeTotalLoad/ClearedMW": facts_of(hours + HOUR, area, {"cleared_mw": cleared}),
            "RealTimeTotalLoad/MediumTermLoadForecast": facts_of(
                hours + HOUR, area, {"load_mw": foreseen}
            ),
        },
    )


def renewable(which: int, name: str) -> Display:
    """`getwind` with both columns, `getwindforecast`, `getwindactual`; the same for the sun."""
    fuel = ("Wind", "Solar")[which]

    def shown(seed: int, slot: int) -> Page:
        forecast = name.endswith("forecast")
        past = _hours(slot)[: max(1, (slot - int(_hours(slot)[0])) // HOUR)]
        hours = _hours(slot, 48) if forecast else past
        made = world.renewables(seed, hours)[:, which]
        meant = np.round(made * 1.04, 2) + 0.0
        moments = walls(hours)
        ends = [str(moment.hour + 1) for moment in moments]
        both = not forecast and not name.endswith("actual")
        rows: list[dict[str, Any]] = []
        for moment, end, got, saw in zip(moments, ends, made.tolist(), meant.tolist(), strict=True):
            if both:
                rows.append(
                    {
                        "ForecastDateTimeEST": twelve(moment),
                        "ForecastHourEndingEST": end,
                        "ForecastValue": f"{saw:.2f}",
                        "ActualDateTimeEST": twelve(moment),
                        "ActualHourEndingEST": end,
                        "ActualValue": f"{got:.2f}",
                    }
                )
            else:
                value = f"{saw:.2f}" if forecast else f"{got:.2f}"
                rows.append({"DateTimeEST": twelve(moment), "HourEndingEST": end, "Value": value})
        named = {"fuel_printed": (fuel,)}
        seen = facts_of(hours, named, {"generation_mw": meant})
        had = facts_of(hours, named, {"generation_mw": made})
        code = f"WindSolar/{name}"
        told = {code: seen if forecast else had}
        if both:
            told = {f"{code}/actual": had, f"{code}/forecast": seen}
        tree = {"Forecast" if forecast else "instance": rows, "RefId": reference(wall(slot))}
        return Page(written({**tree, "MktDay": f"{moments[0]:%m-%d-%Y}"}), told)

    return shown


def schedules(code: str, step: int, span: int) -> Display:
    """Scheduled exchange: printed with the other sign, negative is import."""
    total = "/MISO" in code

    def shown(seed: int, slot: int) -> Page:
        last = slot // step * step
        seconds = np.arange(last - span, last, step, dtype=np.int64) + step
        mw = world.exchange(seed, seconds)
        net = mw.sum(axis=1)
        rows = []
        for moment, line, sum_ in zip(walls(seconds), mw.tolist(), net.tolist(), strict=True):
            row = {"timestamp": f"{moment:%Y-%m-%d %H:%M:%S}"}
            if total:
                row["NSI"] = f"{-sum_:.0f}"
            else:
                row |= {n: f"{-v:.0f}" for n, v in zip(facts.NEIGHBOURS, line, strict=True)}
                row["MISO"] = f"{-sum_:.0f}"
            rows.append(row)
        names = ("ALL",) if total else (*_ids(), "ALL")
        values = net[:, None] if total else np.column_stack([mw, net])
        told = facts_of(seconds, {"from_area": names}, {"scheduled_mw": values + 0.0})
        head = {"instance": rows, "RefId": reference(wall(slot)), "MktDay": None}
        return Page(written(head), {code: told})

    return shown


def _ids() -> tuple[str, ...]:
    return tuple("IESO" if name == "ONT" else name for name in facts.NEIGHBOURS)


def actual_exchange(code: str) -> Display:
    def shown(seed: int, slot: int) -> Page:
        seconds = np.arange(slot - DAY, slot, FIVE, dtype=np.int64) + FIVE
        newest = code == "Interchange/GetNai"
        seconds = seconds[-1:] if newest else seconds
        mw = world.actual_exchange(seed, seconds)
        whole = code.endswith("Imports")
        mw = np.round(mw) + 0.0 if whole else mw
        told = facts_of(seconds, {"from_area": ("ALL",)}, {"actual_mw": mw})
        if newest:
            moment = wall(int(seconds[0]))
            tie = {"Name": "MISO", "Value": f"{-mw[0]:.2f}"}
            actual = {"HourandMin": f"{moment:%H:%M}", "TieFlow": tie}
            return Page(written({"Date": reference(moment), "Actual": actual}), {code: told})
        ahead = timedelta(seconds=facts.WEST if whole else 0)
        rows = [
            {"Time": twelve(moment + ahead), "Value": f"{-v:.0f}" if whole else f"{-v:.2f}"}
            for moment, v in zip(walls(seconds), mw.tolist(), strict=True)
        ]
        return Page(written(rows), {code: told})

    return shown


def transfer(seed: int, slot: int) -> Page:
    seconds = np.arange(slot - DAY, slot, FIVE, dtype=np.int64) + FIVE
    mw = world.transfer(seed, seconds)
    rows = [
        {
            "instantEST": f"{moment:%Y-%m-%d %I:%M:%S %p}",
            "NORTH_SOUTH_LIMIT": "-3000",
            "SOUTH_NORTH_LIMIT": "2500",
            "RAW_MW": f"{v:.0f}",
            "UDSFLOW_MW": "2200",
        }
        for moment, v in zip(walls(seconds), mw.tolist(), strict=True)
    ]
    limits = {"import_limit_mw": np.full_like(mw, 2500), "export_limit_mw": np.full_like(mw, 3000)}
    told = facts_of(seconds, {"interface_id": ("SOUTH-NORTH",)}, {"flow_mw": mw, **limits})
    body = {"RefId": reference(wall(slot)), "Interval": rows}
    return Page(written(body), {"RegionalDirectionalTransfer": told})


def control_error(seed: int, slot: int) -> Page:
    seconds = np.arange(slot - 2 * HOUR, slot, 30, dtype=np.int64) + 30
    mw = world.control_error(seed, seconds)
    rows = [
        {"instantEST": twelve(moment), "value": f"{v:.2f}"}
        for moment, v in zip(walls(seconds), mw.tolist(), strict=True)
    ]
    told = facts_of(seconds, {"measure": ("area_control_error",)}, {"value_mw": mw})
    head = f"{wall(slot):%d-%b-%Y - Interval %H:%M:%S} EST"
    body = {"MktDay": f"{wall(slot):%m-%d-%Y}", "RefId": head, "ACE": rows}
    return Page(written(body), {"Ace": told})
