"""The gateways of this portal, built from the settings, and what an attempt is to them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

import httpx
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from citizens.gateways.contract import ApplyResult, AttemptData
from citizens.gateways.vietqr import BELOW_VND, VietQrGateway
from citizens.gateways.vnpay import VnpayGateway
from citizens.gateways.vnpay_codes import REPLIES
from citizens.models import PaymentAttempt
from citizens.statements.reading import folded
from notices.wording import transfer_note
from violations.guards import VIET_NAM
from violations.models import Beneficiary, Decision

_NOT_SAFE = re.compile(r"[^A-Za-z0-9 .:_/-]")  # every encoder signs the others in its own way


def gateway(http: httpx.Client | None = None) -> VnpayGateway:
    """Return the gateway; ``http`` is needed only by who asks it questions over the network."""
    return VnpayGateway(
        terminal=settings.VNPAY_TERMINAL,
        secret=settings.KEYS["VNPAY_SECRET"],
        pay_url=settings.VNPAY_PAY_URL,
        api_url=settings.VNPAY_API_URL,
        http=http or _unused_client(),
        clock=timezone.now,
    )


@lru_cache(maxsize=1)
def _unused_client() -> httpx.Client:
    """Return a client for pages that only sign and verify; it never opens a connection."""
    return httpx.Client()


def order_info(decision: Decision) -> str:
    """Return what the bank prints: that a fine is paid, and for which decision. TT 18/2023 Đ5"""
    note = transfer_note(decision.notice.number_text, decision.notice.issued_on.isoformat())
    return _NOT_SAFE.sub(" ", note)[:255]


def describe(attempt: PaymentAttempt, *, ip: str, language: str) -> AttemptData:
    """Return an attempt as the gateway wants it; equal for the same attempt, so it signs alike."""
    return AttemptData(
        merchant_ref=attempt.merchant_reference,
        amount_vnd=attempt.amount_vnd,
        order_info=order_info(attempt.decision),
        created_at=attempt.created_at,
        expires_at=attempt.expires_at,
        return_url=settings.PORTAL_ORIGIN + reverse("citizens:result"),
        ip=ip,
        locale="en" if language.startswith("en") else "vi",
    )


def transfer_to(beneficiary: Beneficiary, amount_vnd: int) -> VietQrGateway | None:
    """Return the way by VietQR, where the account takes it and the amount fits; None elsewhere."""
    if not beneficiary.accepts_vietqr or amount_vnd >= BELOW_VND:
        return None
    return VietQrGateway(bank_bin=beneficiary.bank_bin, account=folded(beneficiary.account))


def local(moment: datetime) -> datetime:
    """Return a moment on the clock of Viet Nam."""
    return moment.astimezone(VIET_NAM)


def reply_code(result: ApplyResult) -> str:
    """Return the gateway's own code for what became of its message."""
    return REPLIES[result][0]
