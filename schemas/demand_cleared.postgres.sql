CREATE TABLE IF NOT EXISTS "demand_cleared" (
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
    "product" TEXT NOT NULL,
    "area_name" TEXT,
    "area_kind" TEXT,
    "cleared_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "demand_cleared_identity" ON "demand_cleared" ("feed", "area_id", "product", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "demand_cleared" IS 'Demand that a market cleared, by area and product (fixed, price_sensitive, virtual, total).';
COMMENT ON COLUMN "demand_cleared"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "demand_cleared"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "demand_cleared"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "demand_cleared"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "demand_cleared"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "demand_cleared"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "demand_cleared"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "demand_cleared"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "demand_cleared"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "demand_cleared"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "demand_cleared"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "demand_cleared"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "demand_cleared"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "demand_cleared"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "demand_cleared"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "demand_cleared"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "demand_cleared"."area_name" IS 'Name of the area, as printed.';
COMMENT ON COLUMN "demand_cleared"."area_kind" IS 'system, zone or region.';
COMMENT ON COLUMN "demand_cleared"."cleared_mw" IS 'What cleared. [MW]';
COMMENT ON COLUMN "demand_cleared"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "demand_cleared_history" (
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
    "product" TEXT NOT NULL,
    "area_name" TEXT,
    "area_kind" TEXT,
    "cleared_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "demand_cleared_history_sequence" ON "demand_cleared_history" USING brin (row_sequence);
COMMENT ON TABLE "demand_cleared_history" IS 'Every row of demand_cleared as it was stored.';
COMMENT ON COLUMN "demand_cleared_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "demand_cleared_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "demand_cleared_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "demand_cleared_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "demand_cleared_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "demand_cleared_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "demand_cleared_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "demand_cleared_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "demand_cleared_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "demand_cleared_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "demand_cleared_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "demand_cleared_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "demand_cleared_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "demand_cleared_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "demand_cleared_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "demand_cleared_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "demand_cleared_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "demand_cleared_history"."area_id" IS 'The publisher''s id of the area, as printed.';
COMMENT ON COLUMN "demand_cleared_history"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "demand_cleared_history"."area_name" IS 'Name of the area, as printed.';
COMMENT ON COLUMN "demand_cleared_history"."area_kind" IS 'system, zone or region.';
COMMENT ON COLUMN "demand_cleared_history"."cleared_mw" IS 'What cleared. [MW]';
COMMENT ON COLUMN "demand_cleared_history"."row_sequence" IS 'Commit of the lake that stored this row.';
