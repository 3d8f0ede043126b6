"""An officer's own verdicts: what became of them, and which can still be withdrawn (rút lại)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from violations.actors import Actor
from violations.models import ReviewDecision


@dataclass(frozen=True)
class Past:
    """One verdict of the officer's own.

    ``outcome`` is ``pending``, ``final``, ``undone``, ``refused`` or ``withdrawn``; ``against`` is
    why it cannot be withdrawn, empty when it can.
    """

    review: ReviewDecision
    outcome: str
    against: str = ""

    @property
    def can_be_withdrawn(self) -> bool:
        """Tell whether the officer may still take it back."""
        return self.outcome == "final" and not self.against


def last(by: Actor, *, at: datetime, limit: int = 20) -> list[Past]:
    """Return the officer's last verdicts, the newest first."""
    raise NotImplementedError


def withdraw(review_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Withdraw a verdict that has taken effect; the case waits in the queue again."""
    raise NotImplementedError
