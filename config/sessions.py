"""Sessions in the database, written down once and by one statement.

Django's own store asks whether a new key is taken, writes an empty row for it and changes that row
at the end of the request, each inside a transaction: seven trips to the database for a citizen who
opens a case. A key of 160 random bits needs no asking, the primary key would refuse a second one,
and the row can wait until the answer is ready.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection, router

KEY_BYTES = 20
WRITE = """
    INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)
"""
# The answer does not wait for the disk: a crash of the server may cost the sessions of its last
# half second, whose people sign in, or type their code, once more.
WRITE_SOON = """
    INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT %s, %s, %s FROM set_config('synchronous_commit', 'off', true)
"""


class SessionStore(DatabaseStore):
    """A session that is written when the request ends, under the key it then has."""

    _is_new = False

    def _get_new_session_key(self) -> str:
        return secrets.token_hex(KEY_BYTES)

    def create(self) -> None:
        """Take a new key; the row follows with ``save``."""
        self._session_key = self._get_new_session_key()
        self._session_cache: dict[str, Any] = {}
        self._is_new = True
        self.modified = True

    def cycle_key(self) -> None:
        """Keep the data under a new key; the old one opens nothing from now on."""
        data, former = self._session, self.session_key
        is_stored = former is not None and not self._is_new
        self.create()
        self._session_cache = data
        if is_stored:
            self.delete(former)

    def save(self, must_create: bool = False) -> None:
        """Write the session down. Raises UpdateError when it was ended meanwhile."""
        if self.session_key is None:
            data = self._get_session(no_load=True)
            self.create()
            self._session_cache = data
        if not (self._is_new or must_create):
            self._change()
            return
        row = self.create_model_instance(self._get_session(no_load=must_create))
        # Inside somebody's transaction the choice would be made for all of it.
        statement = WRITE if connection.in_atomic_block else WRITE_SOON
        with connection.cursor() as cursor:
            cursor.execute(statement, [row.session_key, row.session_data, row.expire_date])
        self._is_new = False

    def _change(self) -> None:
        row = self.create_model_instance(self._get_session())
        changed = (
            self.model.objects.using(router.db_for_write(self.model))
            .filter(pk=row.session_key)
            .update(session_data=row.session_data, expire_date=row.expire_date)
        )
        if not changed:
            raise UpdateError
