"""A scratch database and data folder for one run of the whole portal."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

from tests.scratch import drop_database


def database_name() -> str:
    """Return the scratch database's name; two runs that name their test databases never meet."""
    suffix = settings.DATABASES["default"]["TEST"]["NAME"].removeprefix("test_")
    return f"test_browser_{suffix}"


@contextmanager
def scratch_database() -> Iterator[tuple[str, str]]:
    """Make an empty database and drop it afterwards; yields the owner's and the runtime's address.

    One that an interrupted run left behind is dropped first.
    """
    name = database_name()
    server = settings.DATABASE_OWNER_URL, settings.DATABASE_RUNTIME_URL
    drop_database(*server, name)
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    owner_url, runtime_url = (f"{url.rsplit('/', 1)[0]}/{name}" for url in server)
    try:
        yield owner_url, runtime_url
    finally:
        drop_database(*server, name)


def environment(owner_url: str, runtime_url: str, data: Path, undo_seconds: int) -> dict[str, str]:
    """Return the environment of a portal of its own: real settings, scratch data, new secrets."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PORTAL_DATABASE_ROLE", "CELERY_BROKER_URL", "PORTAL_ORIGIN")
    }
    return kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": runtime_url,
        "DATABASE_OWNER_URL": owner_url,
        "PORTAL_DATA_DIR": str(data),
        "REVIEW_UNDO_SECONDS": str(undo_seconds),
        "PYTHONUNBUFFERED": "1",
    }
