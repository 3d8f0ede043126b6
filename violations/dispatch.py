"""Send the messages that wait: claim one with a lease, commit, send, record the answer.

No row is locked while another server thinks. A worker that dies after sending and before recording
leaves the lease to run out; the message is then sent again under the same key, and the agency
answers with the same receipt. Messages of one case to one agency go strictly in their order.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from violations.agencies import AgencyClient, AgencyError, AgencyRefused
from violations.guards import Refused
from violations.models import AgencyMessage, AgencyResend
from violations.models.officer import AllUnits

State = AgencyMessage.State

LEASE = timedelta(seconds=60)  # longer than the client waits in the worst case
FIRST_WAIT_SECONDS = 5
LONGEST_WAIT_SECONDS = 1800
MOST_ATTEMPTS = 56  # with the waits between them: about twenty-four hours
AT_MOST = 200  # messages of one run; the next run comes seconds later

Jitter = Callable[[int], int]


def drain(*, now: Callable[[], datetime], client: AgencyClient | None = None) -> int:
    """Send what is due, oldest first, and return how many messages were acknowledged.

    An agency that could not be reached is left alone for the rest of this run, so that one agency
    that is down neither holds up the others nor uses up the attempts of its own messages.
    """
    if client is not None:
        return _drain(client, now)
    with httpx.Client(follow_redirects=False) as http:
        return _drain(
            AgencyClient(settings.AGENCIES_URL, settings.KEYS["AGENCIES_TOKEN"], http), now
        )


def _drain(client: AgencyClient, now: Callable[[], datetime]) -> int:
    unreachable: set[str] = set()
    acknowledged = 0
    for _turn in range(AT_MOST):
        message = claim(at=now(), without=unreachable)
        if message is None:
            break
        try:
            receipt = client.send(message.agency, str(message.key), envelope(message))
        except AgencyRefused as refusal:
            record_refusal(message, str(refusal))
        except AgencyError as fault:
            unreachable.add(message.agency)
            record_failure(message, str(fault), at=now())
        else:
            acknowledged += record_receipt(message, receipt, at=now())
    return acknowledged


def claim(*, at: datetime, without: Collection[str] = ()) -> AgencyMessage | None:
    """Take one due message under a lease, or None; two dispatchers never get the same one.

    A message waits while an earlier one of its case to its agency is not acknowledged.
    """
    earlier = AgencyMessage.objects.filter(
        case=OuterRef("case"), agency=OuterRef("agency"), pk__lt=OuterRef("pk")
    ).exclude(state=State.ACKNOWLEDGED)
    with transaction.atomic():
        message = (
            AgencyMessage.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(~Exists(earlier), state=State.WAITING, next_attempt_at__lte=at)
            .exclude(agency__in=list(without))
            .select_related("case")
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if message is None:
            return None
        message.attempts += 1
        message.next_attempt_at = at + LEASE
        message.save(update_fields=["attempts", "next_attempt_at"])
    return message


def envelope(message: AgencyMessage) -> dict[str, object]:
    """Return what is sent: the case by its number, the place in the order, the content."""
    return {
        "case": message.case.number,
        "kind": message.kind,
        "sequence": message.pk,
        "content": message.payload,
    }


def record_receipt(message: AgencyMessage, receipt: str, *, at: datetime) -> bool:
    """Write the receipt down; False if it was written before. What came is true whoever sent it."""
    changed = (
        AgencyMessage.objects.filter(pk=message.pk)
        .exclude(state=State.ACKNOWLEDGED)
        .update(state=State.ACKNOWLEDGED, receipt=receipt, acknowledged_at=at, fault="")
    )
    return bool(changed)


def record_refusal(message: AgencyMessage, fault: str) -> None:
    """Leave a refused message to a person, with the reason."""
    _mine(message).update(state=State.STUCK, fault=fault[:200])


def record_failure(
    message: AgencyMessage, fault: str, *, at: datetime, jitter: Jitter = secrets.randbelow
) -> None:
    """Put a message off that could not be told; leave it to a person after the last attempt."""
    if message.attempts >= MOST_ATTEMPTS:
        _mine(message).update(state=State.STUCK, fault=fault[:200])
        return
    wait = wait_seconds(message.attempts)
    wait += jitter(wait // 4 + 1)
    _mine(message).update(next_attempt_at=at + timedelta(seconds=wait), fault=fault[:200])


def wait_seconds(attempts: int) -> int:
    """Return how long to wait after so many attempts: doubled each time, at most half an hour."""
    return int(min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20)))


def send_again(message_ids: Collection[int], *, user: object, at: datetime) -> int:
    """Let stuck messages be sent again, and write down who ordered it; returns how many.

    The content and the key stay: what the agency has had already it will not do twice. It is no
    step of the case. Raises Refused without the right; messages of other units are left alone.
    """
    if not user.has_perm("violations.manage_outbox"):  # type: ignore[attr-defined]
        raise Refused(gettext("Your role does not include sending messages again."))
    codes = user.unit_codes  # type: ignore[attr-defined]
    with transaction.atomic():
        stuck = AgencyMessage.objects.select_for_update(of=("self",)).filter(
            pk__in=message_ids, state=State.STUCK
        )
        if not isinstance(codes, AllUnits):
            stuck = stuck.filter(case__unit__code__in=codes)
        rows = list(stuck)
        AgencyResend.objects.bulk_create(
            AgencyResend(message=row, by=user, at=at, fault=row.fault) for row in rows
        )
        AgencyMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.WAITING, attempts=0, next_attempt_at=at
        )
    return len(rows)


def _mine(message: AgencyMessage) -> QuerySet[AgencyMessage]:
    """Select the row only while our own claim is the last: its attempt and its lease are ours.

    The attempt alone would not do: an order to send again counts from nought once more.
    """
    return AgencyMessage.objects.filter(
        pk=message.pk,
        state=State.WAITING,
        attempts=message.attempts,
        next_attempt_at=message.next_attempt_at,
    )
