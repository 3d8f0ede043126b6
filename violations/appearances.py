"""Who came, who drove, and what the commune police found: from the notice to the record."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from notices.models import Notice, PaperKind
from violations import clocks, letters_before, offenders, papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import CaseDeadline, CommuneRequest, Party, WorkingSession
from violations.taking import taking


def hold_session(
    case_id: uuid.UUID,
    *,
    present_as: str,
    attended_by: str,
    statement: str,
    names_driver: bool,
    by: Actor,
    at: datetime,
    is_online: bool = False,
) -> Notice:
    """Minute that a person came and was shown the evidence; the minutes MBB02 are issued at once.

    ``attended_by`` names the person on the minutes alone. ``names_driver`` tells whether he said
    who drove: who does not may have to answer as an owner (NĐ 168/2024 Đ47 k8b). The twenty days
    for the owner to come are met. The minutes say when it was held online. Raises Refused.
    TT 73/2024 Đ23, Đ24 k2
    """
    if present_as not in WorkingSession.Present.values:
        raise Refused(gettext("Choose in what capacity the person came."))
    if not attended_by.strip() or not statement.strip():
        raise Refused(gettext("Write down who came and what he said; the minutes name both."))
    with taking("hold_session", case_id, by=by, at=at) as (case, event):
        assert by.officer is not None  # the step's permission belongs to officers only
        event.notice = papers.issue_minutes(
            case,
            PaperKind.WORKING_MINUTES,
            letters_before.session(
                case,
                present_as=present_as,
                attended_by=attended_by.strip(),
                statement=statement,
                names_driver=names_driver,
                at=at,
                is_online=is_online,
            ),
            by=by,
            at=at,
        )
        shown = list(case.detection.evidence.order_by("position").values_list("sha256", flat=True))
        WorkingSession.objects.create(
            case=case,
            held_at=at,
            officer=by.officer,
            present_as=present_as,
            shown_files=shown,
            statement=statement,
            is_online=is_online,
            names_driver=names_driver,
            notice=event.notice,
        )
        clocks.meet(case, "no_show", day_in_viet_nam(at))
        event.facts = {"present_as": present_as, "names_driver": names_driver, "shown": len(shown)}
    return event.notice


def name_offender(
    case_id: uuid.UUID,
    offender: Party,
    *,
    proof: str,
    basis: str = Party.Basis.DROVE,
    by: Actor,
    at: datetime,
) -> None:
    """Record who answers, on what basis and what proves it; the five working days start now.

    The owner is not the offender: even an owner who drove is written down again, as the offender.
    ``offender`` is an unsaved Party; ``basis`` is why this person: he drove, the act is the
    owner's own, or the owner does not say who drove (see ``offenders``). Raises Refused.
    NĐ 168/2024 Đ47 k6, k8b; NĐ 61/2026 Đ15 k1c
    """
    if not proof.strip():
        raise Refused(gettext("Write down what proves who drove: a statement, a paper, a picture."))
    with taking("name_offender", case_id, by=by, at=at, reason=proof) as (case, event):
        today = day_in_viet_nam(at)
        if against := offenders.against(case, offender, basis, today):
            raise Refused(against)
        offender.case = case
        offender.role = Party.Role.OFFENDER
        offender.basis = basis
        offender.save()
        case.offender_identified_on = today
        clocks.meet(case, "no_show", today)
        clocks.start(case, "record_due", today)
        event.facts = {"offender": offender.kind, "basis": str(basis)}


def withdraw_offender(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Withdraw the person named: it was somebody else. Luật XLVPHC Đ3 k1đ

    The row about the person goes, with the clock of the record and the circumstances, which were
    his; the event keeps that there was one, and no name. Where nobody ever came, the twenty days
    of the owner run again as they stood. Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused(gettext("Write down why this person does not answer for the violation."))
    with taking("withdraw_offender", case_id, by=by, at=at, reason=reason) as (case, event):
        offender = case.parties.get(role=Party.Role.OFFENDER)
        gone = case.circumstances.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
        event.facts = {
            "offender": offender.kind,
            "basis": offender.basis,
            "named_on": case.offender_identified_on.isoformat(),
            "circumstances": gone,
        }
        offender.delete()
        case.offender_identified_on = None
        CaseDeadline.objects.filter(case=case, name="record_due").delete()
        if not case.beside.sessions:
            CaseDeadline.objects.filter(case=case, name="no_show").update(met_on=None)


def propose_commune_slip(
    case_id: uuid.UUID, *, commune: str, by: Actor, at: datetime
) -> CommuneRequest:
    """Propose the slip that asks a commune police to reach the owner of a motorcycle. Mẫu 04

    Raises Refused without the commune. TT 73/2024 Đ24 k5 đ.b
    """
    if not commune.strip():
        raise Refused(gettext("Name the commune police of the owner's residence."))
    with taking("propose_commune_slip", case_id, by=by, at=at) as (case, event):
        draft = papers.propose(
            case,
            PaperKind.COMMUNE_SLIP,
            letters_before.commune_slip(case, commune.strip()),
            by=by,
            at=at,
        )
        request = CommuneRequest.objects.create(case=case, commune=commune.strip(), draft=draft)
        event.facts = {"draft": draft.pk}
    return request


def sign_commune_slip(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Sign the slip to the commune police; its report is awaited from now on.

    TT 73/2024 Đ24 k5 đ.b, Mẫu 04
    """
    with taking("sign_commune_slip", case_id, by=by, at=at) as (case, event):
        event.notice = papers.sign(case, PaperKind.COMMUNE_SLIP, by=by, at=at)
        request = CommuneRequest.objects.get(draft__notice=event.notice)
        request.notice = event.notice
        request.sent_on = day_in_viet_nam(at)
        request.save()
    return event.notice


def record_commune_report(
    case_id: uuid.UUID, *, outcome: str, buyer: str = "", by: Actor, at: datetime
) -> None:
    """Record the slip that came back: delivered, not resident, moved, or sold and to whom.

    A buyer who has not re-registered counts as the owner (NĐ 168/2024 Đ47 k6) and may then be
    named. Raises Refused for a sale without its buyer. TT 73/2024 Đ24 k5 đ.b, Mẫu 04
    """
    if outcome not in CommuneRequest.Outcome.values:
        raise Refused(gettext("Choose what the commune police reported."))
    sold = outcome == CommuneRequest.Outcome.SOLD
    if sold and not buyer.strip():
        raise Refused(gettext("The report of a sale names the buyer and his address; enter both."))
    with taking("record_commune_report", case_id, by=by, at=at) as (case, event):
        request = CommuneRequest.objects.select_for_update(of=("self",)).get(
            case=case, sent_on__isnull=False, reported_on__isnull=True
        )
        request.outcome = outcome
        request.reported_on = day_in_viet_nam(at)
        request.buyer = buyer.strip() if sold else ""
        request.save()
        event.facts = {"outcome": outcome}


def hand_over_record(
    case_id: uuid.UUID, *, received_on: date, proof: str, by: Actor, at: datetime
) -> None:
    """Record that the offender received his copy of the record. NĐ 118/2021 Đ12 k9

    ``received_on`` is a day in Viet Nam from the record to today. Raises Refused.
    """
    if not proof.strip():
        raise Refused(gettext("Say what proves that the record was received."))
    with taking("hand_over_record", case_id, by=by, at=at, reason=proof) as (case, event):
        assert case.recorded_on is not None  # a recorded case has its day
        if not case.recorded_on <= received_on <= day_in_viet_nam(at):
            raise Refused(
                gettext("The day of receipt lies between the record and today; correct it.")
            )
        clocks.meet(case, "record_forwarded_due", received_on)
        event.facts = {"received_on": received_on.isoformat()}
