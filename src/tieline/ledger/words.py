"""Text as every database takes it and sorts it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, String, TypeDecorator
from sqlalchemy.types import TypeEngine


class Words(TypeDecorator[str]):
    """Text that PostgreSQL and SQLite keep and order alike.

    Publishers' bytes and error texts can hold what a database refuses: NUL characters and halves of
    surrogate pairs; each becomes U+FFFD. Order is that of the characters' numbers, whatever the server's locale.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(collation=collation))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or (value.isascii() and "\x00" not in value):
            return value
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return whole.replace("\x00", "\ufffd")
