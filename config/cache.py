"""Django's cache in an UNLOGGED PostgreSQL table with expiry: limits shared by every process.

Rate limits and single-use marks must hold across all web processes and must not vanish because a
table grew (Django's DatabaseCache culls at 300 rows). They may be lost in a crash of the server.
"""

import pickle
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

# Values are written by this program alone, under the runtime role; pickle is what Django's own
# database cache uses.


class UnloggedTableCache(BaseCache):
    """Keep keys in ``location``: (key text, value bytea, expires_at timestamptz)."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.table = connection.ops.quote_name(location)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a live value, or ``default``."""
        row = self._one(
            f"SELECT value FROM {self.table} WHERE key = %s"
            " AND (expires_at IS NULL OR expires_at > now())",
            [self._key(key, version)],
        )
        return default if row is None else pickle.loads(bytes(row[0]))

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Store a value, replacing what was there."""
        self._run(
            f"INSERT INTO {self.table} (key, value, expires_at) VALUES (%s, %s, {self._expiry})"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value,"
            " expires_at = excluded.expires_at",
            [self._key(key, version), pickle.dumps(value), self._seconds(timeout)],
        )

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store a value unless a live one is there; of two racing callers one gets True."""
        row = self._one(
            f"INSERT INTO {self.table} AS kept (key, value, expires_at)"
            f" VALUES (%s, %s, {self._expiry})"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value,"
            " expires_at = excluded.expires_at WHERE kept.expires_at <= now()"
            " RETURNING 1",
            [self._key(key, version), pickle.dumps(value), self._seconds(timeout)],
        )
        return row is not None

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a counter under its row lock. Raises ValueError when it does not exist."""
        from django.db import transaction

        made = self._key(key, version)
        with transaction.atomic():
            row = self._one(
                f"SELECT value FROM {self.table} WHERE key = %s"
                " AND (expires_at IS NULL OR expires_at > now()) FOR UPDATE",
                [made],
            )
            if row is None:
                raise ValueError(f"no counter {key!r}")
            total = int(pickle.loads(bytes(row[0]))) + delta
            self._run(
                f"UPDATE {self.table} SET value = %s WHERE key = %s",
                [pickle.dumps(total), made],
            )
        return total

    def touch(
        self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Give a live value a new expiry."""
        row = self._one(
            f"UPDATE {self.table} SET expires_at = {self._expiry} WHERE key = %s"
            " AND (expires_at IS NULL OR expires_at > now()) RETURNING 1",
            [self._seconds(timeout), self._key(key, version)],
        )
        return row is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove a value."""
        row = self._one(
            f"DELETE FROM {self.table} WHERE key = %s RETURNING 1", [self._key(key, version)]
        )
        return row is not None

    def clear(self) -> None:
        """Remove everything."""
        self._run(f"DELETE FROM {self.table}", [])

    def forget_expired(self) -> int:
        """Remove what has expired; returns how many rows. Called by a sweep, never by a reader."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.table} WHERE expires_at <= now()")
            return int(cursor.rowcount)

    _expiry = "now() + make_interval(secs => %s)"

    def _key(self, key: str, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def _seconds(self, timeout: Any) -> float | None:
        moment = self.get_backend_timeout(timeout)
        return None if moment is None else max(0.0, moment - time.time())

    def _run(self, sql: str, parameters: list[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    def _one(self, sql: str, parameters: list[Any]) -> tuple[Any, ...] | None:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
