"""Case → plain dict for a paper: what each form prints, read once and then frozen.

The shapes are those of ``notices.contents``. Legal papers are written in Vietnamese here and in
their templates; nothing on them goes through translation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from notices.models import PaperKind
from notices.register import printable_contents
from notices.wording import day_figures
from violations import competence, powers, pricing, residence
from violations.actors import Actor
from violations.guards import VIET_NAM
from violations.letter_parts import (
    BLANK,
    act_blocks,
    addressee_block,
    appointment_block,
    authenticity,
    captured_at,
    circumstance_lists,
    common_block,
    device_block,
    file_list,
    honorific,
    iso_moment,
    masked_number,
    overviews,
    owner_block,
    person_block,
    settlement_block,
    signature_block,
    style,
    vehicle_block,
)
from violations.models import Party, Violation
from violations.wording import picture_caption, signature_title, title_in_unit

NEARER_PLACE = "Công an cấp xã nơi cư trú hoặc đội, trạm thuộc Phòng Cảnh sát giao thông nơi cư trú"


def notice(case: Violation, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the notice 01/73 to the owner. TT 73/2024 Đ24 k1c, law.md §3.3"""
    owner = case.parties.get(role=Party.Role.OWNER)
    return common_block(case) | {
        "recipients": ["Như trên", f"{case.unit.name} (để xử lý)", "Lưu: hồ sơ vụ việc"],
        "addressee": addressee_block(owner),
        "addressee_names": [f"{style(owner)} {owner.full_name}".strip()],
        "honorific": honorific(owner),
        "source": {"kind": "own", "operator": None},
        "vehicle": vehicle_block(case),
        "owner": owner_block(owner) | {"identity_number": masked_number(owner.identity_number)},
        "acts": act_blocks(case),
        "preventive_measures": None,
        "appointment": appointment_block(case, at),
        "alternative": _nearer_place(case, at),
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


def _nearer_place(case: Violation, at: datetime) -> dict[str, Any]:
    """Say where the owner may go instead if travel is hard. TT 73/2024 Đ24 k1c; law.md §3.3

    The one commune police or office that fits his address, or in general words where none does.
    """
    unit = residence.unit_of_residence(case, at.astimezone(VIET_NAM).date())
    return {
        "unit_name": unit.name if unit else NEARER_PLACE,
        "address": (unit.address or None) if unit else None,
        "phone": (unit.phone or None) if unit else None,
        "at": None,
    }


def record(case: Violation, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the violation record MBB01. law.md §3.6

    The appointment is the last day of the period in which a decision must be made. Đ66 k1
    """
    offender = case.parties.get(role=Party.Role.OFFENDER)
    device = device_block(case)
    return common_block(case) | {
        "recipients": ["Người vi phạm", "Người có thẩm quyền xử phạt", "Lưu: hồ sơ vụ việc"],
        "subject": "trật tự, an toàn giao thông đường bộ",
        "started_at": iso_moment(at),
        "ended_at": iso_moment(at),
        "made_at_place": f"{case.unit.name}, {case.unit.address}",
        "place_reason": (
            "vi phạm được phát hiện bằng phương tiện, thiết bị kỹ thuật nghiệp vụ, "
            "người vi phạm không có mặt khi phát hiện"
        ),
        "bases": [
            "Điều 58, Điều 64 Luật Xử lý vi phạm hành chính (sửa đổi, bổ sung năm 2020 và năm "
            "2025)",
            "kết quả thu thập được bằng phương tiện, thiết bị kỹ thuật nghiệp vụ theo Điều 64 Luật "
            f"Xử lý vi phạm hành chính: thiết bị {device['name']}, số sê-ri {device['serial']}, "
            f"ghi nhận ngày {day_figures(case.occurred_on.isoformat())}, hồ sơ số {case.number}",
        ],
        "device": device,
        "authenticity": authenticity(case),
        "files": file_list(case),
        "officers": [{"name": BLANK, "position": BLANK, "unit": case.unit.name}],
        "witnesses": [],
        "local_authority": None,
        "interpreter": None,
        "offender": person_block(offender),
        "vehicle": vehicle_block(case),
        "acts": act_blocks(case),
        **circumstance_lists(case),
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
        if pricing.may_explain(case)
        else None,
        "appointment": settlement_block(case, at),
        "copies": 2,
        "delivered_to": offender.full_name,
        "electronic": None,
        "unsigned_reason": None,
        "offender_signed": {"name": offender.full_name, "digital": None},
        "witness_signed": [],
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
        "zero_tens": settings.AMOUNT_ZERO_TENS,
        "balance_vnd": due.fine_vnd + due.late_charge_vnd - paid,
        "state_voucher": None,
    }


def signed(
    context: Mapping[str, Any], case: Violation, *, by: Actor, at: datetime
) -> dict[str, Any]:
    """Add the signature to a draft's contents: name, title, unit and moment, nothing else.

    The form's own lines that repeat the signer (who made the record, under whose authority the
    decision is, by which delegation) are part of that block. A deputy signs KT. for the head, and
    what he decides is of the head's authority. Luật XLVPHC Đ54; NĐ 30/2020, annex I
    """
    today = at.astimezone(VIET_NAM).date()
    held_title = by.title_on(today)
    title = signature_title(held_title)
    head = powers.head_of(held_title or "")
    head_title = signature_title(head) if head else None
    result = dict(context) | {
        "signature": signature_block(by.name, title, case, at, head_title=head_title)
    }
    if "delegation" in result:
        held = competence.delegation_held(by, today)
        result["delegation"] = (
            {"number": held.number, "made_on": held.signed_on.isoformat()} if held else None
        )
    if "officers" in result:
        result["officers"] = [{"name": by.name, "position": title, "unit": case.unit.name}]
        result["ended_at"] = iso_moment(at)
    if result.get("authority"):
        result["authority"] = title_in_unit(head_title or title, case.unit.name)
    if "effective_on" in result:
        result["effective_on"] = today.isoformat()
    return result


def check_before_proposing(kind: str, context: Mapping[str, Any], *, at: datetime) -> None:
    """Check a draft's contents as they would be issued, so that a fault shows before a signature.

    The form must be the one in force on the day of ``at``, an aware moment. Raises
    notices.completeness.ContentError.
    """
    printable_contents(
        kind,
        dict(context)
        | {
            "paper_id": "draft",
            "number": BLANK,
            "issued_at": iso_moment(at),
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
