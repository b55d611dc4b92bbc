CREATE TABLE IF NOT EXISTS "interface_flow" (
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
    "interface_id" TEXT NOT NULL,
    "interface_name" TEXT,
    "flow_mw" DOUBLE PRECISION,
    "import_limit_mw" DOUBLE PRECISION,
    "export_limit_mw" DOUBLE PRECISION,
    "neighbour" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "interface_flow_identity" ON "interface_flow" ("feed", "interface_id", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "interface_flow" IS 'Flow over an interface with its limits. Positive is import on an external interface and the named direction on an internal one; limits are positive numbers, null where there is none.';
COMMENT ON COLUMN "interface_flow"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "interface_flow"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "interface_flow"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "interface_flow"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "interface_flow"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "interface_flow"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "interface_flow"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "interface_flow"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "interface_flow"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "interface_flow"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "interface_flow"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "interface_flow"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "interface_flow"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "interface_flow"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "interface_flow"."interface_id" IS 'The publisher''s id of the interface, as printed.';
COMMENT ON COLUMN "interface_flow"."interface_name" IS 'Name of the interface, as printed.';
COMMENT ON COLUMN "interface_flow"."flow_mw" IS 'Flow; positive is import, or the named direction of an internal interface. [MW]';
COMMENT ON COLUMN "interface_flow"."import_limit_mw" IS 'Limit in the positive direction, a positive number; null: none. [MW]';
COMMENT ON COLUMN "interface_flow"."export_limit_mw" IS 'Limit in the negative direction, a positive number; null: none. [MW]';
COMMENT ON COLUMN "interface_flow"."neighbour" IS 'The market on the other side; null if internal.';
COMMENT ON COLUMN "interface_flow"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "interface_flow_history" (
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
    "interface_id" TEXT NOT NULL,
    "interface_name" TEXT,
    "flow_mw" DOUBLE PRECISION,
    "import_limit_mw" DOUBLE PRECISION,
    "export_limit_mw" DOUBLE PRECISION,
    "neighbour" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "interface_flow_history_sequence" ON "interface_flow_history" USING brin (row_sequence);
COMMENT ON TABLE "interface_flow_history" IS 'Every row of interface_flow as it was stored.';
COMMENT ON COLUMN "interface_flow_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "interface_flow_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "interface_flow_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "interface_flow_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "interface_flow_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "interface_flow_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "interface_flow_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "interface_flow_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "interface_flow_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "interface_flow_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "interface_flow_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "interface_flow_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "interface_flow_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "interface_flow_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "interface_flow_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "interface_flow_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "interface_flow_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "interface_flow_history"."interface_id" IS 'The publisher''s id of the interface, as printed.';
COMMENT ON COLUMN "interface_flow_history"."interface_name" IS 'Name of the interface, as printed.';
COMMENT ON COLUMN "interface_flow_history"."flow_mw" IS 'Flow; positive is import, or the named direction of an internal interface. [MW]';
COMMENT ON COLUMN "interface_flow_history"."import_limit_mw" IS 'Limit in the positive direction, a positive number; null: none. [MW]';
COMMENT ON COLUMN "interface_flow_history"."export_limit_mw" IS 'Limit in the negative direction, a positive number; null: none. [MW]';
COMMENT ON COLUMN "interface_flow_history"."neighbour" IS 'The market on the other side; null if internal.';
COMMENT ON COLUMN "interface_flow_history"."row_sequence" IS 'Commit of the lake that stored this row.';
