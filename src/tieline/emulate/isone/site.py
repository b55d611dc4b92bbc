"""ISO New England's web services and CSV tree as addresses that answer as of an instant.

`api/v1.1/{resource}/day/{day}[/location/{id}|/all].json`, `/{resource}/current.json`: JSON; the same without
`.json` is XML. A day of which nothing is published yet is an empty element. The tree answers a missing day
with one sentence and 200.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from tieline.emulate import eastern
from tieline.emulate.growing import Growing, View
from tieline.emulate.isone import bulletins, facts, tree
from tieline.emulate.isone.resources import RESOURCES, has, lmp, only
from tieline.emulate.isone.table import Resource, Table, growing, wrapped
from tieline.emulate.site import CSV, JSON, Dated, File

XML = "application/xml"
_API = re.compile(r"api/v1\.1/(?P<rest>[\w/]+?)(?P<json>\.json)?")
_DAY = re.compile(
    r"(?P<path>[\w/]+)/day/(?P<day>\d{8})(/location/(?P<location>\d+)|/(?P<all>all))?"
)
_TREE = re.compile(
    r"(static-transform/csv/)?histRpts/(?P<folder>da-lmp|rt-lmp)/"
    r"(?P<stem>WW_DALMP_ISO|lmp_rt_final)_(?P<day>\d{8})\.csv"
)
_ONE_DAY = timedelta(days=1)
_NOW = Resource("fiveminutelmp", ("FiveMinLmps", "FiveMinLmp"), partial(lmp, "prelim", 300, 0))
_BY_PATH = {resource.path: resource for resource in RESOURCES}
NEWEST = {"fiveminutelmp": _NOW, "genfuelmix": _BY_PATH["genfuelmix"]}
_BULLETINS = {
    "morningreport": ("MorningReports", "MorningReport"),
    "sevendayforecast": ("SevenDayForecasts", "SevenDayForecast"),
}
_EVERY_ISSUE = ("reliabilityregionloadforecast",)
"""Resources whose days are asked with `/all` behind."""
_TREE_OF = {"WW_DALMP_ISO": "hourlylmp/da/final", "lmp_rt_final": "hourlylmp/rt/final"}


@dataclass(frozen=True, slots=True)
class Isone:
    """ISO New England from one seed."""

    seed: int

    def file(self, path: str, at: int) -> File | None:
        if found := _TREE.fullmatch(path):
            return self._tree(found["stem"], _date(found["day"]), at)
        asked = _API.fullmatch(path)
        if asked is None:
            return None
        answer = self._service(asked["rest"], at)
        if answer is None or asked["json"]:
            return answer
        text = b'<?xml version="1.0" encoding="UTF-8"?><Answer xmlns="ns0"/>'
        return File(text, XML, answer.modified)

    def not_found(self) -> bytes:
        return facts.NOT_FOUND

    def another(self, path: str) -> str | None:
        return (
            path.replace("/hourlysysload/", "/genfuelmix/")
            if "/hourlysysload/" in path
            else re.sub(
                r"(api/v1\.1/)[\w/]+?(/day/\d{8}|/current)[/\w]*\.json",
                r"\1hourlysysload\2.json",
                path,
            )
        )

    def earlier(self, path: str) -> str | None:
        found = re.search(r"\d{8}", path)
        day = _date(found[0]) if found else None
        if found is None or day is None:
            return None
        return path.replace(found[0], f"{day - _ONE_DAY:%Y%m%d}")

    def dated(self, path: str) -> Dated | None:
        return None

    def archive_clock(self, second: int) -> datetime:
        return eastern.wall_clock(second)

    def _service(self, rest: str, at: int) -> File | None:
        if rest == "locations/all":
            body = wrapped(("Locations", "Location"), bulletins.write_locations(eastern.day_at(at)))
            return File(body, JSON, None)
        if rest.endswith("/current"):
            return self._current(rest.removesuffix("/current"), at)
        asked = _DAY.fullmatch(rest)
        day = _date(asked["day"]) if asked else None
        if asked is None or day is None:
            return None
        if asked["path"] in _BULLETINS:
            return _json(
                _BULLETINS[asked["path"]], bulletin(self.seed, asked["path"], day).view(at)
            )
        resource = _BY_PATH.get(asked["path"])
        if resource is None or (asked["path"] in _EVERY_ISSUE) != bool(asked["all"]):
            return None
        place = int(asked["location"]) if asked["location"] else None
        if (place is None) != (not resource.locations) or (
            place is not None and place not in resource.locations
        ):
            return None
        return _json(resource.names, answer_of(self.seed, resource.path, day, place).view(at))

    def _current(self, path: str, at: int) -> File | None:
        resource = NEWEST.get(path)
        if resource is None:
            return None
        today = eastern.day_at(at)
        for day in (today, today - _ONE_DAY):
            found = newest_of(self.seed, path, day).newest(at)
            if found:
                return _json(resource.names, found)
        return None

    def _tree(self, stem: str, day: date | None, at: int) -> File | None:
        if day is None:
            return None
        table = table_of(self.seed, _TREE_OF[stem], day)
        published = int(table.since[-1])
        if published > at:
            return File(facts.NOTHING, CSV, None)
        return File(csv_of(self.seed, stem, day), CSV, published)


def _json(names: tuple[str, ...], view: View | None) -> File:
    if view is None:
        return File(wrapped(names, b""), JSON, None)
    return File(wrapped(names, view.body), JSON, view.modified)


def _date(text: str) -> date | None:
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if facts.FIRST_DAY <= day <= facts.LAST_DAY else None


@lru_cache(maxsize=64)
def table_of(seed: int, path: str, day: date) -> Table:
    return _BY_PATH[path].make(seed, day)


@lru_cache(maxsize=256)
def answer_of(seed: int, path: str, day: date, place: int | None) -> Growing:
    """A day's answer through its life, of one place where one is asked."""
    table = table_of(seed, path, day)
    if place is not None:
        if not has(table, place):
            return Growing(b"", ())
        table = only(table, place)
    return growing(table, _BY_PATH[path].stamp)


@lru_cache(maxsize=8)
def newest_of(seed: int, path: str, day: date) -> Growing:
    return growing(NEWEST[path].make(seed, day), NEWEST[path].stamp)


@lru_cache(maxsize=32)
def bulletin(seed: int, path: str, day: date) -> Growing:
    write = bulletins.write_morning if path == "morningreport" else bulletins.write_seven_days
    return write(seed, day)


@lru_cache(maxsize=16)
def csv_of(seed: int, stem: str, day: date) -> bytes:
    kinds = {str(id): kind for id, _, kind in (*facts.NODES, facts.HUB, *facts.ZONES, *facts.TIES)}
    return tree.write(stem, day, table_of(seed, _TREE_OF[stem], day), kinds)
