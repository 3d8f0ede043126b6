"""What an account holds: vehicles and alerts, cases, letters, and a copy of all of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citizens import citizen_accounts, identity_provider, inbox, own_cases, own_data, watching
from citizens.forms_account import AlertsForm, WatchForm
from citizens.models import CitizenAccount
from citizens.standing import standing
from citizens.views.account_edge import SignedIn, signed_in
from citizens.views.edge import SeeOther, limited, opened, posted, unlisted
from citizens.views.list_parts import asked_part, links_of, parts_of
from citizens.wording import title_of
from violations.guards import Refused
from violations.registry import RegisterError


@require_safe
@unlisted
@signed_in
def vehicles(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """List the vehicles that are watched, and by which ways their owner is told."""
    account = found.account
    initial = {"by_email": account.alerts_by_email, "by_sms": account.alerts_by_sms}
    context = {
        "section": "account",
        "account": account,
        "has_provider": identity_provider.is_there(),
        "watches": account.watches.filter(ended_at__isnull=True),
        "ended": account.watches.filter(ended_at__isnull=False).exclude(end_reason="person"),
        "form": AlertsForm(initial=initial),
    }
    return render(request, "citizens/vehicles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
@limited
def add_vehicle(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Ask which vehicle, and watch it where the register names the account's holder as owner."""
    if not found.person:
        context = {"section": "account", "has_provider": identity_provider.is_there()}
        return render(request, "citizens/vehicle_unproved.html", context)
    form = WatchForm(posted(request), initial={"plate_colour": "white"})
    form.use_required_attribute = False
    if form.is_valid():
        asked = form.cleaned_data
        try:
            watching.watch_by_register(
                found.account,
                asked["plate"],
                asked["plate_colour"],
                asked["vehicle_class"],
                at=timezone.now(),
            )
        except Refused as fault:
            form.add_error(None, str(fault))
        except RegisterError:
            form.add_error(None, gettext("The vehicle register does not answer now. Try later."))
        else:
            messages.info(request, gettext("You will be told of new cases about this vehicle."))
            return SeeOther(reverse("citizens:vehicles"))
    return render(request, "citizens/vehicle_add.html", {"section": "account", "form": form})


@require_POST
@unlisted
@signed_in
def add_from_case(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Watch the vehicle of the case that is open in this session at the level of its owner."""
    at = timezone.now()
    case = opened(request, at=at)
    if case is None:
        return redirect("citizens:lookup")
    try:
        watching.watch_by_case(found.account, *case, at=at)
    except Refused as fault:
        messages.error(request, str(fault))
        return SeeOther(reverse("citizens:case"))
    messages.info(request, gettext("You will be told of new cases about this vehicle."))
    return SeeOther(reverse("citizens:vehicles"))


@require_POST
@unlisted
@signed_in
def remove_vehicle(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Stop watching a vehicle; another account's stays what it is."""
    watch_id = _uuid(request.POST.get("vehicle", ""))
    if watch_id is not None and watching.stop(found.account, watch_id, at=timezone.now()):
        messages.info(request, gettext("You are told of this vehicle no more."))
    return SeeOther(reverse("citizens:vehicles"))


@require_POST
@unlisted
@signed_in
def choose_alerts(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Choose by which ways one is told."""
    form = AlertsForm(request.POST)
    if form.is_valid():
        CitizenAccount.objects.filter(pk=found.account.pk).update(
            alerts_by_email=form.cleaned_data["by_email"] and bool(found.account.email),
            alerts_by_sms=form.cleaned_data["by_sms"] and bool(found.account.phone),
        )
        messages.info(request, gettext("Saved."))
    return SeeOther(reverse("citizens:vehicles"))


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
@limited
def cases(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """List the cases of the person whose identity is proved, and open one of them."""
    at, account = timezone.now(), found.account
    if request.method == "POST":
        case_id = _uuid(request.POST.get("case", "")) if found.person else None
        if case_id is None or not own_cases.open_case(request.session, account, case_id, at=at):
            raise Http404
        return SeeOther(reverse("citizens:case"))
    context = {
        "section": "account",
        "is_identified": bool(found.person),
        "is_unreadable": bool(found.person) and citizen_accounts.readable_number(account) is None,
        "has_provider": identity_provider.is_there(),
    }
    if found.person:
        part = asked_part(request, own_cases.PARTS)
        page = own_cases.page_of(account, part, request.GET.get("trang", ""))
        context |= {
            "rows": [
                {"case": case, "title": title_of(case), "standing": standing(case, at=at)}
                for case in page.rows
            ],
            "parts": parts_of(own_cases.PARTS, own_cases.counts(account), part),
            "part": part,
        } | links_of(page, part)
    return render(request, "citizens/own_cases.html", context)


@require_POST
@unlisted
@signed_in
@limited
def letters(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Open the inbox of papers of the person whose identity is proved."""
    if not found.person:
        return redirect("citizens:inbox_ask")
    how = f"tài khoản đã định danh mức độ 2, phiên {str(found.session.pk)[-12:]}"
    if inbox.give_to_person(request.session, found.person, how=how, at=timezone.now()):
        return SeeOther(reverse("citizens:inbox"))
    messages.info(
        request,
        gettext(
            "You have not agreed to electronic papers, so they come by post. You can agree at the "
            "unit that handles your case."
        ),
    )
    return SeeOther(reverse("citizens:account"))


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
@limited
def data(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Ask for a copy of one's data, and see whether it is there.

    The copy of an account whose holder is identified holds the number and the cases.
    """
    at = timezone.now()
    if _must_prove(found):
        context = {"section": "account", "has_provider": identity_provider.is_there()}
        return render(request, "citizens/account_data_unproved.html", context)
    if request.method == "POST":
        own_data.ask(found.account, get_language() or "vi", at=at)
        return SeeOther(reverse("citizens:account_data"))
    context = {"section": "account", "copy": own_data.newest(found.account, at=at)}
    return render(request, "citizens/account_data.html", context)


@require_safe
@unlisted
@signed_in
def take_data(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Send the copy of one's data that was made."""
    return _kept_file(request, found, own_data.take, "application/zip", "du-lieu-cua-toi.zip")


@require_safe
@unlisted
@signed_in
def read_data(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Send the copy of one's data as a PDF, for whoever does not open a ZIP."""
    taken = own_data.take_to_read
    return _kept_file(request, found, taken, "application/pdf", "du-lieu-cua-toi.pdf")


def _kept_file(
    request: HttpRequest, found: SignedIn, take: Callable[..., bytes | None], kind: str, name: str
) -> HttpResponse:
    """Answer with a file to be kept. Raises Http404 where there is none."""
    try:
        data = None if _must_prove(found) else take(found.account, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return SeeOther(reverse("citizens:account_data"))
    if data is None:
        raise Http404
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _must_prove(found: SignedIn) -> bool:
    """Tell whether the account is a known person's, who has not proved it in this session."""
    return found.account.is_identified and not found.person


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
