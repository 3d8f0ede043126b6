"""The one door: take one step of the table, atomically, or refuse it and write nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from violations import history, outbox
from violations.actors import Actor, describe
from violations.guards import Refused, day_in_viet_nam
from violations.models import CaseEvent, Violation
from violations.workflow import STEPS, obstacles


@contextmanager
def taking(
    step_name: str,
    case_id: uuid.UUID,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Iterator[tuple[Violation, CaseEvent]]:
    """Take one step: lock the case row, judge every guard, let the caller act, then write the
    status, one event, and what other agencies must be told of it.

    The case row is always the first row locked. Nothing else in the portal writes ``status``; a
    deferred trigger refuses a commit in which it differs from the last event. Raises Refused, with
    a sentence for each obstacle, and Violation.DoesNotExist.
    """
    step = STEPS[step_name]
    with transaction.atomic():
        # Locked first and read by a second statement: one that waits for the lock and joins would
        # keep the other tables as they were before the wait, and lose a case that changed its unit.
        Violation.objects.select_for_update().only("pk").get(pk=case_id)
        case = Violation.objects.select_related(
            "unit", "detection__device", "rule", "explanation", "decision"
        ).get(pk=case_id)
        against = list(obstacles(step, case, by, at))
        if against:
            raise Refused(against)
        event = CaseEvent(
            case=case,
            step=step.name,
            from_status=case.status,
            to_status=step.to or case.status,
            actor_id=by.user_id,
            actor_name=describe(by, by.title_on(day_in_viet_nam(at))),
            at=at,
            reason=reason,
            facts={},
        )
        yield case, event
        case.status = event.to_status
        case.save()
        history.append(event)
        outbox.follow(case, event, at=at)
