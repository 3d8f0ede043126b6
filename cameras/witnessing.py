"""Send each new checkpoint to the outside witnesses and keep what they answer.

A witness that cannot be reached is asked again next time; one that refuses is an alarm, and its
answer is kept too: somebody shortened or rewrote the log, or the witness is not the one we know.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings

from cameras.checkpoint_texts import read_statement
from cameras.checkpoints import CheckpointBroken, consistency
from cameras.models import Checkpoint, WitnessReceipt
from cameras.witness_texts import read_receipt

log = logging.getLogger(__name__)

TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 65_536
CONFLICT = 409


class _Unreachable(Exception):
    """The witness gave no answer we could keep."""


def send_newest(*, at: datetime) -> list[WitnessReceipt]:
    """Send the newest checkpoint to every witness that has not answered to it; return answers."""
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        return []
    answers = []
    for address in settings.CUSTODY_WITNESS_URLS:
        url, _hash, pinned = address.partition("#")
        if WitnessReceipt.objects.filter(checkpoint=newest, witness=_name(url)).exists():
            continue
        try:
            accepted, answer = _ask(url, pinned, newest)
        except (_Unreachable, httpx.HTTPError) as error:
            log.warning("a witness did not answer: %s", type(error).__name__)
            continue
        if not accepted:
            log.error("a witness refused checkpoint %s: %s", newest.size, answer.get("code"))
        answers.append(
            WitnessReceipt.objects.create(
                checkpoint=newest,
                witness=_name(url),
                accepted=accepted,
                answer=json.dumps(answer, sort_keys=True),
                received_at=at,
            )
        )
    return answers


def _ask(url: str, pinned: str, checkpoint: Checkpoint) -> tuple[bool, dict[str, Any]]:
    """Send a checkpoint from what the witness saw last; once more if it remembers another size."""
    seen = WitnessReceipt.objects.filter(witness=_name(url), accepted=True)
    first = seen.order_by("-checkpoint_id").values_list("checkpoint_id", flat=True).first() or 0
    status, answer = _post(url, first, checkpoint)
    size = answer.get("size")
    if status == CONFLICT and type(size) is int and 0 <= size <= checkpoint.size:
        status, answer = _post(url, size, checkpoint)
    if status != httpx.codes.OK:
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise _Unreachable
        return False, answer
    return _judged(answer, pinned, checkpoint)


def _judged(
    answer: dict[str, Any], pinned: str, checkpoint: Checkpoint
) -> tuple[bool, dict[str, Any]]:
    try:
        receipt = read_receipt(answer)
    except ValueError as error:
        return False, answer | {"code": str(error)}
    if not receipt.is_about(read_statement(checkpoint.body)):
        return False, answer | {"code": "the receipt is about another checkpoint"}
    if pinned and receipt.public_key.hex() != pinned.lower():
        return False, answer | {"code": "the receipt is signed by another key than agreed"}
    return True, answer


def _post(url: str, first: int, checkpoint: Checkpoint) -> tuple[int, dict[str, Any]]:
    try:
        proof = consistency(first, checkpoint)
    except CheckpointBroken as error:
        log.error("no proof for a witness: %s", error)
        raise _Unreachable from error
    request: Mapping[str, Any] = {
        "checkpoint": checkpoint.body,
        "signature": bytes(checkpoint.signature).hex(),
        "from_size": first,
        "consistency": [step.hex() for step in proof],
    }
    response = httpx.post(url, json=request, timeout=TIME_OUT_SECONDS)
    if len(response.content) > LONGEST_ANSWER:
        raise _Unreachable
    try:
        answer = response.json()
    except ValueError as error:
        raise _Unreachable from error
    return response.status_code, answer if isinstance(answer, dict) else {}


def _name(url: str) -> str:
    return url[:120]
