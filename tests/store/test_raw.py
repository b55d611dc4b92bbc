"""The raw store: every version back to its bytes, small, and never wrong in silence."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.days import cut, made_up
from tieline.errors import Damaged, StorageFailed
from tieline.store import RawStore, deltas, files, raw
from tieline.values import sha256

NOISE = random.Random(3).randbytes(200_000)


def keep_day(store: RawStore, versions: list[bytes]) -> list[str]:
    names: list[str] = []
    for version in versions:
        names.append(store.put(version, like=names[-1] if names else None))
    return names


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.write_bytes(data)


def test_bytes_come_back_and_have_their_hash_for_a_name(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    for data in (b"", b"x", b"a,b\r\n" * 1000, NOISE):
        name = store.put(data)
        assert name == sha256(data)
        assert store.has(name)
        assert store.get(name) == data
        assert RawStore(tmp_path).get(name) == data
        assert store.size(name) > 0
        store.verify(name)
    assert not store.has(sha256(b"never put"))


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    for data in (b"small", NOISE):
        assert store.put(data) == store.put(data) == RawStore(tmp_path).put(data)
    before = store.stats()
    store.put(b"small", like=sha256(NOISE))
    assert store.stats() == before
    assert before.objects == 2


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([b"row,1\r\n", b"row,2,\r\n", b"7" * 300]), max_size=12),
            st.integers(0, 20),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_chain_of_versions_comes_back(puts: list[tuple[list[bytes], int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = RawStore(Path(folder), pack_size=200)
        names: list[str] = []
        for parts, like in puts:
            names.append(store.put(b"".join(parts), names[like % len(names)] if names else None))
        for reader in (store, RawStore(Path(folder))):
            for (parts, _), name in zip(puts, names, strict=True):
                assert reader.get(name) == b"".join(parts)
            assert sorted(reader.objects()) == sorted(set(names))


def test_a_made_up_day_of_p32_takes_little(tmp_path: Path) -> None:
    versions = made_up()
    check_day(tmp_path, versions, 3.0)


@pytest.mark.parametrize(
    "sample",
    [
        "nyiso/ExternalLimitsFlows/20171122ExternalLimitsFlows.csv",
        "nyiso/pal/20171122pal.csv",
        "nyiso/rtfuelmix/20171122rtfuelmix.csv",
    ],
)
def test_a_real_day_takes_little(tmp_path: Path, samples: Path, sample: str) -> None:
    check_day(tmp_path, cut((samples / sample).read_bytes()), 3.0)


def check_day(folder: Path, versions: list[bytes], most: float) -> None:
    """All versions at most `most` times the last one stored alone, in bytes and in disk blocks."""
    store = RawStore(folder)
    names = keep_day(store, versions)
    alone = len(deltas.encode_whole(versions[-1]))
    assert store.stats().objects == len(set(names)) == len(versions)
    assert store.stats().stored_bytes < most * alone
    blocks = sum(path.stat().st_blocks * 512 for path in folder.rglob("*"))
    assert blocks < most * alone + 4 * 4096
    fresh = RawStore(folder)
    assert list(fresh.objects()) == names
    for name, version in zip(names, versions, strict=True):
        assert fresh.get(name) == version
    quickest = min(_seconds(lambda: RawStore(folder).get(names[-1])) for _ in range(5))
    assert quickest < 0.05


def _seconds(read: Callable[[], object]) -> float:
    """Of the processor, so that a busy machine does not count."""
    begun = process_time()
    read()
    return process_time() - begun


def test_a_file_rewritten_all_over_is_still_quick_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "MOST_WORK", 2 * 1024 * 1024)
    store = RawStore(tmp_path)
    text = made_up(versions=60)[-1]
    versions = [text.replace(b"2026 ", b"2026 %02d:" % number) for number in range(40)]
    names = keep_day(store, versions)
    fresh = RawStore(tmp_path)
    assert [fresh.get(name) for name in names] == versions
    works = [_work(store, name) for name in names]
    assert max(works) <= raw.MOST_WORK
    assert works.index(max(works)) < len(works) - 1, "the chain began again at its whole"
    assert store.stats().stored_bytes < 20 * len(deltas.encode_whole(text))


def _work(store: RawStore, name: str) -> int:
    fresh = RawStore(store.root)
    fresh.get(name)
    return max(version.work for version in fresh._held.values())


def test_unrelated_versions_are_stored_whole(tmp_path: Path) -> None:
    chance = random.Random(5)
    store = RawStore(tmp_path)
    versions = [chance.randbytes(3000) for _ in range(5)]
    names = keep_day(store, versions)
    assert all(store.size(name) >= 3000 for name in names)
    assert [store.get(name) for name in names] == versions


def test_a_large_file_that_grows_shares_what_it_shares(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    chance = random.Random(9)
    versions = [NOISE + chance.randbytes(100_000) + b"end" for _ in range(3)]
    names = keep_day(store, versions)
    assert store.path_of(names[2]).is_file()
    assert store.size(names[0]) > 300_000
    assert store.size(names[2]) < 110_000
    assert [RawStore(tmp_path).get(name) for name in names] == versions


def test_packs_are_closed_at_their_size_and_read_on(tmp_path: Path) -> None:
    store = RawStore(tmp_path, pack_size=2000)
    versions = made_up(versions=80)
    names = keep_day(store, versions)
    assert store.stats().packs > 3
    for index in (tmp_path / "packs").glob("*.index"):
        index.unlink()
    fresh = RawStore(tmp_path, pack_size=2000)
    assert [fresh.get(name) for name in names] == versions
    flip(tmp_path / "packs" / "00000001.pack", 30)
    assert not RawStore(tmp_path).has(names[0])


def test_a_second_reader_sees_what_a_first_writes(tmp_path: Path) -> None:
    writer, reader = RawStore(tmp_path, pack_size=300), RawStore(tmp_path, pack_size=300)
    for version in made_up(versions=20):
        name = writer.put(version)
        assert reader.get(name) == version


@pytest.mark.parametrize("at", [0, 1, 4, 15, 30, -1])
def test_a_flipped_byte_in_a_pack_is_damage(tmp_path: Path, at: int) -> None:
    store = RawStore(tmp_path)
    name = store.put(b"a,b\r\n1,2\r\n" * 30)
    other = store.put(b"something else")
    flip(tmp_path / "packs" / "00000001.pack", at if at >= 0 else store.size(name) - 1)
    for reader in (store, RawStore(tmp_path)):
        with pytest.raises(Damaged) as caught:
            reader.get(name)
        assert caught.value.payload == name
        with pytest.raises(Damaged):
            reader.verify(name)
        assert reader.get(other) == b"something else"
    assert list(RawStore(tmp_path).objects(on_damage=lambda damage: None)) == [other]


@pytest.mark.parametrize("at", [0, 7, 12, 5000])
def test_a_flipped_byte_in_a_file_is_damage(tmp_path: Path, at: int) -> None:
    store = RawStore(tmp_path)
    name = store.put(NOISE)
    flip(store.path_of(name), at)
    with pytest.raises(Damaged) as caught:
        store.get(name)
    assert name in str(caught.value)
    told: list[Damaged] = []
    assert list(store.objects(on_damage=told.append)) == []
    assert len(told) == 1
    with pytest.raises(Damaged):
        list(store.objects())


def test_a_damaged_base_damages_those_that_need_it_and_no_others(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    names = keep_day(store, made_up(versions=6))
    alone = store.put(b"alone")
    flip(tmp_path / "packs" / "00000001.pack", 40)
    for name in names:
        with pytest.raises(Damaged):
            store.verify(name)
    store.verify(alone)


def test_bytes_under_a_wrong_name_are_damage(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    name, other = store.put(NOISE), sha256(b"other")
    store.path_of(other).parent.mkdir(parents=True, exist_ok=True)
    store.path_of(name).rename(store.path_of(other))
    with pytest.raises(Damaged, match="do not match"):
        store.get(other)
    with pytest.raises(Damaged, match="no such object"):
        store.get(name)
    with pytest.raises(Damaged):
        store.size(name)


def test_a_base_that_is_damaged_or_missing_is_not_built_on(tmp_path: Path) -> None:
    store = RawStore(tmp_path)
    first, second = made_up(versions=2)
    name = store.put(first)
    flip(tmp_path / "packs" / "00000001.pack", 40)
    fresh = RawStore(tmp_path)
    assert fresh.get(fresh.put(second, like=name)) == second
    assert fresh.get(fresh.put(b"third", like=sha256(b"nowhere"))) == b"third"
    assert fresh.get(fresh.put(first)) == first, "putting the lost bytes again heals them"


@pytest.mark.parametrize("torn", [1, 5, 20, 60])
def test_a_half_written_record_is_stepped_over(tmp_path: Path, torn: int) -> None:
    store = RawStore(tmp_path)
    names = keep_day(store, made_up(versions=3))
    pack = tmp_path / "packs" / "00000001.pack"
    data = pack.read_bytes()
    lost = store.size(names[2])
    pack.write_bytes(data[: len(data) - lost + torn])
    after = RawStore(tmp_path)
    assert not after.has(names[2])
    assert after.stats().torn_bytes == torn
    assert after.get(names[1]) == made_up(versions=3)[1]
    assert after.put(made_up(versions=3)[2], like=names[1]) == names[2]
    assert RawStore(tmp_path).get(names[2]) == made_up(versions=3)[2]
    assert RawStore(tmp_path).stats().torn_bytes == torn


def test_a_crash_before_the_rename_leaves_the_old_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    store = RawStore(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", kill)
        with pytest.raises(Killed):
            store.put(NOISE)
    assert not store.has(sha256(NOISE))
    assert list(store.objects()) == []
    assert len(list(tmp_path.rglob("*.tmp"))) == 1
    now = datetime.now(UTC)
    assert store.sweep(now=now) == 0, "it might belong to a writer at work"
    assert store.sweep(now=now + timedelta(hours=2)) == 1
    assert store.get(store.put(NOISE)) == NOISE


def test_a_crash_after_the_rename_leaves_the_new_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RawStore(tmp_path)
    store.put(NOISE + b"before")
    with monkeypatch.context() as patch:
        patch.setattr(files, "sync_folder", _full)
        with pytest.raises(StorageFailed):
            store.put(NOISE)
    assert store.get(store.put(NOISE)) == NOISE


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RawStore(tmp_path)
    kept = store.put(b"kept")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        for data in (b"small", NOISE):
            with pytest.raises(StorageFailed, match="No space left"):
                store.put(data)
    assert list(store.objects()) == [kept]
    assert list(tmp_path.rglob("*.tmp")) == []
    assert store.stats().torn_bytes == 0
    assert store.get(store.put(b"small")) == b"small"


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"a file where a folder should be")
    with pytest.raises(StorageFailed, match="home"):
        RawStore(tmp_path / "home").put(b"x")


def test_memory_for_bases_is_bounded(tmp_path: Path) -> None:
    store = RawStore(tmp_path, held_bytes=50_000)
    versions = made_up(versions=60)
    names = keep_day(store, versions)
    assert sum(len(version.plain) for version in store._held.values()) <= 50_000
    assert [store.get(name) for name in names] == versions
    assert sum(len(version.plain) for version in store._held.values()) <= 50_000


def test_threads_may_share_a_store(tmp_path: Path) -> None:
    store = RawStore(tmp_path, pack_size=3000)
    versions = made_up(versions=40)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for name, version in zip(keep_day(store, versions), versions, strict=True):
                assert store.get(name) == version
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert store.stats().objects == 40


def put_in_a_process(folder: str, seed: int, versions: int) -> None:
    store = RawStore(Path(folder), pack_size=1000)
    keep_day(store, made_up(seed, versions))
    store.put(NOISE)


def test_processes_may_put_the_same_and_others_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [
        context.Process(target=put_in_a_process, args=(str(tmp_path), seed, 15))
        for seed in (1, 1, 2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    store = RawStore(tmp_path, pack_size=1000)
    expected = {sha256(data) for seed in (1, 2) for data in made_up(seed, 15)} | {sha256(NOISE)}
    found = list(store.objects())
    assert set(found) == expected
    assert len(found) == len(expected)
    assert store.stats().torn_bytes == 0
