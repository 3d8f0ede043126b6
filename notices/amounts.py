"""Write money the way Vietnamese state papers do: figures with dots, and the same sum in words.

A decision names the fine "in figures and in words" (NĐ 118/2021 form MQĐ02, art. 1.6a), because
one mistyped digit must not change what a person owes. Whole đồng only: there is no smaller unit.
"""

from typing import Literal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_HIGHEST = 10**18  # beyond a billion billion no paper of this portal makes sense

ZeroTens = Literal["linh", "lẻ"]
Four = Literal["tư", "bốn"]


def format_vnd(vnd: int, *, unit: str = "đồng") -> str:
    """Write an amount in figures, groups of three parted by dots: ``19.000.000 đồng``."""
    return f"{vnd:,} {unit}".replace(",", ".")


def amount_in_words(vnd: int, *, zero_tens: ZeroTens = "linh", four: Four = "tư") -> str:
    """Spell an amount of whole đồng: ``mười chín triệu đồng chẵn``.

    The choices made, since usage differs from place to place:

    * ``zero_tens``: the north says "linh" for an empty ten (105 = một trăm linh năm), the south
      "lẻ"; the default is "linh".
    * ``four``: after "mươi" a final 4 is "tư" (24 = hai mươi tư); pass "bốn" for the other habit.
    * a final 1 after "mươi" is "mốt" and a final 5 after any ten is "lăm", everywhere.
    * "chẵn" (exactly) closes a sum of whole thousands, so that nothing can be written behind it.
    * an empty hundred inside the number is spoken: 1.005.000 = một triệu không trăm linh năm nghìn.

    The first letter is small; the sum stands in the middle of a sentence. Raises ValueError for a
    negative sum or one of 10¹⁸ đồng and more.
    """
    if not 0 <= vnd < _HIGHEST:
        raise ValueError("An amount in words must lie between 0 and 10**18 đồng.")
    if vnd == 0:
        return "không đồng"
    words = " ".join(_number(vnd, zero_tens, four))
    return f"{words} đồng chẵn" if vnd % 1000 == 0 else f"{words} đồng"


def _number(number: int, zero_tens: str, four: str, *, spoken_hundred: bool = False) -> list[str]:
    """Spell a positive number; ``spoken_hundred`` says that something stands before it."""
    for scale, name in ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn")):
        if number >= scale:
            high, low = divmod(number, scale)
            words = [*_number(high, zero_tens, four, spoken_hundred=spoken_hundred), name]
            return words + _rest(low, zero_tens, four) if low else words
    return _below_thousand(number, zero_tens, four, spoken_hundred=spoken_hundred)


def _rest(low: int, zero_tens: str, four: str) -> list[str]:
    return _number(low, zero_tens, four, spoken_hundred=True)


def _below_thousand(number: int, zero_tens: str, four: str, *, spoken_hundred: bool) -> list[str]:
    hundreds, below = divmod(number, 100)
    tens, ones = divmod(below, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or spoken_hundred else []
    if tens == 0:
        if ones and words:
            words.append(zero_tens)
    elif tens == 1:
        words.append("mười")
    else:
        words += [_DIGITS[tens], "mươi"]
    if ones:
        words.append(_ones(ones, tens, four))
    return words


def _ones(ones: int, tens: int, four: str) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and tens > 1:
        return four
    if ones == 5 and tens > 0:
        return "lăm"
    return _DIGITS[ones]
