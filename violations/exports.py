"""Export a case's evidence: a cover sheet made from the case, and the pack of ``cameras.pack``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from cameras.models import Checkpoint, CustodyEvent
from cameras.pack import evidence_pack
from cameras.pack_proofs import seal
from notices.rendering import render
from violations import letter_parts
from violations.actors import Actor
from violations.guards import Refused
from violations.models import AccessEntry, Violation

# How the custody log is worded on the cover, a Vietnamese paper.
ACTION_WORDS = {
    "received": "tiếp nhận",
    "parsed": "đọc nội dung",
    "quarantined": "cách ly",
    "held": "tạm giữ",
    "released": "cho xử lý",
    "discarded": "loại",
    "viewed": "xem",
    "derived": "tạo bản sao",
    "exported": "xuất",
    "redacted": "che mờ",
    "rehashed": "kiểm tra lại mã băm",
    "transferred": "bàn giao",
    "disposed": "tiêu hủy dữ liệu gốc",
}


def export(case: Violation, *, by: Actor, user: Any, at: datetime) -> bytes:
    """Return the evidence pack of a case as a ZIP, and note who took it. Luật XLVPHC Đ64

    Raises Refused without the right or for another unit's case, before a rule is chosen, and
    cameras.evidence.EvidenceDamaged for altered originals.
    """
    if not by.may("violations.export_evidence") or case.unit.code not in by.unit_codes:
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if case.rule is None:
        raise Refused(gettext("The case has not been verified; there is nothing to prove yet."))
    contents = cover_contents(case, by=by, at=at, checkpoint=seal(at=at))
    cover = render("BKCC", contents, {}).pdf
    with transaction.atomic():
        AccessEntry.objects.create(case=case, what="export", actor=user, level="staff", at=at)
        return evidence_pack(
            case.detection, cover, at=at, actor=user, actor_name=by.name, reason=case.number
        )


def cover_contents(
    case: Violation, *, by: Actor, at: datetime, checkpoint: Checkpoint
) -> dict[str, Any]:
    """Return the contents of the cover sheet (bảng kê chứng cứ): hashes, device, custody."""
    delivery = case.detection.delivery
    moment = letter_parts.iso_moment(at)
    return letter_parts.common_block(case) | {
        "paper_id": f"{case.pk}-{at.timestamp():.0f}",
        "number": f"{case.number}/BKCC",
        "issued_at": moment,
        "draft": False,
        "recipients": ["Người yêu cầu", "Lưu: hồ sơ vụ việc"],
        "signature": letter_parts.signature_block(by.name, "Cán bộ", case, at),
        "case_number": case.number,
        "vehicle": letter_parts.vehicle_block(case),
        "acts": letter_parts.act_blocks(case),
        "device": letter_parts.device_block(case),
        "authenticity": letter_parts.authenticity(case),
        "delivery": {
            "receipt_id": str(delivery.pk),
            "raw_sha256": delivery.body_sha256,
            "received_at": letter_parts.iso_moment(delivery.received_at),
            "level": delivery.authenticity,
        },
        "files": letter_parts.file_list(case),
        "custody": _custody(case),
        "checkpoint": {
            "size": checkpoint.size,
            "root": bytes(checkpoint.root).hex(),
            "at": letter_parts.iso_moment(checkpoint.made_at),
        },
        "prepared_by": by.name,
        "prepared_at": moment,
    }


def _custody(case: Violation) -> list[dict[str, Any]]:
    """Return the rows already chained; those of the last seconds are in the manifest."""
    files = case.detection.evidence.all()
    events = (
        CustodyEvent.objects.filter(
            Q(delivery=case.detection.delivery) | Q(evidence__in=files), link__isnull=False
        )
        .select_related("link", "evidence")
        .order_by("link__sequence")
    )
    return [
        {
            "sequence": event.link.sequence,
            "at": letter_parts.iso_moment(event.at),
            "action": ACTION_WORDS[event.action],
            "actor": event.actor_name,
            "object": f"anh-{event.evidence.position}.jpg" if event.evidence else "gói tin gốc",
            "reason": event.reason or None,
            "row_hash": bytes(event.link.row_hash).hex(),
        }
        for event in events
    ]
