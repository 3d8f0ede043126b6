"""Which moment a Hikvision message claims (cameras write zones they do not mean)."""

from datetime import datetime, timedelta

from cameras.adapters.contract import TimeClaim
from cameras.adapters.moments import claim_of_wall, read_digits, read_moment

#: The picture times belong to the event when one of them is this near to it.
SAME_EVENT = timedelta(seconds=60)


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
    warnings: list[str] = []
    wall, offset = read_moment(written)
    walls = [wall_time for text in picture_times if (wall_time := read_digits(text))]
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
    claim = claim_of_wall(
        wall,
        offset,
        text=written,
        source=source,
        rule=rule,
        late_reason=late_reason,
        received_at=received_at,
        warnings=warnings,
    )
    return claim, tuple(warnings)
