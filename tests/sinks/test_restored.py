"""A publisher dies in the middle of a batch, the home is restored from before, and goes another course."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from tests.flow.conftest import Bench, bench_of, p32
from tests.sinks.test_clickhouse import assert_equal
from tests.sinks.test_objects import FEED, files, newest, rows_of
from tests.sinks.worlds import STAMPS, current, flow
from tieline.assemble import opened, settings_of
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import SinkRefused
from tieline.ledger.clickhouse import BEGUN
from tieline.sinks import Follower, follow
from tieline.sinks.clickhouse import LedgerCopy, copy
from tieline.sinks.objects import ObjectSink, open_bucket
from tieline.sinks.objects.bucket import Bucket

REFUSED = r"another course of this ledger.*restored from a backup.*--anew"


@contextmanager
def living(folder: Path) -> Iterator[Bench]:
    with opened(settings_of(folder / "home")) as home:
        yield bench_of(home, folder)


def kept(folder: Path) -> None:
    shutil.copytree(folder / "home", folder / "backup")


def restored(folder: Path) -> None:
    shutil.rmtree(folder / "home")
    shutil.copytree(folder / "backup", folder / "home")


def killed(bench: Bench, sink: Follower, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish, and die when all rows of a batch are written and nothing says so yet."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ObjectSink, "_commit", dies)
        patched.setattr(copy, "_holds_more", dies)
        list(follow(bench.lake(), sink))


def assert_refused(bench: Bench, sink: Follower) -> None:
    with pytest.raises(SinkRefused, match=REFUSED):
        list(follow(bench.lake(), sink))


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    return open_bucket("drop", (tmp_path / "drops").as_uri())


def sink_in(bucket: Bucket) -> ObjectSink:
    return ObjectSink("drop", bucket, "parquet", "current", (FEED,))


def lost(
    folder: Path, sink: Follower, monkeypatch: pytest.MonkeyPatch, *, published: bool = True
) -> None:
    """Die in a batch of commits that the home loses then; `published` if one batch came before it."""
    with living(folder) as bench:
        bench.bring(p32(STAMPS[:2], flow(100)), "06:00")
        if published:
            list(follow(bench.lake(), sink))
    kept(folder)
    with living(folder) as bench:
        bench.bring(p32(STAMPS, flow(900)), "07:00")
        bench.bring(p32(STAMPS, flow(910)), "07:30")
        killed(bench, sink, monkeypatch)
    restored(folder)


@pytest.mark.parametrize("published", [False, True])
def test_a_batch_of_another_course_is_not_finished(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, published: bool
) -> None:
    lost(tmp_path, sink_in(bucket), monkeypatch, published=published)
    left = files(bucket)
    with living(tmp_path) as bench:
        for base in (500, 510, 520):
            assert_refused(bench, sink_in(bucket))
            bench.bring(p32(STAMPS, flow(base)), f"08:{base % 100}")
        assert_refused(bench, sink_in(bucket))
        assert files(bucket) == left
        sink_in(bucket).wipe()
        assert files(bucket) == []
        list(follow(bench.lake(), sink_in(bucket)))
        assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def unmarked(bucket: Bucket, name: str, *, mark: str | None) -> None:
    """A control object as an earlier version wrote it."""
    said = json.loads(bucket.read(name) or b"")
    del said["mark"]
    bucket.replace(name, json.dumps(said | ({} if mark is None else {"mark": mark})).encode())


def test_a_plan_without_a_mark_is_judged_by_when_it_was_made(
    tmp_path: Path, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost(tmp_path, sink_in(bucket), monkeypatch, published=False)
    unmarked(bucket, "_tieline/drop/plans/000000000000.json", mark=None)
    with living(tmp_path) as bench:
        assert_refused(bench, sink_in(bucket))
        for base in (500, 510):
            bench.bring(p32(STAMPS, flow(base)), f"08:{base % 100}")
        assert_refused(bench, sink_in(bucket))
        sink_in(bucket).wipe()
        killed(bench, sink_in(bucket), monkeypatch)
        unmarked(bucket, "_tieline/drop/plans/000000000000.json", mark=None)
        list(follow(bench.lake(), sink_in(bucket)))
        assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_an_empty_mark_is_no_mark_of_ours(tmp_path: Path, bucket: Bucket) -> None:
    with living(tmp_path) as bench:
        bench.bring(p32(STAMPS, flow(100)), "06:00")
        list(follow(bench.lake(), sink_in(bucket)))
        (name,) = bucket.names("_tieline/drop/commits")
        unmarked(bucket, name, mark="")
        assert_refused(bench, sink_in(bucket))


def test_wiping_removes_what_a_batch_left_that_another_one_took_the_place_of(
    tmp_path: Path, bucket: Bucket
) -> None:
    """As earlier versions left it: a file of a commit that its manifest does not name."""
    with living(tmp_path) as bench:
        bench.bring(p32(STAMPS, flow(100)), "06:00")
        list(follow(bench.lake(), sink_in(bucket)))
        (name,) = files(bucket)
        bucket.create(f"{name.rsplit('-', 1)[0]}-{'0' * 16}.parquet", b"left")
        sink_in(bucket).wipe()
        assert files(bucket) == []


def copy_in(folder: Path) -> LedgerCopy:
    return LedgerCopy("analytics", f"chdb://{folder / 'copy'}")


def test_a_copy_with_rows_of_another_course_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = copy_in(tmp_path)
    lost(tmp_path, sink, monkeypatch)
    with living(tmp_path) as bench:
        for base in (500, 510, 520):
            assert_refused(bench, sink)
            bench.bring(p32(STAMPS, flow(base)), f"08:{base % 100}")
        assert_refused(bench, sink)
        sink.wipe()
        list(follow(bench.lake(), sink))
        assert_equal(bench, sink)
    sink.close()


def test_a_copy_with_rows_that_are_newer_than_the_ledger_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As earlier versions left it: nothing says of which course the rows are."""
    sink = copy_in(tmp_path)
    lost(tmp_path, sink, monkeypatch)
    with sink._reached() as server:
        server.tell(f"TRUNCATE TABLE {BEGUN}")
    with living(tmp_path) as bench:
        assert_refused(bench, sink)
        bench.bring(p32(STAMPS, flow(500)), "08:00")
        assert_refused(bench, sink)
    sink.close()


def test_a_copy_of_which_a_batch_was_begun_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = copy_in(tmp_path)
    with living(tmp_path) as bench:
        bench.bring(p32(STAMPS, flow(100)), "06:00")
        killed(bench, sink, monkeypatch)
        assert sink.position().sequence == 0
        assert sink.position().plan is not None
        bench.bring(p32(STAMPS, flow(200)), "07:00")
        assert list(follow(bench.lake(), sink))
        assert sink.position().plan is None
        assert_equal(bench, sink)
    sink.close()
