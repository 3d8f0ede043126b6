"""The Merkle tree of RFC 6962 (Certificate Transparency) over hashes that come one after another.

A leaf is hashed with 0x00 before it and a node with 0x01, so that neither can pass for the other.
A tree of any length is kept as its *peaks*, the roots of the full subtrees of its binary number,
which is all that must be remembered to go on: ``Frontier``. Pure; the offline verifier uses it too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

#: The root of a tree without leaves (RFC 6962 section 2.1).
EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32

#: The root over the leaves from one number up to, not including, another.
RangeRoot = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf: SHA-256 over 0x00 and its data."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node: SHA-256 over 0x01, the left and the right below it."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, remembered as the roots of its full subtrees, the largest first."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Go on from a size and its peaks. Raises ValueError when they do not belong together."""
        self.size = size
        self._peaks = list(peaks)
        wrong_length = any(len(peak) != HASH_BYTES for peak in self._peaks)
        if size < 0 or len(self._peaks) != size.bit_count() or wrong_length:
            raise ValueError("these peaks are not those of a tree of this size")

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """Return the roots of the full subtrees, the largest first."""
        return tuple(self._peaks)

    def append(self, data: bytes) -> None:
        """Add one leaf by its data."""
        sha256, peaks, size = hashlib.sha256, self._peaks, self.size
        node = sha256(b"\x00" + data).digest()
        while size & 1:
            node = sha256(b"\x01" + peaks.pop() + node).digest()
            size >>= 1
        peaks.append(node)
        self.size += 1

    def append_subtree(self, root: bytes, height: int) -> None:
        """Add a full subtree of 2**height leaves. Raises ValueError where it cannot stand."""
        if self.size % (1 << height):
            raise ValueError("a full subtree must begin at a multiple of its size")
        node, size = root, self.size >> height
        while size & 1:
            node = node_hash(self._peaks.pop(), node)
            size >>= 1
        self._peaks.append(node)
        self.size += 1 << height

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over the data of all leaves."""
    frontier = Frontier()
    for data in leaves:
        frontier.append(data)
    return frontier.root()


def inclusion_proof(index: int, size: int, root_of: RangeRoot) -> list[bytes]:
    """Return the hashes that lead from leaf ``index`` to the root of ``size``. RFC 6962 §2.1.1

    ``root_of`` gives the root over a range of leaves. Raises IndexError for a leaf outside.
    """
    if not 0 <= index < size:
        raise IndexError("no such leaf in a tree of this size")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(start, middle))
            start = middle
    return path[::-1]


def verify_inclusion(
    data: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Tell whether a leaf's data stands at ``index`` in the tree of this size and root."""
    if not 0 <= index < size:
        return False
    node, last = leaf_hash(data), size - 1
    for step in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = node_hash(step, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = node_hash(node, step)
        index, last = index >> 1, last >> 1
    return last == 0 and node == expected


def consistency_proof(first: int, second: int, root_of: RangeRoot) -> list[bytes]:
    """Return the hashes that show the tree of ``second`` to begin with that of ``first``. §2.1.2

    Raises IndexError unless 0 <= first <= second. From nothing, or to the same size: no hashes.
    """
    if not 0 <= first <= second:
        raise IndexError("a tree is consistent with a shorter one only")
    if first in (0, second):
        return []
    path: list[bytes] = []
    start, end, whole = 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(root_of(middle, end))
            end = middle
        else:
            path.append(root_of(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(root_of(start, end))
    return path[::-1]


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the tree of ``second`` leaves begins with the whole tree of ``first``."""
    if not 0 <= first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == EMPTY_ROOT
    steps = list(proof)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    if not steps:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """Return the largest power of two smaller than ``count``, which is at least two."""
    return 1 << ((count - 1).bit_length() - 1)
