"""Find the letter that came back: by the number on its envelope or by the code on its sheet."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from notices.models import PrintRunItem
from notices.scanning import digits_of


def letters_by_code(posted: QuerySet[PrintRunItem], text: str) -> QuerySet[PrintRunItem]:
    """Keep the posted letters that carry this code or number, the latest first.

    A postal number may come again after two years, so the latest letter is the one in hand.
    """
    code = digits_of(text)
    if not code:
        return posted.none()
    found: Any = posted.filter(
        Q(letter_code=code) | Q(tracking_number=code), handed_over_at__isnull=False
    )
    kept: QuerySet[PrintRunItem] = found.order_by("-handed_over_at")
    return kept
