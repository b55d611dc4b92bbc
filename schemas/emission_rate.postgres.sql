CREATE TABLE IF NOT EXISTS "emission_rate" (
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
    "market" TEXT NOT NULL,
    "area_id" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "emission_rate_identity" ON "emission_rate" ("feed", "market", "area_id", "measure", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "emission_rate" IS 'What another megawatt-hour of an area emits, as its publisher infers it, and the numbers it is inferred from: measures co2, nox, heat_rate, co2_of_fuel, nox_of_fuel, price, variable_cost.';
COMMENT ON COLUMN "emission_rate"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "emission_rate"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "emission_rate"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "emission_rate"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "emission_rate"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "emission_rate"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "emission_rate"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "emission_rate"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "emission_rate"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "emission_rate"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "emission_rate"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "emission_rate"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "emission_rate"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "emission_rate"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "emission_rate"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "emission_rate"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "emission_rate"."measure" IS 'What is measured: load, solar, wind, ...';
COMMENT ON COLUMN "emission_rate"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "emission_rate"."unit" IS 'Unit of the value.';
COMMENT ON COLUMN "emission_rate"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "emission_rate_history" (
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
    "market" TEXT NOT NULL,
    "area_id" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "emission_rate_history_sequence" ON "emission_rate_history" USING brin (row_sequence);
COMMENT ON TABLE "emission_rate_history" IS 'Every row of emission_rate as it was stored.';
COMMENT ON COLUMN "emission_rate_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "emission_rate_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "emission_rate_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "emission_rate_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "emission_rate_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "emission_rate_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "emission_rate_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "emission_rate_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "emission_rate_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "emission_rate_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "emission_rate_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "emission_rate_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "emission_rate_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "emission_rate_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "emission_rate_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "emission_rate_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "emission_rate_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "emission_rate_history"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "emission_rate_history"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "emission_rate_history"."measure" IS 'What is measured: load, solar, wind, ...';
COMMENT ON COLUMN "emission_rate_history"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "emission_rate_history"."unit" IS 'Unit of the value.';
COMMENT ON COLUMN "emission_rate_history"."row_sequence" IS 'Commit of the lake that stored this row.';
