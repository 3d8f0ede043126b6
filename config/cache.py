"""Django's cache in an UNLOGGED PostgreSQL table with expiry: limits shared by every process.

Rate limits and single-use marks must hold across all web processes and must not vanish because a
table grew (Django's DatabaseCache culls at 300 rows). They may be lost in a crash of the server.
Values are JSON: nothing that is read back can run code. The table is made by citizens/0003.
"""

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

LIVE = "(expires_at IS NULL OR expires_at > now())"
GET_MANY = f"SELECT key, value FROM portal_cache WHERE key = ANY(%s) AND {LIVE}"  # noqa: S608  # constants only
GET = f"SELECT value FROM portal_cache WHERE key = %s AND {LIVE}"  # noqa: S608  # constants only
SET = """
    INSERT INTO portal_cache (key, value, expires_at)
    VALUES (%s, %s, now() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
ADD = """
    INSERT INTO portal_cache AS kept (key, value, expires_at)
    VALUES (%s, %s, now() + make_interval(secs => %s))
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
        WHERE kept.expires_at <= now()
    RETURNING 1
"""
INCREMENT = f"""
    UPDATE portal_cache SET value = to_jsonb(value::bigint + %s)
    WHERE key = %s AND {LIVE} RETURNING value
"""  # noqa: S608  # constants only
# Rows are locked in the order of their keys: two counters of the same things never wait for each
# other in a circle.
COUNT = """
    INSERT INTO portal_cache AS kept (key, value, expires_at)
    SELECT key, '1'::jsonb, now() + make_interval(secs => seconds)
    FROM unnest(%s::text[], %s::float8[]) AS asked (key, seconds) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        value = CASE WHEN kept.expires_at <= now() THEN '1'::jsonb
            ELSE to_jsonb(kept.value::bigint + 1) END,
        expires_at = CASE WHEN kept.expires_at <= now() THEN excluded.expires_at
            ELSE kept.expires_at END
    RETURNING key, value
"""
TOUCH = f"""
    UPDATE portal_cache SET expires_at = now() + make_interval(secs => %s)
    WHERE key = %s AND {LIVE} RETURNING 1
"""  # noqa: S608  # constants only


class UnloggedTableCache(BaseCache):
    """Keep JSON values by key; every write is one statement, so two racing writers cannot mix."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return a live value, or ``default``."""
        row = _one(GET, [self._key(key, version)])
        return default if row is None else _value(row[0])

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Return the live values of several keys, read by one statement."""
        asked = {self._key(key, version): key for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(GET_MANY, [list(asked)])
            return {asked[key]: _value(value) for key, value in cursor.fetchall()}

    def count_up(self, seconds: Mapping[str, float], version: int | None = None) -> dict[str, int]:
        """Add one to each of several counters by one statement, and return what they say now.

        ``seconds`` is how long a counter lives that begins now; one that runs keeps its end.
        """
        asked = {self._key(key, version): key for key in seconds}
        keys = sorted(asked)
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [keys, [float(seconds[asked[key]]) for key in keys]])
            return {asked[key]: int(_value(value)) for key, value in cursor.fetchall()}

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Store a value, replacing what was there."""
        parameters = [self._key(key, version), json.dumps(value), self._seconds(timeout)]
        with connection.cursor() as cursor:
            cursor.execute(SET, parameters)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Store a value unless a live one is there; of two racing callers one gets True."""
        parameters = [self._key(key, version), json.dumps(value), self._seconds(timeout)]
        return _one(ADD, parameters) is not None

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a live counter in one statement. Raises ValueError when there is none."""
        row = _one(INCREMENT, [delta, self._key(key, version)])
        if row is None:
            raise ValueError(f"no counter {key!r}")
        return int(_value(row[0]))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a live value a new expiry."""
        return _one(TOUCH, [self._seconds(timeout), self._key(key, version)]) is not None

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove a value."""
        removed = _one(
            "DELETE FROM portal_cache WHERE key = %s RETURNING 1", [self._key(key, version)]
        )
        return removed is not None

    def clear(self) -> None:
        """Remove everything."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM portal_cache")

    def forget_expired(self) -> int:
        """Remove what has expired; returns how many rows. Called by a sweep, never by a reader."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM portal_cache WHERE expires_at <= now()")
            return int(cursor.rowcount)

    def _key(self, key: str, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def _seconds(self, timeout: Any) -> float | None:
        """Return seconds from now; NULL makes the sum NULL, which means for ever."""
        moment = self.get_backend_timeout(timeout)
        return None if moment is None else max(0.0, moment - time.time())


def _value(stored: Any) -> Any:
    """Read a jsonb column: Django's connections hand it over as text."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _one(sql: str, parameters: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
