CREATE TABLE IF NOT EXISTS "ancillary_price" (
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
    "product" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "product_printed" TEXT,
    "price_per_mw_h" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "ancillary_price_identity" ON "ancillary_price" ("feed", "market", "product", "region", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "ancillary_price" IS 'Clearing prices by market, product and reserve region.';
COMMENT ON COLUMN "ancillary_price"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "ancillary_price"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "ancillary_price"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "ancillary_price"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "ancillary_price"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "ancillary_price"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "ancillary_price"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "ancillary_price"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "ancillary_price"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "ancillary_price"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "ancillary_price"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "ancillary_price"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "ancillary_price"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "ancillary_price"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "ancillary_price"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "ancillary_price"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "ancillary_price"."region" IS 'The publisher''s id of the region or reserve zone.';
COMMENT ON COLUMN "ancillary_price"."product_printed" IS 'The product in the publisher''s words.';
COMMENT ON COLUMN "ancillary_price"."price_per_mw_h" IS 'Clearing price of a megawatt of the product for an hour. [currency/(MW h)]';
COMMENT ON COLUMN "ancillary_price"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "ancillary_price"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "ancillary_price_history" (
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
    "product" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "product_printed" TEXT,
    "price_per_mw_h" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "ancillary_price_history_sequence" ON "ancillary_price_history" USING brin (row_sequence);
COMMENT ON TABLE "ancillary_price_history" IS 'Every row of ancillary_price as it was stored.';
COMMENT ON COLUMN "ancillary_price_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "ancillary_price_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "ancillary_price_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "ancillary_price_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "ancillary_price_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "ancillary_price_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "ancillary_price_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "ancillary_price_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "ancillary_price_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "ancillary_price_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "ancillary_price_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "ancillary_price_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "ancillary_price_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "ancillary_price_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "ancillary_price_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "ancillary_price_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "ancillary_price_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "ancillary_price_history"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "ancillary_price_history"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "ancillary_price_history"."region" IS 'The publisher''s id of the region or reserve zone.';
COMMENT ON COLUMN "ancillary_price_history"."product_printed" IS 'The product in the publisher''s words.';
COMMENT ON COLUMN "ancillary_price_history"."price_per_mw_h" IS 'Clearing price of a megawatt of the product for an hour. [currency/(MW h)]';
COMMENT ON COLUMN "ancillary_price_history"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "ancillary_price_history"."row_sequence" IS 'Commit of the lake that stored this row.';
