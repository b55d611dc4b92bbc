CREATE TABLE IF NOT EXISTS "telemetry" (
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
    "measure" TEXT NOT NULL,
    "area_id" TEXT NOT NULL,
    "value_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "telemetry_identity" ON "telemetry" ("feed", "measure", "area_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "telemetry" IS 'Measures that are told as they are taken, at instants.';
COMMENT ON COLUMN "telemetry"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "telemetry"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "telemetry"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "telemetry"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "telemetry"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "telemetry"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "telemetry"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "telemetry"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "telemetry"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "telemetry"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "telemetry"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "telemetry"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "telemetry"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "telemetry"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "telemetry"."measure" IS 'What is measured: load, solar, wind, ...';
COMMENT ON COLUMN "telemetry"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "telemetry"."value_mw" IS 'The measured value. [MW]';
COMMENT ON COLUMN "telemetry"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "telemetry_history" (
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
    "measure" TEXT NOT NULL,
    "area_id" TEXT NOT NULL,
    "value_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "telemetry_history_sequence" ON "telemetry_history" USING brin (row_sequence);
COMMENT ON TABLE "telemetry_history" IS 'Every row of telemetry as it was stored.';
COMMENT ON COLUMN "telemetry_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "telemetry_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "telemetry_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "telemetry_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "telemetry_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "telemetry_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "telemetry_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "telemetry_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "telemetry_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "telemetry_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "telemetry_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "telemetry_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "telemetry_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "telemetry_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "telemetry_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "telemetry_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "telemetry_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "telemetry_history"."measure" IS 'What is measured: load, solar, wind, ...';
COMMENT ON COLUMN "telemetry_history"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "telemetry_history"."value_mw" IS 'The measured value. [MW]';
COMMENT ON COLUMN "telemetry_history"."row_sequence" IS 'Commit of the lake that stored this row.';
