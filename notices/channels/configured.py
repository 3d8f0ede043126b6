"""The channels this installation has, from its settings; what is not configured is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from django.conf import settings

from notices.channels import Channel
from notices.channels.inbox import Inbox
from notices.channels.sms import SmsChannel
from notices.channels.smtp import SmtpChannel
from notices.models import PaperDelivery

Route = PaperDelivery.Route


def can_send_by(route: str) -> bool:
    """Tell whether this installation can send by a route."""
    return route == Route.ACCOUNT or bool(settings.MESSAGES.get(route))


@contextmanager
def channels() -> Iterator[dict[str, Channel]]:
    """Open the configured channels for one turn of sending."""
    found: dict[str, Channel] = {Route.ACCOUNT: Inbox()}
    with httpx.Client(follow_redirects=False) as http:
        if mail := settings.MESSAGES.get(Route.EMAIL):
            found[Route.EMAIL] = SmtpChannel(**mail)
        if provider := settings.MESSAGES.get(Route.SMS):
            found[Route.SMS] = SmsChannel(http=http, **provider)
        yield found
