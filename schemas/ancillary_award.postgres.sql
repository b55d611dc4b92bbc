CREATE TABLE IF NOT EXISTS "ancillary_award" (
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
    "award_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "ancillary_award_identity" ON "ancillary_award" ("feed", "market", "product", "region", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "ancillary_award" IS 'Megawatts awarded by market, product and reserve region.';
COMMENT ON COLUMN "ancillary_award"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "ancillary_award"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "ancillary_award"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "ancillary_award"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "ancillary_award"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "ancillary_award"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "ancillary_award"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "ancillary_award"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "ancillary_award"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "ancillary_award"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "ancillary_award"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "ancillary_award"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "ancillary_award"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "ancillary_award"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "ancillary_award"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "ancillary_award"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "ancillary_award"."region" IS 'The publisher''s id of the region or reserve zone.';
COMMENT ON COLUMN "ancillary_award"."product_printed" IS 'The product in the publisher''s words.';
COMMENT ON COLUMN "ancillary_award"."award_mw" IS 'What was awarded. [MW]';
COMMENT ON COLUMN "ancillary_award"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "ancillary_award_history" (
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
    "award_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "ancillary_award_history_sequence" ON "ancillary_award_history" USING brin (row_sequence);
COMMENT ON TABLE "ancillary_award_history" IS 'Every row of ancillary_award as it was stored.';
COMMENT ON COLUMN "ancillary_award_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "ancillary_award_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "ancillary_award_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "ancillary_award_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "ancillary_award_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "ancillary_award_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "ancillary_award_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "ancillary_award_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "ancillary_award_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "ancillary_award_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "ancillary_award_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "ancillary_award_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "ancillary_award_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "ancillary_award_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "ancillary_award_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "ancillary_award_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "ancillary_award_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "ancillary_award_history"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "ancillary_award_history"."product" IS 'The product in tieline''s words.';
COMMENT ON COLUMN "ancillary_award_history"."region" IS 'The publisher''s id of the region or reserve zone.';
COMMENT ON COLUMN "ancillary_award_history"."product_printed" IS 'The product in the publisher''s words.';
COMMENT ON COLUMN "ancillary_award_history"."award_mw" IS 'What was awarded. [MW]';
COMMENT ON COLUMN "ancillary_award_history"."row_sequence" IS 'Commit of the lake that stored this row.';
