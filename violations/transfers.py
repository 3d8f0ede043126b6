"""Hand a case to another unit: the device's result before the record, the file after it.

TT 73/2024 Đ24 k1b (slip 03/73); Luật XLVPHC Đ52 k4, Đ66 k1 đ.a (minutes MBB29)
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext

from cameras.models import Unit
from notices.models import Notice, PaperKind
from violations import clocks, decision_period, letters_before, papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import Transfer, Violation
from violations.taking import taking

PAPERS = {
    Transfer.Stage.RESULT: PaperKind.TRANSFER_SLIP,
    Transfer.Stage.FILE: PaperKind.FILE_TRANSFER,
}


def stage_of(case: Violation) -> Transfer.Stage:
    """Tell what would be handed over now: the result, or from the record on the file."""
    recorded = case.status == Violation.Status.RECORDED
    return Transfer.Stage.FILE if recorded else Transfer.Stage.RESULT


def propose_transfer(
    case_id: uuid.UUID, *, to_unit: Unit, ground: str, by: Actor, at: datetime
) -> Transfer:
    """Propose to hand the case to another unit. TT 73/2024 Đ24 k1b; Luật XLVPHC Đ52 k4

    The officer chooses the unit; ``residence`` and ``competence`` only advise. Raises Refused for
    the unit that holds the case already, and without a ground.
    """
    if not ground.strip():
        raise Refused(
            gettext("Write down why the case is handed over: residence, or lack of power.")
        )
    with taking("propose_transfer", case_id, by=by, at=at, reason=ground) as (case, event):
        if to_unit.pk == case.unit_id:
            raise Refused(gettext("The case is with this unit already; choose another."))
        stage = stage_of(case)
        draft = papers.propose(
            case,
            PAPERS[stage],
            letters_before.transfer(case, to_unit, ground, stage),
            by=by,
            at=at,
        )
        transfer = Transfer.objects.create(
            case=case,
            stage=stage,
            from_unit=case.unit,
            to_unit=to_unit,
            ground=ground,
            draft=draft,
        )
        event.facts = {"draft": draft.pk, "stage": stage.value, "to": to_unit.code}
    return transfer


def sign_transfer(case_id: uuid.UUID, *, kind: str, by: Actor, at: datetime) -> Notice:
    """Sign the transfer: from this moment the case is the other unit's. TT 73/2024 Đ24 k1b

    ``kind`` is the paper that is signed: a slip proposed before the record does not hand over the
    file. A transferred file has ten working days from the record, unless it has longer already
    (Đ66 k1). What else waited for a signature here is returned: the new unit signs its own papers.
    """
    with taking("sign_transfer", case_id, by=by, at=at) as (case, event):
        stage = stage_of(case)
        if PAPERS[stage] != kind:
            raise Refused(
                gettext("The record was made since; return this slip and propose the file's.")
            )
        event.notice = papers.sign(case, kind, by=by, at=at)
        transfer = Transfer.objects.select_related("from_unit", "to_unit").get(
            draft__notice=event.notice
        )
        transfer.notice = event.notice
        transfer.transferred_on = day_in_viet_nam(at)
        transfer.save()
        returned = papers.withdraw_waiting(
            case, at=at, reason=gettext("The case has gone to another unit.")
        )
        case.unit = transfer.to_unit
        clocks.hand_over(case)
        longer = stage is Transfer.Stage.FILE and decision_period.lengthen(case, "transferred")
        event.facts = {
            "stage": stage.value,
            "from": transfer.from_unit.code,
            "to": transfer.to_unit.code,
            "drafts_returned": returned,
            "period_lengthened": longer,
        }
    return event.notice


def acknowledge_transfer(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Acknowledge, as the receiving unit, that the case has arrived. TT 73/2024 Đ24 k1b"""
    with taking("acknowledge_transfer", case_id, by=by, at=at) as (case, event):
        assert by.officer is not None  # the step's permission belongs to officers only
        arrived = Transfer.objects.filter(
            case=case, transferred_on__isnull=False, acknowledged_at__isnull=True
        ).latest("id")
        arrived.acknowledged_by = by.officer
        arrived.acknowledged_at = at
        arrived.save()
        event.facts = {"transfer": arrived.pk}
