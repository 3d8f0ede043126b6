"""Keep one delivery on this machine, and word what its sender hears.

Bytes first, into the evidence store; then the note, into the spool; then the answer.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, replace

from django.conf import settings

from cameras.adapters.contract import Adapter, Rejected, Reply
from cameras.arrivals import Body
from cameras.evidence import sha256_of, store
from cameras.spool import SpooledDelivery, spool
from cameras.strangers import strangers

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True)
class Answer:
    """What to say to the sender, and the name under which the delivery is kept."""

    reply: Reply
    receipt_id: uuid.UUID
    retry_after: int | None = None


class CannotKeep(Exception):
    """The bytes cannot be stored now; the sender must try again."""


def turn_away(
    delivery: SpooledDelivery,
    body: Body,
    adapter: Adapter,
    outcome: str,
    code: str,
    reason: str = "",
) -> Answer:
    """Answer with a closed door; keep the beginning of what came, a few times per address a day."""
    short = body.kept[: int(settings.INTAKE_KEPT_FROM_STRANGERS)]
    if strangers.may_leave_more(delivery.remote_address, delivery.received_at):
        kept = replace(delivery, kept_size=len(short))
        keep(kept.faulty(code, reason), replace(body, kept=short))
    reply = adapter.acknowledge(
        outcome, receipt_id=str(delivery.receipt_id), reason=reason, path=delivery.path
    )
    return Answer(reply, delivery.receipt_id)


def keep(delivery: SpooledDelivery, body: Body) -> None:
    """Put the bytes into the store, or beside the note when it is down, then write the note.

    Raises CannotKeep.
    """
    here = spool()
    try:
        here.require_room()
        beside = None
        try:
            kept_sha256 = store().put(body.kept, _hash_of(body))
        except OSError:
            log.exception("the evidence store is down; a delivery is spooled with its body")
            kept_sha256, beside = _hash_of(body), body.kept
        here.keep(replace(delivery, kept_sha256=kept_sha256), beside)
    except OSError as error:
        raise CannotKeep from error


def _hash_of(body: Body) -> str:
    return body.sha256 if len(body.kept) == body.size and body.sha256 else sha256_of(body.kept)


def stored(
    adapter: Adapter, delivery: SpooledDelivery, outcome: str, rejected: Rejected | None = None
) -> Answer:
    """Return the answer about a delivery that is kept, in the words of its device's maker."""
    reply = adapter.acknowledge(
        outcome,
        receipt_id=str(delivery.receipt_id),
        raw_sha256=delivery.body_sha256,
        reason=rejected.reason if rejected else "",
        paths=rejected.paths if rejected else (),
        path=delivery.path,
    )
    return Answer(reply, delivery.receipt_id)
