CREATE TABLE IF NOT EXISTS "lmp" (
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
    "location_name" TEXT,
    "price_per_mwh" DOUBLE PRECISION,
    "energy_per_mwh" DOUBLE PRECISION,
    "congestion_per_mwh" DOUBLE PRECISION,
    "loss_per_mwh" DOUBLE PRECISION,
    "ghg_per_mwh" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "lmp_identity" ON "lmp" ("feed", "market", "location_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "lmp" IS 'Prices by location with their parts. For every publisher price = energy + congestion + loss (+ ghg) within rounding; where one prints congestion with the other sign it is turned.';
COMMENT ON COLUMN "lmp"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "lmp"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "lmp"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "lmp"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "lmp"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "lmp"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "lmp"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "lmp"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "lmp"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "lmp"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "lmp"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "lmp"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "lmp"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "lmp"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "lmp"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "lmp"."location_id" IS 'The publisher''s id of the location, as printed.';
COMMENT ON COLUMN "lmp"."location_name" IS 'Name of the location, as printed.';
COMMENT ON COLUMN "lmp"."price_per_mwh" IS 'Locational price; energy + congestion + loss (+ ghg) within rounding. [currency/MWh]';
COMMENT ON COLUMN "lmp"."energy_per_mwh" IS 'Energy part of the price. [currency/MWh]';
COMMENT ON COLUMN "lmp"."congestion_per_mwh" IS 'Congestion part, added to the price whatever sign the publisher prints. [currency/MWh]';
COMMENT ON COLUMN "lmp"."loss_per_mwh" IS 'Loss part of the price. [currency/MWh]';
COMMENT ON COLUMN "lmp"."ghg_per_mwh" IS 'Greenhouse gas part of the price, where one is. [currency/MWh]';
COMMENT ON COLUMN "lmp"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "lmp"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "lmp_history" (
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
    "location_name" TEXT,
    "price_per_mwh" DOUBLE PRECISION,
    "energy_per_mwh" DOUBLE PRECISION,
    "congestion_per_mwh" DOUBLE PRECISION,
    "loss_per_mwh" DOUBLE PRECISION,
    "ghg_per_mwh" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "lmp_history_sequence" ON "lmp_history" USING brin (row_sequence);
COMMENT ON TABLE "lmp_history" IS 'Every row of lmp as it was stored.';
COMMENT ON COLUMN "lmp_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "lmp_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "lmp_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "lmp_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "lmp_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "lmp_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "lmp_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "lmp_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "lmp_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "lmp_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "lmp_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "lmp_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "lmp_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "lmp_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "lmp_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "lmp_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "lmp_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "lmp_history"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "lmp_history"."location_id" IS 'The publisher''s id of the location, as printed.';
COMMENT ON COLUMN "lmp_history"."location_name" IS 'Name of the location, as printed.';
COMMENT ON COLUMN "lmp_history"."price_per_mwh" IS 'Locational price; energy + congestion + loss (+ ghg) within rounding. [currency/MWh]';
COMMENT ON COLUMN "lmp_history"."energy_per_mwh" IS 'Energy part of the price. [currency/MWh]';
COMMENT ON COLUMN "lmp_history"."congestion_per_mwh" IS 'Congestion part, added to the price whatever sign the publisher prints. [currency/MWh]';
COMMENT ON COLUMN "lmp_history"."loss_per_mwh" IS 'Loss part of the price. [currency/MWh]';
COMMENT ON COLUMN "lmp_history"."ghg_per_mwh" IS 'Greenhouse gas part of the price, where one is. [currency/MWh]';
COMMENT ON COLUMN "lmp_history"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "lmp_history"."row_sequence" IS 'Commit of the lake that stored this row.';
