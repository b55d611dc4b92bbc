"""When earlier observations could be known, decided again by today's recipe.

A known time is decided when bytes come, from the publisher's clock and what the server said. Where
that was read wrongly, reading again has to correct it too: from the member's own time, or from the
headers in the observation's note, held against what had been seen by then.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime

from tieline.feeds import DailyFile, Report, document_known
from tieline.flow.house import House
from tieline.flow.known import NOTHING_THERE, Seen, found_nothing, known_of, said_of
from tieline.flow.past import as_recorded, document_of, is_foldable, order_of
from tieline.flow.receiving import LOOKS
from tieline.ledger import Entry
from tieline.store.sidecar import Sidecar
from tieline.values import Document, Known


class Redating:
    """Known times of a report's entries, entry by entry in the order in which they came.

    Only what another recipe read is decided again; with `noted` also what another recipe noted. A
    time that somebody stated with an import stands, and one whose note is lost: `noteless` has those
    entries. Notes are left as they are: a rebuild decides again what another recipe noted.
    """

    def __init__(self, house: House, report: Report, *, noted: bool = False) -> None:
        self._house, self._report, self._noted = house, report, noted
        self._notes: dict[date, dict[tuple[str, datetime, str], Sidecar]] = {}
        self._observed: dict[date | None, list[Entry]] | None = None
        self._empty: dict[date | None, list[Entry]] = defaultdict(list)
        self._attempts: dict[tuple[date | None, str], list[datetime]] = {}
        self._attempts_since: date | None = None
        self._decided_until: dict[date | None, int] = defaultdict(int)
        self.noteless: set[int] = set()

    def known(self, entry: Entry, document: Document) -> Known:
        """When an entry's document was known; `document` is the one that the entry read.

        Raises: StorageFailed; Damaged if the bytes of one that came before are gone.
        """
        stands = as_recorded(entry, document)
        if entry.recipe == self._report.recipe_id and not self._noted:
            return stands
        note = self._note(entry)
        if note is None:
            self.noteless.add(entry.entry_id)
            return stands
        if note.stated or not self._is_older(entry, note):
            return stands
        return self._decided(entry, document, note)

    def _is_older(self, entry: Entry, note: Sidecar) -> bool:
        recipe = self._report.recipe_id
        return entry.recipe != recipe or note.recipe not in ("", recipe)

    def _decided(self, entry: Entry, document: Document, note: Sidecar) -> Known:
        fetched = entry.fetched_at_utc
        archive = self._is_archive(note)
        if archive or note.origin == "import":
            known = document_known(self._report, document, fetched)
            versions = self._versions(entry) if archive else []
            had = any(
                one.content_sha256 == document.sha256 and one.known_at_utc == known.at_utc
                for one in versions
            )
            return Known(fetched, "fetched") if had else known
        plain = document.data if document.member is None else b""
        said = said_of(self._report, note.payload(), plain)
        if said.basis == "fetched":
            return said
        seen = Seen(self._versions(entry), self._nothing(entry, note, said))
        return known_of(said, note.object, fetched, seen)

    def _is_archive(self, note: Sidecar) -> bool:
        """Whether a note tells of a fetched archive: of its members it has no known times."""
        dated = isinstance(self._report.at, DailyFile)
        return dated and note.of.day is None and note.origin != "import"

    def _versions(self, entry: Entry) -> list[Entry]:
        """What the ledger had of the entry's slice when it came, in known order as it is decided now."""
        observed = self._observations()[entry.day]
        end = bisect_left(observed, entry.observation_id, key=_came)
        while self._decided_until[entry.day] < end:
            place = self._decided_until[entry.day]
            one = observed[place]
            known = self.known(one, document_of(self._house, one))
            observed[place] = replace(one, known_at_utc=known.at_utc, known_basis=known.basis)
            self._decided_until[entry.day] = place + 1
        first = 0 if isinstance(self._report.at, DailyFile) else max(0, end - LOOKS)
        return sorted(observed[first:end], key=order_of)

    def _observations(self) -> dict[date | None, list[Entry]]:
        if self._observed is None:
            self._observed = defaultdict(list)
            entries = self._house.ledger.entries(
                reports=[self._report.name], states=["completed", "failed"]
            )
            for entry in sorted(entries, key=_came):
                if is_foldable(entry):
                    self._observed[entry.day].append(entry)
                elif entry.error in NOTHING_THERE:
                    self._empty[entry.day].append(entry)
        return self._observed

    def _nothing(self, entry: Entry, note: Sidecar, said: Known) -> list[datetime]:
        """When looks at the entry's address found nothing there, since the time that it claims.

        From the notes too, because the ledger forgets attempts that brought no bytes.
        """
        self._observations()
        told = [
            one.fetched_at_utc for one in self._empty[entry.day] if found_nothing(one, note.url)
        ]
        since = said.at_utc.astimezone(UTC).date()
        if self._attempts_since is None or since < self._attempts_since:
            self._attempts, self._attempts_since = self._attempted(since), since
        return told + self._attempts.get((entry.day, note.url), [])

    def _attempted(self, since: date) -> dict[tuple[date | None, str], list[datetime]]:
        """When nothing was there, by day and address, as the notes have it; damaged ones left out."""
        found: dict[tuple[date | None, str], list[datetime]] = defaultdict(list)
        for note in self._house.sidecars.all(
            report=self._report.name, since=since, on_damage=lambda damage: None
        ):
            if note.failure is not None and note.failure.error in NOTHING_THERE:
                found[note.of.day, note.url].append(note.fetched_at_utc)
        return found

    def _note(self, entry: Entry) -> Sidecar | None:
        """The note of an entry's observation, of a fetched archive that of the whole."""
        day = entry.fetched_at_utc.astimezone(UTC).date()
        if day not in self._notes:
            notes = self._house.sidecars.of_day(self._report.name, day)
            self._notes[day] = {(one.object, one.fetched_at_utc, one.note): one for one in notes}
        found = self._notes[day]
        object, fetched = entry.payload_sha256 or "", entry.fetched_at_utc
        return found.get((object, fetched, entry.member or "")) or found.get((object, fetched, ""))


def _came(entry: Entry) -> int:
    return entry.observation_id
