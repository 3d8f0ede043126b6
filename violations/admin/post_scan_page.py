"""Scan to confirm, and close the run: the table where letters go into their envelopes."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST
from kombu.exceptions import OperationalError

from notices import scanning
from notices.letter_codes import checks, pretty
from notices.models import PrintRun, Scan
from notices.printing import VIET_NAM
from notices.tasks import write_hand_over_list
from notices.tracking import PrintingRefused, ranges_in_use
from violations import posting
from violations.actors import actor_for
from violations.admin.access import opens_with
from violations.admin.navigation import staff_page
from violations.admin.post_page import CLERK, find_run, line_of

ROWS_LISTED = 12
PACE_OF = 12  # the latest letters, from which the pace is told


@require_http_methods(["GET", "POST"])
@opens_with(CLERK)
def scan(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show the table of a run, or take one pair of scans.

    Without a script the first Enter sends the letter code alone: the page then asks for the number.
    """
    found = find_run(request.user, run_id)
    if request.method == "GET":
        return _table(request, found)
    letter = request.POST.get("letter", "")
    number = request.POST.get("number", "")
    if not letter.strip() and not number.strip():
        return HttpResponseRedirect(reverse("violations:post_scan", args=[found.pk]))
    if letter.strip() and not number.strip() and checks(scanning.digits_of(letter)):
        return _table(request, found, letter=scanning.digits_of(letter))
    try:
        scanning.scan(found.pk, letter, number, by_user=request.user, at=timezone.now())
    except PrintingRefused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("violations:post_scan", args=[found.pk]))


@require_POST
@opens_with(CLERK)
def take_back(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Take a letter out of its envelope again."""
    found = find_run(request.user, run_id)
    with suppress(ValueError):
        try:
            scanning.take_back(
                found.pk,
                int(request.POST.get("item", "")[:18]),
                by_user=request.user,
                at=timezone.now(),
            )
        except PrintingRefused as refusal:
            messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("violations:post_scan", args=[found.pk]))


@require_http_methods(["GET", "POST"])
@opens_with(CLERK)
def close(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show what closing a run means, or close it: the receipt, and a reason for what stays."""
    found = find_run(request.user, run_id)
    if request.method == "GET":
        return _closing(request, found, {}, [])
    open_letters = found.items.filter(voided_at__isnull=True, inserted_at__isnull=True)
    reasons = {
        pk: request.POST.get(f"reason-{pk}", "") for pk in open_letters.values_list("pk", flat=True)
    }
    try:
        count, untold = posting.close_run(
            found.pk,
            receipt=request.POST.get("receipt", ""),
            left_out=reasons,
            by=actor_for(request.user),
            by_user=request.user,
            at=timezone.now(),
        )
    except PrintingRefused as refusal:
        return _closing(request, found, reasons, [str(refusal)], status=409)
    with suppress(OperationalError):  # the sweep makes it
        write_hand_over_list.delay(str(found.pk))
    if untold:
        messages.warning(
            request,
            gettext("Posted, though their cases belong to another unit by now: %(numbers)s.")
            % {"numbers": ", ".join(untold)},
        )
    messages.success(request, gettext("Handed over: %(count)d papers.") % {"count": count})
    return HttpResponseRedirect(reverse("violations:post_run", args=[found.pk]))


def _table(request: HttpRequest, found: PrintRun, *, letter: str = "") -> HttpResponse:
    at = timezone.now()
    scans = list(
        found.scans.select_related("item", "item__run", "item__notice", "item__delivery", "by")[
            :ROWS_LISTED
        ]
    )
    mine = next((each for each in scans if each.by_id == request.user.pk), None)
    context = {
        "title": gettext("Scan to confirm"),
        "run": found,
        "letter": letter,
        "last": None if letter or mine is None else _row(mine),
        "rows": [_row(each) for each in scans],
        "balance": scanning.balance(found),
        "minutes_left": _minutes_left(found),
        "ranges": ranges_in_use(found.unit_code, at.astimezone(VIET_NAM).date()),
        "wrong": sum(1 for each in scans if each.result in scanning.WRONG),
    }
    return staff_page(request, "notices_desk/scan.html", context)


def _row(scan: Scan) -> dict[str, Any]:
    """Return one scan as the table and the bar tell it."""
    item = scan.item
    matched = scan.result == Scan.Result.MATCHED
    known = line_of(item.notice) if item is not None else {"name": ""}
    is_ours = item is not None and item.run_id == scan.run_id
    return {
        "scan": scan,
        "time": f"{scan.at.astimezone(VIET_NAM):%H:%M:%S}",
        "item": item,
        "is_right": matched,
        "is_wrong": scan.result in scanning.WRONG,
        "position": item.position if item is not None and is_ours else None,
        "name": known["name"] if is_ours else "",
        "area": item.delivery.area if item is not None and is_ours and item.delivery else "",
        "letter": pretty(scan.letter_code),
        "number": _spaced(scan.tracking_number),
        "words": _words(scan),
        "may_take_back": matched
        and item is not None
        and item.inserted_at == scan.at
        and scan.run.state == PrintRun.State.PRINTED,
    }


def _words(scan: Scan) -> str:
    """Return in a sentence what is wrong and what to do."""
    item, result = scan.item, Scan.Result
    if scan.result == result.DOUBLED and item is not None and item.inserted_at is not None:
        return gettext(
            "Letter %(position)d was closed at %(time)s. Check that no envelope holds two letters."
        ) % {
            "position": item.position,
            "time": f"{item.inserted_at.astimezone(VIET_NAM):%H:%M:%S}",
        }
    if scan.result == result.OTHER_RUN and item is not None:
        return gettext("This letter belongs to run %(code)s. Lay it back to that run.") % {
            "code": item.run.code
        }
    return {
        result.DOUBLED: gettext("This letter was closed before. Count the envelopes."),
        result.VOID_COPY: gettext("This copy or its paper is void. Destroy it; do not post it."),
        result.UNKNOWN: gettext("This is no letter code of ours. Scan the bars at the foot again."),
        result.BAD_NUMBER: gettext("The postal number does not check. Scan the label again."),
        result.OUT_OF_RANGE: gettext(
            "The post did not issue this number to your unit. Take a label of the range."
        ),
        result.USED_NUMBER: gettext("Another letter carries this number. Take a new label."),
        result.TAKEN_BACK: gettext("Taken out of its envelope; it may be scanned again."),
    }.get(Scan.Result(scan.result), "")


def _spaced(number: str) -> str:
    if len(number) != 13:
        return number
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:11]} {number[11:]}"


def _minutes_left(found: PrintRun) -> int | None:
    """Return how long the rest takes at the pace of the latest letters, in whole minutes."""
    good = found.items.filter(voided_at__isnull=True)
    latest = list(
        good.filter(inserted_at__isnull=False)
        .order_by("-inserted_at")
        .values_list("inserted_at", flat=True)[:PACE_OF]
    )
    left = good.filter(inserted_at__isnull=True).count()
    if len(latest) < 3 or not left:
        return None
    each = (latest[0] - latest[-1]).total_seconds() / (len(latest) - 1)
    return max(1, round(each * left / 60))


def _closing(
    request: HttpRequest,
    found: PrintRun,
    typed: dict[int, str],
    refused: list[str],
    *,
    status: int = 200,
) -> HttpResponse:
    open_letters = (
        found.items.filter(voided_at__isnull=True, inserted_at__isnull=True)
        .select_related("notice")
        .order_by("position")
    )
    context = {
        "title": gettext("Close the run"),
        "run": found,
        "rows": [
            line_of(item.notice) | {"item": item, "typed": typed.get(item.pk, "")}
            for item in open_letters
        ],
        "balance": scanning.balance(found),
        "receipt": request.POST.get("receipt", ""),
        "refused": refused,
    }
    return staff_page(request, "notices_desk/close.html", context, status=status)
