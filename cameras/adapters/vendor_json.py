"""Read a vendor's JSON without trusting it: size, depth, a byte-order mark, no floats.

Numbers stay the text they were written in, so that no speed passes through a float; true and false
stay what they are. Unlike our own event (``json_shapes``), unknown fields are normal here.
"""

import json
from typing import Any

from cameras.adapters.contract import MAX_BODY_BYTES, Rejected

MAX_DEPTH = 20


class VendorFields:
    """One JSON object, asked by paths of names; whatever is not there is an empty text."""

    def __init__(self, value: dict[str, Any]):
        self.value = value

    def at(self, *path: str | int) -> Any:
        """Return the value at a path of names and list places, or ``None``."""
        here: Any = self.value
        for step in path:
            if isinstance(step, int):
                inside = isinstance(here, list) and -len(here) <= step < len(here)
                here = here[step] if inside else None
            else:
                here = here.get(step) if isinstance(here, dict) else None
        return here

    def text(self, *path: str | int) -> str:
        """Return a text or figure at a path, trimmed; "-" and everything else is an empty text."""
        found = self.at(*path)
        trimmed = found.strip() if isinstance(found, str) else ""
        return "" if trimmed == "-" else trimmed

    def truth(self, *path: str | int) -> bool:
        """Tell whether a path holds true, "true", "yes" or "1"."""
        found = self.at(*path)
        if isinstance(found, bool):
            return found
        return isinstance(found, str) and found.strip().lower() in {"true", "yes", "1"}

    def fields(self, *path: str | int) -> "VendorFields":
        """Return the object at a path, an empty one when there is none."""
        found = self.at(*path)
        return VendorFields(found if isinstance(found, dict) else {})

    def items(self, *path: str | int) -> list["VendorFields"]:
        """Return the objects of a list at a path; one object alone counts as a list of one."""
        found = self.at(*path)
        if isinstance(found, dict):
            found = [found]
        members = found if isinstance(found, list) else []
        return [VendorFields(item) for item in members if isinstance(item, dict)]


def read_json(data: bytes) -> VendorFields | Rejected:
    """Return the object (or the first object of a list) a body holds. Never raises."""
    if len(data) > MAX_BODY_BYTES:
        return Rejected("too_large", "The message is larger than 12 MiB.")
    trimmed = data.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\x00")
    if not trimmed:
        return Rejected("json_empty", "The message is empty.")
    try:
        value = json.loads(trimmed.decode("utf-8", "replace"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return Rejected("json_malformed", "The message is not well-formed JSON.")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0]
    if not isinstance(value, dict):
        return Rejected("json_malformed", "The message is not a JSON object.")
    if _too_deep(value):
        return Rejected("json_too_deep", "The message is nested too deeply.")
    return VendorFields(value)


def unknown_leaves(value: Any, known: frozenset[str]) -> int:
    """Return how many filled leaves stand under a name that is not known."""
    count, waiting = 0, [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(item for item in here if isinstance(item, dict | list))
        if not isinstance(here, dict):
            continue
        for name, item in here.items():
            if isinstance(item, dict | list):
                waiting.append(item)
            elif item not in (None, "", "-") and name not in known:
                count += 1
    return count


def _too_deep(value: Any) -> bool:
    waiting = [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return True
        children = item.values() if isinstance(item, dict) else item if type(item) is list else ()
        waiting.extend((child, depth + 1) for child in children)
    return False
