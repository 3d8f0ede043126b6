"""Cover parts of a picture: rectangles as numbers in a plain form, drawn with mouse or keys.

The form alone is enough: a row is a rectangle, an emptied row is none. ``static/js/redact.js`` adds
drawing on the picture and moving by arrow keys; what is sent is the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cameras import redaction
from cameras.evidence import newest_redaction
from cameras.models import EvidenceFile
from cameras.redaction import MOST_RECTANGLES
from cameras.wording import ROLES, word
from violations.admin.access import insist_open, opens_with
from violations.admin.evidence_view import find_file
from violations.admin.navigation import staff_page

SIDES = ("x", "y", "w", "h")
#: Rows to fill in without JavaScript beside those that are there.
EMPTY_ROWS = 3


@dataclass(frozen=True)
class Row:
    """One rectangle as typed, in per cent, and where it stands in the picture's pixels."""

    number: int
    x: str = ""
    y: str = ""
    w: str = ""
    h: str = ""
    area: tuple[int, int, int, int] | None = None


@require_http_methods(["GET", "POST"])
@opens_with(redaction.PERMISSION)
def page(request: HttpRequest, evidence_id: uuid.UUID) -> HttpResponse:
    """Show a picture with its rectangles, or store those that were drawn."""
    file = find_file(request, evidence_id)
    case = getattr(file.detection, "violation", None)
    if case is not None:  # the page shows the plate as it was decided
        insist_open(case, request.user, at=timezone.now())
    if request.method == "GET":
        newest = newest_redaction(file)
        typed = [_typed(one) for one in newest.rectangles] if newest else []
        return _show(request, file, typed)
    typed = _rows_of(request.POST)
    reason = request.POST.get("reason", "")
    try:
        redaction.redact(
            file.pk,
            [_figures(number, row) for number, row in enumerate(typed, start=1)],
            by_user=request.user,
            reason=reason,
            at=timezone.now(),
        )
    except redaction.Refused as refused:
        return _show(request, file, typed, reason=reason, fault=str(refused), status=409)
    messages.success(request, gettext("The covered parts are stored. The original is unchanged."))
    address = reverse("violations:redact", args=[file.pk])
    return HttpResponseRedirect(f"{address}?{urlencode({'xem': 'ban-sao'})}")


def _show(
    request: HttpRequest,
    file: EvidenceFile,
    typed: Sequence[dict[str, str]],
    *,
    reason: str = "",
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    case = getattr(file.detection, "violation", None)
    rows = [_row(number, one, file) for number, one in enumerate(typed, start=1)]
    empty = min(EMPTY_ROWS, max(0, MOST_RECTANGLES - len(rows)))
    history = list(file.redactions.select_related("made_by").order_by("-pk"))
    context: dict[str, Any] = {
        "title": gettext("Cover parts of the picture"),
        "file": file,
        "role": word(ROLES, file.role),
        "case": case,
        "rows": rows,
        "empty_rows": [Row(len(rows) + number) for number in range(1, empty + 1)],
        "most": MOST_RECTANGLES,
        "reason": reason,
        "fault": fault,
        "history": [(one, len(one.rectangles)) for one in history],
        "is_covered": bool(history and history[0].rectangles),
        "shows_copy": request.GET.get("xem") == "ban-sao",
    }
    return staff_page(request, "violations/redact.html", context, status=status)


def _rows_of(sent: QueryDict) -> list[dict[str, str]]:
    """Return the rows that were filled in, as typed."""
    columns = [sent.getlist(side) for side in SIDES]
    rows = [dict(zip(SIDES, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if any(text.strip() for text in row.values())]


def _figures(number: int, row: dict[str, str]) -> dict[str, int]:
    """Return a row in ten-thousandths. Raises redaction.Refused for what is no number."""
    found = {side: _hundredths(text) for side, text in row.items()}
    if None in found.values():
        raise redaction.Refused(
            gettext("Row %(number)d: enter four numbers from 0 to 100, or empty the row.")
            % {"number": number}
        )
    return {side: value for side, value in found.items() if value is not None}


def _hundredths(text: str) -> int | None:
    """Read per cent with a comma or a point, to two places; None for anything else."""
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= 100:
        return None
    return int((value * 100).to_integral_value())


def _typed(rectangle: dict[str, int]) -> dict[str, str]:
    return {side: f"{Decimal(rectangle[side]) / 100:f}" for side in SIDES}


def _row(number: int, typed: dict[str, str], file: EvidenceFile) -> Row:
    figures = [_hundredths(typed[side]) for side in SIDES]
    area = None
    if None not in figures:
        x, y, w, h = (figure or 0 for figure in figures)
        area = (
            x * file.width // 10_000,
            y * file.height // 10_000,
            w * file.width // 10_000,
            h * file.height // 10_000,
        )
    return Row(number, typed["x"], typed["y"], typed["w"], typed["h"], area)
