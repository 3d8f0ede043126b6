"""What makes a pack provable without the portal: rows, proofs, checkpoint, receipts, signatures."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from cameras import checkpoints, custody, custody_keys, evidence, signed_texts
from cameras.adapters.contract import RawEnvelope, Rejected
from cameras.adapters.signatures import raw_public_key, verify_signature
from cameras.models import Checkpoint, CustodyEvent, Delivery, EvidenceFile, WitnessReceipt
from cameras.pack_names import CHECKPOINT, TIMESTAMP
from cameras.witness_texts import read_receipt

#: What the device signed (RFC 9421), and what its address is put together from.
SIGNED_HEADERS = frozenset(
    {
        "signature",
        "signature-input",
        "content-digest",
        "content-type",
        "idempotency-key",
        "host",
        "x-forwarded-proto",
    }
)


class LogDamaged(evidence.EvidenceDamaged):
    """The custody log is not the one that was signed; it proves nothing until that is explained."""


@dataclass(frozen=True)
class Proven:
    """Parts of the manifest, and the files that go with them."""

    rows: list[dict[str, Any]]
    checkpoint: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


def prove(
    deliveries: Collection[Delivery], files: Collection[EvidenceFile], *, at: datetime
) -> Proven:
    """Return the custody rows of these bytes, each proved to be under the newest checkpoint.

    Rows of the last seconds are linked and signed first. Raises LogDamaged when the log
    is not the one that was signed: a pack from it would prove nothing.
    """
    checkpoint = seal(at=at)
    try:
        events = list(
            CustodyEvent.objects.select_related("link")
            .filter(Q(delivery__in=deliveries) | Q(evidence__in=files))
            .filter(link__sequence__lte=checkpoint.size)
            .order_by("link__sequence")
        )
        places = checkpoints.inclusions(checkpoint, [event.link.sequence for event in events])
        witnesses = _witnesses(checkpoint)
    except checkpoints.CheckpointBroken as error:
        raise LogDamaged(f"The custody log cannot be proved: {error}.") from error
    rows = [
        {
            "row": custody.row_of(event, event.link.sequence),
            "previous_hash": bytes(event.link.previous_hash).hex(),
            "row_hash": bytes(event.link.row_hash).hex(),
            "index": places[event.link.sequence].index,
            "inclusion_proof": [step.hex() for step in places[event.link.sequence].proof],
        }
        for event in events
    ]
    contents = {CHECKPOINT: checkpoint.body.encode()}
    if checkpoint.timestamp_token:
        contents[TIMESTAMP] = bytes(checkpoint.timestamp_token)
    key = custody_keys.known_keys()[checkpoint.key_id]
    said = {
        "file": CHECKPOINT,
        "signature": bytes(checkpoint.signature).hex(),
        "key_id": checkpoint.key_id,
        "public_key": key.hex(),
        "published_at": f"{settings.PORTAL_ORIGIN}/.well-known/custody-key.txt",
        "time_stamp": TIMESTAMP if TIMESTAMP in contents else None,
        "witnesses": witnesses,
    }
    return Proven(rows, said, contents)


def device_signature(delivery: Delivery, body: bytes) -> dict[str, Any] | None:
    """Return what proves the device's signature over a delivery again; None when it cannot be.

    It cannot when the delivery was not signed, or the device's key was replaced since.
    """
    device = delivery.device
    if delivery.authenticity != "A" or device is None or not device.public_key:
        return None
    headers = [(name, value) for name, value in delivery.headers if name.lower() in SIGNED_HEADERS]
    envelope = RawEnvelope(
        tuple(headers), body, delivery.received_at, delivery.path, delivery.method
    )
    key = bytes(device.public_key)
    if isinstance(verify_signature(envelope, key, delivery.received_at), Rejected):
        return None
    return {
        "method": delivery.method,
        "path": delivery.path,
        "headers": [list(pair) for pair in headers],
        "public_key": raw_public_key(key).hex(),
    }


def sign_sums(text: bytes) -> str:
    """Return the centre's signature over the sums of a pack, as a line of hexadecimal."""
    return signed_texts.sign(text, custody_keys.signing_key()).hex() + "\n"


def seal(*, at: datetime) -> Checkpoint:
    """Link and sign what is not yet, and return the newest checkpoint.

    Raises LogDamaged when the log is not the one that was signed, or has no row at all.
    """
    most = 5_000
    while custody.chain(limit=most, wait=True) == most:
        pass
    try:
        made = checkpoints.make_checkpoint(at=at)
    except checkpoints.CheckpointBroken as error:
        raise LogDamaged(f"The custody log cannot be proved: {error}.") from error
    if made is not None:
        return made
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None:
        raise LogDamaged("The custody log is empty; nothing proves this evidence.")
    return newest


def _witnesses(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    """Return each witness's newest receipt, with the proof that our checkpoint goes on from it."""
    receipts = (
        WitnessReceipt.objects.filter(accepted=True, checkpoint__lte=checkpoint.size)
        .order_by("witness", "-checkpoint_id", "-pk")
        .distinct("witness")
    )
    found = []
    for receipt in receipts:
        answer: Mapping[str, Any] = json.loads(receipt.answer)
        try:
            size = read_receipt(answer).size
        except ValueError:
            continue  # what a witness never signed proves nothing; the row stays for the auditor
        proof = checkpoints.consistency(size, checkpoint)
        found.append(
            {key: answer[key] for key in ("receipt", "signature", "public_key")}
            | {"consistency_proof": [step.hex() for step in proof]}
        )
    return found
