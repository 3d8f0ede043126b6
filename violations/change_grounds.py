"""On which grounds a decision is amended, corrected or cancelled (căn cứ). NĐ 118/2021 Đ13–16

The reasons are fixed by the decree; an officer chooses one and never writes one. The points within
the articles are left out: they have not been compared with the consolidated text.
"""

from __future__ import annotations

from dataclasses import dataclass

AMENDED, CORRECTED, CANCELLED = "amended", "corrected", "cancelled"


@dataclass(frozen=True)
class ChangeGround:
    """One ground: what it leads to, its article, and how the paper words it."""

    code: str
    kind: str
    article: str
    text_vi: str

    @property
    def basis_vi(self) -> str:
        """Return the ground as a paper prints it: no abbreviations."""
        article = self.article.replace("NĐ 118/2021", "Nghị định số 118/2021/NĐ-CP")
        article = article.replace("Luật XLVPHC", "Luật Xử lý vi phạm hành chính")
        return f"{article.replace(' Đ', ' Điều ')}: {self.text_vi}"


GROUNDS: tuple[ChangeGround, ...] = (
    ChangeGround(
        "content_wrong", AMENDED, "NĐ 118/2021 Đ13",
        "quyết định có sai sót về nội dung ảnh hưởng đến nội dung cơ bản của quyết định",
    ),
    ChangeGround(
        "complaint_in_part", AMENDED, "NĐ 118/2021 Đ13",
        "có quyết định giải quyết khiếu nại về việc sửa đổi, bổ sung một phần quyết định",
    ),
    ChangeGround(
        "judgment_in_part", AMENDED, "NĐ 118/2021 Đ13",
        "có bản án, quyết định của Tòa án về việc sửa đổi, bổ sung một phần quyết định",
    ),
    ChangeGround(
        "drafting_fault", CORRECTED, "NĐ 118/2021 Đ14",
        "quyết định có sai sót về kỹ thuật soạn thảo, không ảnh hưởng đến nội dung",
    ),
    ChangeGround(
        "wrong_person", CANCELLED, "NĐ 118/2021 Đ15–16",
        "quyết định không đúng đối tượng vi phạm",
    ),
    ChangeGround(
        "no_power", CANCELLED, "NĐ 118/2021 Đ15–16",
        "vi phạm quy định về thẩm quyền ban hành quyết định",
    ),
    ChangeGround(
        "procedure", CANCELLED, "NĐ 118/2021 Đ15–16",
        "vi phạm quy định về thủ tục ban hành quyết định",
    ),
    ChangeGround(
        "no_sanction", CANCELLED, "NĐ 118/2021 Đ15–16; Luật XLVPHC Đ65",
        "thuộc trường hợp không ra quyết định xử phạt vi phạm hành chính",
    ),
    ChangeGround(
        "criminal", CANCELLED, "NĐ 118/2021 Đ15–16; Luật XLVPHC Đ62",
        "hành vi có dấu hiệu tội phạm, hồ sơ được chuyển để truy cứu trách nhiệm hình sự",
    ),
    ChangeGround(
        "complaint_whole", CANCELLED, "NĐ 118/2021 Đ15–16; Luật Khiếu nại Đ31",
        "có quyết định giải quyết khiếu nại về việc hủy bỏ toàn bộ quyết định",
    ),
    ChangeGround(
        "judgment_whole", CANCELLED, "NĐ 118/2021 Đ15–16",
        "có bản án, quyết định của Tòa án về việc hủy bỏ toàn bộ quyết định",
    ),
)  # fmt: skip


def ground_of(kind: str, code: str) -> ChangeGround:
    """Return a ground of a kind of change. Raises LookupError for one the decree does not name."""
    for ground in GROUNDS:
        if (ground.kind, ground.code) == (kind, code):
            return ground
    raise LookupError(f"{code} is no ground on which a decision is {kind}")
