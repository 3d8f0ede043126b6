"""A validator of JSON Schema 2020-12, as far as our two schemas use it, written from the standard.

An unknown keyword is an error here, so that a schema cannot say what nobody checks.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from cameras.adapters.json_shapes import to_moment

ANNOTATIONS = {"$schema", "$id", "title", "description"}
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def errors(value: Any, schema: dict[str, Any], path: str = "$") -> list[str]:
    """Return the places where a value breaks a schema."""
    found: list[str] = []
    for keyword, rule in schema.items():
        if keyword in ANNOTATIONS or keyword == "then":
            continue
        found += KEYWORDS[keyword](value, rule, schema, path)
    return found


def _number(value: Any) -> Decimal | None:
    """Return a number exactly; floats are read by their shortest text, as JSON writes them."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(str(value))


def _type(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
    for name in [rule] if isinstance(rule, str) else rule:
        number = _number(value)
        if name == "number" and number is not None:
            return []
        if name == "integer" and number is not None and number % 1 == 0:
            return []
        if name in TYPES and isinstance(value, TYPES[name]):
            return []
    return [f"{path}: type"]


def _properties(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [
        error
        for name, inner in rule.items()
        if name in value
        for error in errors(value[name], inner, f"{path}.{name}")
    ]


def _additional(value: Any, rule: Any, schema: Any, path: str) -> list[str]:
    assert rule is False
    known = schema["properties"]
    return (
        [f"{path}.{name}: unknown" for name in value if name not in known]
        if isinstance(value, dict)
        else []
    )


def _required(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
    return (
        [f"{path}.{name}: missing" for name in rule if name not in value]
        if isinstance(value, dict)
        else []
    )


def _items(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
    if not isinstance(value, list):
        return []
    return [e for n, item in enumerate(value) for e in errors(item, rule, f"{path}[{n}]")]


def _condition(value: Any, rule: Any, schema: Any, path: str) -> list[str]:
    return [] if errors(value, rule, path) else errors(value, schema["then"], path)


def _pattern(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
    # In ECMA-262, which JSON Schema means, "$" is the very end; in Python it is not.
    form = rule.removesuffix("$") + r"\Z"
    return [f"{path}: pattern"] if isinstance(value, str) and not re.search(form, value) else []


def _format(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
    assert rule == "date-time"
    return [f"{path}: format"] if isinstance(value, str) and to_moment(value) is None else []


def _length(over: bool, kind: type) -> Any:
    def check(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
        if not isinstance(value, kind):
            return []
        return [f"{path}: length"] if (len(value) > rule if over else len(value) < rule) else []

    return check


def _bound(broken: Any) -> Any:
    def check(value: Any, rule: Any, _schema: Any, path: str) -> list[str]:
        number = _number(value)
        return (
            [f"{path}: bound"] if number is not None and broken(number, Decimal(str(rule))) else []
        )

    return check


KEYWORDS: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "required": _required,
    "items": _items,
    "allOf": lambda value, rule, _s, path: [e for part in rule for e in errors(value, part, path)],
    "if": _condition,
    "const": lambda value, rule, _s, path: [] if value == rule else [f"{path}: const"],
    "enum": lambda value, rule, _s, path: [] if value in rule else [f"{path}: enum"],
    "pattern": _pattern,
    "format": _format,
    "minLength": _length(False, str),
    "maxLength": _length(True, str),
    "minItems": _length(False, list),
    "maxItems": _length(True, list),
    "minimum": _bound(lambda number, rule: number < rule),
    "maximum": _bound(lambda number, rule: number > rule),
    "multipleOf": _bound(lambda number, rule: number % rule != 0),
}
