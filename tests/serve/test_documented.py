"""The endpoints of the user's documents: their names, their order, their certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.serve.conftest import STAMPS, T0, Home
from tieline.serve.api.flows import EXTERNAL

DAY = {"start_date": "2026-10-06", "end_date": "2026-10-06"}


def test_interface_flows_are_a_bare_list_newest_first_with_the_documented_names(
    home: Home,
) -> None:
    answer = home.client().get("/api/interface-flows", params=DAY)
    rows = answer.json()
    assert len(rows) == 19 * STAMPS
    assert rows[0]["timestamp"] == "2026-10-06T05:55:00Z"
    assert [row["timestamp"] for row in rows] == sorted(
        (row["timestamp"] for row in rows), reverse=True
    )
    assert set(rows[0]) == {
        "timestamp", "interface_id", "interface_name", "point_id", "flow_mw", "flow_mwh",
        "positive_limit_mwh", "negative_limit_mwh",
    }  # fmt: skip
    assert answer.headers["Tieline-Expected"] == str(19 * 288)
    assert answer.headers["Tieline-Received"] == str(19 * STAMPS)
    assert answer.headers["Tieline-Complete"] == "false"
    assert answer.headers["Tieline-Gaps"] == f"not_yet_due={19 * (288 - STAMPS)}"


@pytest.mark.parametrize(
    "asked", ["SCH - PJM - NY", "SCH - PJ - NY", "23316", "sch - pj - ny", "PJM AC"]
)
def test_an_interface_is_found_by_name_id_or_alias(home: Home, asked: str) -> None:
    rows = home.client().get("/api/interface-flows", params={**DAY, "interfaces": asked}).json()
    assert {row["interface_id"] for row in rows} == {"23316"}
    assert len(rows) == STAMPS


def test_an_unknown_interface_is_refused_with_close_names(home: Home) -> None:
    answer = home.client().get("/api/interface-flows", params={"interfaces": "SCH - PJM_HTQ"})
    assert answer.status_code == 404
    assert answer.json()["error"] == "UnknownName"
    assert "SCH - PJM_HTP" in answer.json()["text"]


def test_interregional_rows_have_direction_limits_and_utilisation(home: Home) -> None:
    rows = home.client().get("/api/interregional-flows", params={**DAY, "limit": 1000}).json()
    assert len(rows) == len(EXTERNAL) * STAMPS
    assert list(rows[0]) == [
        "timestamp", "interface_name", "interface_id", "region", "node_name", "flow_mw",
        "direction", "positive_limit_mw", "negative_limit_mw", "utilization_percent",
        "is_total", "known_at_utc",
    ]  # fmt: skip
    newest = {row["node_name"]: row for row in rows[: len(EXTERNAL)]}
    neptune, cedars, total = newest["NEPTUNE"], newest["CEDARS"], newest["HQ TOTAL"]
    assert (neptune["region"], neptune["direction"]) == ("PJM", "export")
    assert (neptune["negative_limit_mw"], neptune["flow_mw"]) == (-500.0, -215.0)
    assert neptune["utilization_percent"] == 43.0
    assert (cedars["negative_limit_mw"], cedars["utilization_percent"]) == (0.0, 21.5)
    assert (total["is_total"], total["positive_limit_mw"]) == (True, None)
    zero = [row for row in rows if row["flow_mw"] == 0.0]
    assert zero and {row["direction"] for row in zero} == {"zero"}


def test_a_zero_limit_and_no_limit_have_no_utilisation(home: Home) -> None:
    row = {"stamp_utc": T0, "interface_id": "325274", "flow_mw": -5.0, "export_limit_mw": 0.0}
    home.commit("nyiso:P-32", [row], known=T0 + timedelta(hours=2), day=T0.date())
    asked = {"start": "2026-10-06T04:00:00Z", "end": "2026-10-06T04:01:00Z"}
    rows = home.client().get("/api/interregional-flows", params=asked).json()
    cedars = next(row for row in rows if row["interface_id"] == "325274")
    assert (cedars["direction"], cedars["utilization_percent"]) == ("export", None)
    assert str(cedars["negative_limit_mw"]) == "0.0"


def test_latest_is_the_newest_row_of_each_point_and_its_certificate(home: Home) -> None:
    answer = home.client().get("/api/interregional-flows", params={"latest": "true"})
    rows = answer.json()
    assert {row["interface_id"] for row in rows} == set(EXTERNAL)
    assert {row["timestamp"] for row in rows} == {"2026-10-06T05:55:00Z"}
    assert answer.headers["Tieline-Complete"] == "true"
    assert answer.headers["Tieline-Expected"] == str(len(EXTERNAL))


def test_a_cut_answer_says_so_and_its_links_lead_through_all_rows(home: Home) -> None:
    client = home.client()
    seen, url = [], "/api/interregional-flows?limit=50"
    for _ in range(20):
        answer = client.get(url)
        seen += [(row["timestamp"], row["interface_id"]) for row in answer.json()]
        if "Link" not in answer.headers:
            break
        assert answer.headers["Tieline-Truncated"] == "true"
        url = answer.headers["Link"].partition(">")[0].lstrip("<")
    assert len(seen) == len(set(seen)) == len(EXTERNAL) * STAMPS


def test_days_are_market_days_and_the_end_is_included(home: Home) -> None:
    client = home.client()
    for start, end, stamps in (
        ("2026-10-05", "2026-10-05", 0),
        ("2026-10-06", "2026-10-06", STAMPS),
        ("2026-10-06T04:00:00Z", "2026-10-06T04:10:00Z", 3),
        ("2026-10-06T00:00:00", "2026-10-06T00:10:00", 3),
    ):
        asked = {"start_date": start, "end_date": end, "limit": "100000"}
        rows = client.get("/api/interregional-flows", params=asked).json()
        assert len(rows) == stamps * len(EXTERNAL), start


def test_a_reading_that_the_clock_shows_twice_is_refused(home: Home) -> None:
    asked = {"start_date": "2026-11-01T01:30:00"}
    answer = home.client().get("/api/interregional-flows", params=asked)
    assert (answer.status_code, answer.json()["error"]) == (400, "AmbiguousTime")


def test_an_old_sequence_answers_as_it_did(home: Home) -> None:
    client = home.client()
    asked = {**DAY, "at_sequence": str(home.ledger.sequence() - 1), "limit": "1000"}
    rows = client.get("/api/interregional-flows", params=asked).json()
    assert rows[0]["timestamp"] == "2026-10-06T05:50:00Z"
    early = {**DAY, "as_of": "2026-10-06T04:00:00Z"}
    assert client.get("/api/interregional-flows", params=early).json() == []
