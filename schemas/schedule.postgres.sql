CREATE TABLE IF NOT EXISTS "schedule" (
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
    "resource_id" TEXT NOT NULL,
    "product" TEXT NOT NULL,
    "area_kind" TEXT,
    "award_mw" DOUBLE PRECISION,
    "price_per_mwh" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "schedule_identity" ON "schedule" ("feed", "resource_id", "product", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "schedule" IS 'What a market awarded to a resource, or to an area as a whole, by product.';
COMMENT ON COLUMN "schedule"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "schedule"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "schedule"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "schedule"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "schedule"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "schedule"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "schedule"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "schedule"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "schedule"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "schedule"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "schedule"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "schedule"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "schedule"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "schedule"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "schedule"."resource_id" IS 'The publisher''s id of the resource or area.';
COMMENT ON COLUMN "schedule"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "schedule"."area_kind" IS 'system, zone or region.';
COMMENT ON COLUMN "schedule"."award_mw" IS 'What was awarded. [MW]';
COMMENT ON COLUMN "schedule"."price_per_mwh" IS 'Locational price; energy + congestion + loss (+ ghg) within rounding. [currency/MWh]';
COMMENT ON COLUMN "schedule"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "schedule_history" (
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
    "resource_id" TEXT NOT NULL,
    "product" TEXT NOT NULL,
    "area_kind" TEXT,
    "award_mw" DOUBLE PRECISION,
    "price_per_mwh" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "schedule_history_sequence" ON "schedule_history" USING brin (row_sequence);
COMMENT ON TABLE "schedule_history" IS 'Every row of schedule as it was stored.';
COMMENT ON COLUMN "schedule_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "schedule_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "schedule_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "schedule_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "schedule_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "schedule_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "schedule_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "schedule_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "schedule_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "schedule_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "schedule_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "schedule_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "schedule_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "schedule_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "schedule_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "schedule_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "schedule_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "schedule_history"."resource_id" IS 'The publisher''s id of the resource or area.';
COMMENT ON COLUMN "schedule_history"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "schedule_history"."area_kind" IS 'system, zone or region.';
COMMENT ON COLUMN "schedule_history"."award_mw" IS 'What was awarded. [MW]';
COMMENT ON COLUMN "schedule_history"."price_per_mwh" IS 'Locational price; energy + congestion + loss (+ ghg) within rounding. [currency/MWh]';
COMMENT ON COLUMN "schedule_history"."row_sequence" IS 'Commit of the lake that stored this row.';
