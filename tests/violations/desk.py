"""What the tests of the officers' pages share: signing in with a second factor, and a still clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import is_mfa_enabled
from django.test import Client
from django.utils import timezone

from tests.journeys import START, World, world
from violations.models import Officer

NOW = START + timedelta(hours=6)  # Monday 12/10/2026 14:00 in Viet Nam


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the pages' clock at ``NOW``; calling it with a moment sets it."""

    def put(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    put(NOW)
    return put


@pytest.fixture
def place(db: None, clock: Callable[[datetime], None]) -> World:
    """Make units, staff, cameras and law."""
    return world()


def signed_in(officer: Officer, **defaults: Any) -> Client:
    """Return a browser of an officer who has a second factor."""
    if not is_mfa_enabled(officer.user):
        TOTP.activate(officer.user, generate_totp_secret())
    client = Client(**defaults)
    client.force_login(officer.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def texts(response: Any) -> list[str]:
    """Return the messages a page shows."""
    return [str(message) for message in response.context["messages"]]


__all__ = ["NOW", "clock", "place", "signed_in", "texts"]
