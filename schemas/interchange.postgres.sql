CREATE TABLE IF NOT EXISTS "interchange" (
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
    "from_area" TEXT NOT NULL,
    "to_area" TEXT NOT NULL,
    "actual_mw" DOUBLE PRECISION,
    "scheduled_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "interchange_identity" ON "interchange" ("feed", "from_area", "to_area", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "interchange" IS 'Actual and scheduled exchange between two areas. A publisher''s rows run from the neighbour to its own area: positive is import, whatever sign is printed. A net of all neighbours has `from_area` ALL and is never added to them.';
COMMENT ON COLUMN "interchange"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "interchange"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "interchange"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "interchange"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "interchange"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "interchange"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "interchange"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "interchange"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "interchange"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "interchange"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "interchange"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "interchange"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "interchange"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "interchange"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "interchange"."from_area" IS 'The area that sends, by its id.';
COMMENT ON COLUMN "interchange"."to_area" IS 'The area that receives, by its id.';
COMMENT ON COLUMN "interchange"."actual_mw" IS 'Metered interchange, positive from `from_area` to `to_area`. [MW]';
COMMENT ON COLUMN "interchange"."scheduled_mw" IS 'Scheduled interchange, positive from `from_area` to `to_area`. [MW]';
COMMENT ON COLUMN "interchange"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "interchange_history" (
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
    "from_area" TEXT NOT NULL,
    "to_area" TEXT NOT NULL,
    "actual_mw" DOUBLE PRECISION,
    "scheduled_mw" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "interchange_history_sequence" ON "interchange_history" USING brin (row_sequence);
COMMENT ON TABLE "interchange_history" IS 'Every row of interchange as it was stored.';
COMMENT ON COLUMN "interchange_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "interchange_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "interchange_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "interchange_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "interchange_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "interchange_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "interchange_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "interchange_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "interchange_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "interchange_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "interchange_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "interchange_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "interchange_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "interchange_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "interchange_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "interchange_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "interchange_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "interchange_history"."from_area" IS 'The area that sends, by its id.';
COMMENT ON COLUMN "interchange_history"."to_area" IS 'The area that receives, by its id.';
COMMENT ON COLUMN "interchange_history"."actual_mw" IS 'Metered interchange, positive from `from_area` to `to_area`. [MW]';
COMMENT ON COLUMN "interchange_history"."scheduled_mw" IS 'Scheduled interchange, positive from `from_area` to `to_area`. [MW]';
COMMENT ON COLUMN "interchange_history"."row_sequence" IS 'Commit of the lake that stored this row.';
