"""Payments made at a counter, by the number of their voucher; the State's vouchers of others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from citizens.desk.frame import desk_page
from citizens.money_forms import SumField
from violations import counter as acts
from violations.actors import actor_for
from violations.admin.access import note_look, opens_with, within_units
from violations.admin.case_forms import DayInput
from violations.guards import Refused
from violations.models import Decision, Payment
from violations.workflow.step import HANDLE_MONEY

SHOWN = 20


class CounterForm(forms.Form):
    """What the voucher says."""

    number = forms.CharField(
        label=_("Case file or decision"),
        max_length=60,
        help_text=_("Number of the case file, or of the decision as printed"),
    )
    voucher = forms.CharField(label=_("Number of the voucher"), max_length=40)
    amount_vnd = SumField(label=_("Amount in đồng"))
    paid_on = forms.DateField(label=_("Day of payment"), widget=DayInput())


class VoucherForm(forms.Form):
    """The State's voucher of a payment that came another way."""

    reference = forms.CharField(
        label=_("Provider's number"),
        max_length=60,
        help_text=_("As the list of payments shows it"),
    )
    voucher = forms.CharField(label=_("Number of the voucher"), max_length=40)
    issued_on = forms.DateField(label=_("Issued on"), widget=DayInput())


@require_http_methods(["GET", "HEAD", "POST"])
@opens_with(HANDLE_MONEY)
def counter(request: HttpRequest) -> HttpResponse:
    """Enter a payment made at a counter."""
    form = CounterForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (done := _enter(request, form)):
        return done
    return _show(request, form, VoucherForm(prefix="state"))


@require_POST
@opens_with(HANDLE_MONEY)
def voucher(request: HttpRequest) -> HttpResponse:
    """Record the number of the State's voucher of a payment."""
    form = VoucherForm(request.POST, prefix="state")
    if form.is_valid():
        given = form.cleaned_data
        rows = within_units(Payment.objects.all(), request.user, "decision__case__unit__code")
        payment = rows.filter(reference=given["reference"]).first()
        try:
            if payment is None:
                raise Refused(gettext("No payment of your unit has this number."))
            acts.record_voucher(
                payment.pk,
                number=given["voucher"],
                issued_on=given["issued_on"],
                by=actor_for(request.user),
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("The voucher is recorded; the person sees it."))
            return HttpResponseRedirect(reverse("desk:counter"))
    return _show(request, CounterForm(), form)


def _enter(request: HttpRequest, form: CounterForm) -> HttpResponse | None:
    given, at = form.cleaned_data, timezone.now()
    rows = within_units(Decision.objects.all(), request.user, "case__unit__code")
    decision = (
        rows.filter(case__number=given["number"]) | rows.filter(notice__number_text=given["number"])
    ).first()
    if decision is None:
        form.add_error(
            "number", gettext("No decision of your unit has this number; compare it again.")
        )
        return None
    try:
        payment = acts.receive_at_counter(
            decision.pk,
            voucher=given["voucher"],
            amount_vnd=given["amount_vnd"],
            paid_on=given["paid_on"],
            by=actor_for(request.user),
            at=at,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    note_look(decision.case, request.user, "case", at=at)
    if payment.unapplied_vnd:
        messages.warning(
            request,
            gettext("Entered. %(amount)s đồng are more than was owed and wait to be refunded.")
            % {"amount": f"{payment.unapplied_vnd:,}".replace(",", ".")},
        )
    else:
        messages.success(request, gettext("The payment is entered."))
    return HttpResponseRedirect(reverse("desk:counter"))


def _show(request: HttpRequest, form: Any, voucher_form: Any) -> HttpResponse:
    rows = within_units(
        Payment.objects.filter(provider=acts.PROVIDER), request.user, "decision__case__unit__code"
    )
    context = {
        "title": gettext("Counter"),
        "form": form,
        "voucher_form": voucher_form,
        "rows": rows.select_related("decision__notice", "decision__case", "voucher").order_by(
            "-pk"
        )[:SHOWN],
    }
    wrong = form.errors or (voucher_form.is_bound and voucher_form.errors)
    return desk_page(request, "counter", context, status=422 if wrong else 200)
