CREATE TABLE IF NOT EXISTS "transfer_capability" (
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
    "path_id" TEXT NOT NULL,
    "path_name" TEXT,
    "atc_mw" DOUBLE PRECISION,
    "ttc_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "transfer_capability_identity" ON "transfer_capability" ("feed", "path_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "transfer_capability" IS 'Available and total transfer capability of a path.';
COMMENT ON COLUMN "transfer_capability"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "transfer_capability"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "transfer_capability"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "transfer_capability"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "transfer_capability"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "transfer_capability"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "transfer_capability"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "transfer_capability"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "transfer_capability"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "transfer_capability"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "transfer_capability"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "transfer_capability"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "transfer_capability"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "transfer_capability"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "transfer_capability"."path_id" IS 'The publisher''s id of the path, as printed.';
COMMENT ON COLUMN "transfer_capability"."path_name" IS 'Name of the path, as printed.';
COMMENT ON COLUMN "transfer_capability"."atc_mw" IS 'Available transfer capability. [MW]';
COMMENT ON COLUMN "transfer_capability"."ttc_mw" IS 'Total transfer capability. [MW]';
COMMENT ON COLUMN "transfer_capability"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "transfer_capability_history" (
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
    "path_id" TEXT NOT NULL,
    "path_name" TEXT,
    "atc_mw" DOUBLE PRECISION,
    "ttc_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "transfer_capability_history_sequence" ON "transfer_capability_history" USING brin (row_sequence);
COMMENT ON TABLE "transfer_capability_history" IS 'Every row of transfer_capability as it was stored.';
COMMENT ON COLUMN "transfer_capability_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "transfer_capability_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "transfer_capability_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "transfer_capability_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "transfer_capability_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "transfer_capability_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "transfer_capability_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "transfer_capability_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "transfer_capability_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "transfer_capability_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "transfer_capability_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "transfer_capability_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "transfer_capability_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "transfer_capability_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "transfer_capability_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "transfer_capability_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "transfer_capability_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "transfer_capability_history"."path_id" IS 'The publisher''s id of the path, as printed.';
COMMENT ON COLUMN "transfer_capability_history"."path_name" IS 'Name of the path, as printed.';
COMMENT ON COLUMN "transfer_capability_history"."atc_mw" IS 'Available transfer capability. [MW]';
COMMENT ON COLUMN "transfer_capability_history"."ttc_mw" IS 'Total transfer capability. [MW]';
COMMENT ON COLUMN "transfer_capability_history"."row_sequence" IS 'Commit of the lake that stored this row.';
