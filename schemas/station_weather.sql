CREATE TABLE "station_weather" (
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
    "value" DOUBLE PRECISION,
    "unit" TEXT
);
COMMENT ON TABLE "station_weather" IS 'Observed weather by station: temperature_max, temperature_min, wet_bulb_max, wet_bulb_min of a day, whose stamp is the day''s first instant.';
COMMENT ON COLUMN "station_weather"."publisher" IS 'Who sends: nyiso, isone, miso, ...';
COMMENT ON COLUMN "station_weather"."feed" IS 'Id of the feed, family.market.what.publisher.';
COMMENT ON COLUMN "station_weather"."report" IS 'Which way of publishing this row came by, publisher:REPORT.';
COMMENT ON COLUMN "station_weather"."print" IS 'How settled the publisher calls it: advisory, preliminary or final.';
COMMENT ON COLUMN "station_weather"."state" IS 'live, or gone: the publisher took it back.';
COMMENT ON COLUMN "station_weather"."resolution" IS 'Regular length of the interval (PT5M, PT1H); null is irregular.';
COMMENT ON COLUMN "station_weather"."stamp_utc" IS 'The instant that the publisher printed, as it is labelled. [UTC]';
COMMENT ON COLUMN "station_weather"."interval_start_utc" IS 'Start of the interval that the value holds for. [UTC]';
COMMENT ON COLUMN "station_weather"."interval_end_utc" IS 'End of the interval, not included; equal to the start for an instant. [UTC]';
COMMENT ON COLUMN "station_weather"."market_day" IS 'The day in the publisher''s market zone.';
COMMENT ON COLUMN "station_weather"."known_at_utc" IS 'When anyone could know this row. [UTC]';
COMMENT ON COLUMN "station_weather"."known_basis" IS 'Ground of known_at_utc: published, modified or fetched; assumed where that was asked for.';
COMMENT ON COLUMN "station_weather"."entry_id" IS 'The ledger''s entry of the observation.';
COMMENT ON COLUMN "station_weather"."source_row" IS 'Line of the file, the header being line 1; null for a withdrawal.';
COMMENT ON COLUMN "station_weather"."station_id" IS 'The publisher''s id of the weather station, as printed.';
COMMENT ON COLUMN "station_weather"."variable" IS 'What of the weather, in tieline''s words.';
COMMENT ON COLUMN "station_weather"."value" IS 'The number, in `unit`. [as `unit` says]';
COMMENT ON COLUMN "station_weather"."unit" IS 'Unit of the value.';
