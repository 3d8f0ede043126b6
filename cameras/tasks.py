"""Thin tasks: an id comes in, one domain call is made. Rows are the truth; sweeps find the lost."""

from __future__ import annotations

import logging
import uuid

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cameras import cross_reading, custody, parsing, reading_engine

log = logging.getLogger(__name__)

#: Three pictures take three seconds; a reading that hangs is ended with its process, and is lost.
CROSS_READ_SECONDS = 60


@shared_task
def parse_delivery(delivery_id: str) -> None:
    """Read one stored delivery."""
    parsing.parse(uuid.UUID(delivery_id), at=timezone.now())


@shared_task
def sweep_deliveries() -> None:
    """Read every delivery whose task was lost or has failed before."""
    for delivery_id in parsing.left_behind(at=timezone.now()):
        parsing.parse(delivery_id, at=timezone.now())


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
def chain_custody() -> None:
    """Link the custody rows written since the last time."""
    custody.chain()


def queue_parsing(delivery_id: uuid.UUID) -> None:
    """Send a committed delivery to the workers; a queue that is down costs only time.

    The device has been promised that its bytes are kept, so no fault of the queue may reach it; nor
    does it wait for more than one attempt, because the sweep makes the others.
    """
    try:
        parse_delivery.apply_async([str(delivery_id)], retry=False)
    except OperationalError:
        log.warning("the queue is down; the sweep will read delivery %s", delivery_id)
