"""Eight officers at once over sixty cases, with stalls, vanished tabs, undo and two sweeps.

Their clock runs six hundred times as fast as ours, so that leases run out within the test. The last
test takes the row lock away and sees the same race go wrong, which proves that the first can fail.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.journeys import acting, case_at, officer, world
from tests.violations.reviewing import AT, never, verdict
from violations import review, review_candidates, review_queue, review_taking
from violations.guards import Refused
from violations.models import CaseEvent, Lease, Officer, ReviewDecision, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]

OFFICERS, CASES, FASTER, LONGEST = 8, 60, 600, 90


@dataclass
class Hold:
    """From when to when an officer believed to hold a case, by the portal's own answers."""

    case: uuid.UUID
    officer: int
    since: datetime
    until: datetime


@dataclass
class Shift:
    """What eight officers did, and every fault that met one of them."""

    holds: list[Hold] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return AT + timedelta(seconds=(time.monotonic() - self.began) * FASTER)

    @property
    def is_over(self) -> bool:
        return time.monotonic() - self.began > LONGEST or bool(self.faults)

    def overlaps(self) -> list[tuple[Hold, Hold]]:
        """Return the pairs of officers who held one case at one moment."""
        return [
            (one, other)
            for one in self.holds
            for other in self.holds
            if one.case == other.case
            and one.officer < other.officer
            and one.since < other.until
            and other.since < one.until
        ]


def work(shift: Shift, person: Officer, seed: int) -> None:
    """Decide until nothing is left; now and then stall, lose the tab, undo, or press twice."""
    dice, by, tab = random.Random(seed), acting(person), uuid.uuid4()
    while not shift.is_over:
        at = shift.now()
        leases = review_queue.take(by, tab=tab, at=at, draw=never)
        mine = [Hold(lease.case_id, person.pk, at, lease.expires_at) for lease in leases]
        shift.holds += mine
        if not leases:
            if not Violation.objects.filter(status="detected").exists():
                return
            time.sleep(0.01)
            continue
        chance = dice.random()
        if chance < 0.1:
            tab = uuid.uuid4()  # the browser is gone; the next one takes over
            shift.happened["vanished"] += 1
            continue
        if chance < 0.2:
            time.sleep(650 / FASTER)
            shift.happened["stalled"] += 1
        _decide(shift, by, leases[0], mine[0], dice)
        for hold in mine[1:]:
            hold.until = min(hold.until, hold.since)  # asked again by the next take


def _decide(shift: Shift, by: Any, lease: Lease, hold: Hold, dice: random.Random) -> None:
    at = shift.now()
    try:
        made = review.decide(
            lease.case_id, lease.token, verdict(lease.case, "reject"), by=by, at=at
        )
    except Refused:
        shift.happened["fenced"] += 1
        return
    hold.until = min(hold.until, at)
    shift.happened["decided"] += 1
    if dice.random() < 0.2:
        again = verdict(lease.case, "reject")
        assert review.decide(lease.case_id, lease.token, again, by=by, at=at).pk == made.pk
    if dice.random() < 0.15:
        try:
            review.undo(made.pk, by=by, at=shift.now())
            shift.happened["undone"] += 1
        except Refused:
            shift.happened["too late"] += 1


def sweep(shift: Shift, done: threading.Event) -> None:
    while not done.is_set():
        shift.happened["final"] += review.finalise_due(at=shift.now())
        time.sleep(0.005)


def worked_shift(people: list[Officer]) -> Shift:
    """Let everybody work at once, with two sweeps beside them."""
    shift, done = Shift(), threading.Event()
    together = threading.Barrier(len(people))

    def run(act: Any, *arguments: Any) -> None:
        try:
            act(*arguments)
        except Exception as fault:  # each kind is counted
            shift.faults.append(f"{type(fault).__name__}: {fault}"[:200])
        finally:
            connection.close()

    def start(person: Officer, seed: int) -> None:
        together.wait(timeout=20)
        work(shift, person, seed)

    sweeps = [threading.Thread(target=run, args=(sweep, shift, done)) for _ in range(2)]
    threads = [
        threading.Thread(target=run, args=(start, person, seed))
        for seed, person in enumerate(people)
    ]
    for thread in (*sweeps, *threads):
        thread.start()
    for thread in threads:
        thread.join(timeout=LONGEST + 30)
    time.sleep(0.1)
    done.set()
    for thread in sweeps:
        thread.join(timeout=30)
    review.finalise_due(at=shift.now() + timedelta(minutes=1))
    return shift


def staffed(cases: int) -> list[Officer]:
    place = world()
    for _ in range(cases):
        case_at("detected", place, pictures=1)
    return [
        officer(f"duyet{number}", f"Cán bộ {number}", "Reviewing officer", place.unit)
        for number in range(OFFICERS)
    ]


def test_no_case_is_held_twice_or_decided_twice_and_nobody_meets_a_deadlock(settings: Any) -> None:
    settings.REVIEW_UNDO_SECONDS = 180  # 0.3 seconds of ours
    shift = worked_shift(staffed(CASES))
    assert shift.faults == []
    assert shift.overlaps() == []
    assert set(Violation.objects.values_list("status", flat=True)) == {"rejected"}
    finals = ReviewDecision.objects.filter(state="final").values_list("case_id", flat=True)
    assert len(finals) == len(set(finals)) == CASES
    assert CaseEvent.objects.filter(step="reject").count() == CASES
    assert not ReviewDecision.objects.filter(state="pending").exists()
    assert min(shift.happened[what] for what in ("vanished", "stalled", "fenced", "undone")) > 0, (
        shift.happened
    )


def test_without_the_row_lock_the_same_race_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes what another takes at this moment meets the database's own constraint instead."""

    lock = review_candidates.LOCK_FIRST_LOOKS
    unlocked = lock.replace("FOR UPDATE OF c SKIP LOCKED", "")
    slow = review_taking.WRITE.replace("FROM standing WHERE", "FROM standing, pg_sleep(0.02) WHERE")
    heedless = slow.replace("ON CONFLICT (case_id) DO NOTHING", "")
    assert unlocked != lock and heedless != slow != review_taking.WRITE
    monkeypatch.setattr(review_candidates, "LOCK_FIRST_LOOKS", unlocked)
    monkeypatch.setattr(review_taking, "WRITE", heedless)
    assert worked_shift(staffed(12)).faults
