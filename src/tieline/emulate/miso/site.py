"""Addresses of the emulated MISO: public API, market reports, Data Exchange, the retired broker.

A display changes with each five minutes, a minute after their end. A report stands there from its
hour on; preliminary prices are taken away after four days. The Data Exchange answers in pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl

from tieline.emulate.archive import archive, member
from tieline.emulate.miso import displays, exchange, facts, priced, reports
from tieline.emulate.miso.displays import Display
from tieline.emulate.miso.facts import DAY, FIVE, HOUR, midnight
from tieline.emulate.miso.page import JSON, Page, written
from tieline.emulate.site import ZIP, Dated, File

_MINUTE = 60
DISPLAYS: dict[str, Display] = {
    **{code: displays.fuel_mix(code) for code in ("FuelMix", "FuelMix/Today", "FuelMix/Yesterday")},
    "RealTimeTotalLoad": displays.total_load,
    **{
        f"WindSolar/get{what}{end}": displays.renewable(which, f"get{what}{end}")
        for which, what in enumerate(("wind", "solar"))
        for end in ("", "forecast", "actual")
    },
    "Interchange/GetNsi": displays.schedules("Interchange/GetNsi", 60, 60),
    "Interchange/GetNsi/OneMinute": displays.schedules(
        "Interchange/GetNsi/OneMinute", 60, 36 * HOUR
    ),
    "Interchange/GetNsi/FiveMinute": displays.schedules(
        "Interchange/GetNsi/FiveMinute", FIVE, 36 * HOUR
    ),
    "Interchange/GetNsi/MISO": displays.schedules("Interchange/GetNsi/MISO", 60, 60),
    "Interchange/GetNsi/MISOOneMinute": displays.schedules(
        "Interchange/GetNsi/MISOOneMinute", 60, 36 * HOUR
    ),
    "Interchange/GetNsi/MISOFiveMinute": displays.schedules(
        "Interchange/GetNsi/MISOFiveMinute", FIVE, DAY
    ),
    **{
        code: displays.actual_exchange(code)
        for code in (f"Interchange/GetNai{end}" for end in ("", "/FiveMinute", "/Imports"))
    },
    "RegionalDirectionalTransfer": displays.transfer,
    "Ace": displays.control_error,
    **{
        f"MarketPricing/GetRealTimeFiveMinExPost/{which}": priced.five_minutes(which)
        for which in ("Current", "Rolling", "Previous")
    },
    "MarketPricing/GetLmpConsolidatedTable": priced.consolidated,
    "MarketPricing/GetExAnteLmp": priced.hubs_before,
    "MarketPricing/GetAncillaryServicesMcp": priced.ancillary,
    **{
        f"BindingConstraints/{name}": priced.constraints(name)
        for name in ("RealTime", "SubRegional", "Reserve")
    },
    "GenerationOutages/GetGenerationOutagesPlusMinusFiveDays": priced.outages,
    "CoordinatedTransactionScheduling": priced.scheduling,
    "CsatSupplyDemand": priced.supply,
    "Snapshot": priced.snapshot,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A market report: its ending, when it stands there (seconds after its named day begins), and
    for how many seconds; None is for ever."""

    ending: str
    write: reports.Report
    after: int
    kept: int | None = None


_AHEAD = 13 * HOUR - DAY
REPORTS: dict[str, Kind] = {
    "da_exante_lmp": Kind(
        "csv", reports.prices("da_exante_lmp", "Day Ahead Market ExAnte LMPs", "ahead"), _AHEAD
    ),
    "da_expost_lmp": Kind(
        "csv", reports.prices("da_expost_lmp", "Day Ahead Market ExPost LMPs", "ahead post"), _AHEAD
    ),
    "rt_lmp_prelim": Kind(
        "csv",
        reports.prices("rt_lmp_prelim", "Real Time Market LMPs", "hour first"),
        DAY + 7 * HOUR,
        4 * DAY,
    ),
    "rt_lmp_final": Kind(
        "csv", reports.prices("rt_lmp_final", "Real Time Market LMPs", "hour"), 5 * DAY + 7 * HOUR
    ),
    "asm_exante_damcp": Kind(
        "csv", reports.clearing("asm_exante_damcp", "Dayahead Market MCPs.", "ahead"), _AHEAD
    ),
    "asm_expost_damcp": Kind(
        "csv", reports.clearing("asm_expost_damcp", "Dayahead Market MCPs.", "ahead post"), _AHEAD
    ),
    "asm_rtmcp_prelim": Kind(
        "csv",
        reports.clearing("asm_rtmcp_prelim", "Real Time Market MCPs.", "hour first"),
        DAY + 7 * HOUR,
        4 * DAY,
    ),
    "asm_rtmcp_final": Kind(
        "csv",
        reports.clearing("asm_rtmcp_final", "Real Time Market MCPs.", "hour"),
        5 * DAY + 7 * HOUR,
    ),
    "df_al": Kind("xls", reports.loads("df_al"), 6 * HOUR),
    "rf_al": Kind("xls", reports.loads("rf_al"), 6 * HOUR),
    "da_bc": Kind("xls", reports.constraints("da_bc"), 13 * HOUR),
    "rt_bc": Kind("xls", reports.constraints("rt_bc"), 2 * HOUR),
    "5min_exante_lmp": Kind("xlsx", reports.five_minutes_before, DAY + 7 * HOUR),
    "cpnode_reszone": Kind("xlsx", reports.reserve_zones, 10 * HOUR),
}
_YEAR = re.compile(r"marketreports/(?P<year>\d{4})_rt_bc_HIST\.csv")
_MONTH = re.compile(r"marketreports/(?P<month>\d{6})_da_expost_lmp_csv\.zip")
_LAST_MONTH = date(2022, 12, 1)
"""The last month whose day-ahead prices are archived."""
_REPORT = re.compile(r"marketreports/(?P<day>\d{8})_(?P<stem>\w+)\.(?P<ending>\w+)")
_KEYED = re.compile(r"(?P<path>(?:pricing|lgi)/v1/[^?]*)(?:\?(?P<query>.*))?")
_DATE = re.compile(r"/(\d{4}-\d\d-\d\d)(?=/)")


@dataclass(frozen=True, slots=True)
class Miso:
    """MISO from one seed."""

    seed: int

    def file(self, path: str, at: int) -> File | None:
        if path.startswith("api/"):
            return self._display(path.removeprefix("api/"), at)
        if path.startswith("marketreports/"):
            return self._report(path, at)
        if path.startswith("MISORTWD"):
            return File(facts.RETIRED, JSON, None)
        return self._keyed(path, at)

    def not_found(self) -> bytes:
        return facts.NOT_FOUND

    def another(self, path: str) -> str | None:
        """The next report of the same ending, or the next display."""
        if path.startswith("api/"):
            return f"api/{_after(path.removeprefix('api/'), list(DISPLAYS))}"
        match = _REPORT.fullmatch(path)
        if match is None:
            return None
        like = [stem for stem, kind in REPORTS.items() if kind.ending == match["ending"]]
        return f"marketreports/{match['day']}_{_after(match['stem'], like)}.{match['ending']}"

    def earlier(self, path: str) -> str | None:
        match = _REPORT.fullmatch(path)
        day = _day(match["day"]) if match else None
        if match is None or day is None:
            return None
        before = day - timedelta(days=1)
        return f"marketreports/{before:%Y%m%d}_{match['stem']}.{match['ending']}"

    def dated(self, path: str) -> Dated | None:
        """Nothing here is corrected in place: what is settled later has a file of its own."""
        return None

    def archive_clock(self, second: int) -> datetime:
        return facts.wall(second)

    def _display(self, code: str, at: int) -> File | None:
        if code not in DISPLAYS:
            return None
        slot = (at - _MINUTE) // FIVE * FIVE
        return File(display(self.seed, code, slot).body, JSON, slot + _MINUTE)

    def _report(self, path: str, at: int) -> File | None:
        if yearly := _YEAR.fullmatch(path):
            last = min(facts.day_at(at - DAY), date(int(yearly["year"]), 12, 31))
            if last.year != int(yearly["year"]):
                return None
            return File(year(self.seed, last).body, "text/csv", midnight(last) + DAY)
        if monthly := _MONTH.fullmatch(path):
            return self._month("da_expost_lmp", _day(monthly["month"] + "01"), at)
        match = _REPORT.fullmatch(path)
        kind = REPORTS.get(match["stem"]) if match else None
        day = _day(match["day"]) if match else None
        if match is None or kind is None or day is None or kind.ending != match["ending"]:
            return None
        begins = midnight(day) + kind.after
        if at < begins or (kind.kept is not None and at >= begins + kind.kept):
            return None
        page = market_report(self.seed, match["stem"], day)
        return File(page.body, page.media_type, begins)

    def _month(self, stem: str, first: date | None, at: int) -> File | None:
        """A report's files of one month, once the month is over."""
        if first is None or first > _LAST_MONTH:
            return None
        days = [first + timedelta(days=n) for n in range(31)]
        days = [day for day in days if day.month == first.month]
        if at < midnight(days[-1]) + DAY:
            return None
        members = [
            member(
                f"{day:%Y%m%d}_{stem}.csv",
                facts.wall(midnight(day) + REPORTS[stem].after),
                market_report(self.seed, stem, day).body,
            )
            for day in days
        ]
        return File(archive(members), ZIP, midnight(days[-1]) + DAY)

    def _keyed(self, path: str, at: int) -> File | None:
        match = _KEYED.fullmatch(path)
        if match is None:
            return None
        query = dict(parse_qsl(match["query"] or ""))
        number = int(query.pop("pageNumber", "1"))
        said = _DATE.search(match["path"])
        text = said[1] if said else query.pop("date", "")
        if query.get("timeResolution") == "hourly":
            del query["timeResolution"]
        day = _day(text.replace("-", ""))
        rest = "".join(f"?{key}={value}" for key, value in query.items())
        code = _DATE.sub("", match["path"]) + rest
        if day is None or code not in exchange.ANSWERS or at < _answered(code, day):
            return None
        pages = keyed_pages(self.seed, code, day, late=at < midnight(facts.RELABELLED))
        if not 1 <= number <= len(pages):
            return None
        return File(pages[number - 1], JSON, None)


def _answered(code: str, day: date) -> int:
    """When a day can first be asked for."""
    if "day-ahead" in code:
        return midnight(day) + 14 * HOUR - DAY
    if "forecast/load" in code or "pnode" in code:
        return midnight(day) + 7 * HOUR
    return midnight(day) + DAY + 7 * HOUR


def _after(name: str, names: list[str]) -> str:
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


def _day(text: str) -> date | None:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if facts.FIRST_DAY <= day <= facts.LAST_DAY else None


@lru_cache(maxsize=128)
def display(seed: int, code: str, slot: int) -> Page:
    """A display of the public API as of the end of an interval."""
    return DISPLAYS[code](seed, slot)


@lru_cache(maxsize=64)
def market_report(seed: int, stem: str, day: date) -> Page:
    """The market report whose name carries a day."""
    return REPORTS[stem].write(seed, day)


@lru_cache(maxsize=8)
def year(seed: int, day: date) -> Page:
    """The constraints of the year up to a day."""
    return reports.constraints_of_the_year(seed, day)


@lru_cache(maxsize=64)
def keyed_pages(seed: int, code: str, day: date, *, late: bool = False) -> tuple[bytes, ...]:
    """The pages of an answer of the Data Exchange; `late` if it is from before the relabelling."""
    rows = exchange.ANSWERS[code](seed, day).rows
    if late and code.startswith("pricing/v1/real-time/"):
        rows = exchange.labelled_late(rows)
    parts = [rows[at : at + exchange.PAGE] for at in range(0, len(rows), exchange.PAGE)] or [rows]
    return tuple(
        written(
            {
                "data": part,
                "page": {
                    "pageNumber": number,
                    "pageSize": exchange.PAGE,
                    "totalElements": len(rows),
                    "totalPages": len(parts),
                    "lastPage": number == len(parts),
                },
            }
        )
        for number, part in enumerate(parts, 1)
    )
