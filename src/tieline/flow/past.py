"""What a report has observed before, read back from the ledger, the parts and the raw store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from tieline.datasets.rows import identity, read_schema
from tieline.decode import documents
from tieline.errors import Damaged, SourceError
from tieline.feeds import Feed, Report
from tieline.flow.arrival import Arrival, observation_of, spoken_window
from tieline.flow.house import House
from tieline.flow.reading import understand
from tieline.fold import Observation, at_or_after, visible
from tieline.ledger import Entry, Part
from tieline.values import Document, Known, Window
from tieline.watch import OddityNoticed

TICK = timedelta(microseconds=1)
EVER = datetime.min.replace(tzinfo=UTC)

Order = tuple[datetime, datetime, str]


def order_of(entry: Entry) -> Order:
    """Place of an entry in known order."""
    return (entry.known_at_utc or EVER, entry.fetched_at_utc, entry.content_sha256 or "")


def is_foldable(entry: Entry) -> bool:
    """Whether an entry takes part in the fold: it was read, or the fold itself refused it."""
    return entry.state == "completed" or (entry.state == "failed" and entry.error == "Shrunk")


def reach_of(report: Report, entry: Entry) -> Window | None:
    """The stamps that an entry speaks about, half-open; None if it lists and judges none."""
    cover = None if entry.cover is None else Window(entry.cover.start, entry.cover.end + TICK)
    window = spoken_window(report, entry.slice)
    if window is None:
        return cover
    if report.label is not None and report.label.kind == "end":
        window = Window(window.start + TICK, window.end + TICK)
    return window if cover is None else window.hull(cover)


@dataclass(frozen=True, slots=True)
class Past:
    """The foldable entries that share stamps with a group of slices, in known order.

    stamps: None is every stamp, and what has none
    """

    house: House
    feed: Feed
    report: Report
    stamps: Window | None
    slices: tuple[Window, ...]
    entries: tuple[Entry, ...]

    def is_whole(self, entry: Entry) -> bool:
        """Whether all that an entry speaks about lies within the stamps."""
        reach = reach_of(self.report, entry)
        return self.stamps is None or reach is None or self.stamps.hull(reach) == self.stamps

    def before(self, place: Order) -> list[Entry]:
        return [entry for entry in self.entries if order_of(entry) < place]

    def since(self, place: Order) -> list[Entry]:
        return [entry for entry in self.entries if order_of(entry) >= place]

    def observations(self, entries: Sequence[Entry]) -> Iterator[Observation]:
        """Read entries again from raw bytes, one by one as they are drawn.

        What an older recipe read and today's cannot is taken from the rows that are stored of it.
        """
        for entry in entries:
            try:
                arrival = read_again(self.house, self.feed, self.report, entry)
            except SourceError as error:
                if entry.recipe == self.report.recipe_id:
                    raise
                if entry.state == "completed":
                    yield self._as_stored(entry, error)
                continue
            yield observation_of(self.report, arrival, (entry.observation_id, entry.entry_id))

    def _as_stored(self, entry: Entry, error: SourceError) -> Observation:
        """What an entry listed, as far as stored rows tell: the heads at its place, in its reach.

        A key that it listed unchanged is among them. One that it did not list, but left standing, is
        too: in a growing or final report there is none.
        """
        assert self.feed.dataset is not None
        text = f"entry {entry.entry_id} cannot be read by today's recipe, its rows stand: {error}"
        self.house.record(
            OddityNoticed(
                feed=self.feed.id, report=self.report.name, slice=str(entry.slice), text=text
            )
        )
        place = order_of(entry)
        reach = reach_of(self.report, entry) if self.feed.dataset.stamped else None
        rows = self.stored().filter(~at_or_after(place) | (pl.col("entry_id") == entry.entry_id))
        heads = rows.sort("known_at_utc", "fetched_at_utc", "content_sha256").unique(
            (*identity(self.feed.dataset), "print"), keep="last", maintain_order=True
        )
        if reach is not None:
            stamp = pl.col("stamp_utc")
            heads = heads.filter((stamp >= reach.start) & (stamp < reach.end))
        schema = read_schema(self.feed.dataset)
        ends = self.report.label is not None and self.report.label.kind == "end"
        return Observation(
            observation_id=entry.observation_id,
            entry_id=entry.entry_id,
            known=Known(place[0], entry.known_basis or "fetched"),
            fetched_at_utc=entry.fetched_at_utc,
            content_sha256=entry.content_sha256 or "",
            window=spoken_window(self.report, entry.slice),
            rows=heads.filter(pl.col("state") == "live").select(schema.names()),
            rejected_keys=heads.clear().select(identity(self.feed.dataset)),
            closed="right" if ends else "left",
        )

    def parts(self) -> list[Part]:
        """Parts that may have rows within the stamps."""
        named = self.house.ledger.parts(report=self.report.name, stamps=self.stamps)
        return [part for part in named if part.sha256 not in self.house.lost]

    def rows(self) -> pl.LazyFrame:
        """Every row that these parts have."""
        if self.feed.dataset is None:
            raise ValueError(f"{self.feed.id} has no rows")
        return self.house.parts.read(
            self.feed.dataset, [(part.path, part.sequence or 0) for part in self.parts()]
        )

    def stored(self) -> pl.DataFrame:
        """Visible rows of the report within the stamps; of the same vintages where a file is one.

        Raises: Damaged if a part cannot be read.
        """
        mine = pl.col("report") == self.report.name
        if self.stamps is not None:
            stamp = pl.col("stamp_utc")
            mine &= (stamp >= self.stamps.start) & (stamp < self.stamps.end)
        if self.report.is_vintage_a_file:
            mine &= pl.col("vintage_utc").is_in([window.start for window in self.slices])
        with self.house.parts.reading([part.path for part in self.parts()]):
            rows = self.rows().filter(mine).collect()
        assert self.feed.dataset is not None
        return visible(self.feed.dataset, rows)


def past_of(
    house: House,
    feed: Feed,
    report: Report,
    stamps: Window | None,
    slices: tuple[Window, ...],
    *,
    since: datetime | None = None,
    place: Order | None = None,
) -> Past:
    """Everything foldable that touches some stamps, with all the stamps that these entries reach.

    What comes last in known order, at `place`, changes no verdict on others: then the stamps stay as they
    are. (Without `place` they are widened whatever came last.) Of a rolling report each key stands alone, so what touches the touching entries is there as well,
    and its part beyond the stamps does not matter; elsewhere stamps are widened until nothing touches
    them from outside.

    Where a file is one vintage, files share stamps but no identities: there only the same slices
    count. States of things have no stamps: of them everything counts, or what is known from `since` on
    for whoever knows how things stood before.
    """
    if stamps is None:
        entries = house.ledger.entries(
            reports=[report.name], states=["completed", "failed"], known_since=since
        )
        found = [entry for entry in entries if is_foldable(entry)]
        return Past(house, feed, report, None, slices, tuple(sorted(found, key=order_of)))
    touching = _touching(house, report, stamps, slices)
    if place is None or any(order_of(entry) >= place for entry, _ in touching):
        wider = _hull(stamps, touching)
        while wider != stamps:
            stamps = wider
            touching = _touching(house, report, stamps, slices)
            if report.absence.kind != "rolling":
                wider = _hull(stamps, touching)
    found = sorted((entry for entry, _ in touching), key=order_of)
    return Past(house, feed, report, stamps, slices, tuple(found))


def _touching(
    house: House, report: Report, stamps: Window, slices: tuple[Window, ...]
) -> list[tuple[Entry, Window]]:
    """Foldable entries that speak about some stamps, and what each speaks about."""
    found = []
    for entry in house.ledger.entries(
        reports=[report.name], overlapping=stamps, states=["completed", "failed"]
    ):
        reach = reach_of(report, entry)
        if not is_foldable(entry) or reach is None or not reach.overlaps(stamps):
            continue
        if not report.is_vintage_a_file or entry.window in slices:
            found.append((entry, reach))
    return found


def _hull(stamps: Window, touching: Sequence[tuple[Entry, Window]]) -> Window:
    for _, reach in touching:
        stamps = stamps.hull(reach)
    return stamps


def as_recorded(entry: Entry, document: Document) -> Known:
    """When an entry's document was known, as the ledger has it."""
    return Known(entry.known_at_utc or entry.fetched_at_utc, entry.known_basis or "fetched")


def read_again(
    house: House,
    feed: Feed,
    report: Report,
    entry: Entry,
    when: Callable[[Entry, Document], Known] = as_recorded,
) -> Arrival:
    """Decode an entry's document again from the raw store, under today's recipe.

    `when` decides its known time.
    Raises: Damaged if the bytes are gone or changed, and whatever reading raises.
    """
    document = document_of(house, entry)
    known = when(entry, document)
    slice = entry.slice
    verdict = understand(feed, report, slice, document, known, entry.fetched_at_utc)
    return Arrival(
        slice=slice,
        document=document,
        payload_sha256=entry.payload_sha256 or document.sha256,
        url=entry.url,
        fetched_at_utc=entry.fetched_at_utc,
        known=known,
        origin="replay",
        verdict=verdict,
        replaces=entry,
    )


def document_of(house: House, entry: Entry) -> Document:
    """The document that an entry read, out of its raw object.

    Raises: Damaged if it is not there any more.
    """
    if entry.payload_sha256 is None:
        raise Damaged(f"entry {entry.entry_id} brought no bytes", feed=entry.report)
    data = house.raw.get(entry.payload_sha256)
    if entry.member is None:
        return Document(data)
    for document in documents(data):
        if document.member == entry.member:
            return document
    raise Damaged(
        f"member {entry.member} of entry {entry.entry_id} is not in its archive",
        payload=entry.payload_sha256,
    )
