"""When a decision counts as served though nobody signed for it (coi là đã được giao).

NĐ 118/2021 Đ17a (added by NĐ 68/2025): a refusal that was minuted; three working days after the
third return by the post; three working days after the entry in the information system; three
working days after a public posting of seven working days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from notices.calendars import current_calendar
from notices.workdays import Calendar, add_working_days

RETURNS_NEEDED = 3
DAYS_AFTER = 3
DAYS_POSTED_UP = 7


@dataclass(frozen=True)
class DeemedService:
    """The way by which a decision counts as served, the day, and whether a calendar may move it."""

    way: str
    on: date
    provisional: bool


def deemed_service(
    attempts: Sequence[tuple[str, date]], calendar: Calendar | None = None
) -> DeemedService | None:
    """Return the earliest deemed service that the attempts amount to, or None. NĐ 118/2021 Đ17a

    ``attempts`` are (what, day) in the order of their days: ``refused``, ``returned``, ``entered``
    or ``posted_up``. ``calendar`` is the stored one unless given.
    """
    calendar = current_calendar() if calendar is None else calendar
    found: list[DeemedService] = []
    returns = [on for what, on in attempts if what == "returned"]
    if len(returns) >= RETURNS_NEEDED:
        found.append(_after("returned", sorted(returns)[RETURNS_NEEDED - 1], DAYS_AFTER, calendar))
    for what, on in attempts:
        if what == "refused":
            found.append(DeemedService("refused", on, provisional=False))
        elif what == "entered":
            found.append(_after("entered", on, DAYS_AFTER, calendar))
        elif what == "posted_up":
            posted = add_working_days(on, DAYS_POSTED_UP, calendar)
            after = _after("posted_up", posted.on, DAYS_AFTER, calendar)
            found.append(
                DeemedService("posted_up", after.on, after.provisional or posted.provisional)
            )
    return min(found, key=lambda each: each.on, default=None)


def _after(way: str, day: date, length: int, calendar: Calendar) -> DeemedService:
    end = add_working_days(day, length, calendar)
    return DeemedService(way, end.on, end.provisional)
