"""Case → plain dict for a paper: what each form prints, read once and then frozen.

The shapes are those of ``notices.contents``. Legal papers are written in Vietnamese here and in
their templates; nothing on them goes through translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from notices.models import PaperKind
from notices.register import printable_contents
from violations.actors import Actor
from violations.guards import VIET_NAM
from violations.letter_parts import (
    BLANK,
    act_block,
    address_lines,
    appointment_block,
    authenticity,
    captured_at,
    common_block,
    device_block,
    file_list,
    honorific,
    iso_moment,
    masked_number,
    overviews,
    person_block,
    signature_block,
    style,
    vehicle_block,
)
from violations.models import Party, Violation
from violations.wording import picture_caption, signature_title


def notice(case: Violation, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the notice 01/73 to the owner. TT 73/2024 Đ24 k1c, law.md §3.3"""
    owner = case.parties.get(role=Party.Role.OWNER)
    return common_block(case) | {
        "recipients": ["Như trên", f"{case.unit.name} (để xử lý)", "Lưu: hồ sơ vụ việc"],
        "addressee": {
            "name": f"{style(owner)} {owner.full_name.upper()}".strip(),
            "lines": address_lines(owner.address),
        },
        "addressee_names": [f"{style(owner)} {owner.full_name}".strip()],
        "honorific": honorific(owner),
        "source": {"kind": "own", "operator": None},
        "vehicle": vehicle_block(case),
        "owner": {
            "name": owner.full_name,
            "identity_number": masked_number(owner.identity_number),
            "address": owner.address,
        },
        "acts": [act_block(case)],
        "preventive_measures": None,
        "appointment": appointment_block(case, at),
        "alternative": None,
        "respond_by": None,
        "device": device_block(case),
        "authenticity": authenticity(case),
        "images": [
            {
                "sha256": file.sha256,
                "captured_at": iso_moment(captured_at(file, case), milliseconds=True),
                "caption": picture_caption(case, position, len(overviews(case))),
            }
            for position, file in enumerate(overviews(case)[:3], start=1)
        ],
        "files": file_list(case),
    }


def record(case: Violation, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the violation record MBB01. law.md §3.6"""
    offender = case.parties.get(role=Party.Role.OFFENDER)
    from violations import deadlines  # pure; kept near its one use

    assert case.rule is not None
    organisation = offender.kind == Party.Kind.ORGANISATION
    may_explain = deadlines.has_right_to_explain(
        case.rule.fine_max_vnd,
        organisation=organisation,
        suspension=bool(case.rule.suspension_months_max),
    )
    return common_block(case) | {
        "recipients": ["Người vi phạm", "Người có thẩm quyền xử phạt", "Lưu: hồ sơ vụ việc"],
        "subject": "Vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
        "started_at": iso_moment(at),
        "ended_at": iso_moment(at),
        "made_at_place": f"{case.unit.name}, {case.unit.address}",
        "place_reason": (
            "vi phạm được phát hiện bằng phương tiện, thiết bị kỹ thuật nghiệp vụ, "
            "người vi phạm không có mặt khi phát hiện"
        ),
        "bases": [
            "kết quả thu thập được bằng phương tiện, thiết bị kỹ thuật nghiệp vụ theo Điều 64 "
            "Luật Xử lý vi phạm hành chính"
        ],
        "device": device_block(case),
        "authenticity": authenticity(case),
        "files": file_list(case),
        "officers": [{"name": BLANK, "position": BLANK, "unit": case.unit.name}],
        "witnesses": [],
        "interpreter": None,
        "offender": person_block(offender),
        "vehicle": vehicle_block(case),
        "acts": [act_block(case)],
        "aggravating": [],
        "mitigating": [],
        "injured_party": None,
        "offender_statement": "công nhận hành vi vi phạm ghi trên",
        "witness_statement": None,
        "injured_statement": None,
        "ordered_to_stop": False,
        "preventive_measures": None,
        "seized": [],
        "explanation": {
            "to": case.unit.name,
            "address": case.unit.address,
            "hearing_working_days": 2,
            "written_working_days": 5,
        }
        if may_explain
        else None,
        "appointment": None,
        "copies": 2,
        "delivered_to": offender.full_name,
        "electronic": None,
        "unsigned_reason": None,
        "offender_signed": {"name": offender.full_name, "digital": None},
        "witness_signed": [],
    }


def decision(case: Violation, price: Any, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the penalty decision MQĐ02. law.md §3.7

    ``price`` is a ``pricing.Price``; the amount printed is the one computed.
    """
    from violations.sanctions import open_beneficiary

    offender = case.parties.get(role=Party.Role.OFFENDER)
    assert case.rule is not None
    account = open_beneficiary(case, at.astimezone(VIET_NAM).date())
    explanation = getattr(case, "explanation", None)
    return common_block(case) | {
        "recipients": ["Như Điều 3", "Lưu: hồ sơ vụ việc"],
        "addressee": {
            "name": f"{style(offender)} {offender.full_name.upper()}".strip(),
            "lines": address_lines(offender.address),
        },
        "authority": BLANK,
        "bases": [
            "Điều 57, Điều 68, Điều 70, Điều 78, Điều 85 Luật Xử lý vi phạm hành chính "
            "(sửa đổi, bổ sung năm 2020 và năm 2025)",
            case.rule.decree,
        ],
        "record": {
            "number": case.record.notice.number_text,
            "made_on": case.record.notice.issued_on.isoformat(),
        },
        "hearing_record": None,
        "verification_record": None,
        "delegation": None,
        "period_note": (
            "vụ việc có giải trình theo Điều 61 Luật Xử lý vi phạm hành chính"
            if explanation is not None and explanation.received_at is not None
            else None
        ),
        "offender": person_block(offender),
        "vehicle": vehicle_block(case),
        "violations": [act_block(case) | {"fine_vnd": price.fine_vnd}],
        "aggravating": [],
        "mitigating": [],
        "fine_total_vnd": price.fine_vnd,
        "additional": [],
        "remedial": [],
        "effective_on": at.astimezone(VIET_NAM).date().isoformat(),
        "payment": {
            "days": 10,
            "treasury": account.treasury_name,
            "bank": None,
            "account": account.account,
            "account_name": account.treasury_name,
            "authority_code": account.agency_code,
            "chapter": account.chapter_code,
            "item": account.item_code,
        },
        "seized_note": None,
        "collector": account.treasury_name,
        "executing_unit": case.unit.name,
        "coordinating_units": [],
        "points_note": (
            f"trừ {case.rule.points} điểm giấy phép lái xe, thông báo riêng theo Mẫu 02/73"
            if case.rule.points and offender.kind == Party.Kind.INDIVIDUAL
            else None
        ),
    }


def payment_confirmation(case: Violation, due: Any, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the payment confirmation; it is no state receipt. law.md §7.6

    ``due`` is a ``payments.Due`` of the day of the last payment.
    """
    offender = case.parties.get(role=Party.Role.OFFENDER)
    rows = []
    for payment in case.decision.payments.order_by("paid_on", "id"):
        for purpose, amount in (
            ("fine", payment.fine_vnd),
            ("late_charge", payment.late_charge_vnd),
        ):
            if amount:
                rows.append(
                    {
                        "received_at": iso_moment(payment.paid_at),
                        "channel": f"Cổng thanh toán {payment.provider.upper()}",
                        "reference": payment.reference,
                        "purpose": purpose,
                        "amount_vnd": amount,
                    }
                )
    paid = sum(row["amount_vnd"] for row in rows)
    return common_block(case) | {
        "recipients": ["Người nộp phạt", "Lưu: hồ sơ vụ việc"],
        "signature": signature_block("Hệ thống", "Cổng Vi phạm giao thông", case, at),
        "payer": {"name": offender.full_name, "address": offender.address},
        "vehicle": vehicle_block(case),
        "decision": {
            "number": case.decision.notice.number_text,
            "issued_on": case.decision.decided_on.isoformat(),
            "unit": case.unit.name,
        },
        "payments": rows,
        "due_vnd": due.fine_vnd,
        "late_charge_vnd": due.late_charge_vnd,
        "paid_vnd": paid,
        "balance_vnd": due.fine_vnd + due.late_charge_vnd - paid,
        "state_voucher": None,
    }


def signed(
    context: Mapping[str, Any], case: Violation, *, by: Actor, at: datetime
) -> dict[str, Any]:
    """Add the signature to a draft's contents: name, title, unit and moment, nothing else.

    The form's own lines that repeat the signer (who made the record, under whose authority the
    decision is) are part of that block.
    """
    title = signature_title(by.title_on(at.astimezone(VIET_NAM).date()))
    result = dict(context) | {"signature": signature_block(by.name, title, case, at)}
    if "officers" in result:
        result["officers"] = [{"name": by.name, "position": title, "unit": case.unit.name}]
        result["ended_at"] = iso_moment(at)
    if result.get("authority"):
        result["authority"] = f"{title} {case.unit.name}"
    if "effective_on" in result:
        result["effective_on"] = at.astimezone(VIET_NAM).date().isoformat()
    return result


def check_before_proposing(kind: str, context: Mapping[str, Any]) -> None:
    """Check a draft's contents as they would be issued, so that a fault shows before a signature.

    Raises notices.completeness.ContentError.
    """
    printable_contents(
        kind,
        dict(context)
        | {
            "paper_id": "draft",
            "number": BLANK,
            "issued_at": "2026-01-01T00:00:00+07:00",
            "draft": True,
        },
    )


def images_of(kind: str, case: Violation) -> list[dict[str, Any]]:
    """Return where the pictures of a paper lie: the citizen's copies, named by their originals."""
    if kind != PaperKind.NOTICE:
        return []
    from cameras.evidence import citizen_copy

    return [
        {"sha256": file.sha256, "copy_sha256": citizen_copy(file).sha256}
        for file in overviews(case)[:3]
    ]


def sentence_return_needs_reason() -> str:
    """Return the refusal of a return without a reason."""
    return gettext("Say why the draft is returned, so that it can be mended.")


def sentence_rule_does_not_apply() -> str:
    """Return the refusal of a rule that is not the law for this act, day and vehicle."""
    return gettext("This rule is not the law for this act, vehicle and day; choose another.")
