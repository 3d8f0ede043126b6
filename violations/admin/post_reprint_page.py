"""Print one spoiled copy again: for the clerk, and for the supervisor whose word it may need."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from notices import reprints
from notices.models import PrintRun, PrintRunItem
from notices.scanning import digits_of
from notices.tracking import PrintingRefused
from violations.admin.access import opens_with
from violations.admin.case_page import pdf_response
from violations.admin.navigation import staff_page
from violations.admin.post_page import CLERK, find_run, runs_of

COPIES_LISTED = 20
RUNS_LISTED = 50


class ReprintForm(forms.Form):
    """Which letter, why, and what happened."""

    letter = forms.CharField(
        label=_("Letter code or place in the run"),
        max_length=40,
        help_text=_("Scan the code of the spoiled sheet, or type its number in the run."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    reason = forms.ChoiceField(
        label=_("Why it is spoiled"),
        choices=PrintRunItem.VoidReason.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("What happened"), max_length=200)


@require_GET
@opens_with(reprints.SUPERVISE)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the open runs whose letters may need a supervisor's word to be printed again."""
    runs = runs_of(request.user).filter(state=PrintRun.State.PRINTED).order_by("printed_at")
    at_limit = reprints.at_the_limit().filter(run__in=runs).select_related("notice", "run")
    context = {
        "title": gettext("Allow a reprint"),
        "runs": runs[:RUNS_LISTED],
        "copies": at_limit.order_by("run__printed_at", "position")[:COPIES_LISTED],
        "free": reprints.FREE_REPRINTS,
    }
    return staff_page(request, "notices_desk/reprints.html", context)


@require_http_methods(["GET", "POST"])
@opens_with(CLERK, reprints.SUPERVISE)
def reprint(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show the copies that were printed again, or print one more."""
    found = find_run(request.user, run_id)
    form = ReprintForm(request.POST or None, initial={"letter": request.GET.get("thu", "")})
    if request.method == "GET" or not form.is_valid():
        return _page(request, found, form, 200 if request.method == "GET" else 422)
    item = _copy(found, form.cleaned_data["letter"])
    if item is None:
        form.add_error("letter", gettext("No good copy of this run has this code or place."))
        return _page(request, found, form, 422)
    try:
        following = reprints.reprint(
            item.pk,
            reason=form.cleaned_data["reason"],
            words=form.cleaned_data["words"],
            by_user=request.user,
            at=timezone.now(),
        )
    except PrintingRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, 409)
    messages.success(
        request,
        gettext("Copy %(copy)d of letter %(position)d is ready to print. Destroy the old sheets.")
        % {"copy": following.copy_number, "position": following.position},
    )
    return HttpResponseRedirect(reverse("violations:post_reprint", args=[found.pk]))


@require_GET
@opens_with(CLERK, reprints.SUPERVISE)
def copy_file(request: HttpRequest, run_id: uuid.UUID, item_id: int) -> HttpResponse:
    """Send the print copy of one letter that was printed again."""
    found = find_run(request.user, run_id)
    item = (
        found.items.filter(
            pk=min(item_id, 2**62),
            copy_number__gt=1,
            voided_at__isnull=True,
            handed_over_at__isnull=True,
        )
        .select_related("run", "notice")
        .first()
    )
    if item is None:
        raise Http404
    name = f"{found.code}-{item.position}-{item.copy_number}.pdf"
    return pdf_response(reprints.single_copy(item), name)


def _copy(found: PrintRun, text: str) -> PrintRunItem | None:
    code = digits_of(text)
    good = found.items.filter(voided_at__isnull=True)
    if code.isdigit() and len(code) <= 3:
        return good.filter(position=int(code)).first()
    return good.filter(letter_code=code).first() if code else None


def _page(request: HttpRequest, found: PrintRun, form: ReprintForm, status: int) -> HttpResponse:
    again = (
        found.items.filter(copy_number__gt=1)
        .select_related("notice", "approved_by")
        .order_by("-pk")[:COPIES_LISTED]
    )
    context = {
        "title": gettext("Print one letter again"),
        "run": found,
        "form": form,
        "again": again,
        "free": reprints.FREE_REPRINTS,
        "may_scan": request.user.has_perm(CLERK),
    }
    return staff_page(request, "notices_desk/reprint.html", context, status=status)
