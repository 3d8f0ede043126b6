"""Say whether a paper is true: by the code printed on it, or by what its QR says and signs.

The signature proves who made the sheet; only the register knows whether it is still in force. A
false signature and a paper the register does not hold are one answer to a citizen: not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from citizens import limits
from citizens.lookup import count_failure, log_lookup
from notices.cose import CoseError
from notices.models import Notice
from notices.register import lookup_digest
from notices.stamp_keys import open_stamp
from violations.models import CaseEvent

Verdict = Literal["genuine", "superseded", "cancelled", "unknown"]


@dataclass(frozen=True)
class PaperCheck:
    """What the register says of a paper; amounts in đồng.

    ``superseded`` means that another paper has taken its place, ``cancelled`` that none has. A
    decision names its amount and the account of the State, so that a forged line on a true paper
    shows.
    """

    verdict: Verdict
    kind: str = ""
    number: str = ""
    issued_on: date | None = None
    unit: str = ""
    plate: str = ""
    plate_colour: str = "unknown"
    amount_vnd: int | None = None
    treasury: str = ""
    account: str = ""


def check_code(code: str, *, network: str, at: datetime) -> PaperCheck:
    """Look a paper up in the register by its code alone. Raises limits.TooMany."""
    limits.ask(limits.PAPER_FAILURES, network, at=at)
    event = (
        CaseEvent.objects.filter(notice__lookup_digest=lookup_digest(code))
        .select_related("case", "notice", "notice__superseded_by")
        .order_by("id")
        .first()
    )
    return _conclude(event, f"code:{code}", network=network, at=at)


def check_stamp(stamp: bytes, *, network: str, at: datetime) -> PaperCheck:
    """Look a paper up by what its QR says, once the signature is true. Raises limits.TooMany.

    The register must hold the very bytes of the QR: claims that were never printed, though signed
    by a key of ours, are no paper.
    """
    limits.ask(limits.PAPER_FAILURES, network, at=at)
    try:
        claims = open_stamp(stamp)
    except CoseError:
        return _conclude(None, "stamp:false", network=network, at=at)
    event = (
        CaseEvent.objects.filter(
            notice__unit_code=claims.unit_code,
            notice__kind=claims.kind,
            notice__year=claims.issued_on.year,
            notice__number_text=claims.number,
            notice__stamp=stamp,
        )
        .select_related("case", "notice", "notice__superseded_by")
        .order_by("id")
        .first()
    )
    return _conclude(event, f"stamp:{claims.number}", network=network, at=at)


def _conclude(event: CaseEvent | None, subject: str, *, network: str, at: datetime) -> PaperCheck:
    log_lookup("code", subject, int(event is not None), network=network, at=at)
    if event is None or event.notice is None:
        count_failure("", network=network, at=at)
        return PaperCheck("unknown")
    paper = event.notice
    payment = paper.context.get("payment") or {}
    return PaperCheck(
        verdict=_standing(paper, event.case.status),
        kind=paper.kind,
        number=paper.number_text,
        issued_on=paper.issued_on,
        unit=paper.context["unit"]["name"],
        plate=event.case.plate_display,
        plate_colour=event.case.plate_colour,
        amount_vnd=paper.context.get("fine_total_vnd"),
        treasury=payment.get("treasury", ""),
        account=payment.get("account", ""),
    )


def _standing(paper: Notice, status: str) -> Verdict:
    """Tell whether a paper of the register is in force."""
    if hasattr(paper, "superseded_by"):
        return "superseded"
    if paper.voided_at is not None or status == "annulled":
        return "cancelled"
    return "genuine"
