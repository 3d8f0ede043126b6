"""How right verdicts are, said with its uncertainty: pure arithmetic over counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 per cent, both sides
FEWEST = 30  # below this the portal draws no conclusion
ALARM_BELOW = 0.97  # of the upper bound: even the kindest reading is too low


@dataclass(frozen=True)
class Tally:
    """So many right of so many; shares only together with their interval."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Join two tallies."""
        return Tally(self.right + other.right, self.of + other.of)

    @property
    def share(self) -> float | None:
        """Return the bare share, None of nothing."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the Wilson interval of the share, 95 per cent."""
        return wilson(self.right, self.of)

    @property
    def error_at_most(self) -> float:
        """Return what the share of errors may still be, though none was seen or few."""
        return rule_of_three(self.of) if self.right == self.of else 1 - self.interval[0]

    @property
    def is_too_low(self) -> bool:
        """Tell whether accuracy has fallen: enough answers, and even the upper bound is low."""
        return self.of >= FEWEST and self.interval[1] < ALARM_BELOW


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the Wilson score interval of a share, 95 per cent; of nothing, everything is open.

    Raises ValueError for a count that is no part of the whole.
    """
    if not 0 <= right <= of:
        raise ValueError(f"{right} of {of}")
    if of == 0:
        return 0.0, 1.0
    share = right / of
    square = Z * Z / of
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    low = 0.0 if right == 0 else max(0.0, middle - half)
    high = 1.0 if right == of else min(1.0, middle + half)
    return low, high


def rule_of_three(of: int) -> float:
    """Return how large the share of errors may still be when none was seen in so many."""
    return min(1.0, 3 / of) if of else 1.0


def tally(answers: Iterable[bool]) -> Tally:
    """Count answers that are right or not."""
    given = list(answers)
    return Tally(sum(given), len(given))
