"""Read a request body off the socket, raw, before any parser can touch it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import BinaryIO

#: Large enough for most bodies in one piece: the server below copies what it holds at every read.
PIECE = 1024 * 1024


@dataclass(frozen=True)
class Arrival:
    """One request at the door, its body still unread. ``path`` has the query string."""

    method: str
    path: str
    remote_address: str
    headers: tuple[tuple[str, str], ...]
    stream: BinaryIO
    announced_size: int | None


@dataclass(frozen=True)
class Body:
    """What was read: the kept bytes, the hash and size of everything that came."""

    kept: bytes
    sha256: str
    size: int
    too_large: bool
    cut_short: bool


def read_body(arrival: Arrival, most: int, *, keep: int, within_seconds: float = 3600.0) -> Body:
    """Read the raw body in pieces, hashing on the way, and keep its first ``keep`` bytes.

    A body of more than ``most`` bytes is too large; as much again is read and thrown away, so that
    an honest sender still hears the answer. No parser has touched the stream before. A connection
    that breaks, or has not brought everything ``within_seconds``, gives a body cut short.
    """
    ends_at = time.monotonic() + within_seconds
    digest, size, announced = hashlib.sha256(), 0, arrival.announced_size
    kept: list[bytes] = []
    kept_size = 0
    too_large = announced is not None and announced > most
    broken = False
    while size < 2 * most:
        if time.monotonic() > ends_at:
            broken = True
            break
        try:
            piece = arrival.stream.read(min(PIECE, 2 * most - size))
        except OSError:
            broken = True
            break
        if not piece:
            break
        size += len(piece)
        if size <= most and not too_large:
            digest.update(piece)
        elif size > most:
            too_large = True
        if kept_size < keep:
            kept.append(piece[: keep - kept_size] if len(piece) > keep - kept_size else piece)
            kept_size += len(kept[-1])
    cut_short = broken or (announced is not None and not too_large and size < announced)
    sha256 = "" if too_large else digest.hexdigest()
    whole = max(size, announced or 0) if too_large else size
    return Body(kept[0] if len(kept) == 1 else b"".join(kept), sha256, whole, too_large, cut_short)
