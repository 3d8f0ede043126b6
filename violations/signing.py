"""Which act signs which kind of paper: what the signing desk asks before it lets a leader sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from notices.models import PaperKind
from violations import (
    actions,
    appearances,
    corrected_notices,
    decision_changes,
    enforcement,
    explanations,
    recall_letters,
    reliefs,
    sanctions,
    transfers,
)
from violations.actors import Actor
from violations.guards import Refused
from violations.models import Draft, Violation
from violations.workflow import STEPS, obstacles


@dataclass(frozen=True)
class Signature:
    """The step that signs a kind of paper, the step that proposes it, and the clock it must meet.

    ``act`` takes ``(case_id, *, by, at)``.
    """

    step: str
    proposal: str
    act: Callable[..., Any]
    clock: str = ""


SIGNATURES: dict[str, Signature] = {
    PaperKind.NOTICE: Signature("sign_notice", "propose_notice", actions.sign_notice, "notice_due"),
    PaperKind.RECORD: Signature(
        "sign_record", "propose_record", sanctions.sign_record, "record_due"
    ),
    PaperKind.DECISION: Signature(
        "sign_decision", "propose_decision", sanctions.sign_decision, "decision_due"
    ),
    PaperKind.TRANSFER_SLIP: Signature(
        "sign_transfer",
        "propose_transfer",
        partial(transfers.sign_transfer, kind=PaperKind.TRANSFER_SLIP),
        "notice_due",
    ),
    PaperKind.FILE_TRANSFER: Signature(
        "sign_transfer",
        "propose_transfer",
        partial(transfers.sign_transfer, kind=PaperKind.FILE_TRANSFER),
        "decision_due",
    ),
    PaperKind.COMMUNE_SLIP: Signature(
        "sign_commune_slip", "propose_commune_slip", appearances.sign_commune_slip
    ),
    **{
        kind: Signature("sign_relief", "propose_relief", reliefs.sign_relief, "relief_decided_due")
        for kind in (PaperKind.DEFERRAL, PaperKind.REDUCTION, PaperKind.INSTALMENTS)
    },
    **{
        kind: Signature("sign_enforcement", "propose_enforcement", enforcement.sign_enforcement)
        for kind in enforcement.ENFORCEMENT_KINDS
    },
    PaperKind.AMENDMENT: Signature(
        "sign_amendment", "propose_change", decision_changes.sign_amendment
    ),
    PaperKind.CORRECTION: Signature(
        "sign_correction", "propose_change", decision_changes.sign_correction
    ),
    PaperKind.CANCELLATION: Signature(
        "sign_cancellation", "propose_change", decision_changes.sign_cancellation
    ),
    PaperKind.RECALL_LETTER: Signature(
        "sign_recall_letter", "propose_recall_letter", recall_letters.sign_letter
    ),
    PaperKind.HEARING_CALLED: Signature(
        "call_hearing", "propose_hearing", explanations.call_hearing, "hearing_notice_due"
    ),
}
#: A paper that takes the place of a wrong one is signed by an act of its own.
REPLACEMENTS: dict[str, Signature] = {
    PaperKind.NOTICE: Signature(
        "sign_corrected_notice",
        "propose_corrected_notice",
        corrected_notices.sign_corrected_notice,
    ),
}


def signature_of(draft: Draft) -> Signature:
    """Return the act that signs a draft: by its kind, and by whether it replaces another paper."""
    return (REPLACEMENTS if draft.replaces_id else SIGNATURES)[draft.kind]


def sign_draft(draft: Draft, *, by: Actor, at: datetime) -> None:
    """Sign one draft by the act of its kind: this very one, and no later one of the same kind.

    What was read is what is signed: a draft returned and proposed anew in the meantime is another
    paper. Raises Refused and ContentError.
    """
    with transaction.atomic():
        insist_it_waits(draft)
        signature_of(draft).act(draft.case_id, by=by, at=at)


def insist_it_waits(draft: Draft) -> None:
    """Lock the case of a draft and insist that this very one waits. Raises Refused."""
    Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=draft.case_id)
    draft.refresh_from_db()
    if draft.state != Draft.State.PROPOSED:
        raise Refused(gettext("This draft no longer waits for a signature."))


def kinds_signed_by(step: str) -> list[str]:
    """Return the kinds of paper that a step signs; none for a step that signs nothing."""
    return [kind for kind, signature in _all() if signature.step == step]


def kinds_proposed_by(step: str) -> list[str]:
    """Return the kinds of paper that a step proposes."""
    return [kind for kind, signature in _all() if signature.proposal == step]


def _all() -> list[tuple[str, Signature]]:
    return [*SIGNATURES.items(), *REPLACEMENTS.items()]


def against_signing(draft: Draft, by: Actor, at: datetime) -> list[str]:
    """Return every reason why this person may not sign this draft now; none means he may."""
    found = list(obstacles(STEPS[signature_of(draft).step], draft.case, by, at))
    if by.officer is not None and draft.proposed_by_id == by.officer.pk:
        found.append(gettext("You proposed this paper yourself; another officer must sign."))
    return found
