"""Two dispatchers at once: within its lease, no message is taken by both.

The second test takes the lease away and sees messages taken again, which proves that the first can
fail.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.journeys import START, case_at, world
from violations import dispatch
from violations.models import AgencyMessage

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]

LATE = START + timedelta(days=30)


def claims_of_four_threads() -> list[int]:
    """Return every claim made by four dispatchers that look at the same moment, ten times each."""
    place = world()
    for _case in range(6):
        case_at("notified", place)
    barrier = threading.Barrier(4)
    taken: list[int] = []

    def take() -> None:
        try:
            for _turn in range(10):
                barrier.wait(timeout=20)
                message = dispatch.claim(at=LATE)
                if message is not None:
                    taken.append(message.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return taken


def test_four_dispatchers_take_each_message_once() -> None:
    taken = claims_of_four_threads()
    assert sorted(taken) == sorted(AgencyMessage.objects.values_list("pk", flat=True))
    assert set(AgencyMessage.objects.values_list("attempts", flat=True)) == {1}


def test_without_the_lease_the_same_race_takes_messages_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "LEASE", timedelta(0))
    taken = claims_of_four_threads()
    assert len(taken) > len(set(taken))
