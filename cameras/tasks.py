"""Thin tasks: an id comes in, one domain call is made. Rows are the truth; sweeps find the lost."""

from __future__ import annotations

import logging
import time
import uuid

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from cameras import checkpoints, custody, parsing, rehashing, witnessing

log = logging.getLogger(__name__)

#: How long one turn of the nightly check may read; the next turn goes on.
REHASH_SECONDS = 40.0


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


def queue_parsing(delivery_id: uuid.UUID) -> None:
    """Send a committed delivery to the workers; a queue that is down costs only time.

    The device has been promised that its bytes are kept, so no fault of the queue may reach it; nor
    does it wait for more than one attempt, because the sweep makes the others.
    """
    try:
        parse_delivery.apply_async([str(delivery_id)], retry=False)
    except OperationalError:
        log.warning("the queue is down; the sweep will read delivery %s", delivery_id)
