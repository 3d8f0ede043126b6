"""An evasion that has ended starts a limitation period again (trốn tránh, cản trở)."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from violations import clocks
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import CaseDeadline, Evasion, Violation
from violations.taking import taking
from violations.workflow import PAYABLE


def record_evasion(
    case_id: uuid.UUID,
    *,
    began_on: date,
    ended_on: date,
    basis: str,
    by: Actor,
    at: datetime,
) -> None:
    """Record an evasion and start the limitation period again on the day it ended.

    Before the decision that is the time bar for a sanction, after it the year for its execution.
    The days are days in Viet Nam. Raises Refused without a recorded basis, for days in a wrong
    order or in the future, and for an evasion that began before the period or after its end: a
    period that has ended does not come to life again. Luật XLVPHC Đ6 k1 đ.d, Đ74 k2
    """
    if not basis.strip():
        raise Refused(
            gettext("Name the document that proves the evasion, with its day (Đ6 k1 đ.d, Đ74 k2).")
        )
    with taking("record_evasion", case_id, by=by, at=at, reason=basis) as (case, event):
        assert by.officer is not None  # the step asks for a permission that only officers hold
        name = Evasion.Clock.LAPSE if case.status in PAYABLE else Evasion.Clock.TIME_BAR
        _check_days(case, name, began_on, ended_on, day_in_viet_nam(at))
        Evasion.objects.create(
            case=case,
            clock=name,
            began_on=began_on,
            ended_on=ended_on,
            basis=basis,
            recorded_by=by.officer,
            recorded_at=at,
        )
        ends_on = clocks.move(case, name, ended_on).due_on
        if name == Evasion.Clock.TIME_BAR:
            case.time_bar_on = ends_on
        event.facts = {
            "clock": name.value,
            "began_on": began_on.isoformat(),
            "ended_on": ended_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        }


def _check_days(case: Violation, name: str, began_on: date, ended_on: date, today: date) -> None:
    clock = CaseDeadline.objects.filter(case=case, name=name, met_on__isnull=True).first()
    if clock is None:
        raise Refused(gettext("The period that an evasion would start again does not run."))
    if not began_on <= ended_on <= today:
        raise Refused(
            gettext("An evasion begins before it ends, and has ended by today; correct the days.")
        )
    if not clock.starts_on <= began_on <= clock.due_on:
        raise Refused(
            gettext(
                "The evasion must have begun while the period ran, from %(start)s to %(end)s "
                "(Đ6 k1 đ.d, Đ74 k2)."
            )
            % {"start": f"{clock.starts_on:%d/%m/%Y}", "end": f"{clock.due_on:%d/%m/%Y}"}
        )
