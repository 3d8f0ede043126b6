"""The parts the published pages are made of: every sentence twice, Vietnamese and English.

A maker abroad and an officer here read the same page, so both languages stand on it, the reader's
own first. That is why these words are not in the portal's catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cameras.standard.schemas import Row, rows


class Pair(NamedTuple):
    """The same in both languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table: words, or a code that is the same in every language."""

    words: Pair | None = None
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first cell of a row is its head."""

    caption: Pair
    heads: tuple[Pair, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it, in this order."""

    key: str
    title: Pair
    paragraphs: tuple[Pair, ...] = ()
    points: tuple[Pair, ...] = ()
    code: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Page:
    """One page: its last address part, what it is about, its sections."""

    key: str
    path: str
    title: Pair
    lead: Pair
    sections: tuple[Section, ...]


def word(vi: str, en: str) -> Cell:
    """Return a cell of words."""
    return Cell(Pair(vi, en))


def code(text: object) -> Cell:
    """Return a cell with a code or a figure."""
    return Cell(code=str(text))


def field_table(schema: dict[str, object], caption: Pair) -> Table:
    """Return the table of a schema's fields, made from the schema itself."""
    return Table(
        caption,
        (
            Pair("Trường", "Field"),
            Pair("Kiểu", "Type"),
            Pair("Giá trị được phép", "Allowed"),
            Pair("Bắt buộc", "Required"),
            Pair("Ý nghĩa", "Meaning"),
        ),
        tuple(_field(row) for row in rows(schema)),
    )


def _field(row: Row) -> tuple[Cell, ...]:
    unit = f" [{row.words.unit}]" if row.words.unit else ""
    return (
        code(row.path),
        code(row.type + unit),
        code(_allowed(row.allowed)),
        word("có", "yes") if row.required else code(""),
        word(row.words.vi, row.words.en),
    )


def _allowed(words: Iterable[str]) -> str:
    return ", ".join(words)
