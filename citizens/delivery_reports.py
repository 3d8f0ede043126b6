"""What a mail or SMS provider tells later: that a message came back (báo trả lại).

The provider signs each report with the secret we share; a report changes nothing but the attempt it
names, once, and only towards failure: that a message arrived serves nothing (NĐ 118/2021 Đ28b).
"""

from __future__ import annotations

import hmac
import json
import uuid
from datetime import datetime, timedelta

from django.conf import settings

from notices import sending
from notices.channels.sms import signature
from notices.models import PaperDelivery

MOST_BYTES = 4096
FRESH = timedelta(minutes=5)
MOST_REASON = 80


class ReportRefused(Exception):
    """This is no report of our provider; the text says why, for the provider's log."""


def take_report(body: bytes, *, timestamp: str, signed: str, at: datetime) -> bool:
    """Take one signed report; returns whether it changed anything. Raises ReportRefused.

    ``body`` is JSON with ``key`` (the idempotency key the message was sent under), ``result`` and
    ``reason``. A repeated report changes nothing more.
    """
    secret = settings.MESSAGES["report_secret"]
    if not secret:
        raise ReportRefused("reports are not configured")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise ReportRefused("no timestamp")
    if abs(at.timestamp() - int(timestamp)) > FRESH.total_seconds():
        raise ReportRefused("too old")
    expected = signature(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), signed.encode("utf-8", "replace")):
        raise ReportRefused("signature")
    try:
        told = json.loads(body)
        key = uuid.UUID(told["key"])
        result, reason = str(told["result"]), str(told.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ReportRefused("form") from None
    if result != "bounced":
        return False
    if not PaperDelivery.objects.filter(pk=key, route__in=("email", "sms")).exists():
        return False
    words = "".join(sign for sign in reason if sign.isprintable())[:MOST_REASON]
    return sending.record_bounce(key, f"bounced: {words}", at=at)
