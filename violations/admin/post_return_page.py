"""Mail that came back: scan it, say why, photograph the envelope, choose what is tried next."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notices.deliveries import ELECTRONIC
from notices.models import PaperDelivery, PrintRunItem
from notices.returns import letters_by_code
from violations import papers, returned_mail
from violations.actors import actor_for
from violations.admin.access import note_look, opens_with, within_units
from violations.admin.navigation import staff_page
from violations.admin.next_delivery import returned_picture, tell_begun
from violations.admin.post_page import CLERK, line_of
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation

MOST_BYTES = 8 * 1024 * 1024
RETURNS_LISTED = 20


class ReturnForm(forms.Form):
    """Why a letter came back, since when, by which slip, and the photograph of the envelope."""

    reason = forms.ChoiceField(
        label=_("Why it came back"),
        choices=PaperDelivery.Reason.choices,
        widget=forms.RadioSelect,
    )
    returned_on = forms.DateField(
        label=_("Day it came back"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    proof = forms.CharField(
        label=_("Slip or note of the post"),
        max_length=160,
        help_text=_("What stands on the envelope or the slip: number, date, signature."),
    )
    photograph = forms.FileField(
        label=_("Photograph of the envelope"),
        help_text=_("JPEG or PNG, at most 8 MB. Both the address and the note of the post show."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )


@require_GET
@opens_with(CLERK)
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a returned letter; found, its own page opens."""
    asked = request.GET.get("ma", "").strip()
    missed = False
    if asked:
        item = letters_by_code(_posted(request.user), asked).first()
        if item is not None:
            address = reverse("violations:post_returned", args=[item.delivery_id])
            return HttpResponseRedirect(address)
        missed = True
    returned = _deliveries(request.user).filter(state=PaperDelivery.State.RETURNED)
    context = {
        "title": gettext("Returned mail"),
        "asked": asked[:40],
        "missed": missed,
        "rows": [
            line_of(each.notice) | {"delivery": each}
            for each in returned.order_by("-settled_at")[:RETURNS_LISTED]
        ],
    }
    return staff_page(request, "notices_desk/returns.html", context)


@require_http_methods(["GET", "POST"])
@opens_with(CLERK)
def returned(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Show a letter that came back with what the law counts, or write its return down."""
    delivery = _delivery(request.user, delivery_id)
    at = timezone.now()
    form = ReturnForm(
        request.POST or None,
        request.FILES or None,
        initial={"returned_on": day_in_viet_nam(at)},
    )
    if request.method == "GET":
        return _page(request, delivery, form)
    if not form.is_valid():
        return _page(request, delivery, form, status=422)
    given = form.cleaned_data
    upload = given["photograph"]
    try:
        if upload.size > MOST_BYTES:
            raise Refused(gettext("The file is larger than 8 MB; scan it again in a smaller size."))
        returned_mail.take_back_mail(
            delivery.pk,
            reason=given["reason"],
            returned_on=given["returned_on"],
            proof=given["proof"],
            photograph=upload.read(),
            by=actor_for(request.user),
            at=at,
        )
    except Refused as refused:
        for sentence in refused.sentences:
            form.add_error(None, sentence)
        return _page(request, delivery, form, status=409)
    messages.success(request, gettext("Written down."))
    return HttpResponseRedirect(reverse("violations:post_returned", args=[delivery.pk]))


@require_POST
@opens_with(CLERK)
def try_next(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Begin the next attempt by the chosen route."""
    delivery = _delivery(request.user, delivery_id)
    tell_begun(
        request,
        lambda route, by, at: returned_mail.try_next(delivery.pk, route, by=by, at=at),
    )
    return HttpResponseRedirect(reverse("violations:post_returned", args=[delivery.pk]))


@require_GET
@opens_with(CLERK)
def envelope(request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Send the photograph of an envelope, made anew for the browser; the look is logged."""
    delivery = _delivery(request.user, delivery_id)
    if not delivery.envelope_sha256:
        raise Http404
    case_id = papers.case_of(delivery.notice_id)
    if case_id is not None:
        case = Violation.objects.select_related("unit").get(pk=case_id)
        note_look(case, request.user, "paper", at=timezone.now())
    return returned_picture(delivery)


def _page(
    request: HttpRequest, delivery: PaperDelivery, form: ReturnForm, *, status: int = 200
) -> HttpResponse:
    item = delivery.copies.filter(handed_over_at__isnull=False).select_related("run").first()
    is_returned = delivery.state == PaperDelivery.State.RETURNED
    attempts = PaperDelivery.objects.filter(notice=delivery.notice_id).order_by("begun_at")
    context = {
        "title": gettext("Returned mail"),
        "delivery": delivery,
        "letter": line_of(delivery.notice),
        "item": item,
        "form": form,
        "is_open": delivery.state == PaperDelivery.State.SENT,
        "is_returned": is_returned,
        "routes": [
            {"next": each, "label": dict(PaperDelivery.Route.choices).get(each.route, "")}
            for each in (returned_mail.routes_after(delivery) if is_returned else [])
        ],
        "clock": returned_mail.legal_clock(delivery.notice),
        "attempts": attempts,
        # What was sent electronically may still be opened; it does not hold back a letter.
        "is_under_way": attempts.filter(state__in=PaperDelivery.OPEN)
        .exclude(route__in=ELECTRONIC)
        .exists(),
    }
    return staff_page(request, "notices_desk/returned.html", context, status=status)


def _posted(user: Any) -> QuerySet[PrintRunItem]:
    items = PrintRunItem.objects.filter(delivery__isnull=False)
    return within_units(items, user, "run__unit_code")


def _deliveries(user: Any) -> QuerySet[PaperDelivery]:
    posted = PaperDelivery.objects.filter(route=PaperDelivery.Route.POST)
    return within_units(posted.select_related("notice"), user, "unit_code")


def _delivery(user: Any, delivery_id: uuid.UUID) -> PaperDelivery:
    found: PaperDelivery | None = _deliveries(user).filter(pk=delivery_id).first()
    if found is None:
        raise Http404
    return found
