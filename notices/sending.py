"""Send what goes electronically: claim with a lease, commit, send, record; paper when it fails.

NĐ 118/2021/NĐ-CP Đ28b: where the system fails, the paper is delivered on paper. A worker that dies
between sending and recording leaves its lease to run out; the same key is then sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from notices import deliveries
from notices.channels import Channel, ChannelError
from notices.models import Notice, PaperDelivery, PaperEvent

Route, State = PaperDelivery.Route, PaperDelivery.State

ELECTRONIC = (Route.ACCOUNT, Route.EMAIL, Route.SMS)
LEASE = timedelta(seconds=60)
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3600
MOST_ATTEMPTS = 8
AT_MOST = 200
BY_SYSTEM = "Hệ thống"


def send_due(channel: Channel, *, at: datetime) -> int:
    """Send what is due, oldest first; returns how many were taken by the gateway."""
    sent = 0
    for _turn in range(AT_MOST):
        row = claim(at=at)
        if row is None:
            break
        try:
            receipt = channel.send(
                route=row.route,
                key=str(row.pk),
                destination=row.destination,
                text=text_of(row.notice),
            )
        except ChannelError as fault:
            record_failure(row, str(fault), at=at)
        else:
            sent += record_sent(row, receipt, at=at)
    return sent


def claim(*, at: datetime) -> PaperDelivery | None:
    """Take one due electronic delivery under a lease, or None."""
    with transaction.atomic():
        row: PaperDelivery | None = (
            PaperDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=State.WAITING, route__in=ELECTRONIC, next_attempt_at__lte=at)
            .select_related("notice")
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if row is not None:
            row.attempts += 1
            row.next_attempt_at = at + LEASE
            row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def text_of(notice: Notice) -> str:
    """Return what is sent: that a paper waits, its number and unit. No link, no name, no amount."""
    return (
        f"CSGT: Van ban so {notice.number_text} cua {notice.unit_code} dang cho trong hop thu. "
        "Mo ung dung hoac cong dich vu cong de xem. Tin nhan nay khong chua duong dan."
    )


def record_sent(row: PaperDelivery, receipt: str, *, at: datetime) -> bool:
    """Write down that the gateway took it; False when that was written before."""
    with transaction.atomic():
        changed = PaperDelivery.objects.filter(pk=row.pk, state=State.WAITING).update(
            state=State.SENT, sent_at=at, fault=""
        )
        if changed:
            _note(row, PaperEvent.What.SENT, at, {"route": row.route, "receipt": receipt})
    return bool(changed)


def record_failure(row: PaperDelivery, fault: str, *, at: datetime) -> None:
    """Put a failed sending off, twice as long each time; after the last one begin the paper route.

    NĐ 118/2021 Đ28b. The failure and the letter that follows it are one transaction.
    """
    with transaction.atomic():
        mine = PaperDelivery.objects.select_for_update(of=("self",)).filter(
            pk=row.pk, state=State.WAITING, attempts=row.attempts
        )
        if not mine.exists():
            return
        if row.attempts < MOST_ATTEMPTS:
            wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (row.attempts - 1))
            mine.update(next_attempt_at=at + timedelta(seconds=wait), fault=fault[:200])
            return
        mine.update(state=State.FAILED, settled_at=at, fault=fault[:200])
        _note(row, PaperEvent.What.BOUNCED, at, {"route": row.route})
        try:
            with transaction.atomic():
                deliveries.begin(row.notice, Route.POST, at=at, by_name=BY_SYSTEM)
        except IntegrityError:
            pass  # a letter is on its way already


def _note(row: PaperDelivery, what: str, at: datetime, facts: dict[str, str]) -> None:
    PaperEvent.objects.create(notice=row.notice, what=what, at=at, by_name=BY_SYSTEM, facts=facts)
