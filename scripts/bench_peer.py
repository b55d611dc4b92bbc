"""gridstatus reading the same bytes, in a Python of its own.

`scripts/bench_decode.py` starts this file with that Python and talks to it in lines of JSON. A line says
which class and method, for which days or from which to which, and under which name of the publisher's
which path's bytes answer; the answer has CPU and wall seconds and the number of rows. Nothing is
asked of any server: what gridstatus asks the network for is answered with those bytes.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import json
import os
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_POSTING = re.compile(r"/(?P<stem>\w+)-(?P<day>\d{8})\.csv$")
_SERVICE = re.compile(r"/api/v1\.1/(?P<resource>.+)/day/(?P<day>\d{8})")
_DATED = re.compile(r"^\d{8}_")


class _Answer:
    """As much of an answer as gridstatus looks at."""

    status_code = 200

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.headers = {"Content-Type": "text/csv"}

    def raise_for_status(self) -> None:
        return

    def json(self) -> Any:
        return json.loads(self.content)


class _Network:
    """What answers instead of the network. `day` is the one that is being asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.day = ""

    def get(self, url: str, **_: object) -> _Answer:
        return _Answer(self.content(url))

    def content(self, url: str) -> bytes:
        """The bytes behind an address; a page that is only visited for its cookies is empty."""
        names = self._names(url)
        return next((self.files[name] for name in names if name in self.files), b"")

    def _names(self, url: str) -> tuple[str, ...]:
        """The operator's own names of the file behind an address."""
        posting, service = _POSTING.search(url), _SERVICE.search(url)
        if posting is not None:
            return (f"{posting['day']}{posting['stem']}.csv",)
        if service is not None:
            return (f"{service['day']}{service['resource'].replace('/', '-')}.json",)
        last = url.rsplit("/", 1)[-1]
        return (last, f"{self.day}{last}.json", _DATED.sub("", last))

    def __enter__(self) -> _Network:
        return self

    def __exit__(self, *_: object) -> None:
        return


def measured(asked: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """One reading: seconds and rows."""
    gridstatus: Any = importlib.import_module("gridstatus")
    markets = importlib.import_module("gridstatus.base").Markets
    one = getattr(importlib.import_module(asked["module"]), asked["of"])()
    network = _answering(gridstatus, files)
    told: dict[str, Any] = {}
    if asked["end"] is not None:
        told["end"] = asked["end"]
    if asked["market"] is not None:
        told["market"] = markets[asked["market"]]
    if asked["generators"]:
        told["location_type"] = "generator"
    method = getattr(one, asked["method"])
    rows = 0
    begun, worked = time.perf_counter(), time.process_time()
    for day in asked["days"]:
        network.day = day.replace("-", "")
        rows += len(method(date=day, **told))
    return {
        "cpu": time.process_time() - worked,
        "wall": time.perf_counter() - begun,
        "rows": rows,
    }


def _answering(gridstatus: Any, files: Mapping[str, bytes]) -> _Network:
    """Put these bytes where gridstatus asks the network; every day is yesterday."""
    network = _Network(files)
    requests: Any = importlib.import_module("requests")
    requests.get = network.get
    requests.Session = lambda: network
    pandas: Any = importlib.import_module("pandas")
    if not hasattr(pandas, "read_csv_of_bytes"):
        pandas.read_csv_of_bytes = pandas.read_csv
    plain = pandas.read_csv_of_bytes

    def read_csv(source: Any, *others: Any, **told: Any) -> Any:
        if isinstance(source, str):
            source = io.BytesIO(network.content(source))
        return plain(source, *others, **told)

    pandas.read_csv = read_csv
    gridstatus.utils.is_yesterday = lambda *_, **__: True
    return network


def main() -> None:
    os.environ.setdefault("ISONE_API_USERNAME", "nobody")
    os.environ.setdefault("ISONE_API_PASSWORD", "nothing")
    importlib.import_module("gridstatus")
    importlib.import_module("logging").disable()
    print(json.dumps({"ready": importlib.metadata.version("gridstatus")}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        files = {name: Path(path).read_bytes() for name, path in asked["files"].items()}
        print(json.dumps(measured(asked, files)), flush=True)


if __name__ == "__main__":
    main()
