"""Hand a run of letters to the post and tell every case, in one transaction. Luật XLVPHC Đ70"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from notices import posting
from notices.models import Notice
from violations import actions, papers
from violations.actors import Actor
from violations.guards import Refused
from violations.models import CaseEvent, Draft, Violation


def close_run(
    run_id: uuid.UUID,
    *,
    receipt: str,
    left_out: Mapping[int, str],
    by: Actor,
    by_user: Any,
    at: datetime,
) -> tuple[int, list[str]]:
    """Close a run; returns how many letters went out and the papers whose cases refused to hear.

    What lies in the post lies there: a case that has moved to another unit does not hold back the
    others. Raises notices.tracking.PrintingRefused when the run may not be closed.
    """
    with transaction.atomic():
        # The case rows first, as everywhere: whoever settles a delivery holds the case, too.
        list(
            Violation.objects.select_for_update(of=("self",))
            .filter(pk__in=_cases_in(run_id))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        posted = posting.close_run(
            run_id, receipt=receipt, left_out=left_out, by_user=by_user, at=at
        )
        untold = [
            notice.number_text for notice, number in posted if not _told(notice, number, by, at)
        ]
    return len(posted), untold


def _cases_in(run_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the cases whose papers lie in a run: signed from a draft, or issued by an act."""
    drafted = Draft.objects.filter(notice__print_items__run=run_id)
    told = CaseEvent.objects.filter(notice__print_items__run=run_id)
    return {*drafted.values_list("case_id", flat=True), *told.values_list("case_id", flat=True)}


def _told(notice: Notice, number: str, by: Actor, at: datetime) -> bool:
    """Record the posting in the paper's case; False when the case may no longer hear it."""
    case_id = papers.case_of(notice.pk)
    if case_id is None:
        return False
    try:
        with transaction.atomic():
            actions.record_posting(case_id, notice, number, by=by, at=at)
    except Refused:
        return False
    return True
