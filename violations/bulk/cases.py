"""One bulk case by its number: where it stands, its camera, its days. Pure and repeatable.

The newest 0.5 % wait for review, the next 4.5 % are on their way, the rest have ended: what a
country's portal holds after three years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from violations.bulk.place import PREFIX, Act, Camera, Place

YEARS_DAYS = 3 * 365
FULL_EVERY = 100  # one case in a hundred has its whole history
LETTERS = "ABCDEFGHKLMNPSTUVXYZ"
#: How far a case of a status has come on the main road.
LEVELS = {
    "detected": 0, "rejected": 0, "time_barred": 0, "verified": 1, "owner_identified": 2,
    "notified": 3, "recorded": 4, "dismissed": 4, "decided": 5, "annulled": 5, "served": 6,
    "enforced": 6, "lapsed": 6, "paid": 7, "closed": 8,
}  # fmt: skip
#: Days after the violation on which each stage falls.
NOTIFIED, RECORDED, DECISION_DUE, DECIDED, SERVED, PAY_DUE, PAID, CLOSED = (
    3, 20, 29, 25, 28, 38, 33, 34,
)  # fmt: skip
EPOCH = date(1970, 1, 1)
VIET_NAM_SECONDS = 7 * 3600


@dataclass(frozen=True)
class Span:
    """All bulk cases of one load: how many, when the last one came, and the seed of chance."""

    cases: int
    ends_at: datetime
    seed: int


@dataclass(slots=True)
class Case:
    """What all rows of one case are drawn from. ``seconds`` is the opening, since 1970."""

    number: int
    status: str
    level: int
    camera: Camera
    act: Act
    chance: int
    seconds: int
    day: int  # of the violation in Viet Nam, since 1970
    plate: str
    plate_display: str

    @property
    def id(self) -> str:
        """Return the case's id: UUIDv7 of its opening, told apart by its number."""
        return _id(self.seconds, self.number, "8")

    @property
    def detection_id(self) -> str:
        """Return the id of its detection."""
        return _id(self.seconds - 3, self.number, "9")

    @property
    def is_whole(self) -> bool:
        """Tell whether it has its whole history and the rows beside it."""
        return self.number % FULL_EVERY == 0

    @property
    def label(self) -> str:
        """Return the case number."""
        return f"{PREFIX}{self.number:09d}"

    def moment(self, days: int = 0, minutes: int = 0) -> datetime:
        """Return a moment so many days and minutes after the opening."""
        at = datetime.fromtimestamp(self.seconds, UTC)
        return at + timedelta(days=days, minutes=minutes)

    def on(self, days: int) -> date:
        """Return the day in Viet Nam so many days after the violation."""
        return EPOCH + timedelta(days=self.day + days)


def walk(span: Span, place: Place, first: int, last: int) -> Iterator[Case]:
    """Yield the cases ``first`` up to but not including ``last``."""
    end = int(span.ends_at.timestamp())
    step = YEARS_DAYS * 86400 / span.cases
    vehicles = span.cases // 4 + 1
    cameras, acts = place.cameras, place.acts
    for number in range(first, last):
        chance = _chance(number, span.seed)
        seconds = end - int((span.cases - 1 - number) * step)
        status = _status((span.cases - 1 - number) * 1000 // span.cases, chance % 1000, number)
        vehicle = (chance >> 20) % vehicles
        act = acts[(chance >> 9) % len(acts)]
        head = f"{11 + vehicle % 89:02d}{LETTERS[vehicle // 89 % 20]}"
        tail = f"{vehicle // 1780 % 100000:05d}"
        yield Case(
            number, status, LEVELS[status], cameras[(chance >> 32) % len(cameras)], act, chance,
            seconds, (seconds - 5 + VIET_NAM_SECONDS) // 86400, head + tail,
            f"{head}-{tail[:3]}.{tail[3:]}",
        )  # fmt: skip


def _chance(number: int, seed: int) -> int:
    """Return 64 bits that look like chance and are the same on every run."""
    mixed = (number + seed * 1_000_003 + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    return mixed ^ mixed >> 31


def _status(age: int, chance: int, number: int) -> str:
    """Return where a case stands; ``age`` is how many per mille of all cases came after it."""
    if age < 5:
        return "detected"
    if chance < 250:
        return "rejected"
    for until, status in (
        (7, "verified"), (10, "owner_identified"), (25, "notified"), (30, "recorded"),
        (33, "decided"), (50, "served"),
    ):  # fmt: skip
        if age < until:
            return status
    for until, status in (
        (275, "dismissed"), (290, "annulled"), (310, "enforced"), (315, "lapsed"), (320, "paid"),
    ):  # fmt: skip
        if chance < until:
            return status
    return "time_barred" if age > 400 and chance < 335 else "closed"


def _id(seconds: int, number: int, variant: str) -> str:
    stamp = f"{seconds * 1000:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-7000-{variant}000-{number:012x}"
