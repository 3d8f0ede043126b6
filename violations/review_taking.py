"""Lease cases that wait, of the three roles mixed so that they look alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from violations import review_candidates
from violations.models import Lease, Officer, Violation
from violations.models.review import ReviewRole

SECOND_LOOK_EVERY = 3  # about one case in three at most, while first looks wait
SECOND_LOOK_WAITS = timedelta(hours=1)  # an older one goes first
# More are listed than are taken: whoever takes at the same moment has locked the first of them.
MOST_LISTED = 32
MOST_LISTINGS = 3
STANDING = """
    SELECT c.id, l.expires_at FROM violations_violation c
    LEFT JOIN violations_lease l ON l.case_id = c.id
    WHERE c.id = ANY(%(cases)s) AND (%(status)s = '' OR c.status = %(status)s)
    AND NOT EXISTS (
        SELECT FROM violations_reviewdecision r WHERE r.case_id = c.id AND r.state = 'pending')
"""


def lease_more(
    officer: Officer,
    tab: uuid.UUID,
    violation_type: str,
    at: datetime,
    held: Sequence[Lease],
    wanted: int,
    draw: Callable[[int], int],
) -> list[Lease]:
    """Lease up to ``wanted`` cases nobody holds, the first of them for an empty screen.

    The caller stands in line for the officer. A second look is offered about every third time, when
    it has waited for an hour, or when no first look waits; a case with a known answer at the rate
    of the settings. Neither replaces a first look that is all there is.
    """
    picked: list[tuple[uuid.UUID, str]] = []
    firsts = 0
    looks = list(
        review_candidates.second_looks(officer, violation_type=violation_type, at=at).values_list(
            "case_id", "asked_at"
        )[: wanted + MOST_LISTED]
    )
    waiting = [case_id for case_id, _asked in looks]
    overdue = sum(1 for _case, asked in looks if asked <= at - SECOND_LOOK_WAITS)
    for _slot in range(wanted):
        if draw(1000) < settings.REVIEW_SAMPLING["known"]:
            known = review_candidates.known_cases(officer, violation_type=violation_type, at=at)
            some = list(known.values_list("case_id", flat=True)[:MOST_LISTED])
            if locked := _lock(_shuffled(some, draw), 1, at, picked):
                picked.append((locked[0], ReviewRole.KNOWN))
                continue
        if (overdue > 0 or draw(SECOND_LOOK_EVERY) == 0) and (
            locked := _lock(waiting, 1, at, picked)
        ):
            picked.append((locked[0], ReviewRole.SECOND))
            overdue -= 1
            continue
        firsts += 1
    picked += [
        (pk, ReviewRole.FIRST) for pk in _lock_firsts(officer, violation_type, firsts, at, picked)
    ]
    if (missing := wanted - len(picked)) and waiting:
        picked += [(pk, ReviewRole.SECOND) for pk in _lock(waiting, missing, at, picked)]
    return _write(officer, tab, at, picked, shows_one=not held)


def _lock_firsts(
    officer: Officer,
    violation_type: str,
    wanted: int,
    at: datetime,
    picked: Sequence[tuple[uuid.UUID, str]],
) -> list[uuid.UUID]:
    """Lock so many cases that wait for a first look, the most urgent first."""
    found: list[uuid.UUID] = []
    for _listing in range(MOST_LISTINGS):
        if len(found) == wanted:
            break
        listed = review_candidates.first_looks(
            officer, violation_type=violation_type, at=at, most=MOST_LISTED
        )
        fresh = [pk for pk in listed if pk not in found]
        if not fresh:
            break
        found += _lock(fresh, wanted - len(found), at, picked, status=Violation.Status.DETECTED)
    return found


def _lock(
    listed: Sequence[uuid.UUID],
    wanted: int,
    at: datetime,
    picked: Sequence[tuple[uuid.UUID, str]],
    *,
    status: str = "",
) -> list[uuid.UUID]:
    """Lock the first ``wanted`` listed cases that are free, passing over what others have locked.

    They were free when the list was made; under the lock they are asked again, because another
    officer may have taken one and let the lock go in between.
    """
    left = [pk for pk in listed if pk not in {each for each, _role in picked}]
    free: list[uuid.UUID] = []
    while left and len(free) < wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM violations_violation WHERE id = ANY(%s)"
                " ORDER BY array_position(%s, id) LIMIT %s FOR UPDATE SKIP LOCKED",
                [left, left, wanted - len(free)],
            )
            locked = [row[0] for row in cursor.fetchall()]
        if not locked:
            break
        standing = _still_free(locked, status, at)
        free += [pk for pk in locked if pk in standing]
        left = [pk for pk in left if pk not in locked]
    return free


def _still_free(cases: Sequence[uuid.UUID], status: str, at: datetime) -> set[uuid.UUID]:
    """Return which of the locked cases nobody holds, without their leases that have run out.

    A lease its own officer has locked at this moment counts as held: who has locked cases waits
    for nobody, or two officers who want each other's old cases would wait for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"cases": list(cases), "status": status})
        expiries = dict(cursor.fetchall())
    free = {pk for pk, expires_at in expiries.items() if expires_at is None}
    stale = [pk for pk, expires_at in expiries.items() if expires_at and expires_at <= at]
    if not stale:
        return free
    gone = Lease.objects.select_for_update(skip_locked=True).filter(
        pk__in=stale, expires_at__lte=at
    )
    cleared = list(gone.values_list("case_id", flat=True))
    Lease.objects.filter(pk__in=cleared).delete()
    return free | set(cleared)


def _write(
    officer: Officer,
    tab: uuid.UUID,
    at: datetime,
    picked: Sequence[tuple[uuid.UUID, str]],
    *,
    shows_one: bool,
) -> list[Lease]:
    """Write the leases; a microsecond between them keeps their order."""
    full, short = settings.REVIEW_LEASE_SECONDS, settings.REVIEW_AHEAD_SECONDS
    leases = []
    for number, (case_id, role) in enumerate(picked):
        is_ahead = not (shows_one and number == 0)
        leases.append(
            Lease(
                case_id=case_id,
                officer=officer,
                role=role,
                tab=tab,
                is_ahead=is_ahead,
                acquired_at=at + timedelta(microseconds=number),
                seen_at=at,
                expires_at=at + timedelta(seconds=short if is_ahead else full),
            )
        )
    return Lease.objects.bulk_create(leases)


def _shuffled(cases: list[uuid.UUID], draw: Callable[[int], int]) -> list[uuid.UUID]:
    """Start the list at a drawn place, so that nobody learns which known case comes next."""
    if not cases:
        return cases
    start = draw(len(cases))
    return cases[start:] + cases[:start]
