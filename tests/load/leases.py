"""Forty officers at once empty a queue: lease, decide, stall, lose the tab; nothing is held twice.

``LEASES_CASES`` (10,000) copies of one real case wait; ``LEASES_OFFICERS`` (40) work in processes
of ten threads. In 3 % of the cases one stalls beyond his lease, in 5 % the tab vanishes without a
word; leases last three seconds longer than anybody thinks. One more process makes verdicts final,
as the worker does. Between two leases each officer runs the bare baseline on the same table at the
same moment: SELECT … FOR UPDATE SKIP LOCKED of the oldest waiting case, in a transaction of its own.

Two parts, told apart in the figures. ``thinking``: for ``LEASES_THINKING_SECONDS`` (120) each
officer thinks two to six seconds a case, as fast as people decide; of this the goal speaks.
``closed_loop``: nobody thinks at all, until all cases are decided; this finds overlaps and double
decisions, and says what the machine can do. ``bare_meets_goal`` says whether even the bare
statement stayed below the goal: where it did not, the machine was too small or too busy to tell.

``LEASES_DATABASE`` names a database that is there already, say one filled by ``manage.py
load_bulk``: its cases are decided then, up to ``LEASES_CASES``, and its officers stay behind.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.load.rounds import _percentile
from tests.load.sweep import _id, _rows
from tests.scratch import ScratchPortal, quick_world

CASES = int(os.environ.get("LEASES_CASES", "10000"))
OFFICERS = int(os.environ.get("LEASES_OFFICERS", "40"))
THINKING_SECONDS = int(os.environ.get("LEASES_THINKING_SECONDS", "120"))
THINK_MS, NO_THOUGHT = (2_000, 6_000), (0, 0)
GOAL_MS = 20
DATABASE = os.environ.get("LEASES_DATABASE", "")
IN_A_PROCESS = 10
LEASE_SECONDS, UNDO_SECONDS = 3, 1
DRAIN_SECONDS = 120  # for verdicts still pending when all is decided
STALLS, VANISHES = 0.03, 0.05

Think = tuple[int, int]  # at least and at most, ms
Hold = tuple[str, int, datetime, datetime]  # case, officer, from, until


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the times of a lease and of the baseline, overlaps, double decisions and faults."""
    from django.conf import settings
    from django.db import connections

    from violations.models import ReviewDecision

    settings.REVIEW_UNDO_SECONDS = UNDO_SECONDS
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0)
    if DATABASE:
        connections["default"].settings_dict["NAME"] = DATABASE
        people = _officers(_busiest_unit())
    else:
        people = _officers(_filled(portal))
    before = _doubles()
    thinking = _part(people, _waiting(), THINK_MS, THINKING_SECONDS)
    closed = _part(people, _waiting(), NO_THOUGHT, 0)
    return {
        "officers": OFFICERS,
        "goal_ms": GOAL_MS,
        "thinking": thinking,
        "closed_loop": closed,
        "overlaps": thinking["overlaps"] + closed["overlaps"],
        "double_decisions": _doubles() - before,
        "left_pending": ReviewDecision.objects.filter(state="pending").count(),
    }


def _part(people: Sequence[Any], waiting: int, think: Think, seconds: int) -> dict[str, Any]:
    """Let the officers work until so many cases are decided, or for so many seconds if not 0."""
    from django.conf import settings
    from django.db import connections

    settings.REVIEW_LEASE_SECONDS = settings.REVIEW_AHEAD_SECONDS = LEASE_SECONDS + think[1] // 1000
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    answers: Any = forked.Queue()
    over = forked.Event()
    left = forked.Value("i", min(CASES, waiting))
    until = time.monotonic() + seconds if seconds else 0.0
    sweeper = forked.Process(target=_sweep, args=(over,))
    groups = [people[i : i + IN_A_PROCESS] for i in range(0, len(people), IN_A_PROCESS)]
    workers = [
        forked.Process(target=_group, args=(group, left, answers, think, until)) for group in groups
    ]
    began = time.monotonic()
    for process in (sweeper, *workers):
        process.start()
    parts = [answers.get() for _ in workers]
    passed = time.monotonic() - began
    for process in workers:
        process.join()
    over.set()
    sweeper.join()
    return _figures(parts, passed, think) | {"cases_waiting": waiting}


def _figures(parts: Sequence[dict[str, Any]], seconds: float, think: Think) -> dict[str, Any]:
    times: dict[str, list[float]] = defaultdict(list)
    happened: Counter[str] = Counter()
    holds: list[Hold] = []
    faults: list[str] = []
    for part in parts:
        for name, values in part["times"].items():
            times[name] += values
        happened.update(part["happened"])
        holds += part["holds"]
        faults += part["faults"]
    figures: dict[str, Any] = {
        name: {
            f"p{percent}_ms": round(_percentile(values, percent) * 1000, 2)
            for percent in (50, 95, 99)
        }
        for name, values in sorted(times.items())
    }
    of_both = {
        f"p{percent}": round(
            _percentile(times["lease"], percent) / _percentile(times["bare"], percent), 2
        )
        for percent in (50, 99)
    }
    return figures | {
        "think_ms": list(think),
        "seconds": round(seconds, 1),
        "leases": len(times["lease"]),
        "leases_a_second": round(len(times["lease"]) / seconds, 1),
        "load": round(os.getloadavg()[0], 1),
        "happened": dict(happened),
        "lease_to_bare": of_both,
        "meets_goal": figures["lease"]["p99_ms"] < GOAL_MS,
        "bare_meets_goal": figures["bare"]["p99_ms"] < GOAL_MS,
        "overlaps": _overlaps(holds),
        "faults": faults[:5],
    }


def _overlaps(holds: Sequence[Hold]) -> int:
    """Count the moments at which a case began to be held while another officer still held it."""
    by_case: dict[str, list[Hold]] = defaultdict(list)
    for hold in holds:
        by_case[hold[0]].append(hold)
    found = 0
    for held in by_case.values():
        held.sort(key=lambda hold: hold[2])
        found += sum(
            one[1] != other[1] and other[2] < one[3]
            for number, one in enumerate(held)
            for other in held[number + 1 :]
        )
    return found


def _group(people: Sequence[Any], left: Any, answers: Any, think: Think, until: float) -> None:
    """Let some officers work in this process, each in a thread, and hand in what they saw."""
    seen: dict[str, Any] = {
        "times": {"lease": [], "decide": [], "bare": []},
        "happened": Counter(),
        "holds": [],
        "faults": [],
    }

    def run(person: Any) -> None:
        from django.db import connection

        try:
            _work(person, left, seen, think, until)
        except Exception as fault:  # told, not raised: the others work on
            seen["faults"].append(f"{type(fault).__name__}: {fault}"[:200])
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(seen)


def _work(person: Any, left: Any, seen: dict[str, Any], think: Think, until: float) -> None:
    from django.utils import timezone

    from tests.journeys import acting
    from violations import review, review_queue
    from violations.guards import Refused

    dice, by, tab = random.Random(person.pk), acting(person), uuid.uuid4()
    held: dict[str, Hold] = {}
    time.sleep(dice.random() * think[1] / 1000)
    while left.value > 0 and not 0 < until < time.monotonic():
        _timed(seen, "bare", _bare, person.unit_id)
        at = timezone.now()
        leases = _timed(seen, "lease", review_queue.take, by, tab=tab, at=at)
        # Held from when the answer came: asked for before another's lease ran out, a case may be
        # given after it did, where the machine is slow to answer.
        came = timezone.now()
        for lease in leases:
            _note(held, seen, (str(lease.case_id), person.pk, came, lease.expires_at))
        if not leases:
            time.sleep(0.2)
            continue
        thought = dice.randint(*think)
        time.sleep(thought / 1000)
        chance = dice.random()
        if chance < VANISHES:
            tab = uuid.uuid4()
            seen["happened"]["vanished"] += 1
            time.sleep(dice.random() * (LEASE_SECONDS + 1))
            continue
        if chance < VANISHES + STALLS:
            seen["happened"]["stalled"] += 1
            late = (leases[0].expires_at - timezone.now()).total_seconds() + 0.5
            time.sleep(max(0, late))
        now, lease = timezone.now(), leases[0]
        verdict = review.Verdict("reject", rejection_reason="no_violation", visible_ms=thought)
        try:
            _timed(
                seen, "decide", review.decide, lease.case_id, lease.token, verdict, by=by, at=now
            )
        except Refused:
            seen["happened"]["fenced"] += 1
            continue
        seen["happened"]["decided"] += 1
        case, officer, since, runs_out = held.pop(str(lease.case_id))
        seen["holds"].append((case, officer, since, min(runs_out, now)))
        with left.get_lock():
            left.value -= 1
    seen["holds"] += held.values()


def _note(held: dict[str, Hold], seen: dict[str, Any], new: Hold) -> None:
    """Note that a case is held; held without a gap, it is one hold that grew longer."""
    before = held.get(new[0])
    if before is not None and before[3] > new[2]:
        held[new[0]] = (*before[:3], new[3])
        return
    if before is not None:
        seen["holds"].append(before)
    held[new[0]] = new


def _timed(seen: dict[str, Any], name: str, act: Any, *arguments: Any, **named: Any) -> Any:
    began = time.perf_counter()
    answer = act(*arguments, **named)
    seen["times"][name].append(time.perf_counter() - began)
    return answer


def _bare(unit: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM violations_violation WHERE unit_id = %s AND status = 'detected'"
            " ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED",
            [unit],
        )
        cursor.fetchall()


def _sweep(over: Any) -> None:
    """Make verdicts final until all are, as the worker does."""
    from django.utils import timezone

    from violations import review
    from violations.models import ReviewDecision

    until = 0.0
    while not over.is_set() or ReviewDecision.objects.filter(state="pending").exists():
        if over.is_set():
            until = until or time.monotonic() + DRAIN_SECONDS
            if time.monotonic() > until:  # said in the figures as left_pending
                return
        if not review.finalise_due(at=timezone.now(), limit=20):
            time.sleep(0.05)


def _doubles() -> int:
    """Count the cases with two verdicts that stand, or with two rejections in their history."""
    from django.db.models import Count

    from violations.models import CaseEvent, ReviewDecision

    rows = (
        ReviewDecision.objects.filter(state__in=["pending", "final"], role="first"),
        CaseEvent.objects.filter(step="reject"),
    )
    return sum(
        each.order_by().values("case").annotate(times=Count("pk")).filter(times__gt=1).count()
        for each in rows
    )


def _waiting() -> int:
    from violations.models import Violation

    return Violation.objects.filter(status="detected")[:CASES].count()


def _officers(unit: Any) -> list[Any]:
    from django.test import override_settings

    from tests.journeys import officer

    run = uuid.uuid4().hex[:6]
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        return [
            officer(f"load-{run}-{number}", f"Cán bộ {number}", "Reviewing officer", unit)
            for number in range(OFFICERS)
        ]


def _busiest_unit() -> Any:
    """Return the unit of the oldest waiting case: counting all would read the whole table."""
    from violations.models import Violation

    return (
        Violation.objects.filter(status="detected")
        .select_related("unit")
        .earliest("detected_on")
        .unit
    )


def _filled(portal: ScratchPortal) -> Any:
    """Copy one waiting case so often, today, a second apart; return its unit."""
    from django.utils import timezone

    from tests.journeys import case_at

    place = quick_world()
    case = case_at("detected", place, pictures=1, at=timezone.now())
    mine, span = f"case_id = '{case.pk}'", (1, CASES - 1)
    with portal.owner() as owner, owner.transaction():
        _rows(owner, "cameras_detection", f"id = '{case.detection_id}'", span, {
            "id": _id(2), "source_key": "'copy-' || g",
        })  # fmt: skip
        _rows(owner, "violations_violation", f"id = '{case.pk}'", span, {
            "id": _id(1), "detection_id": _id(2), "number": "'C-' || g",
            "created_at": "s.created_at + g * interval '1 second'",
        })  # fmt: skip
        for table in ("violations_caseevent", "violations_casedeadline"):
            _rows(owner, table, mine, span, {"case_id": _id(1)})
    with portal.owner() as owner:
        owner.execute("VACUUM ANALYZE")
    return place.unit
