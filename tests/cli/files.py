"""Small files in the publisher's exact formats, whole and broken."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

from tieline.assemble import house_of, opened, settings_of
from tieline.flow.keeping import keep
from tieline.flow.plan import day_slice
from tieline.values import Known, Payload, sha256

ZONES = (("CAPITL", 61757), ("CENTRL", 61754), ("N.Y.C.", 61761), ("WEST", 61752))
DAY = date(2025, 11, 5)
HEADER = '"Time Stamp","Time Zone","Name","PTID","Load"'
NAME = "20251105pal.csv"


ALL_ZONES = (
    *ZONES,
    *(("DUNWOD", 61760), ("GENESE", 61753), ("HUD VL", 61758), ("LONGIL", 61762)),
    *(("MHK VL", 61756), ("MILLWD", 61759), ("NORTH", 61755)),
)


def load_lines(
    day: date = DAY,
    stamps: int = 12,
    first: float = 1000.0,
    zones: tuple[tuple[str, int], ...] = ZONES,
) -> list[str]:
    """Rows of P-58B, five minutes apart from midnight."""
    begin = datetime(day.year, day.month, day.day)  # noqa: DTZ001 as the file prints it
    return [
        f'"{begin + timedelta(minutes=5 * step):%m/%d/%Y %H:%M:%S}","EST","{name}",{ptid},'
        f"{first + step + place * 100:.1f}"
        for step in range(stamps)
        for place, (name, ptid) in enumerate(zones)
    ]


def as_file(lines: list[str], header: str = HEADER) -> bytes:
    return "".join(f"{line}\r\n" for line in (header, *lines)).encode()


def load_file(day: date = DAY, stamps: int = 12, first: float = 1000.0) -> bytes:
    return as_file(load_lines(day, stamps, first))


def whole_day(day: date = DAY) -> bytes:
    """Every stamp of every zone of an ordinary day."""
    return as_file(load_lines(day, 288, zones=ALL_ZONES))


def flow_file(day: date = DAY, stamps: int = 12) -> bytes:
    """Rows of P-32 of one interface."""
    begin = datetime(day.year, day.month, day.day)  # noqa: DTZ001 as the file prints it
    lines = [
        f"{begin + timedelta(minutes=5 * step):%m/%d/%Y %H:%M},CENTRAL EAST - VC,23330,"
        f"{2000 + step}.26,2175,-9999"
        for step in range(stamps)
    ]
    header = (
        "Timestamp,Interface Name,Point ID,Flow (MWH),Positive Limit (MWH),Negative Limit (MWH)"
    )
    return as_file(lines, header)


def zipped(members: dict[str, bytes], at: datetime = datetime(2025, 11, 6, 0, 15, 2)) -> bytes:  # noqa: DTZ001 as archives carry it
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), data)
    return written.getvalue()


ERROR_PAGE = (
    b"<!DOCTYPE html><html><head><title>Service Unavailable</title></head>"
    b"<body><h1>Service Unavailable</h1></body></html>\n"
)


def broken() -> dict[str, tuple[str, bytes, str, int]]:
    """What it is, to: file name, bytes, the error and its exit code."""
    archive = zipped({NAME: load_file()})
    text_numbers = [line.rsplit(",", 1)[0] + ",n/a" for line in load_lines()]
    without_load = [line.rsplit(",", 1)[0] for line in load_lines()]
    spring = [
        line.replace("03/10/2024 00:", "03/10/2024 02:") for line in load_lines(date(2024, 3, 10))
    ]
    return {
        "cut zip": ("20251101pal_csv.zip", archive[: len(archive) // 2], "Truncated", 4),
        "zip of another report": (
            "20251101pal_csv.zip",
            zipped({NAME: flow_file()}),
            "WrongReport",
            4,
        ),
        "error page": (NAME, ERROR_PAGE, "ErrorPage", 4),
        "empty": (NAME, b"", "EmptyAnswer", 5),
        "header renamed": (
            NAME,
            as_file(load_lines(), HEADER.replace("Load", "MW")),
            "DriftFound",
            4,
        ),
        "column missing": (
            NAME,
            as_file(without_load, HEADER.rsplit(",", 1)[0]),
            "DriftFound",
            4,
        ),
        "text numbers": (NAME, as_file(text_numbers), "Unreadable", 4),
        "missing hour": ("20240310pal.csv", as_file(spring), "ImpossibleTime", 4),
        "wrong day": (NAME, load_file(DAY - timedelta(days=1)), "WrongReport", 4),
    }


def kept(home: Path, data: bytes, at: datetime) -> None:
    """Bytes of 5 November and their note, as a process leaves them that is killed before its commit."""
    with opened(settings_of(home)) as found:
        house = house_of(found, record=lambda happening: None)
        _, report = house.report("nyiso:P-58B")
        payload = Payload(
            data=data, url=f"http://world/{NAME}", requested_at_utc=at, fetched_at_utc=at, status=200,
            headers={}, sha256=sha256(data),
        )  # fmt: skip
        slice = day_slice(report, DAY)
        keep(house, report, slice, payload, Known(at, "fetched"), origin="collect")
