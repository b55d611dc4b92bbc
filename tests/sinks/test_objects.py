"""An object store follows the ledger: exactly once, equal to the lake at every commit."""

from __future__ import annotations

import io
import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from scripts.engines import s3
from tests.flow import test_things as things
from tests.flow.conftest import Bench
from tests.sinks.worlds import IDENTITY, current, life, stored
from tieline.datasets import INTERFACE_FLOW
from tieline.datasets.rows import served_schema
from tieline.errors import SinkRefused, SinkUnavailable, Unconfigured
from tieline.sinks import Receipt, follow
from tieline.sinks.objects import Bucket, ObjectSink, open_bucket
from tieline.sinks.objects.files import BESIDE, CERTIFICATE, Form, Holds
from tieline.sinks.objects.owner import OWNER

FEED = "iso.rt.interface_flow.nyiso"
DATA = (FEED,)


@pytest.fixture(params=["server", "folder"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Bucket:
    if request.param == "folder":
        return open_bucket("drop", (tmp_path / "drops").as_uri())
    return on_server(request.getfixturevalue("s3_server"), request.getfixturevalue("s3_bucket"))


def on_server(
    server: s3.Server, name: str, secret: str | None = None, prefix: str = "lake"
) -> Bucket:
    return open_bucket(
        "drop",
        f"s3://{name}/{prefix}",
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=secret or server.secret_key,
    )


def sink_in(bucket: Bucket, form: Form = "parquet", holds: Holds = "current") -> ObjectSink:
    return ObjectSink("drop", bucket, form, holds, DATA)


READERS: dict[Form, Callable[[bytes], pl.DataFrame]] = {
    "parquet": lambda body: pl.read_parquet(io.BytesIO(body)),
    "csv": lambda body: pl.read_csv(io.BytesIO(body), schema_overrides={"interface_id": pl.String}),
    "json": lambda body: pl.read_json(io.BytesIO(body)),
}


def files(bucket: Bucket) -> list[str]:
    return [name for name in bucket.names(FEED) if not name.endswith(BESIDE)]


def rows_of(bucket: Bucket, form: Form = "parquet") -> pl.DataFrame:
    """Every row of every file, as a reader finds them who knows nothing but the folder."""
    found = [READERS[form](body) for name in files(bucket) if (body := bucket.read(name))]
    return pl.concat(found, how="vertical_relaxed")


def newest(rows: pl.DataFrame) -> pl.DataFrame:
    """The current view: of each identity the row of the greatest `as_of_sequence`, unless it is gone."""
    identity = IDENTITY[INTERFACE_FLOW.name]
    assert not rows.select(*identity, "as_of_sequence").is_duplicated().any()
    return (
        rows.sort("as_of_sequence")
        .group_by(identity)
        .last()
        .filter(pl.col("state") == "live")
        .select(served_schema(INTERFACE_FLOW).names())
        .sort(identity)
    )


def typed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows read from text, with the types of the dataset."""
    return rows.with_columns(
        pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
        if isinstance(kind, pl.Datetime)
        else pl.col(name).str.to_date()
        if isinstance(kind, pl.Date)
        else pl.col(name).cast(kind)
        for name, kind in served_schema(INTERFACE_FLOW).items()
    )


def test_it_equals_the_lake_after_every_commit(bench: Bench, bucket: Bucket) -> None:
    sink = sink_in(bucket)
    for what in life(bench):
        receipts = list(follow(bench.lake(), sink))
        assert bool(receipts) == ("nothing new" not in what), what
        assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_every_form_says_the_same(bench: Bench, tmp_path: Path, form: Form) -> None:
    list(life(bench))
    bucket = open_bucket("drop", (tmp_path / "drops").as_uri())
    list(follow(bench.lake(), sink_in(bucket, form), most=1))
    rows = rows_of(bucket, form)
    found = newest(rows if form == "parquet" else typed(rows))
    assert_frame_equal(found, current(bench, INTERFACE_FLOW))


def test_history_has_every_stored_row_once(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink_in(bucket, holds="history"), most=1))
    order = ["row_sequence", *IDENTITY[INTERFACE_FLOW.name], "observation_id"]
    assert_frame_equal(
        rows_of(bucket).sort(order), stored(bench).sort(order), check_column_order=False
    )


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_every_file_carries_its_certificate(bench: Bench, tmp_path: Path, form: Form) -> None:
    list(life(bench))
    bucket = open_bucket("drop", (tmp_path / "drops").as_uri())
    list(follow(bench.lake(), sink_in(bucket, form)))
    for name in files(bucket):
        if form == "parquet":
            body = bucket.read(name)
            assert body is not None
            text = pq.read_metadata(io.BytesIO(body)).metadata[CERTIFICATE]
        else:
            text = bucket.read(name + BESIDE) or b""
        said = json.loads(text)
        assert said["feeds"] == [FEED]
        assert said["received"] + sum(gap["missing"] for gap in said["gaps"]) == said["expected"]
        assert said["sequence"] == int(name.rsplit("/", 1)[1].split("-")[0])


def test_a_certificate_of_outages_counts_those_that_were_told_for_its_day(
    bench: Bench, tmp_path: Path
) -> None:
    """Whenever they hold: a listing tells of what is planned, and of what nobody has a day for."""
    things.bring(bench, things.LIST, None, things.clock(3, 12), things.schedule(1, 2, 3))
    spans = ((25001, 5, 6), (25002, 2, 9))
    planned = things.planned(3, "07:00", *spans)
    things.bring(bench, things.SCHEDULED, 3, things.clock(3, 13), planned)
    actual = things.listing(3, ("07:00", (25001, 25002)))
    things.bring(bench, things.ACTUAL, 3, things.clock(3, 14), actual)
    bucket = open_bucket("drop", (tmp_path / "drops").as_uri())
    sink = ObjectSink("drop", bucket, "json", "current", tuple(things.FEEDS.values()))

    def told() -> dict[str, tuple[int, int]]:
        """Of each day's newest file its rows, and what its certificate says was received."""
        found = sorted(name for name in bucket.names() if name.startswith("iso.events"))
        names = [name for name in found if not name.endswith(BESIDE)]
        both = [(bucket.read(name) or b"", bucket.read(name + BESIDE) or b"") for name in names]
        return {
            name.rsplit("/", 1)[0]: (len(json.loads(rows)), json.loads(said)["received"])
            for name, (rows, said) in zip(names, both, strict=True)
        }

    def of(report: str, day: int) -> str:
        return f"{things.FEEDS[report]}/2026-03-{day:02}"

    list(follow(bench.lake(), sink))
    whole = {things.LIST: (3, 3), things.SCHEDULED: (2, 2), things.ACTUAL: (2, 2)}
    assert told() == {of(report, 3): counts for report, counts in whole.items()}
    later = things.planned(4, "07:00", (25001, 5, 7), spans[1])
    things.bring(bench, things.SCHEDULED, 4, things.clock(4, 13), later)
    list(follow(bench.lake(), sink))
    assert told()[of(things.SCHEDULED, 4)] == (1, 1)


def test_publishing_again_writes_nothing(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    sink = sink_in(bucket)
    list(follow(bench.lake(), sink))
    before = bucket.names(FEED) + bucket.names("_tieline")
    assert list(follow(bench.lake(), sink)) == []
    assert bucket.names(FEED) + bucket.names("_tieline") == before


def test_a_batch_that_was_begun_is_finished_as_it_was_planned(
    bench: Bench, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = life(bench)
    next(commits)
    next(commits)

    def dies(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ObjectSink, "_commit", dies)
        with pytest.raises(KeyboardInterrupt):
            list(follow(bench.lake(), sink_in(bucket)))
    left = files(bucket)
    assert left and sink_in(bucket).position().plan is not None
    list(commits)
    first, *_ = follow(bench.lake(), sink_in(bucket))
    assert first.bytes == 0
    assert set(left) <= set(files(bucket))
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_two_publishers_do_not_double(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    begin = threading.Barrier(4)

    def publish(number: int) -> list[Receipt]:
        begin.wait()
        return list(follow(bench.lake(), sink_in(bucket), most=1))

    with ThreadPoolExecutor(4) as pool:
        receipts = [one for found in pool.map(publish, range(4)) for one in found]
    spans = sorted((receipt.after, receipt.upto) for receipt in receipts)
    assert [after for after, _ in spans] == [0, *(upto for _, upto in spans[:-1])]
    assert_frame_equal(newest(rows_of(bucket)), current(bench, INTERFACE_FLOW))


def test_of_many_who_create_one_name_one_succeeds(bucket: Bucket) -> None:
    for attempt in range(4):

        def create(number: int, name: str = f"race/{attempt}") -> bool:
            return bucket.create(name, str(number).encode())

        with ThreadPoolExecutor(32) as pool:
            won = Counter(pool.map(create, range(32)))
        assert won == {True: 1, False: 31}


def test_a_wiped_sink_is_filled_again(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    sink = sink_in(bucket, "csv")
    list(follow(bench.lake(), sink, most=1))
    sink.wipe()
    assert bucket.names() == [OWNER]
    list(follow(bench.lake(), sink))
    assert_frame_equal(newest(typed(rows_of(bucket, "csv"))), current(bench, INTERFACE_FLOW))


def test_another_form_in_the_same_place_is_refused(bench: Bench, bucket: Bucket) -> None:
    list(life(bench))
    list(follow(bench.lake(), sink_in(bucket)))
    with pytest.raises(SinkRefused, match="begun with current rows as parquet"):
        list(follow(bench.lake(), sink_in(bucket, "csv")))


def test_wrong_keys_are_refused_and_never_told(s3_server: s3.Server, s3_bucket: str) -> None:
    with pytest.raises(SinkRefused) as caught:
        sink_in(on_server(s3_server, s3_bucket, "a-wrong-secret")).position()
    assert "a-wrong-secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    nowhere = open_bucket(
        "drop", "s3://nothing", endpoint="http://127.0.0.1:1", access_key="a", secret_key="b"
    )
    with pytest.raises(SinkUnavailable):
        sink_in(nowhere).position()


@pytest.mark.parametrize("endpoint", ["http://example.org", "ftp://127.0.0.1"])
def test_only_our_own_machine_is_spoken_to_without_tls(endpoint: str) -> None:
    with pytest.raises(Unconfigured, match="https"):
        open_bucket("drop", "s3://bucket", endpoint=endpoint)


@pytest.mark.parametrize(
    "url", ["bucket/prefix", "s3:///prefix", "file://host/folder", "ftp://x/y"]
)
def test_an_address_that_names_no_place_is_refused(url: str) -> None:
    with pytest.raises(Unconfigured, match=r"sinks\.drop\.url"):
        open_bucket("drop", url)
