"""The review queue: take cases, keep them, bring the next on the screen, give them back.

Take, promote, beat, undo and release of one officer stand in line behind one advisory lock, so that
two tabs opened at once do not mix. Then the case row, then its lease, and leases in the order of
their cases' ids: any other order deadlocks. Who takes cases passes over what another transaction
has locked, case or lease, and never waits for it.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import Lease, Officer, ReviewDecision, ReviewPostponement, Violation
from violations.models.review import ReviewRole
from violations.review_figures import QueueFigures, figures
from violations.review_taking import lease_more

__all__ = [
    "QueueFigures",
    "beat",
    "break_lease",
    "figures",
    "lease_again",
    "lease_next",
    "longest_hold",
    "promote",
    "release",
    "release_all",
    "reviewer",
    "sentence_gone",
    "stand_in_line",
    "take",
]

BETWEEN_TWO_CASES = timedelta(seconds=30)
_DOOR = 0x4C454153  # names the advisory locks of this module


def reviewer(by: Actor) -> Officer:
    """Return the officer behind an actor who may review now. Raises Refused."""
    if by.officer is None or not by.may("violations.review_case"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    return by.officer


def take(
    by: Actor,
    *,
    tab: uuid.UUID,
    at: datetime,
    violation_type: str = "",
    ahead: int = settings.REVIEW_AHEAD,
    draw: Callable[[int], int] = secrets.randbelow,
) -> list[Lease]:
    """Give the officer the case for the screen and ``ahead`` more behind it; what he holds first.

    What another tab of his holds goes over to this one under new tokens, which fences that tab
    off. ``draw(n)`` is a number below n: it mixes in second looks and cases with a known answer.
    Fewer come back, or none, when no more wait. Raises Refused without the role.
    """
    officer = reviewer(by)
    with transaction.atomic():
        stand_in_line(officer.pk)
        held = _take_over(officer, tab, violation_type, at)
        wanted = 1 + ahead - len(held)
        if wanted > 0:
            held += lease_more(officer, tab, violation_type, at, held, wanted, draw)
        return _with_one_on_screen(held, at)


def stand_in_line(officer_id: int) -> None:
    """Wait until no other act of this officer on the queue is under way; ends with the transaction.

    Before any row is locked, never after: nobody who holds a row waits here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_DOOR, officer_id % 2**31])


def beat(by: Actor, *, tab: uuid.UUID, at: datetime, is_active: bool) -> datetime:
    """Keep what a tab shows for a while longer, and say until when.

    Only a tab in sight in which somebody acted keeps anything, and a case on the screen no longer
    than ten minutes, or three times what this officer usually needs. Raises Refused when the tab
    has been taken over, the case is gone, or the role was withdrawn.
    """
    officer = reviewer(by)
    with transaction.atomic():
        stand_in_line(officer.pk)
        leases = list(_own(officer, at).filter(tab=tab))
        shown = next((lease for lease in leases if not lease.is_ahead), None)
        if not leases or (shown is None and not _between_two_cases(officer, at)):
            raise Refused(_why_gone(officer, tab, at))
        if is_active:
            for lease in leases:
                _keep(lease, officer, at)
        return (shown or leases[0]).expires_at


def _keep(lease: Lease, officer: Officer, at: datetime) -> None:
    until = at + timedelta(seconds=settings.REVIEW_AHEAD_SECONDS)
    if not lease.is_ahead:
        until = at + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
        until = min(until, lease.acquired_at + longest_hold(officer))
    lease.expires_at = max(lease.expires_at, until)
    lease.seen_at = at
    lease.save(update_fields=["expires_at", "seen_at"])


def _between_two_cases(officer: Officer, at: datetime) -> bool:
    """Tell whether the officer has just decided or put off a case, and the next is on its way."""
    just_now = at - BETWEEN_TWO_CASES
    return (
        ReviewDecision.objects.filter(officer=officer, decided_at__gt=just_now).exists()
        or ReviewPostponement.objects.filter(officer=officer, postponed_at__gt=just_now).exists()
    )


def longest_hold(officer: Officer) -> timedelta:
    """Return how long one case may stay on this officer's screen at most."""
    recent = ReviewDecision.objects.filter(officer=officer).order_by("-decided_at")
    times = sorted(recent.values_list("visible_ms", flat=True)[:99])
    usual = timedelta(milliseconds=times[len(times) // 2] if times else 0)
    return max(timedelta(seconds=settings.REVIEW_LEASE_SECONDS), 3 * usual)


def promote(by: Actor, *, tab: uuid.UUID, token: uuid.UUID, at: datetime) -> Lease:
    """Bring a case fetched ahead on the screen: its full time begins now.

    Raises Refused when it is not held by this tab any more, or waits for no look any more.
    """
    officer = reviewer(by)
    with transaction.atomic():
        stand_in_line(officer.pk)
        leases = list(_own(officer, at).filter(tab=tab))
        chosen = next((lease for lease in leases if lease.token == token), None)
        if chosen is None:
            raise Refused(_why_gone(officer, tab, at))
        if chosen.role == ReviewRole.FIRST and chosen.case.status != Violation.Status.DETECTED:
            raise Refused(gettext("The case has already been decided."))
        others = [each.pk for each in leases if each is not chosen and not each.is_ahead]
        Lease.objects.filter(pk__in=others).update(is_ahead=True)
        if chosen.is_ahead:
            _show(chosen, at)
    return chosen


def release(by: Actor, token: uuid.UUID | None = None, tab: uuid.UUID | None = None) -> None:
    """Give one case back at once, or all of a tab, or all: pause, or the page was left.

    A tab that was taken over gives nothing back: its cases belong to the newer one.
    """
    if by.officer is None:
        return
    with transaction.atomic():
        stand_in_line(by.officer.pk)
        leases = Lease.objects.filter(officer=by.officer)
        if token is not None:
            leases = leases.filter(token=token)
        if tab is not None:
            leases = leases.filter(tab=tab)
        _delete_in_order(leases)


def release_all(officer: Officer) -> None:
    """Give everything back that an officer holds: signed out, moved, or the role withdrawn."""
    with transaction.atomic():
        stand_in_line(officer.pk)
        _delete_in_order(Lease.objects.filter(officer=officer))


def break_lease(case_id: uuid.UUID, *, by: Actor, at: datetime, reason: str) -> None:
    """Take a case from the officer who holds it, on a supervisor's word.

    The holder's token is worth nothing from then on. Written down in the log of the administration
    with the reason: it is no step of the case. Raises Refused without the right or a reason, and
    when nobody holds the case.
    """
    if not by.may("violations.supervise_queue"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if not reason.strip():
        raise Refused(gettext("Write down why the case is taken back."))
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        if case.unit.code not in by.unit_codes:
            raise Refused(gettext("The case belongs to another unit."))
        broken, _rows = Lease.objects.filter(case=case, expires_at__gt=at).delete()
        if not broken:
            raise Refused(gettext("Nobody holds this case now."))
        LogEntry.objects.create(
            user_id=by.user_id,
            content_type=ContentType.objects.get_for_model(Violation),
            object_id=str(case.pk),
            object_repr=case.number,
            action_flag=CHANGE,
            action_time=at,
            change_message=f"lease broken: {reason.strip()[:400]}",
        )


def lease_next(by: Actor, *, at: datetime, violation_type: str = "") -> Lease | None:
    """Give the officer one case for the screen, in the tab that holds one already."""
    mine = Lease.objects.filter(officer=reviewer(by), expires_at__gt=at)
    held = mine.values_list("tab", flat=True).first()
    leases = take(by, tab=held or uuid.uuid4(), at=at, violation_type=violation_type, ahead=0)
    return leases[0] if leases else None


def lease_again(
    officer: Officer, case: Violation, role: str, tab: uuid.UUID | None, at: datetime
) -> Lease:
    """Put a case whose verdict was undone back on the officer's screen, before what is there.

    The caller stands in line and holds the case row.
    """
    shown = _own(officer, at).exclude(case=case)
    newest = tab or shown.values_list("tab", flat=True).first() or uuid.uuid4()
    Lease.objects.filter(pk__in=[each.pk for each in shown]).update(is_ahead=True)
    Lease.objects.filter(case=case).delete()
    return Lease.objects.create(
        case=case,
        officer=officer,
        role=role,
        tab=newest,
        acquired_at=at,
        seen_at=at,
        expires_at=at + timedelta(seconds=settings.REVIEW_LEASE_SECONDS),
    )


def sentence_gone() -> str:
    """Return the refusal of an act on a case that this officer does not hold any more."""
    return gettext("The case has gone to somebody else. Your note still stands below.")


def _why_gone(officer: Officer, tab: uuid.UUID, at: datetime) -> str:
    if Lease.objects.filter(officer=officer, expires_at__gt=at).exclude(tab=tab).exists():
        return gettext("The review was opened in another tab, and this one has stopped.")
    return sentence_gone()


def _own(officer: Officer, at: datetime) -> QuerySet[Lease]:
    """Lock and return what an officer holds, in the order of the cases' ids."""
    return (
        Lease.objects.select_for_update(of=("self",))
        .select_related("case")
        .filter(officer=officer, expires_at__gt=at)
        .order_by("case_id")
    )


def _delete_in_order(leases: QuerySet[Lease]) -> None:
    locked = leases.select_for_update(of=("self",)).order_by("case_id")
    Lease.objects.filter(pk__in=list(locked.values_list("pk", flat=True))).delete()


def _take_over(officer: Officer, tab: uuid.UUID, violation_type: str, at: datetime) -> list[Lease]:
    """Return what the officer holds, the case on the screen first, all of it in this tab now.

    What has run out, waits for no look any more, or is of another kind than asked for, goes back.
    """
    kept: list[Lease] = []
    gone: list[uuid.UUID] = []
    everything = Lease.objects.select_for_update(of=("self",)).select_related("case")
    for lease in everything.filter(officer=officer).order_by("case_id"):
        case = lease.case
        stands = lease.role != ReviewRole.FIRST or (
            case.status == Violation.Status.DETECTED and case.time_bar_on >= day_in_viet_nam(at)
        )
        asked_for = not violation_type or case.violation_type == violation_type
        if lease.expires_at <= at or not stands or not asked_for:
            gone.append(lease.pk)
            continue
        if lease.tab != tab:
            lease.tab, lease.token, lease.seen_at = tab, uuid.uuid4(), at
            lease.save(update_fields=["tab", "token", "seen_at"])
        kept.append(lease)
    if gone:
        Lease.objects.filter(pk__in=gone).delete()
    return sorted(kept, key=lambda lease: (lease.is_ahead, lease.acquired_at))


def _show(lease: Lease, at: datetime) -> None:
    lease.is_ahead, lease.acquired_at, lease.seen_at = False, at, at
    lease.expires_at = at + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
    lease.save(update_fields=["is_ahead", "acquired_at", "seen_at", "expires_at"])


def _with_one_on_screen(held: list[Lease], at: datetime) -> list[Lease]:
    if held and held[0].is_ahead:
        _show(held[0], at)
    return held
