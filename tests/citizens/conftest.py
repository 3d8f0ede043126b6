"""What the tests of the public pages share: a world with a stopped clock, and a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests import journeys
from tests.citizens.visits import NOW


@pytest.fixture
def clock(monkeypatch) -> Callable[[datetime], None]:
    """Stop the clock at NOW; call the fixture to set it to another moment."""
    set_to = [NOW]
    monkeypatch.setattr(timezone, "now", lambda: set_to[0])

    def turn(moment: datetime) -> None:
        set_to[0] = moment

    return turn


@pytest.fixture
def place(db, clock) -> journeys.World:
    """Return the units, people, cameras and law that cases need, under a stopped clock."""
    return journeys.world()


@pytest.fixture
def browser() -> Client:
    """Return a browser that reads English, so that tests speak the language of the code."""
    return english()


def english() -> Client:
    """Return one more such browser."""
    return Client(headers={"accept-language": "en"})
