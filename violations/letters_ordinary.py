"""Case → plain dict for the papers in the ordinary layout: one builder, told what to print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from violations.letter_parts import BLANK, addressee_block, common_block
from violations.models import Party, Violation

LAW = "Luật Xử lý vi phạm hành chính (sửa đổi, bổ sung năm 2020 và năm 2025)"


def ordinary(
    case: Violation,
    *,
    heading: str,
    subject: str,
    articles: Sequence[tuple[str | None, Sequence[str]]],
    bases: Sequence[str] = (),
    particulars: Sequence[tuple[str, str]] = (),
    addressee: Party | None = None,
    with_authority: bool = False,
    recipients: Sequence[str] = (),
    to: str = "",
    counter_signer: str = "",
) -> dict[str, Any]:
    """Return the contents of a paper in the ordinary layout. NĐ 30/2020

    ``articles`` are (title or None, paragraphs); one whose title is in capitals is a part of its
    own and stands under the signature, behind a dashed line: a slip to be torn off and sent back.
    ``particulars`` are (label, value). ``heading`` is the word in capitals over the subject;
    ``with_authority`` prints the signer's title in capitals under it, as a decision has it. ``to``
    addresses an agency instead of a person; ``counter_signer`` is who signs minutes beside the
    officer. Text is printed as it stands, in Vietnamese.
    """
    return common_block(case) | {
        "recipients": [*recipients, "Lưu: hồ sơ vụ việc"],
        "heading": heading,
        "subject": subject,
        "addressee": addressee_block(addressee)
        if addressee is not None
        else ({"name": to, "lines": []} if to else None),
        "counter_signer": counter_signer or None,
        "authority": BLANK if with_authority else None,
        "bases": list(bases),
        "particulars": [{"label": label, "value": value} for label, value in particulars],
        "articles": [
            {"title": title, "paragraphs": list(paragraphs)} for title, paragraphs in articles
        ],
    }
