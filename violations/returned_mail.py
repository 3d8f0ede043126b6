"""Mail that came back (thư bị trả lại): its outcome, what the law counts, the next route."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from PIL import Image

from cameras.images import safe_copy
from notices import deliveries
from notices.models import Notice, PaperDelivery, PaperKind
from violations import session_files
from violations.guards import Refused
from violations.models import CaseDeadline, Draft, Violation
from violations.service_rules import RETURNS_NEEDED, DeemedService, deemed_service

Route, Reason = PaperDelivery.Route, PaperDelivery.Reason
SHOWN_SIDE = 1_600


@dataclass(frozen=True)
class NextRoute:
    """One way to try next, and why; ``route`` is empty where a person must look first."""

    route: str
    why: str
    article: str


def take_back_mail(
    delivery_id: uuid.UUID,
    *,
    reason: str,
    returned_on: date,
    proof: str,
    photograph: bytes,
    by_name: str,
    at: datetime,
) -> PaperDelivery:
    """Write down that a letter came back, with the photograph of its envelope. NĐ 118/2021 Đ17a

    ``photograph`` is the file as it was handed in. Raises Refused when it is no whole picture, and
    when the outcome may not be written.
    """
    checked = session_files.check(photograph)
    if checked.media_type == session_files.PDF:
        raise Refused(gettext("The envelope is a photograph: JPEG or PNG."))
    store: Any = storages["papers"]
    with transaction.atomic():
        paper_id = PaperDelivery.objects.values_list("notice_id", flat=True).get(pk=delivery_id)
        # The case row first, as in every act on it.
        list(
            Violation.objects.select_for_update(of=("self",))
            .filter(drafts__notice=paper_id)
            .values_list("pk")
        )
        try:
            return deliveries.settle(
                delivery_id,
                PaperDelivery.State.RETURNED,
                settled_on=returned_on,
                proof=proof,
                at=at,
                by_name=by_name,
                reason=reason,
                envelope_sha256=store.put(checked.data),
            )
        except deliveries.SettlingRefused as fault:
            raise Refused(str(fault)) from fault


def try_next(delivery_id: uuid.UUID, route: str, *, by_name: str, at: datetime) -> PaperDelivery:
    """Begin the next attempt after one that failed. Raises Refused when one is open already."""
    failed = PaperDelivery.objects.select_related("notice").get(pk=delivery_id)
    allowed = [each.route for each in next_routes(failed) if each.route]
    if failed.state != PaperDelivery.State.RETURNED or route not in allowed:
        raise Refused(gettext("This route does not follow; choose one of those proposed."))
    if failed.notice.voided_at is not None or hasattr(failed.notice, "superseded_by"):
        raise Refused(gettext("This paper no longer holds; nothing more is sent of it."))
    try:
        with transaction.atomic():
            return deliveries.begin(failed.notice, route, at=at, by_name=by_name)
    except IntegrityError as fault:
        raise Refused(gettext("An attempt by this route is under way already.")) from fault


def next_routes(failed: PaperDelivery) -> list[NextRoute]:
    """Return what may be tried next, the best first: by the reason, and by how often it was tried.

    Luật XLVPHC Đ70; NĐ 118/2021 Đ17a; TT 73/2024 Đ24 k5 for a notice.
    """
    returned = len(returns_of(failed.notice))
    again = NextRoute(
        Route.POST,
        gettext("Send it once more by registered post."),
        "NĐ 118/2021 Đ17a",
    )
    commune = NextRoute(
        Route.COMMUNE,
        gettext("The commune police hand it over and report back (form 04)."),
        "TT 73/2024 Đ24 k5" if failed.notice.kind == PaperKind.NOTICE else "Luật XLVPHC Đ70",
    )
    by_hand = NextRoute(
        Route.HAND,
        gettext("Hand it over in person; a refusal counts only when minuted (MBB06)."),
        "NĐ 118/2021 Đ17a",
    )
    posted_up = NextRoute(
        Route.POSTING,
        gettext("Post it up in public at the residence for seven working days."),
        "NĐ 118/2021 Đ17a",
    )
    address = NextRoute(
        "",
        gettext("The officer of the case looks the address up again and issues it anew."),
        "Luật XLVPHC Đ70",
    )
    if failed.reason == Reason.DECEASED:
        return [
            NextRoute("", gettext("Nothing more is sent; tell the officer of the case."), "Đ65")
        ]
    by_reason = {
        Reason.DAMAGED: [again, commune],
        Reason.ABSENT: [again, commune] if returned < RETURNS_NEEDED else [commune],
        Reason.NO_SUCH_ADDRESS: [address, commune],
        Reason.MOVED: [address, commune],
        Reason.REFUSED: [by_hand, commune],
    }
    found = list(by_reason.get(Reason(failed.reason), [commune]))
    if failed.notice.kind == PaperKind.DECISION:
        found.append(posted_up)
    return found


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
    case = Draft.objects.filter(notice=paper).values_list("case_id", flat=True).first()
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
