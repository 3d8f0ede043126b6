"""Which moment a Hikvision message claims (cameras write zones they do not mean)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from cameras.adapters.contract import TimeClaim, judge_clock

VIETNAM = timezone(timedelta(hours=7))
#: The picture times belong to the event when one of them is this near to it.
SAME_EVENT = timedelta(seconds=60)

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\s*(Z|[+-]\d\d:?\d\d)?")


def claim_time(
    written: str,
    picture_times: tuple[str, ...],
    *,
    rule: str,
    late_reason: str,
    received_at: datetime,
) -> tuple[TimeClaim | None, tuple[str, ...]]:
    """Return the claim and the warnings; no claim when nothing readable was written.

    ``offset_in_value`` believes the printed zone and falls back on +07:00 when none is printed;
    ``local+07:00`` takes the digits as Vietnamese time. ``dateTime`` has whole seconds: the
    milliseconds come from a picture of the same second (``absTime``, yyyyMMddHHmmssSSS).
    """
    warnings = []
    wall, offset = _read(written)
    walls = [wall_time for text in picture_times if (wall_time := _read_picture_time(text))]
    source = "dateTime"
    if wall is None:
        if not walls:
            return None, ("time_missing",)
        wall, source, written = walls[0], "pictureInfo/absTime", picture_times[0]
    elif walls and all(abs(picture - wall) > SAME_EVENT for picture in walls):
        warnings.append("time_mismatch")
    if wall.microsecond == 0:
        same = next((time for time in walls if time.replace(microsecond=0) == wall), None)
        if same and source == "dateTime":
            wall, source = same, "dateTime+absTime"
    zone = VIETNAM
    if rule == "offset_in_value":
        if offset is None:
            warnings.append("offset_missing")
        else:
            zone = timezone(timedelta(minutes=offset))
    elif offset not in {None, 420}:
        warnings.append("offset_ignored")
    try:
        occurred_at = wall.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None, ("time_missing",)
    claim = TimeClaim(
        occurred_at=occurred_at,
        local_text=written[:40],
        source_field=source,
        rule=rule,
        offset_minutes=offset,
        quality="unknown",
        late_reason=late_reason,
    )
    claim = replace(claim, quality=judge_clock(claim, received_at))
    if claim.quality == "impossible":
        warnings.append("clock_impossible")
    return claim, tuple(warnings)


def _read(text: str) -> tuple[datetime | None, int | None]:
    match = _MOMENT.fullmatch(text.strip())
    if not match:
        return None, None
    day, clock, fraction, zone = match.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{clock}.{fraction or '0':0<6}")
    except ValueError:
        return None, None
    if zone is None:
        return wall, None
    if zone == "Z":
        return wall, 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes >= 24 * 60:
        return None, None
    return wall, -minutes if zone[0] == "-" else minutes


def _read_picture_time(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{17}", text):
        return None
    try:
        return datetime.strptime(f"{text}000", "%Y%m%d%H%M%S%f")  # noqa: DTZ007 -- wall time
    except ValueError:
        return None
