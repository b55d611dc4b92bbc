"""The benches and the proof run, at a size that says nothing about speed."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scripts import bench, bench_cases, bench_decode, proof
from scripts.bench_figure import Figure


@pytest.mark.parametrize("name", ["commit", "life", "store", "start", "ask", "lake"])
def test_a_section_gives_figures(name: str) -> None:
    figures = bench.measured(name, quick=True).figures
    assert figures
    assert all(math.isfinite(one.value) and one.value > 0 for one in figures)
    assert {one.section for one in figures} == {name}


def test_our_side_of_the_decoding_reads_every_row() -> None:
    case = next(bench_cases.cases(True))
    spent = bench_decode.own_reading(case)
    (data,) = case.own.values()
    assert spent.rows == len(data.splitlines()) - 1


def test_the_page_says_which_targets_were_not_reached() -> None:
    figures = [
        Figure(section="store", name="size", value=4.0, unit="x", target=3.0),
        Figure(section="store", name="ratio", value=11.0, unit="x", target=10.0, at_least=True),
    ]
    told = bench.Measured("store", figures, datetime(2026, 11, 21, tzinfo=UTC), (0.1, 0.2))
    text = bench.page({"store": told.text()})
    assert "| size | 4 x | at most 3 x | **no** |" in text
    assert "| ratio | 11 x | at least 10 x | yes |" in text
    assert "- Load of the machine (1 minute): 0.1 before, 0.2 after" in text
    assert "## Commit" not in text


def test_a_section_that_was_not_measured_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PAGE", tmp_path / "performance.md")
    bench.PAGE.write_text(bench.page({"commit": "Quick.", "store": "Small."}), "utf-8")
    assert bench.earlier() == {"commit": "Quick.", "store": "Small."}
    assert bench.page(bench.earlier() | {"store": "Large."}).endswith("Large.\n")


def test_a_section_of_the_proof_that_was_not_run_is_called_so() -> None:
    known = proof.sections()
    assert {"fold", "kills", "select", "store"} <= set(known)
    text = proof.page(known, {"store": "Seen."})
    assert text.count(proof.NOT_RUN) == len(known) - 1


def test_the_proof_runs_and_says_what_it_counted() -> None:
    held, text = proof.proved(proof.sections()["store"], 0.01)
    assert held, text
    assert "3 kills of one store" in text
    assert "Only a share of 0.01" in text
