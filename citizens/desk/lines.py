"""Lines of statements that no rule settled: why each may belong to what, and a person's word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from citizens.desk.frame import desk_page
from citizens.models import LineMatch, StatementLine
from citizens.statements import matches, matching
from violations.admin.access import note_look, opens_with, visible_cases, within_units
from violations.guards import Refused
from violations.models import Decision, Payment, Refund
from violations.workflow.step import APPROVE_MONEY, HANDLE_MONEY

SHOWN = 50
UNIT = "statement__unit__code"


@require_GET
@opens_with(HANDLE_MONEY, APPROVE_MONEY)
def queue(request: HttpRequest) -> HttpResponse:
    """List the open lines of the person's units, the oldest first, and what awaits a check."""
    waiting = _open(request.user)
    rows = [
        {"line": line, "first": next(iter(matching.candidates(line)), None)}
        for line in waiting.select_related("statement").order_by("booked_on", "pk")[:SHOWN]
    ]
    to_check = (
        within_units(
            LineMatch.objects.filter(state=LineMatch.State.PROPOSED),
            request.user,
            f"line__{UNIT}",
        )
        .select_related("line", "decision__notice", "made_by")
        .order_by("pk")[:SHOWN]
    )
    context = {
        "title": gettext("Open lines"),
        "rows": rows,
        "count": waiting.count(),
        "most": SHOWN,
        "to_check": to_check,
    }
    return desk_page(request, "lines", context)


@require_GET
@opens_with(HANDLE_MONEY, APPROVE_MONEY)
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """Show one line with what it may belong to and why; each case shown is written down."""
    return _show(request, _find(request, line_id))


@require_POST
@opens_with(HANDLE_MONEY)
def match(request: HttpRequest, line_id: int) -> HttpResponse:
    """Match a line by hand, and go on to the next open one."""
    found = _find(request, line_id)
    kind = request.POST.get("kind", "")
    try:
        given = _given(request, kind)
        made = matches.match(
            found.pk,
            kind=kind,
            rule=request.POST.get("rule", "hand")[:20],
            reason=request.POST.get("reason", ""),
            by_user=request.user,
            at=timezone.now(),
            **given,
        )
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    if made.state == LineMatch.State.PROPOSED:
        messages.info(request, gettext("Noted. A second person checks this sum."))
    else:
        messages.success(request, gettext("The line is matched."))
    after = _open(request.user).order_by("booked_on", "pk").first()
    there = reverse("desk:line", args=[after.pk]) if after else reverse("desk:lines")
    return HttpResponseRedirect(there)


@require_POST
@opens_with(APPROVE_MONEY)
def check(request: HttpRequest, match_id: int) -> HttpResponse:
    """Agree with another person's match of a large sum, or refuse it."""
    found = _find_match(request, match_id)
    agrees = request.POST.get("agrees") == "1"
    try:
        matches.check(found.pk, agrees=agrees, by_user=request.user, at=timezone.now())
    except Refused as refusal:
        return _show(request, found.line, refused=refusal.sentences, status=409)
    words = gettext("The match stands.") if agrees else gettext("The match is refused.")
    messages.success(request, words)
    return HttpResponseRedirect(reverse("desk:lines"))


@require_POST
@opens_with(HANDLE_MONEY)
def unmatch(request: HttpRequest, match_id: int) -> HttpResponse:
    """Undo a match with a reason."""
    found = _find_match(request, match_id)
    try:
        matches.unmatch(
            found.pk,
            reason=request.POST.get("reason", ""),
            by_user=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _show(request, found.line, refused=refusal.sentences, status=409)
    messages.success(request, gettext("The match is undone; the line is open again."))
    return HttpResponseRedirect(reverse("desk:line", args=[found.line_id]))


def _given(request: HttpRequest, kind: str) -> dict[str, Any]:
    """Return what the person says the line belongs to, within his units. Raises Refused."""
    if kind not in LineMatch.Kind.values or kind == LineMatch.Kind.UNDOING:
        raise Refused(gettext("Choose what the line is."))
    if kind == LineMatch.Kind.ASIDE:
        return {}
    sent = request.POST
    number = sent.get("number", "").strip().replace("\x00", "")
    decisions = within_units(Decision.objects.all(), request.user, "case__unit__code")
    payments = within_units(Payment.objects.all(), request.user, "decision__case__unit__code")
    refunds = within_units(
        Refund.objects.all(), request.user, "payment__decision__case__unit__code"
    )
    if kind == LineMatch.Kind.PAYMENT:
        named = (
            decisions.filter(pk=_key(sent.get("decision")))
            if sent.get("decision")
            else decisions.filter(case__number=number)
            | decisions.filter(notice__number_text=number)
        )
        row: Any = named.first()
        name = "decision"
    elif kind == LineMatch.Kind.REFUNDED:
        row, name = refunds.filter(pk=_key(sent.get("refund"))).first(), "refund"
    else:
        row, name = payments.filter(pk=_key(sent.get("payment"))).first(), "payment"
    if row is None:
        raise Refused(gettext("No decision of your unit has this number; compare it again."))
    return {name: row}


def _key(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _open(user: Any) -> Any:
    return within_units(matches.open_lines(), user, UNIT)


def _find(request: HttpRequest, line_id: int) -> StatementLine:
    rows = within_units(StatementLine.objects.select_related("statement"), request.user, UNIT)
    found: StatementLine | None = rows.filter(pk=line_id).first()
    if found is None:
        raise Http404
    return found


def _find_match(request: HttpRequest, match_id: int) -> LineMatch:
    rows = within_units(
        LineMatch.objects.select_related("line__statement"), request.user, f"line__{UNIT}"
    )
    found: LineMatch | None = rows.filter(pk=match_id).first()
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    found: StatementLine,
    *,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_open = matches.open_lines().filter(pk=found.pk).exists()
    offered = matching.candidates(found) if is_open else []
    seen = visible_cases(request.user).filter(
        pk__in=[each.decision.case_id for each in offered if each.decision is not None]
    )
    at = timezone.now()
    for case in seen.select_related("unit"):
        note_look(case, request.user, "case", at=at)
    after = _open(request.user).filter(pk__gt=found.pk).order_by("pk").first()
    before = _open(request.user).filter(pk__lt=found.pk).order_by("-pk").first()
    history = found.matches.select_related("made_by", "checked_by", "decision__notice", "payment")
    context = {
        "title": gettext("Line of %(day)s") % {"day": f"{found.booked_on:%d/%m/%Y}"},
        "line": found,
        "is_open": is_open,
        "offered": offered,
        "history": history.order_by("-pk"),
        "after": after,
        "before": before,
        "refused": refused or [],
        "may_match": request.user.has_perm(HANDLE_MONEY),
        "may_check": request.user.has_perm(APPROVE_MONEY),
    }
    return desk_page(request, "line", context, status=status)
