"""Read a Hikvision event message by local names, XML in any namespace or prefix, or JSON.

Four namespaces are in the field (hikvision.com/ver20, isapi.org/ver20, std-cgi.com/ver10,
psialliance), some with a prefix, some after a byte-order mark. Misspelt names (``vehicelRect``,
``vehileModel``) are the real names and stay as they are.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from cameras.adapters.contract import Rejected
from cameras.adapters.hikvision_names import KNOWN_NAMES
from cameras.adapters.vendor_json import read_json

MAX_XML_BYTES = 256 * 1024
MAX_DEPTH = 20
_ROOT = "EventNotificationAlert"
_BEFORE = b"\xef\xbb\xbf \t\r\n\x00"
_XML = re.compile(rb"<\?xml|<(?:[\w.-]{1,40}:)?(?:EventNotificationAlert|FTP)\b")
_JSON = re.compile(rb"[\[\s]*\{\s*\"")
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}\?>")
_CHINESE = re.compile(rb"encoding\s*=\s*[\"']gb(?:2312|k|18030)[\"']", re.IGNORECASE)


class Fields:
    """One element of the message, asked by local names."""

    def __init__(self, element: Element):
        self._element = element

    @property
    def name(self) -> str:
        return _local(self._element.tag)

    def children(self, name: str) -> list["Fields"]:
        """Return the direct children of that name, in order."""
        return [Fields(child) for child in self._element if _local(child.tag) == name]

    def child(self, *names: str) -> "Fields | None":
        """Return the first direct child that has one of the names, tried in that order."""
        for name in names:
            found = self.children(name)
            if found:
                return found[0]
        return None

    def text(self, *path: str) -> str:
        """Return the trimmed text at a path of child names, or an empty string."""
        here: Fields | None = self
        for name in path:
            here = here.child(name) if here else None
        return (here._element.text or "").strip() if here else ""

    def anywhere(self, name: str) -> str:
        """Return the first non-empty text of that name at any depth: firmware moves fields."""
        for element in self._element.iter():
            if _local(element.tag) == name and (element.text or "").strip():
                return (element.text or "").strip()
        return ""

    def is_true(self, name: str) -> bool:
        return self.anywhere(name).lower() in {"true", "1", "yes"}

    def unknown_leaves(self) -> int:
        """Return how many filled fields carry a name this version does not know."""
        return sum(
            1
            for element in self._element.iter()
            if not len(element)
            and (element.text or "").strip()
            and _local(element.tag) not in KNOWN_NAMES
        )


def read_message(data: bytes) -> Fields | Rejected:
    """Read one message, XML or JSON, of at most 256 kB and twenty levels. Never raises.

    The JSON variant has the same names, with or without the outermost one; it becomes the same
    tree, so that nothing behind this function knows the difference.
    """
    trimmed = data.lstrip(_BEFORE).rstrip(b"\x00 \t\r\n")
    return _read_json(data) if _JSON.match(trimmed) else _read_xml(data, trimmed)


def is_message(start: bytes) -> bool:
    """Tell whether the first bytes of a part are those of an event message."""
    trimmed = start.lstrip(_BEFORE)
    return bool(_XML.match(trimmed) or _JSON.match(trimmed))


def _read_xml(data: bytes, trimmed: bytes) -> Fields | Rejected:
    if len(data) > MAX_XML_BYTES:
        return Rejected("xml_too_large", "The event message is larger than 256 kB.")
    if not trimmed:
        return Rejected("xml_empty", "The event message is empty.")
    try:
        root = fromstring(_in_utf8(trimmed), forbid_dtd=True)
    except DefusedXmlException:
        return Rejected("xml_forbidden", "The event message declares a document type or entity.")
    except (ParseError, ValueError, LookupError, RecursionError):
        return Rejected("xml_malformed", "The event message is not well-formed XML.")
    if any(depth > MAX_DEPTH for depth in _depths(root)):
        return Rejected("xml_too_deep", "The event message is nested too deeply.")
    return Fields(root)


def _in_utf8(xml: bytes) -> bytes:
    """Return XML in UTF-8: the parser cannot read the encodings of Chinese firmware."""
    declared = _DECLARATION.match(xml)
    if not declared or not _CHINESE.search(declared.group()):
        return xml
    return xml[declared.end() :].decode("gb18030", "replace").encode()


def _read_json(data: bytes) -> Fields | Rejected:
    if len(data) > MAX_XML_BYTES:
        return Rejected("event_too_large", "The event message is larger than 256 kB.")
    found = read_json(data)
    if isinstance(found, Rejected):
        return found
    inside = found.value.get(_ROOT)
    content = inside if isinstance(inside, dict) else found.value
    root = Element(_ROOT if inside is not None or "eventType" in content else "json")
    _grow(root, content)
    return Fields(root)


def _grow(element: Element, value: Any) -> None:
    """Hang a JSON value under an element; a list becomes children of one name.

    The members of ``pictureInfoList`` are ``pictureInfo``, whether JSON writes that or not.
    """
    if isinstance(value, dict):
        for name, item in value.items():
            single = name.removesuffix("List")
            if isinstance(item, list) and single != name:
                below = SubElement(element, name)
                for member in item:
                    _grow(SubElement(below, single), member)
                continue
            for member in item if isinstance(item, list) else [item]:
                _grow(SubElement(element, name), member)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, str):
        element.text = value


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _depths(root: Element) -> Iterator[int]:
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        yield depth
        waiting.extend((child, depth + 1) for child in element)
