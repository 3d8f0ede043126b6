"""Money that must go back: what is surplus, what was asked for, and the second person's word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from citizens.desk.frame import desk_page
from citizens.models import PaymentAttempt
from violations import refunds
from violations.actors import actor_for
from violations.admin.access import opens_with, within_units
from violations.guards import Refused, day_in_viet_nam
from violations.models import Payment, Refund
from violations.workflow.step import APPROVE_MONEY, HANDLE_MONEY

SHOWN = 25
UNIT = "payment__decision__case__unit__code"


@require_GET
@opens_with(HANDLE_MONEY, APPROVE_MONEY)
def refund_list(request: HttpRequest) -> HttpResponse:
    """Show the surplus money, the open refunds, and the last ones that ended."""
    return _show(request)


@require_POST
@opens_with(HANDLE_MONEY)
def ask(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Ask for a refund of one payment."""
    rows = within_units(Payment.objects.all(), request.user, "decision__case__unit__code")
    payment = rows.filter(pk=payment_id).first()
    if payment is None:
        raise Http404
    digits = "".join(
        each for each in request.POST.get("amount_vnd", "") if each.isascii() and each.isdigit()
    )
    return _act(
        request,
        lambda by, at: refunds.request_refund(
            payment.pk,
            amount_vnd=int(digits[:15] or 0),
            route=_route(payment),
            basis=request.POST.get("basis", ""),
            by=by,
            at=at,
        ),
        gettext("Asked for. Another person approves it."),
    )


@require_POST
@opens_with(APPROVE_MONEY)
def approve(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Approve a refund somebody else asked for."""
    found = _find(request, refund_id)
    seen = request.POST.get("amount_vnd", "")
    return _act(
        request,
        lambda by, at: refunds.approve_refund(
            found.pk,
            expected_vnd=int(seen) if seen.isascii() and seen.isdigit() else 0,
            by=by,
            at=at,
        ),
        gettext("The refund is approved."),
    )


@require_POST
@opens_with(APPROVE_MONEY)
def refuse(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Refuse a refund with a reason."""
    found = _find(request, refund_id)
    reason = request.POST.get("reason", "")
    return _act(
        request,
        lambda by, at: refunds.refuse_refund(found.pk, reason=reason, by=by, at=at),
        gettext("The refund is refused."),
    )


@require_POST
@opens_with(HANDLE_MONEY)
def complete(request: HttpRequest, refund_id: int) -> HttpResponse:
    """Note that the Treasury paid a refund, by the number of its voucher."""
    found = _find(request, refund_id)
    number = request.POST.get("number", "").strip()

    def act(by: Any, at: datetime) -> Any:
        if found.route != Refund.Route.TREASURY:
            raise Refused(gettext("The gateway or the statement says when this refund was paid."))
        if not number:
            raise Refused(gettext("Enter the number of the voucher."))
        return refunds.complete_refund(
            found.pk, answer=number, on=day_in_viet_nam(at), by=by, at=at
        )

    return _act(request, act, gettext("The refund is noted as paid."))


def _act(request: HttpRequest, act: Any, done: str) -> HttpResponse:
    try:
        act(actor_for(request.user), timezone.now())
    except Refused as refusal:
        return _show(request, refused=refusal.sentences, status=409)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("desk:refunds"))


def _route(payment: Payment) -> str:
    """Return the way back: through the gateway that brought the money, else by the Treasury."""
    brought = PaymentAttempt.objects.filter(
        gateway=payment.provider, gateway_transaction=payment.reference, gateway__in=["vnpay"]
    ).exists()
    return Refund.Route.GATEWAY if brought else Refund.Route.TREASURY


def _find(request: HttpRequest, refund_id: int) -> Refund:
    found: Refund | None = (
        within_units(Refund.objects.all(), request.user, UNIT).filter(pk=refund_id).first()
    )
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    on = day_in_viet_nam(timezone.now())
    own = within_units(Refund.objects.all(), request.user, UNIT).select_related(
        "payment__decision__notice", "payment__decision__case", "requested_by__user",
        "settled_by__user",
    )  # fmt: skip
    open_states = ["requested", "approved", "sent"]
    context = {
        "title": gettext("Refunds"),
        "surplus": _surplus(request.user, on),
        "rows": own.filter(state__in=open_states).order_by("pk")[:SHOWN],
        "ended": own.exclude(state__in=open_states).order_by("-pk")[:SHOWN],
        "refused": refused or [],
        "may_ask": request.user.has_perm(HANDLE_MONEY),
        "may_approve": request.user.has_perm(APPROVE_MONEY),
        "officer_id": getattr(getattr(request.user, "officer", None), "pk", None),
    }
    return desk_page(request, "refunds", context, status=status)


def _surplus(user: Any, on: Any) -> list[dict[str, Any]]:
    """Return the payments of which something may go back, the newest first."""
    rows = within_units(Payment.objects.all(), user, "decision__case__unit__code")
    over = rows.filter(unapplied_vnd__gt=0)
    lowered = rows.filter(decision__adjustments__delta_vnd__lt=0)
    found = []
    for payment in (
        (over | lowered)
        .distinct()
        .select_related("decision__case", "decision__notice", "reversal")
        .order_by("-pk")[: 4 * SHOWN]
    ):
        left = refunds.refundable(payment, on=on)
        if left.amount_vnd:
            found.append({"payment": payment, "left": left})
    return found[:SHOWN]
