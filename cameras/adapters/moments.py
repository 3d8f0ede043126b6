"""Which moment a device claims, by its profile's rule: devices write zones they do not mean."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from cameras.adapters.contract import TimeClaim, judge_clock

VIETNAM = timezone(timedelta(hours=7))

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?")
_DIGITS = re.compile(r"(\d{8})[T ]?(\d{6})(\d{3})?")


def read_moment(text: str) -> tuple[datetime | None, int | None]:
    """Return wall time and zone offset in minutes of an ISO-like text; what is missing is None.

    ``2026-11-18T21:06:33.480+07:00``, with a space for the T, without zone or fraction.
    """
    match = _MOMENT.fullmatch(text.strip())
    if not match:
        return None, None
    day, clock, fraction, zone = match.groups()
    try:
        wall = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}")
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


def read_digits(text: str) -> datetime | None:
    """Return wall time from ``yyyyMMddHHmmss`` with or without milliseconds, or None."""
    match = _DIGITS.fullmatch(text.strip())
    if not match:
        return None
    day, clock, fraction = match.groups()
    try:
        return datetime.strptime(f"{day}{clock}{fraction or '000'}000", "%Y%m%d%H%M%S%f")  # noqa: DTZ007 -- wall time
    except ValueError:
        return None


def read_epoch(text: str, *, per_second: int) -> datetime | None:
    """Return the moment of a Unix time in seconds (1), milliseconds (1000) or finer, in UTC."""
    if not re.fullmatch(r"[0-9]{1,19}", text.strip()):
        return None
    ticks = int(text)
    microseconds = ticks * 1_000_000 // per_second
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def claim_of_wall(
    wall: datetime,
    offset: int | None,
    *,
    text: str,
    source: str,
    rule: str,
    late_reason: str,
    received_at: datetime,
    warnings: list[str],
) -> TimeClaim | None:
    """Return the claim of a wall time by ``offset_in_value`` or ``local+07:00``.

    The first believes the printed zone and falls back on +07:00; the second takes the digits as
    Vietnamese time whatever zone stands there. ``None`` for a year no calendar holds.
    """
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


def claim_of_moment(
    occurred_at: datetime,
    offset: int | None,
    *,
    text: str,
    source: str,
    rule: str,
    late_reason: str,
    received_at: datetime,
    warnings: list[str],
) -> TimeClaim:
    """Return the claim of a moment already in UTC, judged against our own clock."""
    claim = TimeClaim(
        occurred_at=occurred_at,
        local_text=text[:40],
        source_field=source,
        rule=rule,
        offset_minutes=offset,
        quality="unknown",
        late_reason=late_reason,
    )
    claim = replace(claim, quality=judge_clock(claim, received_at))
    if claim.quality == "impossible":
        warnings.append("clock_impossible")
    return claim
