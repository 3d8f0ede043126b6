"""What the tests of the public pages share: a world, a browser, a clock, the bank's signature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import journeys

NOW = journeys.START + timedelta(days=5)  # Saturday 17/10/2026: after service, before the last day


@pytest.fixture
def place(db) -> journeys.World:
    """Return the units, people, cameras and law that cases need."""
    return journeys.world()


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Callable[[datetime], None]:
    """Stop the clock at NOW; call the fixture to set it."""
    set_to = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: set_to[0])

    def turn(moment: datetime) -> None:
        set_to[0] = moment

    return turn


@pytest.fixture
def browser() -> Client:
    """Return a browser that reads English, so that tests speak the language of the code."""
    return Client(headers={"accept-language": "en"})
