"""What stands on the supervisor's board, in the order in which it needs a decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from cameras.models import Device, DeviceAlarm, Rehash, Unit, WitnessReceipt
from notices.calendars import current_calendar
from violations import accuracy_figures, board_figures, board_flow, board_lists
from violations.accuracy import Tally
from violations.accuracy_figures import Pace
from violations.admin import words
from violations.admin.access import own_cases, own_clocks, within_units
from violations.admin.quality_page import officers_of
from violations.forecast import PACE_DAYS, forecast, grows, loads, pace
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import (
    CameraPause,
    CaseDeadline,
    Lease,
    ReviewPostponement,
    SecondLook,
    StageCapacity,
    Violation,
)
from violations.p_chart import suggestion

GROWTH_DAYS = 14
AHEAD = timedelta(days=366)
LISTED = 12
ACCURACY_PERIOD = timedelta(days=30)

LOOK_AT = {
    "frame_shift": gettext_noop("The frame may have shifted"),
    "infrared_or_lens": gettext_noop("Infrared light or lens: compare after dusk"),
    "trigger_or_zone": gettext_noop("The trigger or its zone may be wrong"),
    "signal": gettext_noop("The signal or the sign may be at fault"),
    "double_trigger": gettext_noop("It may trigger twice"),
}


def sheet(user: Any, at: datetime) -> dict[str, Any]:
    """Return everything on the board for the units of a supervisor."""
    cases, clocks, today = own_cases(user), own_clocks(user), day_in_viet_nam(at)
    calendar = current_calendar()
    days = board_lists.heat_days(today, calendar)
    due = board_figures.due_by(clocks, today + timedelta(days=1))
    units = within_units(Unit.objects.all(), user, "code").values_list("code", flat=True)
    ahead = set(board_figures.working_days(today, 260, calendar))
    past = board_figures.working_days_before(today, PACE_DAYS, calendar)
    since = min(*past, *board_lists.flow_days(today, calendar), today - timedelta(days=GROWTH_DAYS))
    moved = board_flow.flows(cases, board_flow.begin_of(since))
    flow = board_flow.review_flow(moved, today, GROWTH_DAYS)
    due_days = {
        stage: board_figures.due_days(cases, clocks, stage, today + AHEAD)
        for stage in StageCapacity.Stage
    }
    stages = _stages(cases, due_days, days, board_figures.capacities(list(units)), at)
    return {
        "at": at,
        "due": [
            row | {"label": words.clock(row["name"]), "url": cases_url(due=row["name"])}
            for row in due.clocks
        ],
        "due_count": due.cases,
        "due_url": cases_url(due=""),
        "flows": _flows(moved, board_lists.flow_days(today, calendar)),
        "flow_days": board_lists.flow_days(today, calendar),
        "flow": [
            {"day": day, "came": came, "left": left, "net": came - left}
            for day, came, left in reversed(flow)
        ],
        "net": flow[-1][1] - flow[-1][2],
        "grows": grows([(came, left) for _day, came, left in flow]),
        "days": days,
        "stages": stages,
        "has_capacity": any(stage["capacity"] for stage in stages),
        "forecasts": [
            _prescription(clocks, moved, today, frozenset(ahead), past),
            *(
                _forecast(row, due_days[row["stage"]], moved, today, frozenset(ahead), past)
                for row in stages
            ),
        ],
        "cameras": _cameras(cases, at),
        "pauses": _pauses(user, at),
        "alarms": _alarms(user, at),
        "officers": _officers(user, at),
        "leases": within_units(Lease.objects.filter(expires_at__gt=at), user, "case__unit__code")
        .select_related("case", "officer__user")
        .order_by("officer__user__full_name")[:50],
        "postponed": within_units(
            ReviewPostponement.objects.filter(until_at__gt=at), user, "case__unit__code"
        ).select_related("case", "officer__user")[:LISTED],
        "to_sign": next(row for row in stages if row["stage"] == StageCapacity.Stage.SIGNING),
        "to_adjudicate": within_units(
            SecondLook.objects.filter(agrees=False, adjudicated_at__isnull=True),
            user,
            "case__unit__code",
        )[: board_figures.MOST].count(),
    }


def cases_url(**asked: str) -> str:
    """Return where the cases behind a number of the board are listed."""
    return f"{reverse('violations:board_cases')}?{urlencode(asked)}"


def _flows(moved: board_flow.Flows, days: list[date]) -> list[dict[str, Any]]:
    """Return what came and what left on each day, for every stage."""
    rows = []
    for stage in StageCapacity.Stage:
        counts = {
            direction: moved[stage, direction] for direction in (board_flow.CAME, board_flow.LEFT)
        }
        cells = [
            {
                direction: {
                    "count": counts[direction].get(day, 0),
                    "url": cases_url(stage=stage, flow=direction, day=day.isoformat()),
                }
                for direction in counts
            }
            for day in days
        ]
        rows.append({"stage": stage, "label": stage.label, "cells": cells})
    return rows


def _stages(
    cases: QuerySet[Violation],
    due_days: dict[StageCapacity.Stage, dict[date, int]],
    days: list[date],
    capacity: dict[str, int],
    at: datetime,
) -> list[dict[str, Any]]:
    """Return a row of the heat map for each stage; what is late already stands on the first day."""
    rows = []
    for stage, due in due_days.items():
        found = board_figures.backlog(cases, stage)
        uncounted = board_figures.reached(due)
        counts = [sum(n for on, n in due.items() if on <= days[0])]
        # What ends on a day off must be done by the working day before it.
        for before, day in pairwise(days):
            counts.append(sum(n for on, n in due.items() if before < on <= day))
        per_day = capacity.get(stage, 0)
        load = loads(counts, per_day) if per_day else [None] * len(counts)
        rows.append(
            {
                "stage": stage,
                "label": stage.label,
                "count": found.count,
                "is_capped": found.count >= board_figures.MOST,
                "ages": [_age(moment, at) for moment in found[1:]],
                "capacity": per_day,
                "cells": [
                    _cell(n, one)
                    | {
                        "is_capped": uncounted is not None and day >= uncounted,
                        "url": cases_url(stage=stage, day=day.isoformat()),
                    }
                    for day, n, one in zip(days, counts, load, strict=True)
                ],
                "url": cases_url(stage=stage),
            }
        )
    return rows


def _age(moment: datetime | None, at: datetime) -> str:
    return words.age(int((at - moment).total_seconds() // 3600)) if moment else ""


def _cell(count: int, load: float | None) -> dict[str, Any]:
    """Return one cell: its number, its tone, and whether all that is due by then is too much."""
    tone = 0
    if count and load is not None:
        tone = 4 if load > 1 else 3 if load > 0.8 else 2 if load > 0.5 else 1
    return {
        "count": count,
        "tone": tone,
        "is_over": tone == 4,
        "percent": None if load is None else round(load * 100),
    }


def _forecast(
    row: dict[str, Any],
    due: dict[date, int],
    moved: board_flow.Flows,
    today: date,
    ahead: frozenset[date],
    past: list[date],
) -> dict[str, Any]:
    """Return what will lapse at a stage if no more gets done in a day than of late."""
    stage = row["stage"]
    if stage in (StageCapacity.Stage.SIGNING, StageCapacity.Stage.SECOND_LOOK):
        return {}
    done = moved[stage, board_flow.LEFT]
    per_day = pace([done.get(day, 0) for day in past])
    found = forecast(due, per_day, today, ahead)
    return {"label": row["label"], "pace": per_day, "found": found} if found.lapses else {}


def _prescription(
    clocks: QuerySet[CaseDeadline],
    moved: board_flow.Flows,
    today: date,
    ahead: frozenset[date],
    past: list[date],
) -> dict[str, Any]:
    """Return what reaches the time bar undecided if no more is decided in a day than of late."""
    done = moved[StageCapacity.Stage.DECISION, board_flow.LEFT]
    per_day = pace([done.get(day, 0) for day in past])
    due = board_figures.prescription_days(clocks, today + AHEAD)
    found = forecast(due, per_day, today, ahead)
    label = words.clock("time_bar")
    return {"label": label, "pace": per_day, "found": found} if found.lapses else {}


def _camera(camera: board_figures.Camera, device: Device) -> dict[str, Any]:
    mix = sorted(camera.reasons.items(), key=lambda item: (-item[1], item[0]))[:3]
    return {
        "code": camera.code,
        "place": device.site.name,
        "url": reverse("admin:cameras_device_change", args=[camera.device]),
        "judged_url": cases_url(camera=camera.code),
        "week": camera.week,
        "rolling": camera.rolling,
        "usual": camera.usual,
        "is_out": camera.is_out,
        "may_pause": device.state == Device.State.ACTIVE,
        "state": device.get_state_display(),
        "mix": [(words.reason(code), count / camera.week.of) for code, count in mix],
        "look_at": gettext(LOOK_AT[hint]) if (hint := suggestion(camera.risen)) else "",
    }


def _cameras(cases: QuerySet[Violation], at: datetime) -> list[dict[str, Any]]:
    found = list(board_figures.out_of_line(cases, at))
    devices = Device.objects.select_related("site").in_bulk([one.device for one in found])
    return [_camera(one, devices[one.device]) for one in found]


def _pauses(user: Any, at: datetime) -> list[dict[str, Any]]:
    """Return the open pauses, the one to be looked at first on top."""
    rows = within_units(
        CameraPause.objects.filter(resumed_at__isnull=True), user, "device__site__unit__code"
    ).select_related("device__site", "paused_by__user")
    return [{"pause": row, "is_late": row.review_at <= at} for row in rows.order_by("review_at")]


def _alarms(user: Any, at: datetime) -> dict[str, int]:
    """Return the open alarms, and of the last week faulty bytes and refusals of witnesses."""
    week = at - timedelta(days=7)
    devices = within_units(
        DeviceAlarm.objects.filter(closed_at__isnull=True), user, "device__site__unit__code"
    )
    checks = Rehash.objects.filter(finished_at__gte=week).values_list("faults", flat=True)
    refusals = WitnessReceipt.objects.filter(received_at__gte=week, accepted=False)
    return {
        "devices": devices.count(),
        "faults": sum(len(faults) for faults in checks),
        "refusals": refusals.count(),
    }


def _officers(user: Any, at: datetime) -> list[dict[str, Any]]:
    """Return the reviewing officers by name: today's work beside their accuracy of a month."""
    officers = list(officers_of(user))
    today = datetime.combine(day_in_viet_nam(at), datetime.min.time(), tzinfo=VIET_NAM)
    worked = accuracy_figures.pace(None, today, at)
    since = at - ACCURACY_PERIOD
    right = accuracy_figures.accuracy(
        within_units(accuracy_figures.blind_looks(None, since, at), user, "case__unit__code"),
        accuracy_figures.known_answers(None, since, at),
        officers,
    )
    return [
        {
            "name": officer.user.full_name,
            "pace": worked.get(officer.pk, Pace()),
            "accuracy": right.get(officer.pk, Tally()),
        }
        for officer in officers
    ]
