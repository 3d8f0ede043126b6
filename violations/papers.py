"""Drafts and signatures: a paper is frozen when proposed and born when another officer signs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from notices import register
from notices.models import Notice, PaperKind
from violations import letters
from violations.actors import Actor
from violations.guards import Refused
from violations.letter_parts import unit_block
from violations.models import CaseEvent, Draft, Violation
from violations.wording import title_in_unit


def propose(
    case: Violation,
    kind: str,
    context: dict[str, Any],
    *,
    replaces: Notice | None = None,
    replace_reason: str = "",
    by: Actor,
    at: datetime,
) -> Draft:
    """Freeze a draft for signature. Raises Refused when one of this kind is already waiting.

    ``replaces`` is the wrong paper that the signed one takes the place of, with the reason.
    """
    if case.drafts.filter(kind=kind, state=Draft.State.PROPOSED).exists():
        raise Refused(gettext("A draft of this paper is already waiting for a signature."))
    letters.check_before_proposing(kind, context, at=at)
    assert by.officer is not None  # the step's permission belongs to officers only
    return Draft.objects.create(
        case=case,
        kind=kind,
        context=context,
        replaces=replaces,
        replace_reason=replace_reason,
        proposed_by=by.officer,
        proposed_at=at,
    )


def waiting(case: Violation, kind: str) -> Draft:
    """Lock and return the draft that waits for a signature. Raises Refused when there is none."""
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .filter(case=case, kind=kind, state=Draft.State.PROPOSED)
        .first()
    )
    if draft is None:
        raise Refused(gettext("There is no draft of this paper to sign; propose it first."))
    return draft


def sign(case: Violation, kind: str, *, by: Actor, at: datetime) -> Notice:
    """Issue the waiting draft under the signer's name. Raises Refused for who proposed it.

    The signature block is the only thing added to what was proposed: the leader signs what the
    leader read.
    """
    draft = waiting(case, kind)
    officer = by.officer
    if officer is None or officer.pk == draft.proposed_by_id:
        raise Refused(gettext("You proposed this paper yourself; another officer must sign."))
    contents = letters.signed(draft.context, case, by=by, at=at)
    if draft.replaces is not None:
        notice = _replace(draft, contents, case, by=by, at=at)
    else:
        notice = register.issue(
            kind,
            unit=register.IssuingUnit(case.unit.code, case.unit.paper_suffix),
            context=contents,
            subject=case.number,
            images=letters.images_of(kind, case),
            at=at,
            by_name=by.name,
        )
    draft.state = Draft.State.SIGNED
    draft.settled_by = officer
    draft.settled_at = at
    draft.notice = notice
    draft.save()
    return notice


def _replace(
    draft: Draft, contents: dict[str, Any], case: Violation, *, by: Actor, at: datetime
) -> Notice:
    assert draft.replaces is not None  # asked by the caller
    try:
        return register.supersede(
            draft.replaces,
            context=contents,
            unit=register.IssuingUnit(case.unit.code, case.unit.paper_suffix),
            reason=draft.replace_reason,
            at=at,
            by_name=by.name,
        )
    except register.AlreadyVoid as fault:
        raise Refused(
            gettext("%(number)s no longer holds; return this draft.") % {"number": str(fault)}
        ) from fault


def case_of(notice_id: uuid.UUID) -> uuid.UUID | None:
    """Return the case a paper belongs to, or None: by the draft it was signed from, else its act.

    Answers and minutes were never a draft; the event of the act that issued them names them.
    """
    drafted = Draft.objects.filter(notice=notice_id).values_list("case_id", flat=True).first()
    if drafted is not None:
        return drafted
    told = CaseEvent.objects.filter(notice=notice_id).order_by("id")
    return told.values_list("case_id", flat=True).first()


def papers_of(case: Violation) -> QuerySet[Notice]:
    """Return every paper of a case, signed from a draft or issued by an act."""
    return Notice.objects.filter(Q(draft__case=case) | Q(pk__in=_told(case)))


def _told(case: Violation) -> QuerySet[Any]:
    events = CaseEvent.objects.filter(case=case, notice__isnull=False)
    return events.values_list("notice_id", flat=True)


def issue_signed(
    case: Violation, kind: str, context: dict[str, Any], *, by: Actor, at: datetime
) -> Notice:
    """Issue a paper that the officer who acts signs alone, because the law makes it his own answer.

    Answers to a complaint are such papers: nobody proposes them, who handles the complaint gives
    them, under the head and in the number series of his own unit: a superior's answer is not the
    lower unit's paper. Raises notices.completeness.ContentError. Luật Khiếu nại Đ27, Đ31, Đ40
    """
    assert by.officer is not None  # the step's permission belongs to officers only
    unit = by.officer.unit
    signed = letters.signed(context, case, by=by, at=at)
    if unit.pk != case.unit_id:
        signed["unit"] = unit_block(unit)
        signed["signature"]["digital"]["unit"] = unit.name
        if signed.get("authority"):
            signed["authority"] = title_in_unit(signed["signature"]["title"], unit.name)
    return register.issue(
        kind,
        unit=register.IssuingUnit(unit.code, unit.paper_suffix),
        context=signed,
        subject=case.number,
        at=at,
        by_name=by.name,
    )


def give_back(case: Violation, kind: str, *, by: Actor, at: datetime, reason: str) -> Draft:
    """Return the waiting draft with a reason; it burns no number."""
    draft = waiting(case, kind)
    draft.state = Draft.State.RETURNED
    draft.settled_by = by.officer
    draft.settled_at = at
    draft.return_reason = reason
    draft.save()
    return draft


def withdraw_waiting(
    case: Violation, *, at: datetime, reason: str, kind: str = "", keep: Iterable[str] = ()
) -> int:
    """Return every draft that waits, or those of one kind: what they rest on is gone.

    ``keep`` names kinds that still stand. Returns how many were returned.
    """
    found = case.drafts.select_for_update().filter(state=Draft.State.PROPOSED)
    found = found.exclude(kind__in=list(keep))
    waiting_drafts = list(found.filter(kind=kind) if kind else found)
    for draft in waiting_drafts:
        draft.state = Draft.State.RETURNED
        draft.settled_at = at
        draft.return_reason = reason
        draft.save()
    return len(waiting_drafts)


def issue_minutes(
    case: Violation, kind: str, context: dict[str, Any], *, by: Actor, at: datetime
) -> Notice:
    """Issue minutes at once under the name of the officer who held the meeting.

    Minutes only say what happened before those present; there is nothing for a leader to decide.
    """
    return register.issue(
        kind,
        unit=register.IssuingUnit(case.unit.code, case.unit.paper_suffix),
        context=letters.signed(context, case, by=by, at=at),
        subject=case.number,
        at=at,
        by_name=by.name,
    )


def issue_confirmation(case: Violation, context: dict[str, Any], *, at: datetime) -> Notice:
    """Issue a payment confirmation: no signature, because it only repeats what the bank said."""
    return register.issue(
        PaperKind.PAYMENT_CONFIRMATION,
        unit=register.IssuingUnit(case.unit.code, case.unit.paper_suffix),
        context=context,
        subject=case.number,
        at=at,
        by_name="Hệ thống",
    )
