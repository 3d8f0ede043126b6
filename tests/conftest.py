"""Fixtures at the deepest layer: a database as the owner made it, units, officers, law, cases."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection

from tests import sharing
from violations.law_loading import load_calendar, load_catalogue
from violations.roles import establish_roles

HISTORY_TRIGGERS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE %s"


UNBLOCK = pytest.StashKey[Callable[[], AbstractContextManager[None]]]()
EMPTIED = pytest.StashKey[bool]()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n auto`` starts: one a core, within what the server bears."""
    asked = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS")
    return int(asked) if asked else min(len(os.sched_getaffinity(0)), sharing.MOST_WORKERS)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.ByModule:
    """Share the tests by module, whatever ``--dist`` says: they are made for that."""
    return sharing.ByModule(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-django has put those that empty the tables last
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Hand out the slowest modules first where several workers share the tests."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: sharing.turn(item.nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Put the law and the roles back after a test that emptied the tables.

    One process runs such tests last; a worker goes on with other modules after them.
    """
    config, empties = item.config, _empties_the_tables(item)
    if config.stash.get(EMPTIED, False) and not empties:
        config.stash[EMPTIED] = False
        with config.stash[UNBLOCK]():
            _lay_down_the_law()
    done = yield
    if empties:
        config.stash[EMPTIED] = UNBLOCK in config.stash
    return done


def _empties_the_tables(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    if mark and mark.kwargs.get("transaction"):
        return True
    return not {"transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", []))


def _lay_down_the_law() -> None:
    load_catalogue()
    load_calendar()
    establish_roles()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> None:
    """Let pytest-django empty tables between transactional tests, in the test database only.

    The triggers that refuse TRUNCATE stay in place everywhere else; a test turns one on again and
    sees it refuse.
    """
    request.config.stash[UNBLOCK] = django_db_blocker.unblock
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(HISTORY_TRIGGERS, ["%_is_not_emptied"])
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        # The law and the roles stand before any test, as they do in the portal; ``world()`` makes
        # them again in a transactional test that finds the tables emptied.
        _lay_down_the_law()


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
