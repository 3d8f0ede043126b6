"""Two pairs of eyes, measured: what follows from a verdict once it has taken effect."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from violations.models import ReviewDecision, Violation


def after_first_review(
    case: Violation,
    review: ReviewDecision,
    *,
    at: datetime,
    draw: Callable[[int], int] = secrets.randbelow,
) -> None:
    """Draw whether another officer looks at the case again."""


def answer_blind_look(review: ReviewDecision, *, at: datetime) -> None:
    """Answer the second look that a verdict was given for."""
    raise NotImplementedError


def answer_known_case(review: ReviewDecision, *, at: datetime) -> None:
    """Compare a verdict with the known answer."""
    raise NotImplementedError
