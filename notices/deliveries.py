"""Begin, settle and call off the attempts to bring a paper to a person. Luật XLVPHC Đ70

Called inside the transaction of the act that needs it: the ledger (``PaperEvent``) and the state of
the attempt are written together.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from notices.models import Notice, PaperDelivery, PaperEvent, PaperKind

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

# Papers that a person must receive; others lie in the file or go to an agency.
POSTED_KINDS = (
    PaperKind.NOTICE,  # TT 73/2024 Đ24 k1c
    PaperKind.DECISION,  # Luật XLVPHC Đ70
    PaperKind.CANCELLATION,  # NĐ 118/2021 Đ15–16: who paid must know what is paid back
    PaperKind.RECALL_LETTER,
    PaperKind.POINTS_NOTICE,  # NĐ 168/2024 Đ50 k3 đ.b: on paper, by post or electronically
    PaperKind.HEARING_CALLED,  # Luật XLVPHC Đ61 k3: told in writing
    PaperKind.RELIEF_REFUSED,  # Luật XLVPHC Đ76 k2, Đ77 k6: the answer with its reason
    PaperKind.COMPLAINT_ACCEPTED,  # NĐ 155/2026 Đ10, form 03
    PaperKind.COMPLAINT_REFUSED,  # NĐ 155/2026 Đ10, form 04
)


def begin(
    notice: Notice, route: str, *, at: datetime, by_name: str, destination: str = ""
) -> PaperDelivery:
    """Begin one attempt by one route; the post room or a worker takes it from there.

    ``at`` is aware. Raises django.db.IntegrityError when an attempt by this route is still open.
    """
    addressee = notice.context.get("addressee") or {"lines": []}
    return PaperDelivery.objects.create(
        notice=notice,
        route=route,
        unit_code=notice.unit_code,
        area=(addressee["lines"] or [""])[-1][:120],
        destination=destination,
        begun_at=at,
        begun_by_name=by_name,
        next_attempt_at=at,
    )


# The law counts these once the person opens the paper; the others only say that one waits.
SERVING = (PaperDelivery.Route.ACCOUNT, PaperDelivery.Route.EMAIL)
TELLING = (PaperDelivery.Route.EMAIL, PaperDelivery.Route.SMS)
ELECTRONIC = (PaperDelivery.Route.ACCOUNT, PaperDelivery.Route.EMAIL, PaperDelivery.Route.SMS)
ON_ITS_WAY = (PaperDelivery.State.WAITING, PaperDelivery.State.SENT)

SETTLED = {
    PaperDelivery.State.DELIVERED: PaperEvent.What.DELIVERED,
    PaperDelivery.State.OPENED: PaperEvent.What.OPENED,
    PaperDelivery.State.REFUSED: PaperEvent.What.REFUSED,
    PaperDelivery.State.RETURNED: PaperEvent.What.RETURNED,
}


# Routes on which nothing is sent: who carries the paper writes the outcome down.
IN_PERSON = (
    PaperDelivery.Route.HAND,
    PaperDelivery.Route.COMMUNE,
    PaperDelivery.Route.POSTING,
)


class SettlingRefused(Exception):
    """This attempt has an outcome already, or the outcome given is none; the sentence says it."""


def settle(
    delivery_id: uuid.UUID,
    state: str,
    *,
    settled_on: date,
    proof: str,
    at: datetime,
    by_name: str,
    reason: str = "",
    envelope_sha256: str = "",
) -> PaperDelivery:
    """Write down what became of an attempt, once, with its proof. Luật XLVPHC Đ70

    ``settled_on`` is the day in Viet Nam the law counts from, ``reason`` a
    ``PaperDelivery.Reason`` when the letter came back. Raises SettlingRefused without proof or
    reason, for a day before the sending or after today, and when an outcome stands already.
    """
    if state not in SETTLED or not proof.strip():
        raise SettlingRefused(gettext("An outcome needs its proof: a slip, a log or a receipt."))
    if state == PaperDelivery.State.RETURNED and reason not in PaperDelivery.Reason.values:
        raise SettlingRefused(gettext("Say why the letter came back."))
    with transaction.atomic():
        row = (
            PaperDelivery.objects.select_for_update(of=("self",))
            .select_related("notice")
            .get(pk=delivery_id)
        )
        if row.state != PaperDelivery.State.SENT and not (
            row.route in IN_PERSON and row.state == PaperDelivery.State.WAITING
        ):
            raise SettlingRefused(
                gettext("This letter is not on its way: its outcome stands already.")
            )
        begun = (row.sent_at or row.begun_at).astimezone(VIET_NAM).date()
        if not begun <= settled_on <= at.astimezone(VIET_NAM).date():
            raise SettlingRefused(
                gettext("The day of the outcome lies between the sending and today; correct it.")
            )
        row.state, row.settled_on, row.settled_at = state, settled_on, at
        row.proof, row.reason = proof.strip()[:200], reason
        row.envelope_sha256 = envelope_sha256
        row.save(
            update_fields=[
                "state", "settled_on", "settled_at", "proof", "reason", "envelope_sha256"
            ]
        )  # fmt: skip
        PaperEvent.objects.create(
            notice=row.notice,
            what=SETTLED[PaperDelivery.State(state)],
            at=at,
            by_name=by_name,
            facts={
                "route": row.route,
                "on": settled_on.isoformat(),
                "reason": reason,
                "envelope_sha256": envelope_sha256,
            },
        )
    return row


def lock_all(notice: Notice) -> list[PaperDelivery]:
    """Lock every attempt of a paper, always in the same order, and return them, oldest first."""
    rows = PaperDelivery.objects.select_for_update(of=("self",)).filter(notice=notice)
    return sorted(rows.order_by("pk"), key=lambda row: (row.begun_at, str(row.pk)))


def is_valid(notice: Notice) -> bool:
    """Tell whether a paper still holds; of one that does not, nothing more is sent."""
    return notice.voided_at is None and not Notice.objects.filter(supersedes_id=notice.pk).exists()


def begin_on_paper(
    notice: Notice, *, why: str, what: str, facts: Mapping[str, str], at: datetime, by_name: str
) -> bool:
    """Begin the letter after the electronic way has failed, with the reason in the ledger.

    NĐ 118/2021 Đ28b. ``what`` is a ``PaperEvent.What`` and is written down in any case. Nothing
    begins for a paper that no longer holds, was received, or is on its way on paper. What still
    waits to be sent electronically is called off; what was sent may still be opened. Called with
    the attempts locked (``lock_all``); returns whether a letter has begun.
    """
    PaperEvent.objects.create(
        notice=notice, what=what, at=at, by_name=by_name, facts={**facts, "why": why}
    )
    rows = PaperDelivery.objects.filter(notice=notice)
    unsent = rows.filter(route__in=ELECTRONIC, state=PaperDelivery.State.WAITING)
    unsent.update(state=PaperDelivery.State.CALLED_OFF, settled_at=at, fault=why[:200])
    # What was sent and not opened is not asked about again.
    rows.filter(route__in=ELECTRONIC, state=PaperDelivery.State.SENT).update(
        next_attempt_at=None, fault=why[:200]
    )
    received = rows.filter(state__in=[PaperDelivery.State.OPENED, PaperDelivery.State.DELIVERED])
    letters = rows.exclude(route__in=ELECTRONIC).exclude(state=PaperDelivery.State.CALLED_OFF)
    if not is_valid(notice) or received.exists() or letters.exists():
        return False
    begin(notice, PaperDelivery.Route.POST, at=at, by_name=by_name)
    return True


def end_the_others(opened: PaperDelivery, *, why: str, at: datetime) -> None:
    """Call off what has not left the house, and end the notes about a paper that was opened.

    Called with the attempts locked. A letter that is being printed or in the post goes on.
    """
    others = PaperDelivery.objects.filter(notice=opened.notice).exclude(pk=opened.pk)
    waiting = Q(state=PaperDelivery.State.WAITING)
    told = Q(route__in=ELECTRONIC, state=PaperDelivery.State.SENT)
    others.filter(waiting | told).update(
        state=PaperDelivery.State.CALLED_OFF, settled_at=at, fault=why[:200]
    )


def call_off(delivery_id: uuid.UUID, *, why: str, at: datetime) -> PaperDelivery:
    """Call off an attempt that has not left the house, with the reason.

    Raises SettlingRefused for one that is being printed, is on its way or has its outcome: what
    lies in the post is not taken back.
    """
    if not why.strip():
        raise SettlingRefused(gettext("Say why this attempt is called off."))
    with transaction.atomic():
        row = PaperDelivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
        if row.state != PaperDelivery.State.WAITING:
            raise SettlingRefused(
                gettext(
                    "Only an attempt that still waits can be called off; this one is under way."
                )
            )
        row.state, row.settled_at, row.fault = PaperDelivery.State.CALLED_OFF, at, why.strip()[:200]
        row.save(update_fields=["state", "settled_at", "fault"])
    return row
