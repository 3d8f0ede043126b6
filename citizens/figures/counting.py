"""Count a month in the database: once, by the task that freezes it; no page asks these questions.

Everything is counted in the month in which it happened, so that a month that has ended does not
change: a rejection counts when it was decided, not when the camera saw the vehicle. Months begin
at midnight in Viet Nam.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from citizens.figure_models import OpenFigure
from violations.board_flow import begin_of

Measure = OpenFigure.Measure


class Counted(NamedTuple):
    """One number of a unit: the cases of a kind."""

    measure: str
    province: str
    unit: str
    category: str
    count: int


class Span(NamedTuple):
    """How long closed cases took, in whole days, somewhere."""

    level: str
    province: str
    unit: str
    median: int
    ninth: int


@dataclass(frozen=True)
class Counts:
    """All that was counted of a month."""

    cells: tuple[Counted, ...] = ()
    spans: tuple[Span, ...] = field(default=())


DETECTIONS = """
    SELECT unit.province_code, unit.code, kase.violation_type, count(*)
    FROM violations_violation kase JOIN cameras_unit unit ON unit.id = kase.unit_id
    WHERE kase.detected_on >= %(first)s AND kase.detected_on < %(after)s
    GROUP BY 1, 2, 3
"""
# By reason and by camera in one walk.
REJECTIONS = """
    SELECT unit.province_code, unit.code,
        coalesce(nullif(kase.rejection_reason, ''), 'other'), device.code, count(DISTINCT kase.id)
    FROM violations_caseevent event
    JOIN violations_violation kase ON kase.id = event.case_id
    JOIN cameras_unit unit ON unit.id = kase.unit_id
    JOIN cameras_detection detection ON detection.id = kase.detection_id
    JOIN cameras_device device ON device.id = detection.device_id
    WHERE event.at >= %(begin)s AND event.at < %(end)s
        AND event.to_status = 'rejected' AND event.from_status <> 'rejected'
    GROUP BY 1, 2, 3, 4
"""
CONTESTS = """
    WITH contest AS (
        SELECT case_id, 'complaint' AS kind FROM violations_complaint
        WHERE received_on >= %(first)s AND received_on < %(after)s
        UNION ALL
        SELECT case_id, 'explanation' FROM violations_explanation
        WHERE received_at >= %(begin)s AND received_at < %(end)s
        UNION ALL
        SELECT case_id, 'second_look' FROM violations_secondlook
        WHERE ground = 'contested' AND asked_at >= %(begin)s AND asked_at < %(end)s
    )
    SELECT unit.province_code, unit.code, contest.kind, count(*)
    FROM contest JOIN violations_violation kase ON kase.id = contest.case_id
    JOIN cameras_unit unit ON unit.id = kase.unit_id GROUP BY 1, 2, 3
"""
OUTCOMES = """
    WITH outcome AS (
        SELECT case_id, 'complaint_' || outcome AS kind FROM violations_complaint
        WHERE decided_on >= %(first)s AND decided_on < %(after)s AND outcome <> ''
        UNION ALL
        SELECT case_id,
            CASE WHEN coalesce(upholds, agrees) THEN 'second_look_upheld'
                ELSE 'second_look_overturned' END
        FROM violations_secondlook
        WHERE ground = 'contested' AND (agrees OR upholds IS NOT NULL)
            AND coalesce(adjudicated_at, looked_at) >= %(begin)s
            AND coalesce(adjudicated_at, looked_at) < %(end)s
    )
    SELECT unit.province_code, unit.code, outcome.kind, count(*)
    FROM outcome JOIN violations_violation kase ON kase.id = outcome.case_id
    JOIN cameras_unit unit ON unit.id = kase.unit_id GROUP BY 1, 2, 3
"""
CLOSINGS = """
    SELECT province, unit, days, count(*) FROM (
        SELECT DISTINCT ON (kase.id) unit.province_code AS province, unit.code AS unit,
            (event.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - kase.detected_on AS days
        FROM violations_caseevent event
        JOIN violations_violation kase ON kase.id = event.case_id
        JOIN cameras_unit unit ON unit.id = kase.unit_id
        WHERE event.at >= %(begin)s AND event.at < %(end)s
            AND event.to_status = 'closed' AND event.from_status <> 'closed'
        ORDER BY kase.id, event.sequence DESC
    ) closing GROUP BY 1, 2, 3
"""

PLAIN = {
    Measure.DETECTIONS: DETECTIONS,
    Measure.CONTESTS: CONTESTS,
    Measure.OUTCOMES: OUTCOMES,
}


def after(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def count(month: date) -> Counts:
    """Count everything of a month; ``month`` is its first day."""
    bounds = {
        "first": month,
        "after": after(month),
        "begin": begin_of(month),
        "end": begin_of(after(month)),
    }
    cells = [
        Counted(measure.value, *row)
        for measure, question in PLAIN.items()
        for row in _rows(question, bounds)
    ]
    for province, unit, reason, camera, number in _rows(REJECTIONS, bounds):
        cells.append(Counted(Measure.REJECTIONS.value, province, unit, reason, number))
        cells.append(Counted(Measure.CAMERA_REJECTIONS.value, province, unit, camera, number))
    closings = list(_rows(CLOSINGS, bounds))
    cells += [
        Counted(Measure.CLOSED.value, province, unit, "", number)
        for province, unit, _days, number in closings
    ]
    return Counts(tuple(cells), spans(closings))


def spans(closings: Iterable[tuple[str, str, int, int]]) -> tuple[Span, ...]:
    """Return median and ninth decile of the days, for each unit, each province and the country.

    ``closings`` are (province, unit, days, cases). Pure.
    """
    days_of: dict[tuple[str, str, str], Counter[int]] = defaultdict(Counter)
    for province, unit, days, number in closings:
        for place in (("unit", province, unit), ("province", province, ""), ("country", "", "")):
            days_of[place][days] += number
    return tuple(
        Span(*place, median=_share_within(days, 5), ninth=_share_within(days, 9))
        for place, days in sorted(days_of.items())
    )


def _share_within(days: Counter[int], tenths: int) -> int:
    """Return the fewest days within which so many tenths of the cases closed."""
    needed, seen = days.total() * tenths, 0
    for length in sorted(days):
        seen += days[length]
        if seen * 10 >= needed:
            return length
    return 0


def _rows(question: str, bounds: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, bounds)
        yield from cursor.fetchall()


def summed(cells: tuple[Counted, ...]) -> Counter[tuple[str, str, str, str, str]]:
    """Return every cell with its sums: (measure, level, province, unit, category) → count.

    Kinds are summed to "", units to provinces, provinces to the country. Cameras are a breakdown of
    the rejections of their unit and are summed nowhere else.
    """
    sums: Counter[tuple[str, str, str, str, str]] = Counter()
    for measure, province, unit, category, number in cells:
        if measure == Measure.CAMERA_REJECTIONS:
            sums[measure, "unit", province, unit, category] += number
            continue
        for kind in dict.fromkeys(("", category)):
            sums[measure, "unit", province, unit, kind] += number
            sums[measure, "province", province, "", kind] += number
            sums[measure, "country", "", "", kind] += number
    return sums
