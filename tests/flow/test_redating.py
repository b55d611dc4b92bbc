"""A known time that an old recipe got wrong is corrected by reading again; no other is touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flow.conftest import Bench, bench_of
from tests.flow.operator import Scene, flat, scene_of, zip_of
from tieline.assemble import opened, settings_of
from tieline.flow import Replayed, import_file, rebuild_all, replay, replayable
from tieline.flow.verifying import derive, groups
from tieline.ledger import Entry
from tieline.markettime import day_window
from tieline.select import read
from tieline.sources.isone.publisher import GENERATED
from tieline.values import Window

REPORT = "nyiso:P-32"
FILE = "20260302ExternalLimitsFlows.csv"
DAY = date(2026, 3, 2)
WINDOW = Window(*day_window("America/New_York", DAY))
RIGHT, WRONG = "America/New_York", "America/Los_Angeles"
STAMPS = ("00:00", "00:05")

Story = Callable[[Scene], None]


def clocked(scene: Scene, clock: str) -> Scene:
    """The same scene where the publisher's clock is believed to be another."""
    _, report = scene.house.report(REPORT)
    scene.changed(REPORT, publisher=replace(report.publisher, clock=clock))
    return scene


def imported(scene: Scene) -> None:
    """An archive of two days, imported twice; the second time it has a correction."""
    for hour, flow, modified in ((18, 1, 9), (20, 2, 12)):
        scene.at(hour, day=date(2026, 3, 3))
        other = flat(flow, STAMPS, "03/01/2026")
        members = {FILE: flat(flow, STAMPS), FILE.replace("0302", "0301"): other}
        name = "20260301ExternalLimitsFlows_csv.zip"
        scene.bench.house = scene.house
        scene.bench.bring(zip_of(members, clock_of(modified)), name=name)


def clock_of(hour: int) -> Callable[[str], datetime]:
    def when(member: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-03T{hour:02}:00")

    return when


def polled(scene: Scene) -> None:
    """Looks at a growing file whose server says local time without a zone."""
    told = (
        (18, 0, 1, "12:50"),
        (18, 5, 1, "12:50"),
        (19, 0, 2, "13:55"),
        (20, 0, 1, "12:50"),
        (21, 0, 3, "15:58"),
        (21, 5, 4, "15:59"),
    )
    for hour, minute, flow, said in told:
        scene.at(hour, minute)
        scene.operator.puts(FILE, flat(flow, STAMPS), last_modified=f"Mon, 02 Mar 2026 {said}:00")
        scene.polls()


def archived(scene: Scene) -> None:
    """A month's archive, asked for twice: the second look finds the same version."""
    scene.at(12, day=date(2026, 3, 9))
    scene.operator.puts("20260301ExternalLimitsFlows_csv.zip", zip_of({FILE: flat(1, STAMPS)}))
    scene.takes(scene.archive(DAY, DAY))
    scene.at(13, day=date(2026, 3, 9))
    scene.takes(scene.archive(DAY, DAY))


def awaited(scene: Scene) -> None:
    """A file that was not there for a day and then claims to have been, long ago."""
    day = date(2026, 3, 3)
    for hour in (8, 12):
        scene.at(hour, day=day).takes(replace(scene.job(), otherwise=None))
    scene.operator.puts(FILE, b" \r\n")
    scene.at(16, day=day).takes(replace(scene.job(), otherwise=None))
    for hour, flow, said in ((20, 1, "00:01"), (22, 2, "16:30")):
        told = f"Tue, 03 Mar 2026 {said}:00"
        scene.operator.puts(FILE, flat(flow, STAMPS), last_modified=told)
        scene.at(hour, day=day).takes(replace(scene.job(), otherwise=None))


STORIES = [imported, polled, archived, awaited]


def replayed(scene: Scene) -> Replayed:
    feed, report = scene.house.report(REPORT)
    window = Window(WINDOW.start - timedelta(days=1), WINDOW.end)
    return replay(scene.house, feed, report, replayable(scene.house, report, window))


def times(scene: Scene) -> list[tuple[datetime, datetime | None, str | None]]:
    entries = scene.house.ledger.entries(states=["completed"])
    return sorted((one.fetched_at_utc, one.known_at_utc, one.known_basis) for one in entries)


def scene_in(folder: Path, story: Story, clock: str) -> tuple[list[object], pl.DataFrame]:
    """Known times and rows of a home that believed in a clock from the first day."""
    folder.mkdir()
    with opened(settings_of(folder / "home")) as home:
        scene = clocked(scene_of(bench_of(home, folder)), clock)
        story(scene)
        return list(times(scene)), scene.bench.stored()


@pytest.mark.parametrize("story", STORIES)
def test_a_replay_gives_what_the_right_clock_would_have_given(
    bench: Bench, tmp_path: Path, story: Story
) -> None:
    wanted, rows = scene_in(tmp_path / "right", story, RIGHT)
    scene = clocked(scene_of(bench), WRONG)
    story(scene)
    before = scene.house.ledger.sequence()
    wrong, was = times(scene), answered(scene)
    clocked(scene, RIGHT)
    assert wrong != wanted
    assert all(derive(scene.house, group).outdated for group in groups(scene.house, None))
    assert replayed(scene).noteless == ()
    assert times(scene) == wanted
    assert bench.stored().equals(rows)
    assert answered(scene, before).equals(was)
    for group in groups(scene.house, None):
        checked = derive(scene.house, group)
        assert (checked.outdated, checked.damage) == (False, ())


@pytest.mark.parametrize("hour", [6, 19, 39])
@pytest.mark.parametrize("story", STORIES)
def test_a_new_observation_has_the_others_corrected(
    bench: Bench, tmp_path: Path, story: Story, hour: int
) -> None:
    fetched = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)

    def and_then(scene: Scene) -> None:
        story(scene)
        late(scene, fetched)

    wanted, rows = scene_in(tmp_path / "right", and_then, RIGHT)
    scene = clocked(scene_of(bench), WRONG)
    story(scene)
    clocked(scene, RIGHT)
    late(scene, fetched)
    replayed(scene)
    assert times(scene) == wanted
    assert bench.stored().equals(rows)


def late(scene: Scene, fetched: datetime) -> None:
    """A file that somebody fetched long ago, imported last."""
    scene.at(10, day=date(2026, 3, 10))
    feed, report = scene.house.report(REPORT)
    scene.bench.house = replace(scene.house, feeds=(feed,))
    path = scene.bench.folder / FILE
    path.write_bytes(flat(9, STAMPS))
    import_file(scene.house, feed, report, path, fetched_at=fetched)


def answered(scene: Scene, at_sequence: int | None = None) -> pl.DataFrame:
    start = WINDOW.start - timedelta(days=1)
    lake = scene.bench.lake()
    answer = read(
        lake, "interface_flow", start, WINDOW.end, revisions="all", at_sequence=at_sequence
    )
    return answer.polars().drop("row_sequence", strict=False)


@pytest.mark.parametrize("story", STORIES)
def test_the_same_recipe_changes_no_known_time(bench: Bench, story: Story) -> None:
    scene = clocked(scene_of(bench), RIGHT)
    story(scene)
    before, rows = times(scene), bench.stored()
    replayed(scene)
    assert times(scene) == before
    assert bench.stored().equals(rows)


def test_a_stated_time_stands(bench: Bench) -> None:
    scene = clocked(scene_of(bench), WRONG)
    bench.house = scene.house
    bench.bring(zip_of({FILE: flat(1, STAMPS)}), "18:00", name="20260301ExternalLimitsFlows.zip")
    before = times(scene)
    assert before[0][2] == "fetched"
    replayed(clocked(scene, RIGHT))
    assert times(scene) == before
    (entry,) = scene.house.ledger.entries(states=["completed"])
    assert entry.recipe == scene.house.report(REPORT)[1].recipe_id


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("first", ["replayed", "at once"])
def test_a_rebuild_knows_the_corrected_times(tmp_path: Path, story: Story, first: str) -> None:
    wanted, rows = scene_in(tmp_path / "right", story, RIGHT)
    with opened(settings_of(tmp_path / "home")) as home:
        scene = clocked(scene_of(bench_of(home, tmp_path)), WRONG)
        story(scene)
        clocked(scene, RIGHT)
        if first == "replayed":
            replayed(scene)
            assert times(scene) == wanted
    for path in (tmp_path / "home").glob("ledger.sqlite*"):
        path.unlink()
    shutil.rmtree(tmp_path / "home" / "parts")
    with opened(settings_of(tmp_path / "home")) as home:
        fresh = clocked(scene_of(bench_of(home, tmp_path), scene.clock.now()), RIGHT)
        assert [
            done.damage for done in rebuild_all(fresh.house, 1, lambda: None) if done.damage
        ] == []
        assert times(fresh) == wanted
        assert fresh.bench.stored().equals(rows)


def test_a_lost_note_leaves_the_time_that_the_ledger_has(bench: Bench) -> None:
    scene = clocked(scene_of(bench), WRONG)
    polled(scene)
    before: list[Entry] = scene.house.ledger.entries(states=["completed"])
    shutil.rmtree(bench.home.folder / "raw" / "sidecars", ignore_errors=True)
    shutil.rmtree(scene.house.sidecars.folder, ignore_errors=True)
    told = replayed(clocked(scene, RIGHT))
    after = scene.house.ledger.entries(states=["completed"])
    assert [one.known_at_utc for one in after] == [one.known_at_utc for one in before]
    assert [one.entry_id for one in told.noteless] == [one.entry_id for one in before]


def test_what_a_document_says_of_itself_is_believed_and_learnt_late(
    bench: Bench, samples: Path
) -> None:
    name = "WW_DALMP_ISO_20260604.csv"
    scene = scene_of(bench, datetime(2026, 11, 22, tzinfo=UTC))
    scene.changed("isone:WW_DALMP_ISO", published=None)
    feed, report = scene.house.report("isone:WW_DALMP_ISO")
    path = samples / "isone" / "csv" / name
    import_file(scene.house, feed, report, path)
    (entry,) = scene.house.ledger.entries()
    assert entry.known_basis == "fetched"
    scene.changed("isone:WW_DALMP_ISO", published=GENERATED)
    feed, report = scene.house.report("isone:WW_DALMP_ISO")
    replay(scene.house, feed, report, replayable(scene.house, report, entry.window))
    (now,) = scene.house.ledger.entries(states=["completed"])
    made = datetime(2026, 6, 3, 16, 57, 12, tzinfo=UTC)
    assert (now.known_at_utc, now.known_basis) == (made, "published")
    stored = bench.stored("isone:WW_DALMP_ISO")
    assert stored["known_at_utc"].unique().to_list() == [made]
    assert stored["known_basis"].unique().to_list() == ["published"]
    again = import_file(scene.house, feed, report, path)
    assert (again.landed, again.known_already, again.own_known_time) == (None, 1, True)


def test_forgotten_attempts_are_remembered_by_their_notes(bench: Bench) -> None:
    scene = clocked(scene_of(bench), WRONG)
    for hour in (8, 12, 13, 14):
        scene.at(hour, day=date(2026, 3, 3)).takes(replace(scene.job(), otherwise=None))
    told = "Tue, 03 Mar 2026 07:30:00"
    scene.operator.puts(FILE, flat(1, STAMPS), last_modified=told)
    scene.at(20, day=date(2026, 3, 3)).takes(replace(scene.job(), otherwise=None))
    assert [basis for _, _, basis in times(scene)] == ["modified"]
    assert bench.home.ledger.forget_attempts(before=scene.clock.now())
    latest = max(one.fetched_at_utc for one in scene.house.ledger.entries(states=["failed"]))
    assert latest <= datetime(2026, 3, 3, 12, tzinfo=UTC)
    replayed(clocked(scene, RIGHT))
    assert times(scene) == [(scene.clock.now(), scene.clock.now(), "fetched")]
