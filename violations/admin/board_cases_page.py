"""The list behind a number of the supervisor's board: exactly the cases it counted."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Min, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from notices.calendars import current_calendar
from violations import board_figures, board_flow, board_lists
from violations.admin import words
from violations.admin.access import opens_with, own_cases, own_clocks
from violations.admin.big_admin import CappedPaginator
from violations.admin.navigation import staff_page
from violations.admin.supervisor_page import SUPERVISE
from violations.chips import chip_of
from violations.guards import day_in_viet_nam
from violations.models import Draft, StageCapacity, Violation

ON_A_PAGE = 50
QUERY = ("stage", "day", "flow", "due", "camera")


@require_GET
@opens_with(SUPERVISE)
def board_cases(request: HttpRequest) -> HttpResponse:
    """List the cases behind one number of the board, the oldest first; 404 for no such number."""
    at = timezone.now()
    query = {name: request.GET[name] for name in QUERY if name in request.GET}
    try:
        found = board_lists.asked(
            own_cases(request.user),
            own_clocks(request.user),
            query,
            calendar=current_calendar(),
            at=at,
        )
    except board_lists.Unknown as unknown:
        raise Http404 from unknown
    paginator = CappedPaginator(found.cases.order_by("created_at", "pk"), ON_A_PAGE)
    page = paginator.get_page(request.GET.get("trang"))
    context = {
        "title": _title(found),
        "hint": _hint(found),
        "count": paginator.count,
        "is_capped": paginator.count >= board_figures.MOST,
        "page": page,
        "rows": _rows([case.pk for case in page.object_list], at),
        "query": query,
        "at": at,
    }
    return staff_page(request, "violations/board_cases.html", context)


def _title(found: board_lists.Asked) -> str:
    """Name the number the list is behind."""
    if found.camera:
        return gettext("Judged in the last 7 days, %(camera)s") % {"camera": found.camera}
    if not found.stage:
        return words.clock(found.clock) if found.clock else gettext("Due by tomorrow or late")
    label = str(StageCapacity.Stage(found.stage).label)
    if found.day is None:
        return gettext("%(stage)s: waiting") % {"stage": label.capitalize()}
    named = {"stage": label.capitalize(), "day": f"{found.day:%d/%m/%Y}"}
    if found.flow:
        came = found.flow == board_flow.CAME
        text = gettext("%(stage)s: in, %(day)s") if came else gettext("%(stage)s: out, %(day)s")
        return text % named
    return gettext("%(stage)s: due on %(day)s") % named


def _hint(found: board_lists.Asked) -> str:
    if found.clock or not (found.stage or found.camera):
        return gettext("what ends by tomorrow, late ones too")
    if found.day and not found.flow:
        return gettext("late ones too") if found.holds_late else gettext("and on days off before")
    return ""


def _rows(ids: list[Any], at: Any) -> list[dict[str, Any]]:
    """Return what each line shows, in the order of the ids."""
    today = day_in_viet_nam(at)
    ours = Q(deadlines__met_on__isnull=True) & ~Q(deadlines__name__in=board_figures.NOT_OURS)
    cases = (
        Violation.objects.select_related("detection__device__site")
        .annotate(
            next_due=Min("deadlines__due_on", filter=ours),
            waits_for_signature=Exists(
                Draft.objects.filter(case=OuterRef("pk"), state=Draft.State.PROPOSED)
            ),
        )
        .in_bulk(ids)
    )
    return [
        {
            "case": case,
            "act": words.kind(case.violation_type),
            "device": case.detection.device,
            "chip": chip_of(
                case.status,
                today=today,
                pay_due_on=case.pay_due_on,
                waits_for_signature=case.waits_for_signature,
            ),
            "due_on": case.next_due,
            "days": (case.next_due - today).days if case.next_due else None,
        }
        for case in (cases[pk] for pk in ids)
    ]
