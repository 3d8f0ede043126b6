"""Print a spoiled copy again: the old code is void for ever, the next copy takes its place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from notices import letter_codes
from notices.merging import merge
from notices.models import PaperEvent, PrintRun, PrintRunItem
from notices.print_marks import marked
from notices.printing import locked, mark_of, note
from notices.tracking import PrintingRefused

SUPERVISE = "violations.supervise_queue"
FREE_REPRINTS = 2  # more need the word of a supervisor
VoidReason = PrintRunItem.VoidReason


def needs_supervisor(item: PrintRunItem, reason: str) -> bool:
    """Tell whether a clerk may not print this copy again alone."""
    return item.copy_number > FREE_REPRINTS or reason == VoidReason.WRONG_ADDRESS


def at_the_limit() -> QuerySet[PrintRunItem]:
    """Return the copies on the table that a clerk has printed as often as a clerk may."""
    found: QuerySet[PrintRunItem] = PrintRunItem.objects.filter(
        run__state=PrintRun.State.PRINTED,
        voided_at__isnull=True,
        inserted_at__isnull=True,
        copy_number__gt=FREE_REPRINTS,
    )
    return found


def reprint(item_id: int, *, reason: str, words: str, by_user: Any, at: datetime) -> PrintRunItem:
    """Make a copy void and put the next one at its place, with a code of its own; returns it.

    ``reason`` is a ``VoidReason``, ``words`` say what happened. A third reprint and a changed
    address are made by a supervisor of the unit, whose name stands on the copy. Raises
    PrintingRefused when the letter is closed or posted, was made void before, or may not be printed
    again by this person.
    """
    if reason not in VoidReason.values or not words.strip():
        raise PrintingRefused(gettext("Choose why the copy is spoiled and say what happened."))
    with transaction.atomic():
        run = locked(PrintRunItem.objects.values_list("run_id", flat=True).get(pk=item_id))
        item = run.items.select_for_update(of=("self",)).select_related("notice").get(pk=item_id)
        if run.state != PrintRun.State.PRINTED or item.voided_at is not None:
            raise PrintingRefused(
                gettext("Only a good copy of a printed, open run is printed again.")
            )
        if item.inserted_at is not None:
            raise PrintingRefused(
                gettext("Take the letter out of its envelope first, with the button of its row.")
            )
        approver = by_user if by_user.has_perm(SUPERVISE) else None
        if approver is None and needs_supervisor(item, reason):
            raise PrintingRefused(
                gettext(
                    "A supervisor of the unit must print this copy again; the supervisor finds "
                    "this run under “Allow a reprint” on the workbench."
                )
            )
        item.voided_at, item.void_reason = at, reason
        item.save(update_fields=["voided_at", "void_reason"])
        note(item, PaperEvent.What.SPOILED, by_user, at, reason=reason)
        following = PrintRunItem.objects.create(
            run=run,
            notice=item.notice,
            delivery=item.delivery,
            position=item.position,
            copy_number=item.copy_number + 1,
            letter_code=letter_codes.draw(),
            pages=item.pages,
            reprint_reason=words.strip()[:200],
            approved_by=approver,
        )
        note(following, PaperEvent.What.PRINTED, by_user, at, reason=reason)
    return following


def single_copy(item: PrintRunItem) -> bytes:
    """Return the print copy of one letter, as it would stand in the file of its run."""
    store: Any = storages["papers"]
    letters = item.run.items.filter(copy_number=1).count()
    pdf = marked(store.read(item.notice.pdf_sha256), mark_of(item.run, item, letters))
    return merge([pdf], duplex=True)
