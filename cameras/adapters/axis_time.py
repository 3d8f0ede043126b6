"""Which moment an Axis message claims: it may bear three times, and they need not agree."""

import re
from datetime import UTC, datetime, timedelta

from cameras.adapters.contract import TimeClaim
from cameras.adapters.moments import (
    claim_of_moment,
    claim_of_wall,
    read_digits,
    read_epoch,
    read_moment,
)
from cameras.adapters.vendor_claims import SAME_EVENT, warn_if_apart
from cameras.adapters.vendor_json import VendorFields

_LOCAL = re.compile(r"([0-9]{8} ?[0-9]{9})\s*([+-])?([0-9]{2}):?([0-9]{2})|([0-9]{8} ?[0-9]{9})")
_QUARTER = timedelta(minutes=15)
_VIETNAM = timedelta(hours=7)
_FARTHEST_ZONE = timedelta(hours=14)


def claim_time(
    fields: VendorFields, rule: str, received_at: datetime, warnings: list[str]
) -> TimeClaim | None:
    """Return the claimed moment, ``None`` when nothing readable was written.

    ``offset_in_value`` believes the Unix time, ``local+07:00`` the digits of ``datetime``; each
    falls back on the other when it is missing. Times that contradict each other by more than a
    time zone can explain are ``time_mismatch``.
    """
    source, moment = _unix_time(fields)
    written = fields.text("datetime")
    wall, offset = local_time(written)
    claim: TimeClaim | None = None
    if wall is not None and (moment is None or rule == "local+07:00"):
        claim = claim_of_wall(
            wall,
            offset,
            text=written,
            source="datetime",
            rule=rule,
            late_reason="none",
            received_at=received_at,
            warnings=warnings,
        )
    elif moment is not None:
        claim = claim_of_moment(
            moment,
            offset,
            text=written or fields.text(source),
            source=source,
            rule=rule,
            late_reason="none",
            received_at=received_at,
            warnings=warnings,
        )
    if wall is not None and moment is not None:
        _compare_zone(wall, moment, warnings)
    if claim is not None:
        warn_if_apart(claim, [utc_time(fields.text("UtcTime"))], warnings)
    return claim


def utc_time(text: str) -> datetime | None:
    """Return an ISO time in UTC; one without a zone is none, for nobody knows whose it is."""
    wall, offset = read_moment(text)
    if wall is None or offset is None:
        return None
    try:
        return wall.replace(tzinfo=UTC) - timedelta(minutes=offset)
    except OverflowError:
        return None


def local_time(text: str) -> tuple[datetime | None, int | None]:
    """Return wall time and zone in minutes of ``yyyyMMdd HHmmssSSS``, with ``+HHmm`` or without."""
    match = _LOCAL.fullmatch(text)
    if not match:
        return None, None
    digits, sign, hours, minutes, alone = match.groups()
    wall = read_digits(alone or digits)
    if alone or wall is None or int(hours) > 14:
        return wall, None
    offset = int(hours) * 60 + int(minutes)
    return wall, -offset if sign == "-" else offset


def _unix_time(fields: VendorFields) -> tuple[str, datetime | None]:
    for source, per_second in (("capture_timestamp", 1000), ("capture_ts", 1_000_000_000)):
        moment = read_epoch(fields.text(source), per_second=per_second)
        if moment is not None:
            return source, moment
    return "", None


def _compare_zone(wall: datetime, moment: datetime, warnings: list[str]) -> None:
    """The two differ by the zone set on the camera and by nothing else, or one of them is wrong."""
    apart = wall - moment.replace(tzinfo=None)
    zone = round(apart / _QUARTER) * _QUARTER
    if abs(apart - zone) > SAME_EVENT or abs(zone) > _FARTHEST_ZONE:
        warnings.append("time_mismatch")
    elif zone != _VIETNAM:
        warnings.append("offset_ignored")
