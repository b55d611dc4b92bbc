CREATE TABLE IF NOT EXISTS "load" (
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
    "area_id" TEXT NOT NULL,
    "area_name" TEXT,
    "area_kind" TEXT,
    "load_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "load_identity" ON "load" ("feed", "area_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "load" IS 'Measured load by area, as five-minute readings or hourly integrated values.';
COMMENT ON COLUMN "load"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "load"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "load"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "load"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "load"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "load"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "load"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "load"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "load"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "load"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "load"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "load"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "load"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "load"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "load"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "load"."area_name" IS 'Name of the area, as printed.';
COMMENT ON COLUMN "load"."area_kind" IS 'system, zone or region.';
COMMENT ON COLUMN "load"."load_mw" IS 'Load. [MW]';
COMMENT ON COLUMN "load"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "load_history" (
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
    "area_id" TEXT NOT NULL,
    "area_name" TEXT,
    "area_kind" TEXT,
    "load_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "load_history_sequence" ON "load_history" USING brin (row_sequence);
COMMENT ON TABLE "load_history" IS 'Every row of load as it was stored.';
COMMENT ON COLUMN "load_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "load_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "load_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "load_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "load_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "load_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "load_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "load_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "load_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "load_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "load_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "load_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "load_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "load_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "load_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "load_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "load_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "load_history"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "load_history"."area_name" IS 'Name of the area, as printed.';
COMMENT ON COLUMN "load_history"."area_kind" IS 'system, zone or region.';
COMMENT ON COLUMN "load_history"."load_mw" IS 'Load. [MW]';
COMMENT ON COLUMN "load_history"."row_sequence" IS 'Commit of the lake that stored this row.';
