"""The cases that break simple rules, each as a story. `a@3` is the value a, known at 3."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from tieline.datasets import fields as f
from tieline.datasets.rows import read_schema
from tieline.feeds import FINAL, GROWING, ROLLING, Absence, snapshot
from tieline.fold import Observation, Step
from tieline.schema import Dataset
from tieline.values import Known

from .looks import MIDNIGHT, Cell, Key, Look, at, minute_of, observation_of
from .pick import Revisions, Row, greatest_vintage, starting_in
from .store import Store

LATER = 1_000
LETTERS = "abcdefghij"

FORECAST = Dataset(
    "tiny_forecast",
    "Tiny forecast",
    "One number by area and vintage.",
    key=(f.AREA_ID, f.VINTAGE),
    values=(f.LOAD, f.ISSUED_AT),
)


class Story:
    """A store that is told what was seen in words: `x:a y:b` are areas x and y with values a and b.

    A value may be left out; `y:b/preliminary` has a print. All cells have one stamp.
    """

    def __init__(self, *absences: Absence) -> None:
        self.store = Store({f"R{number}": absence for number, absence in enumerate(absences)})
        self.told: dict[int, Look] = {}

    def saw(
        self,
        words: str,
        known: int,
        *,
        report: str = "R0",
        fetched: int | None = None,
        window: tuple[int, int] | None = None,
        rejected: str = "",
    ) -> tuple[Step, ...]:
        number = len(self.told) + 1
        look = Look(
            report=report,
            id=number,
            known=known,
            fetched=known if fetched is None else fetched,
            content=f"{words} {number}",
            window=window,
            cells=dict(map(_cell, words.split())),
            rejected=frozenset((0, area) for area in rejected.split()),
        )
        self.told[number] = look
        return self.store.put(report, observation_of(look))

    def reread(self, number: int, words: str) -> None:
        """Another recipe reads the observation of that number."""
        look = self.told[number]
        self.told[number] = replace(
            look, cells=dict(map(_cell, words.split())), entry=look.id + 100
        )
        self.store.replace(look.report, [observation_of(self.told[number])])

    def answer(
        self,
        as_of: int = LATER,
        *,
        revisions: Revisions = "latest",
        at_sequence: int | None = None,
        named: str | None = None,
    ) -> str:
        """Live rows that answer, in the words of `saw`."""
        rows = self.store.read(at(as_of), revisions=revisions, at_sequence=at_sequence, named=named)
        return " ".join(sorted(_word(row) for row in rows if row["state"] == "live"))

    def history(self, report: str = "R0") -> str:
        """All visible rows of a report in known order, `x:a@1` or `x gone@3`."""
        rows = [row for row in self.store.visible() if row["report"] == report]
        ordered = sorted(rows, key=lambda row: (row["known_at_utc"], row["area_id"]))
        return " ".join(f"{_word(row)}@{minute_of(row['known_at_utc'])}" for row in ordered)

    def marks(self) -> int:
        return int((self.store.rows["state"] == "same").sum())


def _cell(word: str) -> tuple[Key, Cell]:
    said, _, named = word.partition("/")
    area, _, letter = said.partition(":")
    return (0, area, named or "final"), (float(LETTERS.index(letter or "a")), 5)


def _word(row: Row) -> str:
    if row["state"] == "gone":
        return f"{row['area_id']}:gone"
    return f"{row['area_id']}:{LETTERS[int(row['load_mw'])]}"


def test_01_bytes_seen_before_are_an_observation_again() -> None:
    story = Story(ROLLING)
    story.saw("x:a", 1)
    story.saw("x:b", 2)
    story.saw("x:a", 3)
    assert story.history() == "x:a@1 x:b@2 x:a@3"
    assert story.answer() == "x:a"


def test_02_an_equal_poll_counts_when_something_comes_late_before_it() -> None:
    story = Story(ROLLING)
    story.saw("x:a", 1)
    (poll,) = story.saw("x:a", 4)
    assert poll.rows.is_empty() and poll.unchanged == 1
    story.saw("x:b", 3)
    assert story.answer(3) == "x:b"
    assert story.answer(4) == "x:a"


def test_03_a_listing_equal_to_an_older_one_counts_as_a_listing() -> None:
    story = Story(snapshot(2))
    story.saw("x", 1)
    story.saw("x y", 2)
    story.saw("x", 3)
    assert story.answer() == "x:a y:a"
    story.saw("x", 4)
    assert story.history() == "x:a@1 y:a@2 y:gone@4"


def test_04_the_chain_runs_over_all_slices() -> None:
    story = Story(ROLLING)
    story.saw("x:b", 1, window=(0, 2))
    story.saw("x:a y:a", 2, window=(0, 4))
    story.saw("x:b", 4, window=(0, 2))
    assert story.answer() == "x:b y:a"


def test_05_a_late_payload_makes_a_stored_row_redundant() -> None:
    story = Story(ROLLING)
    story.saw("x:b", 3)
    story.saw("x:b", 1)
    assert story.history() == "x:b@1"
    assert story.marks() == 1
    assert story.store.rows.height == 3


def test_06_the_next_observation_may_lack_the_key() -> None:
    story = Story(ROLLING)
    story.saw("x y:b", 1)
    story.saw("x y:b", 4)
    story.saw("x", 3)
    story.saw("x y:a", 2)
    assert story.history() == "x:a@1 y:b@1 y:a@2 y:b@4"


def test_07_superseding_takes_out_and_folds_on() -> None:
    story = Story(ROLLING)
    story.saw("x:a", 2)
    story.saw("x:a", 3)
    story.reread(1, "")
    assert story.history() == "x:a@3"


def test_08_superseding_has_a_moment() -> None:
    story = Story(ROLLING)
    story.saw("x:b", 3)
    story.reread(1, "")
    assert story.answer(at_sequence=1) == "x:b"
    assert story.answer(at_sequence=2) == story.answer() == ""


def test_09_two_prints_of_one_key_are_two_chains() -> None:
    story = Story(FINAL)
    (step,) = story.saw("x:b/preliminary x:c/final", 1)
    assert (step.new, step.rows.height) == (2, 2)
    assert story.answer() == "x:c"
    assert story.answer(named="preliminary") == "x:b"
    assert story.answer(revisions="all") == "x:b x:c"


def test_10_a_correction_of_a_final_file_replaces_the_whole() -> None:
    story = Story(FINAL)
    story.saw("x y", 2)
    story.saw("y", 3)
    assert story.history() == "x:a@2 y:a@2 x:gone@3"
    assert story.answer(2) == "x:a y:a"
    assert story.answer(3) == "y:a"


def test_11_gone_in_one_report_hides_no_live_row_of_another() -> None:
    story = Story(FINAL, ROLLING)
    story.saw("x:a", 1)
    story.saw("x:b", 1, report="R1")
    story.saw("", 2)
    assert story.history() == "x:a@1 x:gone@2"
    assert story.answer() == "x:b"


def test_12_withdrawals_are_counted_again_forward() -> None:
    story = Story(snapshot(2))
    story.saw("", 4)
    story.saw("x", 2)
    assert story.history() == "x:a@2"
    story.saw("", 3)
    assert story.history() == "x:a@2 x:gone@4"


def test_13_a_rejected_row_is_no_absence() -> None:
    story = Story(snapshot(1))
    story.saw("x y", 1)
    story.saw("x", 2, rejected="y")
    assert story.answer() == "x:a y:a"


def test_14_equal_known_times_are_ordered_by_fetch_time() -> None:
    story = Story(ROLLING)
    story.saw("x:b", 4, fetched=5)
    story.saw("x:a", 4, fetched=4)
    assert story.answer() == "x:b"


def test_15_verdicts_are_given_in_known_time() -> None:
    story = Story(GROWING)
    (alone,) = story.saw("y:b", 3)
    assert alone.shrunk == 0
    _, judged_again = story.saw("x y:a", 2)
    assert judged_again.shrunk == 1
    assert story.history() == "x:a@2 y:a@2"


def test_16_shrunk_is_about_keys_not_counts() -> None:
    story = Story(GROWING)
    story.saw("x e", 1)
    (step,) = story.saw("p q s", 2)
    assert step.shrunk == 2
    assert step.missing["area_id"].sort().to_list() == ["e", "x"]
    assert story.answer() == "e:a x:a"


def test_17_a_second_absence_confirms_the_first() -> None:
    story = Story(GROWING)
    story.saw("x e", 1)
    assert story.saw("x:b", 2)[0].shrunk == 1
    assert story.saw("x:b y", 3)[0].shrunk == 0
    story.saw("x:c y z", 4)
    assert story.answer(2) == "e:a x:a"
    assert story.answer(3) == "x:b y:a"
    assert story.answer(4) == "x:c y:a z:a"


def test_18_bytes_imported_again_without_a_known_time_are_not_folded() -> None:
    """Whether an import is an observation is decided before the fold, by its bytes."""
    story = Story(ROLLING)
    imported: set[str] = set()
    for moment, words in enumerate(("x:a", "x:b", "x:a"), start=1):
        if words not in imported:
            imported.add(words)
            story.saw(words, moment)
    assert story.answer() == "x:b"


def test_19_an_outage_that_moved_does_not_answer_where_it_was() -> None:
    store = Store({"R0": ROLLING})
    for number, start in ((1, 1), (2, 5)):
        look = Look("R0", number, number, number, "bytes", None, {(None, "x", "final"): (1.0, 9)})
        store.put("R0", _starting(observation_of(look), start))
    picked = store.read(at(LATER))
    assert starting_in(picked, at(1), at(2)) == []
    assert len(starting_in(picked, at(5), at(6))) == 1


def test_20_a_later_off_grid_stamp_cuts_an_interval() -> None:
    store = Store({"R0": ROLLING})
    grid, off_grid = (5, "x", "final"), (2, "x", "final")
    first = observation_of(Look("R0", 1, 5, 5, "one", None, {grid: (1.0, 5)}))
    both = Look("R0", 2, 6, 6, "two", None, {off_grid: (2.0, 2), grid: (1.0, 5)})
    store.put("R0", _starting(first, 0))
    (step,) = store.put("R0", _starting(observation_of(both), 0, 2))
    assert (step.new, step.revised) == (1, 1)
    answered = starting_in(store.read(at(LATER)), at(0), at(2))
    assert [minute_of(row["stamp_utc"]) for row in answered] == [2]


def test_21_a_forecast_is_known_when_it_is_known_not_when_it_was_issued() -> None:
    store = Store({"R0": ROLLING}, dataset=FORECAST)
    store.put("R0", _forecast(1, known=9, vintage=8, issued=8, value=1.0))
    assert store.read(at(8)) == []
    assert len(store.read(at(9))) == 1


def test_22_the_greatest_vintage_is_not_the_latest_issue() -> None:
    store = Store({"R0": ROLLING}, dataset=FORECAST)
    store.put("R0", _forecast(1, known=1, vintage=1, issued=1, value=1.0))
    store.put("R0", _forecast(2, known=2, vintage=2, issued=2, value=2.0))
    store.put("R0", _forecast(3, known=3, vintage=1, issued=3, value=3.0))
    (newest,) = greatest_vintage(FORECAST, store.read(at(LATER)))
    assert newest["load_mw"] == 2.0
    (then,) = greatest_vintage(FORECAST, store.read(at(1)))
    assert then["load_mw"] == 1.0


def test_22_a_newer_vintage_takes_no_older_one_back() -> None:
    for absence in (GROWING, FINAL, snapshot(1)):
        store = Store({"R0": absence}, dataset=FORECAST)
        store.put("R0", _forecast(1, known=1, vintage=1, issued=1, value=1.0))
        (step,) = store.put("R0", _forecast(2, known=2, vintage=2, issued=2, value=2.0))
        assert (step.new, step.gone, step.shrunk) == (1, 0, 0)
        other = _forecast(3, known=3, vintage=2, issued=3, value=2.0)
        elsewhere = pl.lit(at(180)).cast(other.rows.schema["stamp_utc"]).alias("stamp_utc")
        moved = replace(other, rows=other.rows.with_columns(elsewhere))
        (step,) = store.put("R0", moved)
        assert step.gone + step.shrunk == 1


def test_23_first_is_latest_as_of_the_smallest_known_time() -> None:
    for order in (("R1", "R0"), ("R0", "R1")):
        story = Story(ROLLING, ROLLING)
        for report in order:
            story.saw("x:a" if report == "R0" else "x:b", 1, report=report)
        story.saw("x:c", 2)
        assert story.answer(revisions="first") == "x:a"


def test_24_an_old_answer_keeps_the_order_of_reports_it_was_given_under() -> None:
    story = Story(ROLLING, ROLLING)
    story.saw("x:a", 1)
    story.saw("x:b", 1, report="R1")
    before = story.store.sequence
    story.store.declare("R1", "R0")
    assert story.answer() == "x:b"
    assert story.answer(at_sequence=before) == "x:a"


def test_25_a_range_is_read_again_in_one_transaction() -> None:
    together = _growing_file(96)
    together.replace("R0", _versions(96, 2.0))
    assert together.rows.height == 96 + 96
    assert _said(together) == [(number, 2.0) for number in range(96)]


def test_25_one_by_one_gives_the_same_for_the_square_of_the_rows() -> None:
    one_by_one = _growing_file(12)
    for observation in _versions(12, 2.0):
        one_by_one.replace("R0", [observation])
    assert one_by_one.rows.height == 12 + 12**2
    assert _said(one_by_one) == [(number, 2.0) for number in range(12)]


def _growing_file(count: int) -> Store:
    store = Store({"R0": GROWING})
    for observation in _versions(count, 1.0):
        store.put("R0", observation)
    return store


def _versions(count: int, value: float) -> list[Observation]:
    """Versions of a growing file: one stamp more in each."""
    looks = [
        Look(
            report="R0",
            id=number,
            known=number,
            fetched=number,
            content=str(number),
            window=(0, count),
            cells={(stamp, "x", "final"): (value, stamp + 1) for stamp in range(number)},
        )
        for number in range(1, count + 1)
    ]
    return [observation_of(look) for look in looks]


def _said(store: Store) -> list[tuple[int | None, float]]:
    return sorted((minute_of(row["stamp_utc"]), row["load_mw"]) for row in store.visible())


def _starting(observation: Observation, *starts: int) -> Observation:
    """The observation with these starts of its rows' intervals, in the order of the rows."""
    column = pl.Series("interval_start_utc", [at(start) for start in starts])
    return replace(observation, rows=observation.rows.with_columns(column))


def _forecast(number: int, known: int, vintage: int, issued: int, value: float) -> Observation:
    row = {
        "print": "final",
        "stamp_utc": at(60),
        "interval_start_utc": at(60),
        "interval_end_utc": at(120),
        "market_day": MIDNIGHT.date(),
        "source_row": 2,
        "area_id": "x",
        "vintage_utc": at(vintage),
        "load_mw": value,
        "issued_at_utc": at(issued),
    }
    return Observation(
        observation_id=number,
        entry_id=number,
        known=Known(at(known), "published"),
        fetched_at_utc=at(known),
        content_sha256=str(number),
        window=None,
        rows=pl.DataFrame([row], schema=read_schema(FORECAST)),
        rejected_keys=pl.DataFrame(),
    )
