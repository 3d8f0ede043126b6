"""The text of a checkpoint, as it is signed, sent to witnesses and read years later. Pure.

The format is ``vn.traffic.custody-checkpoint/1``: canonical JSON with the number of custody rows,
their Merkle root (RFC 6962, a leaf's data being the 32 bytes of a row's hash), the checkpoint
before, and the peaks of the tree, from which the next one goes on without reading old rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cameras.custody_rows import canonical
from cameras.merkle import EMPTY_ROOT, Frontier

FORMAT = "vn.traffic.custody-checkpoint/1"
LONGEST_TEXT = 16_384


@dataclass(frozen=True)
class Statement:
    """What one checkpoint says. ``made_at`` is UTC, to the second."""

    centre: str
    size: int
    root: bytes
    previous_size: int
    previous_root: bytes
    peaks: tuple[bytes, ...]
    made_at: str
    key_id: str

    def frontier(self) -> Frontier:
        """Return the tree this statement ends with, to go on from."""
        return Frontier(self.size, self.peaks)

    def text(self) -> str:
        """Return the canonical JSON that is signed."""
        return canonical(
            {
                "format": FORMAT,
                "centre": self.centre,
                "size": self.size,
                "root": self.root.hex(),
                "previous_size": self.previous_size,
                "previous_root": self.previous_root.hex(),
                "peaks": [peak.hex() for peak in self.peaks],
                "made_at": self.made_at,
                "key_id": self.key_id,
            }
        ).decode()


def statement_of(
    frontier: Frontier, previous: Statement | None, *, centre: str, key_id: str, at: datetime
) -> Statement:
    """Return what a checkpoint over a tree says, after the one before it."""
    return Statement(
        centre=centre,
        size=frontier.size,
        root=frontier.root(),
        previous_size=previous.size if previous else 0,
        previous_root=previous.root if previous else EMPTY_ROOT,
        peaks=frontier.peaks,
        made_at=at.astimezone(UTC).isoformat(timespec="seconds"),
        key_id=key_id,
    )


def read_statement(text: str) -> Statement:
    """Read a checkpoint's text. Raises ValueError unless it is whole, canonical and consistent."""
    if len(text) > LONGEST_TEXT:
        raise ValueError("the text is too long for a checkpoint")
    try:
        said = json.loads(text)
        statement = _from(said)
        if said["format"] != FORMAT or statement.text() != text:
            raise ValueError("the text is not a checkpoint in canonical form")
        if statement.frontier().root() != statement.root:
            raise ValueError("the peaks do not make the root")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("the text is not a checkpoint") from error
    if not 0 <= statement.previous_size < statement.size:
        raise ValueError("the checkpoint before must be smaller")
    return statement


def _from(said: dict[str, Any]) -> Statement:
    if type(said["size"]) is not int or type(said["previous_size"]) is not int:
        raise ValueError("sizes are whole numbers")
    return Statement(
        centre=str(said["centre"]),
        size=said["size"],
        root=bytes.fromhex(said["root"]),
        previous_size=said["previous_size"],
        previous_root=bytes.fromhex(said["previous_root"]),
        peaks=tuple(bytes.fromhex(peak) for peak in said["peaks"]),
        made_at=str(said["made_at"]),
        key_id=str(said["key_id"]),
    )
