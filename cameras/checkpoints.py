"""Signed checkpoints of the custody chain, and the proofs that hang on them (RFC 6962).

Every ten minutes the whole chain up to its newest row is summed up in one Merkle root and signed
with a key that is not in the database. A checkpoint goes on from the peaks in the one before it, so
it reads only the rows written since. Who holds a checkpoint can later prove that a row was in it,
and that no row before it was changed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from cameras import custody_keys, merkle, signed_texts, timestamps
from cameras.checkpoint_texts import Statement, read_statement, statement_of
from cameras.custody_reading import hashes
from cameras.custody_rows import GENESIS
from cameras.custody_tree import StoredTree
from cameras.merkle import Frontier
from cameras.models import Checkpoint, CustodyLink

log = logging.getLogger(__name__)

#: Any number of our own: two checkpoints must never be made at once.
MAKER_LOCK = 0x636865636B


class CheckpointBroken(Exception):
    """The last checkpoint or the rows after it are not sound; nothing may be signed over them."""


@dataclass(frozen=True)
class Inclusion:
    """The place of one row in a checkpoint's tree, and the hashes that prove it."""

    index: int
    proof: tuple[bytes, ...]


def make_checkpoint(*, at: datetime) -> Checkpoint | None:
    """Sign the chain as it stands at ``at``; None when no row came since the last checkpoint.

    Raises CheckpointBroken when the last one is not what we signed, or the new rows do not follow
    each other: a signature would cover up what ``verify_custody`` would name.
    """
    with transaction.atomic():
        _become_the_maker()
        newest = Checkpoint.objects.order_by("-size").first()
        previous = _sound(newest) if newest else None
        last = CustodyLink.objects.order_by("-sequence").values_list("sequence", flat=True).first()
        if not last or (previous and last <= previous.size):
            return None
        frontier = _grown(previous, last)
        key = custody_keys.signing_key()
        statement = statement_of(
            frontier,
            previous,
            centre=settings.CENTRE_CODE,
            key_id=signed_texts.key_id(signed_texts.public_bytes(key)),
            at=at,
        )
        text = statement.text()
        return Checkpoint.objects.create(
            size=statement.size,
            root=statement.root,
            previous_size=statement.previous_size,
            body=text,
            signature=signed_texts.sign(text.encode(), key),
            key_id=statement.key_id,
            timestamp_token=timestamps.token_for(text.encode()),
            made_at=at,
        )


def covering(sequence: int) -> Checkpoint | None:
    """Return the newest checkpoint, if it covers a row of the chain."""
    newest = Checkpoint.objects.order_by("-size").first()
    return newest if newest is not None and newest.size >= sequence else None


def inclusions(checkpoint: Checkpoint, sequences: list[int]) -> dict[int, Inclusion]:
    """Return for each row number its proof in a checkpoint, every one tried before it is returned.

    Raises CheckpointBroken when the chain no longer is the one that was signed.
    """
    statement = _sound(checkpoint)
    rows = dict(CustodyLink.objects.filter(pk__in=sequences).values_list("sequence", "row_hash"))
    for tree in (StoredTree(), StoredTree(remembers=False)):
        try:
            found = {
                number: Inclusion(
                    number - 1,
                    tuple(merkle.inclusion_proof(number - 1, statement.size, tree.root_of)),
                )
                for number in sequences
            }
        except LookupError as error:
            raise CheckpointBroken(str(error)) from error
        if all(
            merkle.verify_inclusion(
                bytes(rows[number]), place.index, statement.size, place.proof, statement.root
            )
            for number, place in found.items()
        ):
            return found
    raise CheckpointBroken("the chain is not the one that was signed")


def consistency(first: int, checkpoint: Checkpoint) -> list[bytes]:
    """Return the hashes that show a checkpoint's log to begin with the log of ``first`` rows.

    Raises CheckpointBroken when the chain no longer is the one that was signed; IndexError for a
    log longer than the checkpoint's.
    """
    statement = _sound(checkpoint)
    for tree in (StoredTree(), StoredTree(remembers=False)):
        try:
            proof = merkle.consistency_proof(first, statement.size, tree.root_of)
            before = tree.root_of(0, first)
        except LookupError as error:
            if isinstance(error, IndexError):
                raise
            raise CheckpointBroken(str(error)) from error
        if merkle.verify_consistency(first, statement.size, before, statement.root, proof):
            return proof
    raise CheckpointBroken("the chain is not the one that was signed")


def _grown(previous: Statement | None, last: int) -> Frontier:
    """Return the tree up to row ``last``, reading only what came after the previous checkpoint."""
    frontier = previous.frontier() if previous else Frontier()
    before = GENESIS
    if previous:
        link = CustodyLink.objects.filter(pk=previous.size).first()
        if link is None:
            raise CheckpointBroken(f"row {previous.size} of the custody chain is missing")
        before = bytes(link.row_hash)
    for sequence, previous_hash, row_hash in hashes(frontier.size, last):
        if sequence != frontier.size + 1 or previous_hash != before:
            raise CheckpointBroken(f"row {sequence} does not follow the row before it")
        frontier.append(row_hash)
        before = row_hash
    return frontier


def _sound(checkpoint: Checkpoint) -> Statement:
    """Return what a checkpoint of ours says. Raises CheckpointBroken when it is not ours."""
    key = custody_keys.known_keys().get(checkpoint.key_id)
    text = checkpoint.body.encode()
    if key is None or not signed_texts.is_signed(text, bytes(checkpoint.signature), key):
        raise CheckpointBroken(f"checkpoint {checkpoint.size} is not signed by a key of ours")
    try:
        statement = read_statement(checkpoint.body)
    except ValueError as error:
        raise CheckpointBroken(f"checkpoint {checkpoint.size}: {error}") from error
    if (statement.size, statement.root) != (checkpoint.size, bytes(checkpoint.root)):
        raise CheckpointBroken(f"checkpoint {checkpoint.size}: its row differs from its text")
    return statement


def _become_the_maker() -> None:
    """Wait for whoever makes a checkpoint now: two would sign the same rows twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKER_LOCK])
