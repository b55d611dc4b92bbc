CREATE TABLE IF NOT EXISTS "outage_event" (
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
    "outage_id" TEXT NOT NULL,
    "resource_id" TEXT,
    "resource_name" TEXT,
    "kind" TEXT,
    "status" TEXT,
    "capacity_mw" DOUBLE PRECISION,
    "outage_start_utc" TIMESTAMPTZ,
    "outage_end_utc" TIMESTAMPTZ,
    "row_sequence" BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS "outage_event_identity" ON "outage_event" ("feed", "outage_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "outage_event" IS 'Outages of resources and equipment; an area''s total stands under the area''s id. A row is a state of an outage: known time orders them, and one that is no longer listed is gone, not ended.';
COMMENT ON COLUMN "outage_event"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "outage_event"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "outage_event"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "outage_event"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "outage_event"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "outage_event"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "outage_event"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "outage_event"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "outage_event"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "outage_event"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "outage_event"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "outage_event"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "outage_event"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "outage_event"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "outage_event"."outage_id" IS 'The publisher''s id of the outage, as printed.';
COMMENT ON COLUMN "outage_event"."resource_id" IS 'The publisher''s id of the resource or area.';
COMMENT ON COLUMN "outage_event"."resource_name" IS 'Name of the resource, as printed.';
COMMENT ON COLUMN "outage_event"."kind" IS 'In tieline''s words: forced, planned, maintenance, unplanned, derated.';
COMMENT ON COLUMN "outage_event"."status" IS 'How far it has come, as printed.';
COMMENT ON COLUMN "outage_event"."capacity_mw" IS 'Capacity concerned. [MW]';
COMMENT ON COLUMN "outage_event"."outage_start_utc" IS 'When the outage begins or began. [UTC]';
COMMENT ON COLUMN "outage_event"."outage_end_utc" IS 'When the outage ends or ended. [UTC]';
COMMENT ON COLUMN "outage_event"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "outage_event_history" (
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
    "outage_id" TEXT NOT NULL,
    "resource_id" TEXT,
    "resource_name" TEXT,
    "kind" TEXT,
    "status" TEXT,
    "capacity_mw" DOUBLE PRECISION,
    "outage_start_utc" TIMESTAMPTZ,
    "outage_end_utc" TIMESTAMPTZ,
    "row_sequence" BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS "outage_event_history_sequence" ON "outage_event_history" USING brin (row_sequence);
COMMENT ON TABLE "outage_event_history" IS 'Every row of outage_event as it was stored.';
COMMENT ON COLUMN "outage_event_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "outage_event_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "outage_event_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "outage_event_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "outage_event_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "outage_event_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "outage_event_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "outage_event_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "outage_event_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "outage_event_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "outage_event_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "outage_event_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "outage_event_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "outage_event_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "outage_event_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "outage_event_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "outage_event_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "outage_event_history"."outage_id" IS 'The publisher''s id of the outage, as printed.';
COMMENT ON COLUMN "outage_event_history"."resource_id" IS 'The publisher''s id of the resource or area.';
COMMENT ON COLUMN "outage_event_history"."resource_name" IS 'Name of the resource, as printed.';
COMMENT ON COLUMN "outage_event_history"."kind" IS 'In tieline''s words: forced, planned, maintenance, unplanned, derated.';
COMMENT ON COLUMN "outage_event_history"."status" IS 'How far it has come, as printed.';
COMMENT ON COLUMN "outage_event_history"."capacity_mw" IS 'Capacity concerned. [MW]';
COMMENT ON COLUMN "outage_event_history"."outage_start_utc" IS 'When the outage begins or began. [UTC]';
COMMENT ON COLUMN "outage_event_history"."outage_end_utc" IS 'When the outage ends or ended. [UTC]';
COMMENT ON COLUMN "outage_event_history"."row_sequence" IS 'Commit of the lake that stored this row.';
