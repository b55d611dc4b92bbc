"""The ledger and the lake again, from the raw store alone, with every known time.

Every observation has a note beside the bytes: what was asked, when, which object came, when it could be
known, or why nothing came. Taking in the notes that a ledger does not have makes it whole again,
whether it lacks all of them (the ledger was lost) or the last one (a crash between the bytes and
their commit). Bytes are read by the code of today, and sequence numbers are new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby

from tieline.decode import documents
from tieline.errors import Damaged, SourceError
from tieline.feeds import DailyFile, Feed, Report
from tieline.flow.arrival import Arrival
from tieline.flow.cost import days_between
from tieline.flow.house import House
from tieline.flow.job import Container, Job
from tieline.flow.landing import land, write_down
from tieline.flow.noted import is_claimed, key_of, live_claims, noted_reports, unwritten, written
from tieline.flow.past import as_recorded, document_of, read_again
from tieline.flow.plan import day_slice
from tieline.flow.receiving import arrivals_of, read_arrival, was_brought
from tieline.flow.redating import Redating
from tieline.ledger import Claim, Entry, Forgotten
from tieline.ledger.records import Cause
from tieline.markettime import market_day
from tieline.store.sidecar import Sidecar
from tieline.values import Document, Known, Payload, Slice
from tieline.watch import WorkerStumbled

BATCH = 64
"""Documents that are landed in one commit."""

BATCH_BYTES = 64 * 1024 * 1024

RECENT = timedelta(days=2)
"""How long before the last commit of a report somebody may have been killed and not been followed yet."""


@dataclass(slots=True)
class Rebuilt:
    """What the notes of one report came to.

    `notes` were there, of which `known` stood in the ledger already or were counted and forgotten by
    it, and `busy` belong to work that is going on. `entries` and `rows` were written. `damage` names
    notes and objects that cannot be read any more; everything else is taken in all the same.
    """

    report: str
    notes: int = 0
    known: int = 0
    busy: int = 0
    entries: int = 0
    rows: int = 0
    damage: list[Damaged] = field(default_factory=list)


def rebuild(house: House, feed: Feed, report: Report, step: Callable[[], None]) -> Rebuilt:
    """Take in every observation of a report that the ledger does not have.

    `step` is called for each note. Safe beside a daemon: what it works on is left to it. An
    interrupted rebuild goes on where it stopped.
    Raises: StorageFailed, LedgerUnavailable.
    """
    done = Rebuilt(report.name)
    begun = house.now()
    held = live_claims(house)
    keys = written(house, report.name)
    forgotten = {one.error: one for one in house.ledger.forgotten() if one.report == report.name}
    work = _Work(house, feed, report, done)
    for sidecar in _in_order(house, report, done.damage):
        done.notes += 1
        step()
        if key_of(sidecar) in keys or _was_forgotten(sidecar, forgotten):
            done.known += 1
        elif sidecar.fetched_at_utc > begun or is_claimed(sidecar, held):
            done.busy += 1
        elif sidecar.failure is not None:
            work.fail(_attempt(house, report, sidecar))
        else:
            work.take(sidecar)
    work.flush()
    work.redate()
    return done


def take_in(house: House, feed: Feed, report: Report, mine: Claim | None = None) -> int:
    """Take in what was fetched lately, kept, and not written down; gives how many observations.

    Who did it was killed, or its storage failed. Looked at are the notes since two days before the last
    commit of the report, so that it is quick however many there are; `rebuild` looks at all. What others
    work on is left to them, `mine` is the claim of the caller. Damage is told as a happening. Files that
    somebody imports are left to who imports them.
    Raises: StorageFailed, LedgerUnavailable; Damaged if bytes that have to be read beside them are gone.
    """
    done = Rebuilt(report.name)
    work = _Work(house, feed, report, done, is_known=partial(was_brought, house))
    found = unwritten(
        house, report.name, done.damage.append, since=_lately(house, report), mine=mine
    )
    for sidecar in sorted(found, key=_fetch_time):
        if sidecar.origin != "import":
            work.take(sidecar)
    work.flush()
    work.redate()
    for damage in done.damage:
        house.record(
            WorkerStumbled(feed=feed.id, report=report.name, error="Damaged", text=str(damage))
        )
    return done.entries


def _lately(house: House, report: Report) -> date:
    last = house.ledger.commits(sequences=[house.ledger.report_sequence(report.name)])
    return (min([house.now(), *(one.at_utc for one in last)]) - RECENT).date()


def rebuild_all(house: House, at_once: int, step: Callable[[], None]) -> list[Rebuilt]:
    """Rebuild every report, up to `at_once` of them at a time; in the order of the feeds.

    Raises: as `rebuild`; then no further report is begun.
    """
    with ThreadPoolExecutor(at_once, "rebuild") as pool:
        begun = [
            pool.submit(rebuild, house, feed, report, step)
            for feed in house.feeds
            for report in feed.reports
        ]
        try:
            return [one.result() for one in begun]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def orphaned(house: House) -> list[str]:
    """Reports that have notes and that no feed has any more: nobody can take their bytes in.

    Raises: StorageFailed.
    """
    known = {report.name for feed in house.feeds for report in feed.reports}
    return [name for name in noted_reports(house) if name not in known]


def _in_order(house: House, report: Report, damage: list[Damaged]) -> Iterator[Sidecar]:
    """Notes of a report by fetch time; those of one moment as they were written."""
    notes = house.sidecars.all(report=report.name, on_damage=damage.append)
    for _, of_day in groupby(notes, key=_fetch_day):
        yield from sorted(of_day, key=_fetch_time)


def _fetch_day(sidecar: Sidecar) -> date:
    return _fetch_time(sidecar).date()


def _fetch_time(sidecar: Sidecar) -> datetime:
    return sidecar.fetched_at_utc.astimezone(UTC)


def _was_forgotten(sidecar: Sidecar, forgotten: Mapping[str, Forgotten]) -> bool:
    """Whether a note tells of an attempt that the ledger has counted, by its error, and left out."""
    if sidecar.failure is None or sidecar.failure.error not in forgotten:
        return False
    counted = forgotten[sidecar.failure.error]
    return counted.first_utc <= sidecar.fetched_at_utc <= counted.last_utc


def _attempt(house: House, report: Report, sidecar: Sidecar) -> Entry:
    failure = sidecar.failure
    assert failure is not None
    entry_id = house.ledger.allocate(1)
    return Entry(
        entry_id=entry_id,
        observation_id=entry_id,
        report=report.name,
        window=sidecar.of.window,
        day=sidecar.of.day,
        state="failed",
        origin="collect",
        recipe=report.recipe_id,
        fetched_at_utc=sidecar.fetched_at_utc,
        url=sidecar.url,
        error=failure.error,
        cause=_cause(failure.cause),
        text=failure.text,
        retry_at_utc=failure.retry_at_utc,
        run=house.run,
        version=house.version,
    )


def _cause(text: str | None) -> Cause | None:
    return text  # type: ignore[return-value]


class _Work:
    """Observations on their way into the ledger, in commits of a bounded size."""

    def __init__(
        self,
        house: House,
        feed: Feed,
        report: Report,
        done: Rebuilt,
        is_known: Callable[[Arrival], bool] | None = None,
    ) -> None:
        self._house, self._feed, self._report, self._done = house, feed, report, done
        self._is_known = is_known
        self._arrivals: list[Arrival] = []
        self._bytes = 0
        self._attempts: list[Entry] = []
        self._stale: set[tuple[str, datetime]] = set()
        self._older: list[Entry] = []

    def take(self, sidecar: Sidecar) -> None:
        """Read the bytes of an observation; damage is noted and leaves it out."""
        archive = _container(self._report, sidecar) == "archive" and sidecar.origin != "import"
        if self._attempts or archive:
            self.flush()
        try:
            found = _arrivals(self._house, self._feed, self._report, sidecar)
        except Damaged as error:
            place = f"{sidecar.of}, object {sidecar.object}"
            self._done.damage.append(Damaged(f"{error.text} ({place})", feed=self._feed.id))
            return
        if sidecar.recipe not in ("", self._report.recipe_id):
            self._stale.add((sidecar.object, sidecar.fetched_at_utc))
        self._arrivals += found
        self._bytes += sum(len(arrival.document.data) for arrival in found)
        if len(self._arrivals) >= BATCH or self._bytes >= BATCH_BYTES:
            self.flush()

    def fail(self, entry: Entry) -> None:
        if self._arrivals or len(self._attempts) >= BATCH:
            self.flush()
        self._attempts.append(entry)

    def flush(self) -> None:
        """Commit what is on its way."""
        if self._arrivals:
            landed = land(
                self._house,
                self._feed,
                self._report,
                self._arrivals,
                kind="rebuild",
                is_known=self._is_known,
            )
            self._done.entries += len(landed.entries)
            self._done.rows += landed.rows
            self._older += [one for one in landed.entries if _observation(one) in self._stale]
        if self._attempts:
            entries = tuple(self._attempts)
            write_down(self._house, self._feed, self._report, entries, None)
            self._done.entries += len(entries)
        self._arrivals, self._attempts, self._bytes = [], [], 0

    def redate(self) -> None:
        """Decide again when what another recipe has noted was known, and land what that corrects."""
        if self._feed.dataset is None:
            return
        redating = Redating(self._house, self._report, noted=True)
        wrong: dict[int, Known] = {}
        for entry in sorted(self._older, key=lambda one: one.observation_id):
            document = document_of(self._house, entry)
            known = redating.known(entry, document)
            if known != as_recorded(entry, document) and entry.state == "completed":
                wrong[entry.entry_id] = known
        arrivals = [
            read_again(
                self._house,
                self._feed,
                self._report,
                entry,
                lambda one, document: wrong[one.entry_id],
            )
            for entry in self._older
            if entry.entry_id in wrong
        ]
        if arrivals:
            landed = land(self._house, self._feed, self._report, arrivals, kind="rebuild")
            self._done.rows += landed.rows


def _observation(entry: Entry) -> tuple[str, datetime]:
    return entry.payload_sha256 or "", entry.fetched_at_utc


def _container(report: Report, sidecar: Sidecar) -> Container:
    if not isinstance(report.at, DailyFile):
        return "static"
    return "archive" if sidecar.of.day is None else "direct"


def _arrivals(house: House, feed: Feed, report: Report, sidecar: Sidecar) -> list[Arrival]:
    """What an observation brought, read again.

    Raises: Damaged if its bytes are gone or changed.
    """
    payload = sidecar.payload(house.raw.get(sidecar.object))
    if sidecar.origin == "import":
        return [_imported(house, feed, report, sidecar, payload)]
    container = _container(report, sidecar)
    slices = (sidecar.of,) if container != "archive" else _slices(report, sidecar.of)
    job = Job(feed, report, container, sidecar.url, sidecar.of, slices)
    return arrivals_of(house, job, payload, sidecar.known)


def _slices(report: Report, whole: Slice) -> tuple[Slice, ...]:
    """The days that an archive was asked for, as far as its note tells: the first to the last."""
    zone = report.publisher.zone
    first = market_day(zone, whole.window.start)
    last = market_day(zone, whole.window.end - timedelta(microseconds=1))
    return tuple(day_slice(report, day) for day in days_between(first, last))


def _imported(
    house: House, feed: Feed, report: Report, sidecar: Sidecar, payload: Payload
) -> Arrival:
    name = sidecar.url.removeprefix("file:")
    try:
        found = documents(payload.data, file_name=name)
    except SourceError as error:
        told = error.about(feed=feed.id, window=str(sidecar.of.window), payload=payload.sha256)
        return Arrival(
            slice=sidecar.of,
            document=Document(payload.data),
            payload_sha256=payload.sha256,
            url=payload.url,
            fetched_at_utc=payload.fetched_at_utc,
            known=sidecar.known,
            origin="import",
            error=told,
        )
    for document in found:
        if (document.member or "") == sidecar.note:
            known = sidecar.known
            return read_arrival(house, feed, report, sidecar.of, document, payload, known, "import")
    raise Damaged(f"the note of {name} names a member that is not in it: {sidecar.note}")
