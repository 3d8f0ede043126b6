"""What the tests of the post room share: numbers the post issued, printed runs, letters closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from notices import printing, production, scanning, tracking
from notices.models import Notice, PostRange, PrintRun, PrintRunItem
from violations import posting

ISSUED = date(2026, 1, 5)
FIRST = 47312400


def number(place: int, prefix: str = "RR") -> str:
    """Return the whole postal number at a place of the range that ``issue`` registers."""
    serial = f"{FIRST + place:08d}"
    return f"{prefix}{serial}{tracking.check_digit(serial)}VN"


def issue(unit_code: str = "PC08-HN", *, at: datetime, places: int = 500) -> PostRange:
    """Register the range of numbers the tests take theirs from."""
    return tracking.register_range(
        unit_code,
        number(0),
        number(places - 1),
        issued_on=ISSUED,
        receipt="BN-2026-01 (mẫu)",
        by_name="Trần Thị Hòa",
        at=at,
    )


def printed(
    papers: Sequence[Notice], *, by_user: Any, at: datetime, unit_code: str = "PC08-HN"
) -> PrintRun:
    """Return a run of these papers that came out of the printer."""
    for paper in papers:
        if paper.rendering != Notice.Rendering.RENDERED:
            production.produce(paper.pk, at=at)
    run = printing.prepare_run(unit_code, [p.pk for p in papers], by_user=by_user, at=at)
    assert printing.assemble(run.pk, at=at)
    printing.mark_printed(run.pk, by_user=by_user, at=at)
    return PrintRun.objects.get(pk=run.pk)


def good(run: PrintRun) -> list[PrintRunItem]:
    """Return the good copies of a run in their order."""
    return list(run.items.filter(voided_at__isnull=True).order_by("position"))


def scan_all(run: PrintRun, *, by_user: Any, at: datetime, begin: int = 0) -> None:
    """Close every letter of a run with a number of its own."""
    for place, item in enumerate(good(run)):
        done = scanning.scan(
            run.pk, item.letter_code, number(begin + place), by_user=by_user, at=at
        )
        assert done.result == "matched", done.result


def post(run: PrintRun, *, by: Any, at: datetime, begin: int = 0) -> PrintRun:
    """Scan a printed run to its end and hand it to the post."""
    if not tracking.ranges_in_use(run.unit_code, at.date()).exists():
        issue(run.unit_code, at=at)
    scan_all(run, by_user=by.user, at=at, begin=begin)
    from tests.journeys import acting

    posting.close_run(run.pk, receipt="BN-77", left_out={}, by=acting(by), by_user=by.user, at=at)
    return PrintRun.objects.get(pk=run.pk)
