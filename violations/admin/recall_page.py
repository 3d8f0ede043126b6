"""The recall console: figures first, a second person, then the job, told case by case."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from violations import recall_estimate, recall_job, recall_letters, recalls
from violations.actors import actor_for
from violations.admin import recall_sheet
from violations.admin.access import opens_with, within_units
from violations.admin.navigation import staff_page
from violations.admin.recall_forms import RecallForm
from violations.guards import Refused
from violations.models import Recall, RecallItem
from violations.tasks import run_recall

READ = "violations.view_recall"
LISTED = 100


@require_GET
@opens_with(READ)
def console(request: HttpRequest) -> HttpResponse:
    """List the recalls of the person's units, those that wait first."""
    found = list(_visible(request).order_by("-proposed_at")[:LISTED])
    found.sort(key=lambda recall: recall.state not in (Recall.State.PROPOSED, Recall.State.RUNNING))
    context = {
        "title": gettext("Recalls"),
        "rows": [recall_sheet.summary(recall) for recall in found],
        "may_propose": request.user.has_perm(recalls.PROPOSE),
    }
    return staff_page(request, "violations/recalls.html", context)


@require_http_methods(["GET", "POST"])
@opens_with(recalls.PROPOSE)
def new(request: HttpRequest) -> HttpResponse:
    """Show what a recall would do; sent by POST, with the figures seen, propose it."""
    at, by = timezone.now(), actor_for(request.user)
    asked = request.POST if request.method == "POST" else request.GET
    form = RecallForm(asked or None, user=request.user)
    if not asked or not form.is_valid():
        return _show_new(request, form, status=400 if form.errors else 200)
    chosen = form.cleaned_data
    period = (list(chosen["devices"]), chosen["from_at"], chosen["until_at"])
    try:
        recalls.check_scope(*period, by=by, at=at)
        if request.method == "GET":
            return _show_new(request, form, period, recall_estimate.dry_run(*period, at=at))
        made = recalls.propose(
            *period,
            defect=chosen["defect"],
            basis=chosen["basis"],
            seen=request.POST.get("seen", ""),
            by=by,
            at=at,
        )
    except recalls.EstimateChanged as changed:
        return _show_new(
            request, form, period, changed.estimate, refused=changed.sentences, status=409
        )
    except Refused as refusal:
        return _show_new(request, form, refused=refusal.sentences, status=409)
    messages.success(request, gettext("Proposed; another leader must approve it."))
    return HttpResponseRedirect(reverse("violations:recall", args=[made.number]))


@require_GET
@opens_with(recalls.PROPOSE)
def new_csv(request: HttpRequest) -> HttpResponse:
    """Send every case of a dry run as CSV."""
    form = RecallForm(request.GET, user=request.user)
    if not form.is_valid():
        raise Http404
    chosen = form.cleaned_data
    rows = recall_estimate.affected(chosen["devices"], chosen["from_at"], chosen["until_at"])
    return _download(recall_sheet.estimate_csv(rows), "recall-dry-run.csv")


@require_GET
@opens_with(READ)
def recall(request: HttpRequest, number: str) -> HttpResponse:
    """Show one recall: the figures, who answers for it, how far it is, and what is stuck."""
    return _show(request, _find(request, number))


@require_POST
@opens_with(recalls.APPROVE)
@reauthentication_required
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Approve on the figures seen and start the job; a refusal is shown on the page at once."""
    found = _find(request, number)
    try:
        recalls.approve(
            found.pk,
            by=actor_for(request.user),
            at=timezone.now(),
            word=_word(request),
            seen=request.POST.get("seen", ""),
        )
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    _start(found)
    return HttpResponseRedirect(reverse("violations:recall", args=[number]))


@require_POST
@opens_with(recalls.APPROVE)
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Do not approve, with the reason."""
    found = _find(request, number)
    try:
        recalls.refuse(found.pk, by=actor_for(request.user), at=timezone.now(), word=_word(request))
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    return HttpResponseRedirect(reverse("violations:recall", args=[number]))


@require_POST
@opens_with(recalls.APPROVE)
def try_again(request: HttpRequest, number: str) -> HttpResponse:
    """Put the stuck cases before the job again."""
    found = _find(request, number)
    try:
        recall_job.try_again(found.pk, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    _start(found)
    return HttpResponseRedirect(reverse("violations:recall", args=[number]))


@require_POST
@opens_with(recalls.PROPOSE)
def letters(request: HttpRequest, number: str) -> HttpResponse:
    """Propose the letters that are missing: returned ones, and those of a recall of before."""
    found = _find(request, number)
    try:
        count = recall_letters.propose_missing(
            found.pk, by=actor_for(request.user), at=timezone.now()
        )
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    messages.success(
        request, gettext("Letters proposed for signature: %(count)s.") % {"count": count}
    )
    return HttpResponseRedirect(reverse("violations:recall", args=[number]))


@require_GET
@opens_with(READ)
def report(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """Send the report of a recall with every case: as CSV or as JSON."""
    found = _find(request, number)
    items = found.items.select_related("case")
    untold = {one.item.pk: one.stage for one in recall_letters.stages(recall_letters.untold(found))}
    if form == "csv":
        return _download(recall_sheet.report_csv(items.iterator(1000), untold), f"{number}.csv")
    response = JsonResponse(recall_sheet.report_json(found, items.iterator(1000), untold))
    response["Content-Disposition"] = f'attachment; filename="{number}.json"'
    return response


def _show_new(
    request: HttpRequest,
    form: RecallForm,
    period: Any = None,
    estimate: dict[str, Any] | None = None,
    *,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": gettext("New recall"),
        "form": form,
        "refused": refused or [],
        "estimate": estimate,
    }
    if estimate is not None:
        query = request.GET if request.method == "GET" else request.POST
        rows = list(islice(recall_estimate.affected(*period), LISTED))
        context |= {
            "stages": recall_sheet.stages(estimate),
            "seen": recall_estimate.fingerprint(estimate),
            "rows": [(row, recall_sheet.plan_words(row.plan)) for row in rows],
            "listed": LISTED,
            "query": _without_token(query),
            "values": [(name, value) for name, value in _pairs(query)],
        }
    return staff_page(request, "violations/recall_new.html", context, status=status)


def _show(
    request: HttpRequest, found: Recall, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    found.refresh_from_db()
    at, is_open = timezone.now(), found.state == Recall.State.PROPOSED
    estimate = found.estimate
    if is_open:
        devices = found.devices.select_related("site__unit")
        estimate = recall_estimate.dry_run(devices, found.from_at, found.until_at, at=at)
    stuck = found.items.filter(state=RecallItem.State.REFUSED).select_related("case")
    done = found.items.exclude(state=RecallItem.State.REFUSED).select_related("case")
    officer = getattr(request.user, "officer", None)
    context = recall_sheet.summary(found) | {
        "title": found.number,
        "estimate": estimate,
        "stages": recall_sheet.stages(estimate),
        "changed": recall_sheet.differences(
            recall_estimate.differences(found.estimate, estimate) if is_open else []
        ),
        "seen": recall_estimate.fingerprint(estimate),
        "is_own": officer is not None and officer.pk == found.proposed_by_id,
        "may_approve": request.user.has_perm(recalls.APPROVE),
        "is_fresh": did_recently_reauthenticate(request),
        "stuck": stuck[:LISTED],
        "items": [
            (item, recall_sheet.plan_words(item.plan), recall_sheet.outcome_words(item.outcome))
            for item in done[:LISTED]
        ],
        "listed": LISTED,
        "refused": refused or [],
        "untold": recall_sheet.untold(found, LISTED),
        "untold_count": recall_letters.untold(found).count(),
        "may_propose_letters": request.user.has_perm(recalls.PROPOSE)
        and recall_letters.missing(found).filter(case__status="dismissed").exists(),
    }
    return staff_page(request, "violations/recall.html", context, status=status)


def _visible(request: HttpRequest) -> QuerySet[Recall]:
    found = Recall.objects.select_related("unit", "proposed_by__user", "settled_by__user")
    return within_units(found.prefetch_related("devices"), request.user, "unit__code")


def _find(request: HttpRequest, number: str) -> Recall:
    found = None if "\x00" in number else _visible(request).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _start(recall: Recall) -> None:
    with suppress(OperationalError):  # the beat finds it
        run_recall.delay(recall.pk)


def _word(request: HttpRequest) -> str:
    return request.POST.get("word", "").replace("\x00", "").strip()[:400]


def _pairs(query: Any) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in query.lists()
        if name in RecallForm.base_fields
        for value in values
    ]


def _without_token(query: Any) -> str:
    from django.utils.http import urlencode

    return urlencode(_pairs(query))


def _download(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
