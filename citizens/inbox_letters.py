"""The papers in an inbox that is open: a page of them, one of them, and that one was opened.

Those under a former consent of the same person stay where they were. An enterprise may have
thousands: nothing here reads them all.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Case, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from citizens import limits, list_pages
from citizens.inbox import Opened
from citizens.list_pages import Counted, ListPage
from notices.deliveries import SERVING
from notices.models import Notice, PaperDelivery
from violations.electronic_delivery import open_online
from violations.models import AccessEntry, Draft

State = PaperDelivery.State
#: The parts of the list, by their word in the address; "" is the whole.
PARTS = {"": _("All"), "chua-mo": _("Not opened")}
KEYS = ("is_new", "issued_at", "pk")


@dataclass(frozen=True)
class Letter:
    """One paper in the inbox, and since when it is opened."""

    paper: Notice
    opened_at: datetime | None


def page_of(opened: Opened, part: str, place: str) -> ListPage[Notice]:
    """Return a page of the papers: those not opened first, then the newest.

    Each has ``opened_at``. ``place`` is what a page beside it names.
    """
    reader = f"letters:{part}:{bytes(opened.consent.person_digest).hex()}"
    return list_pages.page_of(_papers(opened, part).defer("context"), KEYS, place, reader=reader)


def counts(opened: Opened) -> dict[str, Counted]:
    """Return how many papers each part of the list has."""
    return {part: list_pages.count_of(_papers(opened, part)) for part in PARTS}


def letter(opened: Opened, notice_id: uuid.UUID) -> Letter | None:
    """Return one paper of this inbox, None for every other."""
    found = _papers(opened).filter(pk=notice_id).first()
    return found and Letter(found, found.opened_at)


def open_letter(opened: Opened, found: Letter, *, network: str, at: datetime) -> bool:
    """Record that the person opened a paper, with its proof; returns whether it was now.

    The look enters the access log in any case.
    """
    sender = limits.digest("network", network).hex()[:16]
    proof = f"Mở trong hộp thư văn bản bằng {opened.how}; mạng {sender}"
    now = open_online(found.paper.pk, proof=proof[:200], at=at)
    note_look(found.paper, at=at)
    return now


def note_look(paper: Notice, *, at: datetime) -> None:
    """Write down that a paper was looked at by whoever holds the inbox."""
    case_id = Draft.objects.filter(notice=paper).values_list("case_id", flat=True).first()
    if case_id is not None:
        AccessEntry.objects.create(case_id=case_id, what="paper", level="code", at=at)


def _papers(opened: Opened, part: str = "") -> QuerySet[Notice]:
    """Return the papers of the person that were sent by a way that counts and still hold."""
    sent = PaperDelivery.objects.filter(
        state__in=(State.SENT, State.OPENED),
        consent_use__consent__person_digest=opened.consent.person_digest,
        route__in=SERVING,
    )
    first_opened = sent.filter(notice=OuterRef("pk"), state=State.OPENED).order_by("begun_at", "pk")
    papers = Notice.objects.filter(
        pk__in=sent.values("notice_id"), voided_at__isnull=True
    ).annotate(
        opened_at=Subquery(first_opened.values("settled_at")[:1]),
        is_new=Case(
            When(opened_at__isnull=True, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )
    return papers.filter(is_new=True) if part == "chua-mo" else papers
