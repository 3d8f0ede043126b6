"""Freeze the figures of a month that has ended: once, and a correction only as a new version."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext

from citizens.figure_models import FigureRelease, OpenFigure
from citizens.figures.counting import Counts, after, count, summed
from citizens.figures.suppression import Line, withheld
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation

Measure = OpenFigure.Measure
Cell = tuple[str, str, str, str, str]

MOST_MONTHS = 24  # looked back at by the task, so that a portal that was off catches up
AT_WORK, AT_WORK_SECONDS = "open-figures", 3600
LOCK = 0x0F16_0001  # an advisory lock: two workers freeze one month once


def freeze(
    month: date,
    *,
    at: datetime,
    counts: Counts | None = None,
    correction: str = "",
    is_sample: bool = False,
) -> FigureRelease:
    """Publish the figures of a month; returns the release there is when it is published already.

    ``correction`` says what was wrong and makes a new version; the old one stays. ``counts`` are
    given where they were not made by this portal (a demonstration). Raises Refused for a month that
    has not ended in Viet Nam.
    """
    if month.day != 1:
        raise Refused(gettext("A month is named by its first day."))
    if day_in_viet_nam(at) < after(month):
        raise Refused(gettext("This month has not ended: it is published after its last day."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = FigureRelease.objects.filter(month=month).order_by("-version").first()
        if last is not None and not correction.strip():
            return last
        if last is None and correction.strip():
            raise Refused(gettext("This month is not published yet: there is nothing to correct."))
        release = FigureRelease.objects.create(
            month=month,
            version=last.version + 1 if last else 1,
            least=settings.OPEN_FIGURES_LEAST,
            correction=correction.strip()[:400],
            is_sample=is_sample,
            published_at=at,
        )
        OpenFigure.objects.bulk_create(
            OpenFigure(release=release, **row)
            for row in rows_of(counts or count(month), settings.OPEN_FIGURES_LEAST)
        )
    return release


def freeze_ended(*, at: datetime) -> list[FigureRelease]:
    """Publish every ended month that is not published, from the first case on.

    At ten million cases a month takes a minute or two: a second worker leaves it to the first.
    """
    if not cache.add(AT_WORK, 1, AT_WORK_SECONDS):
        return []
    try:
        return _freeze_ended(at)
    finally:
        cache.delete(AT_WORK)


def _freeze_ended(at: datetime) -> list[FigureRelease]:
    today = day_in_viet_nam(at)
    month = date(today.year, today.month, 1)
    first = Violation.objects.order_by("pk").values_list("detected_on", flat=True).first()
    published = set(FigureRelease.objects.values_list("month", flat=True))
    found = []
    for _turn in range(MOST_MONTHS):
        month = before(month)
        if first is None or month < date(first.year, first.month, 1):
            break
        if month not in published:
            found.append(freeze(month, at=at))
    return found


def before(month: date) -> date:
    """Return the first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def rows_of(counts: Counts, least: int) -> list[dict[str, object]]:
    """Return the figures as they are published: withheld ones are None. Pure."""
    sums = dict(summed(counts.cells))
    hidden = withheld(sums, lines_of(sums), least)
    rows: list[dict[str, object]] = []
    for cell in sorted(sums):
        measure, level, province, unit, category = cell
        rows.append(
            {
                "measure": measure,
                "level": level,
                "province": province,
                "unit": unit,
                "category": category,
                "value": None if cell in hidden else sums[cell],
            }
        )
    for span in sorted(counts.spans):
        whole = (Measure.CLOSED.value, span.level, span.province, span.unit, "")
        is_shown = whole in sums and whole not in hidden and sums[whole] >= least
        for category, days in (("median", span.median), ("p90", span.ninth)):
            rows.append(
                {
                    "measure": Measure.DAYS_TO_CLOSE.value,
                    "level": span.level,
                    "province": span.province,
                    "unit": span.unit,
                    "category": category,
                    "value": max(0, days) if is_shown else None,
                }
            )
    return rows


def lines_of(sums: dict[Cell, int]) -> list[Line]:
    """Return every sum that the published tables let a reader see."""
    kinds: dict[Cell, list[Cell]] = defaultdict(list)
    places: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in sorted(sums):
        measure, level, province, unit, category = cell
        if measure == Measure.CAMERA_REJECTIONS:
            kinds[Measure.REJECTIONS.value, "unit", province, unit, "\x00camera"].append(cell)
            continue
        if category:
            kinds[measure, level, province, unit, ""].append(cell)
        if level == "unit":
            places[measure, "province", province, "", category].append(cell)
        elif level == "province":
            places[measure, "country", "", "", category].append(cell)
    lines = [Line((*total[:4], ""), tuple(parts)) for total, parts in sorted(kinds.items())]
    return lines + [Line(total, tuple(parts)) for total, parts in sorted(places.items())]
