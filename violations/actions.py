"""The legal acts up to the notice: one function each, each one row of the workflow table."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from cameras.models import Detection
from notices.models import Notice, PaperKind
from violations import clocks, history, letters, papers
from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam
from violations.letter_parts import display_plate
from violations.models import (
    CaseEvent,
    Lease,
    Party,
    PenaltyRule,
    RegisterAnswer,
    ReviewDecision,
    SecondLook,
    Violation,
)
from violations.registry import RegisteredVehicle
from violations.registry_match import disagreements
from violations.taking import taking

# The register says it in English; papers and people are addressed in Vietnamese.
GENDERS = {"male": "nam", "female": "nữ"}


def open_case(detection: Detection, *, facts: dict[str, Any], at: datetime) -> Violation:
    """Open a case for a detection and start its first clocks. TT 73/2024 Đ15 k2, Đ24 k1a.

    ``facts`` are the searchable columns read from the detection by ``intake``. The time bar runs
    from the moment of recording, the ten days for the notice from the day the portal received it.
    """
    occurred_on = day_in_viet_nam(detection.occurred_at)
    detected_on = day_in_viet_nam(detection.received_at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('violations_case_number')")
        serial = cursor.fetchone()[0]
    with transaction.atomic():
        case = Violation(
            number=f"VP-{detected_on:%y}-{serial:06d}",
            unit=detection.device.site.unit,
            detection=detection,
            occurred_at=detection.occurred_at,
            occurred_on=occurred_on,
            detected_on=detected_on,
            time_bar_on=occurred_on,
            created_at=at,
            **facts,
        )
        case.save(force_insert=True)
        case.time_bar_on = clocks.start(case, "time_bar", occurred_on).due_on
        clocks.start(case, "notice_due", detected_on)
        case.save(update_fields=["time_bar_on"])
        history.append(
            CaseEvent(
                case=case,
                step="open",
                to_status=case.status,
                actor_name=SYSTEM.name,
                at=at,
                facts={"detection": str(detection.pk)},
            )
        )
    return case


def verify(review: ReviewDecision, *, by: Actor, at: datetime) -> None:
    """Verify that the pictures show the violation. Luật XLVPHC Đ64; NĐ 61/2026 Đ14.

    Called when the ten seconds of undo are over; ``by`` is the reviewing officer, whose role is
    judged again now. The plate and the rule are those the officer confirmed.
    """
    with taking("verify", review.case_id, by=by, at=at, reason=review.note) as (case, event):
        rule = _rule_in_force(review.rule, case)
        case.plate = review.plate or case.plate
        case.plate_colour = review.plate_colour or case.plate_colour
        case.plate_display = display_plate(case)
        case.rule = rule
        case.verified_by = by.officer
        event.facts = {
            "rule": rule.code,
            "files": review.viewed_files,
            "visible_ms": review.visible_ms,
            "plate_corrected": case.plate != case.detection.plate_normalised,
        }


def reject(review: ReviewDecision, *, by: Actor, at: datetime) -> None:
    """Reject a detection: no violation is shown, or none that can be proved. Luật XLVPHC Đ3 k1đ."""
    with taking("reject", review.case_id, by=by, at=at, reason=review.note) as (case, event):
        case.rejection_reason = review.rejection_reason
        case.rejected_by = by.officer
        clocks.meet_all(case, day_in_viet_nam(at))
        event.facts = {
            "reason": review.rejection_reason,
            "files": review.viewed_files,
            "visible_ms": review.visible_ms,
        }


def reject_recalled(case_id: uuid.UUID, *, reason: str, note: str, by: Actor, at: datetime) -> None:
    """Reject what nobody has reviewed yet: the camera's results are recalled. Đ3 k1đ, Đ64

    Who holds the case on the review page loses it there; a verdict that waits to take effect is
    refused then. Raises Refused.
    """
    with taking("reject_recalled", case_id, by=by, at=at, reason=note) as (case, event):
        Lease.objects.filter(case=case).delete()
        case.rejection_reason = reason
        clocks.meet_all(case, day_in_viet_nam(at))
        event.facts = {"reason": reason}


def identify_owner(
    case_id: uuid.UUID, answer: RegisteredVehicle | None, *, asked_at: datetime, at: datetime
) -> bool:
    """Write down what the vehicle register answered, and the owner it names. TT 73/2024 Đ24 k1a.

    Where the pictures show another vehicle than the register, the plate may be a copy: a second
    look is asked for in the same act, and no notice goes out before it is answered.
    Returns False, leaving the case where it is, when the register does not know the vehicle: the
    answer is kept and an officer looks. Raises Refused.
    """
    if answer is None:
        RegisterAnswer.objects.create(case_id=case_id, asked_at=asked_at, found=False)
        return False
    with taking("identify_owner", case_id, by=SYSTEM, at=at) as (case, event):
        if (answer.plate, answer.plate_colour) != (case.plate, case.plate_colour):
            # Asked about the plate of a verdict that was withdrawn meanwhile: another's vehicle.
            raise Refused(gettext("The register answered about another plate; it is asked again."))
        RegisterAnswer.objects.create(
            case=case,
            asked_at=asked_at,
            found=True,
            vehicle_class=answer.vehicle_class,
            vehicle_colour=answer.vehicle_colour,
            make=answer.make,
            model=answer.model,
            registered_on=answer.registered_on,
        )
        owner = answer.owner
        Party.objects.create(
            case=case,
            role=Party.Role.OWNER,
            kind=owner.kind,
            full_name=owner.name,
            gender=GENDERS.get(owner.gender, ""),
            born_on=owner.date_of_birth,
            nationality="Việt Nam" if owner.kind == "individual" else "",
            identity_number=owner.identity_number,
            address=owner.address,
            phone=owner.phone,
            representative=owner.representative,
        )
        event.facts = {"owner": owner.kind}
        if not (found := disagreements(case)):
            return True
        if case.beside.second_look in ("open", "disagreed"):
            waiting = case.second_looks.latest("id")
            # Whoever looks or settles has the comparison with the register before him.
            waiting.strata = [*dict.fromkeys([*waiting.strata, "register_differs"])]
            waiting.save(update_fields=["strata"])
        elif not any("register_differs" in look.strata for look in case.second_looks.all()):
            SecondLook.objects.create(
                case=case,
                ground=SecondLook.Ground.REGISTER,
                note="; ".join(found)[:400],
                asked_at=at,
            )
        else:
            return True  # two people have looked, with the comparison before them
        event.facts["second_look"] = SecondLook.Ground.REGISTER.value
    return True


def propose_notice(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Propose the notice to the owner, frozen as it would be signed. TT 73/2024 Đ24 k1c."""
    with taking("propose_notice", case_id, by=by, at=at) as (case, event):
        draft = papers.propose(case, PaperKind.NOTICE, letters.notice(case, at=at), by=by, at=at)
        event.facts = {"draft": draft.pk}


def sign_notice(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Sign the notice: it gets number and day, and the case becomes public. Mẫu 01/73."""
    with taking("sign_notice", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        event.notice = papers.sign(case, PaperKind.NOTICE, by=by, at=at)
        case.signed_by = by.officer
        case.notified_on = today
        clocks.meet(case, "notice_due", today)
        clocks.start(case, "no_show", today)
    return event.notice


def return_draft(case_id: uuid.UUID, kind: str, *, by: Actor, at: datetime, reason: str) -> None:
    """Send a draft back to who proposed it, with a reason; it burns no number. NĐ 30/2020."""
    if not reason.strip():
        raise Refused(letters.sentence_return_needs_reason())
    with taking("return_draft", case_id, by=by, at=at, reason=reason) as (case, event):
        draft = papers.give_back(case, kind, by=by, at=at, reason=reason)
        event.facts = {"draft": draft.pk, "kind": kind}


def record_posting(
    case_id: uuid.UUID, notice: Notice, tracking_number: str, *, by: Actor, at: datetime
) -> None:
    """Record that a paper of the case was handed to the post with a tracking number. Đ70.

    A unit posts its own papers, also after the case has gone to another unit.
    """
    with taking("record_posting", case_id, by=by, at=at) as (_case, event):
        if notice.unit_code not in by.unit_codes:
            raise Refused(gettext("The paper belongs to another unit."))
        event.notice = notice
        event.facts = {"tracking_number": tracking_number}


def _rule_in_force(rule: PenaltyRule | None, case: Violation) -> PenaltyRule:
    """Insist on the law of the day of the act (NĐ 238/2026 Đ21) and on the class of vehicle."""
    from violations.catalogue import applies

    if rule is None or not applies(rule, case):
        raise Refused(letters.sentence_rule_does_not_apply())
    return rule
