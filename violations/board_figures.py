"""The counts of the supervisor's board: what is due, what waits at each stage, in and out, cameras.

Every function takes the cases of the viewer's units as a queryset, or their running clocks, which
know their unit themselves. Counts stop at ``MOST``: a board that takes a minute to say "many" helps
nobody. Days are days in Viet Nam.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Window,
)
from django.db.models.functions import RowNumber

from notices.workdays import Calendar, is_working_day
from violations import p_chart
from violations.deadlines import DEADLINES
from violations.models import (
    CaseDeadline,
    Draft,
    ReviewDecision,
    ReviewRole,
    SecondLook,
    StageCapacity,
    Violation,
)
from violations.p_chart import Verdicts
from violations.workflow import ENDED

MOST = 9_999
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
OURS = tuple(sorted({clock.name for clock in DEADLINES} - set(NOT_OURS)))
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


def running(clocks: QuerySet[CaseDeadline], until: date, name: str = "") -> QuerySet[CaseDeadline]:
    """Return our own running clocks that end by a day, or those of one name.

    The act that ends a case stops its clocks; what a complaint set running goes on and is ours.
    """
    rows = clocks.filter(due_on__lte=until).exclude(name__in=NOT_OURS)
    return rows.filter(name=name) if name else rows


class DueNow(NamedTuple):
    """What ends by a day without being met: a row for each clock, and how many cases that is."""

    clocks: list[dict[str, Any]]
    cases: int


def due_by(clocks: QuerySet[CaseDeadline], until: date) -> DueNow:
    """Return for each clock how many end by a day and the nearest end, and of how many cases.

    Of more than ``MOST`` clocks only the nearest are counted; all in one statement.
    """
    wanted: dict[str, Any] = {"cases": Count("case", distinct=True)}
    for name in OURS:
        wanted[f"{name}__count"] = Count("case", filter=Q(name=name))
        wanted[f"{name}__nearest"] = Min("due_on", filter=Q(name=name))
    nearest = running(clocks, until).order_by("due_on").values("name", "due_on", "case")[:MOST]
    row = nearest.aggregate(**wanted)
    found = [
        {"name": name, "count": row[f"{name}__count"], "nearest": row[f"{name}__nearest"]}
        for name in OURS
        if row[f"{name}__count"]
    ]
    return DueNow(sorted(found, key=lambda one: (one["nearest"], one["name"])), row["cases"])


def waiting(cases: QuerySet[Violation], stage: str) -> QuerySet[Violation]:
    """Return the cases that wait at a stage; each waits at one stage at a time."""
    proposed = Exists(Draft.objects.filter(case=OuterRef("pk"), state=Draft.State.PROPOSED))
    if stage == Stage.SIGNING:
        return cases.filter(proposed)
    if stage == Stage.SECOND_LOOK:
        looks = SecondLook.objects.filter(case=OuterRef("pk"), looked_at__isnull=True)
        return cases.filter(Exists(looks)).exclude(status__in=("detected", *ENDED))
    found = cases.filter(status=STAGES[Stage(stage)][0])
    if stage in (Stage.NOTICE, Stage.RECORD, Stage.DECISION):
        found = found.exclude(proposed)
    if stage == Stage.NOTICE:
        looks = SecondLook.objects.filter(case=OuterRef("pk"), looked_at__isnull=True)
        found = found.exclude(Exists(looks))
    return found


class PercentileDisc(Aggregate):
    """The value at a share of the ordered rows; one that stands there, nothing in between."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DateTimeField()


class Backlog(NamedTuple):
    """How many wait, and when the act of the oldest, the middle and the tenth oldest of a hundred
    was recorded. The last two are None of more than ``MOST``: nobody has looked at all of them.
    """

    count: int
    oldest: datetime | None
    half: datetime | None
    tenth: datetime | None


def backlog(cases: QuerySet[Violation], stage: str) -> Backlog:
    """Return how many wait at a stage, at most ``MOST``, and how old they are."""
    found = waiting(cases, stage).order_by("created_at")[:MOST]
    row = found.aggregate(
        count=Count("pk"),
        oldest=Min("occurred_at"),
        half=PercentileDisc("occurred_at", share=0.5),
        tenth=PercentileDisc("occurred_at", share=0.1),
    )
    whole = row["count"] < MOST
    return Backlog(
        row["count"], row["oldest"], row["half"] if whole else None, row["tenth"] if whole else None
    )


def clocks_of(stage: str) -> tuple[str, ...]:
    """Return the clocks that run at a stage; at signing those of all the stages before."""
    clock = STAGES[Stage(stage)][1]
    return (clock,) if clock else ("notice_due", "record_due", "decision_due", "service_due")


def due_days(
    cases: QuerySet[Violation], clocks: QuerySet[CaseDeadline], stage: str, until: date
) -> dict[date, int]:
    """Return how many cases of a stage end on each day up to ``until``, late ones too.

    At signing every clock of the stages before counts: the nearest is the case's. Of more than
    ``MOST`` cases the nearest are counted (``reached``).
    """
    names = clocks_of(stage)
    rows = clocks.filter(name__in=names, due_on__lte=until, case__in=waiting(cases, stage))
    if len(names) == 1:
        days = rows.order_by("due_on").values_list("due_on", flat=True)
    else:
        grouped = rows.order_by().values("case").annotate(on=Min("due_on"))
        days = grouped.order_by("on").values_list("on", flat=True)
    return dict(Counter(days[:MOST]))


def reached(due: dict[date, int]) -> date | None:
    """Return the first day that is not counted to its end, None when all days are."""
    return max(due) if sum(due.values()) >= MOST else None


def due_between(
    cases: QuerySet[Violation], stage: str, after: date | None, until: date
) -> QuerySet[Violation]:
    """Return the cases of a stage whose nearest clock ends after one day and by another.

    Without ``after`` the late ones are among them: what one cell of the heat map counts.
    """
    clocks = CaseDeadline.objects.filter(
        case=OuterRef("pk"), name__in=clocks_of(stage), met_on__isnull=True
    )
    found = waiting(cases, stage).filter(Exists(clocks.filter(due_on__lte=until)))
    return found if after is None else found.exclude(Exists(clocks.filter(due_on__lte=after)))


def prescription_days(clocks: QuerySet[CaseDeadline], until: date) -> dict[date, int]:
    """Return how many undecided cases reach the time bar on each day up to ``until``.

    The clock runs until the decision; after its day nobody may be fined. Of more than ``MOST`` the
    nearest. Luật XLVPHC Đ6
    """
    rows = clocks.filter(name="time_bar", due_on__lte=until)
    return dict(Counter(rows.order_by("due_on").values_list("due_on", flat=True)[:MOST]))


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
