"""What people sent in a case, as its page shows it to officers.

It is kept above, by ``citizens``, which registers its reader here, so that the case page and the
workbench can show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from violations.models import Violation


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
