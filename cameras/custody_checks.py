"""Check the custody chain against itself and against its signed checkpoints, naming what is wrong.

The chain alone shows an altered, missing, moved or inserted row. Whoever can write the tables could
work out every hash anew; that shows against the checkpoints, whose key lies outside the database,
and a forger who has the key too meets the witnesses, who hold the roots of before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from cameras import custody_keys
from cameras.checkpoint_texts import Statement, read_statement
from cameras.custody_reading import Row, rows_after
from cameras.custody_rows import GENESIS, canonical_row, row_hash
from cameras.merkle import EMPTY_ROOT, Frontier
from cameras.models import Checkpoint, CustodyEvent, CustodyLink
from cameras.signed_texts import is_signed

#: A row still unlinked after this long is a fault of the sequencer, or was slipped in.
LINKED_WITHIN = timedelta(minutes=10)
#: Of more altered rows than this we no longer ask whether they only changed places.
MOST_COMPARED = 200
#: A log in which everything is wrong needs no list of a million lines.
MOST_NAMED = 5_000
PROGRESS_EVERY = 50_000


class UnknownCheckpoint(Exception):
    """There is no sound checkpoint of the size one wanted to begin at."""


def faults(
    *, at: datetime, since: int = 0, progress: Callable[[int], None] | None = None
) -> list[str]:
    """Return what is wrong with the chain and its checkpoints; an empty list means whole.

    ``since`` begins after that checkpoint, trusting its signature. ``progress`` is told now and
    then how many rows were read. Raises UnknownCheckpoint.
    """
    check = _Check(since)
    read = 0
    for read, row in enumerate(rows_after(since), start=1):
        check.take(row)
        if progress is not None and read % PROGRESS_EVERY == 0:
            progress(read)
        if len(check.found) >= MOST_NAMED:
            return [*check.found, "… too much is wrong to name all of it"]
    check.end()
    unlinked = CustodyEvent.objects.filter(link__isnull=True, at__lt=at - LINKED_WITHIN)
    names = unlinked.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED]
    return check.found + [f"event {pk} has no link" for pk in names]


class _Check:
    """One pass over the rows: what is expected next, what was found wrong, and the tree so far."""

    def __init__(self, since: int) -> None:
        self.found: list[str] = []
        self._altered: list[tuple[int, Row]] = []
        self._before, self._expected = GENESIS, since + 1
        self._tree: Frontier | None = Frontier()
        self._signed = _sound_roots(self.found)
        if since:
            if since not in self._signed:
                raise UnknownCheckpoint
            self._tree = _signed_tree(since)
            link = CustodyLink.objects.filter(pk=since).first()
            self._before = bytes(link.row_hash) if link else GENESIS
        self._ahead = sorted(size for size in self._signed if size > since)[::-1]
        self._segment = since + 1

    def take(self, row: Row) -> None:
        """Check one row after the one before it."""
        sequence, previous, stored = row[0], row[1], row[2]
        if sequence != self._expected:
            self.found.append(_missing(self._expected, sequence - 1))
            self._lose_the_tree(sequence)
        elif previous != self._before:
            self.found.append(f"row {sequence} does not follow row {sequence - 1}")
        if row[4] is None:
            self.found.append(f"row {sequence} names event {row[3]}, which is missing")
        elif row_hash(previous, canonical_row(sequence, *row[4:])) != stored:
            self._altered.append((len(self.found), row))
            self.found.append(f"row {sequence} (event {row[3]}) was altered")
        if self._tree is not None:
            self._tree.append(stored)
        if self._ahead and self._ahead[-1] == sequence:
            self._compare(self._ahead.pop())
        self._before, self._expected = stored, sequence + 1

    def end(self) -> None:
        """Compare what was expected after the last row, and what only changed places."""
        last = self._expected - 1
        for size in reversed(self._ahead):
            self.found.append(f"checkpoint {size} covers rows up to {size}; the log ends at {last}")
        if 1 < len(self._altered) <= MOST_COMPARED:
            for place, row in self._altered:
                other = next((o for _, o in self._altered if o is not row and _moved(row, o)), None)
                if other is not None:
                    self.found[place] = (
                        f"row {row.sequence} (event {row.event_id}) was exchanged"
                        f" with row {other.sequence}"
                    )

    def _compare(self, size: int) -> None:
        if self._tree is None or self._tree.root() != self._signed[size]:
            first = self._segment
            span = f"rows {first} to {size} are" if first < size else f"row {size} is"
            self.found.append(f"checkpoint {size}: {span} not what was signed")
            # Each stretch is judged by itself: go on from what was signed.
            self._tree = _signed_tree(size)
        self._segment = size + 1

    def _lose_the_tree(self, sequence: int) -> None:
        """After a gap no root can be made until the next checkpoint; those within it are named."""
        self._tree = None
        while self._ahead and self._ahead[-1] < sequence:
            self._compare(self._ahead.pop())
            self._tree = None


def _sound_roots(found: list[str]) -> dict[int, bytes]:
    """Return size and root of the checkpoints that are signed by us, naming what is wrong."""
    keys = custody_keys.known_keys()
    sound: dict[int, bytes] = {}
    expected = (0, EMPTY_ROOT)
    for checkpoint in Checkpoint.objects.order_by("size").iterator(chunk_size=1_000):
        name = f"checkpoint {checkpoint.size}"
        fault, statement = _judged(checkpoint, keys)
        if statement is None:
            found.append(f"{name}{fault}")
        else:
            before = (statement.previous_size, statement.previous_root)
            if before != expected:
                found.append(f"{name} follows checkpoint {before[0]}, which is missing or differs")
            sound[statement.size] = statement.root
        expected = (checkpoint.size, bytes(checkpoint.root))
    return sound


def _judged(checkpoint: Checkpoint, keys: dict[str, bytes]) -> tuple[str, Statement | None]:
    key = keys.get(checkpoint.key_id)
    if key is None:
        return f" names a key that is not ours ({checkpoint.key_id[:16]})", None
    if not is_signed(checkpoint.body.encode(), bytes(checkpoint.signature), key):
        return ": its signature does not match its text", None
    try:
        statement = read_statement(checkpoint.body)
    except ValueError as error:
        return f": {error}", None
    row = (checkpoint.size, bytes(checkpoint.root), checkpoint.previous_size, checkpoint.key_id)
    if row != (statement.size, statement.root, statement.previous_size, statement.key_id):
        return ": its row says something else than its signed text", None
    return "", statement


def _signed_tree(size: int) -> Frontier:
    """Return the tree of a checkpoint already found sound."""
    return read_statement(Checkpoint.objects.get(pk=size).body).frontier()


def _moved(row: Row, other: Row) -> bool:
    """Tell whether a row's hash is that of the other's contents, or of its own at its place."""
    if row.event is None or other.event is None:
        return False
    return row.row_hash in (
        other.hash_at(row.sequence, row.previous_hash),
        row.hash_at(other.sequence, row.previous_hash),
    )


def _missing(first: int, last: int) -> str:
    return f"row {first} is missing" if first >= last else f"rows {first} to {last} are missing"
