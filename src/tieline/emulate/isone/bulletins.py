"""The answers that are no tables: morning report, seven-day capacity forecast, list of locations."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import numpy as np

from tieline.emulate import eastern
from tieline.emulate.growing import Growing, Version
from tieline.emulate.isone import facts, world
from tieline.emulate.isone.table import stamped
from tieline.emulate.noise import chance

_DAY = timedelta(days=1)
Bulletin = dict[str, Any]


def _stamp(second: int) -> str:
    return str(stamped(np.array([second], dtype=np.int64))[0])


def _peak(seed: int, day: date) -> int:
    start, end = eastern.bounds(day)
    hours = np.arange(start, end, 3600, dtype=np.int64)
    return int(round(float(world.zone_load(seed, hours).sum(axis=1).max()), -1))


def morning_reports(seed: int, day: date) -> list[tuple[int, Bulletin]]:
    """Versions of a day's morning report, each with the second of its publication."""
    first = eastern.at_clock(day, time(8, 10)) + int(chance(seed, "mr", day.toordinal()) * 600)
    told = [(first, "Morning Report")]
    if chance(seed, "mr again", day.toordinal()) < 0.3:
        told.append((eastern.at_clock(day, time(12, 2)), "Operational Capacity Update Report"))
    return [(at, _morning(seed, day, at, kind)) for at, kind in told]


def _morning(seed: int, day: date, at: int, kind: str) -> Bulletin:
    peak = _peak(seed, day)
    later = 12 if kind.startswith("Oper") else 0
    flows = [-220 - later, -120, 350, 0, -100, -1400]
    return {
        "BeginDate": _stamp(eastern.midnight(day)),
        "CreationDate": _stamp(at),
        "ReportType": kind,
        "PeakLoadYesterdayHour": _stamp(eastern.midnight(day) - 4 * 3600),
        "PeakLoadYesterdayMw": _peak(seed, day - _DAY),
        "CsoMw": 26707,
        "CapAdditionsMw": 1038,
        "GenOutagesReductionMW": 1567 + later,
        "PeakLoadTodayMw": peak,
        "TotAvailCapMw": peak + 4725,
        "SurplusDeficiencyMw": 2677 - later,
        "NetCapDeliveryMw": sum(flows),
        "NyIsoSarAvail": "Y",
        "ExpActOp4Mw": "0",
        "TieDelivery": [
            {"TieName": tie, "TieFlowMw": flow}
            for tie, flow in zip(facts.TIE_NAMES, flows, strict=True)
        ],
        "InterchangeDetail": [
            {
                "TieName": tie,
                "ImportLimitInMw": -1400,
                "ExportLimitOutMw": 1200,
                "ScheduledMw": flow,
            }
            for tie, flow in zip(facts.TIE_NAMES, flows, strict=True)
        ],
        "CityForecastDetail": [
            {
                "CityName": city,
                "HighTemperature": 40 + later,
                "WeatherConditions": "Clear",
                "WindDirSpeed": "SE-11",
            }
            for city in ("Boston", "Hartford")
        ],
    }


def seven_days(seed: int, day: date) -> tuple[int, Bulletin]:
    """The forecast issued on a day for the six days after it, and the second of its publication."""
    at = eastern.at_clock(day, time(9, 15)) + int(chance(seed, "sdf", day.toordinal()) * 1800)
    days = []
    for number in range(2, 8):
        ahead = day + (number - 1) * _DAY
        peak = _peak(seed, ahead)
        weather = [
            {"CityName": city, "HighTempF": 50 + number, "DewPointF": 40 + number}
            for city in ("Boston", "Hartford")
        ]
        days.append(
            {
                "@Day": str(number),
                "MarketDate": _stamp(eastern.midnight(ahead)),
                "CsoMw": 26707,
                "ColdWeatherOutagesMw": 0,
                "OtherGenOutagesMw": 1786 + number,
                "DelistMw": 971,
                "TotAvailGenMw": 25892,
                "PeakImportMw": 3440,
                "PeakLoadMw": peak,
                "SurplusDeficiencyMw": 27000 - peak,
                "PowerWatch": "N",
                "PowerWarn": "N",
                "ColdWeatherWatch": "-" if number > 5 else "N",
                "Weather": {"CityWeather": weather},
            }
        )
    first = _stamp(eastern.midnight(day + _DAY))
    return at, {"BeginDate": first, "CreationDate": _stamp(at), "MarketDay": days}


def locations(day: date) -> list[Bulletin]:
    """Every place that is listed on a day."""
    listed = [facts.SYSTEM, *facts.NODES, facts.HUB, *facts.ZONES]
    listed += facts.TIES if day >= facts.LINE_TO_MAINE else facts.TIES[:-1]
    return [
        {
            "LocationID": id,
            "LocationType": kind,
            "LocationName": name,
            "AreaType": "EXTERNAL" if kind == "EXT. NODE" else "INTERNAL",
        }
        for id, name, kind in listed
    ]


def write_morning(seed: int, day: date) -> Growing:
    """Versions are listed one after the other as they come."""
    return Growing(
        b"", tuple((Version(at, _body(told)),) for at, told in morning_reports(seed, day))
    )


def write_seven_days(seed: int, day: date) -> Growing:
    at, told = seven_days(seed, day)
    return Growing(b"", ((Version(at, _body(told)),),))


def write_locations(day: date) -> bytes:
    return b"".join(_body(one) for one in locations(day))


def _body(told: Bulletin) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode() + b","
