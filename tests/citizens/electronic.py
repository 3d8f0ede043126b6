"""People who agreed to electronic delivery, and papers that can be opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from citizens import consents
from citizens.models import ElectronicConsent
from notices import sending
from notices.models import Notice, PaperDelivery
from tests.journeys import START, World, acting, onward
from tests.journeys import case_at as walked_to
from violations.models import Violation

EMAIL, PHONE = "hieu.tran@vidu.vn", "0912345678"
#: After the decision of a case that began at START.
SIGNED = START + timedelta(days=2, hours=1)


def agrees(
    case: Violation,
    place: World,
    *,
    role: str = "owner",
    by_account: bool = True,
    email: str = "",
    phone: str = "",
    at: datetime = START + timedelta(hours=2),
    **more: Any,
) -> ElectronicConsent:
    """Record that a person of a case agreed, in writing at the counter."""
    return consents.give(
        case,
        case.parties.get(role=role),
        by_account=by_account,
        email=email,
        phone=phone,
        **{"proof": "counter", "proof_text": "đơn số 12 ngày 12/10/2026"} | more,
        by=acting(place.reviewer),
        at=at,
    )


def takes_back(case: Violation, place: World, *, at: datetime) -> ElectronicConsent:
    """Record that the owner took the consent back."""
    return consents.withdraw(
        case,
        case.parties.get(role="owner"),
        proof="counter",
        proof_text="đơn số 13",
        by=acting(place.reviewer),
        at=at,
    )


def decided(place: World, *, is_made: bool = True, **agreed: Any) -> Notice:
    """Return the decision of a person who agreed before it was signed; its PDF is there or not."""
    case = walked_to("recorded", place)
    if agreed:
        agrees(case, place, **agreed)
    paper: Notice = onward(case, "decided", place).decision.notice
    return made(paper) if is_made else paper


def made(paper: Notice, pdf_sha256: str = "0" * 64) -> Notice:
    """Say that the PDF of a paper is there, without the pains of making it."""
    Notice.objects.filter(pk=paper.pk).update(
        rendering="rendered", pdf_sha256=pdf_sha256, pages=1, rendered_at=paper.issued_at
    )
    return Notice.objects.get(pk=paper.pk)


def ways(paper: Notice) -> dict[str, str]:
    """Return the state of every attempt of a paper, by its route."""
    return dict(paper.deliveries.values_list("route", "state"))


def sent(paper: Notice, *, at: datetime = SIGNED) -> None:
    """Note that everything electronic of a paper went out."""
    for row in PaperDelivery.objects.filter(notice=paper, route__in=("account", "email", "sms")):
        assert sending.record_sent(row, "biên nhận", at=at)
