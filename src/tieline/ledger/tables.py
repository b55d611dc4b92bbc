"""The ledger's tables. Instants are whole microseconds since 1970 in UTC, on every database."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

METADATA = MetaData()

META = Table(
    "meta",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

COMMITS = Table(
    "commits",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("report", String),
    Column("run", String, nullable=False),
    Column("version", String, nullable=False),
)

REPORTS = Table(
    "reports",
    METADATA,
    Column("report", String, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("last_fetch_us", BigInteger),
    Column("last_new_us", BigInteger),
    Column("stamp_max_us", BigInteger),
    Column("failed_entry", BigInteger),
)

ENTRIES = Table(
    "entries",
    METADATA,
    Column("entry_id", BigInteger, primary_key=True, autoincrement=False),
    Column("observation_id", BigInteger, nullable=False),
    Column("report", String, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("day", String),
    Column("state", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("recipe", String, nullable=False),
    Column("fetched_at_us", BigInteger, nullable=False),
    Column("payload_sha256", String),
    Column("member", String),
    Column("content_sha256", String),
    Column("known_at_us", BigInteger),
    Column("known_basis", String),
    Column("cover_start_us", BigInteger),
    Column("cover_end_us", BigInteger),
    Column("url", Text),
    Column("bytes", BigInteger, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("rows_new", Integer, nullable=False),
    Column("rows_revised", Integer, nullable=False),
    Column("rows_unchanged", Integer, nullable=False),
    Column("rows_duplicate", Integer, nullable=False),
    Column("rows_conflicting", Integer, nullable=False),
    Column("rows_rejected", Integer, nullable=False),
    Column("rows_gone", Integer, nullable=False),
    Column("rows_same", Integer, nullable=False),
    Column("rows_aside", Integer, nullable=False),
    Column("error", String),
    Column("cause", String),
    Column("text", Text),
    Column("retry_at_us", BigInteger),
    Column("sequence", BigInteger, nullable=False),
    Column("superseded_sequence", BigInteger),
    Column("run", String, nullable=False),
    Column("version", String, nullable=False),
    Index("entries_by_slice", "report", "day", "entry_id"),
    Index("entries_by_window", "report", "start_us", "end_us"),
    Index("entries_by_cover", "report", "cover_start_us", "cover_end_us"),
    Index("entries_by_content", "content_sha256"),
)

CLAIMS = Table(
    "claims",
    METADATA,
    Column("report", String, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("day", String),
    Column("holder", String, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    PrimaryKeyConstraint("report", "start_us", "end_us"),
)

PARTS = Table(
    "parts",
    METADATA,
    Column("sha256", String, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("path", String, nullable=False),
    Column("dataset", String, nullable=False),
    Column("feed", String, nullable=False),
    Column("report", String, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("stamp_min_us", BigInteger, nullable=False),
    Column("stamp_max_us", BigInteger, nullable=False),
    Column("known_min_us", BigInteger, nullable=False),
    Column("known_max_us", BigInteger, nullable=False),
    Column("day", String),
    Column("replaced_sequence", BigInteger),
    Column("replaced_at_us", BigInteger),
    Column("level", Integer, nullable=False, server_default="0"),
    Column("single", Boolean, nullable=False, server_default=false()),
    Column("bounds", Text),
    PrimaryKeyConstraint("sha256", "sequence"),
    Index("parts_by_stamp", "feed", "stamp_min_us", "stamp_max_us"),
    Index("parts_by_day", "report", "day"),
)

CONTRACTS = Table(
    "contracts",
    METADATA,
    Column("feed", String, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("feed", "sequence"),
)

GAPS = Table(
    "gaps",
    METADATA,
    Column("feed", String, nullable=False),
    Column("report", String, nullable=False),
    Column("day", String, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("cause", String, nullable=False),
    Column("missing", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("gaps_by_day", "report", "day"),
    Index("gaps_by_feed", "feed", "start_us"),
)

DAYS = Table(
    "days",
    METADATA,
    Column("report", String, nullable=False),
    Column("day", String, nullable=False),
    Column("feed", String, nullable=False),
    Column("expected", BigInteger),
    Column("received", BigInteger, nullable=False),
    Column("extras", BigInteger, nullable=False),
    Column("high_us", BigInteger),
    Column("hole_us", BigInteger),
    Column("sequence", BigInteger, nullable=False),
    PrimaryKeyConstraint("report", "day"),
)

WATERMARKS = Table(
    "watermarks",
    METADATA,
    Column("feed", String, nullable=False),
    Column("report", String, nullable=False),
    Column("high_us", BigInteger),
    Column("contiguous_us", BigInteger),
    Column("sequence", BigInteger, nullable=False),
    PrimaryKeyConstraint("feed", "report"),
)

REJECTIONS = Table(
    "rejections",
    METADATA,
    Column("entry_id", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("source_row", BigInteger, nullable=False),
    Column("column", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", String, nullable=False),
    PrimaryKeyConstraint("entry_id", "ordinal"),
)
