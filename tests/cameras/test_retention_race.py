"""A hold and a disposal at the same moment, and a disposer that is killed: never half of anything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from cameras import disposal, evidence, holds
from cameras.models import CustodyEvent, Disposal, LegalHold
from tests import journeys
from tests.cameras.ending import LATER, closed, ended, rules
from tests.cameras.factories import AT, detected, hikvision

__all__ = ["ended"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def due(ended):
    """Return a detection whose time is over, and who may hold it."""
    place = journeys.world()
    rules("case")
    return closed(ended, detected(place.red_light_camera, hikvision())), place.leader.user


class Meanwhile:
    """Something done in a thread of its own, with a connection of its own."""

    def __init__(self, act) -> None:
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(act,))
        self._thread.start()

    def _run(self, act) -> None:
        try:
            act()
        except Exception as fault:
            self.fault = fault
        finally:
            connection.close()

    def end(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()


def test_a_hold_placed_at_the_last_moment_wins(due):
    detection, leader = due
    placed = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            holds.place_hold(detection.pk, by_user=leader, reason="mẫu", at=AT)
            placed.set()
            time.sleep(0.6)  # not committed yet: the disposer has to wait for it

    other = Meanwhile(hold)
    assert placed.wait(30)
    assert disposal.dispose(at=LATER) == {}
    other.end()
    assert other.fault is None
    assert LegalHold.objects.count() == 1
    assert not Disposal.objects.exists()
    assert evidence.store().exists(detection.delivery.kept_sha256)


def test_a_hold_that_comes_a_moment_too_late_is_refused_in_words(due, monkeypatch):
    detection, leader = due
    weighing, note = threading.Event(), disposal._note

    def slowly(*given):
        weighing.set()
        time.sleep(0.6)
        return note(*given)

    monkeypatch.setattr(disposal, "_note", slowly)
    other = Meanwhile(lambda: disposal.dispose(at=LATER))
    assert weighing.wait(30)
    with pytest.raises(holds.Refused):
        holds.place_hold(detection.pk, by_user=leader, reason="mẫu", at=AT)
    other.end()
    assert other.fault is None
    assert not LegalHold.objects.exists()
    assert not evidence.store().exists(detection.delivery.kept_sha256)


KILLED_AFTER_ITS_COMMIT = """
import os, signal, sys
from datetime import date, datetime
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
settings.STORAGES = settings.STORAGES | {
    "evidence": {"BACKEND": "config.storage.ContentFolder", "OPTIONS": {"location": sys.argv[2]}}
}
from cameras import disposal, retention
from cameras.retention import Ended
at = datetime.fromisoformat(sys.argv[3])
retention._holders[:] = [lambda ids, _at: {pk: Ended("case", date(2026, 10, 12)) for pk in ids}]
disposal._remove = lambda sha256: os.kill(os.getpid(), signal.SIGKILL)
disposal.dispose(at=at)
"""


def test_a_disposer_killed_between_commit_and_removal_leaves_work_that_is_finished(due):
    detection, _leader = due
    body = detection.delivery.kept_sha256
    folder = settings.STORAGES["evidence"]["OPTIONS"]["location"]
    at = LATER.replace(year=LATER.year + 1)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            KILLED_AFTER_ITS_COMMIT,
            connection.settings_dict["NAME"],
            folder,
            at.isoformat(),
        ],
        cwd=Path(settings.BASE_DIR),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert CustodyEvent.objects.filter(action="disposed", object_sha256=body).count() == 1
    assert evidence.store().exists(body)
    assert disposal.finish_removals(at=at) == 1
    assert not evidence.store().exists(body)
    with pytest.raises(evidence.EvidenceDisposed):
        evidence.read_file(detection.evidence.get(position=1))
