"""What both sides of the decoding bench read: full-size files, the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scripts import bench_bytes
from scripts.bench_figure import emulated, members, sample

DAY = date(2026, 9, 15)
SEPTEMBER = tuple(date(2026, 9, 1) + timedelta(days=n) for n in range(30))
_FIVE = "miso:MarketPricing/GetRealTimeFiveMinExPost/Previous"
_SERVICES = "gridstatus.isone_api.isone_api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What both read. `own` are files by their day, `theirs` by the publisher's name: the same bytes.

    `theirs` may have one more, which only the other side asks for. `days` are asked for one by one,
    unless there is an `end`. A `small` file costs both sides a few milliseconds whatever it holds: it
    is measured, and stands outside the mean. `most_mb` is the memory that it may take above imports.
    """

    name: str
    report: str
    own: Mapping[str, bytes]
    theirs: Mapping[str, bytes]
    method: str
    days: tuple[date, ...]
    of: str = "NYISO"
    module: str = "gridstatus"
    end: date | None = None
    market: str | None = None
    generators: bool = False
    turns: int = 5
    small: bool = False
    most_mb: float | None = None


def cases(quick: bool) -> Iterator[Case]:
    """Real files where they are at hand and whole, else the emulator's, one case after the other."""
    yield _day("P-32", "ExternalLimitsFlows/20171122ExternalLimitsFlows.csv",
               "get_interface_limits_and_flows_5_min")  # fmt: skip
    if quick:
        return
    yield _day("P-58B", "pal/20171122pal.csv", "get_load")
    for make in (_zonal_day, _generator_day, _generator_month, _flows_month, *_ISONE, *_MISO):
        yield make()
    yield from _real_months()


def _day(code: str, path: str, method: str) -> Case:
    name, day = path.rsplit("/", 1)[-1], date(2017, 11, 22)
    real = sample(f"nyiso/{path}")
    files = {name: emulated(code, day) if real is None else real}
    return Case(
        name=f"{code}, a day ({'emulated' if real is None else 'real'})", report=f"nyiso:{code}",
        own=files, theirs=files, method=method, days=(day,), turns=15, small=True,
    )  # fmt: skip


def _zonal_day() -> Case:
    return _prices("P-24A, a day", "P-24A", "realtime_zone", (DAY,), 15, small=True)


def _generator_day() -> Case:
    return _prices("P-24B generator prices, a day", "P-24B", "realtime_gen", (DAY,), 7)


def _generator_month() -> Case:
    return _prices(
        "P-24B generator prices, a month", "P-24B", "realtime_gen", SEPTEMBER, 1, most_mb=450
    )


def _prices(
    name: str,
    code: str,
    stem: str,
    days: tuple[date, ...],
    turns: int,
    *,
    small: bool = False,
    most_mb: float | None = None,
) -> Case:
    """Five-minute prices in daily files; the other side asks for the newest stamp as well."""
    whole = bench_bytes.generator_prices
    files = {
        f"{day:%Y%m%d}{stem}.csv": whole(day) if code == "P-24B" else emulated(code, day)
        for day in days
    }
    lines = files[f"{days[-1]:%Y%m%d}{stem}.csv"].splitlines(keepends=True)
    count = len(bench_bytes.BUSES) if code == "P-24B" else 15
    newest = b"".join([lines[0], *lines[-count:]])
    return Case(
        name=name, report=f"nyiso:{code}", own=files, theirs={**files, "current.csv": newest},
        method="get_lmp", days=days[:1], end=days[-1] + timedelta(days=1) if days[1:] else None,
        market="REAL_TIME_5_MIN", generators=code == "P-24B", turns=turns, small=small,
        most_mb=most_mb,
    )  # fmt: skip


def _flows_month() -> Case:
    files = {f"{day:%Y%m%d}ExternalLimitsFlows.csv": emulated("P-32", day) for day in SEPTEMBER}
    return Case(
        name="P-32, a month in 30 daily files", report="nyiso:P-32", own=files, theirs=files,
        method="get_interface_limits_and_flows_5_min", days=SEPTEMBER[:1], end=date(2026, 10, 1),
    )  # fmt: skip


def _isone_service() -> Case:
    body = bench_bytes.as_service(bench_bytes.hourly_prices(DAY), DAY)
    name = f"{DAY:%Y%m%d}hourlylmp-rt-final.json"
    return Case(
        name="ISO-NE hourly prices of every place, a day, JSON", report="isone:hourlylmp-rt-final",
        own={name: body}, theirs={name: body}, module=_SERVICES, of="ISONEAPI",
        method="get_lmp_real_time_hourly_final", days=(DAY,), turns=9,
    )  # fmt: skip


def _isone_file() -> Case:
    body = bench_bytes.as_file(bench_bytes.hourly_prices(DAY), DAY)
    return Case(
        name="ISO-NE hourly prices of every place, a day, CSV", report="isone:WW_DALMP_ISO",
        own={f"{DAY:%Y%m%d}.csv": body}, theirs={f"WW_DALMP_ISO_{DAY:%Y%m%d}.csv": body},
        of="ISONE", method="get_lmp_day_ahead_hourly", days=(DAY,), turns=9,
    )  # fmt: skip


def _isone_mix() -> Case:
    body = bench_bytes.fuel_mix(DAY)
    name = f"{DAY:%Y%m%d}genfuelmix.json"
    return Case(
        name="ISO-NE fuel mix, a day", report="isone:genfuelmix", own={name: body},
        theirs={name: body}, module=_SERVICES, of="ISONEAPI", method="get_fuel_mix", days=(DAY,),
        turns=15,
    )  # fmt: skip


def _miso_ahead() -> Case:
    name = f"{DAY:%Y%m%d}_da_expost_lmp.csv"
    files = {name: bench_bytes.hours_of_nodes(DAY)}
    return Case(
        name="MISO day-ahead prices, a day", report="miso:da_expost_lmp", own=files, theirs=files,
        of="MISO", method="get_lmp_day_ahead_hourly", days=(DAY,), turns=9,
    )  # fmt: skip


def _miso_day() -> Case:
    return _five_minutes("MISO five-minute prices, a day", (DAY,), 3)


def _miso_week() -> Case:
    return _five_minutes("MISO five-minute prices, a week in 7 answers", SEPTEMBER[:7], 1, 500)


def _five_minutes(
    name: str, days: tuple[date, ...], turns: int, most_mb: float | None = None
) -> Case:
    """Answers for one day each; the other side looks up the kinds of nodes in another file."""
    files = {f"{day:%Y%m%d}Previous.json": bench_bytes.five_minutes_of_nodes(day) for day in days}
    kinds = {"da_expost_lmp.csv": bench_bytes.hours_of_nodes(DAY)}
    return Case(
        name=name, report=_FIVE, own=files, theirs={**files, **kinds}, of="MISO",
        method="get_lmp_real_time_5_min", days=days, turns=turns, most_mb=most_mb,
    )  # fmt: skip


_ISONE: tuple[Callable[[], Case], ...] = (_isone_service, _isone_file, _isone_mix)
_MISO: tuple[Callable[[], Case], ...] = (_miso_ahead, _miso_day, _miso_week)


def _real_months() -> Iterator[Case]:
    """Archives of a month as the publisher sent them, of reports that are small."""
    hourly = sample("nyiso/palIntegrated/20121101palIntegrated_csv.zip")
    if hourly is not None:
        files = members(hourly)
        yield Case(
            name="P-58C, a month in 30 daily files (real)", report="nyiso:P-58C", own=files,
            theirs=files, method="get_zonal_load_hourly", days=(date(2012, 11, 1),),
            end=date(2012, 12, 1), small=True,
        )  # fmt: skip
    mix = sample("nyiso/rtfuelmix/20250201rtfuelmix_csv.zip")
    if mix is not None:
        archive = {"20250201rtfuelmix_csv.zip": mix}
        yield Case(
            name="P-63, a month's archive (real)", report="nyiso:P-63", own=archive,
            theirs=archive, method="get_fuel_mix", days=(date(2025, 2, 1),), end=date(2025, 3, 1),
            small=True,
        )  # fmt: skip
