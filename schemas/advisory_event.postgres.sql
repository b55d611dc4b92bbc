CREATE TABLE IF NOT EXISTS "advisory_event" (
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
    "message_id" TEXT NOT NULL,
    "message" TEXT,
    "said_at_utc" TIMESTAMPTZ,
    "row_sequence" BIGINT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS "advisory_event_identity" ON "advisory_event" ("feed", "message_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "advisory_event" IS 'What an operator says in words: changes of the system''s state, announcements.';
COMMENT ON COLUMN "advisory_event"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "advisory_event"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "advisory_event"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "advisory_event"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "advisory_event"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "advisory_event"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "advisory_event"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "advisory_event"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "advisory_event"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "advisory_event"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "advisory_event"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "advisory_event"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "advisory_event"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "advisory_event"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "advisory_event"."message_id" IS 'The stamp as read on the publisher''s clock and the number among messages of that stamp.';
COMMENT ON COLUMN "advisory_event"."message" IS 'What is said, as printed, with its line ends.';
COMMENT ON COLUMN "advisory_event"."said_at_utc" IS 'The instant that the publisher printed beside it. [UTC]';
COMMENT ON COLUMN "advisory_event"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "advisory_event_history" (
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
    "message_id" TEXT NOT NULL,
    "message" TEXT,
    "said_at_utc" TIMESTAMPTZ,
    "row_sequence" BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS "advisory_event_history_sequence" ON "advisory_event_history" USING brin (row_sequence);
COMMENT ON TABLE "advisory_event_history" IS 'Every row of advisory_event as it was stored.';
COMMENT ON COLUMN "advisory_event_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "advisory_event_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "advisory_event_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "advisory_event_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "advisory_event_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "advisory_event_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "advisory_event_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "advisory_event_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "advisory_event_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "advisory_event_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "advisory_event_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "advisory_event_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "advisory_event_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "advisory_event_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "advisory_event_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "advisory_event_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "advisory_event_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "advisory_event_history"."message_id" IS 'The stamp as read on the publisher''s clock and the number among messages of that stamp.';
COMMENT ON COLUMN "advisory_event_history"."message" IS 'What is said, as printed, with its line ends.';
COMMENT ON COLUMN "advisory_event_history"."said_at_utc" IS 'The instant that the publisher printed beside it. [UTC]';
COMMENT ON COLUMN "advisory_event_history"."row_sequence" IS 'Commit of the lake that stored this row.';
