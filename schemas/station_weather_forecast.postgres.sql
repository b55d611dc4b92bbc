CREATE TABLE IF NOT EXISTS "station_weather_forecast" (
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
    "station_id" TEXT NOT NULL,
    "variable" TEXT NOT NULL,
    "vintage_utc" TIMESTAMPTZ NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT,
    "issued_at_utc" TIMESTAMPTZ,
    "issued_basis" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE UNIQUE INDEX IF NOT EXISTS "station_weather_forecast_identity" ON "station_weather_forecast" ("feed", "station_id", "variable", "vintage_utc", "stamp_utc") NULLS NOT DISTINCT;
COMMENT ON TABLE "station_weather_forecast" IS 'Forecast weather by station and vintage, in the variables of `station_weather`.';
COMMENT ON COLUMN "station_weather_forecast"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "station_weather_forecast"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "station_weather_forecast"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "station_weather_forecast"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "station_weather_forecast"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "station_weather_forecast"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "station_weather_forecast"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "station_weather_forecast"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "station_weather_forecast"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "station_weather_forecast"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "station_weather_forecast"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "station_weather_forecast"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "station_weather_forecast"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "station_weather_forecast"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "station_weather_forecast"."station_id" IS 'The publisher''s id of the weather station, as printed.';
COMMENT ON COLUMN "station_weather_forecast"."variable" IS 'What of the weather, in tieline''s words.';
COMMENT ON COLUMN "station_weather_forecast"."vintage_utc" IS 'What the publisher calls one forecast: the file''s day or the printed issue time. [UTC]';
COMMENT ON COLUMN "station_weather_forecast"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "station_weather_forecast"."unit" IS 'Unit of the value.';
COMMENT ON COLUMN "station_weather_forecast"."issued_at_utc" IS 'When the forecast was issued. [UTC]';
COMMENT ON COLUMN "station_weather_forecast"."issued_basis" IS 'Ground of issued_at_utc: published, modified or fetched.';
COMMENT ON COLUMN "station_weather_forecast"."row_sequence" IS 'Commit of the lake that stored this row.';
CREATE TABLE IF NOT EXISTS "station_weather_forecast_history" (
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
    "station_id" TEXT NOT NULL,
    "variable" TEXT NOT NULL,
    "vintage_utc" TIMESTAMPTZ NOT NULL,
    "value" DOUBLE PRECISION,
    "unit" TEXT,
    "issued_at_utc" TIMESTAMPTZ,
    "issued_basis" TEXT,
    "row_sequence" BIGINT NOT NULL
) PARTITION BY RANGE (stamp_utc);
CREATE INDEX IF NOT EXISTS "station_weather_forecast_history_sequence" ON "station_weather_forecast_history" USING brin (row_sequence);
COMMENT ON TABLE "station_weather_forecast_history" IS 'Every row of station_weather_forecast as it was stored.';
COMMENT ON COLUMN "station_weather_forecast_history"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "station_weather_forecast_history"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "station_weather_forecast_history"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "station_weather_forecast_history"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "station_weather_forecast_history"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "station_weather_forecast_history"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "station_weather_forecast_history"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "station_weather_forecast_history"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "station_weather_forecast_history"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "station_weather_forecast_history"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "station_weather_forecast_history"."observation_id" IS 'First entry of this observation, over all recipes.';
COMMENT ON COLUMN "station_weather_forecast_history"."fetched_at_utc" IS 'When we had the bytes. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."content_sha256" IS 'SHA-256 of the document the row stands in.';
COMMENT ON COLUMN "station_weather_forecast_history"."station_id" IS 'The publisher''s id of the weather station, as printed.';
COMMENT ON COLUMN "station_weather_forecast_history"."variable" IS 'What of the weather, in tieline''s words.';
COMMENT ON COLUMN "station_weather_forecast_history"."vintage_utc" IS 'What the publisher calls one forecast: the file''s day or the printed issue time. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "station_weather_forecast_history"."unit" IS 'Unit of the value.';
COMMENT ON COLUMN "station_weather_forecast_history"."issued_at_utc" IS 'When the forecast was issued. [UTC]';
COMMENT ON COLUMN "station_weather_forecast_history"."issued_basis" IS 'Ground of issued_at_utc: published, modified or fetched.';
COMMENT ON COLUMN "station_weather_forecast_history"."row_sequence" IS 'Commit of the lake that stored this row.';
