"""The built pages, a double of the API, and a browser to look at them with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .stand_in import StandIn, serve

REPOSITORY = Path(__file__).resolve().parents[2]
SITE = REPOSITORY / "src" / "tieline" / "serve" / "web"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


def absent(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"CI must have it: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site() -> Path:
    """The pages, built from the sources of this checkout."""
    script = REPOSITORY / "scripts" / "web_build.py"
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        absent(f"the pages could not be built: {done.stderr.strip()}")
    return SITE


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("TIELINE_CHROMIUM") or shutil.which("chromium")
    if program is None:
        absent("no Chromium on this machine; install it or set TIELINE_CHROMIUM to its path")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Source of the accessibility checker, from the pages' development packages."""
    file = REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not file.is_file():
        absent(f"no axe-core at {file}; run scripts/web_build.py")
    return file.read_text(encoding="utf-8")


@pytest.fixture
def double(site: Path) -> StandIn:
    return StandIn(site)


@pytest.fixture
def address(double: StandIn) -> Iterator[str]:
    yield from serve(double)


Theme = Literal["light", "dark"]
Opened = tuple[Page, list[str]]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Callable[..., Opened]]:
    """Opens a page of the site; gives it and the list in which everything suspicious is noted."""
    contexts: list[BrowserContext] = []

    def open_page(path: str = "/", width: int = 1440, theme: Theme = "light") -> Opened:
        height = 900 if width > 600 else 844
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme
        )
        contexts.append(context)
        page = context.new_page()
        faults: list[str] = []
        page.on(
            "console",
            lambda said: (
                faults.append(f"console {said.type}: {said.text}")
                if said.type in ("error", "warning")
                else None
            ),
        )
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
        page.on(
            "response",
            lambda answer: (
                faults.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(f"{address}/")
                else faults.append(f"another host: {request.url}")
            ),
        )
        page.goto(f"{address}{path}")
        return page, faults

    yield open_page
    for context in contexts:
        context.close()
