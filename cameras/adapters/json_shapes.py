"""A small checker of JSON shapes that names every wrong path and can describe itself.

Numbers stay the text they were written in (``Figure``) until somebody turns them into whole
numbers, so no speed passes through a float on its way in. Each shape is the check and its own
description as JSON Schema 2020-12, so that the published schema and the checker cannot drift apart.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

MAX_DEPTH = 20
MAX_PATH = 120
#: RFC 3339 with the zone written out and at most microseconds.
MOMENT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)

_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")


class Figure(str):
    """A JSON number as it was written."""


@dataclass(frozen=True)
class Text:
    """A string of ``least`` to ``longest`` characters."""

    longest: int
    least: int = 0

    def accepts(self, value: Any) -> bool:
        return type(value) is str and self.least <= len(value) <= self.longest

    def describe(self) -> dict[str, Any]:
        lower = {"minLength": self.least} if self.least else {}
        return {"type": "string", **lower, "maxLength": self.longest}


@dataclass(frozen=True)
class OneOf:
    """One word of a closed list."""

    words: frozenset[str]

    def accepts(self, value: Any) -> bool:
        return type(value) is str and value in self.words

    def describe(self) -> dict[str, Any]:
        if len(self.words) == 1:
            return {"type": "string", "const": min(self.words)}
        return {"type": "string", "enum": sorted(self.words)}


@dataclass(frozen=True)
class Matching:
    """A string that follows a regular expression from its first character to its last."""

    form: str

    def accepts(self, value: Any) -> bool:
        return type(value) is str and bool(re.fullmatch(self.form, value))

    def describe(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.form})$"}


@dataclass(frozen=True)
class Number:
    """A number between two others with at most ``decimals`` decimals; ``None`` sets no bound."""

    lowest: int
    highest: int
    decimals: int | None = None

    def accepts(self, value: Any) -> bool:
        if not isinstance(value, Figure) or not _NUMBER.fullmatch(value):
            return False
        number = Decimal(value)
        if not self.lowest <= number <= self.highest:
            return False
        return self.decimals is None or (number * 10**self.decimals) % 1 == 0

    def describe(self) -> dict[str, Any]:
        bounds: dict[str, Any] = {"minimum": self.lowest, "maximum": self.highest}
        if self.decimals == 0:
            return {"type": "integer", **bounds}
        step = {"multipleOf": 10**-self.decimals} if self.decimals else {}
        return {"type": "number", **bounds, **step}


@dataclass(frozen=True)
class Truth:
    """True, false, or null for not known."""

    def accepts(self, value: Any) -> bool:
        return value is None or isinstance(value, bool)

    def describe(self) -> dict[str, Any]:
        return {"type": ["boolean", "null"]}


@dataclass(frozen=True)
class Moment:
    """A moment with its zone (RFC 3339)."""

    def accepts(self, value: Any) -> bool:
        return type(value) is str and to_moment(value) is not None

    def describe(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time", "pattern": f"^(?:{MOMENT})$"}


@dataclass(frozen=True)
class Record:
    """An object with these fields and no others; a name in ``required`` must be there."""

    fields: Mapping[str, "Shape"]
    required: frozenset[str] = frozenset()

    def describe(self) -> dict[str, Any]:
        names = {"required": sorted(self.required)} if self.required else {}
        return {
            "type": "object",
            "properties": {name: shape.describe() for name, shape in self.fields.items()},
            **names,
            "additionalProperties": False,
        }


@dataclass(frozen=True)
class Many:
    """A list of ``least`` to ``most`` items of one shape."""

    item: "Shape"
    most: int
    least: int = 0

    def describe(self) -> dict[str, Any]:
        lower = {"minItems": self.least} if self.least else {}
        bounds = {**lower, "maxItems": self.most}
        return {"type": "array", "items": self.item.describe(), **bounds}


Leaf = Text | OneOf | Matching | Number | Truth | Moment
Shape = Leaf | Record | Many


@dataclass(frozen=True)
class Needs:
    """Where a field has this word, fields of the outermost object must be there too."""

    path: tuple[str, ...]
    word: str
    names: tuple[str, ...]

    def missing(self, event: Mapping[str, Any]) -> list[str]:
        """Return the names that are wanted and not there."""
        value: Any = event
        for name in self.path:
            value = value.get(name) if isinstance(value, dict) else None
        if value != self.word:
            return []
        return [name for name in self.names if name not in event]

    def describe(self) -> dict[str, Any]:
        condition: dict[str, Any] = {"const": self.word}
        for name in reversed(self.path):
            condition = {"properties": {name: condition}, "required": [name]}
        return {"if": condition, "then": {"required": list(self.names)}}


@dataclass(frozen=True)
class Fault:
    """One wrong place: its path, ``missing``, ``unknown`` or ``wrong``, and what belongs there.

    ``found`` is the value itself, which may be personal data: whoever prints it must look first.
    """

    path: str
    code: str
    found: Any = None
    shape: Shape | None = None


def faults_of(value: Any, shape: Shape, path: str = "") -> Iterator[Fault]:
    """Yield every missing, unknown or wrong field; paths such as ``images[0].sha256``."""
    if isinstance(shape, Record):
        if not isinstance(value, dict):
            yield Fault(path or "$", "wrong", value, shape)
            return
        prefix = f"{path}." if path else ""
        for name in sorted(shape.required - value.keys()):
            yield Fault(prefix + name, "missing", None, shape.fields[name])
        for name, item in value.items():
            if name in shape.fields:
                yield from faults_of(item, shape.fields[name], prefix + name)
            else:
                yield Fault((prefix + printable(name))[:MAX_PATH], "unknown", item)
    elif isinstance(shape, Many):
        if not isinstance(value, list) or not shape.least <= len(value) <= shape.most:
            yield Fault(path, "wrong", value, shape)
            return
        for number, item in enumerate(value):
            yield from faults_of(item, shape.item, f"{path}[{number}]")
    elif not shape.accepts(value):
        yield Fault(path, "wrong", value, shape)


def printable(name: str) -> str:
    """Return a sender's own name as it may stand in an answer or a log: no plate, no sentence."""
    is_word = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name)
    return name if is_word and len(re.findall(r"[0-9]", name)) < 4 else "(…)"


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


def to_moment(written: str) -> datetime | None:
    """Return an RFC 3339 moment with its zone, or ``None``."""
    try:
        return datetime.fromisoformat(written) if re.fullmatch(MOMENT, written) else None
    except ValueError:
        return None


def to_whole(written: str) -> int:
    """Return a number that was accepted as a whole one (``3``, ``3.0``, ``3e0``)."""
    return int(Decimal(written))


def to_tenths(written: str) -> int:
    """Return km/h with at most one decimal as tenths."""
    return int(Decimal(written) * 10)


def to_per_mille(written: str) -> int:
    """Return a share between 0 and 1 as whole per mille, further digits cut off."""
    return min(1000, int(Decimal(written) * 1000))


def to_plain(value: Any) -> Any:
    """Return a checked value with its figures as JSON numbers, as the canonical event keeps it."""
    if isinstance(value, Figure):
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    if isinstance(value, dict):
        return {name: to_plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [to_plain(item) for item in value]
    return value


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
