"""What people sent in a case: its lines in the history, and how the case page comes to show it.

The words of people are kept above, by ``citizens``, which registers its desk here. The history has
the number, the kind and the act of an answer, and nothing of what it says.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from violations.actors import SYSTEM, Actor
from violations.models import Violation
from violations.taking import taking


@dataclass(frozen=True)
class Desk:
    """Who knows what was sent in a case, and what waits for a member of staff."""

    of_case: Callable[[Violation], Iterable[Any]]
    waiting: Callable[[Any], QuerySet[Any]]


_desks: list[Desk] = []


def register_desk(desk: Desk) -> None:
    """Say who knows; called once, when the process starts."""
    _desks[:] = [desk]


def answers_of(case: Violation) -> list[Any]:
    """Return what was sent in a case, the newest first."""
    return [row for desk in _desks for row in desk.of_case(case)]


def answers_waiting(user: Any) -> QuerySet[Any]:
    """Return what waits for the units of a member of staff."""
    return _desks[0].waiting(user)


def receive_submission(
    case_id: uuid.UUID, *, kind: str, number: str, act: str, at: datetime
) -> None:
    """Write down that an answer came; ``act`` is the step its arrival was. NĐ 30/2020 Đ21

    Called in the transaction that keeps it. Raises Refused where nothing is sent any more.
    """
    with taking("receive_submission", case_id, by=SYSTEM, at=at) as (_case, event):
        event.facts = {"kind": kind, "number": number, "act": act}


def settle_submission(
    case_id: uuid.UUID, *, number: str, state: str, act: str, by: Actor, at: datetime
) -> None:
    """Write down what an officer did with an answer. NĐ 30/2020 Đ21

    Called in the transaction that settles it. Raises Refused without the right.
    """
    with taking("settle_submission", case_id, by=by, at=at) as (_case, event):
        event.facts = {"number": number, "state": state, "act": act}
