"""The Merkle tree over the stored chain: roots of ranges, and proofs from them.

A proof in a log of millions of rows needs the roots of large subtrees. Those of full tiles of 4 096
rows never change, so they are remembered in the cache; whoever makes a proof checks it against the
signed root, and makes it again without the cache where it fails.
"""

from __future__ import annotations

from django.core.cache import cache

from cameras import merkle
from cameras.custody_reading import hashes
from cameras.merkle import Frontier

TILE_HEIGHT = 12
TILE = 1 << TILE_HEIGHT
TILES_KEPT_SECONDS = 30 * 24 * 3600


class StoredTree:
    """Roots of ranges of the chain; ``remembers`` tells whether tiles may come from the cache."""

    def __init__(self, *, remembers: bool = True) -> None:
        self._remembers = remembers
        self._roots: dict[tuple[int, int], bytes] = {}

    def root_of(self, start: int, end: int) -> bytes:
        """Return the root over leaves ``start`` up to ``end``; leaf n is the row n + 1.

        Raises LookupError where rows are missing.
        """
        known = self._roots.get((start, end))
        if known is None:
            frontier = Frontier()
            while end - (start + frontier.size) >= TILE:
                frontier.append_subtree(self._tile(start + frontier.size), TILE_HEIGHT)
            self._append_rows(frontier, start + frontier.size, end)
            known = self._roots[start, end] = frontier.root()
        return known

    def _tile(self, start: int) -> bytes:
        key = f"custody-tile:{start >> TILE_HEIGHT}"
        kept = cache.get(key) if self._remembers else None
        if isinstance(kept, str) and len(kept) == 2 * merkle.HASH_BYTES:
            return bytes.fromhex(kept)
        frontier = Frontier()
        self._append_rows(frontier, start, start + TILE)
        if self._remembers:
            cache.set(key, frontier.root().hex(), TILES_KEPT_SECONDS)
        return frontier.root()

    def _append_rows(self, frontier: Frontier, start: int, end: int) -> None:
        wanted = start + 1
        for sequence, _previous, row_hash in hashes(start, end) if start < end else ():
            if sequence != wanted:
                break
            frontier.append(row_hash)
            wanted += 1
        if wanted != end + 1:
            raise LookupError(f"row {wanted} of the custody chain is missing")
