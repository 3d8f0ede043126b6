"""The page of one case: where it stands, what may be done, every clock, the sum, the evidence."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from notices.models import Notice
from notices.production import read_pdf
from violations.actors import actor_for
from violations.admin import (
    agency_sheet,
    case_sheet,
    delivery_sheet,
    evidence_sheet,
    remedies_sheet,
    veil,
    words,
)
from violations.admin.access import (
    find_case,
    insist_open,
    note_look,
    opens_with,
    readable,
    visible_cases,
)
from violations.admin.case_acts import BESIDES, choices, sort_out
from violations.admin.navigation import staff_page
from violations.answers_above import answers_of
from violations.electronic_delivery import contacts_of
from violations.guards import day_in_viet_nam
from violations.models import CaseEvent, Violation
from violations.workflow import ENDED

UNSANCTIONED = ("rejected", "dismissed", "time_barred")
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


@require_GET
@opens_with("violations.view_violation")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case; the look is written down."""
    found = find_case(request.user, number)
    at = timezone.now()
    today = day_in_viet_nam(at)
    note_look(found, request.user, "case", at=at)
    events = list(found.events.select_related("notice").order_by("sequence"))
    held = case_sheet.held(found, at)
    by = actor_for(request.user)
    may, may_not = choices(found, by, at)
    shut = sort_out(found, by, at, may_not)
    context = {
        "case": found,
        "kind": words.kind(found.violation_type),
        "detection": found.detection,
        "chip": case_sheet.chip(found, today, is_held=held is not None),
        "held": held,
        "lane": case_sheet.lane(found, events),
        "may": may,
        "next_acts": [row for row in may if row["step"].name not in BESIDES],
        "other_acts": [row for row in may if row["step"].name in BESIDES],
        "may_not": may_not,
        "anothers": shut["anothers"],
        "anothers_besides": shut["anothers_besides"],
        "locked_acts": shut["closed"],
        "other_locked": shut["folded"],
        "clocks": case_sheet.clocks(found, today),
        "money": case_sheet.money(found, today),
        "history": case_sheet.history(veil.shown_events(found, events, request.user)),
        "papers": case_sheet.papers(found, events),
        "people": case_sheet.people(found),
        "answers": answers_of(found),
        "remedies": remedies_sheet.remedies(found),
        "points": remedies_sheet.points_of(found, today),
        "agencies": agency_sheet.told(found),
        "deliveries": delivery_sheet.deliveries(found, by, at),
        "contacts": contacts_of(found, at),
        **evidence_sheet.shown(found),
        "vehicle_class": words.vehicle_class(found.vehicle_class),
        "has_ended": found.status in ENDED,
        "is_unsanctioned": found.status in UNSANCTIONED,
        "end_reason": _end_reason(found, events),
        "rejection": words.reason(found.rejection_reason) if found.rejection_reason else "",
        "answer": found.register_answers.first(),
        "at": at,
        "today": today,
        "days_to_pay": (found.pay_due_on - today).days if found.pay_due_on else None,
    }
    return staff_page(request, "violations/case.html", context)


def _end_reason(found: Violation, events: list[CaseEvent]) -> str:
    """Return why a case ended before its end, in the words of the act that ended it."""
    if found.status not in ENDED or found.status in ("closed", "rejected"):
        return ""
    step = next((event for event in reversed(events) if event.to_status == found.status), None)
    return step.reason if step is not None else ""


@require_GET
@opens_with("notices.view_notice")
def paper(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Send the PDF of a paper of one's own units or cases; the look is written down on its case.

    A case that came from another unit brings that unit's papers with it.
    """
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    event = CaseEvent.objects.filter(notice=notice).order_by("sequence").first()
    found = visible_cases(request.user).filter(pk=event.case_id).first() if event else None
    own = readable(Notice.objects.filter(pk=notice_id), request.user, "unit_code")
    if found is None and not own.exists():
        raise Http404
    at = timezone.now()
    if found is not None:
        insist_open(found, request.user, at=at)
    try:
        pdf = read_pdf(notice)
    except FileNotFoundError:
        raise Http404 from None
    if found is not None:
        note_look(found, request.user, "paper", at=at)
    return pdf_response(pdf, f"{notice.kind}-{notice.number}.pdf")


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """Answer with a PDF to be shown; the viewer needs a policy of its own to draw it."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = f"{PDF_POLICY}; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
