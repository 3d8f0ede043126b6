"""Which moment a text claims that its standard calls UTC (ONVIF ``UtcTime``, Stream's own)."""

from datetime import UTC, datetime, timedelta, timezone

from cameras.adapters.contract import TimeClaim
from cameras.adapters.moments import claim_of_moment, claim_of_wall, read_moment


def claim_of_utc_text(
    text: str,
    *,
    source: str,
    rule: str,
    late_reason: str,
    received_at: datetime,
    warnings: list[str],
) -> TimeClaim | None:
    """Return the claim of a text that means UTC when it prints no zone; None if unreadable.

    ``offset_in_value`` believes a printed zone. ``local+07:00`` is for boxes that write their wall
    clock into the field: its digits are Vietnamese time, whatever zone stands there.
    """
    wall, offset = read_moment(text)
    if wall is None:
        return None
    if rule != "offset_in_value":
        return claim_of_wall(
            wall,
            # Z is what such a box prints by habit; any other zone is worth a remark.
            offset or None,
            text=text,
            source=source,
            rule=rule,
            late_reason=late_reason,
            received_at=received_at,
            warnings=warnings,
        )
    if offset is None:
        warnings.append("offset_missing")
    try:
        occurred_at = wall.replace(tzinfo=timezone(timedelta(minutes=offset or 0))).astimezone(UTC)
    except OverflowError:
        warnings.append("time_missing")
        return None
    return claim_of_moment(
        occurred_at,
        offset,
        text=text,
        source=source,
        rule=rule,
        late_reason=late_reason,
        received_at=received_at,
        warnings=warnings,
    )
