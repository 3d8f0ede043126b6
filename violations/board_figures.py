"""The counts of the supervisor's board: what is due, what waits at each stage, in and out, cameras.

Every function takes the cases of the viewer's units as a queryset. Counts stop at ``MOST``: a board
that takes a minute to say "many" helps nobody. Clocks are counted by ``*``, which an index answers
alone; a count of their keys would read each row. Days are days in Viet Nam.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate

from notices.workdays import Calendar, is_working_day
from violations import p_chart
from violations.guards import VIET_NAM
from violations.models import (
    CaseDeadline,
    CaseEvent,
    Draft,
    ReviewDecision,
    ReviewRole,
    SecondLook,
    StageCapacity,
    Violation,
)
from violations.p_chart import Verdicts

MOST = 1_000
ROLLING = 50  # last verdicts of a camera
RECENT = timedelta(days=7)
BASELINE = timedelta(days=30)  # before the recent days, so that a bad week does not hide itself
#: Windows of other people; that they end is nothing we can be late for.
NOT_OURS = (
    "complaint_due",
    "lawsuit_due",
    "second_complaint_due",
    "lapse",
    "no_show",
    "explanation_due",
    "hearing_request_due",
    "pay_due",
    "clean_record",
    "bank_answer_due",
    "bank_transfer_after",
    "dialogue_after",
)
UNDECIDED = ("detected", "verified", "owner_identified", "notified", "recorded")
Stage = StageCapacity.Stage
#: At each stage: the status that waits there, the list's filter of it, and the clock that runs.
STAGES = {
    Stage.REVIEW: ("detected", "notice_due"),
    Stage.SECOND_LOOK: ("verified", "notice_due"),
    Stage.NOTICE: ("owner_identified", "notice_due"),
    Stage.RECORD: ("notified", "record_due"),
    Stage.DECISION: ("recorded", "decision_due"),
    Stage.SIGNING: ("", ""),
    Stage.POST: ("decided", "service_due"),
}


@dataclass
class Camera:
    """The verdicts on one camera's detections: the last fifty, the week, and what is usual."""

    code: str
    device: int
    rolling: Verdicts = field(default_factory=Verdicts)
    week: Verdicts = field(default_factory=Verdicts)
    before: Verdicts = field(default_factory=Verdicts)
    reasons: dict[str, int] = field(default_factory=dict)
    reasons_before: dict[str, int] = field(default_factory=dict)
    usual: float | None = None

    @property
    def is_out(self) -> bool:
        """Tell whether the last fifty or the week lie below the line."""
        return any(p_chart.is_out_of_line(one, self.usual) for one in (self.rolling, self.week))

    @property
    def risen(self) -> str:
        """Return the reason that rose most, or an empty string."""
        return p_chart.risen_reason(self.reasons, self.week.of, self.reasons_before, self.before.of)


def due_by(clocks: QuerySet[CaseDeadline], until: date) -> list[dict[str, Any]]:
    """Return for each of the running clocks how many end by a day, and the nearest end."""
    rows = (
        clocks.filter(due_on__lte=until)
        .exclude(name__in=NOT_OURS)
        .exclude(case__status__in=("closed", "rejected", "dismissed", "annulled", "time_barred"))
        .order_by()
        .values("name")
        .annotate(count=Count("*"), nearest=Min("due_on"))
    )
    return sorted(rows, key=lambda row: (row["nearest"], row["name"]))


def waiting(cases: QuerySet[Violation], stage: str) -> QuerySet[Violation]:
    """Return the cases that wait at a stage; each waits at one stage at a time."""
    proposed = Exists(Draft.objects.filter(case=OuterRef("pk"), state=Draft.State.PROPOSED))
    if stage == Stage.SIGNING:
        return cases.filter(proposed)
    if stage == Stage.SECOND_LOOK:
        looks = SecondLook.objects.filter(case=OuterRef("pk"), looked_at__isnull=True)
        return cases.filter(Exists(looks)).exclude(status__in=("detected", "rejected"))
    found = cases.filter(status=STAGES[Stage(stage)][0])
    if stage in (Stage.NOTICE, Stage.RECORD, Stage.DECISION):
        found = found.exclude(proposed)
    if stage == Stage.NOTICE:
        looks = SecondLook.objects.filter(case=OuterRef("pk"), looked_at__isnull=True)
        found = found.exclude(Exists(looks))
    return found


def backlog(cases: QuerySet[Violation], stage: str) -> tuple[int, datetime | None]:
    """Return how many wait at a stage, at most ``MOST``, and when the oldest was opened."""
    found = waiting(cases, stage)
    oldest = found.order_by("created_at").values_list("created_at", flat=True).first()
    return found.order_by()[:MOST].count(), oldest


def due_days(
    cases: QuerySet[Violation], clocks: QuerySet[CaseDeadline], stage: str, until: date
) -> dict[date, int]:
    """Return how many cases of a stage end on each day up to ``until``, late ones too.

    ``clocks`` are the running ones of the same units as the cases.
    At signing every clock of the stages before counts: the nearest is the case's.
    """
    clock = STAGES[Stage(stage)][1]
    names = (clock,) if clock else ("notice_due", "record_due", "decision_due", "service_due")
    rows = (
        clocks.filter(name__in=names, due_on__lte=until, case__in=waiting(cases, stage))
        .order_by()
        .values("case")
        .annotate(on=Min("due_on"))
        .values_list("on", flat=True)
    )
    found: dict[date, int] = defaultdict(int)
    for on in rows:
        found[on] += 1
    return dict(found)


def prescription_days(
    cases: QuerySet[Violation], clocks: QuerySet[CaseDeadline], until: date
) -> dict[date, int]:
    """Return how many undecided cases reach the time bar on each day up to ``until``.

    After that day nobody may be fined. Luật XLVPHC Đ6
    """
    rows = (
        clocks.filter(
            name="time_bar", due_on__lte=until, case__in=cases.filter(status__in=UNDECIDED)
        )
        .order_by()
        .values("due_on")
        .annotate(count=Count("*"))
    )
    return {row["due_on"]: row["count"] for row in rows}


def capacities(unit_codes: Sequence[str]) -> dict[str, int]:
    """Return what these units together can take through each stage in a working day."""
    found: dict[str, int] = defaultdict(int)
    rows = StageCapacity.objects.filter(unit__code__in=unit_codes)
    for stage, per_day in rows.values_list("stage", "per_day"):
        found[stage] += per_day
    return dict(found)


def working_days(start: date, count: int, calendar: Calendar) -> list[date]:
    """Return the next working days, ``start`` too if it is one."""
    found: list[date] = []
    day = start
    while len(found) < count:
        if is_working_day(day, calendar):
            found.append(day)
        day += timedelta(days=1)
    return found


def working_days_before(today: date, count: int, calendar: Calendar) -> list[date]:
    """Return the last whole working days before today, newest first."""
    found: list[date] = []
    day = today - timedelta(days=1)
    while len(found) < count:
        if is_working_day(day, calendar):
            found.append(day)
        day -= timedelta(days=1)
    return found


def review_flow(
    cases: QuerySet[Violation], left: Mapping[str, Mapping[date, int]], today: date, days: int
) -> list[tuple[date, int, int]]:
    """Return what came to the review and what left it on each whole day before today, oldest first.

    A case leaves the review by its first step that ends elsewhere, whoever took it: ``left`` is of
    ``left_by_day``.
    """
    first = today - timedelta(days=days)
    came = _by_day(cases.filter(created_at__gte=midnight(first)), "created_at")
    gone = done_by_day(left, Stage.REVIEW)
    span = [first + timedelta(days=number) for number in range(days)]
    return [(day, came.get(day, 0), gone.get(day, 0)) for day in span]


def left_by_day(cases: QuerySet[Violation], since: date) -> dict[str, dict[date, int]]:
    """Return how many cases left each status on each day since a day.

    Asked once for all stages: each question of its own reads the country's events of these days.
    """
    rows = (
        CaseEvent.objects.filter(at__gte=midnight(since), case__in=cases)
        .exclude(from_status="")
        .exclude(to_status=F("from_status"))
        .order_by()
        .values("from_status", day=TruncDate("at", tzinfo=VIET_NAM))
        .annotate(count=Count("pk"))
        .values_list("from_status", "day", "count")
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for status, day, count in rows:
        found[status][day] = count
    return dict(found)


def done_by_day(left: Mapping[str, Mapping[date, int]], stage: str) -> Mapping[date, int]:
    """Return how many cases left a stage on each day, of what ``left_by_day`` found."""
    return left.get(STAGES[Stage(stage)][0], {})


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Viet Nam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIET_NAM)


def _by_day(rows: QuerySet[Any], column: str) -> dict[date, int]:
    found = (
        rows.order_by()
        .values(day=TruncDate(column, tzinfo=VIET_NAM))
        .annotate(count=Count("pk"))
        .values_list("day", "count")
    )
    return dict(found)


def cameras(cases: QuerySet[Violation], at: datetime) -> list[Camera]:
    """Return the cameras whose detections were judged of late, by code.

    A camera without a past of its own is measured by that of all these cameras together.
    """
    verdicts = ReviewDecision.objects.filter(
        state=ReviewDecision.State.FINAL,
        role=ReviewRole.FIRST,
        case__in=cases,
        decided_at__gte=at - RECENT - BASELINE,
        decided_at__lt=at,
    ).annotate(code=F("case__detection__device__code"), device=F("case__detection__device"))
    found: dict[str, Camera] = {}
    recent = Q(decided_at__gte=at - RECENT)
    rows = (
        verdicts.order_by()
        .values_list("code", "device", "choice", "rejection_reason")
        .annotate(week=Count("pk", filter=recent), before=Count("pk", filter=~recent))
    )
    for code, device, choice, reason, week, before in rows:
        camera = found.setdefault(code, Camera(code, device))
        accepted = choice == ReviewDecision.Choice.VERIFY
        camera.week += Verdicts(week if accepted else 0, week)
        camera.before += Verdicts(before if accepted else 0, before)
        for counts, count in ((camera.reasons, week), (camera.reasons_before, before)):
            if reason and count and not accepted:
                counts[reason] = counts.get(reason, 0) + count
    last = verdicts.annotate(
        place=Window(
            RowNumber(),
            partition_by=[F("device")],
            order_by=[F("decided_at").desc(), F("pk").desc()],
        )
    ).filter(place__lte=ROLLING)
    for code, choice in last.order_by().values_list("code", "choice"):
        found[code].rolling += Verdicts(int(choice == ReviewDecision.Choice.VERIFY), 1)
    together = p_chart.usual_rate(sum((one.before for one in found.values()), Verdicts()))
    for camera in found.values():
        own = p_chart.usual_rate(camera.before)
        camera.usual = together if own is None else own
    return sorted(found.values(), key=lambda camera: camera.code)


def out_of_line(cases: QuerySet[Violation], at: datetime) -> Iterator[Camera]:
    """Yield the cameras that are out of line or whose reasons changed."""
    return (camera for camera in cameras(cases, at) if camera.is_out or camera.risen)
