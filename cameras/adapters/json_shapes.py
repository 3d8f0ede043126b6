"""A small checker of JSON shapes that names every wrong path.

Numbers stay the text they were written in (``Figure``) until somebody turns them into whole
numbers, so no speed passes through a float on its way in.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_DEPTH = 20
MAX_PATH = 120

Check = Callable[[Any], bool]


class Figure(str):
    """A JSON number as it was written."""


@dataclass(frozen=True)
class Record:
    """An object with these fields and no others; a name in ``required`` must be there."""

    fields: Mapping[str, "Shape"]
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Many:
    """A list of ``least`` to ``most`` items of one shape."""

    item: "Shape"
    most: int
    least: int = 0


Shape = Check | Record | Many


def wrong_paths(value: Any, shape: Shape, path: str = "") -> Iterator[str]:
    """Yield the path of every missing, unknown or wrong field, such as ``images[0].sha256``."""
    if isinstance(shape, Record):
        if not isinstance(value, dict):
            yield path or "$"
            return
        prefix = f"{path}." if path else ""
        for name in sorted(shape.required - value.keys()):
            yield prefix + name
        for name, item in value.items():
            if name in shape.fields:
                yield from wrong_paths(item, shape.fields[name], prefix + name)
            else:
                yield (prefix + name)[:MAX_PATH]
    elif isinstance(shape, Many):
        if not isinstance(value, list) or not shape.least <= len(value) <= shape.most:
            yield path
            return
        for number, item in enumerate(value):
            yield from wrong_paths(item, shape.item, f"{path}[{number}]")
    elif not shape(value):
        yield path


def load_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object in UTF-8 bytes.

    Raises ``ValueError`` on anything else, on a name given twice, on NaN and beyond twenty levels.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_float=Figure,
            parse_int=Figure,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict) or _too_deep(value):
        raise ValueError("not an object of at most twenty levels")
    return value


def text(longest: int, *, least: int = 0) -> Check:
    return lambda value: type(value) is str and least <= len(value) <= longest


def one_of(words: frozenset[str]) -> Check:
    return lambda value: type(value) is str and value in words


def matching(form: str) -> Check:
    pattern = re.compile(form)
    return lambda value: type(value) is str and bool(pattern.fullmatch(value))


def figure(form: str) -> Check:
    pattern = re.compile(form)
    return lambda value: isinstance(value, Figure) and bool(pattern.fullmatch(value))


def whole(lowest: int, highest: int) -> Check:
    is_whole = figure(r"-?(0|[1-9][0-9]{0,11})")
    return lambda value: is_whole(value) and lowest <= int(value) <= highest


def truth(value: Any) -> bool:
    return value is None or isinstance(value, bool)


def moment(value: Any) -> bool:
    return type(value) is str and to_moment(value) is not None


def to_moment(written: str) -> datetime | None:
    """Return an RFC 3339 moment with its zone, or ``None``."""
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
    try:
        return datetime.fromisoformat(written) if re.fullmatch(form, written) else None
    except ValueError:
        return None


def to_tenths(written: str) -> int:
    """Return km/h with at most one decimal as tenths."""
    units, _, fraction = written.partition(".")
    return int(units) * 10 + int(fraction or 0)


def to_per_mille(written: str) -> int:
    """Return a share between 0 and 1 as whole per mille, further digits cut off."""
    units, _, fraction = written.partition(".")
    return min(1000, int(units) * 1000 + int(f"{fraction:0<3}"[:3]))


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _too_deep(value: Any) -> bool:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return True
        if isinstance(item, dict | list):
            children = item.values() if isinstance(item, dict) else item
            waiting.extend((child, depth + 1) for child in children)
    return False
