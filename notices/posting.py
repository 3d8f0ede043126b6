"""Close a run and hand it to the post: every letter is in its envelope, or says why it is not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from notices.models import Notice, PaperDelivery, PaperEvent, PrintRun
from notices.printing import locked, note, send_back
from notices.scanning import balance, holds_no_more
from notices.tracking import PrintingRefused

MOST_RECEIPT = 40


def close_run(
    run_id: uuid.UUID,
    *,
    receipt: str,
    left_out: Mapping[int, str],
    by_user: Any,
    at: datetime,
) -> list[tuple[Notice, str]]:
    """Hand a printed run to the post, whole or not at all; it cannot be undone. Luật XLVPHC Đ70

    ``receipt`` is the number the post wrote on its receipt; ``left_out`` maps the id of a copy that
    lies in no envelope to the reason, and its delivery waits to be printed again. Returns each
    posted paper with its postal number, for the caller to record in its case. Raises
    PrintingRefused when a letter is neither closed nor explained, when scans and copies do not
    balance, and when a paper in an envelope has become void.
    """
    receipt = receipt.strip()
    if not 1 <= len(receipt) <= MOST_RECEIPT:
        raise PrintingRefused(gettext("Enter the number of the receipt the post gave you."))
    with transaction.atomic():
        run = locked(run_id)
        if run.state != PrintRun.State.PRINTED:
            raise PrintingRefused(gettext("Mark the run as printed before handing it over."))
        good = list(
            run.items.select_for_update(of=("self",))
            .filter(voided_at__isnull=True)
            .select_related("notice", "notice__superseded_by")
            .order_by("position")
        )
        closed = [item for item in good if item.inserted_at is not None]
        open_letters = [item for item in good if item.inserted_at is None]
        reasons = {item.pk: left_out.get(item.pk, "").strip() for item in open_letters}
        _insist_on_balance(run, [item for item in open_letters if not reasons[item.pk]])
        if not closed:
            raise PrintingRefused(gettext("No letter of this run is closed; give the run up."))
        for item in closed:
            if holds_no_more(item):
                raise PrintingRefused(
                    gettext("The paper of letter %(position)d is void by now; take it out.")
                    % {"position": item.position}
                )
        for item in open_letters:
            send_back(run.items.filter(pk=item.pk), reasons[item.pk])
        posted = []
        for item in closed:
            item.handed_over_at = at
            item.save(update_fields=["handed_over_at"])
            note(item, PaperEvent.What.POSTED, by_user, at, tracking_number=item.tracking_number)
            posted.append((item.notice, item.tracking_number))
        PaperDelivery.objects.filter(pk__in=[item.delivery_id for item in closed]).update(
            state=PaperDelivery.State.SENT, sent_at=at
        )
        run.state = PrintRun.State.POSTED
        run.posted_at, run.closed_by, run.post_receipt = at, by_user, receipt
        run.save(update_fields=["state", "posted_at", "closed_by", "post_receipt"])
    return posted


def _insist_on_balance(run: PrintRun, unexplained: list[Any]) -> None:
    if unexplained:
        raise PrintingRefused(
            gettext("%(count)d letters are neither scanned nor left out with a reason: %(places)s.")
            % {
                "count": len(unexplained),
                "places": ", ".join(str(item.position) for item in unexplained[:20]),
            }
        )
    counted = balance(run)
    if counted.difference:
        raise PrintingRefused(
            gettext("The run does not balance: %(difference)+d copies. Count the table again.")
            % {"difference": counted.difference}
        )
