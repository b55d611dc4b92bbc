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
    Table,
    and_,
    false,
    literal_column,
)

from tieline.ledger.words import Words

METADATA = MetaData()

COUNTED = (
    "read",
    "new",
    "revised",
    "unchanged",
    "duplicate",
    "conflicting",
    "rejected",
    "gone",
    "same",
    "aside",
)
"""What is counted of an entry's rows, in columns `rows_...`."""

META = Table(
    "meta",
    METADATA,
    Column("key", Words, primary_key=True),
    Column("value", Words, nullable=False),
)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

COMMITS = Table(
    "commits",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", Words, nullable=False),
    Column("report", Words),
    Column("run", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("who", Words),
    Column("token", Words),
)

REPORTS = Table(
    "reports",
    METADATA,
    Column("report", Words, primary_key=True),
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
    Column("report", Words, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("day", Words),
    Column("state", Words, nullable=False),
    Column("origin", Words, nullable=False),
    Column("recipe", Words, nullable=False),
    Column("fetched_at_us", BigInteger, nullable=False),
    Column("payload_sha256", Words),
    Column("member", Words),
    Column("content_sha256", Words),
    Column("known_at_us", BigInteger),
    Column("known_basis", Words),
    Column("cover_start_us", BigInteger),
    Column("cover_end_us", BigInteger),
    Column("url", Words),
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
    Column("error", Words),
    Column("cause", Words),
    Column("text", Words),
    Column("retry_at_us", BigInteger),
    Column("sequence", BigInteger, nullable=False),
    Column("superseded_sequence", BigInteger),
    Column("run", Words, nullable=False),
    Column("version", Words, nullable=False),
    Index("entries_by_slice", "report", "day", "entry_id"),
    Index("entries_by_window", "report", "start_us", "end_us"),
    Index("entries_by_cover", "report", "cover_start_us", "cover_end_us"),
    Index("entries_by_content", "content_sha256"),
)

ENTRIES_BY_SEQUENCE = Index("entries_by_sequence", ENTRIES.c.sequence)

BARREN = and_(
    ENTRIES.c.state == literal_column("'failed'"),
    ENTRIES.c.payload_sha256.is_(None),
    ENTRIES.c.content_sha256.is_(None),
    ENTRIES.c.rows_read == literal_column("0"),
)
"""Attempts that brought neither bytes nor rows."""

BARREN_ENTRIES = Index(
    "entries_barren", ENTRIES.c.fetched_at_us, sqlite_where=BARREN, postgresql_where=BARREN
)

VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("entry_id", BigInteger, nullable=False),
    Column("until_sequence", BigInteger, nullable=False),
    Column("state", Words, nullable=False),
    Column("error", Words),
    Column("cause", Words),
    Column("text", Words),
    *(Column(f"rows_{name}", Integer, nullable=False) for name in COUNTED),
    PrimaryKeyConstraint("entry_id", "until_sequence"),
)
"""What an entry's verdict was before the commit `until_sequence` changed it."""

VERDICTS_BY_SEQUENCE = Index("verdicts_by_sequence", VERDICTS.c.until_sequence)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("report", Words, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("day", Words),
    Column("tries", Integer, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("next_us", BigInteger),
    Column("error", Words),
    Column("cause", Words),
    Column("text", Words),
    PrimaryKeyConstraint("report", "start_us", "end_us"),
)

FORGOTTEN = Table(
    "forgotten",
    METADATA,
    Column("report", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("report", "error"),
)

CLAIMS = Table(
    "claims",
    METADATA,
    Column("report", Words, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("day", Words),
    Column("holder", Words, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_us", BigInteger, nullable=False),
    Column("lease_us", BigInteger),
    Column("attempts", Integer, nullable=False),
    PrimaryKeyConstraint("report", "start_us", "end_us"),
)

PARTS = Table(
    "parts",
    METADATA,
    Column("sha256", Words, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("path", Words, nullable=False),
    Column("dataset", Words, nullable=False),
    Column("feed", Words, nullable=False),
    Column("report", Words, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("merged", Boolean, nullable=False),
    Column("stamp_min_us", BigInteger, nullable=False),
    Column("stamp_max_us", BigInteger, nullable=False),
    Column("known_min_us", BigInteger, nullable=False),
    Column("known_max_us", BigInteger, nullable=False),
    Column("day", Words),
    Column("replaced_sequence", BigInteger),
    Column("replaced_at_us", BigInteger),
    Column("level", Integer, nullable=False, server_default="0"),
    Column("single", Boolean, nullable=False, server_default=false()),
    Column("bounds", Words),
    PrimaryKeyConstraint("sha256", "sequence"),
    Index("parts_by_stamp", "feed", "stamp_min_us", "stamp_max_us"),
    Index("parts_by_day", "report", "day"),
)

CONTRACTS = Table(
    "contracts",
    METADATA,
    Column("feed", Words, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("body", Words, nullable=False),
    PrimaryKeyConstraint("feed", "sequence"),
)

GAPS = Table(
    "gaps",
    METADATA,
    Column("feed", Words, nullable=False),
    Column("report", Words, nullable=False),
    Column("day", Words, nullable=False),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger, nullable=False),
    Column("cause", Words, nullable=False),
    Column("missing", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("gaps_by_day", "report", "day"),
    Index("gaps_by_feed", "feed", "start_us"),
)

DAYS = Table(
    "days",
    METADATA,
    Column("report", Words, nullable=False),
    Column("day", Words, nullable=False),
    Column("feed", Words, nullable=False),
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
    Column("feed", Words, nullable=False),
    Column("report", Words, nullable=False),
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
    Column("column", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("reason", Words, nullable=False),
    PrimaryKeyConstraint("entry_id", "ordinal"),
)

UNREAD = Table(
    "unread",
    METADATA,
    Column("entry_id", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("stamp_us", BigInteger),
    Column("key", Words),
    PrimaryKeyConstraint("entry_id", "ordinal"),
)
"""Which places of a grid unreadable rows speak of; `key` is a JSON list of texts."""
