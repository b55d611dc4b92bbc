"""gridstatus reading the same bytes, in a Python of its own.

`scripts/bench_decode.py` starts this file with that Python and talks to it in lines of JSON. A line says
which method, from which day to which, and under which file name (`20171122pal.csv`, or the archive of
a month, `20171101pal_csv.zip`) which path's bytes answer; the answer has CPU and wall seconds and the
number of rows. Nothing is asked of any server: `requests.get` gives those bytes.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import re
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_POSTING = re.compile(r"/(?P<stem>\w+)-(?P<day>\d{8})\.csv$")


class _Answer:
    """As much of an answer as gridstatus looks at."""

    status_code = 200

    def __init__(self, content: bytes) -> None:
        self.content = content

    def raise_for_status(self) -> None:
        return


def _asked(url: str) -> str:
    """The operator's own name of the file behind an address; gridstatus asks for two kinds."""
    posting = _POSTING.search(url)
    if posting is not None:
        return f"{posting['day']}{posting['stem']}.csv"
    return url.rsplit("/", 1)[-1]


def measured(method: Any, files: Mapping[str, bytes], told: Mapping[str, Any]) -> dict[str, Any]:
    """One reading: seconds and rows."""
    requests: Any = importlib.import_module("requests")
    requests.get = lambda url, **_: _Answer(files[_asked(url)])
    begun, worked = time.perf_counter(), time.process_time()
    table = method(**told)
    return {
        "cpu": time.process_time() - worked,
        "wall": time.perf_counter() - begun,
        "rows": len(table),
    }


def main() -> None:
    nyiso = importlib.import_module("gridstatus").NYISO()
    markets = importlib.import_module("gridstatus.base").Markets
    print(json.dumps({"ready": importlib.metadata.version("gridstatus")}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        told: dict[str, Any] = {"date": asked["start"]}
        if asked["end"] is not None:
            told["end"] = asked["end"]
        if asked["market"] is not None:
            told["market"] = markets[asked["market"]]
        files = {name: Path(path).read_bytes() for name, path in asked["files"].items()}
        print(json.dumps(measured(getattr(nyiso, asked["method"]), files, told)), flush=True)


if __name__ == "__main__":
    main()
