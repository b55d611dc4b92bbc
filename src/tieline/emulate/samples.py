"""Real captured files, served by their request address, byte for byte.

A folder of samples has tables `MANIFEST-*.csv` with the columns file, dataset and request_url. The
first folder of a file is its publisher; what follows the host in its request address is its path.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tieline.emulate import eastern
from tieline.emulate.site import CSV, HTML, ZIP, Dated, File, Site
from tieline.errors import UsageError

_MEDIA = {".csv": CSV, ".zip": ZIP, ".json": "application/json", ".xml": "application/xml"}
_NOT_FOUND = b"<html><body><h1>Not Found</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """One captured file: whose, of which report (as the manifest names it), under which path.

    `days` are the dates that the names of the file, or of the members of an archive, begin with.
    """

    publisher: str
    report: str
    path: str
    file: Path
    days: tuple[date, ...]


def listed(folder: Path) -> tuple[Sample, ...]:
    """Every sample of the folder that a request address leads to.

    Raises: UsageError if the folder has no manifest.
    """
    manifests = sorted(folder.glob("MANIFEST-*.csv"))
    if not manifests:
        raise UsageError(f"{folder} has no MANIFEST-*.csv, so no request leads to a file in it")
    found = []
    for manifest in manifests:
        with manifest.open(encoding="utf-8", newline="") as lines:
            found += [sample for row in csv.DictReader(lines) if (sample := _sample(folder, row))]
    return tuple(found)


def publishers(samples: tuple[Sample, ...]) -> Mapping[str, tuple[Sample, ...]]:
    """Samples by publisher."""
    grouped: dict[str, list[Sample]] = {}
    for sample in samples:
        grouped.setdefault(sample.publisher, []).append(sample)
    return {name: tuple(group) for name, group in grouped.items()}


@dataclass(frozen=True, slots=True)
class Replay:
    """One publisher's captured files; anything else is not found, or played by `otherwise`.

    When the captured file was last written is not known, so its answers do not say it.
    """

    samples: tuple[Sample, ...]
    otherwise: Site | None = None
    _by_path: dict[str, Path] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_path = {sample.path: sample.file for sample in self.samples}
        object.__setattr__(self, "_by_path", by_path)

    def file(self, path: str, at: int) -> File | None:
        captured = self._by_path.get(path)
        if captured is None:
            return self.otherwise.file(path, at) if self.otherwise else None
        media = _MEDIA.get(captured.suffix.lower(), "application/octet-stream")
        if captured.suffix.lower() in (".htm", ".html"):
            media = HTML
        return File(captured.read_bytes(), media, None)

    def not_found(self) -> bytes:
        return self.otherwise.not_found() if self.otherwise else _NOT_FOUND

    def another(self, path: str) -> str | None:
        return next((other for other in sorted(self._by_path) if other != path), None)

    def earlier(self, path: str) -> str | None:
        return self.otherwise.earlier(path) if self.otherwise else None

    def dated(self, path: str) -> Dated | None:
        captured = path in self._by_path
        return self.otherwise.dated(path) if self.otherwise and not captured else None

    def archive_clock(self, second: int) -> datetime:
        return eastern.wall_clock(second)


def _sample(folder: Path, row: Mapping[str, str]) -> Sample | None:
    address = urlsplit(row["request_url"].strip())
    file = folder / row["file"]
    if address.scheme not in ("http", "https") or " " in row["request_url"] or not file.is_file():
        return None
    path = address.path.lstrip("/") + (f"?{address.query}" if address.query else "")
    publisher = Path(row["file"]).parts[0]
    return Sample(publisher, row["dataset"], path, file, _days(file)) if path else None


def _days(file: Path) -> tuple[date, ...]:
    names = [file.name]
    if file.suffix.lower() == ".zip":
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    found = (re.match(r"20\d\d[01]\d[0-3]\d(?!\d)", name) for name in names)
    return tuple(sorted({day for match in found if match and (day := _day(match[0]))}))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
