"""The tree of RFC 6962: known vectors, and every proof against a naive tree."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

pytestmark = pytest.mark.gate

#: The leaves and roots of the reference implementation's own tests (Certificate Transparency).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = naive_root(leaves[:split]), naive_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def ranges_of(leaves: list[bytes]):
    return lambda start, end: naive_root(leaves[start:end])


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_the_inclusion_proofs_are_those_of_certificate_transparency(index, size, proof):
    made = inclusion_proof(index, size, ranges_of(LEAVES))
    assert [step.hex() for step in made] == proof
    assert verify_inclusion(LEAVES[index], index, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("first", "second", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_the_consistency_proofs_are_those_of_certificate_transparency(first, second, proof):
    made = consistency_proof(first, second, ranges_of(LEAVES))
    assert [step.hex() for step in made] == proof
    roots = bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second])
    assert verify_consistency(first, second, *roots, made)


@pytest.fixture(scope="module")
def forty() -> list[bytes]:
    return [bytes([number]) * 3 for number in range(40)]


@pytest.mark.parametrize("size", range(41))
def test_a_tree_grown_leaf_by_leaf_is_the_naive_one(forty, size):
    frontier = Frontier()
    for leaf in forty[:size]:
        frontier.append(leaf)
    assert frontier.root() == naive_root(forty[:size])
    assert len(frontier.peaks) == size.bit_count()


@pytest.mark.parametrize("size", range(1, 41))
def test_every_leaf_is_proved_and_at_no_other_place(forty, size):
    whole = naive_root(forty[:size])
    for index in range(size):
        proof = inclusion_proof(index, size, ranges_of(forty[:size]))
        assert verify_inclusion(forty[index], index, size, proof, whole)
        for other in range(size):
            if other != index:
                assert not verify_inclusion(forty[index], other, size, proof, whole)


@pytest.mark.parametrize("second", range(1, 41))
def test_every_longer_tree_is_shown_to_begin_with_each_shorter_one(forty, second):
    roots = [naive_root(forty[:size]) for size in range(second + 1)]
    for first in range(second + 1):
        proof = consistency_proof(first, second, ranges_of(forty[:second]))
        assert verify_consistency(first, second, roots[first], roots[second], proof)
        if first:
            forged = roots[first - 1]
            assert not verify_consistency(first, second, forged, roots[second], proof)


@given(
    size=st.integers(1, 200), place=st.integers(0, 10_000), bit=st.integers(0, 255), data=st.data()
)
@settings(max_examples=200, deadline=None)
def test_no_changed_proof_is_accepted(size, place, bit, data):
    leaves = [number.to_bytes(2, "big") for number in range(size)]
    index = place % size
    whole = root(leaves)
    proof = inclusion_proof(index, size, ranges_of(leaves))
    assert verify_inclusion(leaves[index], index, size, proof, whole)
    if proof:
        step = data.draw(st.integers(0, len(proof) - 1))
        changed = list(proof)
        flipped = bytearray(changed[step])
        flipped[bit // 8] ^= 1 << bit % 8
        changed[step] = bytes(flipped)
        assert not verify_inclusion(leaves[index], index, size, changed, whole)
        assert not verify_inclusion(leaves[index], index, size, proof[:-1], whole)
    assert not verify_inclusion(leaves[index], index, size, [*proof, whole], whole)
    assert not verify_inclusion(b"other", index, size, proof, whole)


@given(first=st.integers(0, 300), more=st.integers(0, 300))
@settings(max_examples=100, deadline=None)
def test_a_tree_goes_on_from_its_peaks_alone(first, more):
    leaves = [number.to_bytes(2, "big") for number in range(first + more)]
    early = Frontier()
    for leaf in leaves[:first]:
        early.append(leaf)
    later = Frontier(early.size, early.peaks)
    for leaf in leaves[first:]:
        later.append(leaf)
    assert later.root() == naive_root(leaves)


@given(
    st.lists(st.binary(max_size=40), max_size=8),
    st.integers(-3, 70),
    st.integers(-3, 70),
    st.binary(max_size=33),
)
@settings(deadline=None)
def test_checking_garbage_says_no_and_never_raises(proof, first, second, data):
    assert verify_inclusion(data, first, second, proof, bytes(32)) is False
    if first not in (0, second):
        assert verify_consistency(first, second, data, bytes(32), proof) is False


def test_full_subtrees_may_be_added_whole():
    leaves = [bytes([number]) for number in range(21)]
    frontier = Frontier()
    frontier.append_subtree(root(leaves[:8]), 3)
    frontier.append_subtree(root(leaves[8:16]), 3)
    frontier.append_subtree(root(leaves[16:20]), 2)
    frontier.append(leaves[20])
    assert frontier.root() == naive_root(leaves)
    with pytest.raises(ValueError, match="multiple of its size"):
        frontier.append_subtree(root(leaves[:8]), 3)


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(3, [bytes(32)]), (1, [bytes(31)]), (-1, []), (0, [bytes(32)])],
    ids=["one too few", "short", "negative", "none wanted"],
)
def test_peaks_of_another_tree_are_refused(size, peaks):
    with pytest.raises(ValueError, match="peaks"):
        Frontier(size, peaks)


def test_a_leaf_outside_and_a_tree_of_none():
    assert Frontier().root() == EMPTY_ROOT == root([])
    assert leaf_hash(b"") == root([b""])
    with pytest.raises(IndexError):
        inclusion_proof(3, 3, ranges_of(LEAVES))
    with pytest.raises(IndexError):
        consistency_proof(4, 3, ranges_of(LEAVES))
