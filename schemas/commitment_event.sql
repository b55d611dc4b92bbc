CREATE TABLE "commitment_event" (
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
    "commitment_id" TEXT NOT NULL,
    "resource_id" TEXT,
    "resource_name" TEXT,
    "zone" TEXT,
    "commitment_kind" TEXT,
    "requested_by" TEXT,
    "reason" TEXT,
    "committed_mw" DOUBLE PRECISION,
    "upper_limit_mw" DOUBLE PRECISION,
    "said_at_utc" TIMESTAMPTZ,
    "commitment_start_utc" TIMESTAMPTZ,
    "commitment_end_utc" TIMESTAMPTZ
);
COMMENT ON TABLE "commitment_event" IS 'Resources that an operator commits outside the market''s solution.';
COMMENT ON COLUMN "commitment_event"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "commitment_event"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "commitment_event"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "commitment_event"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "commitment_event"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "commitment_event"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "commitment_event"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "commitment_event"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "commitment_event"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "commitment_event"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "commitment_event"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "commitment_event"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "commitment_event"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "commitment_event"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "commitment_event"."commitment_id" IS 'The resource and when its commitment begins.';
COMMENT ON COLUMN "commitment_event"."resource_id" IS 'The publisher''s id of the resource or area.';
COMMENT ON COLUMN "commitment_event"."resource_name" IS 'Name of the resource, as printed.';
COMMENT ON COLUMN "commitment_event"."zone" IS 'The publisher''s zone that it belongs to.';
COMMENT ON COLUMN "commitment_event"."commitment_kind" IS 'Kind of the commitment, as printed.';
COMMENT ON COLUMN "commitment_event"."requested_by" IS 'Who asked for it, as printed.';
COMMENT ON COLUMN "commitment_event"."reason" IS 'Why, as printed.';
COMMENT ON COLUMN "commitment_event"."committed_mw" IS 'What is committed. [MW]';
COMMENT ON COLUMN "commitment_event"."upper_limit_mw" IS 'What the resource can give at most. [MW]';
COMMENT ON COLUMN "commitment_event"."said_at_utc" IS 'The instant that the publisher printed beside it. [UTC]';
COMMENT ON COLUMN "commitment_event"."commitment_start_utc" IS 'When the commitment begins. [UTC]';
COMMENT ON COLUMN "commitment_event"."commitment_end_utc" IS 'When the commitment ends. [UTC]';
