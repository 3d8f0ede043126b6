"""The daily report of three ways, on the screen and as CSV."""

from __future__ import annotations

import csv
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from citizens.desk.frame import desk_page
from citizens.statements.daily_report import report as compute
from violations.admin.access import opens_with
from violations.guards import day_in_viet_nam
from violations.workflow.step import APPROVE_MONEY, HANDLE_MONEY


@require_GET
@opens_with(HANDLE_MONEY, APPROVE_MONEY)
def report(request: HttpRequest) -> HttpResponse:
    """Show the report of a day, today's unless another is asked for."""
    today = day_in_viet_nam(timezone.now())
    on = _day(request, today)
    context = {
        "title": gettext("Daily report"),
        "report": compute(on, user=request.user, today=today),
        "today": today,
    }
    return desk_page(request, "report", context)


@require_GET
@opens_with(HANDLE_MONEY, APPROVE_MONEY)
def report_csv(request: HttpRequest) -> HttpResponse:
    """Return the differences of a day as CSV, with a mark that spreadsheets read as UTF-8."""
    today = day_in_viet_nam(timezone.now())
    on = _day(request, today)
    found = compute(on, user=request.user, today=today)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="doi-soat-{on}.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [gettext("Difference"), gettext("Number"), gettext("Amount in đồng"), gettext("What to do")]
    )
    for row in found.differences:
        # A leading apostrophe keeps a spreadsheet from reading a bank's text as a formula.
        number = f"'{row.number}" if row.number[:1] in "=+-@" else row.number
        writer.writerow([row.kind, number, row.amount_vnd, row.what_to_do])
    return response


def _day(request: HttpRequest, today: date) -> date:
    try:
        return min(today, date.fromisoformat(request.GET.get("ngay", "")))
    except ValueError:
        return today
