"""Rows with every knob, the board, the trail, errors, keys and pages."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from tests.serve.conftest import FEED, STAMPS, T0, Home, flow_rows
from tieline.flow import Line
from tieline.serve.api.desk import Desk
from tieline.serve.api.stream import events
from tieline.watch import Recorder

ROWS = "/v1/datasets/interface_flow/rows"
WINDOW = {"start": "2026-10-06", "end": "2026-10-07", "publisher": "nyiso"}
COUNT = 19 * STAMPS


def test_rows_come_with_their_certificate(home: Home) -> None:
    body = home.client().get(ROWS, params=WINDOW).json()
    assert len(body["rows"]) == COUNT
    assert body["next"] is None
    certificate = body["certificate"]
    missing = sum(gap["missing"] for gap in certificate["gaps"])
    assert certificate["received"] + missing == certificate["expected"] == 19 * 288
    assert missing >= 7 * 288, "New England's seven ties are flows too, and nobody collected them"
    assert body["rows"][0]["stamp_utc"] == "2026-10-06T04:00:00Z"


@pytest.mark.parametrize("format", ["csv", "arrow", "parquet"])
def test_rows_in_other_formats_are_the_same_rows(home: Home, format: str) -> None:
    client = home.client()
    answer = client.get(ROWS, params={**WINDOW, "format": format})
    if format == "csv":
        frame = pl.read_csv(answer.content)
    elif format == "arrow":
        frame = pl.from_arrow(pa.ipc.open_stream(answer.content).read_all())  # type: ignore[assignment]
    else:
        frame = pl.read_parquet(io.BytesIO(answer.content))
    assert frame.height == COUNT
    assert answer.headers["Tieline-Received"] == str(COUNT)
    media = answer.headers["content-type"]
    assert client.get(ROWS, params=WINDOW, headers={"Accept": media}).content == answer.content


def test_filters_columns_and_pages(home: Home) -> None:
    client = home.client()
    asked = "publisher=nyiso&start=2026-10-06&end=2026-10-07&neighbour=PJM&neighbour=HQ&limit=70"
    url = f"{ROWS}?{asked}&columns=interface_id,flow_mw"
    seen, cursor = [], ""
    while cursor is not None:
        body = client.get(f"{url}&cursor={cursor}" if cursor else url).json()
        seen += body["rows"]
        cursor = body["next"]
    assert len(seen) == 8 * STAMPS
    assert list(seen[0]) == ["interface_id", "flow_mw"]


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/v1/datasets/interface_flows/rows", 404, "UnknownName"),
        (f"{ROWS}?wrong=1", 404, "UnknownName"),
        (f"{ROWS}?start=yesterday", 400, "UsageError"),
        (f"{ROWS}?start=2026-10-06T00:00:00", 400, "UsageError"),
        (f"{ROWS}?limit=many", 400, "UsageError"),
        (f"{ROWS}?revisions=last", 400, "UsageError"),
        (f"{ROWS}?cursor=x", 400, "UsageError"),
        (f"{ROWS}?format=xml", 400, "UsageError"),
        (f"{ROWS}?at_sequence=99", 400, "UsageError"),
        (f"{ROWS}?vintage=2026-10-06", 400, "UsageError"),
        ("/v1/entries?report=nyiso:P-39", 404, "UnknownName"),
        ("/v1/gaps?feed=x", 404, "UnknownName"),
        ("/v1/nothing", 404, "UnknownName"),
    ],
)
def test_every_refusal_has_one_shape(home: Home, path: str, status: int, error: str) -> None:
    answer = home.client().get(path)
    body = answer.json()
    assert (answer.status_code, body["error"]) == (status, error)
    assert set(body) == {"error", "text", "feed", "window", "payload"}
    assert body["text"]


def test_a_ledger_that_is_away_is_503_and_says_when_to_come_again(home: Home) -> None:
    client = home.client()
    home.ledger.close()
    (home.folder / "ledger.sqlite").unlink()
    (home.folder / "ledger.sqlite").mkdir()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["error"]) == (503, "StorageFailed")
    assert answer.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200


def test_an_answer_is_not_sent_twice_unless_something_came(home: Home) -> None:
    client = home.client()
    tag = client.get(ROWS, params=WINDOW).headers["ETag"]
    assert client.get(ROWS, params=WINDOW, headers={"If-None-Match": tag}).status_code == 304
    home.commit("nyiso:P-32", flow_rows([115]), known=home.now, day=T0.date())
    assert client.get(ROWS, params=WINDOW, headers={"If-None-Match": tag}).status_code == 200


def test_the_board_tells_states_counts_and_failures(home: Home) -> None:
    client = home.client()
    home.fail("nyiso:P-32-CURRENT", error="Unreachable", cause="fetch_failed", at=home.now)
    feeds = {feed["feed"]: feed for feed in client.get("/v1/feeds").json()["feeds"]}
    flows = feeds[FEED.id]
    daily, current = flows["reports"]
    assert (flows["state"], daily["state"], current["state"]) == ("ok", "ok", "down")
    assert (daily["rows"], current["rows"], flows["rows"]) == (19 * 23, 19, COUNT)
    assert current["last_error"]["error"] == "Unreachable"
    assert flows["age_seconds"] == 360.0
    idle = next(feed for name, feed in feeds.items() if name != FEED.id)
    assert (idle["state"], idle["age_seconds"]) == ("idle", None)
    assert client.get("/v1/status").json() == {
        "now_utc": "2026-10-06T06:02:00Z",
        "version": "0.1.0",
        "mode": "live",
        "speed": 1.0,
        "sequence": home.ledger.sequence(),
        "publisher_reachable": False,
    }
    home.now += timedelta(minutes=12)
    assert client.get("/v1/feeds").json()["feeds"] != list(feeds.values())


def test_gaps_of_a_window_are_those_of_its_certificate(home: Home) -> None:
    home.now = T0 + timedelta(hours=8)
    asked = {"feed": FEED.id, "start": "2026-10-06", "end": "2026-10-06T12:00:00Z"}
    told = home.client().get("/v1/gaps", params=asked).json()
    gaps, (certificate,) = told["gaps"], told["certificates"]
    assert (certificate["complete"], certificate["gaps"]) == (False, gaps)
    assert [gap["cause"] for gap in gaps] == ["not_collected", "not_yet_due"]
    assert gaps[0]["start_utc"] == "2026-10-06T06:00:00Z"
    assert sum(gap["missing"] for gap in gaps) == 19 * (96 - STAMPS)


def test_lineage_leads_to_the_payload_and_its_line(home: Home) -> None:
    client = home.client(lines_of=lambda row: [Line(row.source_row or 0, f"line {row.source_row}")])
    asked = {"dataset": FEED.id, "stamp": "2026-10-06T04:00:00Z", "interface_id": "23316"}
    told = client.get("/v1/lineage", params=asked).json()
    steps, certificate = told["steps"], told["certificate"]
    assert (len(steps), told["truncated"]) == (1, False)
    assert (certificate["expected"], certificate["received"], certificate["complete"]) == (
        *(1, 1),
        True,
    )
    assert steps[0]["payload_sha256"].endswith("1")
    text = f"line {steps[0]['source_row']}"
    assert (steps[0]["line"], steps[0]["recipe"]) == (text, "1")
    assert steps[0]["lines"] == [{"source_row": steps[0]["source_row"], "text": text}]
    listed = client.get("/v1/entries", params={"limit": 1}).json()
    entries = listed["entries"]
    assert (
        listed["sequence"] == client.get("/v1/feeds").json()["sequence"] == certificate["sequence"]
    )
    assert entries[0]["report"] == "nyiso:P-32-CURRENT"
    assert entries[0]["counts"]["new"] == 19


def test_metrics_speak_of_feeds_and_of_answers(home: Home) -> None:
    client = home.client()
    client.get("/v1/feeds")
    text = client.get("/metrics").text
    assert f'tieline_feed_rows{{feed="{FEED.id}"}} {COUNT}.0' in text
    assert 'tieline_requests_total{method="GET",route="/v1/feeds",status="200"} 1.0' in text


def test_keys_are_asked_for_where_they_are_set(home: Home) -> None:
    client = home.client(api_keys=["secret"])
    refused = client.get("/v1/feeds")
    assert (refused.status_code, refused.json()["error"]) == (401, "Refused")
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    for headers in ({"Authorization": "Bearer secret"}, {"X-Api-Key": "secret"}):
        assert client.get("/v1/feeds", headers=headers).status_code == 200
    assert client.get("/v1/feeds", auth=("anyone", "secret")).status_code == 200
    assert client.get("/v1/feeds", headers={"X-Api-Key": "secre"}).status_code == 401
    assert client.get("/", headers={}).status_code == 401
    assert client.get("/healthz").status_code == 200


def test_pages_come_with_a_strict_policy_or_say_how_to_build_them(
    home: Home, tmp_path: Path
) -> None:
    pages = tmp_path / "web"
    bare = home.client(pages_folder=pages).get("/")
    assert bare.status_code == 404 and "npm run build" in bare.text
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<p>tieline</p>")
    (pages / "assets" / "a-1.js").write_text("1")
    client = home.client(pages_folder=pages)
    for address in ("/", "/feeds"):
        page = client.get(address)
        assert page.text == "<p>tieline</p>"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "immutable" in client.get("/assets/a-1.js").headers["Cache-Control"]
    assert client.get("/assets/../index.html").status_code == 404 or "tieline" in page.text


def test_the_stream_tells_commits_and_failures_after_a_sequence(home: Home) -> None:
    desk = Desk(lake=home.lake, recorder=Recorder(), version="0.1.0")
    start = home.ledger.sequence()

    async def listen() -> list[str]:
        looks = 0

        async def pause(_: float) -> None:
            nonlocal looks
            looks += 1
            if looks == 1:
                home.commit("nyiso:P-32", flow_rows([120]), known=home.now, day=T0.date())
            if looks == 2:
                home.fail("nyiso:P-32", error="Truncated", cause="quarantined", at=home.now)

        return await first(events(desk, start - 1, pause), 4)

    status, caught_up, commit, failure = asyncio.run(listen())
    assert status.startswith(f"id: {start - 1}\nevent: status\n")
    assert f"id: {start}\n" in caught_up and "P-32-CURRENT" in caught_up
    told = json.loads(commit.partition("data: ")[2])
    assert (told["sequence"], told["rows"], told["feed"]) == (start + 1, 19, FEED.id)
    assert told["stamp_max_utc"] == "2026-10-06T06:00:00Z"
    assert "event: failure" in failure and '"cause": "quarantined"' in failure


async def first(source: AsyncIterator[str], count: int) -> list[str]:
    found = []
    async for one in source:
        found.append(one)
        if len(found) == count:
            return found
    return found
