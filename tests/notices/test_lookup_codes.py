"""Look-up codes: derived, checked before any database work, and kind to the person typing."""

import hmac
from hashlib import sha256
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lookup_codes import (
    ALPHABET,
    CodeFault,
    check,
    derive_code,
    digest,
    fold,
    pretty,
)

pytestmark = pytest.mark.gate

KEY = bytes(range(32))
PAPER = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
SOME_CODES = [derive_code(UUID(int=number), KEY) for number in range(60)]


def test_a_paper_has_always_the_same_code() -> None:
    assert derive_code(PAPER, KEY) == derive_code(PAPER, KEY)
    assert derive_code(PAPER, KEY) == "J340V9EHWQPMCT"


def test_another_paper_or_another_key_gives_another_code() -> None:
    codes = {derive_code(uuid4(), KEY) for _ in range(500)}
    codes |= {derive_code(PAPER, KEY), derive_code(PAPER, KEY[::-1])}
    assert len(codes) == 502


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        derive_code(PAPER, KEY[:31])


@given(st.uuids())
def test_every_derived_code_checks(paper: UUID) -> None:
    code = derive_code(paper, KEY)
    assert len(code) == 14
    assert set(code) <= set(ALPHABET)
    assert check(code) == code


def test_the_code_is_65_bits_of_the_mac_and_a_sum_over_gf32() -> None:
    mac = int(hmac.new(KEY, b"lookup-code/1:" + PAPER.bytes, sha256).hexdigest(), 16)
    values = [int(f"{mac:0256b}"[place : place + 5], 2) for place in range(0, 65, 5)]
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] * 2
        powers.append(doubled ^ 37 if doubled > 31 else doubled)
    product = 0
    for place, value in enumerate(values, start=1):
        if value:
            product ^= powers[(powers.index(value) + place) % 31]
    assert derive_code(PAPER, KEY) == "".join(ALPHABET[value] for value in [*values, product])


def test_every_single_wrong_symbol_is_detected() -> None:
    for code in SOME_CODES:
        for place, right in enumerate(code):
            for wrong in set(ALPHABET) - {right}:
                assert check(code[:place] + wrong + code[place + 1 :]) == CodeFault("check", 14)


def test_every_swap_of_two_symbols_is_detected() -> None:
    swaps = 0
    for code in SOME_CODES:
        for one, other in combinations(range(14), 2):
            if code[one] != code[other]:
                symbols = list(code)
                symbols[one], symbols[other] = symbols[other], symbols[one]
                assert check("".join(symbols)) == CodeFault("check", 14)
                swaps += 1
    assert swaps > 5_000


@given(st.uuids(), st.data())
def test_a_code_may_be_typed_carelessly(paper: UUID, data: st.DataObject) -> None:
    code = derive_code(paper, KEY)
    similar = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(similar.get(symbol, symbol + symbol.lower())))
        + data.draw(st.sampled_from(["", " ", "-", "–", "\u00a0", "\u200b", "."]))
        for symbol in code
    )
    assert check(typed) == code


def test_the_printed_form_checks() -> None:
    code = derive_code(PAPER, KEY)
    assert pretty(code) == "J340-V9EHW-QPMCT"
    assert check(pretty(code)) == code


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CodeFault("length", 0)),
        ("J340-V9EHW-QPM", CodeFault("length", 12)),
        ("J340-V9EHW-QPMCTB", CodeFault("length", 15)),
        ("J340-V9EHW-QPMCU", CodeFault("symbol", 14)),
        ("J340-V9EHW-QPMCđ", CodeFault("symbol", 14)),
        ("J340-V9EHW-QPMC*", CodeFault("symbol", 14)),
    ],
)
def test_a_fault_says_what_is_wrong(typed: str, fault: CodeFault) -> None:
    assert check(typed) == fault
    assert str(fault)


def test_folding_does_not_guess_beyond_the_similar_letters() -> None:
    assert fold("b8 5s 2z") == "B85S2Z"


def test_the_digest_depends_on_code_and_pepper() -> None:
    code = derive_code(PAPER, KEY)
    made = {digest(code, b"a" * 32), digest(code, b"b" * 32), digest(SOME_CODES[0], b"a" * 32)}
    assert len(made) == 3
    assert all(len(each) == 32 for each in made)
