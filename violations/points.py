"""Licence points as arithmetic: the balance of one part of a licence on a day.

Twelve points stand on each part. Nothing is kept as a running sum: the balance of a day is
computed from the movements up to that day, so that a movement struck out later is struck out
everywhere, also from the twelve months after which the points come back. That a cancelled decision
gives the points back in this way is our reading of Đ50 (no text says so, own:medium); it is the
reading that takes nothing from the person.

Days are days in Viet Nam. A period of months ends with the corresponding day, or with the last day
of a shorter month, and its first day is not counted (BLDS Đ147–148); what the end of a period
brings, it brings on the day after.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

FULL = 12
RESTORE_MONTHS = 12
TEST_MONTHS = 6

Part = Literal["unlimited", "term"]

# Luật 36/2024 Đ57 and Đ89; the classes of before 2025 are still held by people.
_UNLIMITED = frozenset({"A", "A1", "A2", "A3"})
_TERM = frozenset(
    {"A4", "B", "B2", "C", "C1", "D", "D1", "D2", "E", "F"}
    | {"BE", "C1E", "CE", "D1E", "D2E", "DE", "FB2", "FC", "FD", "FE"}
)
_NEW_CLASSES = date(2025, 1, 1)


@dataclass(frozen=True)
class Movement:
    """One movement on one part, in the order in which it was written down.

    ``points`` are those the decision takes, not those that were left to take: where an earlier
    deduction is struck out, the rest of a later one takes effect. A passed test has none.
    """

    what: Literal["deducted", "tested"]
    on: date
    points: int = 0


@dataclass(frozen=True)
class Suspension:
    """A time in which the licence is suspended; both ends are days of it.

    One that was cancelled counts until the day before.
    """

    from_on: date
    until_on: date
    cancelled_on: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the licence is suspended on a day."""
        if self.cancelled_on is not None and day >= self.cancelled_on:
            return False
        return self.from_on <= day <= self.until_on


@dataclass(frozen=True)
class Standing:
    """Where a part stands on a day.

    ``last_on`` is the day of the last deduction that still counts; ``restored_on`` the day on which
    twelve stand again by themselves; ``test_from`` the first day for the test, at nought only.
    """

    balance: int
    last_on: date | None = None
    restored_on: date | None = None
    test_from: date | None = None


def standing(movements: Iterable[Movement], on: date) -> Standing:
    """Compute where a part stands at the end of a day.

    A deduction takes what is left and no more; without another for twelve months and not at nought,
    twelve stand again, also during a suspension. Nought stays until the test is passed.
    Luật TTATGTĐB Đ58 k1–3; NĐ 168/2024 Đ50 k1, Đ51
    """
    now = Standing(FULL)
    for movement in sorted(movements, key=lambda each: each.on):
        if movement.on > on:
            break
        now = _passed(now, movement.on)
        if movement.what == "tested":
            now = Standing(FULL)
        elif now.balance > 0:
            now = _deducted(now.balance - movement.points, movement.on)
    return _passed(now, on)


def balance(movements: Iterable[Movement], on: date) -> int:
    """Return the points of a part at the end of a day. Luật TTATGTĐB Đ58"""
    return standing(movements, on).balance


def is_suspended(suspensions: Iterable[Suspension], on: date) -> bool:
    """Tell whether a licence is suspended on a day: then no points go. NĐ 168/2024 Đ50 k1 đ.đ"""
    return any(suspension.covers(on) for suspension in suspensions)


def part_for(vehicle_is_motorcycle: bool, *, has_unlimited: bool, has_term: bool) -> Part | None:
    """Return the part of a licence that an act touches: motorcycles the one without a term.

    None where the licence has no part for such a vehicle. NĐ 168/2024 Đ50 k1 đ.d
    """
    if vehicle_is_motorcycle:
        return "unlimited" if has_unlimited else None
    return "term" if has_term else None


def parts_of(classes: str, issued_on: date) -> tuple[bool, bool]:
    """Tell whether classes written like "A1, B2" have a part without a term, and one with it.

    B1 was a car until the end of 2024 and is a motorcycle with three wheels since. Raises
    ValueError for a class that is none, without repeating what was typed. Luật 36/2024 Đ57, Đ89
    """
    names = [name for name in re.split(r"[\s,;+/]+", classes.upper().strip()) if name]
    known = _UNLIMITED | _TERM | {"B1"}
    if not names or any(name not in known for name in names):
        raise ValueError("a class of licence is not known")
    motorcycles = set(_UNLIMITED)
    cars = set(_TERM)
    (motorcycles if issued_on >= _NEW_CLASSES else cars).add("B1")
    return bool(motorcycles & set(names)), bool(cars & set(names))


def suspended_until(from_on: date, months: int, days: int) -> date:
    """Return the last day of a suspension of months and days that begins on a day. BLDS Đ148"""
    return add_months(from_on, months) + timedelta(days=days)


def add_months(start: date, months: int) -> date:
    """Return the corresponding day some months on, or that month's last day. BLDS Đ148 k3"""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _deducted(left: int, on: date) -> Standing:
    if left <= 0:
        return Standing(0, on, None, add_months(on, TEST_MONTHS) + timedelta(days=1))
    return Standing(left, on, add_months(on, RESTORE_MONTHS) + timedelta(days=1))


def _passed(now: Standing, on: date) -> Standing:
    """Let time pass to a day: points that are due back stand again."""
    if now.restored_on is not None and on >= now.restored_on:
        return Standing(FULL)
    return now
