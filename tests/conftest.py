"""Fixtures at the deepest layer: a database as the owner made it, units, officers, law, cases."""

from __future__ import annotations

import pytest
from django.db import connection

from violations.law_loading import load_calendar, load_catalogue
from violations.roles import establish_roles

HISTORY_TRIGGERS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE %s"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Let pytest-django empty tables between transactional tests, in the test database only.

    The triggers that refuse TRUNCATE stay in place everywhere else; a test turns one on again and
    sees it refuse.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(HISTORY_TRIGGERS, ["%_is_not_emptied"])
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        # The law and the roles stand before any test, as they do in the portal; ``world()`` makes
        # them again after a transactional test has emptied the tables.
        load_catalogue()
        load_calendar()
        establish_roles()


@pytest.fixture(scope="session")
def signing_keys_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Keys are made once for all tests; which are in use is a matter of each test's rows."""
    return str(tmp_path_factory.mktemp("signing"))


@pytest.fixture(autouse=True)
def _files_in_a_temporary_folder(settings, tmp_path, signing_keys_folder):  # type: ignore[no-untyped-def]
    """Keep evidence and papers of a test apart."""
    settings.SIGNING_KEYS_DIR = signing_keys_folder
    settings.STORAGES = settings.STORAGES | {
        name: {
            "BACKEND": "config.storage.ContentFolder",
            "OPTIONS": {"location": str(tmp_path / name)},
        }
        for name in ("evidence", "papers")
    }
    settings.INTAKE_SPOOL_DIR = str(tmp_path / "spool")
    settings.INTAKE_DISK_FLOOR = 1
