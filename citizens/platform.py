"""Payments through the national platform: what is paid for, and what its callback leads to.

A callback is a knock at the door and no more: its status is not signed. It makes us ask, and the
signed answer is settled as any other. While the platform has no address it is switched off.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from django.conf import settings

from citizens import till
from citizens.gateways.contract import (
    ApplyResult,
    BadSignature,
    GatewayError,
    HttpReply,
    Malformed,
    QueryResult,
)
from citizens.gateways.dvcqg import NationalPlatform
from citizens.models import GatewayEvent, PaymentAttempt
from citizens.settlement import Told, keep, settle
from violations.models import Decision, Party


def gateway(http: httpx.Client) -> NationalPlatform | None:
    """Return the platform, or None while it is switched off."""
    if not settings.DVCQG_URL:
        return None
    return NationalPlatform(
        client_id=settings.DVCQG_CLIENT,
        keys=settings.DVCQG_KEYS,
        address=settings.DVCQG_URL,
        http=http,
    )


def bill_of(decision: Decision, amount_vnd: int, late_vnd: int) -> dict[str, Any]:
    """Return what the platform prints of a fine, in its own field names.

    The payer's own fields stay empty: whoever pays says there who he is.
    """
    case, account = decision.case, decision.beneficiary
    offender = Party.objects.filter(case=case, role=Party.Role.OFFENDER).first()
    parts = [{"NoiDung": "Tiền phạt vi phạm hành chính", "SoTien": str(amount_vnd - late_vnd)}]
    if late_vnd:
        parts.append({"NoiDung": "Tiền chậm nộp phạt", "SoTien": str(late_vnd)})
    return {
        "MaHoSo": case.number,
        "MaLoaiHinhThuPhat": "VPHC-GTDB",
        "TenLoaiHinhThuPhat": "Vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
        "MaCoQuanQD": account.agency_code,
        "TenCoQuanQD": case.unit.name,
        "KhoBac": account.treasury_name,
        "NgayQD": f"{decision.decided_on:%d/%m/%Y}",
        "SoQD": decision.notice.number_text,
        "ThoiGianViPham": f"{till.local(case.occurred_at):%d/%m/%Y %H:%M}",
        "DiaDiemViPham": case.place,
        "TenNguoiViPham": offender.full_name if offender else "",
        "TaiKhoanThuNSNN": account.account,
        "TKThuHuong": account.account,
        "MaNHThuHuong": account.bank_bin,
        "TenTKThuHuong": account.treasury_name,
        "NoiDungThanhToan": till.order_info(decision),
        "DSKhoanNop": parts,
    }


def apply_callback(body: bytes, platform: NationalPlatform, *, at: datetime) -> HttpReply:
    """Take a callback: ask the platform about the attempt it names, and settle the answer."""
    event = GatewayEvent(
        gateway=platform.code,
        kind="ipn",
        raw=body[:8192].decode("utf-8", "replace").replace("\x00", ""),
        signature_true=False,
        received_at=at,
    )
    try:
        reference = platform.read_callback(body)
    except (BadSignature, Malformed) as fault:
        is_unsigned = isinstance(fault, BadSignature)
        return platform.reply(ApplyResult.BAD_SIGNATURE if is_unsigned else ApplyResult.ERROR)
    event.signature_true = True
    attempt = PaymentAttempt.objects.filter(
        gateway=platform.code, merchant_reference=reference
    ).first()
    if attempt is None:
        keep(event, ApplyResult.UNKNOWN_ORDER)
        return platform.reply(ApplyResult.UNKNOWN_ORDER)
    event.attempt = attempt
    keep(event, ApplyResult.RECORDED)
    return platform.reply(ask(attempt, platform, at=at))


def ask(attempt: PaymentAttempt, platform: NationalPlatform, *, at: datetime) -> ApplyResult:
    """Ask the platform about an attempt and settle its signed answer; no answer changes nothing."""
    request_id = hashlib.sha256(f"{attempt.pk}:{at.isoformat()}".encode()).hexdigest()[:32]
    described = till.describe(attempt, ip="127.0.0.1", language="vi")
    try:
        answer = platform.query(described, request_id=request_id)
    except GatewayError:
        return ApplyResult.ERROR
    event = GatewayEvent(
        gateway=platform.code,
        kind="query",
        raw=urlencode(answer.raw)[:8192],
        signature_true=True,
        outcome=answer.outcome,
        received_at=at,
    )
    return settle(attempt, _said(answer, attempt), event, at=at)


def _said(answer: QueryResult, attempt: PaymentAttempt) -> Told:
    """Read the answer; another sum than was asked for needs a person, as all that is unclear."""
    outcome: Any = answer.outcome
    if outcome == "not_found":
        outcome = "pending"
    elif outcome not in ("paid", "failed", "pending") or answer.amount_vnd != attempt.amount_vnd:
        outcome = "review"
    return Told(
        outcome=outcome,
        amount_vnd=attempt.amount_vnd,
        transaction=answer.gateway_transaction_no,
        response_code=str(answer.raw.get("status", ""))[:10],
        paid_at=answer.paid_at,
    )
