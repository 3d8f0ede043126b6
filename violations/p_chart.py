"""Is a camera out of line? Its accept rate against its own past (p-chart), and why it is rejected.

Pure arithmetic over counts. Shares are between 0 and 1. A signal is a reason to look at the camera,
never a proof: the band is three standard errors wide, so one quiet camera in several hundred is
pointed out by chance on a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

SIGMAS = 3
FEWEST = 30  # verdicts; below this no line is drawn
FEWEST_OF_A_REASON = 5  # rejections for one reason, before a rise of it means anything
TIMES_USUAL = 3  # a reason this many times as frequent as it used to be is a signal

#: What a rise of a reason suggests to look at, by the code of the reason.
SUGGESTIONS = {
    "picture_or_camera_fault": "frame_shift",
    "plate_unreadable": "infrared_or_lens",
    "no_violation": "trigger_or_zone",
    "signal_or_sign_fault": "signal",
    "duplicate": "double_trigger",
}


@dataclass(frozen=True)
class Verdicts:
    """So many verdicts on a camera's detections, so many accepted, and why the others were not."""

    accepted: int = 0
    of: int = 0

    def __post_init__(self) -> None:
        """Refuse counts that are no part of a whole."""
        if not 0 <= self.accepted <= self.of:
            raise ValueError(f"{self.accepted} of {self.of}")

    def __add__(self, other: Verdicts) -> Verdicts:
        """Join two counts."""
        return Verdicts(self.accepted + other.accepted, self.of + other.of)

    @property
    def share(self) -> float | None:
        """Return the accept rate, None of nothing."""
        return self.accepted / self.of if self.of else None


def lower_limit(usual: float, of: int) -> float:
    """Return the accept rate below which so many verdicts are out of line.

    Raises ValueError for a usual rate that is no share and for no verdicts.
    """
    if not 0 <= usual <= 1 or of < 1:
        raise ValueError(f"usual {usual} of {of}")
    return max(0.0, usual - SIGMAS * sqrt(usual * (1 - usual) / of))


def usual_rate(baseline: Verdicts) -> float | None:
    """Return the usual accept rate of a baseline; None where it is too small to be one.

    A baseline without any rejection is read as if one had been seen: otherwise the band has no
    width, and the first rejection ever would be an alarm.
    """
    if baseline.of < FEWEST:
        return None
    return min(baseline.accepted, baseline.of - 1) / baseline.of


def is_out_of_line(recent: Verdicts, usual: float | None) -> bool:
    """Tell whether a camera is accepted less than three standard errors below its usual rate."""
    if usual is None or recent.of < FEWEST or recent.share is None:
        return False
    return recent.share < lower_limit(usual, recent.of)


def risen_reason(
    recent: Mapping[str, int], recent_of: int, before: Mapping[str, int], before_of: int
) -> str:
    """Return the code of the reason that rose most, at least threefold; an empty string for none.

    Counts are of rejections by reason; ``_of`` are all verdicts, accepted ones too. A reason never
    seen before counts as half a case, so that the first few of it are no infinite rise.
    """
    if recent_of < 1:
        return ""
    rises = {}
    for code, count in recent.items():
        if count < FEWEST_OF_A_REASON:
            continue
        usual = max(before.get(code, 0), 0.5) / max(before_of, FEWEST)
        rises[code] = count / recent_of / usual
    risen = {code: rise for code, rise in rises.items() if rise >= TIMES_USUAL}
    return max(sorted(risen), key=lambda code: risen[code]) if risen else ""


def suggestion(code: str) -> str:
    """Return what a risen reason suggests to look at; an empty string where it says nothing."""
    return SUGGESTIONS.get(code, "")
