"""Read old raw deliveries with today's adapters: the ordinary way to use a better reader.

What is in quarantine is read again and may become a detection. What was read already is compared:
a detection is what the device said as we understood it then, and is never overwritten, so the
differences are reported and kept. Only a delivery that gave no detection at all (a passage, a code
nobody knew) may become one now.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cameras import custody, parsing
from cameras.adapters.contract import ParsedDetection
from cameras.adapters.registry import adapter_for
from cameras.canonical import canonical_event
from cameras.claims import ObjectsMissing, PutAside, Source, look_at_pictures
from cameras.evidence import EvidenceDamaged
from cameras.models import CustodyEvent, Delivery, Detection
from cameras.plates import read_plate
from cameras.reading import Reading, read

REASON = "parse_again"
BATCH = 200
READ_BEFORE = (Delivery.State.PARSED, Delivery.State.HEARTBEAT)
#: What is ours at the time of receipt, not the device's claim.
_NOT_CLAIMED = frozenset(
    {"event_id", "device", "site", "centre_code", "integrity", "custody_start"}
)
_PERSONAL = ("plate.", "source_key")


@dataclass(frozen=True)
class Selection:
    """Which deliveries to read again. ``since`` and ``until`` are moments of receipt.

    ``before_version`` leaves out what that version of the adapter, or a later one, has read.
    """

    is_quarantined: bool
    device_code: str = ""
    adapter: str = ""
    before_version: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: uuid.UUID | None = None


@dataclass(frozen=True)
class Difference:
    """One field of the canonical event that today's adapter reads otherwise."""

    path: str
    before: Any
    now: Any


@dataclass(frozen=True)
class Finding:
    """What reading one delivery again shows, or what came of it.

    ``outcome`` is ``same``, ``differs``, ``new`` (no detection before, a violation now),
    ``nothing`` (none before, none now), ``fault`` (would be put aside), ``in_group`` (one of
    several snaps: not compared), ``bytes_gone``, ``not_allowed``, ``readable`` (would leave
    quarantine), or after an attempt ``read:`` with the state of the delivery.
    """

    delivery: Delivery
    outcome: str
    fault: str = ""
    detection_id: uuid.UUID | None = None
    differences: tuple[Difference, ...] = field(default=())


def chosen(selection: Selection) -> Iterator[Delivery]:
    """Yield the deliveries in the order in which they came (their ids), a few at a time."""
    last = selection.after
    while True:
        batch = list(_query(selection, last)[:BATCH])
        for delivery in batch:
            if _is_before(delivery, selection.before_version):
                yield delivery
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def compare(delivery: Delivery) -> list[Finding]:
    """Read a delivery that was read before, and say what would be otherwise. Writes nothing."""
    if hasattr(delivery, "snap"):
        return [Finding(delivery, "in_group")]
    detections = {found.source_key: found for found in delivery.detections.all()}
    try:
        reading = read(delivery)
    except EvidenceDamaged:
        return [Finding(delivery, "bytes_gone")]
    except PutAside as fault:
        return [Finding(delivery, "fault", fault.code)]
    claims = [
        item
        for item in reading.found
        if isinstance(item, ParsedDetection) and item.kind == "violation_candidate"
    ]
    if not claims and not detections:
        return [Finding(delivery, "nothing")]
    return _compared(reading, claims, detections)


def would_read(delivery: Delivery) -> Finding:
    """Say whether a delivery in quarantine would leave it now. Writes nothing."""
    if not parsing.may_be_read_again(delivery):
        return Finding(delivery, "not_allowed")
    try:
        read(delivery)
    except EvidenceDamaged:
        return Finding(delivery, "bytes_gone")
    except PutAside as fault:
        return Finding(delivery, "fault", fault.code)
    return Finding(delivery, "readable")


def read_quarantined(delivery: Delivery, *, at: datetime) -> Finding:
    """Let a delivery leave quarantine and read it at once."""
    if not parsing.read_again(delivery.pk, by_user=None, at=at, reason=REASON):
        return Finding(delivery, "not_allowed")
    return _read_now(delivery, at=at)


def make_detections(delivery: Delivery, *, at: datetime) -> Finding:
    """Read a delivery once more that gave no detection, so that it gives one now.

    Nothing is done when it has one after all, or is one of several snaps.
    """
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("device")
            .filter(pk=delivery.pk, state__in=READ_BEFORE, snap__isnull=True)
            .first()
        )
        if (
            row is None
            or Detection.objects.filter(delivery=row).exists()
            or not parsing.may_be_read_again(row)
        ):
            return Finding(delivery, "not_allowed")
        row.state, row.attempts = Delivery.State.RECEIVED, 0
        row.save(update_fields=["state", "attempts"])
        custody.record(CustodyEvent.Action.PARSED, delivery=row, reason=REASON, at=at)
    return _read_now(delivery, at=at)


def as_line(finding: Finding) -> str:
    """Return one line of the JSON report. Plates are named, never shown."""
    delivery = finding.delivery
    device = delivery.device
    now = adapter_for(device.adapter) if device else None
    return json.dumps(
        {
            "delivery": str(delivery.pk),
            "device": device.code if device else None,
            "received_at": delivery.received_at.isoformat(),
            "adapter_before": delivery.adapter_version or None,
            "adapter_now": f"{now.key}/{now.version}" if now else None,
            "outcome": finding.outcome,
            "fault": finding.fault or None,
            "detection": str(finding.detection_id) if finding.detection_id else None,
            "fields": [_described(difference) for difference in finding.differences],
        },
        ensure_ascii=False,
    )


def _query(selection: Selection, last: uuid.UUID | None) -> QuerySet[Delivery]:
    states = [Delivery.State.QUARANTINED] if selection.is_quarantined else list(READ_BEFORE)
    query = Delivery.objects.filter(state__in=states, device__isnull=False)
    if selection.device_code:
        query = query.filter(device__code=selection.device_code)
    if selection.adapter:
        query = query.filter(device__adapter=selection.adapter)
    if selection.since:
        query = query.filter(received_at__gte=selection.since)
    if selection.until:
        query = query.filter(received_at__lt=selection.until)
    if last is not None:
        query = query.filter(pk__gt=last)
    return query.select_related("device", "snap").order_by("pk")


def _is_before(delivery: Delivery, version: int | None) -> bool:
    written = delivery.adapter_version.rpartition("/")[2].partition(".")[0]
    return version is None or not written.isdigit() or int(written) < version


def _compared(
    reading: Reading, claims: list[ParsedDetection], detections: dict[str, Detection]
) -> list[Finding]:
    """Pair claims with detections by the device's own key, or where there is one of each."""
    findings = []
    unpaired = dict(detections)
    for claim in claims:
        earlier = unpaired.pop(claim.source_key, None)
        if earlier is None and len(claims) == len(detections) == 1:
            _key, earlier = unpaired.popitem()
        findings.append(_one(reading, claim, earlier))
    for earlier in unpaired.values():
        gone = Difference("violation.type", earlier.violation_type, None)
        findings.append(Finding(reading.delivery, "differs", "", earlier.pk, (gone,)))
    return findings


def _one(reading: Reading, claim: ParsedDetection, earlier: Detection | None) -> Finding:
    delivery = reading.delivery
    known = earlier.pk if earlier else None
    try:
        event = _would_be_event(reading, claim)
    except PutAside as fault:
        return Finding(delivery, "fault", fault.code, known)
    except ObjectsMissing:
        return Finding(delivery, "bytes_gone", "", known)
    if earlier is None:
        return Finding(delivery, "new")
    found = tuple(_differences(earlier.canonical, event))
    return Finding(delivery, "differs" if found else "same", "", known, found)


def _would_be_event(reading: Reading, claim: ParsedDetection) -> dict[str, Any]:
    """Return the event the claim would be stored as today. Raises PutAside, ObjectsMissing."""
    source = Source(reading.delivery, reading.body, claim.images, claim.films)
    event = canonical_event(
        "",
        claim,
        look_at_pictures(claim, [source], reading.device),
        list(claim.films),
        read_plate(
            claim.plate_raw, vehicle_class=claim.vehicle_class, plate_colour=claim.plate_colour
        ),
        delivery=reading.delivery,
        device=reading.device,
        adapter_version=reading.adapter.version,
    )
    stored: dict[str, Any] = json.loads(json.dumps(event))
    return stored


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    ours, theirs = dict(_leaves(before)), dict(_leaves(now))
    for path in sorted(ours.keys() | theirs.keys()):
        if path.partition(".")[0] in _NOT_CLAIMED:
            continue
        if ours.get(path) != theirs.get(path):
            yield Difference(path, ours.get(path), theirs.get(path))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every leaf with its dotted path; words in a list (warnings) are one leaf together."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}.{number}")
    else:
        yield path, value


def _described(difference: Difference) -> dict[str, Any]:
    if difference.path.startswith(_PERSONAL):
        return {"path": difference.path}
    return {"path": difference.path, "before": difference.before, "now": difference.now}


def _read_now(delivery: Delivery, *, at: datetime) -> Finding:
    state = parsing.parse(delivery.pk, at=at)
    fault = Delivery.objects.values_list("fault_code", flat=True).get(pk=delivery.pk)
    return Finding(delivery, f"read:{state}", fault)
