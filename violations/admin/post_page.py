"""The post room: finished papers are put into a run, printed once, tracked, handed to the post.

A clerk sees number, plate and the address block of a paper and nothing else of its case. Scanning,
closing, reprinting and returned mail have pages of their own beside this one.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.files.storage import storages
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from notices import printing, production
from notices.models import Notice, PaperDelivery, PrintRun
from notices.print_lists import manifest_csv, sheets
from notices.printing import LARGEST_RUN
from notices.scanning import balance
from notices.tasks import assemble_run, render_notice
from notices.tracking import PrintingRefused
from violations.admin.access import opens_with, within_units
from violations.admin.case_page import pdf_response
from violations.admin.navigation import staff_page, waiting_for_print

CLERK = "notices.print_notice"
RUNS_LISTED = 20
GROUPS_LISTED = 100


@require_GET
@opens_with(CLERK)
def room(request: HttpRequest) -> HttpResponse:
    """List the papers that wait to be printed, in groups of post area and pages, and the runs."""
    queue = waiting_for_print(request.user)
    groups = _groups(queue)
    chosen = _chosen_group(request, groups)
    if chosen is not None:
        queue = queue.filter(area=chosen["area"], notice__pages=chosen["pages"])
    oldest = queue.select_related("notice").order_by("begun_at")[: LARGEST_RUN + 1]
    papers = [delivery.notice for delivery in oldest]
    failed = within_units(
        Notice.objects.filter(rendering=Notice.Rendering.FAILED), request.user, "unit_code"
    )
    being_made = within_units(
        Notice.objects.filter(rendering=Notice.Rendering.PENDING), request.user, "unit_code"
    )
    context = {
        "title": gettext("Print and post"),
        "groups": groups,
        "chosen": chosen,
        "papers": [line_of(paper) for paper in papers[:LARGEST_RUN]],
        "has_more": len(papers) > LARGEST_RUN,
        "largest": LARGEST_RUN,
        "runs": runs_of(request.user).order_by("-created_at")[:RUNS_LISTED],
        "failed": failed.order_by("issued_at")[:10],
        "being_made": being_made[:999].count(),
    }
    return staff_page(request, "notices_desk/post_room.html", context)


def _groups(queue: QuerySet[PaperDelivery]) -> list[dict[str, Any]]:
    """Return the queue in groups: post area and pages, the group whose paper is oldest first."""
    counted = (
        queue.values("area", "notice__pages")
        .annotate(count=Count("pk"), oldest=Min("begun_at"))
        .order_by("oldest")[:GROUPS_LISTED]
    )
    return [
        {
            "area": row["area"],
            "pages": row["notice__pages"],
            "sheets": sheets(row["notice__pages"]) * min(row["count"], LARGEST_RUN),
            "count": row["count"],
            "oldest": row["oldest"],
        }
        for row in counted
    ]


def _chosen_group(request: HttpRequest, groups: list[dict[str, Any]]) -> dict[str, Any] | None:
    asked = request.GET.get("noi"), request.GET.get("trang")
    return next((row for row in groups if (row["area"], str(row["pages"])) == asked), None)


@require_POST
@opens_with(CLERK)
def make_again(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Let a paper whose PDF failed be made once more, after its cause was mended."""
    failed = within_units(Notice.objects.filter(pk=notice_id), request.user, "unit_code").first()
    if failed is None:
        raise Http404
    if production.make_again(failed.pk):
        with suppress(OperationalError):  # the sweep finds it
            render_notice.delay(str(failed.pk))
        messages.success(
            request, gettext("%(number)s is being made again.") % {"number": failed.number_text}
        )
    return HttpResponseRedirect(reverse("violations:post_room"))


@require_POST
@opens_with(CLERK)
def make_run(request: HttpRequest) -> HttpResponse:
    """Freeze the chosen papers as one run; a worker joins them."""
    chosen = waiting_for_print(request.user).filter(notice__in=_ids(request))
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
            list(chosen.values_list("notice", flat=True)),
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
    """Show one run: how far it is, its papers, and what comes next."""
    return _show(request, find_run(request.user, run_id))


@require_GET
@opens_with(CLERK)
def run_file(request: HttpRequest, run_id: uuid.UUID, which: str) -> HttpResponse:
    """Send the print copy, the manifest as PDF or CSV, or the hand-over list."""
    found = find_run(request.user, run_id)
    if which == "csv":
        response = HttpResponse(manifest_csv(found), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
        return response
    files = {
        "pdf": found.pdf_sha256,
        "bang-ke": found.manifest_sha256,
        "ban-giao": found.handover_sha256,
    }
    name = files.get(which, "")
    if not name:
        raise Http404
    data: bytes = storages["papers"].read(name)
    return pdf_response(data, f"{found.code}-{which}.pdf")


@require_POST
@opens_with(CLERK)
def assemble(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Ask a worker once more to join a run that failed or was lost."""
    found = find_run(request.user, run_id)
    with suppress(OperationalError):
        assemble_run.delay(str(found.pk))
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


@require_POST
@opens_with(CLERK)
def mark_printed(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Note that the run came out of the printer whole."""
    found = find_run(request.user, run_id)
    try:
        printing.mark_printed(found.pk, by_user=request.user, at=timezone.now())
    except PrintingRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


@require_POST
@opens_with(CLERK)
def give_up(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Break a run up; its papers wait for another one."""
    found = find_run(request.user, run_id)
    try:
        printing.give_up(found.pk, reason=request.POST.get("reason", ""))
    except PrintingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("The papers of the run wait to be printed again."))
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


def _show(request: HttpRequest, found: PrintRun) -> HttpResponse:
    items = found.items.filter(voided_at__isnull=True).select_related("notice").order_by("position")
    rows = [line_of(item.notice) | {"item": item} for item in items]
    counted = balance(found)
    context = {
        "title": found.code,
        "run": found,
        "rows": rows,
        "pages": sum(row["item"].pages for row in rows),
        "sheets": sum(sheets(row["item"].pages) for row in rows),
        "balance": counted,
        "joined_percent": 100 * found.joined // len(rows) if rows else 0,
        "is_given_up": bool(rows)
        and all(row["item"].left_out_reason for row in rows)
        and found.state != PrintRun.State.POSTED,
        "may_give_up": found.state in ("failed", "ready", "printed") and not counted.inserted,
    }
    return staff_page(request, "notices_desk/print_run.html", context)


def line_of(paper: Notice) -> dict[str, Any]:
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


def runs_of(user: Any) -> QuerySet[PrintRun]:
    """Return the runs of a person's units."""
    return within_units(
        PrintRun.objects.select_related("created_by", "closed_by"), user, "unit_code"
    )


def find_run(user: Any, run_id: uuid.UUID) -> PrintRun:
    """Return one run. Raises Http404 also for another unit's run."""
    found: PrintRun | None = runs_of(user).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def _ids(request: HttpRequest) -> list[uuid.UUID]:
    found = []
    for text in request.POST.getlist("paper")[: LARGEST_RUN + 1]:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found
