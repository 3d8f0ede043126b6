"""Thin tasks: an id comes in, one domain call is made. Rows are the truth; sweeps find the lost."""

from __future__ import annotations

import logging
import uuid

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cameras import custody, health, parsing, watching

log = logging.getLogger(__name__)


@shared_task
def parse_delivery(delivery_id: str) -> None:
    """Read one stored delivery."""
    parsing.parse(uuid.UUID(delivery_id), at=timezone.now())


@shared_task
def sweep_deliveries() -> None:
    """Read every delivery whose task was lost or has failed before."""
    for delivery_id in parsing.left_behind(at=timezone.now()):
        parsing.parse(delivery_id, at=timezone.now())


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


def queue_parsing(delivery_id: uuid.UUID) -> None:
    """Send a committed delivery to the workers; a queue that is down costs only time.

    The device has been promised that its bytes are kept, so no fault of the queue may reach it; nor
    does it wait for more than one attempt, because the sweep makes the others.
    """
    try:
        parse_delivery.apply_async([str(delivery_id)], retry=False)
    except OperationalError:
        log.warning("the queue is down; the sweep will read delivery %s", delivery_id)
