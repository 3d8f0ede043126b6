"""The post room: finished papers are put into a run, printed once, tracked, handed to the post.

A clerk sees number, plate and the address block of a paper and nothing else of its case. Handing
over is an act on each case, so this page lives above ``notices`` and calls down.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from notices import printing
from notices.models import Notice, PrintRun
from notices.printing import LARGEST_RUN, PrintingRefused
from notices.tasks import assemble_run
from violations import actions
from violations.actors import Actor, actor_for
from violations.admin.access import opens_with, within_units
from violations.admin.case_page import pdf_response
from violations.admin.navigation import staff_page, waiting_for_print
from violations.guards import Refused
from violations.models import Draft

CLERK = "notices.print_notice"
RUNS_LISTED = 20


@require_GET
@opens_with(CLERK)
def room(request: HttpRequest) -> HttpResponse:
    """List the papers that wait to be printed, by unit, and the latest runs."""
    papers = waiting_for_print(request.user).order_by("issued_at")[: LARGEST_RUN + 1]
    failed = within_units(
        Notice.objects.filter(rendering=Notice.Rendering.FAILED), request.user, "unit_code"
    )
    being_made = within_units(
        Notice.objects.filter(rendering=Notice.Rendering.PENDING), request.user, "unit_code"
    )
    context = {
        "title": gettext("Print and post"),
        "papers": [_line(paper) for paper in papers[:LARGEST_RUN]],
        "has_more": len(papers) > LARGEST_RUN,
        "largest": LARGEST_RUN,
        "runs": _runs(request).order_by("-created_at")[:RUNS_LISTED],
        "failed": failed.order_by("issued_at")[:10],
        "being_made": being_made[:999].count(),
    }
    return staff_page(request, "notices_desk/post_room.html", context)


@require_POST
@opens_with(CLERK)
def make_run(request: HttpRequest) -> HttpResponse:
    """Freeze the chosen papers as one run; a worker joins them."""
    chosen = waiting_for_print(request.user).filter(pk__in=_ids(request))
    units = sorted(set(chosen.values_list("unit_code", flat=True)))
    if len(units) != 1:
        sentence = (
            gettext("Choose papers of one unit only.")
            if units
            else gettext("Choose at least one paper.")
        )
        messages.error(request, sentence)
        return HttpResponseRedirect(reverse("violations:post_room"))
    try:
        run = printing.prepare_run(
            units[0],
            list(chosen.values_list("pk", flat=True)),
            by_user=request.user,
            at=timezone.now(),
        )
    except PrintingRefused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("violations:post_room"))
    with suppress(OperationalError):  # the run says so, and its page can ask again
        assemble_run.delay(str(run.pk))
    return HttpResponseRedirect(reverse("violations:post_run", args=[run.pk]))


@require_GET
@opens_with(CLERK)
def run(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show one run: how far it is, its papers, and the field for each tracking number."""
    return _show(request, _find(request, run_id))


@require_GET
@opens_with(CLERK)
def run_file(request: HttpRequest, run_id: uuid.UUID, which: str) -> HttpResponse:
    """Send the joined PDF, the manifest as PDF, or the manifest as CSV."""
    found = _find(request, run_id)
    if which == "csv":
        response = HttpResponse(
            printing.manifest_csv(found), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
        return response
    name = {"pdf": found.pdf_sha256, "bang-ke": found.manifest_sha256}.get(which, "")
    if not name:
        raise Http404
    data: bytes = storages["papers"].read(name)
    return pdf_response(data, f"{found.code}-{which}.pdf")


@require_POST
@opens_with(CLERK)
def assemble(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask a worker once more to join a run that failed or was lost."""
    found = _find(request, run_id)
    with suppress(OperationalError):
        assemble_run.delay(str(found.pk))
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


@require_POST
@opens_with(CLERK)
def mark_printed(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Note that the run came out of the printer whole."""
    found = _find(request, run_id)
    try:
        printing.mark_printed(found.pk, by_user=request.user, at=timezone.now())
    except PrintingRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


@require_POST
@opens_with(CLERK)
def hand_over(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Hand the run to the post: every paper with its number, in its case, or none at all."""
    found = _find(request, run_id)
    numbers = {
        item.pk: request.POST.get(f"number-{item.pk}", "") for item in found.items.only("pk")
    }
    at = timezone.now()
    by = actor_for(request.user)
    try:
        with transaction.atomic():
            posted = printing.hand_over(found.pk, numbers, by_user=request.user, at=at)
            untold = [
                notice.number_text
                for notice, number in posted
                if not _told_the_case(notice, number, by, at)
            ]
    except PrintingRefused as refusal:
        return _show(request, found, typed=numbers, refused=[str(refusal)], status=409)
    if untold:
        messages.warning(
            request,
            gettext("Posted, though their cases belong to another unit by now: %(numbers)s.")
            % {"numbers": ", ".join(untold)},
        )
    messages.success(request, gettext("Handed over: %(count)d papers.") % {"count": len(posted)})
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


def _told_the_case(notice: Notice, number: str, by: Actor, at: datetime) -> bool:
    """Record the posting in the paper's case; False when the case has moved to another unit.

    What lies in the post lies there: such a case does not hold back the others.
    """
    case_id = Draft.objects.values_list("case_id", flat=True).get(notice=notice)
    try:
        with transaction.atomic():
            actions.record_posting(case_id, notice, number, by=by, at=at)
    except Refused:
        return False
    return True


def _show(
    request: HttpRequest,
    found: PrintRun,
    *,
    typed: dict[int, str] | None = None,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    items = found.items.select_related("notice").order_by("position")
    rows = [
        _line(item.notice) | {"item": item, "typed": (typed or {}).get(item.pk, "")}
        for item in items
    ]
    context = {
        "title": found.code,
        "run": found,
        "rows": rows,
        "refused": refused or [],
        "pages": sum(row["item"].pages for row in rows),
        "sheets": sum(printing.sheets(row["item"].pages) for row in rows),
        "done": sum(1 for row in rows if row["item"].handed_over_at),
    }
    return staff_page(request, "notices_desk/print_run.html", context, status=status)


def _line(paper: Notice) -> dict[str, Any]:
    """Return what a clerk may read of a paper: number, plate, address block."""
    vehicle = paper.context.get("vehicle") or {}
    addressee = paper.context.get("addressee") or {"name": "", "lines": []}
    return {
        "paper": paper,
        "plate": vehicle.get("plate", ""),
        "colour": _ground(vehicle.get("plate_colour", "")),
        "name": addressee["name"],
        "lines": addressee["lines"],
    }


def _ground(words: str) -> str:
    """Return the ground of a plate from the words printed on the paper."""
    grounds = {"trắng": "white", "vàng": "yellow", "xanh": "blue", "đỏ": "red"}
    first = words.removeprefix("nền ").split(",")[0].strip()
    return grounds.get(first, "unknown")


def _runs(request: HttpRequest) -> QuerySet[PrintRun]:
    return within_units(PrintRun.objects.select_related("created_by"), request.user, "unit_code")


def _find(request: HttpRequest, run_id: uuid.UUID) -> PrintRun:
    found: PrintRun | None = _runs(request).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def _ids(request: HttpRequest) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist("paper")[: LARGEST_RUN + 1]:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found
