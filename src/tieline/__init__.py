"""North American power market data you can prove: what a number is, since when, from which bytes.

`read` answers a question about a dataset from the lake on this machine, `scan` one that is larger
than memory, `query` one in SQL; `diff` says what changed in an answer, `lineage` leads a number
back to its bytes, `history` tells what an outage or a generator was when. They are loaded when they are used,
so that importing costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieline.facades.asking import diff, query, read, scan
    from tieline.facades.tracing import history, lineage

__all__ = ["__version__", "diff", "history", "lineage", "query", "read", "scan"]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("tieline")
    if name in ("history", "lineage"):
        from tieline.facades import tracing

        return getattr(tracing, name)
    if name in __all__:
        from tieline.facades import asking

        return getattr(asking, name)
    raise AttributeError(f"module 'tieline' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
