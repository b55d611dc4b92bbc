CREATE TABLE IF NOT EXISTS "system_report" (
    "publisher" TEXT NOT NULL,
    "feed" TEXT NOT NULL,
    "report" TEXT NOT NULL,
    "print" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "resolution" TEXT,
    "stamp_utc" TIMESTAMPTZ,
    "interval_start_utc" TIMESTAMPTZ,
    "interval_end_utc" TIMESTAMPTZ,
    "market_day" DATE,
    "known_at_utc" TIMESTAMPTZ NOT NULL,
    "known_basis" TEXT NOT NULL,
    "entry_id" BIGINT NOT NULL,
    "source_row" BIGINT,
    "report_name" TEXT NOT NULL,
    "item" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "system_report_identity" ON "system_report" ("feed", "report_name", "item", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "system_report" IS 'Items of morning reports, adequacy reports and dashboards, each with its unit.';
COMMENT ON COLUMN "system_report"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "system_report"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "system_report"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "system_report"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "system_report"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "system_report"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "system_report"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "system_report"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "system_report"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "system_report"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "system_report"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "system_report"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "system_report"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "system_report"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "system_report"."report_name" IS 'Name of the system report.';
COMMENT ON COLUMN "system_report"."item" IS 'The line of a system report, as printed.';
COMMENT ON COLUMN "system_report"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "system_report"."unit" IS 'Unit of the value.';
COMMENT ON COLUMN "system_report"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "system_report_history" (
    "publisher" TEXT NOT NULL,
    "feed" TEXT NOT NULL,
    "report" TEXT NOT NULL,
    "print" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "resolution" TEXT,
    "stamp_utc" TIMESTAMPTZ,
    "interval_start_utc" TIMESTAMPTZ,
    "interval_end_utc" TIMESTAMPTZ,
    "market_day" DATE,
    "known_at_utc" TIMESTAMPTZ NOT NULL,
    "known_basis" TEXT NOT NULL,
    "entry_id" BIGINT NOT NULL,
    "source_row" BIGINT,
    "observation_id" BIGINT NOT NULL,
    "fetched_at_utc" TIMESTAMPTZ NOT NULL,
    "content_sha256" TEXT NOT NULL,
    "report_name" TEXT NOT NULL,
    "item" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "system_report_history_sequence" ON "system_report_history" USING brin (row_sequence);
COMMENT ON TABLE "system_report_history" IS 'Every row of system_report as it was stored.';
COMMENT ON COLUMN "system_report_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "system_report_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "system_report_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "system_report_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "system_report_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "system_report_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "system_report_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "system_report_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "system_report_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "system_report_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "system_report_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "system_report_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "system_report_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "system_report_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "system_report_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "system_report_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "system_report_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "system_report_history"."report_name" IS 'Name of the system report.';
COMMENT ON COLUMN "system_report_history"."item" IS 'The line of a system report, as printed.';
COMMENT ON COLUMN "system_report_history"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "system_report_history"."unit" IS 'Unit of the value.';
COMMENT ON COLUMN "system_report_history"."row_sequence" IS 'Commit of the lake that stored this row.';
