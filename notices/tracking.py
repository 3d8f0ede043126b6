"""Postal numbers (số bưu gửi): their one form, their check digit, the ranges the post issued.

UPU S10. The check digit misses some misreadings (10 and 0, 11 and 5 look the same), so a number
must lie in a range of the unit, too, and must not have been used in the last 24 months.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from notices.models import PostRange, PrintRunItem

S10 = re.compile(r"\A([A-Z]{2})(\d{8})(\d)(VN)\Z", re.ASCII)
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
USED_FOR = timedelta(days=730)  # as long as the database refuses the same number
LARGEST_RANGE = 1_000_000


class PrintingRefused(Exception):
    """The post room may not take this step; the sentence says what to do."""


def check_tracking_number(text: str) -> str:
    """Return a tracking number in its one form. UPU S10: two letters, eight digits, check digit, VN

    Raises PrintingRefused when the shape or the check digit is wrong.
    """
    folded = re.sub(r"[\s.-]", "", text).upper()
    found = S10.match(folded)
    if found is None:
        raise PrintingRefused(
            gettext("A tracking number has two letters, nine digits and VN, as in RR123456785VN.")
        )
    if check_digit(found[2]) != int(found[3]):
        raise PrintingRefused(gettext("The tracking number does not check; read the label again."))
    return folded


def check_digit(serial: str) -> int:
    """Return the check digit of eight digits. UPU S10"""
    weighted = sum(int(digit) * weight for digit, weight in zip(serial, S10_WEIGHTS, strict=True))
    rest = 11 - weighted % 11
    return {10: 0, 11: 5}.get(rest, rest)


def is_issued(number: str, unit_code: str, on: date) -> bool:
    """Tell whether the post issued this number to the unit. ``number`` is in its one form."""
    return (
        ranges_in_use(unit_code, on)
        .filter(prefix=number[:2], first__lte=int(number[2:10]), last__gte=int(number[2:10]))
        .exists()
    )


def ranges_in_use(unit_code: str, on: date) -> QuerySet[PostRange]:
    """Return the ranges a unit may take numbers from on a day."""
    return PostRange.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=on), unit_code=unit_code, issued_on__lte=on
    )


def was_used(number: str, at: datetime) -> bool:
    """Tell whether a letter carries this number now, or carried it in the last 24 months. S10"""
    return PrintRunItem.objects.filter(
        Q(handed_over_at__isnull=True) | Q(handed_over_at__gt=at - USED_FOR),
        tracking_number=number,
    ).exists()


def register_range(
    unit_code: str,
    first: str,
    last: str,
    *,
    issued_on: date,
    receipt: str,
    by_name: str,
    at: datetime,
) -> PostRange:
    """Write down a range of numbers the post issued, by its first and its last whole number.

    Raises PrintingRefused when a number does not check, when the two belong to no one range, and
    when a range in use holds one of them.
    """
    begins, ends = check_tracking_number(first), check_tracking_number(last)
    if begins[:2] != ends[:2] or begins[2:10] > ends[2:10]:
        raise PrintingRefused(
            gettext("The last number of a range has the same letters and follows the first.")
        )
    if int(ends[2:10]) - int(begins[2:10]) >= LARGEST_RANGE:
        raise PrintingRefused(
            gettext("A range this long would check nothing; enter what the receipt says.")
        )
    if not receipt.strip():
        raise PrintingRefused(gettext("Name the receipt by which the post issued the range."))
    if issued_on > at.date() + timedelta(days=1):
        raise PrintingRefused(gettext("The day of issue lies ahead; correct it."))
    try:
        with transaction.atomic():
            return PostRange.objects.create(
                unit_code=unit_code,
                prefix=begins[:2],
                first=int(begins[2:10]),
                last=int(ends[2:10]),
                issued_on=issued_on,
                receipt=receipt.strip()[:80],
                registered_by_name=by_name,
                registered_at=at,
            )
    except IntegrityError as fault:
        raise PrintingRefused(
            gettext("These numbers overlap a range that is in use; compare the two receipts.")
        ) from fault


def end_range(range_id: int, *, on: date) -> None:
    """Take no more numbers from a range from a day on; what was posted stays posted."""
    PostRange.objects.filter(pk=range_id, ended_on__isnull=True).update(ended_on=on)
