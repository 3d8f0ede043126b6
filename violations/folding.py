"""Fold the words of an act for the search, and read a provision as people write it.

Pure. "vuot den do" must find «vượt đèn đỏ», and "Đ6 k9 b", "điểm b khoản 9 Điều 6" and "6.9.b" are
one provision. In a provision đ and d are two different points, so it is read before folding.
"""

import re
import unicodedata
from dataclasses import dataclass

_LONGEST = 900  # the column

_WRITTEN = re.compile(
    r"(?:đ|d|điều|dieu)?[\s.]*(?P<article>\d{1,3})"
    r"(?:[\s.]*(?:k|khoản|khoan)?[\s.]*(?P<clause>\d{1,2}a?)"
    r"(?:[\s.]*(?:điểm|diem|đ\.)?\s*(?P<point>dd|đ|[a-z]))?)?"
)
_READ_ALOUD = re.compile(
    r"(?:(?:điểm|diem)\s+(?P<point>dd|đ|[a-z])\s+)?(?:khoản|khoan)\s+(?P<clause>\d{1,2}a?)\s+"
    r"(?:điều|dieu)\s+(?P<article>\d{1,3})"
)


@dataclass(frozen=True)
class Provision:
    """An article, and a clause and point where given; empty is any."""

    article: str
    clause: str = ""
    point: str = ""


def fold(text: str) -> str:
    """Return a text in lower case, without diacritics and with đ written as d."""
    split = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in split if not unicodedata.combining(char)).replace("đ", "d")


def fold_act(act_vi: str, act_en: str, provision: str) -> str:
    """Return what the search of a rule looks in: both wordings and the provision, folded."""
    return fold(f"{act_vi} {act_en} {provision}")[:_LONGEST]


def read_provision(text: str) -> Provision | None:
    """Read a provision as people write it, or None when the text is something else.

    A number alone is no provision: "1,35" and "10" are words of acts too. Write "Đ6" or "6.9".
    """
    asked = unicodedata.normalize("NFC", text).casefold().strip()
    found = _READ_ALOUD.fullmatch(asked) or _WRITTEN.fullmatch(asked)
    if found is None or asked.isdigit():
        return None
    point = found["point"] or ""
    return Provision(found["article"], found["clause"] or "", "đ" if point == "dd" else point)
