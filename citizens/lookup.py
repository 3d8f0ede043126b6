"""Who may see what: the ways into a case, and how little each of them opens.

| you have | you see |
|---|---|
| plate and vehicle type | the fields the law publishes (TT 73/2024 Đ24 k1c), after the notice |
| plate and look-up code | the act, redacted evidence, amount, deadlines; you may pay |
| decision number, its day, plate | amount and deadline; you may pay |

Asking by plate costs the browser a sum (``effort``). A wrong code, a wrong plate and a case that is
not public are one answer, found with one and the same statement. Every look-up is logged under
keyed digests (law.md §8.5), and a plate that no vehicle bears raises an alarm.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Q, QuerySet

from citizens import effort, limits, lookup_statement
from citizens.limits import Use
from citizens.lookup_statement import Answer, Question
from citizens.proofs import Challenge, ProofFault
from notices.register import lookup_digest
from violations.guards import day_in_viet_nam
from violations.models import Violation
from violations.workflow import PAYABLE, PUBLIC

# Whoever holds the notice may learn that the case has ended; nobody else hears of these.
ENDED_QUIETLY = ("dismissed", "time_barred", "lapsed")
SHOWN_AT_MOST = 50


class NeedsProof(Exception):
    """An answer costs a sum now: ``challenge`` is one, ``reason`` why the proof given was none."""

    def __init__(self, challenge: Challenge, reason: str) -> None:
        super().__init__(reason)
        self.challenge = challenge
        self.reason = reason


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


def open_by_code(
    code: str, plate: str, *, network: str, at: datetime, proof: str = ""
) -> uuid.UUID | None:
    """Return the case a paper's code opens together with its plate, None for every other reason.

    ``code`` has passed its check symbol and ``plate`` is normalised, both before any database work.
    A paper that another one replaced opens nothing. Raises limits.TooMany, and NeedsProof where
    codes cost a sum.
    """
    question = Question(
        uses=_tries(plate, network),
        plates=spellings(plate),
        statuses=PUBLIC + ENDED_QUIETLY,
        subject=f"code:{code}",
        network=network,
        at=at,
    )
    find = partial(lookup_statement.find_by_code, lookup_digest(code))
    return _open(find, question, "code", plate, proof)


def open_by_decision(
    number: int, issued_on: date, plate: str, *, network: str, at: datetime, proof: str = ""
) -> uuid.UUID | None:
    """Return the case of a decision named by its number, its day and its plate, or None.

    Numbers follow each other and can be guessed, hence the three facts, the counting of failures
    and how little this way shows. Raises limits.TooMany, and NeedsProof where trying costs a sum.
    """
    question = Question(
        uses=_tries(plate, network),
        plates=spellings(plate),
        statuses=(*PAYABLE, "paid", "closed"),
        subject=f"decision:{number}:{issued_on.isoformat()}",
        network=network,
        at=at,
    )
    find = partial(lookup_statement.find_by_decision, number, issued_on)
    return _open(find, question, "decision", plate, proof)


def search_by_plate(
    plate: str, vehicle_type: str, *, network: str, at: datetime
) -> list[Violation]:
    """Return the cases of a plate that the law publishes, newest first.

    Nothing before the notice, nothing that ended without a sanction, closed ones for
    ``CLOSED_CASES_PUBLIC_DAYS`` days. What is shown of each is decided by ``public_fields``.
    Raises limits.TooMany.
    """
    limits.spend(
        limits.PLATE_SEARCHES,
        network,
        at=at,
        watched=((limits.SEARCHES_OF_ONE_PLATE, plate), (limits.SEARCHES_AN_HOUR, network)),
    )
    found = list(
        published(at=at)
        .filter(plate__in=spellings(plate), vehicle_class__in=VEHICLE_TYPES[vehicle_type])
        .select_related("unit", "rule", "detection__device__site__unit")
        .order_by("-occurred_at")[:SHOWN_AT_MOST]
    )
    lookup_statement.note_lookup(
        "plate", f"plate:{plate}", len(found), spellings(plate), network=network, at=at
    )
    return found


def pay_for_search(proof: str, *, network: str, at: datetime) -> None:
    """Take the proof that a search by plate costs. Raises NeedsProof with a fresh sum."""
    shares = effort.shares_of_searches(network, at=at)
    _take(proof, "plate", shares, at=at)


def price_of_search(*, network: str, at: datetime) -> Challenge:
    """Return the sum that a search by plate costs this network now."""
    return effort.offer("plate", effort.shares_of_searches(network, at=at), at=at)


def price_of_trying(scope: str, plate: str, *, network: str, at: datetime) -> Challenge | None:
    """Return the sum that the next try with a code or a decision costs, None while it is free."""
    shares = effort.shares_of_failures(limits.used(_tries(plate, network), at=at))
    return effort.offer(scope, shares, at=at) if shares else None


def published(*, at: datetime) -> QuerySet[Violation]:
    """Return the cases whose existence is public."""
    since = day_in_viet_nam(at) - timedelta(days=settings.CLOSED_CASES_PUBLIC_DAYS)
    return Violation.objects.filter(status__in=PUBLIC).filter(
        ~Q(status="closed") | Q(closed_on__gte=since)
    )


def count_failure(plate: str, *, network: str, at: datetime) -> None:
    """Count what opens nothing against its network, and watch the plate it was tried on."""
    watched = [(limits.FAILURES_ANYWHERE, "site")]
    if plate:
        watched.append((limits.FAILURES_ON_ONE_PLATE, plate))
    limits.count_failures(network, tuple(watched), at=at)


def log_lookup(way: str, subject: str, found: int, *, network: str, at: datetime) -> None:
    """Write one look-up down that names no plate."""
    lookup_statement.note_lookup(way, subject, found, (), network=network, at=at)


def _open(
    find: Callable[[Question], Answer], question: Question, scope: str, plate: str, proof: str
) -> uuid.UUID | None:
    """Ask once; where tries are used up, ask again once the sum is paid. Failures are counted."""
    network, at = question.network, question.at
    answer = find(question)
    if answer.reached:
        shut = [limit for limit in limits.CODE_FAILURES if limit in answer.reached]
        limits.refuse_beyond({limit: answer.reached[limit] for limit in shut}, at=at)
        _take(proof, scope, effort.shares_of_failures(answer.reached), at=at)
        answer = find(replace(question, is_paid=True))
    if answer.found is None:
        count_failure(plate, network=network, at=at)
    return answer.found


def _tries(plate: str, network: str) -> list[Use]:
    """Return what is used up by tries that found nothing."""
    return [
        *((limit, network) for limit in limits.PAPER_FAILURES),
        (limits.FAILURES_ANYWHERE, "site"),
        (limits.FAILURES_ON_ONE_PLATE, plate),
    ]


def _take(proof: str, scope: str, shares: int, *, at: datetime) -> None:
    try:
        effort.accept(proof, scope, shares, at=at)
    except ProofFault as fault:
        raise NeedsProof(effort.offer(scope, shares, at=at), fault.reason) from fault
