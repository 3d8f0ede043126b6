"""What a person has agreed to receive electronically, as far as the papers need to know it.

``notices`` knows no person and no consent. Whoever keeps them registers one book here when the
process starts; without a book, and without a consent, every paper goes by post. NĐ 118/2021 Đ28a
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from notices.models import Notice, PaperDelivery


class ConsentBook(Protocol):
    """Who keeps the consents (sổ đồng ý nhận văn bản điện tử)."""

    def begin(self, notice: Notice, *, at: datetime, by_name: str) -> bool:
        """Begin the electronic deliveries of a paper that was just issued.

        Returns whether they are enough: False lets the paper go by post, alone or as well.
        """
        ...

    def still_agreed(self, delivery: PaperDelivery) -> bool:
        """Tell whether the consent a delivery was begun under is still in force."""
        ...


_books: list[ConsentBook] = []


def register_book(book: ConsentBook) -> None:
    """Say who keeps the consents; called once, when the process starts."""
    _books[:] = [book]


def begin(notice: Notice, *, at: datetime, by_name: str) -> bool:
    """Begin what the addressee agreed to; False when the paper goes by post."""
    return any(book.begin(notice, at=at, by_name=by_name) for book in _books)


def still_agreed(delivery: PaperDelivery) -> bool:
    """Tell whether a delivery may still be sent; without a book there is nobody to object."""
    return all(book.still_agreed(delivery) for book in _books)
