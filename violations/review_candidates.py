"""Which cases may be offered to one officer now, in which order; first looks are locked as found.

First looks come in the order of their clocks: a case with less than 30 % of its year left before
all others, then by the day of detection, from which the ten days for the notice run (TT 73/2024
Đ24 k1). What an officer must not see again is left out by role. A case past its time bar is never
offered: the daily sweep ends it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from cameras.models import Unit
from violations.guards import day_in_viet_nam
from violations.models import (
    AccessEntry,
    CaseEvent,
    KnownAnswer,
    KnownCase,
    Lease,
    Officer,
    ReviewDecision,
    ReviewPostponement,
    SecondLook,
)

EXPRESS_DAYS = 110  # 30 % of the year of Đ6
# So many rows are read to find the cases that come first; the list stays exact while fewer than
# these stand before them, and what is left out moves up as they are decided.
NEAREST = 200
OLDEST_OF_A_KIND = 20
FILE = ("case", "paper", "export", "sample")  # looks that show what was decided
# More are listed than are taken: whoever takes at the same moment has locked the first of them.
MOST_LISTED = 32
OF_KIND = "AND c.violation_type = %(kind)s"

FREE = """
    NOT EXISTS (SELECT FROM violations_lease l WHERE l.case_id = c.id AND l.expires_at > %(at)s)
    AND NOT EXISTS (
        SELECT FROM violations_reviewdecision r WHERE r.case_id = c.id AND r.state = 'pending')
    AND NOT EXISTS (
        SELECT FROM violations_reviewpostponement p
        WHERE p.case_id = c.id AND p.officer_id = %(officer)s AND p.until_at > %(at)s)
    AND c.time_bar_on >= %(today)s
"""
# One unit's cases in two walks of two indexes, each in the order asked for: exact for any number.
LISTED_IN_UNIT = f"""
    near AS MATERIALIZED (
        SELECT c.id, c.time_bar_on, c.detected_on FROM violations_violation c
        WHERE c.unit_id = %(unit)s AND c.status = 'detected' {{of_kind}}
        AND c.time_bar_on <= %(express)s AND {FREE}
        ORDER BY c.time_bar_on, c.id LIMIT %(most)s
    ), far AS MATERIALIZED (
        SELECT c.id, c.time_bar_on, c.detected_on FROM violations_violation c
        WHERE c.unit_id = %(unit)s AND c.status = 'detected' {{of_kind}}
        AND c.time_bar_on > %(express)s AND {FREE}
        ORDER BY c.detected_on, c.id LIMIT %(most)s
    ), listed AS (SELECT * FROM near UNION ALL SELECT * FROM far)
"""  # noqa: S608  # constants only
COLUMNS = "c.id, c.status, c.violation_type, c.unit_id, c.time_bar_on, c.detected_on"
# Oldest first by the index of each kind.
WAITING_ANYWHERE = f"""
    SELECT found.* FROM kinds CROSS JOIN LATERAL (
        SELECT {COLUMNS} FROM violations_violation c
        WHERE c.status = 'detected' AND c.violation_type = kind AND {FREE}
        ORDER BY c.detected_on, c.id LIMIT %(most)s
    ) found
"""  # noqa: S608  # constants only
# The kinds that wait, one step of the index each.
KINDS = """
    (SELECT violation_type AS kind FROM violations_violation WHERE status = 'detected'
     ORDER BY violation_type LIMIT 1)
    UNION ALL
    SELECT (SELECT violation_type FROM violations_violation
            WHERE status = 'detected' AND violation_type > kinds.kind
            ORDER BY violation_type LIMIT 1)
    FROM kinds WHERE kinds.kind IS NOT NULL
"""
ONE_KIND = "SELECT %(kind)s::text AS kind"
LISTED_ANYWHERE = f"""
    kinds AS (
        {{kinds}}
    ), nearest AS MATERIALIZED (
        SELECT {COLUMNS} FROM violations_violation c
        WHERE c.status IN ('detected', 'verified', 'owner_identified', 'notified', 'recorded')
        AND c.time_bar_on BETWEEN %(today)s AND %(express)s
        ORDER BY c.time_bar_on LIMIT {NEAREST}
    ), oldest AS MATERIALIZED (
        SELECT found.* FROM kinds CROSS JOIN LATERAL (
            SELECT {COLUMNS} FROM violations_violation c
            WHERE c.status = 'detected' AND c.violation_type = kind
            ORDER BY c.detected_on, c.id LIMIT {OLDEST_OF_A_KIND}
        ) found
    ), waiting AS MATERIALIZED ({WAITING_ANYWHERE}),
    listed AS MATERIALIZED (
        SELECT c.* FROM (
            SELECT * FROM nearest UNION SELECT * FROM oldest UNION SELECT * FROM waiting
        ) c
        WHERE c.status = 'detected' {{of_kind}} AND {FREE}
    )
"""  # noqa: S608  # constants only
# Found and locked by one statement: between two, another officer would lock the same first cases.
LOCK_FIRST_LOOKS = """
    WITH RECURSIVE {listed}
    SELECT c.id FROM violations_violation c JOIN listed ON listed.id = c.id
    WHERE c.status = 'detected' AND c.id <> ALL(%(but)s)
    ORDER BY listed.time_bar_on > %(express)s,
        CASE WHEN listed.time_bar_on > %(express)s THEN listed.detected_on
            ELSE listed.time_bar_on END,
        listed.id
    LIMIT %(wanted)s FOR UPDATE OF c SKIP LOCKED
"""
SECOND_LOOKS = f"""
    SELECT s.case_id, s.asked_at
    FROM violations_secondlook s JOIN violations_violation c ON c.id = s.case_id
    WHERE s.is_blind AND s.looked_at IS NULL AND {FREE} {{of_kind}} {{of_unit}}
    AND c.verified_by_id IS DISTINCT FROM %(officer)s
    AND c.rejected_by_id IS DISTINCT FROM %(officer)s
    AND c.second_looked_by_id IS DISTINCT FROM %(officer)s
    AND c.adjudicated_by_id IS DISTINCT FROM %(officer)s
    AND c.signed_by_id IS DISTINCT FROM %(officer)s
    AND NOT EXISTS (
        SELECT FROM violations_reviewdecision r
        WHERE r.case_id = c.id AND r.officer_id = %(officer)s AND r.state <> 'undone')
    AND NOT EXISTS (
        SELECT FROM violations_accessentry a
        WHERE a.case_id = c.id AND a.actor_id = %(user)s AND a.what = ANY(%(file)s)
        AND a.at >= s.asked_at)
    ORDER BY s.asked_at, s.id LIMIT %(most)s
"""  # noqa: S608  # constants only


def lock_first_looks(
    officer: Officer,
    *,
    violation_type: str,
    at: datetime,
    wanted: int,
    but: Sequence[uuid.UUID] = (),
) -> list[uuid.UUID]:
    """Lock so many cases that wait for a first look, the most urgent first, and none of ``but``.

    Those another transaction has locked are passed over. They were free when the statement began:
    whoever leases them asks again under the lock.
    """
    everywhere = officer.unit.level == Unit.Level.NATIONAL
    listed = (LISTED_ANYWHERE if everywhere else LISTED_IN_UNIT).format(
        kinds=ONE_KIND if violation_type else KINDS, of_kind=OF_KIND if violation_type else ""
    )
    asked = _asked(officer, violation_type, at) | {
        "wanted": wanted,
        "but": list(but),
        "most": wanted + MOST_LISTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOCK_FIRST_LOOKS.format(listed=listed), asked)
        return [row[0] for row in cursor.fetchall()]


def second_looks(
    officer: Officer, *, violation_type: str, at: datetime, most: int
) -> list[tuple[uuid.UUID, datetime]]:
    """Return the open blind looks this officer may be given now and when each was asked for.

    The statement asks of ``answerable``'s rules in one walk of one index.
    """
    everywhere = officer.unit.level == Unit.Level.NATIONAL
    statement = SECOND_LOOKS.format(
        of_kind=OF_KIND if violation_type else "",
        of_unit="" if everywhere else "AND c.unit_id = %(unit)s",
    )
    with connection.cursor() as cursor:
        asked = _asked(officer, violation_type, at) | {"most": most, "file": list(FILE)}
        cursor.execute(statement, asked)
        return cursor.fetchall()


def answerable(officer: Officer, *, at: datetime) -> QuerySet[SecondLook]:
    """Return the open blind looks this officer may answer, now or later.

    Never who decided, signed or settled the case, never who ever reviewed it: a verdict taken back
    was still formed; and never who has opened the file since the verdict stands in it.
    """
    part = Q()
    for role in ("verified_by", "rejected_by", "second_looked_by", "adjudicated_by", "signed_by"):
        part |= Q(**{f"case__{role}": officer.pk, f"case__{role}__isnull": False})
    looks = SecondLook.objects.filter(
        is_blind=True, looked_at__isnull=True, case__time_bar_on__gte=day_in_viet_nam(at)
    )
    if officer.unit.level != Unit.Level.NATIONAL:
        looks = looks.filter(case__unit=officer.unit_id)
    seen = _opened(officer).filter(at__gte=OuterRef("asked_at"))
    return looks.exclude(part).filter(~_reviewed(officer), ~Exists(seen))


def _asked(officer: Officer, violation_type: str, at: datetime) -> dict[str, object]:
    today = day_in_viet_nam(at)
    return {
        "at": at,
        "today": today,
        "express": today + timedelta(days=EXPRESS_DAYS),
        "officer": officer.pk,
        "user": officer.user_id,
        "unit": officer.unit_id,
        "kind": violation_type,
    }


def known_cases(officer: Officer, *, violation_type: str, at: datetime) -> QuerySet[KnownCase]:
    """Return the cases with a known answer that this officer had no part in and never opened."""
    cases = KnownCase.objects.filter(retires_on__gt=day_in_viet_nam(at))
    if violation_type:
        cases = cases.filter(case__violation_type=violation_type)
    if officer.unit.level != Unit.Level.NATIONAL:
        cases = cases.filter(case__unit=officer.unit_id)
    answered = KnownAnswer.objects.filter(known_case=OuterRef("pk"), officer=officer)
    acted = CaseEvent.objects.filter(case=OuterRef("case_id"), actor_id=officer.user_id)
    return cases.filter(
        *_open_to(officer, at),
        ~_reviewed(officer),
        ~Exists(answered),
        ~Exists(acted),
        ~Exists(_opened(officer)),
    ).order_by("id")


def _open_to(officer: Officer, at: datetime) -> Iterable[Q | Exists]:
    """Return what holds for every role: nobody holds the case, no verdict on it is pending."""
    of_case = {"case": OuterRef("case_id")}
    return (
        ~Exists(Lease.objects.filter(**of_case, expires_at__gt=at)),
        ~Exists(ReviewDecision.objects.filter(**of_case, state=ReviewDecision.State.PENDING)),
        ~Exists(ReviewPostponement.objects.filter(**of_case, officer=officer, until_at__gt=at)),
    )


def _opened(officer: Officer) -> QuerySet[AccessEntry]:
    """Return the looks of this officer at the file of a case: pictures alone tell no verdict."""
    return AccessEntry.objects.filter(
        case=OuterRef("case_id"), actor=officer.user_id, what__in=FILE
    )


def _reviewed(officer: Officer) -> Exists:
    return Exists(
        ReviewDecision.objects.filter(case=OuterRef("case_id"), officer=officer).exclude(
            state=ReviewDecision.State.UNDONE
        )
    )
