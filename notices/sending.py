"""Send what goes electronically: claim with a lease, commit, send, record; paper when it fails.

NĐ 118/2021/NĐ-CP Đ28b: where the system fails, the paper is delivered on paper. A worker that dies
between sending and recording leaves its lease to run out; the same key is then sent again.
Nothing is sent of a paper that cannot be opened yet: its PDF comes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from notices import deliveries, electronic
from notices.calendars import current_calendar
from notices.channels import Channel, ChannelError, Undeliverable
from notices.channels.texts import Message, waiting_paper
from notices.deliveries import ON_ITS_WAY, SERVING, TELLING, VIET_NAM
from notices.models import Notice, PaperDelivery, PaperEvent
from notices.workdays import Calendar, add_working_days

Route, State, What = PaperDelivery.Route, PaperDelivery.State, PaperEvent.What

LEASE = timedelta(seconds=60)
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3600
MOST_ATTEMPTS = 8
AT_MOST = 200
BY_SYSTEM = "Hệ thống"


def send_due(channels: Mapping[str, Channel], *, at: datetime) -> int:
    """Send what is due by the routes given, oldest first; returns how many were taken.

    A consent that was withdrawn since the delivery began is asked about last of all, before each
    sending.
    """
    sent = 0
    for _turn in range(AT_MOST):
        row = claim(tuple(channels), at=at)
        if row is None:
            break
        if not electronic.still_agreed(row):
            record_withdrawal(row.notice, at=at)
            continue
        try:
            receipt = channels[row.route].send(
                key=str(row.pk), destination=row.destination, message=message_of(row.notice)
            )
        except Undeliverable as fault:
            record_bounce(row.pk, str(fault), at=at)
        except ChannelError as fault:
            record_failure(row, str(fault), at=at)
        else:
            sent += record_sent(row, receipt, at=at)
    return sent


def is_anything_due(*, at: datetime) -> bool:
    """Tell whether any electronic delivery waits, so that no connection is opened for nothing."""
    return PaperDelivery.objects.filter(
        state=State.WAITING, route__in=deliveries.ELECTRONIC, next_attempt_at__lte=at
    ).exists()


def claim(routes: tuple[str, ...], *, at: datetime) -> PaperDelivery | None:
    """Take one due electronic delivery of a paper that can be opened, under a lease, or None."""
    with transaction.atomic():
        row: PaperDelivery | None = (
            PaperDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=State.WAITING, route__in=routes, next_attempt_at__lte=at)
            .filter(notice__rendering=Notice.Rendering.RENDERED)
            .select_related("notice")
            .order_by("next_attempt_at", "pk")
            .first()
        )
        if row is not None:
            row.attempts += 1
            row.next_attempt_at = at + LEASE
            row.save(update_fields=["attempts", "next_attempt_at"])
    return row


def message_of(notice: Notice) -> Message:
    """Return what is sent: that a paper waits, its number and unit. No link, no name, no amount."""
    return waiting_paper(notice.number_text, notice.unit_code)


def record_sent(row: PaperDelivery, receipt: str, *, at: datetime) -> bool:
    """Write down that the gateway took it; False when that was written before."""
    with transaction.atomic():
        changed = PaperDelivery.objects.filter(pk=row.pk, state=State.WAITING).update(
            state=State.SENT, sent_at=at, fault=""
        )
        if changed:
            PaperEvent.objects.create(
                notice=row.notice,
                what=What.SENT,
                at=at,
                by_name=BY_SYSTEM,
                facts={"route": row.route, "receipt": receipt},
            )
    return bool(changed)


def record_failure(row: PaperDelivery, fault: str, *, at: datetime) -> None:
    """Put a failed sending off, twice as long each time; the last one is a bounce.

    NĐ 118/2021 Đ28b
    """
    if row.attempts >= MOST_ATTEMPTS:
        record_bounce(row.pk, fault, at=at)
        return
    wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (row.attempts - 1))
    PaperDelivery.objects.filter(pk=row.pk, state=State.WAITING, attempts=row.attempts).update(
        next_attempt_at=at + timedelta(seconds=wait), fault=fault[:200]
    )


def record_bounce(delivery_id: uuid.UUID, fault: str, *, at: datetime) -> bool:
    """Write down that a message cannot reach the person, also when that is told after its sending.

    The letter begins in the same transaction unless another electronic way still stands: a paper
    that can be opened, and a message that says so. NĐ 118/2021 Đ28b. Returns False when this
    attempt had its end before.
    """
    with transaction.atomic():
        notice = Notice.objects.get(deliveries=delivery_id)
        rows = deliveries.lock_all(notice)
        row = next(each for each in rows if each.pk == delivery_id)
        if row.state not in ON_ITS_WAY:
            return False
        row.state, row.settled_at, row.fault = State.FAILED, at, fault[:200]
        row.save(update_fields=["state", "settled_at", "fault"])
        open_routes = {each.route for each in rows if each.state in ON_ITS_WAY}
        facts = {"route": row.route}
        if open_routes & set(SERVING) and open_routes & set(TELLING):
            PaperEvent.objects.create(
                notice=notice, what=What.BOUNCED, at=at, by_name=BY_SYSTEM, facts=facts
            )
        else:
            why = gettext("It could not be sent electronically (NĐ 118/2021 Đ28b).")
            deliveries.begin_on_paper(
                notice, why=why, what=What.BOUNCED, facts=facts, at=at, by_name=BY_SYSTEM
            )
    return True


def record_withdrawal(notice: Notice, *, at: datetime) -> bool:
    """Send a paper by post whose addressee no longer agrees; False when it was received already."""
    return _go_on_paper(
        notice,
        why=gettext("The consent to electronic delivery was withdrawn."),
        what=What.WITHDRAWN,
        at=at,
    )


def send_unopened_on_paper(*, working_days: int, at: datetime) -> int:
    """Begin the letter of every paper that nobody opened in time; returns how many papers.

    The days are counted in working days after the day on which the electronic delivery began.
    What was sent may still be opened: whichever comes first counts. NĐ 118/2021 Đ28b
    """
    today = at.astimezone(VIET_NAM).date()
    last_day = _last_day_to_give_up(today, working_days, current_calendar())
    before = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), VIET_NAM)
    late = PaperDelivery.objects.filter(
        route__in=SERVING, state__in=ON_ITS_WAY, next_attempt_at__isnull=False, begun_at__lt=before
    )
    papers = list(late.order_by("begun_at").values_list("notice_id", flat=True)[:AT_MOST])
    why = gettext("Not opened online within %(days)d working days.") % {"days": working_days}
    unique = list(dict.fromkeys(papers))
    for notice in Notice.objects.filter(pk__in=unique):
        _go_on_paper(notice, why=why, what=What.UNOPENED, at=at)
    return len(unique)


def _last_day_to_give_up(today: date, working_days: int, calendar: Calendar) -> date:
    """Return the latest day of beginning whose working days are all over today."""
    day = today - timedelta(days=1)
    while add_working_days(day, working_days, calendar).on >= today:
        day -= timedelta(days=1)
    return day


def _go_on_paper(notice: Notice, *, why: str, what: str, at: datetime) -> bool:
    with transaction.atomic():
        rows = deliveries.lock_all(notice)
        pending = [
            row
            for row in rows
            if row.route in deliveries.ELECTRONIC
            and row.state in ON_ITS_WAY
            and row.next_attempt_at is not None
        ]
        if not pending:
            return False
        facts = {"route": pending[0].route}
        return deliveries.begin_on_paper(
            notice, why=why, what=what, facts=facts, at=at, by_name=BY_SYSTEM
        )
