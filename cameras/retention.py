"""How long stored bytes are kept: the class of a delivery, what still needs it, what is due.

A delivery's bytes go as a whole or not at all, because every original is a range of them: only when
each detection made of it has outlived its class, nothing is held and no case needs it. No law we
found states the days, so they are rows an administrator enters with their ground; without a row of
its class nothing is ever due. Cases are asked through ``register_holder``: this app knows of none.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db.models import Exists, F, OuterRef, QuerySet

from cameras.gates import VIET_NAM
from cameras.models import (
    CustodyEvent,
    Delivery,
    Detection,
    Disposal,
    EvidenceFile,
    LegalHold,
    RetentionRule,
    Snap,
    UploadedObject,
)

RecordClass = RetentionRule.RecordClass
PAGE = 500
#: Of these nothing is known yet, or not all.
UNFINISHED = (Delivery.State.RECEIVED, Delivery.State.GROUPED)


@dataclass(frozen=True)
class Ended:
    """What a holder says of a detection it needs no longer: the class, and the day it ended."""

    record_class: str
    on: date


@dataclass(frozen=True)
class Standing:
    """One ground on which bytes are kept: a class of records, and from when its days count."""

    record_class: str
    since: datetime


@dataclass(frozen=True)
class Due:
    """Bytes whose time is over, and the rule that was the last to let them go."""

    row: Delivery | UploadedObject
    rule: RetentionRule


#: Given ids of detections and the moment: for each it knows, why it is done with, or None = needed.
Holder = Callable[[Collection[uuid.UUID], datetime], Mapping[uuid.UUID, Ended | None]]
_holders: list[Holder] = []


def register_holder(function: Holder) -> None:
    """Let another app say which detections it still needs; asked before every disposal."""
    if function not in _holders:
        _holders.append(function)


def classify(delivery: Delivery, *, at: datetime) -> list[Standing]:
    """Return the grounds on which a delivery is kept; none means that it is needed as it is."""
    return _standings([delivery], at)[delivery.pk]


def due(*, at: datetime, limit: int | None = None) -> list[Due]:
    """Return deliveries and unlisted uploads whose time is over, oldest first."""
    rules = rules_by_class()
    return list(islice(_all_due(rules, at), limit)) if rules else []


def rule_for(deliveries: Sequence[Delivery], *, at: datetime) -> RetentionRule | None:
    """Return the rule that was the last to let all of these go; None while one of them stays."""
    rules = rules_by_class()
    last: tuple[datetime, RetentionRule] | None = None
    for standings in _standings(deliveries, at).values():
        ends = _end_of(standings, rules)
        if ends is None or ends[0] > at:
            return None
        last = ends if last is None or ends[0] > last[0] else last
    return last[1] if last else None


def let_go(ids: Collection[uuid.UUID], *, at: datetime) -> dict[uuid.UUID, RetentionRule]:
    """Return the detections whose own time is over, each with the rule that lets it go.

    For apps above that keep words beside a detection: its bytes may still have to wait for others
    of the same delivery.
    """
    rules = rules_by_class()
    found: dict[uuid.UUID, RetentionRule] = {}
    for pk, standing in _grounds(set(ids), at).items():
        ends = _end_of([standing], rules) if standing is not None else None
        if ends is not None and ends[0] <= at:
            found[pk] = ends[1]
    return found


def rules_by_class() -> dict[str, RetentionRule]:
    """Return the rules entered, by their class."""
    return {rule.record_class: rule for rule in RetentionRule.objects.all()}


def undisposed(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Keep the deliveries whose own custody log does not say that they were disposed of.

    Not the hash decides but the row: the same bytes may have come again afterwards.
    """
    gone = CustodyEvent.objects.filter(
        delivery=OuterRef("pk"), evidence__isnull=True, action=CustodyEvent.Action.DISPOSED
    )
    return deliveries.filter(~Exists(gone))


def _all_due(rules: dict[str, RetentionRule], at: datetime) -> Iterator[Due]:
    floor = at - timedelta(days=min(rule.keep_days for rule in rules.values()))
    # The same sign of life comes every minute: while it comes, none of its deliveries is asked.
    came_again = Delivery.objects.filter(kept_sha256=OuterRef("kept_sha256"), received_at__gt=floor)
    rows = undisposed(Delivery.objects.filter(received_at__lte=floor))
    rows = rows.exclude(state__in=UNFINISHED).exclude(kept_sha256="")
    rows = rows.filter(~Exists(came_again)).order_by("pk")
    last: uuid.UUID | None = None
    while True:
        page = list(rows.filter(pk__gt=last)[:PAGE] if last else rows[:PAGE])
        yield from _due_of(page, rules, at)
        if len(page) < PAGE:
            break
        last = page[-1].pk
    unlisted = rules.get(RecordClass.UNLISTED)
    if unlisted is not None:
        for row in due_uploads(at - timedelta(days=unlisted.keep_days)).iterator():
            yield Due(row, unlisted)


def _due_of(page: list[Delivery], rules: dict[str, RetentionRule], at: datetime) -> Iterator[Due]:
    """Yield what is due of a page: with all that share its bytes, for these go together."""
    hashes = {delivery.kept_sha256 for delivery in page}
    sharing = list(undisposed(Delivery.objects.filter(kept_sha256__in=hashes)))
    standings = _standings(sharing, at)
    ends: dict[str, list[tuple[datetime, RetentionRule] | None]] = defaultdict(list)
    for delivery in sharing:
        ends[delivery.kept_sha256].append(_end_of(standings[delivery.pk], rules))
    for delivery in page:
        each = ends[delivery.kept_sha256]
        whole = [end for end in each if end is not None and end[0] <= at]
        if whole and len(whole) == len(each):
            yield Due(delivery, max(whole, key=lambda end: end[0])[1])


def due_uploads(until: datetime) -> QuerySet[UploadedObject]:
    """Return the unlisted uploads of before a moment, save where an event waits for uploads."""
    awaiting = Delivery.objects.filter(
        device=OuterRef("device"), state=Delivery.State.GROUPED, snap__isnull=True
    )
    return unlisted_uploads(until).filter(~Exists(awaiting))


def unlisted_uploads(until: datetime) -> QuerySet[UploadedObject]:
    """Return the uploads of before a moment that no event of their device names, nor are gone."""
    listed = EvidenceFile.objects.filter(
        sha256=OuterRef("sha256"), object_sha256=F("sha256"), detection__device=OuterRef("device")
    )
    gone = Disposal.objects.filter(
        sha256=OuterRef("sha256"), disposed_at__gte=OuterRef("received_at")
    )
    rows = UploadedObject.objects.filter(received_at__lte=until)
    return rows.filter(~Exists(listed), ~Exists(gone)).order_by("received_at")


def _end_of(
    standings: list[Standing], rules: dict[str, RetentionRule]
) -> tuple[datetime, RetentionRule] | None:
    """Return when the last ground ends and its rule; None when one of them has no end."""
    if not standings or any(one.record_class not in rules for one in standings):
        return None
    ends = [
        (one.since + timedelta(days=rules[one.record_class].keep_days), rules[one.record_class])
        for one in standings
    ]
    return max(ends, key=lambda end: end[0])


def _standings(deliveries: Sequence[Delivery], at: datetime) -> dict[uuid.UUID, list[Standing]]:
    """Return the grounds of each delivery, in a handful of queries for all of them."""
    made_of = detections_of(deliveries)
    ids = set().union(*made_of.values()) if made_of else set()
    grounds = _grounds(ids, at)
    found: dict[uuid.UUID, list[Standing]] = {}
    for delivery in deliveries:
        detections = made_of.get(delivery.pk, set())
        each = [grounds[pk] for pk in detections] or [_without_detection(delivery)]
        found[delivery.pk] = [] if None in each else [one for one in each if one is not None]
    return found


def detections_of(deliveries: Sequence[Delivery]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return the detections that rest on each delivery: its own, its pictures', its group's."""
    ids = [delivery.pk for delivery in deliveries]
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    pairs = [
        *Detection.objects.filter(delivery__in=ids).values_list("delivery_id", "pk"),
        *EvidenceFile.objects.filter(delivery__in=ids)
        .order_by()
        .values_list("delivery_id", "detection_id")
        .distinct(),
        *Snap.objects.filter(
            delivery__in=ids, group__snaps__delivery__detections__isnull=False
        ).values_list("delivery_id", "group__snaps__delivery__detections"),
    ]
    for delivery_id, detection_id in pairs:
        found[delivery_id].add(detection_id)
    return found


def _grounds(ids: set[uuid.UUID], at: datetime) -> dict[uuid.UUID, Standing | None]:
    """Return for each detection the ground it is kept on, or None while it is needed."""
    if not ids:
        return {}
    held = set(
        LegalHold.objects.filter(detection__in=ids, lifted_at__isnull=True).values_list(
            "detection_id", flat=True
        )
    )
    answers = [holder(ids, at) for holder in _holders]
    found: dict[uuid.UUID, Standing | None] = {}
    for detection in Detection.objects.filter(pk__in=ids).only("state", "released_at"):
        said = [answer[detection.pk] for answer in answers if detection.pk in answer]
        if detection.pk in held or None in said:
            found[detection.pk] = None
        elif said:
            last = max((one for one in said if one is not None), key=lambda one: one.on)
            found[detection.pk] = Standing(last.record_class, _day_after(last.on))
        elif detection.state == Detection.State.DISCARDED and detection.released_at:
            found[detection.pk] = Standing(RecordClass.DISCARDED, detection.released_at)
        else:
            found[detection.pk] = None  # waits for a technician or for its case
    return found


def _without_detection(delivery: Delivery) -> Standing | None:
    if delivery.state in UNFINISHED:
        return None
    if delivery.state == Delivery.State.QUARANTINED:
        return Standing(RecordClass.QUARANTINED, delivery.parsed_at or delivery.received_at)
    return Standing(RecordClass.PASSAGE, delivery.received_at)


def _day_after(day: date) -> datetime:
    """Return the moment a day ends in Viet Nam."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=VIET_NAM)
