"""How the emulated files come, grow, are corrected and leave."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from tieline.emulate import eastern
from tieline.emulate.nyiso import Nyiso, truth
from tieline.emulate.nyiso.facts import CURRENT_FLOWS, CURRENT_PRICES, KINDS, Kind
from tieline.emulate.nyiso.site import growing, parse
from tieline.errors import UsageError

SITE = Nyiso(5)
DAY = date(2026, 3, 17)
NOON = int(datetime(2026, 3, 17, 16, 0, tzinfo=UTC).timestamp())
BY_CODE = {kind.code: kind for kind in KINDS}


def lines(path: str, at: int) -> list[str]:
    file = SITE.file(path, at)
    return file.body.decode().splitlines() if file else []


def daily(kind: Kind, day: date) -> str:
    return f"public/csv/{kind.folder}/{day:%Y%m%d}{kind.stem}.csv"


def monthly(kind: Kind, day: date) -> str:
    return f"public/csv/{kind.folder}/{day:%Y%m}01{kind.stem}_csv.zip"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_the_same_seed_gives_the_same_bytes(kind: Kind) -> None:
    growing.cache_clear()
    after = NOON + 2 * 86400
    first = SITE.file(daily(kind, DAY), after)
    growing.cache_clear()
    assert first == Nyiso(5).file(daily(kind, DAY), after)
    assert first != Nyiso(6).file(daily(kind, DAY), after)


@pytest.mark.parametrize("code", ["P-32", "P-58B", "P-58C", "P-63"])
def test_a_growing_file_keeps_its_rows(code: str) -> None:
    """A row stays until a correction or, for a blank cell, until the next write."""
    path = daily(BY_CODE[code], DAY)
    before: set[str] = set()
    start, end = eastern.bounds(DAY)
    grown = 0
    for at in range(start, end + 3600, 1800):
        now = set(lines(path, at))
        assert all(line.endswith(",") for line in before - now)
        grown += len(now) > len(before)
        before = now
    assert grown > 20


def test_price_rows_ahead_of_dispatch_are_replaced_by_it() -> None:
    path = daily(BY_CODE["P-24A"], DAY)
    body = lines(path, NOON)
    latest = lines(CURRENT_PRICES, NOON)
    newest = latest[1].split(",")[0]
    stamps = list(dict.fromkeys(line.split(",")[0] for line in body[1:]))
    ahead = stamps[stamps.index(newest) + 1 :]
    assert ahead and all(stamp[15:17] in ("00", "15", "30", "45") for stamp in ahead)
    later = lines(path, NOON + 3600)
    replaced = [line for line in body if line.split(",")[0] in ahead and line not in later]
    assert len(replaced) > 10
    assert {line.split(",")[0] for line in replaced} <= {line.split(",")[0] for line in later}


def test_rows_appear_minutes_after_their_stamp() -> None:
    lags = []
    for at in range(NOON, NOON + 3600, 10):
        file = SITE.file(CURRENT_FLOWS, at)
        assert file is not None and file.modified is not None and file.modified <= at
        printed = file.body.decode().splitlines()[1]
        wall = eastern.wall_clock(file.modified)
        minutes = wall.hour * 60 + wall.minute - int(printed[11:13]) * 60 - int(printed[14:16])
        lags.append(60 * minutes + wall.second)
    assert min(lags) >= 40 and max(lags) <= 200


def test_the_current_file_is_the_newest_stamp_of_the_daily_file() -> None:
    current = lines(CURRENT_FLOWS, NOON)
    assert len(current) == 20
    assert current[1:] == lines(daily(BY_CODE["P-32"], DAY), NOON + 20)[-19:]
    apart = [
        at
        for at in range(NOON, NOON + 900, 10)
        if lines(CURRENT_FLOWS, at)[1:] != lines(daily(BY_CODE["P-32"], DAY), at)[-19:]
    ]
    assert 3 <= len(apart) <= 12
    midnight = eastern.midnight(DAY)
    assert lines(CURRENT_FLOWS, midnight + 30)[1].startswith("03/16/2026 23:5")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_last_modified_moves_with_the_bytes(kind: Kind) -> None:
    start, end = eastern.bounds(DAY)
    seen: dict[int, bytes] = {}
    for at in range(start, end + 2 * 86400, 977):
        file = SITE.file(daily(kind, DAY), at)
        if file is None:
            continue
        assert file.modified is not None and file.modified <= at
        assert seen.setdefault(file.modified, file.body) == file.body
    assert list(seen) == sorted(seen)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_daily_files_stand_for_nine_days_and_not_before_their_day(kind: Kind) -> None:
    path = daily(kind, DAY)
    start, _ = eastern.bounds(DAY)
    assert SITE.file(path, start - kind.ahead - 60) is None
    assert SITE.file(path, start + 9 * 86400 + 3600) is not None
    assert SITE.file(path, start + 10 * 86400 + 7200) is None
    assert SITE.file(monthly(kind, DAY), start + 40 * 86400) is not None


def test_the_forecast_is_published_in_the_morning() -> None:
    path = daily(BY_CODE["P-7"], DAY)
    start, _ = eastern.bounds(DAY)
    assert SITE.file(path, start + 7 * 3600) is None
    assert SITE.file(path, start + 8 * 3600 + 1300) is not None
    issues = {
        file.modified
        for n in range(40)
        if (day := DAY + timedelta(days=n))
        and (file := SITE.file(daily(BY_CODE["P-7"], day), eastern.bounds(day)[1]))
    }
    hours = {eastern.wall_clock(at or 0).hour for at in issues}
    assert hours & {7, 8} and hours & set(range(10, 16))


def test_the_months_archive_grows_and_tells_when_each_file_was_written() -> None:
    kind = BY_CODE["P-58B"]
    file = SITE.file(monthly(kind, DAY), NOON)
    assert file is not None
    with zipfile.ZipFile(io.BytesIO(file.body)) as packed:
        infos = packed.infolist()
        today = packed.read(f"{DAY:%Y%m%d}pal.csv")
    assert len(infos) == 17
    assert [one.date_time for one in infos] == sorted(one.date_time for one in infos)
    direct = SITE.file(daily(kind, DAY), NOON)
    assert direct is not None and today == direct.body
    assert infos[-1].date_time == eastern.wall_clock(direct.modified or 0).timetuple()[:6]
    usual = [one for one in infos[:-1] if one.date_time[3] == 0]
    assert len(usual) >= 12 and all(5 <= one.date_time[4] <= 15 for one in usual)


def test_what_was_never_published_is_not_found() -> None:
    for path in (
        "public/csv/pal/20260302pal_csv.zip",
        "public/csv/pal/20260401pal_csv.zip",
        "public/csv/pal/20260318pal.csv",
        "public/csv/PAL/20260317pal.csv",
        "public/csv/pal/20260317pal_csv.csv",
        "public/csv/pal/20260230pal.csv",
        "public/csv/rtfuelmix/20150601rtfuelmix_csv.zip",
        "public/menu.htm",
    ):
        assert SITE.file(path, NOON) is None, path


def test_addresses_are_taken_apart_and_put_together() -> None:
    for kind in KINDS:
        for path in (daily(kind, DAY), monthly(kind, DAY)):
            assert str(parse(path)) == path


def test_some_days_are_corrected_on_the_next() -> None:
    for code in ("P-58B", "P-58C", "P-24A", "P-63", "P-32"):
        changed = 0
        for n in range(60):
            day = DAY + timedelta(days=n)
            end = eastern.bounds(day)[1]
            before, after = (SITE.view(BY_CODE[code], day, end + hours * 3600) for hours in (4, 20))
            assert before and after
            changed += before.body != after.body
            assert (before.body != after.body) == (before.modified != after.modified)
            assert len(before.body.splitlines()) == len(after.body.splitlines())
        assert 0 < changed < 20, code


def test_some_rows_arrive_late_and_some_cells_are_blank_at_first() -> None:
    late = blank = 0
    for n in range(15):
        day = DAY + timedelta(days=n)
        blocks = growing(5, "P-58B", day).blocks
        firsts = [block[0].since for block in blocks]
        late += sum(one > firsts[k + 1] for k, one in enumerate(firsts[:-1]))
        blank += sum(b",\r\n" in block[0].text for block in blocks)
        assert not any(b",\r\n" in block[-1].text for block in blocks)
    assert late and blank


def test_the_truth_is_what_the_final_file_says() -> None:
    for kind in KINDS:
        found = truth(5, kind.code, DAY)
        view = SITE.view(kind, DAY, NOON + 5 * 86400)
        assert view is not None
        printed = [row for row in view.body.decode().splitlines()[1:] if row[:5] != "Total"]
        values = found.drop("stamp_utc", "id").select(pl.selectors.numeric())
        if kind.code in ("P-30", "P-31"):
            heads = 1 if kind.code == "P-30" else 2
            numbers = [float(cell) for row in printed for cell in row.split(",")[heads:]]
        elif kind.code in ("P-7", "P-7A"):
            heads = 1 if kind.code == "P-7" else 4
            numbers = [float(cell) for row in printed for cell in row.split(",")[heads:]]
        else:
            numbers = [float(cell) for row in printed for cell in row.split(",")[-values.width :]]
        assert pl.Series(values.rows()).explode().to_list() == pytest.approx(numbers, abs=1e-9)
    with pytest.raises(UsageError, match="P-58B"):
        truth(5, "P-99", DAY)


def test_stamps_without_seconds_stay_unique() -> None:
    for n in range(0, 360, 30):
        found = truth(5, "P-63", date(2016, 1, 1) + timedelta(days=n))
        assert found.select("stamp_utc", "id").is_unique().all()
        assert (found["stamp_utc"].dt.second() == 0).all()


def test_a_version_of_a_daily_file_is_cut_in_no_time() -> None:
    for kind in KINDS:
        SITE.file(daily(kind, DAY), NOON)
        began = time.perf_counter()
        for n in range(20):
            SITE.file(daily(kind, DAY), NOON + n)
        assert (time.perf_counter() - began) / 20 < 0.03
