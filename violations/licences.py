"""Driving licences in the portal: recorded for an offender, points entered, suspended, restored.

The arithmetic is ``points``; here its movements become rows. Locks: the case row first, then the
licence row, everywhere, so that two decisions on one licence wait for each other. The number of a
licence is personal data: it stands in its row and on the paper, and in no event, log or refusal.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from notices import register
from notices.models import PaperKind
from violations import letters_points, points
from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam, print_day
from violations.licence_standing import lack_of_points_to_take, movements, part_of
from violations.models import Licence, LicenceSuspension, Party, PointsEntry, Violation
from violations.taking import taking
from violations.workflow import DECIDED, STEPS, obstacles

What = PointsEntry.What
# Who restores points after a test: the head of C08 or of a PC08. NĐ 168/2024 Đ51 k1
RESTORERS = frozenset({"department_director", "office_head"})


def record_licence(
    case_id: uuid.UUID,
    *,
    number: str,
    classes: str,
    issued_on: date,
    issued_by: str,
    by: Actor,
    at: datetime,
) -> Licence:
    """Record the offender's driving licence and, under a decision in force, what rests on it.

    A licence known already keeps its points; its classes and issue follow what is recorded now, as
    after an exchange or an upgrade (Luật TTATGTĐB Đ58 k4). The number is brought to one form:
    capitals, no spaces. Raises Refused for an unknown class, a day to come, another's licence,
    and where points or a suspension of this case already rest on one. NĐ 168/2024 Đ50
    """
    plain = "".join(number.split()).upper()
    if not plain.isalnum() or len(plain) > 20:
        raise Refused(gettext("Write the number of the licence as it is printed on it."))
    try:
        unlimited, term = points.parts_of(classes, issued_on)
    except ValueError:
        raise Refused(
            gettext("Write the classes as they are printed, for example “A1, B2” (Luật 36 Đ57).")
        ) from None
    with transaction.atomic():
        with taking("record_licence", case_id, by=by, at=at) as (case, event):
            if issued_on > day_in_viet_nam(at):
                raise Refused(gettext("The day of issue lies in the future; correct it."))
            Licence.objects.get_or_create(
                number=plain,
                defaults={
                    "classes": classes,
                    "has_unlimited_part": unlimited,
                    "has_term_part": term,
                },
            )
            licence = Licence.objects.select_for_update().get(number=plain)
            licence.classes = ", ".join(classes.upper().replace(",", " ").split())
            licence.has_unlimited_part = unlimited
            licence.has_term_part = term
            licence.issued_on = issued_on
            licence.issued_by = issued_by.strip()
            licence.save()
            offender = case.parties.get(role=Party.Role.OFFENDER)
            _insist_on_one_holder(licence, offender)
            offender.licence = licence
            offender.save(update_fields=["licence"])
            event.facts = {"licence": licence.pk}
        deduct_if_due(case_id, at=at)
    return licence


def deduct_points(case_id: uuid.UUID, *, at: datetime) -> PointsEntry:
    """Enter the points a decision takes, with the notice 02/73, in one transaction. NĐ 168 Đ50

    Raises Refused when none are due: taken already, none in the decision, no licence known, the
    licence suspended, or no part of it for this vehicle.
    """
    with taking("deduct_points", case_id, by=SYSTEM, at=at) as (case, event):
        on = day_in_viet_nam(at)
        licence = _lock_licence(case)
        refusal = lack_of_points_to_take(case, on)  # again, now that the licence stands still
        if refusal is not None:
            raise Refused(refusal)
        part = part_of(case, licence)
        assert part is not None  # lack_of_points_to_take has looked
        before = points.standing(movements(licence, part), on)
        added = points.Movement("deducted", on, case.decision.points)
        after = points.standing([*movements(licence, part), added], on)
        event.notice = register.issue(
            PaperKind.POINTS_NOTICE,
            unit=register.IssuingUnit(case.unit.code, case.unit.paper_suffix),
            context=letters_points.points_notice(
                case,
                licence,
                part=part,
                before=before.balance,
                after=after.balance,
                on=on,
                test_from=after.test_from,
                at=at,
            ),
            subject=case.number,
            at=at,
            by_name=SYSTEM.name,
        )
        entry = PointsEntry.objects.create(
            licence=licence,
            part=part,
            what=What.DEDUCTED,
            points=case.decision.points,
            on=on,
            balance_after=after.balance,
            decision=case.decision,
            notice=event.notice,
            at=at,
        )
        event.facts = {
            "licence": licence.pk,
            "part": part,
            "points": case.decision.points,
            "before": before.balance,
            "after": after.balance,
        }
    return entry


def suspend_licence(case_id: uuid.UUID, *, at: datetime) -> LicenceSuspension:
    """Enter the time for which a decision suspends the licence; it takes no points then.

    From the day the decision takes effect, as it says itself. NĐ 168/2024 Đ5 k2, Đ50 k1 đ.đ
    """
    with taking("suspend_licence", case_id, by=SYSTEM, at=at) as (case, event):
        decision = case.decision
        until = points.suspended_until(
            decision.decided_on, decision.suspension_months, decision.suspension_days
        )
        suspension = LicenceSuspension.objects.create(
            licence=_lock_licence(case),
            decision=decision,
            from_on=decision.decided_on,
            until_on=until,
        )
        event.facts = {"licence": suspension.licence_id, "until": until.isoformat()}
    return suspension


def deduct_if_due(case_id: uuid.UUID, *, at: datetime) -> bool:
    """Enter the points, or the suspension, of a decision in force; tell whether anything was due.

    For callers that need not know why nothing is: after ``sign_decision`` (outside its ``taking``
    block, inside one transaction with it: the case must already stand at ``decided``), after
    ``record_licence``, and for the sweep. Đ50: as soon as the decision takes effect.
    """
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        if case.status not in DECIDED:
            return False
        if not any(obstacles(STEPS["suspend_licence"], case, SYSTEM, at)):
            suspend_licence(case_id, at=at)
            return True
        if not any(obstacles(STEPS["deduct_points"], case, SYSTEM, at)):
            try:
                deduct_points(case_id, at=at)
            except Refused:
                return False  # another decision suspended the licence before we had its row
            return True
    return False


def deduct_missed(*, at: datetime) -> int:
    """Enter what is due from decisions in force whose licence became known; return how many.

    A sweep for what an interrupted caller left behind; harmless when nothing was.
    """
    waiting = (
        Violation.objects.filter(
            status__in=DECIDED,
            parties__role=Party.Role.OFFENDER,
            parties__licence__isnull=False,
        )
        .exclude(decision__points=0, decision__suspension_months=0, decision__suspension_days=0)
        .exclude(decision__points_entries__what=What.DEDUCTED)
        .filter(decision__licence_suspension__isnull=True)
    )
    return sum(deduct_if_due(case_id, at=at) for case_id in waiting.values_list("pk", flat=True))


def reverse_points(case: Violation, *, at: datetime) -> PointsEntry | None:
    """Give back what a cancelled decision took: points as if never taken, its suspension ended.

    Called inside the step that cancels, with the case row locked. The twelve months are counted
    again without that deduction [our reading; no text says so]. Returns the entry, or None when no
    points had been taken. NĐ 118/2021 Đ15; NĐ 168/2024 Đ50
    """
    on = day_in_viet_nam(at)
    LicenceSuspension.objects.filter(decision=case.decision, cancelled_on__isnull=True).update(
        cancelled_on=on
    )
    taken = PointsEntry.objects.filter(decision=case.decision, what=What.DEDUCTED).first()
    if taken is None or PointsEntry.objects.filter(reverses=taken).exists():
        return None
    licence = Licence.objects.select_for_update().get(pk=taken.licence_id)
    return PointsEntry.objects.create(
        licence=licence,
        part=taken.part,
        what=What.REVERSED,
        points=taken.points,
        on=on,
        balance_after=points.balance(movements(licence, taken.part, without=taken.pk), on),
        decision=case.decision,
        reverses=taken,
        at=at,
    )


def record_test(
    licence_id: int, part: str, *, passed_on: date, basis: str, by: Actor, at: datetime
) -> PointsEntry:
    """Restore twelve points after the passed test, entered by the head of C08 or of a PC08.

    Raises Refused before six months have passed since the points were spent, for a part that is not
    at nought, without the paper of the test, and for anybody else.
    Luật TTATGTĐB Đ58 k3; NĐ 168/2024 Đ51 k1, k3; TT 65/2024/TT-BCA
    """
    today = day_in_viet_nam(at)
    if by.officer is None or by.title_on(today) not in RESTORERS:
        raise Refused(
            gettext("The head of C08 or of a PC08 restores points after the test (Đ51 k1).")
        )
    if not basis.strip():
        raise Refused(gettext("Name the paper that shows the test was passed (TT 65/2024)."))
    if passed_on > today:
        raise Refused(gettext("The day of the test lies in the future; correct it."))
    with transaction.atomic():
        licence = Licence.objects.select_for_update().get(pk=licence_id)
        stood = points.standing(movements(licence, part), passed_on)
        if stood.test_from is None or points.balance(movements(licence, part), today) > 0:
            raise Refused(gettext("Only a part with no points left is restored by a test (Đ58)."))
        if passed_on < stood.test_from:
            raise Refused(
                gettext("The test may be taken from %(day)s on, after six months (Đ58 k3).")
                % {"day": print_day(stood.test_from)}
            )
        return PointsEntry.objects.create(
            licence=licence,
            part=part,
            what=What.TESTED,
            points=points.FULL,
            on=passed_on,
            balance_after=points.FULL,
            recorded_by=by.officer,
            basis=basis.strip(),
            at=at,
        )


def _insist_on_one_holder(licence: Licence, offender: Party) -> None:
    """Refuse a licence that stands in another case under another person's identity number."""
    others = Party.objects.filter(licence=licence).exclude(identity_number="")
    if others.exclude(identity_number=offender.identity_number).exists():
        raise Refused(
            gettext("This licence is recorded for another person; compare it with the paper again.")
        )


def _lock_licence(case: Violation) -> Licence:
    """Lock the offender's licence; the case row is held already."""
    offender = case.parties.get(role=Party.Role.OFFENDER)
    return Licence.objects.select_for_update().get(pk=offender.licence_id)
