"""Mail that came back (thư bị trả lại): its outcome, what the law counts, the next route."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext
from PIL import Image

from cameras.images import safe_copy
from notices.models import Notice, PaperDelivery, PaperKind
from violations import papers, session_files
from violations.actors import Actor
from violations.delivery_outcomes import begin_delivery, settle_delivery
from violations.guards import Refused
from violations.models import CaseDeadline
from violations.next_routes import NextRoute, next_routes
from violations.service_rules import RETURNS_NEEDED, DeemedService, deemed_service

Route = PaperDelivery.Route
SHOWN_SIDE = 1_600


def take_back_mail(
    delivery_id: uuid.UUID,
    *,
    reason: str,
    returned_on: date,
    proof: str,
    photograph: bytes,
    by: Actor,
    at: datetime,
) -> PaperDelivery:
    """Write down that a letter came back, with the photograph of its envelope. NĐ 118/2021 Đ17a

    A decision that came back is an attempt at service, written in the same transaction.
    ``photograph`` is the file as it was handed in. Raises Refused when it is no whole picture, and
    when the outcome may not be written.
    """
    return settle_delivery(
        delivery_id,
        PaperDelivery.State.RETURNED,
        on=returned_on,
        proof=proof,
        by=by,
        at=at,
        reason=reason,
        envelope_sha256=store_photograph(photograph),
    )


def store_photograph(photograph: bytes) -> str:
    """Keep the photograph that proves an outcome and return its SHA-256.

    Raises Refused when it is no whole picture: a JPEG or a PNG.
    """
    checked = session_files.check(photograph)
    if checked.media_type == session_files.PDF:
        raise Refused(gettext("The envelope is a photograph: JPEG or PNG."))
    store: Any = storages["papers"]
    kept: str = store.put(checked.data)
    return kept


def try_next(delivery_id: uuid.UUID, route: str, *, by: Actor, at: datetime) -> PaperDelivery:
    """Begin the next attempt after one that failed, by a route that was proposed.

    Raises Refused for another route, and what ``begin_delivery`` raises.
    """
    failed = PaperDelivery.objects.select_related("notice").get(pk=delivery_id)
    allowed = [each.route for each in routes_after(failed) if each.route]
    if route not in allowed:
        raise Refused(gettext("This route does not follow; choose one of those proposed."))
    case_id = papers.case_of(failed.notice_id)
    if case_id is None:
        raise Refused(gettext("This paper belongs to no case; send it on your own."))
    return begin_delivery(case_id, failed.notice, route, by=by, at=at)


def routes_after(failed: PaperDelivery) -> list[NextRoute]:
    """Return what may be tried after an attempt, the best first (``violations.next_routes``)."""
    return next_routes(
        failed.state,
        reason=failed.reason,
        returned=len(returns_of(failed.notice)),
        is_notice=failed.notice.kind == PaperKind.NOTICE,
    )


def returns_of(paper: Notice) -> list[date]:
    """Return the days on which the post brought this paper back, in their order."""
    returned = PaperDelivery.objects.filter(
        notice=paper, route=Route.POST, state=PaperDelivery.State.RETURNED
    )
    return list(returned.order_by("settled_on").values_list("settled_on", flat=True))


@dataclass(frozen=True)
class Clock:
    """What the law counts for a paper that did not arrive."""

    returns: int
    returns_needed: int
    deemed: DeemedService | None
    no_show: CaseDeadline | None


def legal_clock(paper: Notice) -> Clock:
    """Return the clock of a returned paper: deemed service of a decision, no-show of a notice.

    NĐ 118/2021 Đ17a (three returns, three working days); TT 73/2024 Đ24 k5 (20 days from sending).
    An officer confirms before anything follows from it.
    """
    days = returns_of(paper)
    case = papers.case_of(paper.pk)
    if paper.kind == PaperKind.DECISION:
        deemed = deemed_service([("returned", day) for day in days])
        return Clock(len(days), RETURNS_NEEDED, deemed, None)
    row = CaseDeadline.objects.filter(case=case, name="no_show").first() if case else None
    return Clock(len(days), RETURNS_NEEDED, None, row)


def shown_envelope(sha256: str) -> bytes:
    """Return the photograph of an envelope as a small JPEG of our own making."""
    store: Any = storages["papers"]
    data: bytes = store.read(sha256)
    if not data.startswith(session_files.PNG_START):
        return safe_copy(data, SHOWN_SIDE)
    with Image.open(BytesIO(data), formats=["PNG"]) as picture:
        plain = picture.convert("RGB")
    plain.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    out = BytesIO()
    plain.save(out, "JPEG", quality=85)
    return out.getvalue()
