"""Write the two JSON Schemas (2020-12) from the shapes, and the table of fields from the schema."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cameras.adapters.event_schema import GATEWAY_EVENT, NEEDS, SCHEMA
from cameras.adapters.json_shapes import Needs, Record
from cameras.standard.shapes import FULL_EVENT, FULL_NEEDS
from cameras.standard.words import WORDS, Words

FOLDER = Path(__file__).parent
FULL_FILE = FOLDER / "violation-event-1.schema.json"
GATEWAY_FILE = FOLDER / "gateway-event-1.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Row(NamedTuple):
    """One line of the field table. ``allowed`` is words of the schema, the same in any language."""

    path: str
    type: str
    allowed: tuple[str, ...]
    required: bool
    words: Words


def full_schema() -> dict[str, Any]:
    """Return the schema of the event as it is stored and shared."""
    return _schema(
        FULL_EVENT,
        FULL_NEEDS,
        f"urn:{SCHEMA}",
        "Sự kiện giao thông từ camera, đầy đủ / Traffic event from a camera, complete",
    )


def gateway_schema() -> dict[str, Any]:
    """Return the schema of the event as a gateway may send it."""
    return _schema(
        GATEWAY_EVENT,
        NEEDS,
        f"urn:{SCHEMA}:gateway",
        "Sự kiện do cổng thu nhận gửi / Event as a gateway sends it",
    )


def written(schema: dict[str, Any]) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def rows(schema: dict[str, Any]) -> list[Row]:
    """Return the fields of a schema in its order, those inside another after it."""
    return list(_rows(schema, "", frozenset(schema.get("required", ()))))


def _schema(shape: Record, needs: tuple[Needs, ...], name: str, title: str) -> dict[str, Any]:
    described = shape.describe()
    _explain(described, "")
    conditions = {"allOf": [need.describe() for need in needs]}
    return {"$schema": DIALECT, "$id": name, "title": title, **described, **conditions}


def _explain(described: dict[str, Any], path: str) -> None:
    """Add its words to a field and to those inside it. Raises KeyError for one without words."""
    if path:
        words = WORDS[path]
        unit = f" [{words.unit}]" if words.unit else ""
        described["description"] = f"{words.vi} / {words.en}{unit}"
    for name, inner in described.get("properties", {}).items():
        _explain(inner, f"{path}.{name}" if path else name)
    if "items" in described:
        _explain(described["items"], f"{path}[]")


def _rows(described: dict[str, Any], path: str, required: frozenset[str]) -> Iterator[Row]:
    for name, inner in described.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        yield Row(place, _type(inner), allowed(inner), name in required, WORDS[place])
        body = inner["items"] if inner.get("type") == "array" else inner
        inside = f"{place}[]" if inner.get("type") == "array" else place
        yield from _rows(body, inside, frozenset(body.get("required", ())))


def _type(described: dict[str, Any]) -> str:
    kind = described["type"]
    if kind == "array":
        return f"array of {_type(described['items'])}"
    if described.get("format"):
        return str(described["format"])
    return " | ".join(kind) if isinstance(kind, list) else str(kind)


def allowed(described: dict[str, Any]) -> tuple[str, ...]:
    """Return what a field of a schema may hold, in signs that need no translation."""
    if "const" in described:
        return (str(described["const"]),)
    if "enum" in described:
        return tuple(described["enum"])
    found = []
    if "minimum" in described:
        found.append(f"{described['minimum']} … {described['maximum']}")
    if "multipleOf" in described:
        found.append(f"× {described['multipleOf']:.10f}".rstrip("0"))
    if "maxLength" in described:
        found.append(f"{described.get('minLength', 0)} … {described['maxLength']}")
    if "maxItems" in described:
        found.append(f"[{described.get('minItems', 0)} … {described['maxItems']}]")
        found.extend(allowed(described["items"]) if "properties" not in described["items"] else ())
    if "pattern" in described and "format" not in described:
        found.append(described["pattern"].removeprefix("^(?:").removesuffix(")$"))
    return tuple(found)
