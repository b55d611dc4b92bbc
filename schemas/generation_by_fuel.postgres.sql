CREATE TABLE IF NOT EXISTS "generation_by_fuel" (
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
CREATE UNIQUE INDEX IF NOT EXISTS "generation_by_fuel_identity" ON "generation_by_fuel" ("feed", "area_id", "fuel_printed", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "generation_by_fuel" IS 'Generation by area and fuel, in the publisher''s words and in tieline''s.';
COMMENT ON COLUMN "generation_by_fuel"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "generation_by_fuel"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "generation_by_fuel"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "generation_by_fuel"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "generation_by_fuel"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "generation_by_fuel"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "generation_by_fuel"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "generation_by_fuel"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "generation_by_fuel"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "generation_by_fuel"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "generation_by_fuel"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "generation_by_fuel"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "generation_by_fuel"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "generation_by_fuel"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "generation_by_fuel"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "generation_by_fuel"."fuel_printed" IS 'The fuel in the publisher''s words.';
COMMENT ON COLUMN "generation_by_fuel"."fuel" IS 'The fuel in tieline''s words; null for an unknown code.';
COMMENT ON COLUMN "generation_by_fuel"."generation_mw" IS 'Generation. [MW]';
COMMENT ON COLUMN "generation_by_fuel"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "generation_by_fuel_history" (
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
CREATE INDEX IF NOT EXISTS "generation_by_fuel_history_sequence" ON "generation_by_fuel_history" USING brin (row_sequence);
COMMENT ON TABLE "generation_by_fuel_history" IS 'Every row of generation_by_fuel as it was stored.';
COMMENT ON COLUMN "generation_by_fuel_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "generation_by_fuel_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "generation_by_fuel_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "generation_by_fuel_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "generation_by_fuel_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "generation_by_fuel_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "generation_by_fuel_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "generation_by_fuel_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "generation_by_fuel_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "generation_by_fuel_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "generation_by_fuel_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "generation_by_fuel_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "generation_by_fuel_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "generation_by_fuel_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "generation_by_fuel_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "generation_by_fuel_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "generation_by_fuel_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "generation_by_fuel_history"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "generation_by_fuel_history"."fuel_printed" IS 'The fuel in the publisher''s words.';
COMMENT ON COLUMN "generation_by_fuel_history"."fuel" IS 'The fuel in tieline''s words; null for an unknown code.';
COMMENT ON COLUMN "generation_by_fuel_history"."generation_mw" IS 'Generation. [MW]';
COMMENT ON COLUMN "generation_by_fuel_history"."row_sequence" IS 'Commit of the lake that stored this row.';
