"""Addresses, days in names, and known times of archive members."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tieline.errors import UsageError
from tieline.feeds import (
    DailyFile,
    Publisher,
    Report,
    StaticFile,
    day_in_name,
    member_known,
    report_in_name,
    url_of,
)

PUBLISHER = Publisher(
    id="test",
    name="Test",
    zone="America/New_York",
    clock="America/New_York",
    base_url="http://x/",
)


def report(at: DailyFile | StaticFile) -> Report:
    return Report(
        publisher=PUBLISHER,
        code="T",
        title="Test",
        at=at,
        every=timedelta(minutes=5),
        promised_within=timedelta(minutes=5),
        established_by="code",
    )


PAL = report(
    DailyFile(path="csv/pal/{day:%Y%m%d}pal.csv", archive="csv/pal/{month:%Y%m%d}pal_csv.zip")
)


def test_addresses_of_leap_days_and_new_year() -> None:
    assert url_of(PAL, date(2024, 2, 29)) == "http://x/csv/pal/20240229pal.csv"
    assert url_of(PAL, date(2024, 2, 29), archive=True) == "http://x/csv/pal/20240201pal_csv.zip"
    assert url_of(PAL, date(2025, 1, 1)) == "http://x/csv/pal/20250101pal.csv"
    assert url_of(report(StaticFile(path="now.csv"))) == "http://x/now.csv"
    yearly = report(StaticFile(path="{day:%Y}_so_far.csv", shift=-1))
    assert url_of(yearly, date(2026, 1, 1)) == "http://x/2025_so_far.csv"
    assert url_of(yearly, date(2026, 1, 2)) == "http://x/2026_so_far.csv"


def test_what_has_no_address_says_so() -> None:
    with pytest.raises(UsageError, match="which day"):
        url_of(PAL)
    with pytest.raises(UsageError, match="say which day"):
        url_of(report(StaticFile(path="{day:%Y}_so_far.csv")))
    with pytest.raises(UsageError, match="no archive"):
        url_of(report(DailyFile(path="{day:%Y%m%d}x.csv")), date(2024, 1, 1), archive=True)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("20171122pal.csv", date(2017, 11, 22)),
        ("some/folder/20171122pal.csv", date(2017, 11, 22)),
        ("C:\\mine\\20171122PAL (1).csv", date(2017, 11, 22)),
        ("nyiso_20171122pal.csv.txt", date(2017, 11, 22)),
        ("20171122palIntegrated.csv", None),
        ("20171101pal_csv.zip", None),
        ("120171122pal.csv", None),
        ("20171322pal.csv", None),
        ("pal-20171122 (1).csv", None),
        ("pal.csv", None),
    ],
)
def test_the_day_that_a_name_carries(name: str, day: date | None) -> None:
    assert day_in_name(PAL, name) == day


def test_a_query_behind_the_day_is_no_part_of_a_name() -> None:
    hourly = report(DailyFile(path="v1/{day:%Y-%m-%d}/demand?timeResolution=hourly"))
    assert day_in_name(hourly, "2017-11-22_demand.json") == date(2017, 11, 22)
    assert day_in_name(hourly, "v1/2017-11-22/demand?timeResolution=hourly") == date(2017, 11, 22)
    asked = report(DailyFile(path="v1/pnode?date={day:%Y-%m-%d}"))
    assert day_in_name(asked, "pnode?date=2017-11-22") == date(2017, 11, 22)


def test_static_files_carry_no_day() -> None:
    assert day_in_name(report(StaticFile(path="20171122pal.csv")), "20171122pal.csv") is None


def naive(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("modified", "at", "basis"),
    [
        ("2012-11-02T00:13:24", "2012-11-02T04:13:24+00:00", "modified"),
        ("2024-11-03T01:30:00", "2024-11-03T06:30:00+00:00", "modified"),
        ("2024-03-10T02:30:00", "2024-03-10T07:30:00+00:00", "modified"),
        ("2030-01-01T00:00:00", "2025-01-01T00:00:00+00:00", "fetched"),
        ("1980-01-01T00:00:00", "2025-01-01T00:00:00+00:00", "fetched"),
    ],
)
def test_when_a_member_was_known(modified: str, at: str, basis: str) -> None:
    fetched = datetime(2025, 1, 1, tzinfo=UTC)
    known = member_known(PUBLISHER, naive(modified), fetched)
    assert (known.at_utc, known.basis) == (datetime.fromisoformat(at), basis)


def test_a_member_without_a_time_was_known_when_fetched() -> None:
    fetched = datetime(2025, 1, 1, tzinfo=UTC)
    assert member_known(PUBLISHER, None, fetched).basis == "fetched"


def test_a_files_name_says_which_report_it_is() -> None:
    places = [
        report(DailyFile(path=f"load/day/{{day:%Y%m%d}}/location/{n}.json")) for n in (41, 411)
    ]
    plain, dated = report(DailyFile(path="load/day/{day:%Y%m%d}.json")), PAL
    all_of_them = [plain, *places, dated, report(StaticFile(path="now.csv"))]
    for name, which in (
        ("load_day_20240310_location_41.json", places[0]),
        ("load_day_20240310_location_411 (1).json", places[1]),
        ("load/day/20240310/location/411.json", places[1]),
        ("20240310pal.csv", dated),
        ("20240310.json", None),
        ("load_day_20240310_location_42.json", None),
        ("now.csv", None),
    ):
        assert report_in_name(all_of_them, name) is which, name
