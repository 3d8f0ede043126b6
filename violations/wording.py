"""Vietnamese words of the papers for the portal's codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from violations.models import PenaltyRule, Violation

VEHICLE_CLASSES = {
    "car": "ô tô",
    "bus": "ô tô khách",
    "truck": "ô tô tải",
    "tractor": "máy kéo",
    "motorcycle": "mô tô",
    "moped": "xe gắn máy",
    "e_bike": "xe đạp máy",
    "bicycle": "xe đạp",
    "special": "xe máy chuyên dùng",
    "unknown": "không rõ loại",
}

PLATE_COLOURS = {
    "white": "nền trắng, chữ đen",
    "yellow": "nền vàng, chữ đen",
    "blue": "nền xanh, chữ trắng",
    "red": "nền đỏ, chữ trắng",
    "unknown": "không rõ",
}

SIGNATURE_TITLES = {
    "soldier": "Cán bộ",
    "team_head": "Đội trưởng",
    "commune_chief": "Trưởng Công an phường",
    "office_head": "Trưởng phòng",
    "provincial_director": "Giám đốc",
    "department_director": "Cục trưởng",
    "deputy_team_head": "Phó Đội trưởng",
    "deputy_commune_chief": "Phó Trưởng Công an phường",
    "deputy_office_head": "Phó Trưởng phòng",
    "deputy_provincial_director": "Phó Giám đốc",
    "deputy_department_director": "Phó Cục trưởng",
}


def signature_title(title: str | None) -> str:
    """Return the title printed over a signature."""
    return SIGNATURE_TITLES.get(title or "", "Cán bộ")


def title_in_unit(title: str, unit_name: str) -> str:
    """Join a title to its unit the way an authority is named; shared words are said once.

    "Trưởng phòng" of "Phòng Cảnh sát giao thông" is "Trưởng phòng Cảnh sát giao thông"; "Đội
    trưởng" of "Đội số 2" keeps both.
    """
    words, unit = title.split(), unit_name.split()
    for shared in range(min(len(words), len(unit)), 0, -1):
        if [word.casefold() for word in words[-shared:]] == [
            word.casefold() for word in unit[:shared]
        ]:
            return " ".join([*words, *unit[shared:]])
    return " ".join([*words, *unit])


def describe_act(rule: PenaltyRule) -> str:
    """Return the act as a paper describes it: a fragment in lower case, without a last remark.

    Only a remark in brackets at the very end goes; brackets in the middle belong to the act.
    """
    text = re.sub(r" \([^()]*\)$", "", rule.act_vi)
    return text[:1].lower() + text[1:]


def picture_caption(case: Violation, position: int, count: int) -> str:
    """Say what a picture of the sequence shows, no more than its place in the sequence tells.

    Only a full red-light sequence has fixed meanings (before, on, past the line); any other
    picture is named by its number.
    """
    if case.violation_type == "red_light" and count >= 3:
        words = {
            1: "Xe chưa qua vạch dừng, đèn đỏ",
            2: "Xe đi qua vạch dừng, đèn đỏ",
            3: "Xe đã qua vạch dừng, đèn đỏ",
        }
        return words.get(position, f"Ảnh toàn cảnh {position}")
    return f"Ảnh toàn cảnh {position}"
