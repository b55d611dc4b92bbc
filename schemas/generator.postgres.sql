CREATE TABLE IF NOT EXISTS "generator" (
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
    "generator_id" TEXT NOT NULL,
    "generator_name" TEXT,
    "fuel_name" TEXT,
    "fuel" TEXT,
    "zone" TEXT,
    "capacity_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS "generator_identity" ON "generator" ("feed", "generator_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "generator" IS 'Generators as a publisher lists them; each change is a revision.';
COMMENT ON COLUMN "generator"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "generator"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "generator"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "generator"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "generator"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "generator"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "generator"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "generator"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "generator"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "generator"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "generator"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "generator"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "generator"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "generator"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "generator"."generator_id" IS 'The publisher''s id of the generator, as printed.';
COMMENT ON COLUMN "generator"."generator_name" IS 'Name of the generator, as printed.';
COMMENT ON COLUMN "generator"."fuel_name" IS 'The fuel in the publisher''s words.';
COMMENT ON COLUMN "generator"."fuel" IS 'The fuel in tieline''s words; null for an unknown code.';
COMMENT ON COLUMN "generator"."zone" IS 'The publisher''s zone that it belongs to.';
COMMENT ON COLUMN "generator"."capacity_mw" IS 'Capacity concerned. [MW]';
COMMENT ON COLUMN "generator"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "generator_history" (
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
    "generator_id" TEXT NOT NULL,
    "generator_name" TEXT,
    "fuel_name" TEXT,
    "fuel" TEXT,
    "zone" TEXT,
    "capacity_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS "generator_history_sequence" ON "generator_history" USING brin (row_sequence);
COMMENT ON TABLE "generator_history" IS 'Every row of generator as it was stored.';
COMMENT ON COLUMN "generator_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "generator_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "generator_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "generator_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "generator_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "generator_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "generator_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "generator_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "generator_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "generator_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "generator_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "generator_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "generator_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "generator_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "generator_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "generator_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "generator_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "generator_history"."generator_id" IS 'The publisher''s id of the generator, as printed.';
COMMENT ON COLUMN "generator_history"."generator_name" IS 'Name of the generator, as printed.';
COMMENT ON COLUMN "generator_history"."fuel_name" IS 'The fuel in the publisher''s words.';
COMMENT ON COLUMN "generator_history"."fuel" IS 'The fuel in tieline''s words; null for an unknown code.';
COMMENT ON COLUMN "generator_history"."zone" IS 'The publisher''s zone that it belongs to.';
COMMENT ON COLUMN "generator_history"."capacity_mw" IS 'Capacity concerned. [MW]';
COMMENT ON COLUMN "generator_history"."row_sequence" IS 'Commit of the lake that stored this row.';
