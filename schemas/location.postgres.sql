CREATE TABLE IF NOT EXISTS "location" (
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
    "location_id" TEXT NOT NULL,
    "location_name" TEXT,
    "location_kind" TEXT,
    "zone" TEXT,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS "location_identity" ON "location" ("feed", "location_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "location" IS 'Price locations as a publisher lists them; each change is a revision, so that the rows of one location, in known order, say what it was and from when.';
COMMENT ON COLUMN "location"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "location"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "location"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "location"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "location"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "location"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "location"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "location"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "location"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "location"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "location"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "location"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "location"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "location"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "location"."location_id" IS 'The publisher''s id of the location, as printed.';
COMMENT ON COLUMN "location"."location_name" IS 'Name of the location, as printed.';
COMMENT ON COLUMN "location"."location_kind" IS 'In tieline''s words: hub, zone, node, interface.';
COMMENT ON COLUMN "location"."zone" IS 'The publisher''s zone that it belongs to.';
COMMENT ON COLUMN "location"."latitude" IS 'Degrees north. [degree]';
COMMENT ON COLUMN "location"."longitude" IS 'Degrees east. [degree]';
COMMENT ON COLUMN "location"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "location_history" (
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
    "location_id" TEXT NOT NULL,
    "location_name" TEXT,
    "location_kind" TEXT,
    "zone" TEXT,
    "latitude" DOUBLE PRECISION,
    "longitude" DOUBLE PRECISION,
    "row_sequence" BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS "location_history_sequence" ON "location_history" USING brin (row_sequence);
COMMENT ON TABLE "location_history" IS 'Every row of location as it was stored.';
COMMENT ON COLUMN "location_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "location_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "location_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "location_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "location_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "location_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "location_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "location_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "location_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "location_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "location_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "location_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "location_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "location_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "location_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "location_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "location_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "location_history"."location_id" IS 'The publisher''s id of the location, as printed.';
COMMENT ON COLUMN "location_history"."location_name" IS 'Name of the location, as printed.';
COMMENT ON COLUMN "location_history"."location_kind" IS 'In tieline''s words: hub, zone, node, interface.';
COMMENT ON COLUMN "location_history"."zone" IS 'The publisher''s zone that it belongs to.';
COMMENT ON COLUMN "location_history"."latitude" IS 'Degrees north. [degree]';
COMMENT ON COLUMN "location_history"."longitude" IS 'Degrees east. [degree]';
COMMENT ON COLUMN "location_history"."row_sequence" IS 'Commit of the lake that stored this row.';
