"""Thin tasks: an id comes in, one domain call is made. Rows are the truth; sweeps find the lost."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence

from celery import shared_task
from django.db import DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError

from cameras import (
    checkpoints,
    cross_reading,
    custody,
    disposal,
    grouping,
    health,
    parsing,
    reading_engine,
    rehashing,
    watching,
    witnessing,
)

log = logging.getLogger(__name__)

#: Deliveries to a message: enough to spare the queue, few enough to spread over the workers.
A_MESSAGE = 8
#: How long reading one delivery may take; a longer one is ended with its process, and was counted.
A_READING_SECONDS = 10
#: Shorter than the time between two sweeps.
SWEEP_SECONDS = 15.0
#: How long one turn of the nightly check may read; the next turn goes on.
REHASH_SECONDS = 40.0
#: Three pictures take three seconds; a reading that hangs is ended with its process, and is lost.
CROSS_READ_SECONDS = 60
#: A batch ends well within the time a task may take.
DISPOSED_AT_ONCE = 1_000


@shared_task
def parse_delivery(delivery_id: str) -> None:
    """Read one stored delivery."""
    parsing.parse(uuid.UUID(delivery_id), at=timezone.now())


@shared_task(time_limit=A_READING_SECONDS * A_MESSAGE)
def parse_deliveries(delivery_ids: list[str]) -> None:
    """Read some stored deliveries, each by itself."""
    for delivery_id in delivery_ids:
        parsing.parse(uuid.UUID(delivery_id), at=timezone.now())


@shared_task
def sweep_deliveries() -> None:
    """Read what is left behind, for most of the time until the next sweep, each once."""
    ends_at, tried = time.monotonic() + SWEEP_SECONDS, set[uuid.UUID]()
    while waiting := set(parsing.left_behind(at=timezone.now())) - tried:
        for delivery_id in sorted(waiting):
            parsing.parse(delivery_id, at=timezone.now())
            if time.monotonic() > ends_at:
                return
        tried |= waiting


@shared_task
def close_groups() -> None:
    """Make detections of the groups whose time-out has passed."""
    grouping.close_expired(at=timezone.now())


@shared_task(time_limit=CROSS_READ_SECONDS)
def cross_read(detection_id: str) -> None:
    """Read the plate of one detection a second time, on a worker that has the engine."""
    if reading_engine.is_available():
        cross_reading.cross_read(
            uuid.UUID(detection_id),
            engine=reading_engine.engine(),
            engine_name=reading_engine.engine_name(),
            at=timezone.now(),
        )


@shared_task
def dispose_evidence() -> None:
    """Dispose of one batch of what is due; the beat comes again through the night."""
    disposal.dispose(at=timezone.now(), limit=DISPOSED_AT_ONCE)


@shared_task
def finish_removals() -> None:
    """Remove bytes that were disposed of but still lie there after a crash."""
    disposal.finish_removals(at=timezone.now())


@shared_task
def chain_custody() -> None:
    """Link the custody rows written since the last time."""
    custody.chain()


@shared_task
def watch_devices() -> None:
    """Open and end the alarms of the devices."""
    watching.watch(at=timezone.now())


@shared_task
def forget_health_reports() -> None:
    """Delete the heartbeats of more than a season ago."""
    health.forget_old_reports(at=timezone.now())


@shared_task
def sign_custody() -> None:
    """Sign the custody log as it stands, if it grew."""
    checkpoints.make_checkpoint(at=timezone.now())


@shared_task
def show_checkpoint() -> None:
    """Send the newest checkpoint to the witnesses that have not seen it."""
    witnessing.send_newest(at=timezone.now())


@shared_task
def rehash_evidence() -> None:
    """Go on with the night's comparison of stored bytes with their hashes, for a short while."""
    until = time.monotonic() + REHASH_SECONDS
    rehashing.nightly(at=timezone.now(), may_go_on=lambda: time.monotonic() < until)


def queue_parsing(delivery_ids: Sequence[str]) -> None:
    """Send committed deliveries to the workers, a few to a message.

    A queue that is down costs only time: one attempt is made, the sweep makes the others.
    """
    try:
        for first in range(0, len(delivery_ids), A_MESSAGE):
            chosen = list(delivery_ids[first : first + A_MESSAGE])
            parse_deliveries.apply_async([chosen], retry=False)
    except (OperationalError, DatabaseError):
        log.warning("the queue is down; the sweep will read %d deliveries", len(delivery_ids))
