"""One-time codes for accounts: asked for a contact, sent by a worker, used once at one door.

The code is derived from its row's id and stored nowhere. Asking looks the same whether or not an
account with the contact exists: a code is sent in any case, and no page says which it was.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from citizens import limits
from citizens.limits import DAY, HOUR, Limit
from citizens.models import AccountCode, CitizenAccount
from notices.channels import Channel, ChannelError
from notices.channels.configured import can_send_by
from notices.channels.texts import one_time_code
from notices.models import PaperDelivery

Purpose, Route = AccountCode.Purpose, PaperDelivery.Route
CODE_LASTS = timedelta(minutes=10)
TRIES = 5
MOST_ATTEMPTS = 3
# payments_citizens.md §6.5: three an hour for one contact, at whatever door they are asked.
CODES_TO_A_CONTACT = (Limit("contact-code-hour", 3, HOUR), Limit("contact-code-day", 10, DAY))
CODES_ASKED = (Limit("code-asked-hour", 20, HOUR), Limit("code-asked-day", 60, DAY))


def route_of(contact: str) -> str:
    """Return the way a message goes to a plain contact."""
    return str(Route.EMAIL if "@" in contact else Route.SMS)


def ask(
    purpose: Purpose,
    contact: str,
    *,
    account: CitizenAccount | None = None,
    network: str,
    at: datetime,
) -> uuid.UUID | None:
    """Note that a code is wanted; a worker sends it. None where this portal cannot send there.

    ``contact`` is plain. Raises limits.TooMany for the network, and for a contact that was sent
    three codes within the hour.
    """
    limits.spend(CODES_ASKED, network, at=at)
    limits.spend(CODES_TO_A_CONTACT, contact, at=at)
    route = route_of(contact)
    if not can_send_by(route):
        return None
    made = AccountCode.objects.create(
        purpose=purpose, account=account, route=route, contact=contact, asked_at=at
    )
    return made.pk


def code_of(code_id: uuid.UUID) -> str:
    """Return the six figures of a code."""
    key = settings.KEYS["LOOKUP_CODE_KEY"].encode()
    drawn = hmac.digest(key, b"account-code/1:" + code_id.bytes, hashlib.sha256)
    return f"{int.from_bytes(drawn[:8]) % 1_000_000:06d}"


def use(
    code_id: uuid.UUID | None, typed: str, purpose: Purpose, *, at: datetime
) -> AccountCode | None:
    """Use a code; None when wrong, used, tried five times, over ten minutes old, or another's.

    Each try is counted before it is judged, under the row's lock: two presses use it once.
    """
    if code_id is None:
        return None
    with transaction.atomic():
        code = (
            AccountCode.objects.select_for_update(of=("self",))
            .filter(pk=code_id, purpose=purpose, used_at__isnull=True, tries__lt=TRIES)
            .filter(asked_at__gt=at - CODE_LASTS)
            .first()
        )
        if code is None:
            return None
        code.tries += 1
        is_right = hmac.compare_digest(code_of(code.pk).encode(), typed.encode())
        if is_right:
            code.used_at = at
        code.save(update_fields=["tries", "used_at"])
    return code if is_right else None


def waiting(*, at: datetime) -> QuerySet[AccountCode]:
    """Return the codes that are still to be sent."""
    return AccountCode.objects.filter(
        sent_at__isnull=True,
        used_at__isnull=True,
        asked_at__gt=at - CODE_LASTS,
        attempts__lt=MOST_ATTEMPTS,
    )


def send(channels: Mapping[str, Channel], *, at: datetime) -> int:
    """Send the codes that wait, each at most three times; returns how many were taken.

    The attempt is counted first: a worker that dies sends the same code again under the same key.
    """
    sent = 0
    for code in waiting(at=at).order_by("asked_at")[:100]:
        claimed = AccountCode.objects.filter(
            pk=code.pk, attempts=code.attempts, sent_at__isnull=True
        ).update(attempts=F("attempts") + 1)
        if not claimed or code.route not in channels:
            continue
        message = one_time_code(code_of(code.pk), code.purpose)
        try:
            channels[code.route].send(key=str(code.pk), destination=code.contact, message=message)
        except ChannelError:
            continue
        sent += AccountCode.objects.filter(pk=code.pk, sent_at__isnull=True).update(sent_at=at)
    return sent


def forget(*, at: datetime) -> int:
    """Remove codes a day after they were asked for; what they opened is written down elsewhere."""
    gone, _by_table = AccountCode.objects.filter(asked_at__lt=at - timedelta(days=1)).delete()
    return gone
