"""Amend, correct or cancel a decision within one year. NĐ 118/2021 Đ13–16; Luật XLVPHC Đ18 k3

The decision itself stays as it was signed: each change is a row with a paper of its own.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from notices import register
from notices.amounts import format_vnd
from notices.models import Notice, PaperKind
from violations import clocks, fines, licences, papers, payments, reliefs
from violations.actors import Actor
from violations.change_grounds import ChangeGround, ground_of
from violations.guards import Refused, day_in_viet_nam
from violations.letters_after import after_decision
from violations.models import DecisionChange, LicenceSuspension, Violation
from violations.owing import amended_fine, fine_in_force
from violations.taking import taking
from violations.workflow import PAYABLE

PAPER = {
    DecisionChange.Kind.AMENDED: PaperKind.AMENDMENT,
    DecisionChange.Kind.CORRECTED: PaperKind.CORRECTION,
    DecisionChange.Kind.CANCELLED: PaperKind.CANCELLATION,
}


def propose_change(
    case_id: uuid.UUID,
    *,
    kind: str,
    ground: str,
    text: str,
    by: Actor,
    at: datetime,
    circumstances: tuple[int, int] | None = None,
) -> None:
    """Propose to amend, correct or cancel the decision. NĐ 118/2021 Đ13–16; MQĐ38–40

    ``ground`` is a code of ``change_grounds``; ``text`` is printed as it stands. ``circumstances``
    are the numbers of mitigating and aggravating circumstances as they are found now: an amendment
    may move the fine by them, computed within the frames of the decision and never typed. Raises
    Refused without a text or with a ground the decree does not name for this kind.
    """
    if not text.strip():
        raise Refused(gettext("Write what is changed in the decision, as it will be printed."))
    try:
        found = ground_of(kind, ground)
    except LookupError:
        raise Refused(
            gettext("Choose a ground that the decree names for this change (NĐ 118 Đ13–16).")
        ) from None
    if circumstances is not None and kind != DecisionChange.Kind.AMENDED:
        raise Refused(gettext("Only an amendment changes the fine (NĐ 118 Đ13)."))
    with taking("propose_change", case_id, by=by, at=at) as (case, event):
        delta = 0 if circumstances is None else _delta(case, *circumstances)
        _insist_on_delta(case, delta, at)
        event.facts = _draw_up(case, found, text, delta, by=by, at=at)


def propose_recalled(case_id: uuid.UUID, *, text: str, by: Actor, at: datetime) -> None:
    """Propose to cancel the decision: what the camera recorded is recalled. Đ15–16; MQĐ40

    Taken by the job of an approved recall, for who proposed that; ``text`` is printed as it stands.
    NĐ 118/2021 Đ15–16; Luật XLVPHC Đ65
    """
    with taking("propose_recalled", case_id, by=by, at=at) as (case, event):
        ground = ground_of(DecisionChange.Kind.CANCELLED, "no_sanction")
        event.facts = _draw_up(case, ground, text, 0, by=by, at=at)


def sign_amendment(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Amend the decision; a changed fine is an adjustment and a posting from today. Đ13; MQĐ38

    NĐ 118/2021 Đ13; TT 18/2023 Đ6. What was paid above a lowered fine becomes owed back; when
    nothing is left to pay the case is closed after the signature.
    """
    with taking("sign_amendment", case_id, by=by, at=at) as (case, event):
        change = _sign(case, PaperKind.AMENDMENT, by=by, at=at)
        event.notice = change.notice
        _insist_on_delta(case, change.fine_delta_vnd, at)
        if change.fine_delta_vnd:
            payments.adjust(case.decision, change.fine_delta_vnd, change=change, at=at)
        event.facts = {"ground": change.ground, "fine_delta_vnd": change.fine_delta_vnd}
    payments.settle_and_close(case_id, at=at)
    return event.notice


def sign_correction(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Correct a fault of drafting; the fine stays. NĐ 118/2021 Đ14; MQĐ39"""
    with taking("sign_correction", case_id, by=by, at=at) as (case, event):
        change = _sign(case, PaperKind.CORRECTION, by=by, at=at)
        event.notice = change.notice
        event.facts = {"ground": change.ground}
    return event.notice


def sign_cancellation(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Cancel the decision: nothing is owed, everything paid is owed back. Đ15–16; MQĐ40

    NĐ 118/2021 Đ15–16; Luật XLVPHC Đ18 k3; TT 18/2023 Đ7. Waiting drafts are returned, clocks
    stop, an open request for relief is closed, a licence suspension is cancelled and points go
    back.
    """
    with taking("sign_cancellation", case_id, by=by, at=at) as (case, event):
        change = _sign(case, PaperKind.CANCELLATION, by=by, at=at)
        event.notice = change.notice
        register.void(
            case.decision.notice,
            by=change.notice,
            reason=f"Bị hủy bỏ bởi Quyết định số {change.notice.number_text}.",
            at=at,
            by_name=by.name,
        )
        today = day_in_viet_nam(at)
        payments.return_everything(case.decision, change, at=at)
        papers.withdraw_waiting(case, at=at, reason=gettext("The decision is cancelled."))
        reliefs.drop_open_request(case, reason="Quyết định xử phạt đã bị hủy bỏ.", at=at)
        clocks.meet_all(case, today)
        LicenceSuspension.objects.filter(decision=case.decision, cancelled_on__isnull=True).update(
            cancelled_on=today
        )
        licences.reverse_points(case, at=at)
        event.facts = {"ground": change.ground}
    return event.notice


def _draw_up(
    case: Violation, ground: ChangeGround, text: str, delta: int, *, by: Actor, at: datetime
) -> dict[str, Any]:
    """Freeze the paper and the change it makes; return what the event tells of them."""
    paper = _paper(case, ground, text, delta)
    draft = papers.propose(case, PAPER[DecisionChange.Kind(ground.kind)], paper, by=by, at=at)
    DecisionChange.objects.create(
        case=case,
        kind=ground.kind,
        ground=ground.code,
        text=text,
        fine_delta_vnd=delta,
        draft=draft,
    )
    return {"kind": ground.kind, "ground": ground.code, "fine_delta_vnd": delta}


def _sign(case: Violation, kind: str, *, by: Actor, at: datetime) -> DecisionChange:
    draft = papers.waiting(case, kind)
    change: DecisionChange = DecisionChange.objects.get(draft=draft)
    change.notice = papers.sign(case, kind, by=by, at=at)
    change.changed_on = day_in_viet_nam(at)
    change.save()
    return change


def _delta(case: Violation, mitigating: int, aggravating: int) -> int:
    """Return by how many đồng the fine moves under other circumstances, act by act. NĐ 118 Đ9"""
    if case.decision.is_warning:
        return 0
    new = sum(
        fines.assess(act.frame_min_vnd, act.frame_max_vnd, mitigating, aggravating).fine_vnd
        for act in case.decision.acts.all()
    )
    return new - amended_fine(case.decision)


def _insist_on_delta(case: Violation, delta: int, at: datetime) -> None:
    if delta > 0 and case.status not in PAYABLE:
        raise Refused(gettext("The fine was paid and the case ended; it is not raised any more."))
    if delta and fine_in_force(case.decision, day_in_viet_nam(at)) + delta < 0:
        raise Refused(
            gettext("Reliefs have taken more off the fine than this amendment leaves; see Đ77.")
        )


def _paper(case: Violation, ground: ChangeGround, text: str, delta: int) -> dict[str, Any]:
    bases = [ground.basis_vi]
    if ground.kind == DecisionChange.Kind.CANCELLED:
        return after_decision(
            case,
            subject="Hủy bỏ quyết định xử phạt vi phạm hành chính",
            law="Điều 18",
            bases=bases,
            is_posted=True,
            articles=[
                [
                    "Hủy bỏ toàn bộ Quyết định xử phạt vi phạm hành chính số "
                    f"{case.decision.notice.number_text}.",
                    text,
                    "Số tiền đã nộp theo quyết định bị hủy bỏ được hoàn trả cho người nộp.",
                ]
            ],
        )
    if ground.kind == DecisionChange.Kind.CORRECTED:
        return after_decision(
            case,
            subject="Đính chính quyết định xử phạt vi phạm hành chính",
            law="Điều 18",
            bases=bases,
            articles=[[text, "Các nội dung khác của quyết định không thay đổi."]],
        )
    before = amended_fine(case.decision)
    paragraphs = [text]
    if delta:
        paragraphs.append(
            f"Mức tiền phạt {format_vnd(before)} được sửa đổi thành {format_vnd(before + delta)}."
        )
    return after_decision(
        case,
        subject="Sửa đổi, bổ sung quyết định xử phạt vi phạm hành chính",
        law="Điều 18",
        bases=bases,
        articles=[paragraphs],
    )
