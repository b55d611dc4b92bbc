CREATE TABLE IF NOT EXISTS "lookahead_price" (
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
    "location_id" TEXT NOT NULL,
    "vintage_utc" TIMESTAMPTZ NOT NULL,
    "location_name" TEXT,
    "price_per_mwh" DOUBLE PRECISION,
    "energy_per_mwh" DOUBLE PRECISION,
    "congestion_per_mwh" DOUBLE PRECISION,
    "loss_per_mwh" DOUBLE PRECISION,
    "ghg_per_mwh" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "lookahead_price_identity" ON "lookahead_price" ("feed", "market", "location_id", "vintage_utc", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "lookahead_price" IS 'Advisory prices by location and run; they never stand among the prices of dispatch.';
COMMENT ON COLUMN "lookahead_price"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "lookahead_price"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "lookahead_price"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "lookahead_price"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "lookahead_price"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "lookahead_price"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "lookahead_price"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "lookahead_price"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "lookahead_price"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "lookahead_price"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "lookahead_price"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "lookahead_price"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "lookahead_price"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "lookahead_price"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "lookahead_price"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "lookahead_price"."location_id" IS 'The publisher''s id of the location, as printed.';
COMMENT ON COLUMN "lookahead_price"."vintage_utc" IS 'What the publisher calls one forecast: the file''s day or the printed issue time. [UTC]';
COMMENT ON COLUMN "lookahead_price"."location_name" IS 'Name of the location, as printed.';
COMMENT ON COLUMN "lookahead_price"."price_per_mwh" IS 'Locational price; energy + congestion + loss (+ ghg) within rounding. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price"."energy_per_mwh" IS 'Energy part of the price. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price"."congestion_per_mwh" IS 'Congestion part, added to the price whatever sign the publisher prints. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price"."loss_per_mwh" IS 'Loss part of the price. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price"."ghg_per_mwh" IS 'Greenhouse gas part of the price, where one is. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "lookahead_price"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "lookahead_price_history" (
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
    "location_id" TEXT NOT NULL,
    "vintage_utc" TIMESTAMPTZ NOT NULL,
    "location_name" TEXT,
    "price_per_mwh" DOUBLE PRECISION,
    "energy_per_mwh" DOUBLE PRECISION,
    "congestion_per_mwh" DOUBLE PRECISION,
    "loss_per_mwh" DOUBLE PRECISION,
    "ghg_per_mwh" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "lookahead_price_history_sequence" ON "lookahead_price_history" USING brin (row_sequence);
COMMENT ON TABLE "lookahead_price_history" IS 'Every row of lookahead_price as it was stored.';
COMMENT ON COLUMN "lookahead_price_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "lookahead_price_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "lookahead_price_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "lookahead_price_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "lookahead_price_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "lookahead_price_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "lookahead_price_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "lookahead_price_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "lookahead_price_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "lookahead_price_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "lookahead_price_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "lookahead_price_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "lookahead_price_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "lookahead_price_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "lookahead_price_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "lookahead_price_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "lookahead_price_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "lookahead_price_history"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "lookahead_price_history"."location_id" IS 'The publisher''s id of the location, as printed.';
COMMENT ON COLUMN "lookahead_price_history"."vintage_utc" IS 'What the publisher calls one forecast: the file''s day or the printed issue time. [UTC]';
COMMENT ON COLUMN "lookahead_price_history"."location_name" IS 'Name of the location, as printed.';
COMMENT ON COLUMN "lookahead_price_history"."price_per_mwh" IS 'Locational price; energy + congestion + loss (+ ghg) within rounding. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price_history"."energy_per_mwh" IS 'Energy part of the price. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price_history"."congestion_per_mwh" IS 'Congestion part, added to the price whatever sign the publisher prints. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price_history"."loss_per_mwh" IS 'Loss part of the price. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price_history"."ghg_per_mwh" IS 'Greenhouse gas part of the price, where one is. [currency/MWh]';
COMMENT ON COLUMN "lookahead_price_history"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "lookahead_price_history"."row_sequence" IS 'Commit of the lake that stored this row.';
