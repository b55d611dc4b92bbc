"""Is it alive, is it ready, and its metrics."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tieline.serve.api.board import feeds_of
from tieline.serve.api.desk import Desk


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process answers")
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The ledger answers too; 503 if it does not")
    def ready() -> dict[str, object]:
        return {"status": "ok", "sequence": desk.lake.ledger.sequence()}

    @router.get("/metrics", summary="Prometheus metrics")
    def metrics() -> Response:
        return Response(generate_latest(desk.recorder.registry), media_type=CONTENT_TYPE_LATEST)

    return router


class LedgerCollector(Collector):
    """What the ledger knows of every feed, read when metrics are asked for.

    So the numbers are right even if another process collects.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        age = GaugeMetricFamily(
            "tieline_feed_age_seconds", "Since something new came.", labels=["feed"]
        )
        rows = GaugeMetricFamily("tieline_feed_rows", "Rows in the lake.", labels=["feed"])
        gaps = GaugeMetricFamily("tieline_feed_gaps", "Holes that are open.", labels=["feed"])
        states = GaugeMetricFamily(
            "tieline_feed_state", "1 for the state that the feed is in.", labels=["feed", "state"]
        )
        for feed in feeds_of(self._desk):
            name = str(feed["feed"])
            if isinstance(feed["age_seconds"], float):
                age.add_metric([name], feed["age_seconds"])
            rows.add_metric([name], float(str(feed["rows"])))
            gaps.add_metric([name], float(str(feed["gaps"])))
            states.add_metric([name, str(feed["state"])], 1)
        sequence = GaugeMetricFamily(
            "tieline_ledger_sequence", "Last commit.", value=self._desk.lake.ledger.sequence()
        )
        return [age, rows, gaps, states, sequence]
