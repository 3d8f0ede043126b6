"""Tell the people named: the code each of them gets, by e-mail, text message or letter."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import F, QuerySet

from citizens.models import Nomination
from notices import lookup_codes
from notices.channels import Channel, ChannelError
from notices.channels.texts import named_as_driver
from violations.guards import VIET_NAM

State = Nomination.State
MOST_ATTEMPTS = 5


def code_of(nomination_id: uuid.UUID) -> str:
    """Return the fourteen symbols of a nomination; derived and never stored."""
    key = settings.KEYS["LOOKUP_CODE_KEY"].encode()
    return lookup_codes.derive_code(nomination_id, hmac.digest(key, b"named/1", "sha256"))


def waiting_to_send() -> QuerySet[Nomination]:
    """Return the open nominations whose person was not told yet and who has no postal letter."""
    return Nomination.objects.filter(
        state=State.OPEN, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS
    ).exclude(email="", phone="")


def send_waiting(channels: Mapping[str, Channel], *, at: datetime) -> int:
    """Tell the people named, each by one way; returns how many were told.

    The attempt is counted first, and the key stays the same: a worker that dies tells nobody twice.
    """
    told = 0
    for row in waiting_to_send().select_related("case__unit").order_by("named_at")[:100]:
        claimed = waiting_to_send().filter(pk=row.pk, attempts=row.attempts)
        if row.route not in channels or not claimed.update(attempts=F("attempts") + 1):
            continue
        message = named_as_driver(
            lookup_codes.pretty(code_of(row.pk)),
            row.case.unit.code,
            row.expires_at.astimezone(VIET_NAM),
        )
        try:
            channels[row.route].send(
                key=str(row.pk), destination=row.email or row.phone, message=message
            )
        except ChannelError:
            continue
        told += Nomination.objects.filter(pk=row.pk, sent_at__isnull=True).update(sent_at=at)
    return told


def needs_letter(nomination: Nomination) -> bool:
    """Tell whether an officer must print the letter: no way to tell him, or all tries failed."""
    return (
        nomination.state == State.OPEN
        and nomination.sent_at is None
        and (
            nomination.route == Nomination.Route.POST
            or (nomination.attempts >= MOST_ATTEMPTS and bool(nomination.address))
        )
    )
