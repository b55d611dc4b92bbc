"""The raw store killed while it writes.

A process keeps growing versions of files and says the name of each one that was kept; it is killed at a
random moment, again and again, on the same store. Whatever was said must be read back to its bytes by a
new reader, and everything that the store lists must be whole.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep

from scripts.bench_figure import REPOSITORY, scratch
from scripts.proof_words import Disproved
from tieline.errors import Damaged
from tieline.store import RawStore
from tieline.values import sha256

KILLS = 300
SEED = 20261121
FILES = 3
LARGEST = 200_000


def run(share: float = 1.0) -> str:
    kills = max(2, round(KILLS * share))
    chance = random.Random(SEED)
    kept: dict[str, int] = {}
    torn = 0
    with scratch() as folder:
        for life in range(kills):
            said = _killed(folder, life, chance.uniform(0.0, 0.4))
            kept |= dict.fromkeys(said, life)
            torn += _check(folder, life, said)
        _check(folder, kills, list(kept), everything=True)
    return (
        f"Seed {SEED}: {kills} kills of one store, {len(kept):,} versions acknowledged, every one "
        f"read back to its bytes by a new reader after its kill and again at the end; "
        f"everything that the store lists is whole. After {torn} kills its open pack had a torn end."
    )


def versions(life: int) -> Iterator[tuple[int, bytes]]:
    """Files that grow by chance, some by a little and some by more than a pack takes; for ever."""
    chance = random.Random(SEED + life)
    whole = [f"life {life}, file {place}\r\n".encode() for place in range(FILES)]
    while True:
        place = chance.randrange(FILES)
        if len(whole[place]) > LARGEST:
            whole[place] = whole[place][: chance.randrange(1000)]
        row = f"{chance.random()},{chance.random()}\r\n".encode()
        more = (
            row * chance.choice((1, 1, 1, 20))
            if chance.random() < 0.9
            else chance.randbytes(90_000)
        )
        whole[place] += more
        yield place, whole[place]


def write(folder: Path, life: int) -> None:
    """Keep versions for ever; each name is said when it was kept."""
    store = RawStore(folder, pack_size=256 * 1024)
    last: dict[int, str] = {}
    print("begun", flush=True)
    for place, data in versions(life):
        last[place] = store.put(data, like=last.get(place))
        print(last[place], flush=True)


def _killed(folder: Path, life: int, seconds: float) -> list[str]:
    """Names that a process said before it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.proof_store", str(folder), str(life)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    if process.stdout.readline() != "begun\n":
        raise Disproved(f"life {life}: the writer could not open the store")
    sleep(seconds)
    process.kill()
    said = process.stdout.read()
    process.wait()
    return said[: said.rfind("\n") + 1].split()


def _check(folder: Path, life: int, said: list[str], *, everything: bool = False) -> int:
    """What was said is there, and whole; gives 1 if the open pack has a torn end.

    `everything`: whatever the store lists is whole too.
    """
    store = RawStore(folder)
    try:
        for name in said:
            if sha256(store.get(name)) != name:
                raise Disproved(f"life {life}: {name} came back as other bytes")
        for name in store.objects() if everything else ():
            store.verify(name)
    except Damaged as damage:
        raise Disproved(f"life {life}: {damage}") from damage
    return int(store.stats().torn_bytes > 0)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
