"""Webhooks: endpoints of clients, and each event turned into one message for each of them.

An endpoint remembers how far of the feed has been turned into messages; both are written in one
transaction, so no event is lost or told twice. Sending is another matter: at least once, in the
order of each case, the receiver knowing a repeat by ``webhook-id``.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from citizens.partner_models import ApiClient, ClientChange, PartnerEvent
from citizens.partners import webhook_wire
from citizens.partners.clients import insist_may_manage, note_change, reach_of
from citizens.partners.feed import behind, end_of_feed, settled
from citizens.partners.reach import events_of
from citizens.webhook_models import WebhookDelivery, WebhookEndpoint
from violations.guards import Refused

logger = logging.getLogger(__name__)

State = WebhookEndpoint.State
SCOPE = "events:read"
MOST_ENDPOINTS = 5
AT_ONCE = 500  # events of one endpoint turned into messages in one transaction
FORMER_SIGNS = timedelta(days=7)
DISABLED_AFTER = timedelta(days=5)


def add_endpoint(
    client: ApiClient, url: str, kinds: list[str], *, reason: str, by: Any, at: datetime
) -> WebhookEndpoint:
    """Add an address that is told of events from now on. Raises Refused with what to mend."""
    insist_may_manage(by, reason)
    _check_address(url)
    wrong = sorted(set(kinds) - set(PartnerEvent.Kind.values))
    if wrong or not kinds:
        raise Refused(gettext("Choose at least one kind of event."))
    with transaction.atomic():
        held = ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
        if held.endpoints.exclude(state=State.STOPPED).count() >= MOST_ENDPOINTS:
            sentence = gettext("A client has at most %(most)s webhooks.")
            raise Refused(sentence % {"most": MOST_ENDPOINTS})
        seen_transaction, seen_id = end_of_feed()
        endpoint = WebhookEndpoint.objects.create(
            client=held,
            url=url,
            kinds=sorted(set(kinds)),
            seen_transaction=seen_transaction,
            seen_id=seen_id,
            made_at=at,
        )
        note_change(held, ClientChange.What.HOOK_ADDED, url, reason=reason, by=by, at=at)
    return endpoint


def secrets_of(endpoint: WebhookEndpoint, *, at: datetime) -> list[str]:
    """Return the secrets that sign now: the present one, and the former one while it may."""
    key = settings.KEYS["PARTNER_KEY"]
    versions = [endpoint.secret_version]
    if endpoint.former_until is not None and at < endpoint.former_until:
        versions.append(endpoint.secret_version - 1)
    return [webhook_wire.derive_secret(key, endpoint.pk, version) for version in versions]


def rotate_secret(
    endpoint: WebhookEndpoint, *, reason: str, by: Any, at: datetime, after: str | None = None
) -> str:
    """Renew the secret; the former one signs beside it for a week. Raises Refused.

    ``after`` is the version the person saw: a second press of the same page renews nothing.
    """
    insist_may_manage(by, reason)
    with transaction.atomic():
        held = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
        if after is not None and after != str(held.secret_version):
            raise Refused(gettext("The secret was renewed meanwhile. Load the page again."))
        held.secret_version += 1
        held.former_until = at + FORMER_SIGNS
        held.save(update_fields=["secret_version", "former_until"])
        what = ClientChange.What.SECRET_ROTATED
        note_change(held.client, what, held.url, reason=reason, by=by, at=at)
    return secrets_of(held, at=at)[0]


def stop(endpoint: WebhookEndpoint, *, reason: str, by: Any, at: datetime) -> None:
    """Send nothing more to an endpoint. Raises Refused."""
    insist_may_manage(by, reason)
    with transaction.atomic():
        rows = WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(state=State.STOPPED)
        if rows.update(state=State.STOPPED):
            what = ClientChange.What.HOOK_STOPPED
            note_change(endpoint.client, what, endpoint.url, reason=reason, by=by, at=at)


def resume(endpoint: WebhookEndpoint, *, reason: str, by: Any, at: datetime) -> None:
    """Send again what waited, from where it stopped: nothing was passed over. Raises Refused."""
    insist_may_manage(by, reason)
    _check_address(endpoint.url)
    with transaction.atomic():
        rows = WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(state=State.ACTIVE)
        if rows.update(state=State.ACTIVE, failing_since=None):
            _waiting_again(endpoint, WebhookDelivery.State.GIVEN_UP, at=at)
            what = ClientChange.What.HOOK_RESUMED
            note_change(endpoint.client, what, endpoint.url, reason=reason, by=by, at=at)


def send_again(
    endpoint: WebhookEndpoint,
    *,
    reason: str,
    by: Any,
    at: datetime,
    delivery_id: uuid.UUID | None = None,
) -> int:
    """Let messages be sent again: one, or all that were given up; returns how many.

    The id of a message stays, so a receiver that has it already knows it. Raises Refused.
    """
    insist_may_manage(by, reason)
    with transaction.atomic():
        if delivery_id is None:
            count = _waiting_again(endpoint, WebhookDelivery.State.GIVEN_UP, at=at)
        else:
            rows = endpoint.deliveries.filter(pk=delivery_id).exclude(
                state=WebhookDelivery.State.WAITING
            )
            count = rows.update(
                state=WebhookDelivery.State.WAITING,
                attempts=0,
                next_attempt_at=at,
                delivered_at=None,
            )
        if count:
            what, detail = ClientChange.What.SENT_AGAIN, f"{count} → {endpoint.url}"
            note_change(endpoint.client, what, detail, reason=reason, by=by, at=at)
    return count


def write_messages(*, at: datetime) -> int:
    """Turn what is new in the feed into messages, for every active endpoint; returns how many."""
    active = WebhookEndpoint.objects.filter(
        state=State.ACTIVE, client__revoked_at__isnull=True, client__expires_at__gt=at
    )
    return sum(
        _write_for(endpoint_id, at=at) for endpoint_id in active.values_list("pk", flat=True)
    )


def _write_for(endpoint_id: uuid.UUID, *, at: datetime) -> int:
    """Write the messages of one endpoint and how far it has got, together."""
    with transaction.atomic():
        endpoint = (
            WebhookEndpoint.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("client")
            .filter(pk=endpoint_id, state=State.ACTIVE)
            .first()
        )
        if endpoint is None:
            return 0
        reach = reach_of(endpoint.client)
        if SCOPE not in reach.scopes:
            return 0
        place = (endpoint.seen_transaction, endpoint.seen_id)
        events = list(behind(settled(events_of(reach)), place)[:AT_ONCE])
        if not events:
            return 0
        made = WebhookDelivery.objects.bulk_create(
            WebhookDelivery(
                endpoint=endpoint,
                event=event,
                case_number=event.case_number,
                sequence=event.sequence,
                next_attempt_at=at,
            )
            for event in events
            if event.kind in endpoint.kinds
        )
        endpoint.seen_transaction, endpoint.seen_id = events[-1].transaction, events[-1].pk
        endpoint.save(update_fields=["seen_transaction", "seen_id"])
    return len(made)


def _waiting_again(endpoint: WebhookEndpoint, state: str, *, at: datetime) -> int:
    rows = endpoint.deliveries.filter(state=state)
    return rows.update(state=WebhookDelivery.State.WAITING, attempts=0, next_attempt_at=at)


def _check_address(url: str) -> None:
    is_open = settings.WEBHOOK_OPEN_NETWORKS
    try:
        webhook_wire.find_host(webhook_wire.read_address(url, is_open=is_open), is_open=is_open)
    except webhook_wire.BadAddress as fault:
        words = {
            "form": gettext("Write the address in full, like https://example.vn/hook."),
            "scheme": gettext("Only https is sent to."),
            "port": gettext("Only the ports 443 and 8443 are sent to."),
            "private": gettext("This address lies in a private network."),
            "unknown": gettext("This host is not known."),
        }
        raise Refused(words[str(fault)]) from fault
