"""Deliveries in person (giao trực tiếp): the open ones of the unit, and the outcome of each."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from notices.deliveries import IN_PERSON
from notices.models import PaperDelivery
from violations import papers, returned_mail
from violations.actors import actor_for
from violations.admin.access import insist_open, note_look, opens_with, within_units
from violations.admin.big_admin import CappedPaginator
from violations.admin.delivery_forms import FORMS, TITLES, OutcomeForm
from violations.admin.delivery_sheet import LOOKS, label_of, proposed
from violations.admin.navigation import staff_page
from violations.admin.next_delivery import returned_picture
from violations.admin.post_page import line_of
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation
from violations.outcomes_in_person import open_deliveries, outcomes_of, settle_in_person
from violations.workflow import STEPS, obstacles
from violations.workflow.step import SERVE

ON_A_PAGE = 50


@require_GET
@opens_with(SERVE)
def open_list(request: HttpRequest) -> HttpResponse:
    """List the deliveries in person that wait for their outcome, the longest waiting first."""
    at = timezone.now()
    route = request.GET.get("cach", "")
    rows = open_deliveries(_of_units(request.user))
    if route in IN_PERSON:
        rows = rows.filter(route=route)
    paginator = CappedPaginator(rows.select_related("notice"), ON_A_PAGE)
    page = paginator.get_page(request.GET.get("trang"))
    context = {
        "title": gettext("Deliveries in person"),
        "rows": [
            line_of(each.notice)
            | {
                "delivery": each,
                "days": (day_in_viet_nam(at) - day_in_viet_nam(each.begun_at)).days,
            }
            for each in page.object_list
        ],
        "page": page,
        "count": paginator.count,
        "is_capped": paginator.is_capped,
        "routes": [
            (value, label) for value, label in PaperDelivery.Route.choices if value in IN_PERSON
        ],
        "route": route if route in IN_PERSON else "",
    }
    return staff_page(request, "violations/deliveries.html", context)


@require_http_methods(["GET", "POST"])
@opens_with(SERVE)
def delivery(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Show a delivery in person with its history, or write its outcome down."""
    found = _find(request.user, delivery_id)
    case = _case(found, request.user)
    at = timezone.now()
    form = _form(request, found, at)
    if request.method == "GET":
        if case is not None:
            note_look(case, request.user, "paper", at=at)
        return _show(request, found, case, form)
    if form is None:
        messages.error(request, gettext("The outcome of this delivery stands already."))
        return HttpResponseRedirect(reverse("violations:delivery", args=[found.pk]))
    if not form.is_valid():
        return _show(request, found, case, form, status=422)
    try:
        settled = settle_in_person(found.pk, form.outcome(), by=actor_for(request.user), at=at)
    except Refused as refusal:
        for sentence in refusal.sentences:
            form.add_error(None, sentence)
        return _show(request, found, case, form, status=409)
    messages.success(
        request, gettext("Written down: %(outcome)s.") % {"outcome": label_of(settled)}
    )
    return HttpResponseRedirect(reverse("violations:delivery", args=[found.pk]))


@require_GET
@opens_with(SERVE)
def photograph(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Send the photograph of an outcome, made anew for the browser; the look is logged."""
    found = _find(request.user, delivery_id)
    if not found.envelope_sha256:
        raise Http404
    case = _case(found, request.user)
    if case is not None:
        note_look(case, request.user, "paper", at=timezone.now())
    return returned_picture(found)


def _form(request: HttpRequest, found: PaperDelivery, at: datetime) -> OutcomeForm | None:
    offered = outcomes_of(found)
    if not offered:
        return None
    asked = request.GET.get("ket-qua", "")
    chosen = FORMS[asked if asked in offered else offered[0]]
    return chosen(request.POST or None, request.FILES or None, today=day_in_viet_nam(at))


def _show(
    request: HttpRequest,
    found: PaperDelivery,
    case: Violation | None,
    form: OutcomeForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    tone, shape = LOOKS[found.state]
    attempts = PaperDelivery.objects.filter(notice=found.notice_id).order_by("begun_at")
    may_begin = case is not None and not list(
        obstacles(STEPS["begin_delivery"], case, actor_for(request.user), at)
    )
    context = {
        "title": gettext("Delivery in person"),
        "delivery": found,
        "case": case,
        "letter": line_of(found.notice),
        "tone": tone,
        "shape": shape,
        "label": label_of(found),
        "form": form,
        "outcomes": [(what, TITLES[what]) for what in outcomes_of(found)],
        "routes": [
            {"next": each, "label": dict(PaperDelivery.Route.choices).get(each.route, "")}
            for each in proposed(found.notice)
        ],
        "may_begin": may_begin,
        "is_under_way": attempts.filter(state__in=PaperDelivery.OPEN).exists(),
        "clock": returned_mail.legal_clock(found.notice),
        "attempts": [
            {
                "row": each,
                "tone": LOOKS[each.state][0],
                "shape": LOOKS[each.state][1],
                "label": label_of(each),
            }
            for each in attempts
        ],
    }
    return staff_page(request, "violations/delivery.html", context, status=status)


def _of_units(user: Any) -> QuerySet[PaperDelivery]:
    return within_units(PaperDelivery.objects.all(), user, "unit_code")


def _find(user: Any, delivery_id: uuid.UUID) -> PaperDelivery:
    rows = _of_units(user).filter(route__in=IN_PERSON).select_related("notice")
    found: PaperDelivery | None = rows.filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    return found


def _case(found: PaperDelivery, user: Any) -> Violation | None:
    """Return the case of a delivery; who still judges it does not open it here either."""
    case_id = papers.case_of(found.notice_id)
    if case_id is None:
        return None
    case = Violation.objects.select_related("unit", "decision", "explanation").get(pk=case_id)
    insist_open(case, user, at=timezone.now())
    return case
