"""Every feed, and how it is found by name."""

from __future__ import annotations

from difflib import get_close_matches

from tieline.errors import UnknownName
from tieline.feeds import Feed, Report
from tieline.sources import isone, miso, nyiso

FEEDS: tuple[Feed, ...] = (*nyiso.FEEDS, *isone.FEEDS, *miso.FEEDS)


def feed(name: str, feeds: tuple[Feed, ...] = FEEDS) -> Feed:
    """The feed of that id; the name or code of one of its reports names it too.

    Raises: UnknownName, with names that come close; UnknownName if a bare code names several.
    """
    return _find(name, feeds)[0]


def report(name: str, feeds: tuple[Feed, ...] = FEEDS) -> Report:
    """The report called `publisher:CODE`, or by its code alone; a feed's id gives its first report.

    Raises: UnknownName, as `feed` does.
    """
    return _find(name, feeds)[1]


def _find(name: str, feeds: tuple[Feed, ...]) -> tuple[Feed, Report]:
    wanted = name.strip().casefold()
    by_id = [(feed, feed.reports[0]) for feed in feeds if feed.id.casefold() == wanted]
    listed = [(feed, report) for feed in feeds for report in feed.reports]
    by_name = [pair for pair in listed if pair[1].name.casefold() == wanted]
    by_code = [pair for pair in listed if pair[1].code.casefold() == wanted]
    for found in (by_id, by_name, by_code):
        if len(found) == 1:
            return found[0]
        if found:
            named = ", ".join(report.name for _, report in found)
            raise UnknownName(f"{name!r} names several reports: {named}; say which")
    known = [feed.id for feed in feeds]
    known += [word for _, report in listed for word in (report.name, report.code)]
    folded = {word.casefold(): word for word in known}
    close = [folded[word] for word in get_close_matches(wanted, folded, n=5, cutoff=0.5)]
    hint = f"did you mean {', '.join(close)}?" if close else "`tieline feeds list` names them all"
    raise UnknownName(f"no feed or report is called {name!r}; {hint}")
