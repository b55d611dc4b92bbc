"""The metrics that happenings move."""

from __future__ import annotations

from dataclasses import asdict
from typing import assert_never

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from tieline.watch import happenings as h

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
REPORT = ("feed", "report")


class Metrics:
    """All counters, gauges and histograms of one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, doc: str, labels: tuple[str, ...] = REPORT) -> Counter:
            return Counter(f"tieline_{name}", doc, labels, registry=registry)

        def seconds(name: str, doc: str, labels: tuple[str, ...] = REPORT) -> Histogram:
            return Histogram(
                f"tieline_{name}_seconds", doc, labels, buckets=SECONDS, registry=registry
            )

        def instant(name: str, doc: str) -> Gauge:
            return Gauge(f"tieline_{name}_timestamp_seconds", doc, REPORT, registry=registry)

        self.fetches = counter("fetches", "Answers whose bytes were kept.")
        self.fetched_bytes = counter("fetched_bytes", "Bytes of those answers.")
        self.fetch_seconds = seconds("fetch", "From the request to the last byte.")
        self.unchanged = counter("slices_unchanged", "Checks that found nothing new.")
        self.committed = counter("slices_committed", "Slices committed.")
        self.commit_seconds = seconds("slice", "From the plan to the commit of a slice.")
        self.rows = counter("rows", "Rows read, by what became of them.", (*REPORT, "outcome"))
        self.sequence = Gauge("tieline_sequence", "Last commit seen.", registry=registry)
        self.last_commit = instant("last_commit_known", "Known time of the last commit.")
        self.newest_stamp = instant("newest_stamp", "Newest stamp committed.")
        self.failed = counter("slices_failed", "Slices that failed.", (*REPORT, "error", "cause"))
        self.oddities = counter("oddities", "Readable but unexpected things.")
        self.rejections = counter("payloads_with_rejections", "Payloads with rows kept out.")
        self.gaps_opened = counter("gaps_opened", "Holes found.", (*REPORT, "cause"))
        self.gaps_closed = counter("gaps_closed", "Holes filled.", (*REPORT, "cause"))
        self.merged = counter("parts_merged", "Small parts put together.", ("feed",))
        self.merge_seconds = seconds("merge", "Duration of a merge.", ("feed",))
        self.removed = counter("files_removed", "Files that nothing needed.", ("kind",))
        self.published = counter("published_rows", "Rows that sinks took.", ("sink", "outcome"))
        self.publish_seconds = seconds("publish", "Duration of a batch to a sink.", ("sink",))
        self.sink_failures = counter("sink_failures", "Failed tries of sinks.", ("sink", "error"))
        self.sink_position = Gauge(
            "tieline_sink_sequence", "Last commit a sink holds.", ("sink",), registry=registry
        )
        self.sink_behind = Gauge(
            "tieline_sink_behind_seconds",
            "Age of the last commit when a sink took it.",
            ("sink",),
            registry=registry,
        )
        self.sink_up = Gauge(
            "tieline_sink_up", "1 if a sink took its last batch.", ("sink",), registry=registry
        )
        self.stumbles = counter("worker_stumbles", "Errors nobody expected.", (*REPORT, "error"))
        self.forgotten = Counter(
            "tieline_attempts_forgotten",
            "Old attempts that brought nothing, no longer listed.",
            registry=registry,
        )
        self.up = Gauge("tieline_collecting", "1 while a daemon collects.", registry=registry)
        self.closed = Gauge(
            "tieline_closed_reports",
            "Reports that are not collected for want of a key or password.",
            ("publisher",),
            registry=registry,
        )
        self.requests = counter("requests", "Answers of the API.", ("method", "route", "status"))
        self.request_seconds = seconds("request", "Duration of an answer.", ("route",))

    def move(self, happening: h.Happening) -> None:
        """Move what this happening moves."""
        match happening:
            case h.SliceFetched():
                labels = (happening.feed, happening.report)
                self.fetches.labels(*labels).inc()
                self.fetched_bytes.labels(*labels).inc(happening.bytes)
                self.fetch_seconds.labels(*labels).observe(happening.seconds)
            case h.SliceUnchanged():
                self.unchanged.labels(happening.feed, happening.report).inc()
            case h.SliceCommitted():
                self._commit(happening)
            case h.SliceFailed():
                labels = (happening.feed, happening.report)
                self.failed.labels(*labels, happening.error, happening.cause or "").inc()
            case h.RowsRejected():
                self.rejections.labels(happening.feed, happening.report).inc()
            case h.OddityNoticed():
                self.oddities.labels(happening.feed, happening.report).inc()
            case h.GapOpened():
                self.gaps_opened.labels(happening.feed, happening.report, happening.cause).inc()
            case h.GapClosed():
                self.gaps_closed.labels(happening.feed, happening.report, happening.cause).inc()
            case h.PartsMerged():
                self.merged.labels(happening.feed).inc(happening.parts)
                self.merge_seconds.labels(happening.feed).observe(happening.seconds)
            case h.FilesRemoved():
                self.removed.labels("replaced").inc(happening.replaced)
                self.removed.labels("orphan").inc(happening.orphans)
            case h.BatchPublished():
                self._publish(happening)
            case h.SinkFailed():
                self.sink_failures.labels(happening.sink, happening.error).inc()
                self.sink_up.labels(happening.sink).set(0)
            case h.WorkerStumbled():
                self.stumbles.labels(happening.feed, happening.report, happening.error).inc()
            case h.AttemptsForgotten():
                self.forgotten.inc(happening.entries)
            case h.DaemonStarted():
                self.up.set(1)
            case h.ServiceClosed():
                self.closed.labels(happening.publisher).set(happening.reports)
            case h.DaemonStopped():
                self.up.set(0)
            case h.RequestAnswered():
                status = str(happening.status)
                self.requests.labels(happening.method, happening.route, status).inc()
                self.request_seconds.labels(happening.route).observe(happening.seconds)
            case _:
                assert_never(happening)

    def _publish(self, batch: h.BatchPublished) -> None:
        self.published.labels(batch.sink, "written").inc(batch.rows)
        self.published.labels(batch.sink, "withdrawn").inc(batch.withdrawn)
        self.published.labels(batch.sink, "refused").inc(batch.refused)
        self.publish_seconds.labels(batch.sink).observe(batch.seconds)
        self.sink_position.labels(batch.sink).set(batch.upto)
        self.sink_behind.labels(batch.sink).set(batch.behind_seconds)
        self.sink_up.labels(batch.sink).set(1)

    def _commit(self, commit: h.SliceCommitted) -> None:
        labels = (commit.feed, commit.report)
        self.committed.labels(*labels).inc()
        self.commit_seconds.labels(*labels).observe(commit.seconds)
        self.sequence.set(commit.sequence)
        for outcome, rows in asdict(commit.counts).items():
            if outcome != "read" and rows:
                self.rows.labels(*labels, outcome).inc(rows)
        if commit.known_at_utc is not None:
            self.last_commit.labels(*labels).set(commit.known_at_utc.timestamp())
        if commit.stamp_max_utc is not None:
            self.newest_stamp.labels(*labels).set(commit.stamp_max_utc.timestamp())
