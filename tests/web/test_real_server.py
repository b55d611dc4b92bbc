"""The pages over the real thing: `tieline up` with its emulator, its lake and its API."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .test_pages import SHAPES, accessibility_faults

pytestmark = pytest.mark.browser

PATIENCE = 90.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


def asked(address: str, path: str) -> Any:
    with urllib.request.urlopen(f"{address}{path}", timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Iterator[str]:
    """A running `tieline up --emulate` whose newest flows have come."""
    assert (site / "index.html").is_file()
    folder = tmp_path_factory.mktemp("up")
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "tieline", "up", "--emulate", "--home", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TIELINE_")}
    kept["TIELINE_COLLECT"] = "nyiso"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], env=kept, stdout=log, stderr=log
        )
    try:
        _wait_for_flows(address, process, folder / "log")
        yield address
    finally:
        process.terminate()
        assert process.wait(30) is not None


def _wait_for_flows(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    last: OSError | None = None
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            if len(asked(address, "/api/interregional-flows?latest=true")) >= 12:
                return
        except OSError as error:
            last = error
        else:
            last = None
        time.sleep(0.25)
    raise AssertionError(f"{last}: {log.read_text()[-3000:]}")


def looked_at(browser: Browser, address: str, path: str, width: int, theme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on(
        "response",
        lambda answer: faults.append(answer.url) if answer.status >= 400 else None,
    )
    page.faults = faults  # type: ignore[attr-defined]
    page.goto(f"{address}{path}")
    return page


@pytest.mark.parametrize(("width", "theme"), SHAPES)
def test_both_pages_show_what_the_lake_has(
    browser: Browser, up: str, axe: str, width: int, theme: str
) -> None:
    panel = looked_at(browser, up, "/", width, theme)
    expect(panel.locator(".points tr[data-point]")).to_have_count(12, timeout=20_000)
    flow = panel.locator('tr[data-point="23316"] .c-flow')
    expect(flow).not_to_have_text("")
    expect(panel.locator(".lamp")).to_have_text("Live", timeout=90_000)
    assert accessibility_faults(panel, axe) == []
    board = looked_at(browser, up, "/feeds", width, theme)
    expect(board.locator(".feeds tr").first).to_be_visible(timeout=20_000)
    assert accessibility_faults(board, axe) == []
    assert panel.faults == []  # type: ignore[attr-defined]
    assert board.faults == []  # type: ignore[attr-defined]


def test_numbers_move_by_themselves_over_the_stream(browser: Browser, up: str) -> None:
    page = looked_at(browser, up, "/", 1440, "light")
    expect(page.locator(".points tr[data-point]")).to_have_count(12, timeout=20_000)
    notice = page.locator(".notice")
    first = notice.inner_text()
    expect(notice).not_to_have_text(first, timeout=60_000)
    assert page.faults == []  # type: ignore[attr-defined]


def test_the_page_says_what_the_api_says(browser: Browser, up: str) -> None:
    page = looked_at(browser, up, "/", 1440, "light")
    expect(page.locator(".points tr[data-point]")).to_have_count(12, timeout=20_000)
    rows = asked(up, "/api/interregional-flows?latest=true")
    shown = {
        row.get_attribute("data-point") for row in page.locator(".points tr[data-point]").all()
    }
    assert {row["interface_id"] for row in rows} == shown
    board = asked(up, "/v1/feeds")
    assert {feed["state"] for feed in board["feeds"]} <= {"ok", "late", "stale", "idle"}
