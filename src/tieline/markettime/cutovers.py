"""Days on which a market or a publisher changed its rules, as far as readers notice.

Each entry is a dated fact from the publisher's documents, files or known clients. Day cutovers are
market days of that market: the new rule holds from the start of `on`. Where only the month or the year
is known, `precision` says so and `on` is its first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieline.errors import UnknownName
from tieline.markettime.markets import MARKET_NAMES

Kind = Literal["market", "clock", "format", "label", "grid", "names", "address"]
Basis = Literal["doc", "sample", "code", "inferred"]


@dataclass(frozen=True, slots=True)
class Cutover:
    """One change of rules.

    `kind`: `market` design, the zone's `clock`, `format` of files, `label` of time, `grid` of intervals, `names` of
    things, `address` of files. `reports` are names or fragments of the reports that changed, as the
    publisher writes them; empty: all. `basis` is what it is known from.
    """

    publisher: str
    on: date
    precision: Literal["day", "month", "year"]
    kind: Kind
    what: str
    reports: tuple[str, ...]
    basis: Basis


def _on(
    publisher: str, on: str, kind: Kind, what: str, reports: tuple[str, ...], basis: Basis
) -> Cutover:
    """A cutover from `2026-04-01`, `2026-04` or `2026`."""
    year, month, day = (*on.split("-"), "1", "1")[:3]
    precision: tuple[Literal["year", "month", "day"], ...] = ("year", "month", "day")
    known = precision[on.count("-")]
    return Cutover(
        publisher, date(int(year), int(month), int(day)), known, kind, what, reports, basis
    )


_ALL: tuple[str, ...] = ()
CUTOVERS = tuple(
    sorted(
        [
            _on("nyiso", "2005-02-01", "names", "N.Y.C._LONGIL, one row without PTID, becomes N.Y.C. and LONGIL", ("P-58B", "P-58C", "P-24A", "P-2A"), "sample"),
            _on("nyiso", "2016-07", "names", "the last header of prices gets back its closing bracket, ($/MWHr)", ("P-2A", "P-2B", "P-4A", "P-24A", "P-24B"), "code"),
            _on("nyiso", "2017", "names", "Gen MWh becomes Gen MW; the values were MW before too", ("P-63",), "sample"),
            _on("nyiso", "2026", "names", "interface SCH - HQ_CHPE appears", ("P-32", "P-32-CURRENT"), "sample"),
            _on("isone", "2013-11", "format", "web services version 1.1", _ALL, "doc"),
            _on("isone", "2017-03", "grid", "real-time settlement each five minutes instead of hourly", ("fiveminutelmp", "hourlylmp"), "inferred"),
            _on("isone", "2025-03", "market", "day-ahead ancillary services", ("daasreservedata", "daasstrikeprices"), "code"),
            _on("isone", "2026", "names", "external node NECEC, 4018", ("hourlylmp", "fiveminutelmp", "actualinterchange"), "sample"),
            _on("isone", "2026-05", "names", "fuel category Batteries, before in Other", ("genfuelmix",), "doc"),
            _on("miso", "2018-07", "grid", "real-time settlement each five minutes instead of hourly", ("rt_lmp",), "inferred"),
            _on("miso", "2022-01-01", "names", "solar as a fuel of its own", ("real-time/generation/fuel-type", "day-ahead/generation/fuel-type"), "doc"),
            _on("miso", "2023-01-01", "format", "day-ahead ex-post prices as daily csv instead of a monthly zip", ("da_expost_lmp",), "code"),
            _on("miso", "2025-12-12", "address", "public API replaces the data broker, which is retired", ("MISORTWDDataBroker", "MISORTWDBIReporter"), "doc"),
            _on("miso", "2026-04-27", "format", "header of forecast and actual load in row 7, with blank columns", ("df_al",), "code"),
            _on("miso", "2026-05-06", "label", "five-minute real-time stamps five minutes earlier, for all history", ("real-time/lmp-exante", "real-time/lmp-expost", "real-time/asm-exante", "real-time/asm-expost"), "doc"),
            _on("spp", "2014-03", "label", "GMTIntervalEnd beside the local Interval in most files", _ALL, "doc"),
            _on("spp", "2016-06", "address", "folders By_Day and By_Interval, roll-ups, RePrice", ("RTBM-LMP-SL", "DA-LMP-SL"), "doc"),
            _on("spp", "2018-05", "format", "generation mix split into market and self", ("GenMix",), "doc"),
            _on("spp", "2019-11", "names", "Average Actual Load becomes Load", ("GenMix",), "doc"),
            _on("spp", "2021-12", "format", "columns RampUP and RampDN", ("RTBM-MCP", "DA-MCP", "RTBM-OR"), "doc"),
            _on("spp", "2022-09", "format", "daily file of real-time clearing prices; solar columns of curtailments", ("RTBM-MCP", "VER-Curtailments"), "doc"),
            _on("spp", "2023-08", "format", "column UncUP, by 2024", ("RTBM-MCP", "DA-MCP", "DA-MC"), "doc"),
            _on("spp", "2026-03", "address", "tie flows of each balancing area in files of their own", ("TieFlows",), "code"),
            _on("spp", "2026-03-24", "format", "hourly load long instead of wide", ("HOURLY_LOAD", "DAILY_HOURLY_LOAD"), "code"),
            _on("spp", "2026-04-01", "market", "RTO West: balancing area SWPW beside SPP, column BAA, zone 21; the WEIS market ends", _ALL, "doc"),
            _on("spp", "2026-04-01", "format", "binding constraints with 14 columns instead of 10, between 24 March and this day", ("RTBM-BC",), "doc"),
            _on("caiso", "2021-06-17", "format", "unit outages as a workbook of the prior trade date", ("curtailed-non-operational-generator-prior-trade-date-report",), "code"),
            _on("caiso", "2024-06-01", "address", "date in workbook names as jun-01-2024, until 2025-01-12", ("curtailed-non-operational-generator-prior-trade-date-report",), "code"),
            _on("caiso", "2025-01-13", "address", "date in workbook names as 20250113 again", ("curtailed-non-operational-generator-prior-trade-date-report",), "code"),
            _on("caiso", "2025-06", "format", "daily renewable report as HTML; curtailment PDF ends 2025-05-31", ("daily-renewable-report",), "code"),
            _on("caiso", "2026-05-01", "market", "extended day-ahead market: imbalance reserves, reliability capacity", ("DAM_CAP_PRC_GRP", "DAM_CAP_REQ_AWRD_GRP"), "doc"),
            _on("ercot", "2023-06", "market", "contingency reserve service ECRS as a product", ("NP4-188-CD", "NP3-911-ER"), "code"),
            _on("ercot", "2024-12-11", "address", "documents move from mis.ercot.com to www.ercot.com", _ALL, "inferred"),
            _on("ercot", "2025-12-05", "market", "real-time co-optimisation and batteries: real-time capacity prices, storage resources", ("NP6-331-CD", "NP6-332-CD", "NP6-323-CD"), "doc"),
            _on("pjm", "2018-04", "grid", "real-time settlement each five minutes instead of hourly", ("rt_hrl_lmps", "rt_fivemin_hrl_lmps"), "inferred"),
            _on("pjm", "2022-09-01", "grid", "reserve results each five minutes instead of hourly", ("reserve_market_results",), "code"),
            _on("ieso", "2025-05-01", "market", "market renewal: nodal and zonal prices, day-ahead market; HOEP ends the day before", ("RealtimeEnergyLMP", "DAHourlyEnergyLMP", "RealtimeOntarioZonalPrice", "PriceHOEPPredispOR"), "doc"),
            _on("aeso", "2026-11-01", "clock", "Alberta's clock is not set back and changes no more: UTC-06:00, days of 24 hours", _ALL, "doc"),
            _on("eia", "2015-07-01", "market", "hourly electric grid monitor begins, in six-month files", ("EIA930_BALANCE", "EIA930_INTERCHANGE"), "sample"),
            _on("eia", "2018-07", "format", "demand of parts of balancing authorities", ("EIA930_SUBREGION",), "sample"),
            _on("eia", "2019-01-01", "address", "the API serves hourly data from this day", ("electricity/rto",), "sample"),
            _on("eia", "2024-07", "names", "fuels split: pumped storage, batteries, solar and wind with storage", ("EIA930_BALANCE",), "code"),
            _on("census", "2026-05-12", "address", "a key is required", _ALL, "doc"),
        ],
        key=lambda cutover: (cutover.on, cutover.publisher),
    )
)  # fmt: skip


def cutovers(
    publisher: str | None = None, since: date | None = None, until: date | None = None
) -> tuple[Cutover, ...]:
    """The cutovers of a publisher, or of all, from one day to before another, in order.

    Raises: UnknownName for a publisher of which nothing is known at all.
    """
    if publisher is not None and publisher not in MARKET_NAMES:
        known = {cutover.publisher for cutover in CUTOVERS} | set(MARKET_NAMES)
        if publisher not in known:
            raise UnknownName(
                f"no publisher is called {publisher!r}; there are {', '.join(sorted(known))}"
            )
    return tuple(
        cutover
        for cutover in CUTOVERS
        if publisher in (None, cutover.publisher)
        and (since is None or cutover.on >= since)
        and (until is None or cutover.on < until)
    )
