"""The snaps of one violation that come in several deliveries become one detection.

A violation is a group of pictures (GA/T 832-2014), and devices send them together or apart. Snaps
that name a group wait until all have come, or until the time-out of the device's profile; then the
detection is made from all of them, held when some are missing. What comes later is put aside: a
detection, once made, does not change. An announcement (the plate first, the data later) waits the
same way for the event that answers it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from cameras.adapters.contract import (
    Announcement,
    GroupReference,
    ParsedDetection,
    ParsedImage,
)
from cameras.claims import ObjectsMissing, PutAside, Source, store_claim
from cameras.models import Delivery, Device, Snap, SnapGroup
from cameras.reading import Reading, quarantine, read, settle, wait_for_turn

log = logging.getLogger(__name__)

ANNOUNCED = "announced|"
#: How long an event waits for the pictures its gateway uploads beside it.
OBJECTS_WITHIN = timedelta(hours=1)
MOST_OVERVIEWS = 3
#: How far around an announcement its event is looked for, and among how many deliveries.
NEAR = timedelta(seconds=5)
MOST_LOOKED_AT = 300


def is_apart(claim: ParsedDetection) -> bool:
    """Tell whether a claim is one snap of several that come in deliveries of their own."""
    group = claim.group
    accuses = claim.kind == "violation_candidate"
    return group is not None and accuses and (group.count is None or group.count > 1)


def join(reading: Reading, reference: GroupReference, *, at: datetime) -> str:
    """Let a delivery wait in its group, and close the group when it was the last to come.

    Under the device's turn. Returns the delivery's state. Raises PutAside for a snap that comes
    after its group has ended, or brings other bytes for a place that is taken.
    """
    group = _group(reading, reference.key[:200], reference.count)
    snaps = list(group.snaps.select_related("delivery"))
    if any(snap.delivery_id == reading.delivery.pk for snap in snaps):
        # Put aside with its whole group before, and now read again: with a mended profile, say.
        _close(group, group.state, at=at)
        reading.delivery.refresh_from_db()
        return str(reading.delivery.state)
    if any(snap.delivery.body_sha256 == reading.delivery.body_sha256 for snap in snaps):
        return settle(reading.delivery, Delivery.State.DUPLICATE, reading.adapter, at=at)
    if group.state != SnapGroup.State.OPEN:
        raise PutAside("late_snap", "A picture came after its group had been ended.")
    if any(snap.position == reference.index for snap in snaps):
        raise PutAside("conflict", "Other bytes came for a place of the group that is taken.")
    Snap.objects.create(group=group, delivery=reading.delivery, position=reference.index)
    settle(reading.delivery, Delivery.State.GROUPED, reading.adapter, at=at)
    if group.expected is not None and len(snaps) + 1 >= group.expected:
        _close(group, SnapGroup.State.COMPLETE, at=at)
        reading.delivery.refresh_from_db()
    return str(reading.delivery.state)


def announce(reading: Reading, announcement: Announcement, *, at: datetime) -> str:
    """Let an announcement wait for its event. Returns the delivery's state."""
    group = _group(reading, _announced(announcement.key), None)
    if group.state != SnapGroup.State.OPEN or group.snaps.exists():
        return settle(reading.delivery, Delivery.State.DUPLICATE, reading.adapter, at=at)
    Snap.objects.create(group=group, delivery=reading.delivery, position=0)
    return settle(reading.delivery, Delivery.State.GROUPED, reading.adapter, at=at)


def answer(reading: Reading, key: str, *, at: datetime) -> None:
    """End the announcement an event fulfils, if one waits."""
    group = SnapGroup.objects.filter(
        device=reading.device, key=_announced(key), state=SnapGroup.State.OPEN
    ).first()
    if group is None:
        return
    for snap in group.snaps.select_related("delivery"):
        settle(snap.delivery, Delivery.State.PARSED, reading.adapter, at=at)
    _end(group, SnapGroup.State.COMPLETE)


def close_expired(*, at: datetime, limit: int = 500) -> int:
    """End groups whose time-out has passed, one transaction each; returns how many.

    Events whose uploads never came are put aside too.
    """
    ended = 0
    waiting = SnapGroup.objects.filter(state=SnapGroup.State.OPEN, closes_at__lte=at)
    for pk in list(waiting.order_by("closes_at").values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                ended += _close_expired_one(pk, at=at)
        except Exception:
            log.exception("the group %s could not be ended", pk)
    return ended + _give_up_on_objects(at=at, limit=limit)


def _announced(key: str) -> str:
    return f"{ANNOUNCED}{key}"[:200]


def _group(reading: Reading, key: str, expected: int | None) -> SnapGroup:
    received_at = reading.delivery.received_at
    group, _created = SnapGroup.objects.get_or_create(
        device=reading.device,
        key=key,
        defaults={
            "expected": expected,
            "first_at": received_at,
            "closes_at": received_at + timedelta(seconds=reading.profile.group_seconds),
        },
    )
    return group


def _close_expired_one(pk: int, *, at: datetime) -> int:
    device = Device.objects.get(snapgroup__pk=pk)
    wait_for_turn(device)
    group = SnapGroup.objects.select_for_update().get(pk=pk)
    if group.state != SnapGroup.State.OPEN:
        return 0
    if group.key.startswith(ANNOUNCED):
        _end_announcement(group, at=at)
        return 1
    _close(group, SnapGroup.State.TIMED_OUT, at=at)
    return 1


def _end_announcement(group: SnapGroup, *, at: datetime) -> None:
    """Put an announcement aside, unless its event was read before the announcement itself was."""
    event = _answering(group)
    for snap in group.snaps.select_related("delivery"):
        if event is not None:
            settle(snap.delivery, Delivery.State.PARSED, event.adapter, at=at)
        else:
            reason = "The device announced data that never came."
            quarantine(snap.delivery, "incomplete", reason, at=at)
    _end(group, SnapGroup.State.COMPLETE if event else SnapGroup.State.TIMED_OUT)


def _answering(group: SnapGroup) -> Reading | None:
    """Return the event an announcement waited for among what the device sent meanwhile.

    Two workers may read the two in the other order; nothing waited yet when the event was stored.
    """
    meanwhile = Delivery.objects.filter(
        device=group.device,
        state=Delivery.State.PARSED,
        received_at__gte=group.first_at - NEAR,
        received_at__lte=group.closes_at,
    )
    for delivery in meanwhile.order_by("received_at")[:MOST_LOOKED_AT]:
        try:
            reading = read(delivery)
        except PutAside:
            continue
        for item in reading.found:
            if isinstance(item, ParsedDetection) and _announced(item.answers) == group.key:
                return reading
    return None


def _close(group: SnapGroup, state: str, *, at: datetime) -> None:
    """Make the group's detections, or put all its deliveries aside."""
    _end(group, state)
    deliveries = [snap.delivery for snap in group.snaps.select_related("delivery")]
    try:
        with transaction.atomic():
            readings = [read(delivery) for delivery in deliveries]
            complete = group.expected is None or len(deliveries) >= group.expected
            stored = _store(group, readings, complete=complete, at=at)
    except PutAside as fault:
        for delivery in deliveries:
            quarantine(delivery, fault.code, fault.reason, at=at)
        return
    except ObjectsMissing:
        for delivery in deliveries:
            quarantine(delivery, "image_missing", "A listed image did not come.", at=at)
        return
    outcome = Delivery.State.PARSED if stored else Delivery.State.DUPLICATE
    for reading in readings:
        settle(reading.delivery, outcome, reading.adapter, at=at)


def _store(group: SnapGroup, readings: list[Reading], *, complete: bool, at: datetime) -> bool:
    """Store one detection for each road user of the first snap, with the pictures of all snaps."""
    claims = [
        [item for item in reading.found if isinstance(item, ParsedDetection)]
        for reading in readings
    ]
    reasons = () if complete else (_incomplete(group, len(readings)),)
    first = readings[0]
    stored = False
    for number, claim in enumerate(claims[0]):
        sources, overviews = [], 0
        for reading, theirs in zip(readings, claims, strict=True):
            own = theirs[number] if number < len(theirs) else theirs[0]
            images, overviews = _renumbered(own.images, overviews)
            sources.append(Source(reading.delivery, reading.body, images, own.films))
        suffix = f"|{number + 1}" if number else ""
        merged = replace(
            claim,
            source_key=f"{first.adapter.key}|{first.device.serial}|group:{group.key}{suffix}"[:200],
            warnings=_warnings(claims, complete=complete),
        )
        stored |= store_claim(
            merged, sources, first.device, first.adapter, at=at, reasons=tuple(reasons)
        )
    return stored


def _warnings(claims: list[list[ParsedDetection]], *, complete: bool) -> tuple[str, ...]:
    found = [word for theirs in claims for own in theirs for word in own.warnings]
    return tuple(dict.fromkeys(found if complete else [*found, "group_incomplete"]))


def _incomplete(group: SnapGroup, have: int) -> dict[str, object]:
    return {"code": "group_incomplete", "have": have, "need": group.expected or have + 1}


def _renumbered(
    images: tuple[ParsedImage, ...], overviews: int
) -> tuple[tuple[ParsedImage, ...], int]:
    """Let the overviews of all snaps count on: each snap calls its own the first."""
    found = []
    for image in images:
        if image.role.startswith("overview"):
            overviews += 1
            role = f"overview_{overviews}" if overviews <= MOST_OVERVIEWS else "context"
            image = replace(image, role=role)
        found.append(image)
    return tuple(found), overviews


def _end(group: SnapGroup, state: str) -> None:
    group.state = state
    group.save(update_fields=["state"])


def _give_up_on_objects(*, at: datetime, limit: int) -> int:
    waiting = Delivery.objects.filter(
        state=Delivery.State.GROUPED, snap__isnull=True, received_at__lt=at - OBJECTS_WITHIN
    )
    given_up = 0
    for pk in list(waiting.order_by("received_at").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            delivery = (
                Delivery.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(pk=pk, state=Delivery.State.GROUPED)
                .first()
            )
            if delivery is not None:
                reason = "A listed image was never uploaded."
                quarantine(delivery, "image_missing", reason, at=at)
                given_up += 1
    return given_up
