"""What makes a sanction milder or harder (tình tiết giảm nhẹ, tăng nặng): the law's closed list.

Luật XLVPHC Đ9 and Đ10, am. 67/2020, from knowledge of the law and not copied from the gazette: the
words are shortened, and a ground marked ``is_sure=False`` needs a look at the text before it is
printed. A fact that is part of the act itself does not aggravate it (Đ10 k2): an officer judges
that, so it stands in the hint of the form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["mitigating", "aggravating"]


@dataclass(frozen=True)
class Ground:
    """One ground with its provision; ``words_vi`` is what record and decision print of it."""

    code: str
    kind: Kind
    article: str
    words_vi: str
    words_en: str
    is_sure: bool = True

    @property
    def printed(self) -> str:
        """Return the ground as a paper names it: its words and its provision, in Vietnamese."""
        return f"{self.words_vi} ({self.article} Luật Xử lý vi phạm hành chính)"


def _mitigating(code: str, clause: str, vi: str, en: str, *, is_sure: bool = True) -> Ground:
    return Ground(code, "mitigating", f"khoản {clause} Điều 9", vi, en, is_sure)


def _aggravating(code: str, point: str, vi: str, en: str, *, is_sure: bool = True) -> Ground:
    return Ground(code, "aggravating", f"điểm {point} khoản 1 Điều 10", vi, en, is_sure)


_ALL = (
    _mitigating(
        "repaired", "1", "đã ngăn chặn, làm giảm bớt hậu quả hoặc tự nguyện khắc phục, bồi thường",
        "prevented or lessened the harm, or made it good freely",
    ),
    _mitigating("confessed", "2", "tự nguyện khai báo, thành thật hối lỗi", "came forward, sorry"),
    _mitigating(
        "assisted", "2", "tích cực giúp đỡ cơ quan chức năng phát hiện, xử lý vi phạm",
        "actively helped the authorities", is_sure=False,
    ),
    _mitigating(
        "provoked", "3", "bị kích động về tinh thần do hành vi trái pháp luật của người khác",
        "provoked by another's unlawful act",
    ),
    _mitigating(
        "excess_of_defence", "3",
        "vượt quá giới hạn phòng vệ chính đáng hoặc yêu cầu của tình thế cấp thiết",
        "went beyond self-defence or necessity",
    ),
    _mitigating(
        "coerced", "4", "bị ép buộc hoặc bị lệ thuộc về vật chất hoặc tinh thần",
        "forced, or dependent on another",
    ),
    _mitigating(
        "frail", "5",
        "là phụ nữ mang thai, người già yếu, người có bệnh hoặc khuyết tật làm hạn chế khả năng "
        "nhận thức hoặc điều khiển hành vi",
        "pregnant, frail with age, or ill or disabled so that judgement is limited",
    ),
    _mitigating(
        "hardship", "6", "vì hoàn cảnh đặc biệt khó khăn mà không do mình gây ra",
        "special hardship not of one's own making",
    ),
    _mitigating("backward", "7", "do trình độ lạc hậu", "for lack of education"),
    _aggravating("organised", "a", "vi phạm có tổ chức", "organised"),
    _aggravating("repeated", "b", "vi phạm hành chính nhiều lần", "committed several times"),
    _aggravating("recidivism", "b", "tái phạm", "committed again after a sanction"),
    _aggravating(
        "used_others", "c",
        "xúi giục, lôi kéo, sử dụng người chưa thành niên hoặc ép buộc người lệ thuộc vi phạm",
        "incited or used a minor, or forced a dependent person",
    ),
    _aggravating(
        "used_the_ill", "d", "sử dụng người mất khả năng nhận thức hoặc điều khiển hành vi",
        "used a person who cannot judge or control the act", is_sure=False,
    ),
    _aggravating(
        "insulted", "đ", "lăng mạ, phỉ báng người đang thi hành công vụ; có tính chất côn đồ",
        "insulted an officer on duty, or acted as a thug",
    ),
    _aggravating("abused_office", "e", "lợi dụng chức vụ, quyền hạn", "abused an office"),
    _aggravating(
        "used_disaster", "g", "lợi dụng thiên tai, thảm họa, dịch bệnh hoặc khó khăn của xã hội",
        "took advantage of a disaster or epidemic",
    ),
    _aggravating(
        "under_sentence", "h",
        "đang chấp hành hình phạt hoặc biện pháp xử lý vi phạm hành chính",
        "while serving a sentence or an administrative measure",
    ),
    _aggravating(
        "went_on", "i", "tiếp tục vi phạm mặc dù đã được yêu cầu chấm dứt",
        "went on after being told to stop",
    ),
    _aggravating(
        "concealed", "k", "trốn tránh, che giấu sau khi vi phạm", "evaded or concealed afterwards"
    ),
    _aggravating(
        "large_scale", "l", "có quy mô lớn, số lượng hoặc trị giá hàng hóa lớn",
        "large in scale or value",
    ),
    _aggravating(
        "many_victims", "m",
        "đối với nhiều người, trẻ em, người già, người khuyết tật, phụ nữ mang thai",
        "against many people, children, the old, the disabled or a pregnant woman",
    ),
)  # fmt: skip

GROUNDS: dict[str, Ground] = {ground.code: ground for ground in _ALL}


def printed(codes: list[str], kind: Kind) -> list[str]:
    """Return the grounds of one kind among recorded codes, in the order of the law, for a paper."""
    return [ground.printed for ground in _ALL if ground.kind == kind and ground.code in codes]
