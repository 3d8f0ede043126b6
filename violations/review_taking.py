"""Lease cases that wait, of the three roles mixed so that they look alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from violations import review_candidates
from violations.models import Lease, Officer
from violations.models.review import ReviewRole
from violations.review_candidates import MOST_LISTED

SECOND_LOOK_EVERY = 3  # about one case in three at most, while first looks wait
SECOND_LOOK_WAITS = timedelta(hours=1)  # an older one goes first
MOST_ROUNDS = 3  # of cases that others took in the moment between finding and locking
# Asked again under the lock, in a statement that sees what was committed before it was won. A lease
# its own officer has locked at this moment counts as held: who has locked cases waits for nobody,
# or two officers who want each other's old cases would wait for ever.
WRITE = """
    WITH picked AS (
        SELECT * FROM unnest(
            %(cases)s::uuid[], %(roles)s::text[], %(tokens)s::uuid[], %(ahead)s::boolean[],
            %(acquired)s::timestamptz[], %(expires)s::timestamptz[]
        ) AS p (case_id, role, token, is_ahead, acquired_at, expires_at)
    ), standing AS MATERIALIZED (
        SELECT p.*, l.case_id IS NOT NULL AS was_held
        FROM picked p JOIN violations_violation c ON c.id = p.case_id
        LEFT JOIN violations_lease l ON l.case_id = p.case_id
        WHERE (l.case_id IS NULL OR l.expires_at <= %(at)s)
        AND (p.role <> 'first' OR c.status = 'detected')
        AND NOT EXISTS (
            SELECT FROM violations_reviewdecision r
            WHERE r.case_id = p.case_id AND r.state = 'pending')
    ), stale AS MATERIALIZED (
        SELECT l.case_id FROM violations_lease l JOIN standing s ON s.case_id = l.case_id
        WHERE l.expires_at <= %(at)s FOR UPDATE OF l SKIP LOCKED
    ), taken_over AS (
        UPDATE violations_lease l SET officer_id = %(officer)s, role = s.role, token = s.token,
            tab = %(tab)s, is_ahead = s.is_ahead, acquired_at = s.acquired_at, seen_at = %(at)s,
            expires_at = s.expires_at
        FROM standing s JOIN stale USING (case_id) WHERE l.case_id = s.case_id
        RETURNING l.case_id
    ), begun AS (
        INSERT INTO violations_lease (
            case_id, officer_id, role, token, tab, is_ahead, acquired_at, seen_at, expires_at)
        SELECT case_id, %(officer)s, role, token, %(tab)s, is_ahead, acquired_at, %(at)s, expires_at
        FROM standing WHERE NOT was_held
        ON CONFLICT (case_id) DO NOTHING RETURNING case_id
    )
    SELECT case_id FROM taken_over UNION ALL SELECT case_id FROM begun
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
    looks = review_candidates.second_looks(
        officer, violation_type=violation_type, at=at, most=wanted + MOST_LISTED
    )
    waiting = [case_id for case_id, _asked in looks]
    overdue = sum(1 for _case, asked in looks if asked <= at - SECOND_LOOK_WAITS)
    for _slot in range(wanted):
        if draw(1000) < settings.REVIEW_SAMPLING["known"]:
            known = review_candidates.known_cases(officer, violation_type=violation_type, at=at)
            some = list(known.values_list("case_id", flat=True)[:MOST_LISTED])
            if locked := _lock(_shuffled(some, draw), 1, picked):
                picked.append((locked[0], ReviewRole.KNOWN))
                continue
        if (overdue > 0 or draw(SECOND_LOOK_EVERY) == 0) and (locked := _lock(waiting, 1, picked)):
            picked.append((locked[0], ReviewRole.SECOND))
            overdue -= 1
    leases: list[Lease] = []
    tried: list[uuid.UUID] = []
    for _round in range(MOST_ROUNDS):
        missing = wanted - len(leases) - len(picked)
        firsts = (
            review_candidates.lock_first_looks(
                officer,
                violation_type=violation_type,
                at=at,
                wanted=missing,
                but=tried + [pk for pk, _role in picked],
            )
            if missing
            else []
        )
        picked += [(pk, ReviewRole.FIRST) for pk in firsts]
        if (missing := missing - len(firsts)) and waiting:
            seconds = _lock([pk for pk in waiting if pk not in tried], missing, picked)
            picked += [(pk, ReviewRole.SECOND) for pk in seconds]
        if not picked:
            break
        shows_one = not held and not leases
        leases += _write(officer, tab, at, picked, shows_one=shows_one, after=len(leases))
        tried += [pk for pk, _role in picked]
        picked = []
        if len(leases) == wanted:
            break
    return leases


def _lock(
    listed: Sequence[uuid.UUID], wanted: int, picked: Sequence[tuple[uuid.UUID, str]]
) -> list[uuid.UUID]:
    """Lock the first ``wanted`` listed cases, passing over what others have locked."""
    left = [pk for pk in listed if pk not in {each for each, _role in picked}]
    if not left:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM violations_violation WHERE id = ANY(%s)"
            " ORDER BY array_position(%s, id) LIMIT %s FOR UPDATE SKIP LOCKED",
            [left, left, wanted],
        )
        return [row[0] for row in cursor.fetchall()]


def _write(
    officer: Officer,
    tab: uuid.UUID,
    at: datetime,
    picked: Sequence[tuple[uuid.UUID, str]],
    *,
    shows_one: bool,
    after: int,
) -> list[Lease]:
    """Write the leases of the locked cases that nobody holds; a microsecond keeps their order."""
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
                acquired_at=at + timedelta(microseconds=after + number),
                seen_at=at,
                expires_at=at + timedelta(seconds=short if is_ahead else full),
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "cases": [lease.case_id for lease in leases],
                "roles": [str(lease.role) for lease in leases],
                "tokens": [lease.token for lease in leases],
                "ahead": [lease.is_ahead for lease in leases],
                "acquired": [lease.acquired_at for lease in leases],
                "expires": [lease.expires_at for lease in leases],
                "officer": officer.pk,
                "tab": tab,
                "at": at,
            },
        )
        written = {row[0] for row in cursor.fetchall()}
    kept = [lease for lease in leases if lease.case_id in written]
    for lease in kept:
        lease._state.adding = False
        lease._state.db = connection.alias
    return kept


def _shuffled(cases: list[uuid.UUID], draw: Callable[[int], int]) -> list[uuid.UUID]:
    """Start the list at a drawn place, so that nobody learns which known case comes next."""
    if not cases:
        return cases
    start = draw(len(cases))
    return cases[start:] + cases[:start]
