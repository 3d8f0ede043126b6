"""Send the messages that wait: claim one under a lease, commit, send, record the answer.

No row is locked while a receiver thinks. A worker that dies in between leaves the lease to run out;
the message goes again under the same id. Messages of one case to one endpoint go in their order.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from citizens.partner_models import ClientChange
from citizens.partners import webhook_wire
from citizens.partners.clients import note_change
from citizens.partners.webhooks import DISABLED_AFTER, State, secrets_of, write_messages
from citizens.webhook_models import WebhookDelivery, WebhookEndpoint
from violations.guards import VIET_NAM

logger = logging.getLogger(__name__)

Waiting = WebhookDelivery.State.WAITING
LEASE = timedelta(seconds=60)
#: Waits after each attempt, in seconds; after the last one a message is given up: about five days.
WAITS = (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400, 86_400)
AT_MOST = 200  # messages of one run
RUN_SECONDS = 60.0
GONE = "HTTP 410"

Send = Callable[[str, dict[str, str], bytes], None]


def run(*, now: Callable[[], datetime], send: Send | None = None) -> int:
    """Write what is new and send what is due; returns how many messages were taken.

    An endpoint that fails is left alone for the rest of the run, so that one receiver that is down
    holds up no other.
    """
    write_messages(at=now())
    deliver = send or _over_the_network
    ends, failing, taken = time.monotonic() + RUN_SECONDS, set[Any](), 0
    for _turn in range(AT_MOST):
        delivery = claim(at=now(), without=failing) if time.monotonic() < ends else None
        if delivery is None:
            break
        endpoint = delivery.endpoint
        body = body_of(delivery)
        moment = int(now().timestamp())
        headers = webhook_wire.headers_of(
            secrets_of(endpoint, at=now()), f"msg_{delivery.pk}", moment, body
        )
        try:
            deliver(endpoint.url, headers, body)
        except webhook_wire.NotDelivered as fault:
            failing.add(endpoint.pk)
            record_failure(delivery, str(fault), at=now())
        else:
            taken += record_receipt(delivery, at=now())
    return taken


def claim(*, at: datetime, without: set[Any]) -> WebhookDelivery | None:
    """Take one due message under a lease; two senders never get the same one.

    A message waits while an earlier one of its case to its endpoint is still on its way.
    """
    earlier = WebhookDelivery.objects.filter(
        Q(sequence__lt=OuterRef("sequence")) | Q(event__lt=OuterRef("event")),
        endpoint=OuterRef("endpoint"),
        case_number=OuterRef("case_number"),
        sequence__lte=OuterRef("sequence"),
        state=Waiting,
    )
    with transaction.atomic():
        delivery = (
            WebhookDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("endpoint__client", "event__unit")
            .filter(
                ~Exists(earlier),
                state=Waiting,
                next_attempt_at__lte=at,
                endpoint__state=State.ACTIVE,
                endpoint__client__revoked_at__isnull=True,
                endpoint__client__expires_at__gt=at,
            )
            .exclude(endpoint__in=list(without))
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if delivery is None:
            return None
        delivery.attempts += 1
        delivery.next_attempt_at = at + LEASE
        delivery.save(update_fields=["attempts", "next_attempt_at"])
    return delivery


def body_of(delivery: WebhookDelivery) -> bytes:
    """Return what is sent: type, moment and the case by its number; no personal data."""
    event = delivery.event
    return json.dumps(
        {
            "type": event.kind,
            "timestamp": event.at.astimezone(VIET_NAM).isoformat(timespec="seconds"),
            "data": {
                "id": f"{event.transaction}-{event.pk}",
                "case": event.case_number,
                "sequence": event.sequence,
                "status": event.status,
                "unit": event.unit.code,
                "plate": event.plate,
            },
        },
        separators=(",", ":"),
    ).encode()


def record_receipt(delivery: WebhookDelivery, *, at: datetime) -> int:
    """Write down that a message was taken; returns 0 where it was written before."""
    changed = (
        WebhookDelivery.objects.filter(pk=delivery.pk)
        .exclude(state=WebhookDelivery.State.DELIVERED)
        .update(state=WebhookDelivery.State.DELIVERED, delivered_at=at, fault="")
    )
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, failing_since__isnull=False).update(
        failing_since=None
    )
    return int(changed)


def record_failure(
    delivery: WebhookDelivery,
    fault: str,
    *,
    at: datetime,
    jitter: Callable[[int], int] = secrets.randbelow,
) -> None:
    """Put a message off, give it up after the last attempt, disable who fails for days.

    Who answers 410 wants no more messages, as Standard Webhooks has it, and is disabled at once.
    """
    mine = WebhookDelivery.objects.filter(
        pk=delivery.pk,
        state=Waiting,
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
    )
    if delivery.attempts > len(WAITS):
        mine.update(state=WebhookDelivery.State.GIVEN_UP, fault=fault[:80])
    else:
        wait = WAITS[delivery.attempts - 1]
        due = at + timedelta(seconds=wait + jitter(wait // 5 + 1))
        mine.update(next_attempt_at=due, fault=fault[:80])
    endpoint = delivery.endpoint
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    rows.filter(failing_since__isnull=True).update(failing_since=at)
    since = rows.values_list("failing_since", flat=True).get()
    if fault == GONE or (since is not None and at - since >= DISABLED_AFTER):
        _disable(endpoint, fault, at=at)


def _disable(endpoint: WebhookEndpoint, fault: str, *, at: datetime) -> None:
    """Stop sending to who takes nothing any more; an administrator is told and resumes it."""
    with transaction.atomic():
        rows = WebhookEndpoint.objects.filter(pk=endpoint.pk, state=State.ACTIVE)
        if rows.update(state=State.DISABLED):
            what = ClientChange.What.HOOK_DISABLED
            note_change(endpoint.client, what, endpoint.url, reason=fault, by=None, at=at)
            logger.warning("a webhook was disabled: it takes nothing any more")


def _over_the_network(url: str, headers: dict[str, str], body: bytes) -> None:
    webhook_wire.send(url, headers, body, is_open=settings.WEBHOOK_OPEN_NETWORKS)
