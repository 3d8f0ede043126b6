"""The signing folder: at most twenty-five papers a leader signs in one sitting.

A batch spares pressing, never reading: what stands out and three papers drawn at random must be
opened, and every paper is judged and signed by its own act in its own transaction. Whoever is
stopped in the middle presses again: nothing is signed twice. Locks: the case, then the paper's row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from cameras.models import Unit
from notices.completeness import ContentError
from violations import actions
from violations.actors import Actor, afresh
from violations.guards import Refused, day_in_viet_nam
from violations.models import Draft, Officer, SigningBatch, SigningItem
from violations.models.signing import MOST_IN_A_BATCH
from violations.signing import against_signing, insist_it_waits, sign_draft, signature_of
from violations.signing_flags import OF_THE_CLOCK, flags_of_draft

SIGNER = "violations.sign_papers"
DRAWN = 3
BESIDE_A_DRAFT = (
    "case__unit", "case__detection__device", "case__rule", "case__explanation", "case__decision"
)  # fmt: skip

#: Draws so many of these at random: ``random.SystemRandom().sample``.
Draw = Callable[[Sequence[int], int], Sequence[int]]


class _Settled(Exception):
    """The paper of a batch was settled while it was being signed; the signature is taken back."""


def open_batch(by: Actor, draft_ids: Sequence[int], *, at: datetime, draw: Draw) -> SigningBatch:
    """Lay drafts into a batch of the leader, in the order asked; what must be opened is set now.

    Drafts the leader may not sign now (proposed or verified by himself, no power, window open) stay
    outside. Raises Refused for more than twenty-five, for none that may be signed, for a leader who
    has a batch open, and when another leader has just taken one of them.
    """
    officer = by.officer
    if officer is None or not by.may(SIGNER):
        raise Refused(gettext("Only a leader who signs opens a batch."))
    wanted = list(dict.fromkeys(draft_ids))
    if len(wanted) > MOST_IN_A_BATCH:
        raise Refused(
            gettext("A batch holds at most %(most)s papers; choose fewer.")
            % {"most": MOST_IN_A_BATCH}
        )
    try:
        with transaction.atomic():
            # One batch at a time is opened in a unit, so that its numbers have no gap and no twin.
            Unit.objects.select_for_update(no_key=True).get(pk=officer.unit_id)
            return _laid(by, wanted, at, draw)
    except IntegrityError as clash:
        raise Refused(
            gettext("Another leader has just taken one of these papers; load the desk again.")
        ) from clash


def _laid(by: Actor, wanted: Sequence[int], at: datetime, draw: Draw) -> SigningBatch:
    officer = by.officer
    assert officer is not None  # held by open_batch
    if open_batch_of(by) is not None:
        raise Refused(gettext("You have a batch open; sign it or give it up first."))
    chosen = [draft for draft in _free_drafts(by, wanted) if not against_signing(draft, by, at)]
    if not chosen:
        raise Refused(gettext("None of these papers can be signed by you now; choose others."))
    batch = SigningBatch.objects.create(
        number=_next_number(officer.unit.code, at), unit=officer.unit, leader=officer, opened_at=at
    )
    flags = [flags_of_draft(draft, by, clock=signature_of(draft).clock, at=at) for draft in chosen]
    plain = [place for place, found in enumerate(flags) if not found]
    drawn = set(draw(plain, min(DRAWN, len(plain)))) | _still_owed(officer, chosen)
    for place, draft in enumerate(chosen):
        duty = SigningItem.Duty.DRAWN if place in drawn else SigningItem.Duty.NONE
        SigningItem.objects.create(
            batch=batch,
            draft=draft,
            position=place + 1,
            duty=SigningItem.Duty.FLAGGED if flags[place] else duty,
            flags=flags[place],
        )
    return batch


def _still_owed(officer: Officer, chosen: Sequence[Draft]) -> set[int]:
    """Return the places of drafts that were drawn for this leader before and never opened.

    Giving a batch up does not give up its sample: laid in again, they must still be read.
    """
    owed = set(
        SigningItem.objects.filter(
            batch__leader=officer,
            draft__in=chosen,
            duty=SigningItem.Duty.DRAWN,
            opened_at__isnull=True,
        ).values_list("draft_id", flat=True)
    )
    return {place for place, draft in enumerate(chosen) if draft.pk in owed}


def open_batch_of(by: Actor) -> SigningBatch | None:
    """Return the batch a leader has open, or None."""
    found: SigningBatch | None = SigningBatch.objects.filter(
        leader=by.officer, state=SigningBatch.State.OPEN
    ).first()
    return found


def open_item(item_id: int, *, by: Actor, at: datetime) -> SigningItem:
    """Note that the paper was shown to the leader; only the first time counts.

    To be called when its page is really drawn. Raises Refused for another leader's batch.
    """
    with transaction.atomic():
        item = _own_item(item_id, by)
        if item.opened_at is None and item.batch.state == SigningBatch.State.OPEN:
            item.opened_at = at
            item.save(update_fields=["opened_at"])
    return item


def unopened(batch: SigningBatch) -> list[SigningItem]:
    """Return the papers that must be opened before the batch is signed and were not."""
    rows = batch.items.filter(outcome=SigningItem.Outcome.WAITING, opened_at__isnull=True)
    return list(rows.exclude(duty=SigningItem.Duty.NONE).order_by("position"))


def sign_batch(batch_id: int, *, by: Actor, at: datetime, typed_number: str) -> SigningBatch:
    """Sign every waiting paper of a batch, each by its own act, and close it.

    The caller has made the leader prove who he is, just now. A paper that cannot be signed is kept
    as an exception with its sentences and its draft goes on waiting at the desk. The leader's role,
    title and delegation are read again for each: what ended since the first paper signs no second.
    Pressed again after a crash it goes on where it stopped; pressed on a signed batch it does
    nothing.

    Raises Refused for another leader's batch, for the wrong number, and while a paper that must be
    opened was not: also one that came to stand out since it was opened. Nothing is signed then.
    """
    _flag_again(batch_id, by, at)
    with transaction.atomic():
        batch = _own_batch(batch_id, by)
        if batch.state == SigningBatch.State.SIGNED:
            return batch
        against = _against_batch(batch, typed_number, by)
        if against:
            raise Refused(against)
        batch.proved_at = at
        batch.save(update_fields=["proved_at"])
    waiting = batch.items.filter(outcome=SigningItem.Outcome.WAITING).order_by("position")
    for item in list(waiting.select_related("draft")):
        _sign_item(item, afresh(by), at)
    return _close_if_settled(batch_id, by, at)


def _flag_again(batch_id: int, by: Actor, at: datetime) -> None:
    """Judge again what stands out in each waiting paper, and ask that it be opened for what is new.

    A paper that stands out by something else than its last day, for the first time, is opened anew:
    what was read did not say it.
    """
    with transaction.atomic():
        batch = _own_batch(batch_id, by)
        if batch.state != SigningBatch.State.OPEN:
            return
        waiting = batch.items.select_for_update(of=("self",)).filter(
            outcome=SigningItem.Outcome.WAITING
        )
        for item in waiting.select_related(*(f"draft__{path}" for path in BESIDE_A_DRAFT)):
            now = flags_of_draft(item.draft, by, clock=signature_of(item.draft).clock, at=at)
            new = set(now) - set(item.flags)
            if not new:
                continue
            item.flags, item.duty = now, SigningItem.Duty.FLAGGED
            if new - OF_THE_CLOCK:
                item.opened_at = None
            item.save(update_fields=["flags", "duty", "opened_at"])


def _against_batch(batch: SigningBatch, typed_number: str, by: Actor) -> list[str]:
    if not by.may(SIGNER):
        return [gettext("Only a leader who signs opens a batch.")]
    if batch.state == SigningBatch.State.GIVEN_UP:
        return [gettext("This batch was given up; its papers wait at the desk.")]
    found = []
    if typed_number.strip().upper() != batch.number.upper():
        found.append(
            gettext("The number typed is not that of this batch, %(number)s; type it again.")
            % {"number": batch.number}
        )
    missing = unopened(batch)
    if missing:
        found.append(
            gettext("Not every paper that must be read was opened: no. %(places)s.")
            % {"places": ", ".join(str(item.position) for item in missing)}
        )
    return found


def _sign_item(item: SigningItem, by: Actor, at: datetime) -> None:
    """Sign one paper and settle its row, in one transaction; an exception is settled as one."""
    draft = item.draft
    try:
        with transaction.atomic():
            sign_draft(draft, by=by, at=at)
            if not _settle(item.pk, SigningItem.Outcome.SIGNED, at):
                raise _Settled
    except _Settled:
        return
    except Refused as refusal:
        _settle_exception(item, " ".join(refusal.sentences), by, at)
    except ContentError as fault:
        _settle_exception(item, str(fault), by, at)


def _settle_exception(item: SigningItem, sentence: str, by: Actor, at: datetime) -> None:
    draft = Draft.objects.get(pk=item.draft_id)
    if draft.state == Draft.State.SIGNED and by.officer and draft.settled_by_id == by.officer.pk:
        # Signed by the same leader from its own page while the batch lay open.
        _settle(item.pk, SigningItem.Outcome.SIGNED, at, must_be_read=True)
        return
    _settle(item.pk, SigningItem.Outcome.REFUSED, at, refusal=sentence[:400])


def _settle(
    item_id: int, outcome: str, at: datetime, *, refusal: str = "", must_be_read: bool = False
) -> bool:
    """Write what became of a paper, once; tell whether it was still waiting."""
    rows = SigningItem.objects.filter(pk=item_id, outcome=SigningItem.Outcome.WAITING)
    if must_be_read:
        rows.filter(opened_at__isnull=True).update(opened_at=at)
    return bool(rows.update(outcome=outcome, refusal=refusal, settled_at=at))


def leave_out(item_id: int, *, by: Actor, at: datetime) -> SigningItem:
    """Take a paper out of the batch; its draft goes on waiting at the desk.

    Raises Refused for one that was drawn to be read and was not opened: nobody picks his sample.
    """
    with transaction.atomic():
        item = _own_item(item_id, by)
        _insist_open(item)
        if item.duty == SigningItem.Duty.DRAWN and item.opened_at is None:
            raise Refused(gettext("This paper was drawn at random to be read; open it first."))
        _settle(item.pk, SigningItem.Outcome.LEFT_OUT, at)
    item.refresh_from_db()
    return item


def return_item(item_id: int, *, reason: str, by: Actor, at: datetime) -> SigningItem:
    """Return the draft of a paper to who proposed it, with the reason, and leave it out.

    Raises Refused as ``actions.return_draft`` does; nothing changes then.
    """
    item = SigningItem.objects.select_related("draft").get(pk=item_id)
    with transaction.atomic():
        draft = item.draft
        insist_it_waits(draft)  # the case first, then the rows of the batch
        item = _own_item(item_id, by)
        _insist_open(item)
        actions.return_draft(draft.case_id, draft.kind, by=by, at=at, reason=reason)
        _settle(item.pk, SigningItem.Outcome.LEFT_OUT, at, refusal=reason[:400])
    item.refresh_from_db()
    return item


def give_up(batch_id: int, *, by: Actor, at: datetime) -> SigningBatch:
    """Close a batch unsigned: what still waits in it goes back to the desk. Raises Refused."""
    with transaction.atomic():
        batch = _own_batch(batch_id, by)
        if batch.state != SigningBatch.State.OPEN:
            raise Refused(gettext("This batch is closed already."))
        rows = batch.items.filter(outcome=SigningItem.Outcome.WAITING)
        rows.update(outcome=SigningItem.Outcome.LEFT_OUT, settled_at=at)
        batch.state = SigningBatch.State.GIVEN_UP
        batch.closed_at = at
        batch.save(update_fields=["state", "closed_at"])
    return batch


def _close_if_settled(batch_id: int, by: Actor, at: datetime) -> SigningBatch:
    with transaction.atomic():
        batch = _own_batch(batch_id, by)
        waits = batch.items.filter(outcome=SigningItem.Outcome.WAITING).exists()
        if batch.state == SigningBatch.State.OPEN and not waits:
            batch.state = SigningBatch.State.SIGNED
            batch.closed_at = at
            batch.save(update_fields=["state", "closed_at"])
    return batch


def _own_batch(batch_id: int, by: Actor) -> SigningBatch:
    batch: SigningBatch = SigningBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if by.officer is None or batch.leader_id != by.officer.pk:
        raise Refused(gettext("This batch belongs to another leader."))
    return batch


def _own_item(item_id: int, by: Actor) -> SigningItem:
    item: SigningItem = (
        SigningItem.objects.select_for_update(of=("self",))
        .select_related("batch", "draft")
        .get(pk=item_id)
    )
    if by.officer is None or item.batch.leader_id != by.officer.pk:
        raise Refused(gettext("This batch belongs to another leader."))
    return item


def _insist_open(item: SigningItem) -> None:
    if item.batch.state != SigningBatch.State.OPEN or item.outcome != SigningItem.Outcome.WAITING:
        raise Refused(gettext("This paper of the batch is settled already."))


def _free_drafts(by: Actor, wanted: Sequence[int]) -> list[Draft]:
    """Return the drafts asked for that wait in the leader's units and lie in no batch, in order."""
    rows = Draft.objects.filter(pk__in=wanted, state=Draft.State.PROPOSED).exclude(
        signing_items__outcome=SigningItem.Outcome.WAITING
    )
    rows = rows.select_related(*BESIDE_A_DRAFT)
    found = {draft.pk: draft for draft in rows if draft.case.unit.code in by.unit_codes}
    return [found[pk] for pk in wanted if pk in found]


def _next_number(unit_code: str, at: datetime) -> str:
    begins = f"KY-{unit_code[:12]}-{day_in_viet_nam(at):%y}-"
    count: int = SigningBatch.objects.filter(number__startswith=begins).count()
    return f"{begins}{count + 1:02d}"
