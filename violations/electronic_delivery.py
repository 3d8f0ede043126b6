"""Papers that go electronically: to whom, in which case, and what follows when one is opened.

Who agreed to what is kept above, by ``citizens``; it registers its reader here, so that the case
page can show it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notices import deliveries
from notices.models import Notice, PaperDelivery
from violations.actors import Actor
from violations.delivery_outcomes import locked_case, settle_delivery
from violations.electronic_rules import RULES
from violations.guards import day_in_viet_nam
from violations.models import Party, Violation
from violations.workflow.step import SERVE

Route, State = PaperDelivery.Route, PaperDelivery.State
#: As the history prints it: the case holds no citizen's name there.
RECIPIENT = "Người nhận (mở trên cổng)"


@dataclass(frozen=True)
class Contact:
    """What the case page says of one person: who in the case, the ways agreed to, since when."""

    party: Party
    routes: tuple[str, ...]
    given_at: datetime | None
    proof: str


Reader = Callable[[Violation, datetime], list[Contact]]
_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Say who knows the consents; called once, when the process starts."""
    _readers[:] = [reader]


def contacts_of(case: Violation, at: datetime) -> list[Contact]:
    """Return what is known of each person of a case who receives papers."""
    return [contact for reader in _readers for contact in reader(case, at)]


def addressee_of(notice: Notice) -> Party | None:
    """Return the person a paper that was just issued is for; None when it is nobody's.

    The draft is tied to its paper after the issue, so the case is found by its number.
    """
    rule = RULES.get(notice.kind)
    if rule is None:
        return None
    return Party.objects.filter(case__number=notice.subject, role=rule.addressee).first()


def open_online(notice_id: uuid.UUID, *, proof: str, at: datetime) -> bool:
    """Record that the person opened a paper; what the law lets follow is one transaction with it.

    NĐ 118/2021 Đ28b: received when the recipient confirms, opens or downloads. The caller has made
    sure who opens it. Recorded once, whoever presses twice; returns whether it was now. A paper
    that no longer holds, or that was sent by no way that counts, is not received by opening it.
    """
    with transaction.atomic():
        notice = Notice.objects.get(pk=notice_id)
        case = locked_case(notice_id)
        rows = deliveries.lock_all(notice)
        notice.refresh_from_db()
        sent = {row.route: row for row in rows if row.state == State.SENT}
        opened = next((sent[route] for route in deliveries.SERVING if route in sent), None)
        is_opened = any(row.state == State.OPENED for row in rows)
        if opened is None or is_opened or not deliveries.is_valid(notice):
            return False
        codes = frozenset({notice.unit_code, *([case.unit.code] if case else [])})
        by = Actor(name=RECIPIENT, permissions=frozenset({SERVE}), unit_codes=codes)
        settled = settle_delivery(
            opened.pk, State.OPENED, on=day_in_viet_nam(at), proof=proof, by=by, at=at
        )
        deliveries.end_the_others(settled, why=gettext("The paper was opened online."), at=at)
    return True
