"""MISO's reports, as the emulator prints them, with the operator's rules written down by hand.

MISO's clock is Eastern Standard Time in every month. Market reports number hours by their end; five
minutes of prices and fuels are labelled by their start, as are hours of wind and sun; constraints by
their end; exchange by the instant. Shown answers are asked at two moments of a day, a little after
the interval that they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import polars as pl

from tieline.emulate.miso import display, keyed_pages, market_report, year
from tieline.emulate.miso.exchange import ANSWERS
from tieline.testing.clock import EASTERN_STANDARD
from tieline.testing.writing import Expectation, Marks, Printed, Writer

SEED = 4
_LATER = timedelta(days=9)
"""After the end of a day every report of it stands there."""


def _nowhere(wall: datetime, summer: bool) -> str:
    """Used only where stamps stand elsewhere than in the row's own text."""
    return f"{wall:%Y}" if summer else f"{wall:%Y-%m-%d}"


def _expect(
    marks: Marks, minutes: int | None, places: int | None = None, beside: int = 0
) -> Expectation:
    return Expectation(
        clock=EASTERN_STANDARD,
        marks=marks,
        minutes=minutes,
        twice="order",
        spelled=_nowhere,
        places=None if places is None else (lambda _: places),
        beside=beside,
        elsewhere=True,
    )


_ANY, _FIVE, _FIVE_END = _expect("instant", None), _expect("start", 5), _expect("end", 5)
_HOUR, _HOUR_START = _expect("end", 60), _expect("start", 60)
_AT = _expect("instant", 5)
_MINUTE, _UNEVEN = _expect("instant", 1), replace(_ANY, regular=False)
_BOUND = replace(_FIVE_END, regular=False)
_BLOCK = "MarketPricing/GetLmpConsolidatedTable"
_MCP = "MarketPricing/GetAncillaryServicesMcp"
_NSI, _NAI = "Interchange/GetNsi", "Interchange/GetNai"
_LOAD = "RealTimeTotalLoad"

_SHOWN: dict[str, tuple[str, Expectation]] = {
    **{code: (code, _FIVE) for code in ("FuelMix", "FuelMix/Today", "FuelMix/Yesterday")},
    f"{_LOAD}/FiveMinTotalLoad": (_LOAD, _FIVE),
    f"{_LOAD}/ClearedMW": (_LOAD, _HOUR),
    f"{_LOAD}/MediumTermLoadForecast": (_LOAD, _HOUR),
    **{
        f"WindSolar/get{sun}{end}": (f"WindSolar/get{sun}{end.split('/')[0]}", _HOUR_START)
        for sun in ("wind", "solar")
        for end in ("/actual", "/forecast", "actual", "forecast")
    },
    _NSI: (_NSI, _MINUTE),
    **{
        f"{_NSI}/{end}": (f"{_NSI}/{end}", _MINUTE)
        for end in ("OneMinute", "MISO", "MISOOneMinute")
    },
    **{f"{_NSI}/{end}": (f"{_NSI}/{end}", _AT) for end in ("FiveMinute", "MISOFiveMinute")},
    **{code: (code, _AT) for code in (_NAI, f"{_NAI}/FiveMinute", f"{_NAI}/Imports")},
    "RegionalDirectionalTransfer": ("RegionalDirectionalTransfer", _AT),
    "Ace": ("Ace", _UNEVEN),
    **{
        f"MarketPricing/GetRealTimeFiveMinExPost/{which}": (
            f"MarketPricing/GetRealTimeFiveMinExPost/{which}",
            _FIVE,
        )
        for which in ("Current", "Rolling", "Previous")
    },
    f"{_BLOCK}/FiveMinLMP": (_BLOCK, _FIVE),
    **{
        f"{_BLOCK}/{block}": (_BLOCK, _HOUR)
        for block in ("HourlyIntegratedLMP", "DayAheadExAnteLMP", "DayAheadExPostLMP")
    },
    "MarketPricing/GetExAnteLmp": ("MarketPricing/GetExAnteLmp", _FIVE),
    f"{_MCP}/RealTimeMCP": (_MCP, _FIVE),
    f"{_MCP}/DayAheadMCP": (_MCP, _HOUR),
    **{
        f"BindingConstraints/{name}": (f"BindingConstraints/{name}", _BOUND)
        for name in ("RealTime", "SubRegional", "Reserve")
    },
    "CoordinatedTransactionScheduling": ("CoordinatedTransactionScheduling", _expect("start", 15)),
    "CsatSupplyDemand": ("CsatSupplyDemand", _expect("instant", 15)),
    "Snapshot": ("Snapshot", _UNEVEN),
}
"""By report: the display in which it stands, and what its page says."""

_PRICES, _RESERVES = _expect("end", 60, 8, 15), _expect("end", 60, 48)
_AHEAD = replace(_HOUR, days=6, ahead=-1)
_DATED: dict[str, tuple[str, int, Expectation]] = {
    **{
        stem: (f"{stem}.csv", 0, _PRICES)
        for stem in ("da_exante_lmp", "da_expost_lmp", "rt_lmp_prelim", "rt_lmp_final")
    },
    **{
        f"asm_{stem}": (f"asm_{stem}.csv", 0, _RESERVES)
        for stem in ("exante_damcp", "expost_damcp", "rtmcp_prelim", "rtmcp_final")
    },
    "df_al/actual": ("df_al.xls", 1, _expect("end", 60, 7)),
    "rf_al/actual": ("rf_al.xls", 1, _expect("end", 60, 4)),
    "df_al/forecast": ("df_al.xls", 0, replace(_AHEAD, aside=7 * 24)),
    "rf_al/forecast": ("rf_al.xls", 0, replace(_AHEAD, aside=4 * 24)),
    "da_bc": ("da_bc.xls", -1, replace(_HOUR, regular=False, holes=24)),
    "rt_bc": ("rt_bc.xls", 1, replace(_BOUND, holes=288)),
    "5min_exante_lmp": ("5min_exante_lmp.xlsx", 0, _expect("start", 5, 8, 15)),
}
"""By report: the end of its name, by how many days the name is ahead of its market day, its page."""


_PRODUCTS = {
    **{
        f"{who}{what}": word + end
        for who, end in (("GEN", ""), ("DEM", "_demand"))
        for what, word in (
            ("REGMCP", "regulation"),
            ("SPINMCP", "spinning"),
            ("SUPPMCP", "supplemental"),
        )
    },
    **{"GenRegMCP": "regulation", "GenSpinMCP": "spinning", "GenSuppMCP": "supplemental"},
    **{"DemandRegMcp": "regulation_demand", "DemandSpinMcp": "spinning_demand"},
    **{"DemandSuppMcp": "supplemental_demand", "StrMcp": "short_term_reserve"},
    **{"RcpUpMcp": "ramp_up", "RcpDownMcp": "ramp_down", "STR": "short_term_reserve"},
    **{"Regulation": "regulation", "Spin": "spinning", "Supplemental": "supplemental"},
    **{"Ramp-up": "ramp_up", "Ramp-down": "ramp_down"},
}


def _named(told: pl.DataFrame) -> pl.DataFrame:
    """The product in tieline's word, where one is printed."""
    if "product_printed" not in told.columns:
        return told
    return told.with_columns(pl.col("product_printed").replace_strict(_PRODUCTS).alias("product"))


@dataclass(frozen=True, slots=True)
class ShownWriter:
    """A display, as it stood at two moments of a day."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return _SHOWN[self.code][1]

    def printed(self, day: date) -> Sequence[Printed]:
        start = EASTERN_STANDARD.midnight(day)
        hours = range(1, 24, 3) if self.code.startswith("Binding") else (2, 17)
        moments = [start + timedelta(hours=hour, minutes=11) for hour in hours]
        shown = [_shown(self.seed, self.code, moment) for moment in moments]
        return [printed for printed in shown if printed.truth.height][:2]


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """A market report as it stands when all of its day's reports do."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return _DATED[self.code][2]

    def printed(self, day: date) -> Sequence[Printed]:
        ending, ahead, _ = _DATED[self.code]
        named = day + timedelta(days=ahead)
        page = market_report(self.seed, ending.split(".")[0], named)
        path = f"marketreports/{named:%Y%m%d}_{ending}"
        known = EASTERN_STANDARD.midnight(day) + _LATER
        told = _named(page.told[self.code])
        return [Printed(page.body, path, day, known, told, known - timedelta(days=1))]


_OF_DAYS_TOO = ("demand", "demand/actual", "demand/forecast", "load")
"""Answers that are of hours or of whole days."""


@dataclass(frozen=True, slots=True)
class KeyedWriter:
    """An answer of the Data Exchange, its pages one after the other."""

    code: str
    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        if self.code == "lgi/v1/real-time/demand/forecast":
            return replace(_expect("end", 60, 1), dayless=True)
        if "timeResolution=5min" in self.code:
            return _expect("start", 5, *((8, 15) if "lmp" in self.code else (48,)))
        return _FIVE if "5min" in self.code or "real-time/lmp-exante" in self.code else _HOUR

    def printed(self, day: date) -> Sequence[Printed]:
        pages = keyed_pages(self.seed, self.code, day)
        data = pages[0] if len(pages) == 1 else b"".join(b"\x1e" + page + b"\n" for page in pages)
        product, version, part, rest = self.code.split("/", 3)
        asked = "?timeResolution=hourly" if rest in _OF_DAYS_TOO else ""
        path = f"{product}/{version}/{part}/{day}/{rest}{asked}"
        # Labels of answers from before May 2026 stand five minutes later: nothing old is known here.
        known = max(EASTERN_STANDARD.midnight(day) + _LATER, datetime(2026, 5, 7, tzinfo=UTC))
        told = ANSWERS[self.code](self.seed, day).told
        return [Printed(data, path, day, known, _named(told))]


@dataclass(frozen=True, slots=True)
class YearWriter:
    """The constraints of the year, as they stood in the evening of a day."""

    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return replace(_BOUND, holes=288)

    def printed(self, day: date) -> Sequence[Printed]:
        moment = EASTERN_STANDARD.midnight(day) + timedelta(hours=20)
        page = year(self.seed, day - timedelta(days=1))
        path = f"marketreports/{day - timedelta(days=1):%Y}_rt_bc_HIST.csv"
        return [Printed(page.body, path, None, moment, page.told["rt_bc_HIST"])]


@dataclass(frozen=True, slots=True)
class BrokerWriter:
    """What the retired data broker said of the wind, in the same words as its successor."""

    seed: int = SEED

    @property
    def expectation(self) -> Expectation:
        return _HOUR_START

    def printed(self, day: date) -> Sequence[Printed]:
        path = (
            "MISORTWDDataBroker/DataBrokerServices.asmx?messageType=getWindForecast&returnType=json"
        )
        successor = ShownWriter("WindSolar/getwindforecast", self.seed)
        return [replace(printed, path=path) for printed in successor.printed(day)]


@lru_cache(maxsize=256)
def _shown(seed: int, code: str, moment: datetime) -> Printed:
    name = _SHOWN[code][0]
    slot = (int(moment.timestamp()) - 60) // 300 * 300
    page = display(seed, name, slot)
    return Printed(page.body, f"api/{name}", None, moment, _named(page.told[code]))


WRITERS: dict[str, Writer] = {
    **{f"miso:{code}": ShownWriter(code) for code in _SHOWN},
    **{f"miso:{code}": ReportWriter(code) for code in _DATED},
    **{f"miso:{code}": KeyedWriter(code) for code in ANSWERS if "pnode" not in code},
    "miso:rt_bc_HIST": YearWriter(),
    "miso:getWindForecast": BrokerWriter(),
}
"""Every report of MISO that has stamps, by its name."""

SURVIVORS: dict[str, str] = {}
"""Mutants that no file gives away, by name, each with the reason."""
