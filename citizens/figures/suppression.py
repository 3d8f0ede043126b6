"""Which figures are withheld so that none stands for fewer than k cases, not even by subtraction.

Pure arithmetic. A *line* is a sum that everybody can see: a province is the sum of its units, a
total the sum of its kinds. Three rules, applied until none withholds any more:

1. a figure from 1 to k - 1 is withheld (nought is published);
2. in each line either nothing is withheld or at least two figures are, and what the published part
   of a line leaves over, which is the sum of its withheld parts, is at least k; else the smallest
   published figure of the line goes too;
3. all lines together are solved as equations: a withheld figure that they determine is found by
   elimination, and another figure of its lines goes.

The same counts give the same answer: ties are broken by the name of the cell.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Cell = TypeVar("Cell", bound=Hashable)

#: Elimination is exact: in whole numbers modulo a prime far larger than any coefficient.
PRIME = 2**61 - 1


@dataclass(frozen=True)
class Line:
    """A visible sum: ``total`` is the sum of ``parts``."""

    total: Any
    parts: tuple[Any, ...]

    @property
    def cells(self) -> tuple[Any, ...]:
        """Return every cell of the line."""
        return (self.total, *self.parts)


def withheld(counts: Mapping[Any, int], lines: Sequence[Line], least: int) -> frozenset[Any]:
    """Return the cells that are not published. ``counts`` holds every cell of every line."""
    hidden = {cell for cell, count in counts.items() if 0 < count < least}
    while True:
        grew = False
        for line in lines:
            grew |= _complete(line, counts, hidden, least)
        if grew:
            continue
        exposed = determined(hidden, lines)
        if not exposed or not _confuse(exposed, counts, lines, hidden):
            return frozenset(hidden)


def determined(hidden: Iterable[Any], lines: Sequence[Line]) -> list[Any]:
    """Return the withheld cells that the lines determine, by elimination over all of them."""
    wanted = set(hidden)
    rows: dict[Any, dict[Any, int]] = {}
    for line in lines:
        row = {cell: (PRIME - 1 if cell == line.total else 1)
               for cell in line.cells if cell in wanted}  # fmt: skip
        _eliminate(row, rows)
    return sorted((pivot for pivot, row in rows.items() if len(row) == 1), key=repr)


def _eliminate(row: dict[Any, int], rows: dict[Any, dict[Any, int]]) -> None:
    """Reduce a row by those there are, add it, and reduce those by it."""
    for pivot in [cell for cell in row if cell in rows]:
        _subtract(row, rows[pivot], row.get(pivot, 0))
    if not row:
        return
    pivot = min(row, key=repr)
    inverse = pow(row[pivot], PRIME - 2, PRIME)
    for cell in row:
        row[cell] = row[cell] * inverse % PRIME
    for other in rows.values():
        if pivot in other:
            _subtract(other, row, other[pivot])
    rows[pivot] = row


def _subtract(row: dict[Any, int], other: Mapping[Any, int], times: int) -> None:
    for cell, value in other.items():
        left = (row.get(cell, 0) - times * value) % PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


def _complete(line: Line, counts: Mapping[Any, int], hidden: set[Any], least: int) -> bool:
    """Withhold one more figure of a line whose withheld parts would show; tell whether it did."""
    gone = [cell for cell in line.cells if cell in hidden]
    if not gone:
        return False
    left_over = sum(counts[part] for part in line.parts if part in hidden)
    is_shown = line.total not in hidden
    if len(gone) > 1 and not (is_shown and 0 < left_over < least):
        return False
    return _hide_smallest(line.parts, counts, hidden) or _hide_smallest(
        (line.total,), counts, hidden
    )


def _confuse(
    exposed: Sequence[Any], counts: Mapping[Any, int], lines: Sequence[Line], hidden: set[Any]
) -> bool:
    """Withhold one more figure beside a cell that can be computed; tell whether there was one."""
    for cell in exposed:
        beside = [one for line in lines if cell in line.cells for one in line.cells]
        if _hide_smallest(beside, counts, hidden):
            return True
    everything = [one for line in lines if hidden & set(line.cells) for one in line.cells]
    return _hide_smallest(everything, counts, hidden)


def _hide_smallest(cells: Iterable[Any], counts: Mapping[Any, int], hidden: set[Any]) -> bool:
    """Withhold the smallest published figure that is not nought; tell whether there was one."""
    shown = [cell for cell in cells if cell not in hidden and counts[cell] > 0]
    if not shown:
        return False
    hidden.add(min(shown, key=lambda cell: (counts[cell], repr(cell))))
    return True
