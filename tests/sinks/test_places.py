"""A place for objects belongs to one sink, and is filled in one way."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from polars.testing import assert_frame_equal

from tests.flow.conftest import Bench
from tests.sinks.test_objects import DATA, files, newest, rows_of, sink_in, typed
from tests.sinks.test_objects import bucket as bucket
from tests.sinks.worlds import current, life
from tieline.datasets import INTERFACE_FLOW
from tieline.errors import SinkRefused
from tieline.sinks import Sink, follow
from tieline.sinks.objects import Bucket, ObjectSink
from tieline.sinks.objects.files import BESIDE, Form, Holds
from tieline.sinks.objects.owner import OWNER

THEIRS = "belongs to sink drop; give this one another folder or prefix"


def other_in(bucket: Bucket, name: str = "other") -> ObjectSink:
    return ObjectSink(name, bucket, "parquet", "current")


def published(bench: Bench, sink: Sink) -> int:
    return len(list(follow(bench.lake(), sink)))


def killed(bench: Bench, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher that dies with all files of its first batch written, and no commit."""

    def dies(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(ObjectSink, "_commit", dies)
        published(bench, sink)


def test_a_place_of_another_sink_is_refused_and_left_alone(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    published(bench, sink_in(bucket))
    before = bucket.names()
    with pytest.raises(SinkRefused, match=THEIRS):
        other_in(bucket).position()
    with pytest.raises(SinkRefused, match=THEIRS):
        published(bench, other_in(bucket))
    with pytest.raises(SinkRefused, match=THEIRS):
        other_in(bucket).wipe()
    assert bucket.names() == before
    assert published(bench, sink_in(bucket)) == 0


def test_looking_at_an_empty_place_does_not_take_it(bucket: Bucket) -> None:
    assert sink_in(bucket).position().sequence == 0
    assert bucket.names() == []
    assert other_in(bucket).position().sequence == 0


def test_a_wiped_place_stays_its_sink_s(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    published(bench, sink_in(bucket))
    sink_in(bucket).wipe()
    with pytest.raises(SinkRefused, match=THEIRS):
        published(bench, other_in(bucket))


def test_a_place_from_before_there_were_owners_is_taken_over(bench: Bench, bucket: Bucket) -> None:
    commits = life(bench)
    next(commits)
    published(bench, sink_in(bucket))
    bucket.remove([OWNER])
    with pytest.raises(SinkRefused, match=THEIRS):
        published(bench, other_in(bucket))
    with pytest.raises(SinkRefused, match=THEIRS):
        other_in(bucket).wipe()
    assert bucket.read(OWNER) is None
    list(commits)
    published(bench, sink_in(bucket))
    assert json.loads(bucket.read(OWNER) or b"") == {"sink": "drop"}
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_a_place_that_two_sinks_have_shared_is_refused_to_both(
    bench: Bench, bucket: Bucket
) -> None:
    list(life(bench))
    published(bench, sink_in(bucket))
    bucket.remove([OWNER])
    bucket.create("_tieline/other/plans/000000000000.json", b"{}")
    for sink, foreign in ((sink_in(bucket), "other"), (other_in(bucket), "drop")):
        with pytest.raises(SinkRefused, match=f"belongs to sink {foreign}"):
            sink.wipe()
    assert files(bucket)


def test_of_many_sinks_that_begin_at_once_one_gets_the_place(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    begin = threading.Barrier(4)

    def gets(number: int) -> str | None:
        sink = other_in(bucket, f"sink{number}")
        assert sink.position().sequence == 0
        begin.wait()
        try:
            published(bench, sink)
        except SinkRefused:
            return None
        return sink.name

    with ThreadPoolExecutor(4) as pool:
        (winner,) = [name for name in pool.map(gets, range(4)) if name]
    assert {name.split("/")[1] for name in bucket.names("_tieline")} == {"owner.json", winner}
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_an_owner_that_cannot_be_read_is_refused(bucket: Bucket) -> None:
    bucket.create(OWNER, b"[]")
    with pytest.raises(SinkRefused, match="not what tieline wrote"):
        sink_in(bucket).position()


def test_wiping_leaves_what_others_put_below(
    bench: Bench, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(life(bench))
    killed(bench, sink_in(bucket), monkeypatch)
    (name, *_) = files(bucket)
    theirs = [f"below/{name}", f"notes/{name.rsplit('/', 1)[1]}", f"{name}.bak"]
    for one in theirs:
        bucket.create(one, b"kept")
    sink_in(bucket).wipe()
    assert sorted(bucket.names()) == sorted([OWNER, *theirs])


@pytest.mark.parametrize(
    ("form", "holds", "feeds"),
    [
        ("csv", "current", DATA),
        ("parquet", "history", DATA),
        ("parquet", "current", (*DATA, "iso.rt.load.nyiso")),
    ],
)
def test_a_batch_that_was_begun_in_another_way_is_refused_before_its_commit(
    bench: Bench,
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
    form: Form,
    holds: Holds,
    feeds: Sequence[str],
) -> None:
    """Else its files would stay beside those of the new way, and a reader would see both."""
    list(life(bench))
    killed(bench, sink_in(bucket), monkeypatch)
    left = files(bucket)
    changed = ObjectSink("drop", bucket, form, holds, feeds)
    with pytest.raises(SinkRefused, match="begun with"):
        published(bench, changed)
    assert files(bucket) == left
    changed.wipe()
    assert bucket.names() == [OWNER]


def test_a_plan_from_before_plans_had_forms_is_finished(
    bench: Bench, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(life(bench))
    killed(bench, sink_in(bucket), monkeypatch)
    name = "_tieline/drop/plans/000000000000.json"
    plan = json.loads(bucket.read(name) or b"")
    old = {key: plan[key] for key in ("after", "upto", "as_of", "ledger")}
    bucket.replace(name, json.dumps(old).encode())
    published(bench, sink_in(bucket))
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_a_plan_is_finished_though_its_feeds_are_named_in_another_order(
    bench: Bench, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(life(bench))
    feeds = (*DATA, "iso.rt.load.nyiso")
    killed(bench, ObjectSink("drop", bucket, "parquet", "current", feeds), monkeypatch)
    published(bench, ObjectSink("drop", bucket, "parquet", "current", feeds[::-1]))
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_a_sink_in_another_form_is_wiped_with_its_certificates(
    bench: Bench, bucket: Bucket
) -> None:
    list(life(bench))
    published(bench, sink_in(bucket, "csv"))
    assert any(name.endswith(BESIDE) for name in bucket.names())
    sink_in(bucket, "parquet").wipe()
    assert bucket.names() == [OWNER]
    published(bench, sink_in(bucket, "csv"))
    assert_frame_equal(newest(typed(rows_of(bucket, "csv"))), current(bench, INTERFACE_FLOW))


def test_a_place_that_is_half_emptied_is_refused_until_it_is_emptied(
    bench: Bench, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in life(bench):
        published(bench, sink_in(bucket))
    remove = Bucket.remove
    for steps in range(4):
        left = [steps]

        def dies(self: Bucket, names: list[str], left: list[int] = left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            remove(self, names)

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Bucket, "remove", dies)
            sink_in(bucket).wipe()
        with pytest.raises(SinkRefused, match="--anew"):
            sink_in(bucket).position()
        with pytest.raises(SinkRefused, match="--anew"):
            published(bench, sink_in(bucket))
    sink_in(bucket).wipe()
    assert published(bench, sink_in(bucket))
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_a_batch_that_a_place_was_emptied_under_is_not_committed(
    bench: Bench, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = life(bench)
    next(commits)
    published(bench, sink_in(bucket))
    list(commits)
    commit = ObjectSink._commit
    wiped: list[bool] = []

    def emptied(self: ObjectSink, upto: int, told: dict[str, object]) -> bool:
        if not wiped:
            wiped.append(True)
            sink_in(bucket).wipe()
        return commit(self, upto, told)

    monkeypatch.setattr(ObjectSink, "_commit", emptied)
    assert published(bench, sink_in(bucket))
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))
