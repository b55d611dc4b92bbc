CREATE TABLE IF NOT EXISTS "binding_constraint" (
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
    "constraint_id" TEXT NOT NULL,
    "contingency" TEXT NOT NULL,
    "constraint_name" TEXT,
    "shadow_price_per_mwh" DOUBLE PRECISION,
    "limit_mw" DOUBLE PRECISION,
    "flow_mw" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "binding_constraint_identity" ON "binding_constraint" ("feed", "market", "constraint_id", "contingency", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "binding_constraint" IS 'Constraints that bound a market''s solution, with their shadow price in the publisher''s sign.';
COMMENT ON COLUMN "binding_constraint"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "binding_constraint"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "binding_constraint"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "binding_constraint"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "binding_constraint"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "binding_constraint"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "binding_constraint"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "binding_constraint"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "binding_constraint"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "binding_constraint"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "binding_constraint"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "binding_constraint"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "binding_constraint"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "binding_constraint"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "binding_constraint"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "binding_constraint"."constraint_id" IS 'The publisher''s id of the constraint, as printed.';
COMMENT ON COLUMN "binding_constraint"."contingency" IS 'What is assumed to be lost, as printed; empty for the base case or where none is printed.';
COMMENT ON COLUMN "binding_constraint"."constraint_name" IS 'Name of the constraint, as printed.';
COMMENT ON COLUMN "binding_constraint"."shadow_price_per_mwh" IS 'What another megawatt over the constraint is worth, with the publisher''s sign. [currency/MWh]';
COMMENT ON COLUMN "binding_constraint"."limit_mw" IS 'Limit in the direction of the flow; null where none is told. [MW]';
COMMENT ON COLUMN "binding_constraint"."flow_mw" IS 'Flow; positive is import, or the named direction of an internal interface. [MW]';
COMMENT ON COLUMN "binding_constraint"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "binding_constraint"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "binding_constraint_history" (
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
    "constraint_id" TEXT NOT NULL,
    "contingency" TEXT NOT NULL,
    "constraint_name" TEXT,
    "shadow_price_per_mwh" DOUBLE PRECISION,
    "limit_mw" DOUBLE PRECISION,
    "flow_mw" DOUBLE PRECISION,
    "currency" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "binding_constraint_history_sequence" ON "binding_constraint_history" USING brin (row_sequence);
COMMENT ON TABLE "binding_constraint_history" IS 'Every row of binding_constraint as it was stored.';
COMMENT ON COLUMN "binding_constraint_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "binding_constraint_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "binding_constraint_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "binding_constraint_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "binding_constraint_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "binding_constraint_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "binding_constraint_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "binding_constraint_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "binding_constraint_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "binding_constraint_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "binding_constraint_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "binding_constraint_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "binding_constraint_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "binding_constraint_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "binding_constraint_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "binding_constraint_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "binding_constraint_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "binding_constraint_history"."market" IS 'DAM, RT5, RT15, RTH, HASP, ...';
COMMENT ON COLUMN "binding_constraint_history"."constraint_id" IS 'The publisher''s id of the constraint, as printed.';
COMMENT ON COLUMN "binding_constraint_history"."contingency" IS 'What is assumed to be lost, as printed; empty for the base case or where none is printed.';
COMMENT ON COLUMN "binding_constraint_history"."constraint_name" IS 'Name of the constraint, as printed.';
COMMENT ON COLUMN "binding_constraint_history"."shadow_price_per_mwh" IS 'What another megawatt over the constraint is worth, with the publisher''s sign. [currency/MWh]';
COMMENT ON COLUMN "binding_constraint_history"."limit_mw" IS 'Limit in the direction of the flow; null where none is told. [MW]';
COMMENT ON COLUMN "binding_constraint_history"."flow_mw" IS 'Flow; positive is import, or the named direction of an internal interface. [MW]';
COMMENT ON COLUMN "binding_constraint_history"."currency" IS 'ISO 4217 code of the price.';
COMMENT ON COLUMN "binding_constraint_history"."row_sequence" IS 'Commit of the lake that stored this row.';
