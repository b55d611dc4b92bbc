"""What reading some files takes of memory above what the imports took: a program of its own.

    python -m scripts.bench_memory REPORT FILE...

Files are read one after the other, as they come from a publisher. One line of JSON says the resident
megabytes after the imports, the most there ever were, and the rows.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.bench_reading import verdicts


def main(arguments: Sequence[str]) -> int:
    report, *paths = arguments
    before = _most()
    rows = 0
    for path in paths:
        rows += verdicts(report, Path(path).name, Path(path).read_bytes())
    print(json.dumps({"before": before, "most": _most(), "rows": rows}))
    return 0


def _most() -> float:
    """Resident megabytes at the most until now.

    On Linux the kernel's mark of this program: what `getrusage` says begins with the parent's size.
    Elsewhere `getrusage`, in bytes.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / (1 << 10)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
