"""What every guard is made of: its type, the refusal it leads to, and days in Viet Nam."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation

Guard = Callable[["Violation", "Actor", datetime], str | None]
VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class Refused(Exception):
    """A step, or a request, the law or the rules forbid. Carries sentences for the person."""

    def __init__(self, sentences: Sequence[str] | str) -> None:
        self.sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        super().__init__(" ".join(self.sentences))


def day_in_viet_nam(moment: datetime) -> date:
    """Return the calendar day in Viet Nam of an aware moment; law counts days there."""
    return moment.astimezone(VIET_NAM).date()


def print_day(value: date) -> str:
    """Write a day as a sentence to an officer writes it."""
    return value.strftime("%d/%m/%Y")
