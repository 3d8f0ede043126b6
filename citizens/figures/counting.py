"""Count a month in the database: once, by the task that freezes it; no page asks these questions.

Everything is counted in the month in which it happened, so that a month that has ended does not
change: a rejection counts when it was decided, not when the camera saw the vehicle. Months begin
at midnight in Viet Nam.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
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


# Cases are opened after their detection came: the key, which sorts by time, bounds the walk.
DETECTIONS = """
    SELECT unit.province_code, unit.code, kase.violation_type, count(*)
    FROM violations_violation kase JOIN cameras_unit unit ON unit.id = kase.unit_id
    WHERE kase.id >= %(first_key)s
        AND kase.detected_on >= %(first)s AND kase.detected_on < %(after)s
    GROUP BY 1, 2, 3
"""
REJECTIONS = """
    SELECT unit.province_code, unit.code,
        coalesce(nullif(kase.rejection_reason, ''), 'other'), count(DISTINCT kase.id)
    FROM violations_caseevent event
    JOIN violations_violation kase ON kase.id = event.case_id
    JOIN cameras_unit unit ON unit.id = kase.unit_id
    WHERE event.at >= %(begin)s AND event.at < %(end)s
        AND event.to_status = 'rejected' AND event.from_status <> 'rejected'
    GROUP BY 1, 2, 3
"""
CAMERA_REJECTIONS = """
    SELECT unit.province_code, unit.code, device.code, count(DISTINCT kase.id)
    FROM violations_caseevent event
    JOIN violations_violation kase ON kase.id = event.case_id
    JOIN cameras_unit unit ON unit.id = kase.unit_id
    JOIN cameras_detection detection ON detection.id = kase.detection_id
    JOIN cameras_device device ON device.id = detection.device_id
    WHERE event.at >= %(begin)s AND event.at < %(end)s
        AND event.to_status = 'rejected' AND event.from_status <> 'rejected'
    GROUP BY 1, 2, 3
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
    SELECT DISTINCT ON (kase.id) kase.id, unit.province_code AS province, unit.code AS unit,
        (event.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - kase.detected_on AS days
    FROM violations_caseevent event
    JOIN violations_violation kase ON kase.id = event.case_id
    JOIN cameras_unit unit ON unit.id = kase.unit_id
    WHERE event.at >= %(begin)s AND event.at < %(end)s
        AND event.to_status = 'closed' AND event.from_status <> 'closed'
    ORDER BY kase.id, event.sequence DESC
"""
CLOSED = f"SELECT province, unit, '', count(*) FROM ({CLOSINGS}) closing GROUP BY 1, 2"  # noqa: S608  # constants only
SPANS = f"""
    SELECT CASE WHEN GROUPING(unit) = 0 THEN 'unit' WHEN GROUPING(province) = 0 THEN 'province'
            ELSE 'country' END, coalesce(province, ''), coalesce(unit, ''),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY days),
        percentile_disc(0.9) WITHIN GROUP (ORDER BY days)
    FROM ({CLOSINGS}) closing GROUP BY GROUPING SETS ((province, unit), (province), ())
    HAVING count(*) > 0
"""  # noqa: S608  # constants only

QUESTIONS = {
    Measure.DETECTIONS: DETECTIONS,
    Measure.REJECTIONS: REJECTIONS,
    Measure.CAMERA_REJECTIONS: CAMERA_REJECTIONS,
    Measure.CONTESTS: CONTESTS,
    Measure.OUTCOMES: OUTCOMES,
    Measure.CLOSED: CLOSED,
}


def after(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def count(month: date) -> Counts:
    """Count everything of a month; ``month`` is its first day."""
    begin, end = begin_of(month), begin_of(after(month))
    bounds = {
        "first": month,
        "after": after(month),
        "begin": begin,
        "end": end,
        "first_key": _first_key(begin),
    }
    cells = [
        Counted(measure, *row)
        for measure, question in QUESTIONS.items()
        for row in _rows(question, bounds)
    ]
    return Counts(tuple(cells), tuple(Span(*row) for row in _rows(SPANS, bounds)))


def _rows(question: str, bounds: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, bounds)
        yield from cursor.fetchall()


def _first_key(moment: datetime) -> uuid.UUID:
    """Return the lowest key that a case opened from a moment on can have (UUIDv7)."""
    return uuid.UUID(int=int(moment.astimezone(UTC).timestamp() * 1000) << 80)


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
