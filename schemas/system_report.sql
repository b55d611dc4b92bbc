CREATE TABLE "system_report" (
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
    "report_name" TEXT NOT NULL,
    "item" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT
);
COMMENT ON TABLE "system_report" IS 'Items of morning reports, adequacy reports and dashboards, each with its unit.';
COMMENT ON COLUMN "system_report"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "system_report"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "system_report"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "system_report"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "system_report"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "system_report"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "system_report"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "system_report"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "system_report"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "system_report"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "system_report"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "system_report"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "system_report"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "system_report"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "system_report"."report_name" IS 'Name of the system report.';
COMMENT ON COLUMN "system_report"."item" IS 'The line of a system report, as printed.';
COMMENT ON COLUMN "system_report"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "system_report"."unit" IS 'Unit of the value.';
