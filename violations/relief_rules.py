"""Who may be granted relief from a fine, and how far: pure rules over đồng and days. Đ76, Đ77, Đ79

Thresholds are measured on the fine of the decision, not on what is left of it: the law speaks of
who "was fined from … up" (bị phạt tiền từ …), and a part payment must not cost a right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

DEFERRAL_FROM = {False: 2_000_000, True: 100_000_000}  # by «is an organisation»; Đ76 k1
INSTALMENTS_FROM = {False: 15_000_000, True: 150_000_000}  # Đ79 k1
PARTS_AT_LEAST, PARTS_AT_MOST = 2, 3  # Đ79 k2
FIRST_PART_PERCENT = 40  # Đ79 k2


class Flaw(StrEnum):
    """Why a relief cannot be granted."""

    BELOW_THRESHOLD = "below_threshold"
    ASKED_TOO_LATE = "asked_too_late"
    TOO_LONG = "too_long"
    NOT_AHEAD = "not_ahead"
    MORE_THAN_UNPAID = "more_than_unpaid"
    NOTHING_TAKEN_OFF = "nothing_taken_off"
    PARTS = "parts"
    FIRST_PART = "first_part"
    SUM = "sum"
    ORDER = "order"


@dataclass(frozen=True)
class Part:
    """One instalment: its last day in Viet Nam and its amount in đồng."""

    due_on: date
    amount_vnd: int


def may_be_deferred(fine_vnd: int, *, organisation: bool) -> bool:
    """Tell whether a fine reaches the threshold of a deferral. Luật XLVPHC Đ76 k1"""
    return fine_vnd >= DEFERRAL_FROM[organisation]


def may_be_paid_in_parts(fine_vnd: int, *, organisation: bool) -> bool:
    """Tell whether a fine reaches the threshold of instalments. Luật XLVPHC Đ79 k1"""
    return fine_vnd >= INSTALMENTS_FROM[organisation]


def asked_in_time(requested_on: date, pay_due_on: date | None) -> bool:
    """Tell whether a deferral was asked for within the time to comply. Luật XLVPHC Đ68 k2, Đ76 k2

    «Thời hạn thi hành quyết định» is the ten days from receipt (or the decision's longer term);
    while nothing shows the receipt it has not begun to run out.
    """
    return pay_due_on is None or requested_on <= pay_due_on


def flaws_of_deferral(
    fine_vnd: int, *, organisation: bool, today: date, until_on: date, latest: date
) -> list[Flaw]:
    """Return what is wrong with a deferral until a day; ``latest`` is three months on. Đ76"""
    found = []
    if not may_be_deferred(fine_vnd, organisation=organisation):
        found.append(Flaw.BELOW_THRESHOLD)
    if until_on <= today:
        found.append(Flaw.NOT_AHEAD)
    if until_on > latest:
        found.append(Flaw.TOO_LONG)
    return found


def flaws_of_reduction(reduced_vnd: int, unpaid_vnd: int, *, exemption: bool) -> list[Flaw]:
    """Return what is wrong with taking an amount off the unpaid fine. Luật XLVPHC Đ77

    An exemption takes off all that is unpaid; a reduction less than that.
    """
    if reduced_vnd <= 0:
        return [Flaw.NOTHING_TAKEN_OFF]
    if exemption:
        return [] if reduced_vnd == unpaid_vnd else [Flaw.MORE_THAN_UNPAID]
    return [] if reduced_vnd < unpaid_vnd else [Flaw.MORE_THAN_UNPAID]


def flaws_of_plan(
    parts: Sequence[Part],
    *,
    fine_vnd: int,
    unpaid_vnd: int,
    organisation: bool,
    today: date,
    latest: date,
) -> list[Flaw]:
    """Return what is wrong with a plan of instalments; ``latest`` is six months on. Đ79

    The first part is measured on the whole fine (tổng số tiền phạt) and can be no more than what
    is unpaid. The parts sum to the unpaid fine exactly.
    """
    found = []
    if not may_be_paid_in_parts(fine_vnd, organisation=organisation):
        found.append(Flaw.BELOW_THRESHOLD)
    if not PARTS_AT_LEAST <= len(parts) <= PARTS_AT_MOST or any(
        part.amount_vnd <= 0 for part in parts
    ):
        return [*found, Flaw.PARTS]
    days = [part.due_on for part in parts]
    if any(later <= earlier for earlier, later in pairwise(days)):
        found.append(Flaw.ORDER)
    if days[0] < today:
        found.append(Flaw.NOT_AHEAD)
    if days[-1] > latest:
        found.append(Flaw.TOO_LONG)
    if sum(part.amount_vnd for part in parts) != unpaid_vnd:
        found.append(Flaw.SUM)
    if parts[0].amount_vnd * 100 < min(fine_vnd * FIRST_PART_PERCENT, unpaid_vnd * 100):
        found.append(Flaw.FIRST_PART)
    return found
