"""Four threads open one paper at one moment: it is received once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from notices import sending
from tests.citizens.electronic import EMAIL, SIGNED, decided, sent, ways
from tests.journeys import world
from tests.notices.message_catcher import BOTH_WAYS
from violations.electronic_delivery import open_online
from violations.models import Decision

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Any) -> list[Any]:
    barrier = threading.Barrier(len(acts))
    results: list[Any] = []

    def run(act: Any) -> None:
        try:
            barrier.wait(timeout=20)
            results.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(results) == len(acts), "a thread broke off"
    return results


def test_four_openings_serve_once(settings: Any) -> None:
    settings.MESSAGES = BOTH_WAYS
    paper = decided(world(), email=EMAIL)
    sent(paper)
    results = at_once(*[lambda: open_online(paper.pk, proof="mã một lần", at=SIGNED)] * 4)
    assert sorted(results) == [False, False, False, True]
    assert paper.events.filter(what="opened").count() == 1
    assert Decision.objects.get(notice=paper).case.events.filter(step="serve_decision").count() == 1


def test_an_opening_and_a_bounce_at_one_moment_leave_one_truth(settings: Any) -> None:
    """Whichever comes first: never a letter for a paper that was received before it began."""
    settings.MESSAGES = BOTH_WAYS
    paper = decided(world(), email=EMAIL)
    sent(paper)
    mail = paper.deliveries.get(route="email").pk
    opened, bounced = "opened", "bounced"
    at_once(
        lambda: (opened, open_online(paper.pk, proof="mã một lần", at=SIGNED)),
        lambda: (bounced, sending.record_bounce(mail, "SMTP 550", at=SIGNED)),
    )
    assert ways(paper)["account"] == "opened"
    assert ways(paper).get("post") in (None, "called_off")
