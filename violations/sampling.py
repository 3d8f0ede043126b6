"""What is looked at again, and when two looks agree: pure rules, no row is read here.

Rates are whole per mille. A stratum at 1000 is looked at always; a lower one is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from violations.plate_doubts import DOUBTED_BELOW

ALWAYS = 1000
FLOOR = 20  # looks at one officer's verdicts in a week
# What an officer is taken to decide in a week while nobody knows better: with it the floor asks
# for a tenth.
USUAL_WEEK = 10 * FLOOR

#: Codes that ask for a second look whatever was decided: an officer's doubt, a verdict withdrawn.
ASKED_FOR_BY_HAND = frozenset({"doubt", "withdrawn"})

# Reasons for a rejection that say the same about the case. Two officers who choose different
# reasons of one class do not disagree.
REASON_CLASSES: Mapping[str, str] = {
    "plate_unreadable": "identity",
    "wrong_plate_or_vehicle": "identity",
    "no_violation": "conduct",
    "priority_vehicle": "conduct",
    "directed_by_officer": "conduct",
    "picture_or_camera_fault": "device",
    "signal_or_sign_fault": "device",
    "duplicate": "duplicate",
    "other": "other",
}


@dataclass(frozen=True)
class Circumstances:
    """What stands around a first verdict when it is weighed.

    ``least_character`` is the machine's lowest confidence in a character, per mille, None where it
    claims none. ``verdicts_before`` and ``device_verdicts_before`` count final first verdicts.
    """

    choice: str
    plate_corrected: bool = False
    least_character: int | None = None
    register_differs: bool = False
    flags: frozenset[str] = frozenset()
    licence_at_stake: bool = False
    verdicts_before: int = 0
    device_verdicts_before: int = 0


@dataclass(frozen=True)
class Answer:
    """What one look says, in the terms in which two are compared."""

    choice: str
    plate: str = ""
    rule_id: int | None = None
    rejection_reason: str = ""


def strata_of(
    around: Circumstances,
    *,
    asking_flags: frozenset[str],
    new_officer_verdicts: int,
    new_device_verdicts: int,
) -> tuple[str, ...]:
    """Return the strata a first verdict belongs to, the general one first.

    ``asking_flags`` are the codes of flags that let nothing pass on one person's word. A rejection
    harms nobody whom the plate or the register could confuse, so those strata ask only of a
    verification; what a person asks for by hand counts for both. Who or what is new no more is
    settling for as many verdicts again, and ordinary after that.
    """
    verified = around.choice == "verify"
    asked = around.flags & (asking_flags | ASKED_FOR_BY_HAND if verified else ASKED_FOR_BY_HAND)
    doubtful = around.least_character is not None and around.least_character < DOUBTED_BELOW
    belongs = {
        "accepted": verified,
        "rejected": not verified,
        "plate_corrected": verified and around.plate_corrected,
        "plate_doubtful": verified and doubtful,
        "register_differs": verified and around.register_differs,
        "flagged": bool(asked),
        "licence_at_stake": verified and around.licence_at_stake,
        "new_officer": around.verdicts_before < new_officer_verdicts,
        "settling_officer": _settles(around.verdicts_before, new_officer_verdicts),
        "new_device": around.device_verdicts_before < new_device_verdicts,
        "settling_device": _settles(around.device_verdicts_before, new_device_verdicts),
    }
    return tuple(name for name, holds in belongs.items() if holds)


def _settles(verdicts: int, new_for: int) -> bool:
    return new_for <= verdicts < 2 * new_for


def rate_with_floor(
    per_mille: int, *, looks: int, verdicts: int, usual: int | None, floor: int = FLOOR
) -> int:
    """Return the rate at which an officer's week still reaches the floor of looks.

    ``looks`` and ``verdicts`` are those of this week so far, ``usual`` the verdicts of a usual
    week of this officer, None where there was none. What is missing is spread over the verdicts
    still to come; a rate is only ever raised, and one that is switched off (0) stays off.
    """
    if per_mille <= 0 or looks >= floor:
        return per_mille
    to_come = max(1, (USUAL_WEEK if usual is None else usual) - verdicts)
    needed = -(-ALWAYS * (floor - looks) // to_come)
    return min(ALWAYS, max(per_mille, needed))


def drawn(
    strata: Iterable[str], rates: Mapping[str, int], draw: Callable[[int], int]
) -> tuple[str, list[str]]:
    """Draw: return the ground of the look, ``risk`` or ``sample``, and the strata that asked.

    Each stratum below 1000 is drawn by itself. Empty strata mean that nobody looks again.
    """
    always = [name for name in strata if rates.get(name, 0) >= ALWAYS]
    by_chance = [
        name
        for name in strata
        if 0 < rates.get(name, 0) < ALWAYS and draw(ALWAYS) < rates.get(name, 0)
    ]
    return ("risk" if always else "sample"), always + by_chance


def difference(first: Answer, second: Answer) -> str:
    """Tell in what two answers differ: ``choice``, ``plate``, ``rule``, ``reason``, or nothing."""
    if first.choice != second.choice:
        return "choice"
    if first.choice == "verify":
        if first.plate != second.plate:
            return "plate"
        return "rule" if first.rule_id != second.rule_id else ""
    return "" if _class_of(first) == _class_of(second) else "reason"


def _class_of(answer: Answer) -> str:
    return REASON_CLASSES.get(answer.rejection_reason, answer.rejection_reason)
