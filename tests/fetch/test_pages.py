"""An answer in pages: all of them, in order, as one payload, or none; and the key that opens them."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any

import httpx2
import pytest

from tests.fetch.test_http import SimulatedTime, fetcher
from tieline.decode import documents
from tieline.emulate.miso import keyed_pages
from tieline.errors import Refused, Truncated
from tieline.fetch.pages import PAGE, fetch_pages
from tieline.sources import report
from tieline.values import Payload, sha256

URL = "https://apim.example.com/pricing/v1/day-ahead/2026-03-08/lmp-expost"
PAGES = keyed_pages(4, "pricing/v1/day-ahead/lmp-expost", date(2026, 3, 8))
PRICING, LGI = "Ocp-Apim-Subscription-Key pricing", "Ocp-Apim-Subscription-Key lgi"
KEYS = {
    f"miso {PRICING}": {"Ocp-Apim-Subscription-Key": "opens prices"},
    f"miso {LGI}": {"Ocp-Apim-Subscription-Key": "opens loads"},
}


class Service:
    """Pages by number for who has the key of the product; the wrong key is no key."""

    def __init__(self, pages: tuple[bytes, ...] = PAGES) -> None:
        self.pages = pages
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        product = request.url.path.split("/")[1]
        wanted = {"pricing": "opens prices", "lgi": "opens loads"}[product]
        if request.headers.get("ocp-apim-subscription-key") != wanted:
            told = {"statusCode": 401, "message": "Access denied due to missing subscription key"}
            return httpx2.Response(401, json=told)
        number = int(request.url.params["pageNumber"])
        return httpx2.Response(200, content=self.pages[number - 1], headers={"ETag": f'"{number}"'})

    @property
    def numbers(self) -> list[str]:
        return [request.url.params["pageNumber"] for request in self.asked]


def ask(service: Service, url: str = URL, access: str = PRICING, **options: Any) -> Payload:
    async def run() -> Payload:
        async with fetcher(service, SimulatedTime(), **{"credentials": KEYS, **options}) as one:
            return await fetch_pages(one, url, publisher="miso", access=access)

    return asyncio.run(run())


def page(number: int, last: bool, total: int | None = 3) -> bytes:
    told = {"pageNumber": number, "totalElements": total, "lastPage": last}
    return json.dumps({"data": [number], "page": told}).encode()


def test_every_page_is_asked_for_once_and_kept_as_it_came() -> None:
    service = Service()
    payload = ask(service)
    assert len(PAGES) > 1
    assert service.numbers == [str(n) for n in range(1, len(PAGES) + 1)]
    assert payload.data == b"".join(PAGE + one + b"\n" for one in PAGES)
    assert payload.sha256 == sha256(payload.data)
    assert payload.url == URL
    assert "etag" not in payload.headers, "a tag of one page says nothing of the others"
    (document,) = documents(payload.data)
    assert document.data == payload.data


def test_one_page_alone_stays_as_it_is() -> None:
    only = page(1, last=True)
    payload = ask(Service((only,)))
    assert (payload.data, payload.url) == (only, URL)
    assert payload.headers["etag"] == '"1"'


def test_a_query_of_the_address_stays_before_the_page() -> None:
    service = Service((page(1, last=True),))
    ask(service, f"{URL}?timeResolution=5min")
    assert service.asked[0].url.query == b"timeResolution=5min&pageNumber=1"


def test_an_answer_that_is_no_page_ends_the_asking() -> None:
    payload = ask(Service((page(1, last=False), b"<html>Maintenance</html>")))
    assert payload.data.endswith(b"<html>Maintenance</html>\n")


def test_rows_that_come_or_go_between_two_pages_are_no_whole() -> None:
    with pytest.raises(Truncated, match="changed between two of its pages"):
        ask(Service((page(1, last=False), page(2, last=True, total=4))))


def test_pages_without_an_end_are_no_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tieline.fetch.pages.MOST", 3)
    service = Service(tuple(page(n, last=False) for n in range(1, 9)))
    with pytest.raises(Truncated, match="more than 3 pages"):
        ask(service)
    assert len(service.asked) == 3


@pytest.mark.parametrize(
    "keys",
    [
        {f"miso {PRICING}": {"Ocp-Apim-Subscription-Key": "guessed"}},
        {f"miso {PRICING}": KEYS[f"miso {LGI}"]},
    ],
    ids=["a wrong key", "the key of the other product"],
)
def test_a_key_that_does_not_open_is_refused_at_once(keys: dict[str, dict[str, str]]) -> None:
    service = Service()
    with pytest.raises(Refused, match="401"):
        ask(service, credentials=keys)
    assert len(service.asked) == 1, "nobody knocks twice with a key that does not fit"


def test_without_a_key_nobody_asks_and_the_setting_is_named() -> None:
    service = Service()
    with pytest.raises(Refused, match=r"publishers\.miso\.keys\.pricing"):
        ask(service, credentials={})
    assert service.asked == []


def test_each_product_is_opened_by_its_own_key() -> None:
    prices, loads = (
        report("miso:pricing/v1/day-ahead/lmp-expost"),
        report("miso:lgi/v1/forecast/load"),
    )
    assert (prices.publisher.access, loads.publisher.access) == (PRICING, LGI)
    service = Service((page(1, last=True),))
    ask(service, access=prices.publisher.access)
    ask(service, "https://apim.example.com/lgi/v1/forecast/2026-03-08/load", loads.publisher.access)
    sent = [request.headers["ocp-apim-subscription-key"] for request in service.asked]
    assert sent == ["opens prices", "opens loads"]
