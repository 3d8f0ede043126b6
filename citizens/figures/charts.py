"""The geometry of the plots: numbers to places in an SVG, as text; nothing is drawn by script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 190
LEFT, RIGHT, TOP, FOOT = 40, 8, 14, 22


@dataclass(frozen=True)
class Column:
    """One column: where it stands, its number in words, and the words below it."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    label: str
    value: int | None
    series: int


@dataclass(frozen=True)
class Mark:
    """A line of the grid with its number."""

    y: str
    text: int


@dataclass(frozen=True)
class Columns:
    """A plot of columns over months; ``foot`` are the words below each group."""

    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    foot: tuple[tuple[str, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - FOOT


@dataclass(frozen=True)
class Bar:
    """One bar of a list: its words, its number, and its length in per mille of the longest."""

    label: str
    value: int | None
    length: int


def nice_top(most: int) -> int:
    """Return a round number not below ``most``, at least 10, so that half of it is whole."""
    step = 10
    while True:
        for tenths in (10, 12, 16, 20, 30, 40, 50, 60, 80):
            if tenths * step // 10 >= most:
                return tenths * step // 10
        step *= 10


def columns(labels: Sequence[str], series: Sequence[Sequence[int | None]]) -> Columns:
    """Place groups of columns; a figure that is withheld has no column."""
    numbers = [number for one in series for number in one if number is not None]
    top = nice_top(max(numbers, default=0))
    room = HEIGHT - TOP - FOOT
    group = (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    width = min(26.0, group * 0.8 / max(1, len(series)))
    made = []
    for which, one in enumerate(series):
        for place, number in enumerate(one):
            height = room * (number or 0) / top
            x = LEFT + group * (place + 0.5) + width * (which - len(series) / 2)
            made.append(
                Column(
                    f"{x:.1f}",
                    f"{HEIGHT - FOOT - height:.1f}",
                    f"{width - 1:.1f}",
                    f"{height:.1f}",
                    f"{x + width / 2:.1f}",
                    labels[place],
                    number,
                    which + 1,
                )
            )
    marks = tuple(
        Mark(f"{HEIGHT - FOOT - room * part / 2:.1f}", top * part // 2) for part in range(3)
    )
    every = 1 if len(labels) <= 6 else 2
    foot = tuple(
        (f"{LEFT + group * (place + 0.5):.1f}", label)
        for place, label in enumerate(labels)
        if (len(labels) - 1 - place) % every == 0
    )
    return Columns(tuple(made), marks, foot)


def bars(rows: Sequence[tuple[str, int | None]]) -> list[Bar]:
    """Return a list of bars, the longest 1000 long; a withheld figure has none."""
    most = max((number for _label, number in rows if number is not None), default=0)
    return [Bar(label, number, 1000 * (number or 0) // max(most, 1)) for label, number in rows]
