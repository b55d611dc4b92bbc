CREATE TABLE IF NOT EXISTS "renewable_actual" (
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
    "fuel_printed" TEXT NOT NULL,
    "fuel" TEXT,
    "generation_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "renewable_actual_identity" ON "renewable_actual" ("feed", "area_id", "fuel_printed", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "renewable_actual" IS 'Measured wind and solar generation by area.';
COMMENT ON COLUMN "renewable_actual"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "renewable_actual"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "renewable_actual"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "renewable_actual"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "renewable_actual"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "renewable_actual"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "renewable_actual"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "renewable_actual"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "renewable_actual"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "renewable_actual"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "renewable_actual"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "renewable_actual"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "renewable_actual"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "renewable_actual"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "renewable_actual"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "renewable_actual"."fuel_printed" IS 'The fuel in the publisher''s words.';
COMMENT ON COLUMN "renewable_actual"."fuel" IS 'The fuel in tieline''s words; null for an unknown code.';
COMMENT ON COLUMN "renewable_actual"."generation_mw" IS 'Generation. [MW]';
COMMENT ON COLUMN "renewable_actual"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "renewable_actual_history" (
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
    "fuel_printed" TEXT NOT NULL,
    "fuel" TEXT,
    "generation_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "renewable_actual_history_sequence" ON "renewable_actual_history" USING brin (row_sequence);
COMMENT ON TABLE "renewable_actual_history" IS 'Every row of renewable_actual as it was stored.';
COMMENT ON COLUMN "renewable_actual_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "renewable_actual_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "renewable_actual_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "renewable_actual_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "renewable_actual_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "renewable_actual_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "renewable_actual_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "renewable_actual_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "renewable_actual_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "renewable_actual_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "renewable_actual_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "renewable_actual_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "renewable_actual_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "renewable_actual_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "renewable_actual_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "renewable_actual_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "renewable_actual_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "renewable_actual_history"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "renewable_actual_history"."fuel_printed" IS 'The fuel in the publisher''s words.';
COMMENT ON COLUMN "renewable_actual_history"."fuel" IS 'The fuel in tieline''s words; null for an unknown code.';
COMMENT ON COLUMN "renewable_actual_history"."generation_mw" IS 'Generation. [MW]';
COMMENT ON COLUMN "renewable_actual_history"."row_sequence" IS 'Commit of the lake that stored this row.';
