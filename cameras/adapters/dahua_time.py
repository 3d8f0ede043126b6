"""Which moment a Dahua message claims. Its ``UTC`` is not UTC.

In a real capture ``UTC`` is 25,200 seconds ahead of ``RealUTC``: it is the wall clock of UTC+7
written as if it were an epoch. ``TimeZone`` is an index into a list of the vendor's and not hours;
it is never used.
"""

import re
from datetime import UTC, datetime, timedelta

from cameras.adapters.contract import TimeClaim
from cameras.adapters.moments import claim_of_moment, claim_of_wall, read_moment
from cameras.adapters.vendor_json import VendorFields

VIETNAM_OFFSET = timedelta(hours=7)
#: Local wall time as text, the finest first. SnapInfo has the first two, events the third.
WALLS = ("AccurateTime", "SnapTime", "LocaleTime", "Time")
#: Zones are whole quarters of an hour, and none is farther from Greenwich than this.
QUARTER, FARTHEST_ZONE = 15 * 60, 14 * 3600
#: A wrong zone makes a fresh event arrive as if it were exactly seven hours old.
FRESH = timedelta(minutes=5)

_EPOCH = re.compile(r"([0-9]{9,10})(?:\.([0-9]{1,9}))?")
_EPOCH_MILLISECONDS = re.compile(r"([0-9]{9,10})([0-9]{3})")


def claim_time(
    layers: tuple[VendorFields, ...], *, rule: str, received_at: datetime
) -> tuple[TimeClaim | None, tuple[str, ...]]:
    """Return the claim and the warnings; no claim when nothing readable was written.

    ``layers`` are the objects of one event, the nearest to the vehicle first. ``dahua_realutc``
    believes ``RealUTC``, else the printed wall time, else ``UTC``; ``dahua_utc_is_local`` takes
    seven hours off ``UTC``; ``local+07:00`` and ``offset_in_value`` read the printed wall time.
    """
    warnings: list[str] = []
    real, local = _epoch(layers, "RealUTC"), _epoch(layers, "UTC")
    offset = _zone(real, local or _wall(layers), warnings)
    orders = {
        "dahua_realutc": ("real", "wall", "local"),
        "dahua_utc_is_local": ("local", "wall", "real"),
        "local+07:00": ("wall", "local", "real"),
        "offset_in_value": ("wall", "real", "local"),
    }
    for number, source in enumerate(orders.get(rule, orders["dahua_realutc"])):
        claim = None
        if source == "wall":
            claim = _claim_of_text(layers, rule, received_at, warnings)
        elif source == "real" and real is not None:
            claim = _claim_of_epoch(
                real, "RealUTC", "dahua_realutc", offset, layers, received_at, warnings
            )
        elif source == "local" and local is not None:
            claim = _claim_of_epoch(
                local, "UTC", "dahua_utc_is_local", offset, layers, received_at, warnings
            )
        if claim is not None:
            if number:
                warnings.append("time_by_other_field")
            return claim, tuple(warnings)
    return None, ("time_missing",)


def raw_time(layers: tuple[VendorFields, ...]) -> str:
    """Return the time as the device wrote it, by which it names the event whatever our rule is."""
    for name in ("RealUTC", "UTC", *WALLS):
        for layer in layers:
            if (text := layer.text(name)).strip("0"):
                return text
    return ""


def milliseconds_between(
    layers: tuple[VendorFields, ...], earlier: str, *, longest: timedelta
) -> int | None:
    """Return the milliseconds from one of the event's epochs to the event itself.

    The field may be in true UTC or, like ``UTC``, in wall time; the event's own in the same one is
    the nearer of the two. ``None`` when neither is within ``longest``.
    """
    then = _epoch(layers, earlier)
    if then is None:
        return None
    found = None
    for name in ("UTC", "RealUTC"):
        moment = _epoch(layers, name)
        if moment is None:
            continue
        gap = moment - then
        if abs(gap) <= longest and (found is None or abs(gap) < abs(found)):
            found = gap
    return None if found is None else found // timedelta(milliseconds=1)


def _epoch(layers: tuple[VendorFields, ...], name: str) -> datetime | None:
    """Return an epoch as its digits say, with the event's milliseconds; 0 is not set."""
    for layer in layers:
        text = layer.text(name)
        whole = _EPOCH_MILLISECONDS.fullmatch(text) or _EPOCH.fullmatch(text)
        if whole is None:
            continue
        fraction = whole.group(2) or _milliseconds(layers, name)
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(whole.group(1)))
        return moment + timedelta(milliseconds=int(f"{fraction:0<3}"[:3]))
    return None


def _milliseconds(layers: tuple[VendorFields, ...], name: str) -> str:
    """Return the three digits of the event's milliseconds; other epochs have none of their own."""
    wanted = {"RealUTC": ("RealUTCMS", "UTCMS"), "UTC": ("UTCMS",)}.get(name, ())
    for field in wanted:
        for layer in layers:
            if re.fullmatch(r"[0-9]{1,3}", layer.text(field)):
                return f"{int(layer.text(field)):03d}"
    return "000"


def _zone(real: datetime | None, local: datetime | None, warnings: list[str]) -> int | None:
    """Return the minutes between the device's two clocks: the zone it believes to be in.

    Another than Viet Nam's means that one of the two is wrong, and nobody knows which.
    """
    if real is None or local is None:
        return None
    gap = local.replace(microsecond=0) - real.replace(microsecond=0)
    seconds = gap // timedelta(seconds=1)
    if seconds % QUARTER or abs(seconds) > FARTHEST_ZONE:
        warnings.append("zone_unclear")
        return None
    if seconds not in {0, 7 * 3600}:
        warnings.append("zone_unclear")
    return seconds // 60


def _claim_of_epoch(
    moment: datetime,
    source: str,
    rule: str,
    offset: int | None,
    layers: tuple[VendorFields, ...],
    received_at: datetime,
    warnings: list[str],
) -> TimeClaim:
    """Return the claim of ``RealUTC`` as it is, of ``UTC`` seven hours earlier."""
    text = next(filter(None, (layer.text(source) for layer in layers)), "")
    if source == "UTC":
        moment -= VIETNAM_OFFSET
        if offset == 0 or _looks_seven_hours_old(moment, received_at):
            warnings.append("zone_unclear")
    return claim_of_moment(
        moment,
        offset,
        text=next(filter(None, (layer.text("LocaleTime") for layer in layers)), text),
        source=source,
        rule=rule,
        late_reason="none",
        received_at=received_at,
        warnings=warnings,
    )


def _claim_of_text(
    layers: tuple[VendorFields, ...], rule: str, received_at: datetime, warnings: list[str]
) -> TimeClaim | None:
    """Return the claim of the first wall time that can be read, or None."""
    for name in WALLS:
        for layer in layers:
            text = layer.text(name)
            wall, offset = read_moment(text)
            if wall is None:
                continue
            claim = claim_of_wall(
                wall,
                offset,
                text=text,
                source=name,
                rule="offset_in_value" if rule == "offset_in_value" else "local+07:00",
                late_reason="none",
                received_at=received_at,
                warnings=warnings,
            )
            if claim is not None and _looks_seven_hours_old(claim.occurred_at, received_at):
                warnings.append("zone_unclear")
            return claim
    return None


def _looks_seven_hours_old(moment: datetime, received_at: datetime) -> bool:
    """Tell whether a fresh event would look like this if its clock ran on UTC."""
    return abs(received_at - moment - VIETNAM_OFFSET) <= FRESH


def _wall(layers: tuple[VendorFields, ...]) -> datetime | None:
    """Return the digits of the printed wall time, written like ``UTC`` as if they were UTC."""
    texts = (layer.text(name) for name in WALLS for layer in layers)
    walls = (read_moment(text)[0] for text in texts if text)
    wall = next(filter(None, walls), None)
    return None if wall is None else wall.replace(tzinfo=UTC)
