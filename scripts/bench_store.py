"""The raw store: a day of five-minute versions of a growing file against its last version alone."""

from __future__ import annotations

from datetime import date
from time import perf_counter

from scripts.bench_figure import Figure, emulated, growing, median, sample, scratch
from tieline.store import RawStore

SECTION = "store"
MOST = 3.0
FILES = (
    ("P-32", "nyiso/ExternalLimitsFlows/20171122ExternalLimitsFlows.csv"),
    ("P-58B", "nyiso/pal/20171122pal.csv"),
    ("P-63", "nyiso/rtfuelmix/20171122rtfuelmix.csv"),
)


def run(quick: bool = False) -> list[Figure]:
    """Bytes at rest, and how long keeping and reading back take, for each kind of file."""
    return [figure for code, path in FILES[: 1 if quick else None] for figure in _day(code, path)]


def _day(code: str, path: str) -> list[Figure]:
    real = sample(path)
    whole = emulated(code, date(2017, 11, 22)) if real is None else real
    versions = growing(whole)
    with scratch() as folder:
        alone = RawStore(folder / "alone")
        alone.put(whole)
        store = RawStore(folder / "day")
        names: list[str] = []
        kept, read = [], []
        for version in versions:
            begun = perf_counter()
            names.append(store.put(version, like=names[-1] if names else None))
            kept.append(perf_counter() - begun)
        for name, version in zip(names, versions, strict=True):
            begun = perf_counter()
            if store.get(name) != version:
                raise AssertionError(f"version {name} of {code} came back changed")
            read.append(perf_counter() - begun)
        stored, last = store.stats().stored_bytes, alone.stats().stored_bytes
    told = f"{len(versions)} versions ({'emulated' if real is None else 'real'}), each read back"
    sizes = f"{stored / 1024:.1f} KiB against {last / 1024:.1f} KiB; {len(whole) / 1024:.0f} plain"
    return [
        Figure(
            section=SECTION,
            name=f"{code}: a day of versions, stored",
            value=stored / last,
            unit="x its last one",
            target=MOST,
            note=f"{told}; {sizes}",
        ),
        Figure(
            section=SECTION,
            name=f"{code}: keeping one version, synced",
            value=1000 * median(kept),
            unit="ms",
            note=f"reading one back {1000 * median(read):.1f} ms; medians",
        ),
    ]
