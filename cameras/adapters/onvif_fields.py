"""Read an ONVIF message, XML or JSON, as one tree asked by local names.

The JSON that devices publish mirrors the XML: ``@name`` is an attribute, ``#text`` the text, a list
the same element several times. Prefixes and namespaces are ignored. The size limit of 256 kB is
for the markup; base64 pictures in it come on top, within the limit of the whole delivery.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cameras.adapters.contract import MAX_BODY_BYTES, Rejected
from cameras.adapters.vendor_json import read_json

MAX_MARKUP_BYTES = 256 * 1024
MAX_DEPTH = 20
_PICTURE = re.compile(rb'(?<=[>"])[A-Za-z0-9+/=\\\s]{64,}+(?=[<"])')


class Node:
    """One element of the message."""

    def __init__(self, element: Element):
        self._element = element

    @property
    def name(self) -> str:
        """Return the local name."""
        return _local(self._element.tag)

    @property
    def text(self) -> str:
        """Return the trimmed text; "-" and nothing are an empty text."""
        trimmed = (self._element.text or "").strip()
        return "" if trimmed == "-" else trimmed

    @property
    def raw_text(self) -> str:
        """Return the text as it stands between the tags: a picture is looked up by it."""
        return self._element.text or ""

    @property
    def is_leaf(self) -> bool:
        """Tell whether nothing stands inside but text."""
        return not len(self._element)

    def attribute(self, name: str) -> str:
        """Return an attribute, or the text of a child of that name: JSON knows no difference."""
        for key, value in self._element.attrib.items():
            if _local(key) == name:
                return "" if value.strip() == "-" else value.strip()
        child = self.child(name)
        return child.text if child and child.is_leaf else ""

    def raw_attribute(self, name: str) -> str:
        """Return an attribute untrimmed."""
        return next((v for k, v in self._element.attrib.items() if _local(k) == name), "")

    def children(self) -> list["Node"]:
        """Return the direct children."""
        return [Node(child) for child in self._element]

    def child(self, name: str) -> "Node | None":
        """Return the first direct child of that name."""
        return next((node for node in self.children() if node.name == name), None)

    def within(self, name: str) -> Iterator["Node"]:
        """Yield this element and all inside it that have the name, in the order of the text."""
        for element in self._element.iter():
            if _local(element.tag) == name:
                yield Node(element)

    def first(self, *names: str) -> "Node | None":
        """Return the first element at any depth below, by a path of names."""
        here: Node | None = self
        for name in names:
            here = next(here.within(name), None) if here else None
        return here

    def first_text(self, *names: str) -> str:
        """Return the text of ``first``, or an empty text."""
        found = self.first(*names)
        return found.text if found else ""

    def leaves(self) -> Iterator[str]:
        """Yield the name of every filled leaf and attribute, for counting unknown ones."""
        for element in self._element.iter():
            if not len(element) and (element.text or "").strip():
                yield _local(element.tag)
            yield from (_local(name) for name in element.attrib)


def read_message(data: bytes) -> Node | Rejected:
    """Return the root of a message. No DTD, no entity, at most twenty levels. Never raises."""
    if len(data) > MAX_BODY_BYTES:
        return Rejected("too_large", "The message is larger than 12 MiB.")
    trimmed = data.lstrip(b"\xef\xbb\xbf \t\r\n\x00").rstrip(b"\x00 \t\r\n")
    if not trimmed:
        return Rejected("xml_empty", "The event message is empty.")
    markup = len(trimmed) - sum(match.end() - match.start() for match in _PICTURE.finditer(trimmed))
    if markup > MAX_MARKUP_BYTES:
        return Rejected("xml_too_large", "The event message is larger than 256 kB.")
    if trimmed[:1] in (b"{", b"["):
        return _from_json(trimmed)
    try:
        root = fromstring(trimmed, forbid_dtd=True)
    except DefusedXmlException:
        return Rejected("xml_forbidden", "The event message declares a document type or entity.")
    except (ParseError, ValueError, LookupError, RecursionError):
        return Rejected("xml_malformed", "The event message is not well-formed XML.")
    if _is_too_deep(root):
        return Rejected("xml_too_deep", "The event message is nested too deeply.")
    return Node(root)


def _from_json(data: bytes) -> Node | Rejected:
    message = read_json(data)
    return message if isinstance(message, Rejected) else Node(_element("Root", message.value))


def _element(name: str, value: Any) -> Element:
    """Return an element for a JSON value. ``read_json`` has limited how deep it is nested."""
    element = Element(_local(name.partition(":")[2] or name))
    if not isinstance(value, dict):
        element.text = _word(value)
        return element
    for key, item in value.items():
        if key.startswith("@"):
            element.set(_local(key[1:]), _word(item))
        elif key == "#text":
            element.text = _word(item)
        else:
            for member in item if isinstance(item, list) else [item]:
                element.append(_element(key, member))
    return element


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else ""


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _is_too_deep(root: Element) -> bool:
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return True
        waiting.extend((child, depth + 1) for child in element)
    return False
