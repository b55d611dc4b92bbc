BEGIN TRANSACTION;
CREATE TABLE attempts (
	report VARCHAR NOT NULL, 
	start_us BIGINT NOT NULL, 
	end_us BIGINT NOT NULL, 
	day VARCHAR, 
	tries INTEGER NOT NULL, 
	first_us BIGINT NOT NULL, 
	last_us BIGINT NOT NULL, 
	next_us BIGINT, 
	error VARCHAR, 
	cause VARCHAR, 
	text VARCHAR, 
	PRIMARY KEY (report, start_us, end_us)
);
CREATE TABLE claims (
	report VARCHAR NOT NULL, 
	start_us BIGINT NOT NULL, 
	end_us BIGINT NOT NULL, 
	day VARCHAR, 
	holder VARCHAR NOT NULL, 
	fence BIGINT NOT NULL, 
	expires_us BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, lease_us BIGINT, 
	PRIMARY KEY (report, start_us, end_us)
);
INSERT INTO "claims" VALUES('nyiso:P-58B',1772514000000000,1772600400000000,'2026-03-03','elsewhere/1/x',1,1772517900000000,1,NULL);
CREATE TABLE commits (
	sequence BIGINT NOT NULL, 
	at_us BIGINT NOT NULL, 
	kind VARCHAR NOT NULL, 
	report VARCHAR, 
	run VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, who VARCHAR, token VARCHAR, 
	PRIMARY KEY (sequence)
);
INSERT INTO "commits" VALUES(1,1772517600000000,'contract',NULL,'','0.1.0',NULL,NULL);
INSERT INTO "commits" VALUES(2,1772517600000000,'collect','nyiso:P-58B','r1','0.1.0',NULL,NULL);
INSERT INTO "commits" VALUES(3,1772517600000000,'check','nyiso:P-58B','r2','0.1.0',NULL,NULL);
CREATE TABLE contracts (
	feed VARCHAR NOT NULL, 
	sequence BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (feed, sequence)
);
INSERT INTO "contracts" VALUES('iso.rt.load.nyiso',1,'{"dataset": "load", "key": ["area_id"], "prints": [["final", 2]], "reports": ["nyiso:P-58B"]}');
CREATE TABLE counters (
	name VARCHAR NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('entry',5);
INSERT INTO "counters" VALUES('fence',1);
CREATE TABLE days (
	report VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	feed VARCHAR NOT NULL, 
	expected BIGINT, 
	received BIGINT NOT NULL, 
	extras BIGINT NOT NULL, 
	high_us BIGINT, 
	hole_us BIGINT, 
	sequence BIGINT NOT NULL, 
	PRIMARY KEY (report, day)
);
INSERT INTO "days" VALUES('nyiso:P-58B','2026-03-02','iso.rt.load.nyiso',3168,3168,0,1772517600000000,1772427600000000,2);
CREATE TABLE entries (
	entry_id BIGINT NOT NULL, 
	observation_id BIGINT NOT NULL, 
	report VARCHAR NOT NULL, 
	start_us BIGINT NOT NULL, 
	end_us BIGINT NOT NULL, 
	day VARCHAR, 
	state VARCHAR NOT NULL, 
	origin VARCHAR NOT NULL, 
	recipe VARCHAR NOT NULL, 
	fetched_at_us BIGINT NOT NULL, 
	payload_sha256 VARCHAR, 
	member VARCHAR, 
	content_sha256 VARCHAR, 
	known_at_us BIGINT, 
	known_basis VARCHAR, 
	cover_start_us BIGINT, 
	cover_end_us BIGINT, 
	url TEXT, 
	bytes BIGINT NOT NULL, 
	rows_read INTEGER NOT NULL, 
	rows_new INTEGER NOT NULL, 
	rows_revised INTEGER NOT NULL, 
	rows_unchanged INTEGER NOT NULL, 
	rows_duplicate INTEGER NOT NULL, 
	rows_conflicting INTEGER NOT NULL, 
	rows_rejected INTEGER NOT NULL, 
	rows_gone INTEGER NOT NULL, 
	rows_same INTEGER NOT NULL, 
	rows_aside INTEGER NOT NULL, 
	error VARCHAR, 
	cause VARCHAR, 
	text TEXT, 
	retry_at_us BIGINT, 
	sequence BIGINT NOT NULL, 
	superseded_sequence BIGINT, 
	run VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	PRIMARY KEY (entry_id)
);
INSERT INTO "entries" VALUES(1,1,'nyiso:P-58B',1772427600000000,1772514000000000,'2026-03-02','completed','collect','1-x',1772517660000000,'0000000000000000000000000000000000000000000000000000000000000001',NULL,'0000000000000000000000000000000000000000000000000000000000000001',1772517600000000,'fetched',1772427600000000,1772513700000000,NULL,0,2,2,0,0,0,0,0,0,0,0,NULL,NULL,NULL,NULL,2,NULL,'','');
INSERT INTO "entries" VALUES(2,2,'nyiso:P-58B',1772427600000000,1772514000000000,'2026-03-02','completed','collect','1-x',1772517720000000,'0000000000000000000000000000000000000000000000000000000000000002',NULL,'0000000000000000000000000000000000000000000000000000000000000002',1772517600000000,'fetched',1772427600000000,1772513700000000,NULL,0,3,1,0,0,0,0,2,0,0,0,NULL,NULL,NULL,NULL,2,NULL,'','');
INSERT INTO "entries" VALUES(3,3,'nyiso:P-58B',1772427600000000,1772514000000000,'2026-03-02','failed','collect','1-x',1772517780000000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,0,0,0,'Unreachable','fetch_failed','no route',NULL,3,NULL,'','');
CREATE TABLE forgotten (
	report VARCHAR NOT NULL, 
	error VARCHAR NOT NULL, 
	entries BIGINT NOT NULL, 
	first_us BIGINT NOT NULL, 
	last_us BIGINT NOT NULL, 
	PRIMARY KEY (report, error)
);
CREATE TABLE gaps (
	feed VARCHAR NOT NULL, 
	report VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	start_us BIGINT NOT NULL, 
	end_us BIGINT NOT NULL, 
	cause VARCHAR NOT NULL, 
	missing BIGINT NOT NULL, 
	sequence BIGINT NOT NULL
);
INSERT INTO "gaps" VALUES('iso.rt.load.nyiso','nyiso:P-58B','2026-03-02',1772427600000000,1772427900000000,'late_upstream',11,2);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('format','5');
INSERT INTO "meta" VALUES('identity','4e097f7165904501ba228f561f9b7149');
CREATE TABLE parts (
	sha256 VARCHAR NOT NULL, 
	sequence BIGINT NOT NULL, 
	path VARCHAR NOT NULL, 
	dataset VARCHAR NOT NULL, 
	feed VARCHAR NOT NULL, 
	report VARCHAR NOT NULL, 
	rows BIGINT NOT NULL, 
	bytes BIGINT NOT NULL, 
	merged BOOLEAN NOT NULL, 
	stamp_min_us BIGINT NOT NULL, 
	stamp_max_us BIGINT NOT NULL, 
	known_min_us BIGINT NOT NULL, 
	known_max_us BIGINT NOT NULL, 
	day VARCHAR, 
	replaced_sequence BIGINT, 
	replaced_at_us BIGINT, 
	level INTEGER DEFAULT '0' NOT NULL, 
	single BOOLEAN DEFAULT 0 NOT NULL, 
	bounds TEXT, 
	PRIMARY KEY (sha256, sequence)
);
INSERT INTO "parts" VALUES('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',2,'load/iso.rt.load.nyiso/202603/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.parquet','load','iso.rt.load.nyiso','nyiso:P-58B',2,100,0,1772517600000000,1772521200000000,1772517600000000,1772517600000000,'2026-03-02',NULL,NULL,0,0,NULL);
INSERT INTO "parts" VALUES('bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',2,'load/iso.rt.load.nyiso/202603/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.parquet','load','iso.rt.load.nyiso','nyiso:P-58B',2,100,1,1772517600000000,1772521200000000,1772517600000000,1772517600000000,'2026-03-02',NULL,NULL,1,0,NULL);
CREATE TABLE rejections (
	entry_id BIGINT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	source_row BIGINT NOT NULL, 
	"column" VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	reason VARCHAR NOT NULL, 
	PRIMARY KEY (entry_id, ordinal)
);
INSERT INTO "rejections" VALUES(2,0,4,'Load','n/a','unreadable');
CREATE TABLE reports (
	report VARCHAR NOT NULL, 
	sequence BIGINT NOT NULL, 
	entries BIGINT NOT NULL, 
	rows BIGINT NOT NULL, 
	rejected BIGINT NOT NULL, 
	last_fetch_us BIGINT, 
	last_new_us BIGINT, 
	stamp_max_us BIGINT, 
	failed_entry BIGINT, 
	PRIMARY KEY (report)
);
INSERT INTO "reports" VALUES('nyiso:P-58B',3,3,3,2,1772517720000000,1772517720000000,1772513700000000,3);
CREATE TABLE unread (
	entry_id BIGINT NOT NULL, 
	ordinal INTEGER NOT NULL, 
	stamp_us BIGINT, 
	"key" VARCHAR, 
	PRIMARY KEY (entry_id, ordinal)
);
CREATE TABLE verdicts (
	entry_id BIGINT NOT NULL, 
	until_sequence BIGINT NOT NULL, 
	state VARCHAR NOT NULL, 
	error VARCHAR, 
	cause VARCHAR, 
	text VARCHAR, 
	rows_read INTEGER NOT NULL, 
	rows_new INTEGER NOT NULL, 
	rows_revised INTEGER NOT NULL, 
	rows_unchanged INTEGER NOT NULL, 
	rows_duplicate INTEGER NOT NULL, 
	rows_conflicting INTEGER NOT NULL, 
	rows_rejected INTEGER NOT NULL, 
	rows_gone INTEGER NOT NULL, 
	rows_same INTEGER NOT NULL, 
	rows_aside INTEGER NOT NULL, 
	PRIMARY KEY (entry_id, until_sequence)
);
CREATE TABLE watermarks (
	feed VARCHAR NOT NULL, 
	report VARCHAR NOT NULL, 
	high_us BIGINT, 
	contiguous_us BIGINT, 
	sequence BIGINT NOT NULL, 
	PRIMARY KEY (feed, report)
);
INSERT INTO "watermarks" VALUES('iso.rt.load.nyiso','nyiso:P-58B',1772517600000000,NULL,2);
CREATE INDEX entries_by_window ON entries (report, start_us, end_us);
CREATE INDEX entries_by_content ON entries (content_sha256);
CREATE INDEX entries_by_cover ON entries (report, cover_start_us, cover_end_us);
CREATE INDEX entries_by_slice ON entries (report, day, entry_id);
CREATE INDEX parts_by_stamp ON parts (feed, stamp_min_us, stamp_max_us);
CREATE INDEX parts_by_day ON parts (report, day);
CREATE INDEX gaps_by_day ON gaps (report, day);
CREATE INDEX gaps_by_feed ON gaps (feed, start_us);
CREATE INDEX entries_barren ON entries (fetched_at_us) WHERE state = 'failed' AND payload_sha256 IS NULL AND content_sha256 IS NULL AND rows_read = 0;
COMMIT;
