"""Verdicts: under which token, undone by whom and how often, final once, whoever dies meanwhile.

Processes are real and are killed with SIGKILL; they end before or after a commit, never in a mock.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as portal
from django.db import connection

from tests.journeys import World, acting, case_at, world
from tests.violations.reviewing import (
    AT,
    OTHER_TAB,
    always,
    decided,
    final,
    known_case,
    taken,
    verdict,
    verified_and_drawn,
)
from violations import quality, review, review_flags
from violations.guards import Refused
from violations.models import CaseEvent, Lease, Officer, ReviewDecision, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SECOND = timedelta(seconds=1)


@pytest.fixture
def place() -> World:
    return world()


def test_what_was_looked_at_is_kept_with_the_verdict(place: World) -> None:
    case = case_at("detected", place)
    lease = taken(place.reviewer)[0]
    asked = verdict(
        case,
        plate_confirmed=True,
        viewing={"frames": [{"sha256": "a", "ms": 900, "zoom": 4}], "tones": ["night"]},
        flags=("plate_doubtful",),
        session_hash="f" * 64,
        portal_version="2ec9f2c",
    )
    made = review.decide(case.pk, lease.token, asked, by=acting(place.reviewer), at=AT)
    made.refresh_from_db()
    assert made.viewing["frames"][0]["zoom"] == 4
    assert (made.flags, made.plate_confirmed) == (["plate_doubtful"], True)
    assert (made.session_hash, made.portal_version) == ("f" * 64, "2ec9f2c")


def test_verdicts_are_undone_newest_first_five_at_most_and_from_any_page(place: World) -> None:
    for _ in range(6):
        case_at("detected", place, pictures=1)
    made = [decided(place.reviewer, at=AT + number * SECOND) for number in range(6)]
    now = AT + 6 * SECOND
    by = acting(place.reviewer)
    assert [each.pk for each in review.undoable(by, at=now)] == [
        each.pk for each in reversed(made[1:])
    ]
    for each in review.undoable(by, at=now)[:2]:  # each asked by a request of its own
        review.undo(each.pk, by=acting(place.reviewer), at=now, tab=OTHER_TAB)
    held = taken(place.reviewer, now, tab=OTHER_TAB, ahead=1)
    assert [lease.case_id for lease in held] == [made[4].case_id, made[5].case_id]
    assert [each.pk for each in review.undoable(by, at=AT + 11 * SECOND)] == [
        made[3].pk,
        made[2].pk,
    ]


def test_undo_pressed_twice_is_one_undo_and_another_officer_undoes_nothing(place: World) -> None:
    case_at("detected", place)
    made = decided(place.reviewer)
    with pytest.raises(ReviewDecision.DoesNotExist):
        review.undo(made.pk, by=acting(place.second_reviewer), at=AT)
    by = acting(place.reviewer)
    review.undo(made.pk, by=by, at=AT)
    token = Lease.objects.get().token
    assert review.undo(made.pk, by=by, at=AT).state == "undone"
    assert Lease.objects.get().token == token


def test_undo_brings_its_case_before_the_one_on_the_screen(place: World) -> None:
    for _ in range(3):
        case_at("detected", place, pictures=1)
    made = decided(place.reviewer, ahead=2)
    on_screen = taken(place.reviewer)[0]
    review.undo(made.pk, by=acting(place.reviewer), at=AT)
    shown, *behind = taken(place.reviewer)
    assert shown.case_id == made.case_id
    assert on_screen.token in {lease.token for lease in behind}, "what was there only moves behind"


def test_a_token_that_was_spent_decides_nothing_twice(place: World) -> None:
    case = case_at("detected", place)
    lease = taken(place.reviewer)[0]
    by = acting(place.reviewer)
    first = review.decide(case.pk, lease.token, verdict(case), by=by, at=AT)
    again = review.decide(case.pk, lease.token, verdict(case, "reject"), by=by, at=AT)
    assert (again.pk, again.choice) == (first.pk, "verify")
    with pytest.raises(Refused):
        review.decide(case.pk, lease.token, verdict(case), by=acting(place.second_reviewer), at=AT)
    assert ReviewDecision.objects.count() == 1


def test_a_blocking_flag_refuses_when_the_verdict_takes_effect(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flags are another module's; here one that blocks stands for them all."""
    case = case_at("detected", place)
    flag = review_flags.Flag(
        "cloned", "Copied plate", "The owner reported this plate.", blocks=True
    )
    monkeypatch.setattr(review, "flags_of", lambda *_args, **_more: [flag])
    made = decided(place.reviewer)
    assert not review.finalise(made.pk, at=made.effective_at)
    made.refresh_from_db()
    assert (made.state, made.refusal) == ("refused", "Copied plate The owner reported this plate.")
    assert made.settled_at == made.effective_at
    assert Violation.objects.get(pk=case.pk).status == "detected"
    assert final(place.reviewer, "reject", AT + timedelta(minutes=1)).state == "final"


@pytest.mark.parametrize("role", ["second", "known"])
def test_a_look_that_is_not_the_first_never_acts_on_its_case(
    role: str, place: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REVIEW_SAMPLING = {"known": 1000}
    case = (verified_and_drawn(place) if role == "second" else known_case(place)).case
    answered = []
    for name in ("answer_blind_look", "answer_known_case"):
        monkeypatch.setattr(
            quality, name, lambda made, *, at, name=name: answered.append((name, made.role))
        )
    row = Violation.objects.filter(pk=case.pk).values().get()
    events = CaseEvent.objects.count()
    for choice in ("verify", "reject"):
        made = final(place.second_reviewer, choice, draw=always)
        assert made.role == role
        ReviewDecision.objects.filter(pk=made.pk).update(state="undone")
    assert {each[1] for each in answered} == {role}
    assert Violation.objects.filter(pk=case.pk).values().get() == row
    assert CaseEvent.objects.count() == events


def test_a_fault_of_ours_in_one_verdict_stops_none_behind_it(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        case_at("detected", place, pictures=1)
    bad, good = decided(place.reviewer), decided(place.reviewer, at=AT + SECOND)
    flags_of = review.flags_of

    def fails(case: Violation, **more: Any) -> list[review_flags.Flag]:
        if case.pk == bad.case_id:
            raise ZeroDivisionError
        return flags_of(case, **more)

    monkeypatch.setattr(review, "flags_of", fails)
    assert review.finalise_due(at=AT + 20 * SECOND) == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == ("pending", "final")


ACT = """
import sys, time, uuid, django
from datetime import datetime
django.setup()
from django.db import transaction
from tests.journeys import acting
from tests.violations.reviewing import TAB, decided, never
from violations import review
from violations.models import Officer
what, officer, review_id, at = sys.argv[1:]
person, at = Officer.objects.get(pk=officer), datetime.fromisoformat(at)
if what == "decide":
    decided(person, at=at)
    print("done", flush=True)
    time.sleep(60)
with transaction.atomic():
    if what == "undo":
        review.undo(int(review_id), by=acting(person), at=at)
    else:
        assert review.finalise(int(review_id), at=at)
    print("done", flush=True)
    time.sleep(60)
"""


@contextmanager
def killed_in(what: str, person: Officer, review_id: int, at: datetime) -> Iterator[None]:
    """Let another process act up to just before its commit (after it, for ``decide``) and kill it.

    The block runs while that process still holds its locks.
    """
    address = f"{portal.DATABASE_URL.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}"
    process = subprocess.Popen(
        [sys.executable, "-c", ACT, what, str(person.pk), str(review_id), at.isoformat()],
        cwd=portal.BASE_DIR,
        env=os.environ
        | {
            "DATABASE_URL": address,
            "DATABASE_OWNER_URL": address,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None
    try:
        said = process.stdout.readline()
        assert said == "done\n", process.stderr.read()
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_of_an_undo_leaves_the_verdict_to_be_undone_or_final(
    place: World,
) -> None:
    for _ in range(2):
        case_at("detected", place, pictures=1)
    kept, undone = decided(place.reviewer, "reject"), decided(place.reviewer, "reject")
    for made in (kept, undone):
        with killed_in("undo", place.reviewer, made.pk, AT + SECOND):
            made.refresh_from_db()
            assert made.state == "pending", "nothing is seen of it before its commit"
            assert not Lease.objects.filter(case=made.case_id).exists()
    by = acting(place.reviewer)
    assert {each.pk for each in review.undoable(by, at=AT + SECOND)} == {kept.pk, undone.pk}
    review.undo(undone.pk, by=by, at=AT + SECOND)
    assert finalised_by_two_sweeps_at_once(AT + 11 * SECOND) == 1
    assert Violation.objects.get(pk=kept.case_id).status == "rejected"
    assert Violation.objects.get(pk=undone.case_id).status == "detected"


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_after_deciding_leaves_a_verdict_that_becomes_final_once(
    place: World,
) -> None:
    case = case_at("detected", place, pictures=1)
    with killed_in("decide", place.reviewer, 0, AT):
        made = ReviewDecision.objects.get()
    assert made.case_id == case.pk
    assert finalised_by_two_sweeps_at_once(AT + 12 * SECOND) == 1
    assert CaseEvent.objects.filter(case=case, step="verify").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_while_a_verdict_takes_effect_leaves_it_pending(place: World) -> None:
    case = case_at("detected", place, pictures=1)
    made = decided(place.reviewer, "reject")
    with killed_in("finalise", place.reviewer, made.pk, AT + 11 * SECOND):
        assert Violation.objects.get(pk=case.pk).status == "detected"
    made.refresh_from_db()
    assert made.state == "pending"
    assert finalised_by_two_sweeps_at_once(AT + 12 * SECOND) == 1
    assert CaseEvent.objects.filter(case=case, step="reject").count() == 1


def finalised_by_two_sweeps_at_once(at: datetime) -> int:
    def sweep(_: int) -> int:
        try:
            return review.finalise_due(at=at)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(sweep, range(2)))
