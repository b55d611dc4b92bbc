"""Endpoints that are worked out: spreads, forecast errors, margins, volatility, correlations.

Each reads the rows that it is made from at one sequence and as of one known time; docs/explain/measures.md
has the definitions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Depends, Query, Request, Response

from tieline.errors import UsageError
from tieline.select import Answer, Question, Revisions, Wanted, answer, measures
from tieline.serve.api.desk import Desk
from tieline.serve.api.listing import (
    After,
    AtSequence,
    Day,
    Instant,
    Limit,
    Worked,
    days,
    feeds_of,
    instant_of,
    newest_stamp,
    paged,
)
from tieline.serve.api.offers import places_of
from tieline.sources.nyiso.codes import INTERFACES, SYSTEM, ZONES

ALL_ZONES = tuple(ptid for ptid, _, _ in ZONES)
TIES = tuple(one.id for one in INTERFACES if one.region is not None and not one.is_total)
_REPORTS = {"RT5": "P-24A", "RTH": "P-4A", "DAM": "P-2A"}
_DAY = timedelta(days=1)

Market = Annotated[
    Literal["RT5", "RTH", "DAM"],
    Query(description="RT5 five-minute, RTH real-time hourly, DAM day-ahead."),
]
Zones = Annotated[
    str | None, Query(description="Zones by name or PTID, with commas; all eleven otherwise.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """What every measure may be asked: a window, a known time, a page."""

    start: datetime | None
    end: datetime | None
    as_of: datetime | None
    at_sequence: int | None
    limit: int
    after: str | None


def _knobs(
    start_date: Day = None,
    end_date: Day = None,
    limit: Limit = 1000,
    as_of: Instant = None,
    at_sequence: AtSequence = None,
    after: After = None,
) -> Knobs:
    start, end = days(start_date, end_date)
    return Knobs(
        start=start, end=end, as_of=instant_of(as_of), at_sequence=at_sequence, limit=limit,
        after=after,
    )  # fmt: skip


Asked = Annotated[Knobs, Depends(_knobs)]


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads what a measure is made from, all at one sequence and known time."""

    desk: Desk
    knobs: Knobs
    sequence: int
    start: datetime | None

    def rows(
        self,
        report: str,
        columns: tuple[str, ...],
        where: dict[str, Wanted] | None = None,
        *,
        before: timedelta = timedelta(0),
        every_revision: bool = False,
    ) -> Answer:
        """Rows of a report in the window, which begins `before` earlier."""
        revisions: Revisions = "all" if every_revision else "latest"
        return answer(
            self.desk.lake,
            Question(
                dataset=feeds_of(self.desk, (report,))[0].id,
                start=None if self.start is None else self.start - before,
                end=self.knobs.end,
                where=where or {},
                columns=columns,
                as_of=self.knobs.as_of,
                at_sequence=self.sequence,
                revisions=revisions,
                vintage="all" if every_revision else "latest",
            ),
        )


def _worked(
    desk: Desk,
    request: Request,
    knobs: Knobs,
    report: str,
    reach: timedelta,
    work: Callable[[Reading], Worked],
) -> Response:
    """The page of a measure; where no start is given, the window begins `reach` before its end, or
    before the newest stamp of `report`."""

    def at(sequence: int) -> Worked:
        start = knobs.start
        if start is None:
            moments = (newest_stamp(desk, feeds_of(desk, (report,))), knobs.end, knobs.as_of)
            known = [moment for moment in moments if moment is not None]
            start = min(known) - reach if known else None
        return work(Reading(desk, knobs, sequence, start))

    return paged(desk, request, knobs.limit, knobs.after, knobs.at_sequence, at)


def add(router: APIRouter, desk: Desk) -> None:
    """Add every measure."""
    _spreads(router, desk)
    _system(router, desk)
    _statistics(router, desk)


_PLACED = ("stamp_utc", "interval_start_utc", "location_id", "location_name", "price_per_mwh")
_PARTED = (*_PLACED, "congestion_per_mwh", "loss_per_mwh")


def _newest(rows: pl.DataFrame, at: str, *by: str) -> pl.DataFrame:
    """Newest first, the instant under the name `timestamp`."""
    ordered = rows.sort(at, *by, descending=[True, *(False for _ in by)])
    return ordered.rename({at: "timestamp"})


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.rename({"location_id": "ptid", "location_name": "zone_name"})


def _of(zones: str | None) -> dict[str, Wanted]:
    return {"location_id": list(ALL_ZONES if zones is None else places_of(zones))}


def _spreads(router: APIRouter, desk: Desk) -> None:
    @router.get("/rt-da-spreads", summary="Real-time less day-ahead price, by zone and hour")
    def rt_da_spreads(request: Request, asked: Asked, zones: Zones = None) -> Response:
        where = _of(zones)

        def work(reading: Reading) -> Worked:
            real = reading.rows(_REPORTS["RTH"], _PLACED, where)
            ahead = reading.rows(_REPORTS["DAM"], _PLACED, where)
            found = measures.rt_da_spreads(real.polars(), ahead.polars())
            rows = _named(_newest(found, "interval_start_utc", "location_id"))
            return Worked(rows, (real.certificate, ahead.certificate))

        return _worked(desk, request, asked, _REPORTS["RTH"], _DAY, work)

    @router.get("/zone-spreads", summary="Price of each zone less that of a reference zone")
    def zone_spreads(
        request: Request,
        asked: Asked,
        zones: Zones = None,
        reference: Annotated[str, Query(description="One zone by name or PTID.")] = "WEST",
        market: Market = "RT5",
    ) -> Response:
        base = places_of(reference)
        if len(base) != 1:
            raise UsageError(f"reference must be one zone, not {reference!r}")
        wanted = ALL_ZONES if zones is None else places_of(zones)

        def work(reading: Reading) -> Worked:
            where: dict[str, Wanted] = {"location_id": list(dict.fromkeys((*wanted, *base)))}
            given = reading.rows(_REPORTS[market], _PARTED, where)
            found = measures.zone_spreads(given.polars(), base[0])
            rows = _named(_newest(found, "stamp_utc", "location_id"))
            return Worked(rows.with_columns(reference=pl.lit(base[0])), (given.certificate,))

        return _worked(desk, request, asked, _REPORTS[market], _DAY, work)


def _system(router: APIRouter, desk: Desk) -> None:
    @router.get("/load-forecast-errors", summary="Forecast less actual load, by area and hour")
    def load_forecast_errors(
        request: Request,
        asked: Asked,
        lead_hours: Annotated[
            float,
            Query(ge=0, le=144, description="The forecast that stood so long before the hour."),
        ] = 0,
    ) -> Response:
        hourly = ("interval_start_utc", "area_id", "area_name", "load_mw")
        told = (*hourly, "vintage_utc", "known_at_utc", "entry_id", "state")

        def work(reading: Reading) -> Worked:
            forecasts = reading.rows("P-7", told, every_revision=True)
            actual = reading.rows("P-58C", hourly)
            standing = measures.known_before(forecasts.polars(), timedelta(hours=lead_hours))
            loads = measures.with_total(actual.polars(), ALL_ZONES, SYSTEM)
            found = measures.forecast_errors(standing, loads)
            rows = _newest(found, "interval_start_utc", "area_id")
            rows = rows.rename({"area_id": "ptid", "area_name": "zone_name"})
            return Worked(rows, (actual.certificate, forecasts.certificate))

        return _worked(desk, request, asked, "P-58C", _DAY, work)

    @router.get("/reserve-margins", summary="Generation and net imports over load")
    def reserve_margins(request: Request, asked: Asked) -> Response:
        def work(reading: Reading) -> Worked:
            near = timedelta(minutes=10)
            made = reading.rows("P-63", ("stamp_utc", "generation_mw"))
            ties: dict[str, Wanted] = {"interface_id": list(TIES)}
            flows = reading.rows("P-32", ("stamp_utc", "flow_mw"), ties, before=near)
            load = reading.rows("P-58B", ("stamp_utc", "area_id", "load_mw"), before=near)
            found = measures.reserve_margins(
                made.polars(), flows.polars(), load.polars(), ALL_ZONES
            )
            told = (made.certificate, flows.certificate, load.certificate)
            return Worked(_newest(found, "stamp_utc"), told)

        return _worked(desk, request, asked, "P-63", _DAY, work)


def _statistics(router: APIRouter, desk: Desk) -> None:
    @router.get("/price-volatility", summary="Standard deviation of each zone's price")
    def price_volatility(
        request: Request,
        asked: Asked,
        zones: Zones = None,
        market: Market = "RTH",
        window_hours: Annotated[
            int, Query(ge=1, le=24 * 31, description="Length of the window that ends with a stamp.")
        ] = 24,
    ) -> Response:
        where, window = _of(zones), timedelta(hours=window_hours)

        def work(reading: Reading) -> Worked:
            given = reading.rows(_REPORTS[market], _PLACED, where, before=window)
            found = measures.volatility(given.polars(), window)
            if reading.start is not None:
                starts = given.polars().select("stamp_utc", "interval_start_utc").unique()
                within = starts.filter(pl.col("interval_start_utc") >= reading.start)
                found = found.join(within, on="stamp_utc", how="semi")
            rows = _named(_newest(found, "stamp_utc", "location_id"))
            return Worked(rows, (given.certificate,))

        return _worked(desk, request, asked, _REPORTS[market], _DAY, work)

    @router.get("/correlations", summary="Correlation of the prices of each pair of zones")
    def correlations(
        request: Request, asked: Asked, zones: Zones = None, market: Market = "RTH"
    ) -> Response:
        where = _of(zones)

        def work(reading: Reading) -> Worked:
            given = reading.rows(_REPORTS[market], _PLACED, where)
            return Worked(measures.correlations(given.polars()), (given.certificate,))

        return _worked(desk, request, asked, _REPORTS[market], 7 * _DAY, work)
