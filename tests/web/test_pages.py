"""The pages in a real browser, against a double of the API: whole, honest, usable by everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from .stand_in import StandIn

pytestmark = pytest.mark.browser

Opened = Callable[..., tuple[Page, list[str]]]

SHAPES = [(width, theme) for width in (1440, 390) for theme in ("light", "dark")]
RULES = (
    "axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}})"
    ".then(found => found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))"
)


def lamp(page: Page, words: str) -> None:
    expect(page.locator(".lamp")).to_have_text(words, timeout=10_000)


def accessibility_faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: list[str] = page.evaluate(RULES)
    return found


@pytest.mark.parametrize(("width", "theme"), SHAPES)
@pytest.mark.parametrize(
    ("path", "row"), [("/", ".points tr[data-point]"), ("/feeds", ".feeds tr")]
)
def test_page_is_whole_and_accessible(
    opened: Opened, axe: str, path: str, row: str, width: int, theme: str
) -> None:
    page, faults = opened(path, width, theme)
    lamp(page, "Live")
    assert page.locator(row).count() >= 11
    if path == "/feeds":
        page.locator("tr[data-state=down] button").click()
        expect(page.locator(".reports dl")).to_be_visible()
    assert page.locator("html").get_attribute("data-theme") == theme
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == width, f"the page is {wide} wide and scrolls sideways"
    assert accessibility_faults(page, axe) == []
    assert faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("fault", ["stale", "gap", "down", "unreachable", "custom"])
def test_each_state_is_accessible(
    opened: Opened, double: StandIn, axe: str, fault: str, theme: str
) -> None:
    if fault == "stale":
        double.now += timedelta(minutes=40)
    if fault == "gap":
        double.hole = (at(14), at(15), "fetch_failed")
    if fault == "down":
        double.down = True
    query = "/?region=PJM&show=PJM&range=custom&from=2026-11-20T12:00:00Z&to=2026-11-20T17:00:00Z"
    page, _faults = opened(query if fault == "custom" else "/", 390, theme)
    page.locator(".points tr[data-point]").first.wait_for()
    if fault == "unreachable":
        double.refusing = True
        double.break_streams()
        lamp(page, "Server not reachable")
    assert accessibility_faults(page, axe) == []


def at(hour: int) -> datetime:
    return datetime(2026, 11, 20, hour, tzinfo=UTC)


def test_loading_is_said_until_the_answer_comes(opened: Opened, double: StandIn) -> None:
    double.holding.clear()
    page, _faults = opened()
    lamp(page, "Loading")
    assert page.locator("tr[data-point]").count() == 0
    double.holding.set()
    lamp(page, "Live")


def test_a_commit_arrives_by_itself(opened: Opened, double: StandIn) -> None:
    page, faults = opened()
    lamp(page, "Live")
    expect(page.locator(".link")).to_have_attribute("data-link", "open")
    expect(page.locator(".notice-state")).to_contain_text("13:00 EST")
    double.commit()
    expect(page.locator(".notice-state")).to_contain_text("13:05 EST")
    row = page.locator('tr[data-point="325305"]')
    expect(row.locator(".c-flow")).to_have_text("+660")
    expect(page.locator('tr[data-point="325277"] .c-flow')).not_to_have_text("no number")
    assert faults == []


def test_a_blank_number_is_never_a_zero(opened: Opened) -> None:
    page, _faults = opened()
    row = page.locator('tr[data-point="325277"]')
    expect(row.locator(".c-flow")).to_have_text("no number")
    expect(page.locator('tr[data-point="325274"] .c-flow')).to_have_text("0")
    expect(page.locator(".totals")).to_contain_text("only 2 of 3 points")
    expect(page.locator(".diagram .no-number")).to_have_count(1)


def test_stale_says_how_old(opened: Opened, double: StandIn) -> None:
    page, _faults = opened()
    lamp(page, "Live")
    double.age(timedelta(minutes=40))
    lamp(page, "Stale")
    expect(page.locator(".notice-state")).to_contain_text("42 min ago")
    expect(page.locator(".points")).to_have_attribute("data-old", "true")


def test_a_hole_is_named_and_left_empty(opened: Opened, double: StandIn) -> None:
    double.hole = (at(14), at(15), "fetch_failed")
    page, _faults = opened("/?show=325305")
    lamp(page, "Gap")
    notice = page.locator(".notice")
    expect(notice).to_contain_text("09:00 to 10:00 EST")
    expect(notice).to_contain_text("the fetch failed")
    expect(notice).to_contain_text("3,312 of 3,456 readings")
    path = page.locator('tr[data-point="325305"] .spark-line').get_attribute("d") or ""
    assert path.count("M") == 2, "the line must stop at the hole and begin again after it"
    page.get_by_role("button", name="1 h", exact=True).click()
    lamp(page, "Live")


def test_source_down_keeps_the_last_numbers(opened: Opened, double: StandIn) -> None:
    page, _faults = opened()
    lamp(page, "Live")
    before = page.locator('tr[data-point="23316"] .c-flow').inner_text()
    double.fail()
    lamp(page, "Source down")
    notice = page.locator(".notice-state")
    expect(notice).to_contain_text("Nothing new since 2026-11-20 13:00 EST")
    expect(notice).to_contain_text("no connection to mis.nyiso.com")
    assert page.locator('tr[data-point="23316"] .c-flow').inner_text() == before
    expect(page.locator(".points")).to_have_attribute("data-old", "true")


def test_a_lost_stream_is_said_and_polled_round(opened: Opened, double: StandIn) -> None:
    page, _faults = opened()
    expect(page.locator(".link")).to_have_attribute("data-link", "open")
    expect(page.locator("tr[data-point]")).to_have_count(12)
    double.refusing = True
    double.break_streams()
    expect(page.locator(".link")).to_have_attribute("data-link", "reconnecting")
    lamp(page, "Server not reachable")
    assert page.locator("tr[data-point]").count() == 12
    double.refusing = False
    lamp(page, "Live")
    expect(page.locator(".link")).to_have_attribute("data-link", "open", timeout=15_000)


def test_the_keyboard_reaches_everything(opened: Opened) -> None:
    page, faults = opened()
    lamp(page, "Live")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.innerText.trim().split('\\n')[0]"))
        if seen[-1] == "VFT":
            break
    for words in ("Feeds", "Dark", "All", "PJM", "Latest", "Custom", "Utilisation", "OH", "VFT"):
        assert words in seen, f"{words} is not reached by Tab: {seen}"
    page.keyboard.press("Enter")
    expect(page.locator("#chart-title")).to_have_text("VFT")
    page.get_by_role("button", name="Flow, MW").focus()
    page.keyboard.press("Enter")
    expect(page.locator("th.c-flow")).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Enter")
    expect(page.locator("th.c-flow")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="PJM", exact=True).first.focus()
    page.keyboard.press("Space")
    expect(page.locator("tr[data-point]")).to_have_count(4)
    slider = page.get_by_role("slider")
    slider.focus()
    first = slider.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowLeft")
    expect(slider).not_to_have_attribute("aria-valuetext", first or "")
    assert "region=PJM" in page.url and "show=325658" in page.url
    assert faults == []


def test_a_custom_range_is_asked_for_in_instants(opened: Opened, double: StandIn) -> None:
    page, faults = opened()
    lamp(page, "Live")
    page.get_by_role("button", name="Custom").click()
    page.get_by_label("From").fill("2026-11-20T08:00")
    page.get_by_label("to", exact=True).fill("2026-11-20T09:30")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".notice-facts")).to_contain_text("216 of 216 readings")
    asked = [path for path in double.asked if "start=2026-11-20T13%3A00" in path]
    assert any("end=2026-11-20T14%3A30" in path for path in asked)
    expect(page.locator("th.c-spread")).to_be_visible()
    assert faults == []


def test_the_two_pages_are_addresses(opened: Opened) -> None:
    page, faults = opened()
    page.get_by_role("link", name="Feeds").click()
    expect(page.locator("h1")).to_have_text("Feeds")
    expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith("/feeds")
    assert page.title() == "Feeds · tieline"
    page.reload()
    expect(page.locator("h1")).to_have_text("Feeds")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Interregional flows")
    # A page that is left breaks off what it was asking; anything else is a fault.
    assert [fault for fault in faults if not fault.startswith("failed: ")] == []


def test_the_board_shows_the_worst_first(opened: Opened, double: StandIn) -> None:
    double.hole = (at(14), at(15), "fetch_failed")
    page, _faults = opened("/feeds")
    rows = page.locator("tr[data-feed]")
    expect(rows.first).to_have_attribute("data-state", "down")
    page.get_by_role("searchbox").fill("P-32")
    expect(rows).to_have_count(1)
    rows.get_by_role("button").click()
    expect(page.locator(".reports > li")).to_have_count(2)
    expect(page.locator(".gap-list")).to_contain_text("the fetch failed")
