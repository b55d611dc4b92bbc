"""Sidecars: each observation once, whatever crashed and whoever wrote at the same time."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.errors import Damaged, StorageFailed, UnknownName
from tieline.store import Sidecar, SidecarStore
from tieline.store.sidecar import from_line, to_line
from tieline.values import Known, Slice, Window, sha256

DAY = Window(datetime(2026, 11, 21, 5, tzinfo=UTC), datetime(2026, 11, 22, 5, tzinfo=UTC))
FIRST = datetime(2026, 11, 21, 12, 0, 31, 250_000, tzinfo=UTC)


def observed(number: int = 0, report: str = "nyiso:P-32") -> Sidecar:
    fetched = FIRST + timedelta(minutes=5 * number)
    return Sidecar(
        publisher="nyiso",
        of=Slice(report, DAY, date(2026, 11, 21)),
        url="http://mis.nyiso.com/public/csv/ExternalLimitsFlows/20261121ExternalLimitsFlows.csv",
        requested_at_utc=fetched - timedelta(seconds=1),
        fetched_at_utc=fetched,
        status=200,
        headers={
            "etag": f'"{number:x}-5f"',
            "last-modified": "Sat, 21 Nov 2026 12:00:03 GMT",
            "content-type": "text/csv",
            "content-length": str(1000 * number),
        },
        object=sha256(b"%d" % number),
        known=Known(fetched - timedelta(seconds=28), "modified"),
        origin="collect",
    )


def file_of(root: Path) -> Path:
    return root / "sidecars" / "nyiso" / "P-32" / "2026-11-21.jsonl"


def test_a_sidecar_comes_back_by_its_id(tmp_path: Path) -> None:
    store = SidecarStore(tmp_path)
    static = replace(
        observed(1),
        of=Slice("miso:FuelMix/Today", Window(FIRST, FIRST + timedelta(minutes=5))),
        publisher="miso",
        headers={},
        origin="poll-unchanged",
        known=Known(FIRST, "fetched"),
        note='Ünïcode, \u2028 "quotes"\nand lines',
    )
    for sidecar in (observed(), static):
        id = store.write(sidecar)
        assert id == sidecar.id
        assert SidecarStore(tmp_path).read(id) == sidecar
    assert list(store.all()) == [static, observed()]
    assert list(store.all(report="nyiso:P-32")) == [observed()]


def test_lines_are_json_that_other_tools_read(tmp_path: Path) -> None:
    SidecarStore(tmp_path).write(observed())
    fields = json.loads(file_of(tmp_path).read_text())
    assert fields["report"] == "nyiso:P-32"
    assert fields["day"] == "2026-11-21"
    assert fields["fetched_at"] == "2026-11-21T12:00:31.250000Z"


def test_only_headers_worth_keeping_are_kept(tmp_path: Path) -> None:
    store = SidecarStore(tmp_path)
    id = store.write(replace(observed(), headers={"set-cookie": "secret", "etag": '"1"'}))
    assert store.read(id).headers == {"etag": '"1"'}


def test_unknown_ids_are_named(tmp_path: Path) -> None:
    store = SidecarStore(tmp_path)
    with pytest.raises(UnknownName, match="no sidecar"):
        store.read(observed().id)
    with pytest.raises(UnknownName, match="looks like"):
        store.read("nonsense")
    assert list(store.all()) == []


@settings(max_examples=30, deadline=None)
@given(
    st.text(max_size=30),
    st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001
)
def test_a_line_gives_back_its_sidecar(text: str, instant: datetime) -> None:
    fetched = instant.replace(tzinfo=UTC)
    sidecar = replace(observed(), note=text, url=text, fetched_at_utc=fetched)
    line = to_line(sidecar)
    assert line.endswith(b"\n")
    assert b"\n" not in line[:-1]
    assert from_line(line) == sidecar


def test_the_same_observation_twice_is_one(tmp_path: Path) -> None:
    store = SidecarStore(tmp_path)
    assert store.write(observed()) == store.write(observed())
    later = replace(observed(), fetched_at_utc=FIRST + timedelta(minutes=5))
    store.write(later)
    assert list(store.all()) == [observed(), later], "the same bytes later are another observation"


def test_a_day_is_in_order_and_takes_little(tmp_path: Path) -> None:
    store = SidecarStore(tmp_path)
    sidecars = [
        replace(observed(number), fetched_at_utc=FIRST + timedelta(minutes=number))
        for number in range(288)
    ]
    for sidecar in sidecars:
        store.write(sidecar)
    assert list(store.all()) == sidecars
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.jsonl*")) < 60_000
    assert store.settle() == 1
    assert store.settle() == 0
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.jsonl*")) < 32_000
    assert list(SidecarStore(tmp_path).all()) == sidecars
    assert store.read(sidecars[17].id) == sidecars[17]


@pytest.mark.parametrize("cut", [1, 2, 50, 400])
def test_a_torn_last_line_is_left_out_and_then_removed(tmp_path: Path, cut: int) -> None:
    store = SidecarStore(tmp_path)
    for number in range(3):
        store.write(observed(number))
    whole = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(whole[:-cut])
    whole_but_for_its_break = [observed(2)] if cut == 1 else []
    assert list(store.all()) == [observed(0), observed(1), *whole_but_for_its_break]
    store.write(observed(2))
    store.write(observed(3))
    assert list(store.all()) == [observed(number) for number in range(4)]


def test_a_flipped_byte_is_damage_and_hides_no_other_line(tmp_path: Path) -> None:
    store = SidecarStore(tmp_path)
    for number in range(3):
        store.write(observed(number))
    data = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(data.replace(observed(1).object.encode(), b"0" * 64))
    with pytest.raises(Damaged, match="checksum"):
        list(store.all())
    told: list[Damaged] = []
    assert list(store.all(on_damage=told.append)) == [observed(0), observed(2)]
    assert len(told) == 1
    assert str(file_of(tmp_path)) in told[0].text


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_damaged_frames_are_told(tmp_path: Path, harm: str) -> None:
    store = SidecarStore(tmp_path)
    for number in range(3):
        store.write(observed(number))
    store.settle()
    store.write(observed(3))
    frames = file_of(tmp_path).with_name("2026-11-21.jsonl.zst")
    data = bytearray(frames.read_bytes())
    data[40] ^= 1
    frames.write_bytes(bytes(data) if harm == "flip" else frames.read_bytes()[:-9])
    with pytest.raises(Damaged):
        list(store.all())
    told: list[Damaged] = []
    assert observed(3) in list(store.all(on_damage=told.append))
    assert told


def test_a_sidecar_of_a_later_format_is_refused(tmp_path: Path) -> None:
    line = to_line(observed()).replace(b'"format":1', b'"format":2')
    with pytest.raises(Damaged):
        from_line(line)


def test_a_crash_between_frame_and_cut_shows_lines_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SidecarStore(tmp_path)
    for number in range(3):
        store.write(observed(number))
    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", _full)
        with pytest.raises(StorageFailed):
            store.settle()
    assert file_of(tmp_path).stat().st_size > 0
    assert file_of(tmp_path).with_name("2026-11-21.jsonl.zst").exists()
    assert list(store.all()) == [observed(number) for number in range(3)]


def test_a_full_disk_is_said_and_leaves_no_half_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SidecarStore(tmp_path)
    store.write(observed(0))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        with pytest.raises(StorageFailed, match="No space left"):
            store.write(observed(1))
    assert file_of(tmp_path).read_bytes() == to_line(observed(0))


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def write_in_a_process(folder: str, start: int) -> None:
    store = SidecarStore(Path(folder), settled=3000)
    for number in range(start, start + 20):
        sidecar = observed(number)
        store.write(replace(sidecar, fetched_at_utc=FIRST + timedelta(seconds=number)))


def test_processes_may_write_one_report_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=write_in_a_process, args=(str(tmp_path), start))
        for start in (0, 10, 20)
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        list(SidecarStore(tmp_path).all())
        writers[0].join(0.02)
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    found = list(SidecarStore(tmp_path).all())
    assert {sidecar.object for sidecar in found} == {sha256(b"%d" % n) for n in range(40)}
    assert len(found) == 40
