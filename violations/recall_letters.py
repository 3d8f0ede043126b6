"""Who was told of a case that a recall has undone must be told that it is over: letter by letter.

The job of the recall proposes; a leader signs at the signing desk and the post room sends. What is
not in the post yet stands on the page of the recall.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from notices import register
from notices.completeness import ContentError
from notices.models import Notice, PaperDelivery, PaperKind, PrintRunItem
from violations import letters_recall, papers, recalls
from violations.actors import Actor
from violations.guards import Refused
from violations.models import Draft, Recall, RecallItem
from violations.recall_estimate import CANCEL, DISMISS
from violations.taking import taking

KIND = PaperKind.RECALL_LETTER
#: The papers by which a recall tells a person: of a notice, and of a decision.
TELLING = (KIND, PaperKind.CANCELLATION)
AT_ONCE = 200
PROPOSED, SIGNED, MISSING = "proposed", "signed", "missing"


@dataclass(frozen=True)
class Untold:
    """A person who must still be told: the item, how far the paper is, and the paper if signed."""

    item: RecallItem
    stage: str
    paper: Notice | None = None


def propose_letter(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> Draft:
    """Propose the letter that withdraws the notice of a dismissed case. Luật XLVPHC Đ3 k1đ, Đ65

    ``reason`` is printed as it stands. Raises Refused where no notice went out, no approved recall
    covers the case, or the letter is signed already.
    """
    with taking("propose_recall_letter", case_id, by=by, at=at) as (case, event):
        if case.drafts.filter(kind=KIND, state=Draft.State.SIGNED).exists():
            raise Refused(gettext("The letter of this case is signed already."))
        letter = letters_recall.recall_letter(case, reason=reason)
        draft = papers.propose(case, KIND, letter, by=by, at=at)
        event.facts = {"draft": draft.pk}
    return draft


def sign_letter(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Sign the letter: it goes to the post, and the notice it withdraws is void. Luật XLVPHC Đ65

    Who checks the notice by its code or QR is told from now on that it was cancelled.
    """
    with taking("sign_recall_letter", case_id, by=by, at=at) as (case, event):
        letter = event.notice = papers.sign(case, KIND, by=by, at=at)
        withdrawn = Notice.objects.filter(
            draft__case=case, kind=PaperKind.NOTICE, voided_at=None, superseded_by=None
        )
        for paper in withdrawn:
            reason = f"Bị thu hồi bởi Thông báo số {letter.number_text}."
            register.void(paper, by=letter, reason=reason, at=at, by_name=by.name)
    return event.notice


def untold(recall: Recall) -> QuerySet[RecallItem]:
    """Return the cases whose person holds a paper of ours and was not written to yet, by number.

    Told is who was sent the paper: it is in the post with its number, or was opened online.
    """
    sent = PrintRunItem.objects.filter(
        notice__draft__case=OuterRef("case"),
        notice__kind__in=TELLING,
        handed_over_at__isnull=False,
    )
    opened = PaperDelivery.objects.filter(
        notice__draft__case=OuterRef("case"),
        notice__kind__in=TELLING,
        state=PaperDelivery.State.OPENED,
    )
    dismissed = Q(outcome__contains=[{"what": DISMISS}], case__notified_on__isnull=False)
    cancelled = Q(outcome__contains=[{"what": CANCEL}])
    found: QuerySet[RecallItem] = (
        recall.items.filter(
            dismissed | cancelled, ~Exists(sent), ~Exists(opened), state=RecallItem.State.DONE
        )
        .select_related("case")
        .order_by("pk")
    )
    return found


def missing(recall: Recall) -> QuerySet[RecallItem]:
    """Return the untold whose letter is neither signed nor at the signing desk."""
    letters = Draft.objects.filter(case=OuterRef("case"), kind__in=TELLING)
    return untold(recall).filter(~Exists(letters.exclude(state=Draft.State.RETURNED)))


def stages(items: QuerySet[RecallItem]) -> Iterator[Untold]:
    """Yield how far the paper of each of these items is."""
    chosen = list(items)
    drafts = Draft.objects.filter(case__in=[item.case_id for item in chosen], kind__in=TELLING)
    latest = {
        draft.case_id: draft
        for draft in drafts.exclude(state=Draft.State.RETURNED)
        .select_related("notice")
        .order_by("proposed_at")
    }
    for item in chosen:
        draft = latest.get(item.case_id)
        if draft is None:
            yield Untold(item, MISSING)
        elif draft.notice is None:
            yield Untold(item, PROPOSED)
        else:
            yield Untold(item, SIGNED, draft.notice)


def propose_missing(recall_id: int, *, by: Actor, at: datetime) -> int:
    """Propose the letters that are missing: returned ones, and those of a recall of before.

    At most ``AT_ONCE``; each in a transaction of its own. Returns how many were proposed. Raises
    Refused without the right, for another unit's recall, and with the first reason when none could
    be proposed.
    """
    recall = Recall.objects.select_related("unit").get(pk=recall_id)
    if by.officer is None or not by.may(recalls.PROPOSE):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if recall.unit.code not in by.unit_codes:
        raise Refused(gettext("The recall belongs to another unit."))
    done, why = 0, gettext("No letter of this recall is missing.")
    for item in missing(recall).filter(case__status="dismissed")[:AT_ONCE]:
        try:
            propose_letter(item.case_id, reason=letters_recall.reason_of(recall), by=by, at=at)
            done += 1
        except Refused as refusal:
            why = " ".join(refusal.sentences)
        except ContentError as fault:
            why = str(fault)
    if not done:
        raise Refused(why)
    return done
