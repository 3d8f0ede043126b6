"""Cases with a known answer: chosen from settled ones, shown again, retired after a quarter.

They are real and settled. Nothing that is decided on one acts on it: ``quality.answer_known_case``
writes one row and touches nothing else.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from cameras.evidence import disposed_at
from cameras.models import CustodyEvent
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import KnownCase, ReviewDecision, SecondLook, Violation
from violations.quality import answer_of
from violations.sampling import Answer

KEPT_DAYS = 90  # a quarter: what everybody has seen measures nothing any more


def settled_looks() -> QuerySet[SecondLook]:
    """Return the blind looks whose right answer is known: two agreed, or a third person settled."""
    return (
        SecondLook.objects.filter(is_blind=True, review__isnull=False)
        .filter(Q(agrees=True) | Q(upholds__isnull=False))
        .filter(case__known_case__isnull=True)
        .exclude(_disposed("case__detection__delivery"))
    )


def showable(*, at: datetime) -> QuerySet[KnownCase]:
    """Return the known cases that may be shown now: not retired, their pictures still kept."""
    return KnownCase.objects.filter(retires_on__gt=day_in_viet_nam(at)).exclude(
        _disposed("case__detection__delivery")
    )


def choose(
    case_id: uuid.UUID, *, basis: str = "", days: int = KEPT_DAYS, by: Actor, at: datetime
) -> KnownCase:
    """Choose a settled case to be shown again to officers who never saw it.

    The right answer is what two blind looks agreed on or the third person found. Raises Refused
    for a case that is not settled, was chosen before, or whose pictures are gone.
    """
    _insist_on_the_right(by)
    with transaction.atomic():
        Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
        case = Violation.objects.select_related("unit", "detection").get(pk=case_id)
        if case.unit.code not in by.unit_codes:
            raise Refused(gettext("The case belongs to another unit."))
        if KnownCase.objects.filter(case=case).exists():
            raise Refused(gettext("This case was chosen before; officers may remember it."))
        if disposed_at(case.detection) is not None:
            raise Refused(gettext("The pictures of this case are no longer kept."))
        look = (
            SecondLook.objects.filter(case=case, is_blind=True, review__isnull=False)
            .select_related("first_review__case__detection", "review__case__detection")
            .order_by("-id")
            .first()
        )
        answer = _right_answer(look, case)
        if look is None or answer is None:
            raise Refused(
                gettext("Choose a case that two officers agreed on, or that a third one settled.")
            )
        return KnownCase.objects.create(
            case=case,
            choice=answer.choice,
            plate=answer.plate,
            rejection_reason=answer.rejection_reason,
            basis=basis.strip()[:400] or _basis(look),
            chosen_by=by.officer,
            chosen_at=at,
            retires_on=day_in_viet_nam(at) + timedelta(days=days),
        )


def retire(known_id: int, *, by: Actor, at: datetime) -> KnownCase:
    """Show a known case to nobody any more, from today. Raises Refused."""
    _insist_on_the_right(by)
    with transaction.atomic():
        known = (
            KnownCase.objects.select_for_update(of=("self",))
            .select_related("case__unit")
            .get(pk=known_id)
        )
        if known.case.unit.code not in by.unit_codes:
            raise Refused(gettext("The case belongs to another unit."))
        today = day_in_viet_nam(at)
        if known.retires_on <= today:
            raise Refused(gettext("This case is not shown any more."))
        known.retires_on = today
        known.save(update_fields=["retires_on"])
    return known


def _right_answer(look: SecondLook | None, case: Violation) -> Answer | None:
    """Return what was found right; None where that is not known, or neither officer had it."""
    if look is None or look.first_review is None or look.review is None:
        return None
    if look.agrees or look.upholds:
        return answer_of(look.first_review)
    if look.upholds is None:
        return None
    second = answer_of(look.review)
    if case.status != Violation.Status.REJECTED:
        return second
    # Rejected by the third person, for the reason found then.
    return replace(second, rejection_reason=case.rejection_reason) if _rejects(second) else None


def _rejects(answer: Answer) -> bool:
    return answer.choice == ReviewDecision.Choice.REJECT


def _basis(look: SecondLook) -> str:
    if look.agrees:
        return gettext("Two officers decided the same without knowing of each other.")
    return gettext("A third person settled it.")


def _insist_on_the_right(by: Actor) -> None:
    if by.officer is None or not by.may("violations.add_knowncase"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))


def _disposed(path: str) -> Exists:
    return Exists(
        CustodyEvent.objects.filter(
            delivery=OuterRef(path),
            evidence__isnull=True,
            action=CustodyEvent.Action.DISPOSED,
        )
    )
