"""Money on papers: figures with dots, and words that can be read back to the same sum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.amounts import amount_in_words, format_vnd

pytestmark = pytest.mark.gate

DIGITS = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}
SCALES = {"nghìn": 10**3, "triệu": 10**6}


def read_back(words: str) -> int:
    """Read a sum in words the way a cashier does, word by word."""
    billions = total = group = digit = 0
    for word in words.removesuffix(" chẵn").removesuffix(" đồng").split():
        if word in DIGITS:
            group, digit = group + DIGITS[word], DIGITS[word]
        elif word == "trăm":
            group += digit * 99
        elif word == "mươi":
            group += digit * 9
        elif word == "mười":
            group += 10
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        elif word == "tỷ":
            billions, total, group = (billions + total + group) * 10**9, 0, 0
        else:
            assert word in ("linh", "lẻ")
    return billions + total + group


@pytest.mark.parametrize(
    ("vnd", "words"),
    [
        (0, "không đồng"),
        (1, "một đồng"),
        (10, "mười đồng"),
        (15, "mười lăm đồng"),
        (21, "hai mươi mốt đồng"),
        (24, "hai mươi tư đồng"),
        (105, "một trăm linh năm đồng"),
        (1_000, "một nghìn đồng chẵn"),
        (28_500, "hai mươi tám nghìn năm trăm đồng"),
        (425_350, "bốn trăm hai mươi lăm nghìn ba trăm năm mươi đồng"),
        (1_005_000, "một triệu không trăm linh năm nghìn đồng chẵn"),
        (2_000_007, "hai triệu không trăm linh bảy đồng"),
        (19_000_000, "mười chín triệu đồng chẵn"),
        (1_000_000_000, "một tỷ đồng chẵn"),
        (11, "mười một đồng"),
        (41, "bốn mươi mốt đồng"),
        (101, "một trăm linh một đồng"),
        (111, "một trăm mười một đồng"),
        (1_000_001, "một triệu không trăm linh một đồng"),
        (14_000, "mười bốn nghìn đồng chẵn"),
        (
            21_021_021,
            "hai mươi mốt triệu không trăm hai mươi mốt nghìn không trăm hai mươi mốt đồng",
        ),
        (55_555, "năm mươi lăm nghìn năm trăm năm mươi lăm đồng"),
        (104_024_000, "một trăm linh bốn triệu không trăm hai mươi tư nghìn đồng chẵn"),
        (3_000_000_050_000, "ba nghìn tỷ không trăm năm mươi nghìn đồng chẵn"),
    ],
)
def test_a_sum_is_spelled_as_a_clerk_would(vnd: int, words: str) -> None:
    assert amount_in_words(vnd) == words


def test_regional_habits_can_be_chosen() -> None:
    assert amount_in_words(104_024, zero_tens="lẻ", four="bốn") == (
        "một trăm lẻ bốn nghìn không trăm hai mươi bốn đồng"
    )


@given(st.integers(0, 10**18 - 1))
def test_words_read_back_give_the_same_sum(vnd: int) -> None:
    assert read_back(amount_in_words(vnd)) == vnd


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_two_sums_never_share_their_words(one: int, other: int) -> None:
    assert (amount_in_words(one) == amount_in_words(other)) == (one == other)


@pytest.mark.parametrize("vnd", [-1, 10**18])
def test_a_sum_out_of_range_is_refused(vnd: int) -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        amount_in_words(vnd)


def test_figures_are_grouped_by_dots() -> None:
    assert format_vnd(19_000_000) == "19.000.000 đồng"
    assert format_vnd(950) == "950 đồng"
    assert format_vnd(1_204_513, unit="byte") == "1.204.513 byte"
