"""Choose the mask of a QR (ISO/IEC 18004, 7.8.3) with whole rows as numbers.

``segno`` weighs all eight masks module by module, which costs a tenth of a paper. The rules are the
same here; a row is one integer, so that a rule is some shifts and a count of bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from segno import encoder

_MASKS = range(8)
_FINDER = (0b10111010000, 0b00001011101)  # like a corner, with four light modules beside it


def qr_modules(content: str | list[str]) -> list[bytearray]:
    """Return the modules of a code, 1 where dark, at correction level M or better."""
    drawn = encoder.encode(content, error="m", mask=0, micro=False)
    rows = _numbers(drawn.matrix)
    size = len(rows)
    bare = [row ^ mask for row, mask in zip(rows, _mask(size, 0)[0], strict=True)]
    columns = _turned(bare, size)
    best = min(_MASKS, key=lambda number: _penalty(bare, columns, size, number))
    masked = [row ^ mask for row, mask in zip(bare, _mask(size, best)[0], strict=True)]
    modules = [bytearray(map(int, f"{row:0{size}b}")) for row in masked]
    encoder.add_format_info(modules, drawn.version, drawn.error, best)
    return modules


def _numbers(matrix: Sequence[Sequence[int]]) -> list[int]:
    return [int("".join("1" if dark else "0" for dark in row), 2) for row in matrix]


def _turned(rows: Sequence[int], size: int) -> list[int]:
    """Return the columns of a square of modules as numbers."""
    lines = [f"{row:0{size}b}" for row in rows]
    return [int("".join(column), 2) for column in zip(*lines, strict=True)]


@lru_cache(maxsize=256)
def _mask(size: int, number: int) -> tuple[list[int], list[int]]:
    """Return a mask over the modules that carry data: its rows and its columns."""
    function = encoder.get_data_mask_functions(False)[number]
    fixed = encoder.make_matrix(size, size)
    encoder.add_finder_patterns(fixed, size, size)
    encoder.add_alignment_patterns(fixed, size, size)
    fixed[-8][8] = 1  # the dark module
    rows = _numbers(
        [
            [fixed[y][x] > 1 and function(y, x) for x in range(size)]  # more than 1: not fixed
            for y in range(size)
        ]
    )
    return rows, _turned(rows, size)


def _penalty(rows: Sequence[int], columns: Sequence[int], size: int, number: int) -> int:
    """Return how hard a code is to read under a mask: the four rules of Table 11."""
    mask_rows, mask_columns = _mask(size, number)
    masked = [row ^ mask for row, mask in zip(rows, mask_rows, strict=True)]
    turned = [column ^ mask for column, mask in zip(columns, mask_columns, strict=True)]
    dark = sum(row.bit_count() for row in masked)
    deviation = abs(dark * 100 // size**2 - 50) // 5 * 10
    return _lines(masked, size) + _lines(turned, size) + _blocks(masked, size) + deviation


def _lines(lines: Sequence[int], size: int) -> int:
    """Weigh runs of five or more modules of one colour, and what looks like a corner."""
    whole, score = (1 << size - 1) - 1, 0
    for line in lines:
        alike = ~(line ^ line >> 1) & whole  # a bit for each two neighbours of one colour
        runs = alike & alike >> 1 & alike >> 2 & alike >> 3
        if runs:
            score += runs.bit_count() + 2 * (runs & ~(runs << 1)).bit_count()
        for finder in _FINDER:
            found = (1 << size - 10) - 1
            for place in range(11):
                found &= line >> place if finder >> place & 1 else ~(line >> place)
                if not found:
                    break
            score += 40 * found.bit_count()
    return score


def _blocks(rows: Sequence[int], size: int) -> int:
    """Weigh squares of four modules of one colour."""
    whole, score = (1 << size - 1) - 1, 0
    for upper, lower in pairwise(rows):
        alike = ~(upper ^ upper >> 1) & ~(lower ^ lower >> 1) & ~(upper ^ lower) & whole
        score += 3 * alike.bit_count()
    return score
