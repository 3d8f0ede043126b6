"""Issue papers: give a number without gaps, freeze the contents, and remember the look-up digest.

Called by an act inside its own transaction: paper and act are born together or not at all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from notices import electronic, lookup_codes
from notices.completeness import ContentError, check_contents
from notices.cose import sign1
from notices.deliveries import POSTED_KINDS, begin
from notices.glyphs import GlyphError, printable
from notices.models import (
    Notice,
    NumberSeries,
    PaperDelivery,
    PaperEvent,
    PaperKind,
    SigningKey,
)
from notices.rendering import template_version
from notices.stamp_claims import claims_of
from notices.stamp_keys import key_in_use

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

# How the number of each form ends; the unit's own suffix follows where the form has one.
NUMBER_FORMS = {
    PaperKind.NOTICE: "TB-{suffix}",
    PaperKind.RECORD: "BB-VPHC",
    PaperKind.DECISION: "QĐ-XPHC",
    PaperKind.PAYMENT_CONFIRMATION: "XN-{suffix}",
    PaperKind.POINTS_NOTICE: "TB-TĐ-{suffix}",
    PaperKind.TRANSFER_SLIP: "PC-{suffix}",
    PaperKind.COMMUNE_SLIP: "PG-{suffix}",
    PaperKind.WORKING_MINUTES: "BB-LV",
    PaperKind.HEARING_MINUTES: "BB-GTTT",
    PaperKind.FILE_TRANSFER: "BB-BGHS",
    PaperKind.DEFERRAL: "QĐ-HTHQĐ",
    PaperKind.REDUCTION: "QĐ-GMTP",
    PaperKind.INSTALMENTS: "QĐ-NTPNL",
    PaperKind.ENFORCEMENT: "QĐ-CCXP",
    PaperKind.AMENDMENT: "QĐ-SĐXPHC",
    PaperKind.CORRECTION: "QĐ-ĐCXPHC",
    PaperKind.CANCELLATION: "QĐ-HBXPHC",
    PaperKind.COMPLAINT_ACCEPTED: "TB-TLKN",
    PaperKind.COMPLAINT_REFUSED: "TB-KTLKN",
    PaperKind.COMPLAINT_DECIDED: "QĐ-GQKN",
    PaperKind.EXECUTION_SUSPENDED: "QĐ-TĐCKN",
    PaperKind.EXECUTION_RESUMED: "QĐ-HBTĐCKN",
    PaperKind.REFUSAL_MINUTES: "BB-KNQĐ",
    # Each measure has a series of its own, so its own ending: two orders never share a number.
    PaperKind.ENFORCEMENT_ACCOUNT: "QĐ-CCTK",
    PaperKind.ENFORCEMENT_DISTRAINT: "QĐ-CCKB",
    PaperKind.ENFORCEMENT_THIRD_PARTY: "QĐ-CCBT",
    PaperKind.ENFORCEMENT_REMEDY: "QĐ-CCKPHQ",
    PaperKind.ENFORCEMENT_COSTS: "QĐ-CCHTKP",
    PaperKind.DELEGATION: "QĐ-GQXP",
    PaperKind.RELIEF_REFUSED: "TB-TCĐN-{suffix}",
    PaperKind.HEARING_CALLED: "TB-PGT-{suffix}",
    PaperKind.RECALL_LETTER: "TB-TH-{suffix}",
}


class AlreadyVoid(Exception):
    """The paper was void before; what is void is not made void again."""


def number_to_come(kind: str) -> str:
    """Return the place a draft leaves for its number: ``……/QĐ-XPHC``."""
    return "……/" + NUMBER_FORMS[PaperKind(kind)].format(suffix="").rstrip("-")


@dataclass(frozen=True)
class IssuingUnit:
    """What the register needs to know of a unit; ``notices`` knows no unit model."""

    code: str
    paper_suffix: str


def printable_contents(kind: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the contents of a paper as they can be printed: complete, composed, every glyph known.

    Checked when a paper is proposed and again when it is issued, so that a name no font can print
    is met by the officer and not by the worker. Raises notices.completeness.ContentError.
    """
    try:
        clean: dict[str, Any] = printable(context)
    except GlyphError as fault:
        raise ContentError(str(fault)) from fault
    check_contents(kind, clean)
    return clean


def take_number(unit_code: str, kind: str, year: int) -> int:
    """Take the next number of a series, holding its row until the transaction ends.

    Two signatures at once wait for each other; a transaction that fails gives its number back, so
    the series has no gap. Law.md §3.9: gap-free per unit, kind and year.
    """
    NumberSeries.objects.get_or_create(unit_code=unit_code, kind=kind, year=year)
    series = NumberSeries.objects.select_for_update().get(unit_code=unit_code, kind=kind, year=year)
    series.last_number += 1
    series.save(update_fields=["last_number"])
    return series.last_number


def issue(
    kind: str,
    *,
    unit: IssuingUnit,
    context: Mapping[str, Any],
    subject: str,
    images: Iterable[Mapping[str, str]] = (),
    supersedes: Notice | None = None,
    at: datetime,
    by_name: str,
) -> Notice:
    """Issue one paper now: number, day and frozen contents. Its PDF is made by a worker.

    ``context`` is what the form prints, without the keys the register itself adds (``paper_id``,
    ``number``, ``issued_at``, ``draft``). ``images`` name each picture's original and the
    stored copy that is printed, both by SHA-256. ``at`` is aware.
    Raises notices.completeness.ContentError when a field of the form is missing, and
    TransactionManagementError outside a transaction.
    """
    local = at.astimezone(VIET_NAM)
    number = take_number(unit.code, kind, local.year)
    number_text = f"{number:04d}/" + NUMBER_FORMS[PaperKind(kind)].format(suffix=unit.paper_suffix)
    paper_id = uuid.uuid4()
    frozen = dict(context) | {
        "paper_id": str(paper_id),
        "number": number_text,
        "issued_at": local.replace(microsecond=0).isoformat(),
        "draft": False,
    }
    frozen = printable_contents(kind, frozen)
    stamp, stamp_key = _stamped(kind, frozen, unit.code, at=at)
    notice = Notice.objects.create(
        id=paper_id,
        kind=kind,
        unit_code=unit.code,
        year=local.year,
        number=number,
        number_text=number_text,
        subject=subject,
        context=frozen,
        template_version=template_version(),
        images=[dict(image) for image in images],
        lookup_digest=lookup_digest(lookup_code(paper_id)),
        stamp=stamp,
        stamp_key=stamp_key,
        issued_at=at,
        issued_on=local.date(),
        supersedes=supersedes,
    )
    PaperEvent.objects.create(notice=notice, what=PaperEvent.What.ISSUED, at=at, by_name=by_name)
    is_posted = kind in POSTED_KINDS and bool(frozen.get("addressee"))
    if is_posted and not electronic.begin(notice, at=at, by_name=by_name):
        begin(notice, PaperDelivery.Route.POST, at=at, by_name=by_name)
    _ask_for_pdf(notice)
    return notice


def _stamped(
    kind: str, frozen: Mapping[str, Any], unit_code: str, *, at: datetime
) -> tuple[bytes | None, SigningKey | None]:
    """Sign what the QR of a paper says; a paper without a QR has no stamp."""
    claims = claims_of(kind, frozen, unit_code=unit_code, issued_on=at.astimezone(VIET_NAM).date())
    if claims is None:
        return None, None
    key, private = key_in_use(at=at)
    return sign1(claims.as_map(), private, bytes.fromhex(key.kid)), key


def supersede(
    paper: Notice,
    *,
    unit: IssuingUnit,
    context: Mapping[str, Any],
    reason: str,
    at: datetime,
    by_name: str,
) -> Notice:
    """Issue a right paper in the place of a wrong one, with a number of its own; the wrong is void.

    Nothing of the wrong paper is written over: number, contents and sealed bytes stay, and each
    names the other. ``unit`` issues the new one: the one that has the case now. Called inside the
    transaction of an act (``violations.corrected_notices``). Raises AlreadyVoid, and what ``issue``
    raises.
    """
    new = issue(
        paper.kind,
        unit=unit,
        context=context,
        subject=paper.subject,
        images=paper.images,
        supersedes=paper,
        at=at,
        by_name=by_name,
    )
    void(paper, by=new, reason=reason, at=at, by_name=by_name)
    return new


def void(
    paper: Notice, *, by: Notice | None = None, reason: str, at: datetime, by_name: str
) -> None:
    """Say that a paper no longer holds, from now on and for good.

    ``by`` is the paper that says so, where there is one. What waits to be sent of the void paper
    is called off; its file stays readable. Called inside the transaction of the act that cancels
    or withdraws. Raises AlreadyVoid.
    """
    with transaction.atomic():
        voided = Notice.objects.filter(pk=paper.pk, voided_at=None).update(
            voided_at=at, voided_by=by, void_reason=reason[:200]
        )
        if not voided:
            raise AlreadyVoid(paper.number_text)
        PaperDelivery.objects.filter(notice=paper, state=PaperDelivery.State.WAITING).update(
            state=PaperDelivery.State.CALLED_OFF
        )
        PaperEvent.objects.create(
            notice=paper,
            what=PaperEvent.What.VOIDED,
            at=at,
            by_name=by_name,
            facts={"by": by.number_text if by else "", "why": reason[:200]},
        )


def _ask_for_pdf(notice: Notice) -> None:
    """Queue the rendering once the paper is committed; if the queue is down the sweep finds it."""
    from notices.tasks import render_notice

    def send() -> None:
        with suppress(OperationalError):
            render_notice.delay(str(notice.pk))

    transaction.on_commit(send, robust=True)


def lookup_code(paper_id: uuid.UUID) -> str:
    """Return the 14-symbol code printed on a paper; it is computed and never stored."""
    return lookup_codes.derive_code(paper_id, settings.KEYS["LOOKUP_CODE_KEY"].encode())


def lookup_digest(code: str) -> bytes:
    """Return the keyed digest by which a code is found."""
    return lookup_codes.digest(code, settings.KEYS["LOOKUP_PEPPER"].encode())


def find_by_code(code: str) -> Notice | None:
    """Return the paper a code opens, or None. ``code`` must have passed ``lookup_codes.check``."""
    return Notice.objects.filter(lookup_digest=lookup_digest(code)).first()
