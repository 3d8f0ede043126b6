"""The file of outcomes that the post sends: read it, and settle each letter it names."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from notices.models import PaperDelivery, PrintRunItem
from notices.tracking import PrintingRefused, check_tracking_number
from violations.actors import Actor
from violations.delivery_outcomes import settle_delivery
from violations.guards import Refused

MOST_LINES = 5_000
COLUMNS = ("number", "status", "day", "reason")
STATUSES = {
    "delivered": "delivered",
    "đã phát": "delivered",
    "returned": "returned",
    "chuyển hoàn": "returned",
}
REASONS = {
    "no_address": "no_address",
    "địa chỉ không có": "no_address",
    "moved": "moved",
    "đã chuyển đi": "moved",
    "refused": "refused",
    "từ chối nhận": "refused",
    "absent": "absent",
    "vắng nhà": "absent",
    "deceased": "deceased",
    "đã chết": "deceased",
    "damaged": "damaged",
    "hư hỏng": "damaged",
}


@dataclass(frozen=True)
class Status:
    """One line of the file: a letter, what became of it, the day in Viet Nam."""

    line: int
    number: str
    state: str
    on: date
    reason: str


@dataclass
class Report:
    """What was written down, what stood already, and each line that was not taken, with why."""

    settled: int = 0
    known: int = 0
    faults: list[str] = field(default_factory=list)


def read_statuses(data: bytes) -> tuple[list[Status], list[str]]:
    """Return the lines of a file and a sentence for each that cannot be read.

    UTF-8 CSV with a header line, comma or semicolon: number, status, day (dd/mm/yyyy or ISO),
    reason. Raises Refused when it is no such file.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(gettext("The file is not UTF-8 text; save it as CSV UTF-8.")) from None
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:]
    except csv.Error:
        raise Refused(gettext("The file is no table; save it as CSV UTF-8.")) from None
    if not rows or len(rows) > MOST_LINES:
        raise Refused(
            gettext("The file holds between 1 and %(most)d lines below its header.")
            % {"most": MOST_LINES}
        )
    statuses, faults = [], []
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            statuses.append(_read(line, row))
        except (Refused, PrintingRefused) as fault:
            faults.append(_on_line(line, str(fault)))
    return statuses, faults


def import_statuses(data: bytes, *, by: Actor, at: datetime) -> Report:
    """Settle every letter the file names, each in its own transaction; the same file twice is
    harmless. Raises Refused when it cannot be read at all.
    """
    statuses, faults = read_statuses(data)
    report = Report(faults=faults)
    for status in statuses:
        delivery = _delivery(status.number)
        if delivery is None or delivery.unit_code not in by.unit_codes:
            report.faults.append(
                _on_line(status.line, gettext("no letter of this unit has this number"))
            )
        elif (delivery.state, delivery.settled_on) == (status.state, status.on):
            report.known += 1
        else:
            try:
                settle_delivery(
                    delivery.pk,
                    status.state,
                    on=status.on,
                    proof=gettext("status file of the post"),
                    reason=status.reason,
                    by=by,
                    at=at,
                )
            except Refused as refusal:
                if _stands(delivery.pk, status):  # another clerk handed the same file in just now
                    report.known += 1
                else:
                    report.faults.append(_on_line(status.line, " ".join(refusal.sentences)))
            else:
                report.settled += 1
    return report


def _stands(delivery_id: uuid.UUID, status: Status) -> bool:
    known = PaperDelivery.objects.filter(pk=delivery_id, state=status.state, settled_on=status.on)
    return known.exists()


def _delivery(number: str) -> Any:
    item = (
        PrintRunItem.objects.filter(
            tracking_number=number, handed_over_at__isnull=False, delivery__isnull=False
        )
        .select_related("delivery")
        .order_by("-handed_over_at")
        .first()
    )
    return item.delivery if item else None


def _read(line: int, row: list[str]) -> Status:
    cells = [cell.strip() for cell in (*row, "", "", "", "")][: len(COLUMNS)]
    number = check_tracking_number(cells[0])
    state = STATUSES.get(cells[1].lower(), "")
    if not state:
        raise Refused(gettext("the status is neither delivered nor returned"))
    on = _day(cells[2])
    reason = REASONS.get(cells[3].lower(), "")
    if state == "returned" and not reason:
        raise Refused(gettext("a returned letter needs its reason"))
    return Status(line, number, state, on, reason if state == "returned" else "")


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise Refused(gettext("the day is not written as 31/12/2026"))


def _on_line(line: int, sentence: str) -> str:
    return gettext("Line %(line)d: %(fault)s") % {"line": line, "fault": sentence}
