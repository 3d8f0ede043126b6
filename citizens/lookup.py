"""Who may see what: the ways into a case, and how little each of them opens.

| you have | you see |
|---|---|
| plate and vehicle type | the fields the law publishes (TT 73/2024 Đ24 k1c), after the notice |
| plate and look-up code | the act, redacted evidence, amount, deadlines; you may pay |
| decision number, its day, plate | amount and deadline; you may pay |

A wrong code, a wrong plate and a case that is not public are one answer, found with one and the
same question to the database. Every look-up is logged under keyed digests (law.md §8.5).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from citizens import limits
from citizens.models import LookupEntry
from notices.models import PaperKind
from notices.register import lookup_digest
from violations.guards import day_in_viet_nam
from violations.models import AccessEntry, CaseEvent, Decision, Violation
from violations.workflow import PAYABLE, PUBLIC

# Whoever holds the notice may learn that the case has ended; nobody else hears of these.
ENDED_QUIETLY = ("dismissed", "time_barred", "lapsed")
SHOWN_AT_MOST = 50

# The three types of the official look-up, in our classes; electric two-wheelers stand in both rows
# in which their riders look for them.
VEHICLE_TYPES: dict[str, tuple[str, ...]] = {
    "car": ("car", "bus", "truck", "tractor", "special", "unknown"),
    "motorcycle": ("motorcycle", "moped", "unknown"),
    "e_bike": ("e_bike", "bicycle", "moped", "unknown"),
}


def spellings(plate: str) -> list[str]:
    """Return how a normalised plate may stand in the database: Đ and D are typed for each other."""
    folded = plate.replace("Đ", "D")
    return sorted({plate, folded, folded.replace("D", "Đ")})


def open_by_code(code: str, plate: str, *, network: str, at: datetime) -> uuid.UUID | None:
    """Return the case a paper's code opens together with its plate, None for every other reason.

    ``code`` has passed its check symbol and ``plate`` is normalised, both before any database work.
    A paper that another one replaced opens nothing. Raises limits.TooMany.
    """
    limits.ask(limits.CODE_FAILURES, network, at=at)
    found: uuid.UUID | None = (
        CaseEvent.objects.filter(
            notice__lookup_digest=lookup_digest(code),
            notice__superseded_by__isnull=True,
            case__plate__in=spellings(plate),
            case__status__in=PUBLIC + ENDED_QUIETLY,
        )
        .order_by("id")
        .values_list("case_id", flat=True)
        .first()
    )
    return _conclude(found, f"code:{code}", plate, network=network, at=at)


def open_by_decision(
    number: int, issued_on: date, plate: str, *, network: str, at: datetime
) -> uuid.UUID | None:
    """Return the case of a decision named by its number, its day and its plate, or None.

    Numbers follow each other and can be guessed, hence the three facts, the counting of failures
    and how little this way shows. Raises limits.TooMany.
    """
    limits.ask(limits.CODE_FAILURES, network, at=at)
    found: uuid.UUID | None = (
        Decision.objects.filter(
            notice__kind=PaperKind.DECISION,
            notice__number=number,
            notice__issued_on=issued_on,
            notice__superseded_by__isnull=True,
            case__plate__in=spellings(plate),
            case__status__in=(*PAYABLE, "paid", "closed"),
        )
        .order_by("id")
        .values_list("case_id", flat=True)
        .first()
    )
    subject = f"decision:{number}:{issued_on.isoformat()}"
    return _conclude(found, subject, plate, network=network, at=at)


def search_by_plate(
    plate: str, vehicle_type: str, *, network: str, at: datetime
) -> list[Violation]:
    """Return the cases of a plate that the law publishes, newest first.

    Nothing before the notice, nothing that ended without a sanction, closed ones for
    ``CLOSED_CASES_PUBLIC_DAYS`` days. What is shown of each is decided by ``public_fields``.
    Raises limits.TooMany.
    """
    limits.spend(limits.PLATE_SEARCHES, network, at=at)
    limits.watch(limits.SEARCHES_OF_ONE_PLATE, plate, at=at)
    found = list(
        published(at=at)
        .filter(plate__in=spellings(plate), vehicle_class__in=VEHICLE_TYPES[vehicle_type])
        .select_related("unit", "rule", "detection__device__site__unit")
        .order_by("-occurred_at")[:SHOWN_AT_MOST]
    )
    log_lookup("plate", f"plate:{plate}", len(found), network=network, at=at)
    return found


def published(*, at: datetime) -> QuerySet[Violation]:
    """Return the cases whose existence is public."""
    since = day_in_viet_nam(at) - timedelta(days=settings.CLOSED_CASES_PUBLIC_DAYS)
    return Violation.objects.filter(status__in=PUBLIC).filter(
        ~Q(status="closed") | Q(closed_on__gte=since)
    )


def _conclude(
    found: uuid.UUID | None, subject: str, plate: str, *, network: str, at: datetime
) -> uuid.UUID | None:
    """Write the look-up down; a failure is counted, a success enters the access log."""
    log_lookup("code", subject, int(found is not None), network=network, at=at)
    if found is None:
        count_failure(plate, network=network, at=at)
    else:
        AccessEntry.objects.create(case_id=found, what="case", level="code", at=at)
    return found


def count_failure(plate: str, *, network: str, at: datetime) -> None:
    """Count what opens nothing against its network, and watch the plate it was tried on."""
    for limit in limits.CODE_FAILURES:
        limits.count(limit, network, at=at)
    limits.watch(limits.FAILURES_ANYWHERE, "site", at=at)
    if plate:
        limits.watch(limits.FAILURES_ON_ONE_PLATE, plate, at=at)


def log_lookup(way: str, subject: str, found: int, *, network: str, at: datetime) -> None:
    """Write one look-up down under keyed digests."""
    LookupEntry.objects.create(
        way=way,
        subject_digest=limits.digest("lookup", subject),
        network_digest=limits.digest("network", network),
        found=found,
        at=at,
    )
