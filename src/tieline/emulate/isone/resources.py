"""Every resource that is played: where it stands, what is around its rows, and its numbers of a day."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

import numpy as np
import polars as pl

from tieline.emulate import dispatch, eastern
from tieline.emulate.isone import facts, world
from tieline.emulate.isone.table import Resource, Table, located, stamped
from tieline.emulate.noise import Floats, Ints, jitter, uniform

_DAY = timedelta(days=1)


def grid(day: date, step: int) -> Ints:
    start, end = eastern.bounds(day)
    return np.arange(start, end, step, dtype=np.int64)


def _at(day: date, after: int, clock: time) -> int:
    return eastern.at_clock(day + after * _DAY, clock)


def _all_at(seconds: Ints, moment: int) -> Ints:
    return np.full(len(seconds), moment, dtype=np.int64)


def _soon(seed: int, stream: str, seconds: Ints, step: int) -> Ints:
    """Rows appear a minute or three after their interval; hours an hour or so later."""
    low, high = (60, 180) if step < 3600 else (3600, 5400)
    return dispatch.published(seed, f"isone {stream}", seconds + step, low, high)


def ties_on(day: date) -> int:
    return 7 if day >= facts.LINE_TO_MAINE else 6


def places_of(day: date, nodes: int) -> list[tuple[int, str, str]]:
    """Hub, zones, ties and some nodes, in the order of ids of a day's list."""
    return [*facts.NODES[:nodes], facts.HUB, *facts.ZONES, *facts.TIES[: ties_on(day)]]


def lmp(run: str, step: int, nodes: int, seed: int, day: date) -> Table:
    places = places_of(day, nodes)
    seconds = grid(day, step)
    total, energy, congestion, loss = world.prices(seed, seconds, len(places), run)
    if run == "prelim":
        extra = np.round(0.4 * jitter(seed, "isone prelim", seconds, 1), 2)
        energy, total = np.round(energy + extra, 2) + 0.0, np.round(total + extra, 2) + 0.0
    since = _soon(seed, f"lmp {run}", seconds, step)
    if run == "da":
        since = _all_at(seconds, _at(day, -1, time(12, 57)))
    if run == "final":
        since = _all_at(seconds, _at(day, 1, time(12, 36)))
    numbers = {
        "LmpTotal": total,
        "EnergyComponent": energy,
        "CongestionComponent": congestion,
        "LossComponent": loss,
    }
    return Table(seconds, since, located(places, typed=True), numbers)


def only(table: Table, id: int) -> Table:
    """The rows of one place."""
    at = table.places["id"].to_list().index(str(id))
    numbers = {name: values[:, [at]] for name, values in table.numbers.items()}
    return Table(table.seconds, table.since, table.places[[at]], numbers)


def has(table: Table, id: int) -> bool:
    return str(id) in table.places["id"].to_list()


def _system_load(seed: int, day: date) -> Table:
    seconds = grid(day, 300)
    native = world.zone_load(seed, seconds).sum(axis=1)
    ard = world.storage(seed, seconds)
    hour = eastern.hour_of_day(eastern.wall_seconds(seconds))
    behind = np.round(2500 * np.maximum(0, np.cos((hour - 12.5) * np.pi / 13)), 3)
    numbers = {
        "LoadMw": native + ard,
        "NativeLoad": native,
        "ArdDemand": ard,
        "SystemLoadBtmPv": native + ard + behind,
        "NativeLoadBtmPv": native + behind,
    }
    return Table(
        seconds,
        _soon(seed, "load", seconds, 300),
        pl.DataFrame({"middle": [""], "id": ["32"]}),
        {name: np.round(values, 3)[:, None] for name, values in numbers.items()},
    )


def _hourly_load(seed: int, day: date) -> Table:
    seconds = grid(day, 3600)
    native = np.round(world.zone_load(seed, seconds + 1800).sum(axis=1), 3)
    ard = world.storage(seed, seconds + 1800)
    numbers = {"Load": np.round(native + ard, 3), "NativeLoad": native, "ArdDemand": ard}
    return Table(
        seconds,
        _soon(seed, "hourly load", seconds, 3600),
        located((facts.SYSTEM,), typed=False),
        {name: values[:, None] for name, values in numbers.items()},
    )


def _real_time_demand(seed: int, day: date) -> Table:
    seconds = grid(day, 3600)
    load = world.zone_load(seed, seconds + 1800)
    since = _all_at(seconds, _at(day, 4, time(6)))
    return Table(seconds, since, located(facts.ZONES, typed=False), {"Load": load})


def _day_ahead_demand(seed: int, day: date) -> Table:
    seconds = grid(day, 3600)
    zones = np.round(world.zone_load(seed, seconds + 1800) * 0.98, 1)
    hub = np.round(110 * jitter(seed, "isone hub", seconds, 1), 1) + 0.0
    load = np.column_stack([zones.sum(axis=1) + hub[:, 0], hub, zones])
    places = located((facts.SYSTEM, facts.HUB, *facts.ZONES), typed=False)
    since = _all_at(seconds, _at(day, -1, time(12, 57)))
    return Table(seconds, since, places, {"Load": np.round(load, 1)})


def _fuel_mix(seed: int, day: date) -> Table:
    """Instants at odd seconds, about every six minutes."""
    start, end = eastern.bounds(day)
    about = np.arange(start + 90, end - 90, 360, dtype=np.int64)
    seconds = about + (uniform(seed, "isone dispatch", about) * 120).astype(np.int64)
    count = len(facts.FUELS) if day >= facts.BATTERIES else len(facts.FUELS) - 1
    after = [
        f',"FuelCategoryRollup":"{rollup}","FuelCategory":"{fuel}","MarginalFlag":"N"'
        for rollup, fuel in facts.FUELS[:count]
    ]
    ids = [fuel for _, fuel in facts.FUELS[:count]]
    places = pl.DataFrame({"middle": [""] * count, "after": after, "id": ids})
    made = world.fuels(seed, seconds)[:, :count]
    since = dispatch.published(seed, "isone mix", seconds, 2, 60)
    return Table(seconds, since, places, {"GenMw": made})


def issues(day: date) -> Ints:
    """Seconds at which the load forecast of a target day is issued."""
    return np.array(
        [_at(day, before, time(hour, minute)) for before, hour, minute in facts.ISSUES],
        dtype=np.int64,
    )


def _forecast(seed: int, day: date) -> Table:
    seconds, issued = grid(day, 3600), issues(day)
    load = world.zone_load(seed, seconds + 1800).sum(axis=1)
    wrong = np.column_stack([jitter(seed, f"isone fc {n}", seconds, 1) for n in range(len(issued))])
    forecast = np.round(load[:, None] * (1 + 0.02 * wrong), -1)
    middles = [f'"CreationDate":"{text}",' for text in stamped(issued).to_list()]
    places = pl.DataFrame({"middle": middles, "issued": eastern_instants(issued)})
    return Table(seconds, issued, places, {"LoadMw": forecast, "NetLoadMw": forecast}, issued=True)


def _regional_forecast(seed: int, day: date) -> Table:
    seconds, issued = grid(day, 3600), issues(day)
    count = len(facts.REGIONS)
    load = np.repeat(world.zone_load(seed, seconds + 1800), len(issued), axis=1)
    wrong = jitter(seed, "isone regions", seconds, count * len(issued))
    forecast = np.round(load * (1 + 0.02 * wrong), 3)
    stamps = stamped(issued).to_list()
    pairs = [(region, n) for region in facts.REGIONS for n in range(len(issued))]
    places = pl.DataFrame(
        {
            "middle": [
                f'"CreationDate":"{stamps[n]}","ReliabilityRegion":"{region}",'
                for region, n in pairs
            ],
            "id": [region for region, _ in pairs],
            "issued": eastern_instants(np.tile(issued, count)),
        }
    )
    share = np.round(100 * forecast / load.sum(axis=1)[:, None] * len(issued), 2)
    numbers = {"LoadMw": forecast, "ReliabilityRegionLoadPercentage": share}
    return Table(seconds, np.tile(issued, count), places, numbers, issued=True)


def eastern_instants(seconds: Ints) -> pl.Series:
    """Seconds as instants in UTC."""
    return pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))


def _external_flow(seed: int, day: date) -> Table:
    seconds, count = grid(day, 300), ties_on(day)
    flow = world.flows(seed, seconds, 300)[:, :count]
    limits = np.array(facts.LIMITS[:count], dtype=np.float64)
    still = np.ones((len(seconds), 1))
    numbers: dict[str, Floats] = {
        "ActualFlow": flow,
        "ImportLimit": still * limits[:, 0],
        "ExportLimit": still * limits[:, 1],
        "CurrentSchedule": np.round(flow),
        "Purchase": np.minimum(flow, 0) + 0.0,
        "Sale": np.maximum(flow, 0),
    }
    places = located(facts.TIES[:count], typed=False)
    return Table(seconds, _soon(seed, "flow", seconds, 300), places, numbers)


def _interchange(step: int, seed: int, day: date) -> Table:
    seconds, count = grid(day, step), ties_on(day)
    flow = world.flows(seed, seconds, step)[:, :count]
    numbers = {
        "ActInterchange": flow,
        "Purchase": np.minimum(flow, 0) + 0.0,
        "Sale": np.maximum(flow, 0),
    }
    places = located(facts.TIES[:count], typed=False)
    return Table(seconds, _soon(seed, f"interchange {step}", seconds, step), places, numbers)


def _zonal_load(seed: int, day: date) -> Table:
    seconds = grid(day, 300)
    load = world.zone_load(seed, seconds)
    middles = [f'"load_zone_id":{id},"load_zone_name":"{name}",' for id, name, _ in facts.ZONES]
    ids = [str(id) for id, _, _ in facts.ZONES]
    numbers = {"estimated_load_mw": load, "estimated_btm_pv_mw": np.round(load * 0.05, 3)}
    places = pl.DataFrame({"middle": middles, "id": ids})
    return Table(seconds, _soon(seed, "zonal", seconds, 300), places, numbers)


def _reserves(step: int, final: bool, seed: int, day: date) -> Table:
    seconds, count = grid(day, step), len(facts.RESERVE_ZONES)
    scarce = np.maximum(0, jitter(seed, "isone reserve", seconds, count) - 0.7) * 40
    spin = np.round(scarce * 1.5, 2) + 0.0
    numbers: dict[str, Floats] = {"TenMinSpinRequirement": np.full_like(spin, 620.0)}
    numbers |= {"Total10MinRequirement": np.full_like(spin, 1436.0)}
    numbers |= {"Total30MinRequirement": np.full_like(spin, 2048.0)}
    numbers |= {"TmsrClearingPrice": spin, "TmnsrClearingPrice": np.round(scarce, 2) + 0.0}
    numbers |= {"TmorClearingPrice": np.round(scarce * 0.5, 2) + 0.0}
    if not final:
        numbers["TmsrClearingPrice"] = np.round(spin + 0.01, 2)
    middles = [
        f'"ReserveZoneId":{id},"ReserveZoneName":"{name}",' for id, name in facts.RESERVE_ZONES
    ]
    places = pl.DataFrame({"middle": middles, "id": [str(id) for id, _ in facts.RESERVE_ZONES]})
    late = _all_at(seconds, _at(day, 1, time(12, 36)))
    since = late if final else _soon(seed, f"reserve {step}", seconds, step)
    return Table(seconds, since, places, numbers)


def _regulation(step: int, final: bool, seed: int, day: date) -> Table:
    seconds = grid(day, step)
    capacity = np.round(18 + 6 * jitter(seed, f"isone reg {final}", seconds, 1), 2)
    numbers = {
        "RegClearingPrice": capacity,
        "RegServiceClearingPrice": np.round(capacity * 0.02, 2) + 0.0,
        "RegCapacityClearingPrice": np.round(capacity * 0.98, 2),
    }
    late = _all_at(seconds, _at(day, 1, time(12, 36)))
    since = late if final else _soon(seed, f"regulation {step}", seconds, step)
    return Table(seconds, since, pl.DataFrame({"middle": [""], "id": ["ISONE"]}), numbers)


def _constraints(ahead: bool, seed: int, day: date) -> Table:
    """An hour has a row for what binds in it."""
    seconds, count = grid(day, 3600), len(facts.CONSTRAINTS)
    draw = uniform(seed, f"isone bind {ahead}", seconds[:, None], np.arange(count)[None, :])
    value = np.where(draw < 0.85, np.nan, -np.round(60 * draw, 2))
    middles = [
        f'"ConstraintName":"{name}","ContingencyName":"{lost}","InterfaceFlag":"{flag}",'
        for name, lost, flag in facts.CONSTRAINTS
    ]
    places = pl.DataFrame(
        {
            "middle": middles,
            "id": [name for name, _, _ in facts.CONSTRAINTS],
            "lost": [lost for _, lost, _ in facts.CONSTRAINTS],
        }
    )
    before = _all_at(seconds, _at(day, -1, time(12, 57)))
    since = before if ahead else _soon(seed, "constraints", seconds, 3600)
    return Table(seconds, since, places, {"MarginalValue": value})


_LMPS = ("HourlyLmps", "HourlyLmp")
_RESERVES = ("FiveMinReservePrices", "FiveMinReservePrice")
_RCPS = ("HourlyRcps", "HourlyRcp")
_ZONAL = "five_min_estimated_zonal_load"
_ZONES = tuple(id for id, _, _ in facts.ZONES)
_CORE = (4000, *_ZONES, *(id for id, _, _ in facts.TIES))
RESOURCES = (
    Resource("hourlylmp/da/final", _LMPS, partial(lmp, "da", 3600, 12)),
    Resource("hourlylmp/rt/final", _LMPS, partial(lmp, "final", 3600, 10)),
    Resource("hourlylmp/rt/prelim", _LMPS, partial(lmp, "prelim", 3600, 10)),
    Resource(
        "fiveminutelmp/final",
        ("FiveMinLmps", "FiveMinLmp"),
        partial(lmp, "final", 300, 0),
        locations=_CORE,
    ),
    Resource("fiveminutesystemload", ("FiveMinSystemLoads", "FiveMinSystemLoad"), _system_load),
    Resource("hourlysysload", ("HourlySystemLoads", "HourlySystemLoad"), _hourly_load),
    Resource(
        "realtimehourlydemand",
        ("HourlyRtDemands", "HourlyRtDemand"),
        _real_time_demand,
        locations=_ZONES,
    ),
    Resource(
        "dayaheadhourlydemand",
        ("HourlyDaDemands", "HourlyDaDemand"),
        _day_ahead_demand,
        locations=(32, 4000, *_ZONES),
    ),
    Resource("genfuelmix", ("GenFuelMixes", "GenFuelMix"), _fuel_mix),
    Resource("hourlyloadforecast/all", ("HourlyLoadForecasts", "HourlyLoadForecast"), _forecast),
    Resource(
        "reliabilityregionloadforecast",
        ("ReliabilityRegionLoadForecasts", "ReliabilityRegionLoadForecast"),
        _regional_forecast,
    ),
    Resource("fiveminuteexternalflow", ("ExternalFlows", "ExternalFlow"), _external_flow),
    Resource(
        "actualinterchange",
        ("ActualInterchanges", "ActualInterchange"),
        partial(_interchange, 3600),
    ),
    Resource(
        "fifteenminuteinterchange",
        ("ActualFifteenMinInterchanges", "ActualFifteenMinInterchange"),
        partial(_interchange, 900),
    ),
    Resource(
        "fiveminuteestimatedzonalload",
        ("isone_web_services", f"{_ZONAL}s", _ZONAL),
        _zonal_load,
        stamp="interval_begin_date",
    ),
    Resource("fiveminutereserveprice/final", _RESERVES, partial(_reserves, 300, True)),
    Resource("fiveminutereserveprice/prelim", _RESERVES, partial(_reserves, 300, False)),
    Resource(
        "hourlyfinalreserveprice",
        ("FinalHourlyReservePrices", "FinalHourlyReservePrice"),
        partial(_reserves, 3600, True),
    ),
    Resource(
        "hourlyprelimreserveprice",
        ("PrelimHourlyReservePrices", "PrelimHourlyReservePrice"),
        partial(_reserves, 3600, False),
    ),
    Resource("hourlyrcp/final", _RCPS, partial(_regulation, 3600, True)),
    Resource("hourlyrcp/prelim", _RCPS, partial(_regulation, 3600, False)),
    Resource("fiveminutercp", ("FiveMinRcps", "FiveMinRcp"), partial(_regulation, 300, False)),
    Resource(
        "dayaheadconstraints",
        ("DayAheadConstraints", "DayAheadConstraint"),
        partial(_constraints, True),
    ),
    Resource(
        "realtimeconstraints",
        ("RealTimeConstraints", "RealTimeConstraint"),
        partial(_constraints, False),
    ),
)
