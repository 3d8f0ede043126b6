"""Try a maker's event against the standard and name every fault, as ``manage.py conformance`` does.

The rules are the adapter's own (``event_schema``, ``generic_claims``); what is added here is only
more to say: the adapter stops at the first fault, this goes on to the last. Pure: bytes in, report
out. A report holds no plate and no free text of the event, so that it can be sent to anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cameras.adapters.contract import MAX_PICTURE_BYTES, RawEnvelope, Rejected
from cameras.adapters.event_schema import (
    IMAGE,
    MAX_EVENT_BYTES,
    VIDEO,
    event_faults,
)
from cameras.adapters.generic_claims import differs
from cameras.adapters.generic_signed import GenericSigned, is_event_alone
from cameras.adapters.json_shapes import MAX_DEPTH, Figure, printable
from cameras.adapters.multipart import Part, parse_multipart
from cameras.conformance_words import Sentence, allowed_words, code_words, found_words
from cameras.films import inspect_film
from cameras.images import ImageRefused, inspect_jpeg, jpeg_ranges

#: The adapter wants a time of receipt; no fault depends on it.
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Finding:
    """One fault: where, what kind, what was found (never a plate) and what is allowed."""

    path: str
    code: str
    found: Sentence
    allowed: Sentence

    @property
    def sentence(self) -> Sentence:
        """Return the kind of fault in words."""
        return code_words(self.code)


@dataclass(frozen=True)
class Report:
    """What was found in one file. ``with_pictures`` is false for an event without its bytes."""

    name: str
    findings: tuple[Finding, ...]
    with_pictures: bool

    @property
    def accepted(self) -> bool:
        """Tell whether the portal would take it."""
        return not self.findings


class NotJson(str):
    """A word such as NaN that JSON does not know."""


class Repeated(dict[str, Any]):
    """An object in which names stand twice."""

    names: tuple[str, ...] = ()


def check(name: str, data: bytes, content_type: str = "") -> Report:
    """Return what is wrong with one event (JSON) or one whole delivery (multipart body).

    Without a content type the first bytes decide: a boundary line begins with two hyphens.
    """
    is_multipart = (
        not is_event_alone(content_type) if content_type else data.lstrip().startswith(b"--")
    )
    findings = list(_delivery(data, content_type) if is_multipart else _alone(data))
    if not findings:
        findings = list(_second_opinion(data, content_type, is_multipart))
    # One place may break two rules; the first says enough.
    return Report(
        name, tuple({item.path: item for item in reversed(findings)}.values())[::-1], is_multipart
    )


def _alone(data: bytes) -> Iterator[Finding]:
    _event, findings = _read(data)
    yield from findings


def _delivery(body: bytes, content_type: str) -> Iterator[Finding]:
    parts = parse_multipart(body, content_type)
    if isinstance(parts, Rejected):
        yield _finding("$", parts.code)
        return
    named: dict[str, Part] = {}
    for part in parts:
        if not part.complete:
            yield _finding(printable(part.name), "part_cut")
        elif part.name in named:
            yield _finding(printable(part.name), "part_repeated")
        named.setdefault(part.name, part)
    if "event" not in named:
        yield _finding("event", "part_missing")
        return
    event, findings = _read(named["event"].of(body))
    yield from findings
    if event is None:
        return
    listed = {"event"}
    for field, prefix, shape in (("images", "image", IMAGE), ("video", "video", VIDEO)):
        items = event.get(field)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            name = f"{prefix}_{number + 1}"
            listed.add(name)
            usable = isinstance(item, dict) and all(
                shape.fields[figure].accepts(item.get(figure))  # type: ignore[union-attr]
                for figure in ("sha256", "bytes")
            )
            path = f"{field}[{number}]"
            if name in named:
                data = named[name].of(body)
                yield from _object(data, item if usable else None, path, prefix)
            elif prefix == "image":
                yield _finding(path, "image_missing")
    for name in named.keys() - listed:
        yield _finding(printable(name), "image_unlisted")


def _object(data: bytes, item: dict[str, Any] | None, path: str, kind: str) -> Iterator[Finding]:
    """Compare the bytes of one part with what the event says of them (None: nothing usable)."""
    if item is not None and (wrong := differs(data, item)):
        yield _finding(f"{path}.{wrong}", f"{wrong}_differs")
    if kind == "video":
        if inspect_film(data) is None:
            yield _finding(path, "film_unknown")
    elif len(data) > MAX_PICTURE_BYTES:
        yield _finding(path, "picture_too_large")
    elif not jpeg_ranges(data):
        yield _finding(path, "image_not_jpeg")
    else:
        try:
            inspect_jpeg(data)
        except ImageRefused as refused:
            yield _finding(path, refused.code)


def _read(data: bytes) -> tuple[dict[str, Any] | None, list[Finding]]:
    """Read an event as far as it can be read, and return all that is wrong with it."""
    if len(data) > MAX_EVENT_BYTES:
        return None, [_finding("$", "event_too_large")]
    if data.startswith(_BYTE_ORDER_MARKS):
        return None, [_finding("$", "byte_order_mark")]
    try:
        event = json.loads(
            data.decode("utf-8"),
            parse_float=Figure,
            parse_int=Figure,
            parse_constant=NotJson,
            object_pairs_hook=_pairs,
        )
    except UnicodeDecodeError:
        return None, [_finding("$", "not_utf8")]
    except RecursionError:
        return None, [_finding("$", "json_too_deep")]
    except ValueError:
        return None, [_finding("$", "json_malformed")]
    if not isinstance(event, dict):
        return None, [_finding("$", "not_an_object")]
    places = list(_places(event))
    if any(depth > MAX_DEPTH for _path, _value, depth in places):
        return None, [_finding("$", "json_too_deep")]
    findings = [
        _finding(f"{path}.{printable(name)}" if path else printable(name), "repeated")
        for path, value, _depth in places
        if isinstance(value, Repeated)
        for name in value.names
    ]
    findings += [
        Finding(
            fault.path,
            fault.code,
            found_words(fault),
            allowed_words(fault),
        )
        for fault in event_faults(event)
    ]
    return event, findings


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _value in pairs]
    repeated = Repeated(found)
    repeated.names = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    return repeated


def _places(event: dict[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """Yield (path, value, depth) of everything inside, without recursion."""
    waiting: list[tuple[str, Any, int]] = [("", event, 1)]
    while waiting:
        path, value, depth = waiting.pop()
        yield path, value, depth
        if isinstance(value, dict):
            waiting += [
                (f"{path}.{printable(name)}" if path else printable(name), item, depth + 1)
                for name, item in value.items()
            ]
        elif isinstance(value, list):
            waiting += [(f"{path}[{place}]", item, depth + 1) for place, item in enumerate(value)]


def _second_opinion(data: bytes, content_type: str, is_multipart: bool) -> Iterator[Finding]:
    """Ask the adapter itself: what it refuses is never called accepted here."""
    if is_multipart:
        parts = parse_multipart(data, content_type)
        if isinstance(parts, Rejected):
            return
        event = json.loads(next(part for part in parts if part.name == "event").of(data))
        kind = content_type or "multipart/form-data"
    else:
        event, kind = json.loads(data), "application/json"
    adapter, serial = GenericSigned(), event["device"]["serial"]
    headers = (("Content-Type", kind), ("Idempotency-Key", event["event_id"]))
    envelope = RawEnvelope(headers, data, _ANY_TIME, "/", "POST")
    for item in adapter.parse(envelope, adapter.profile(serial, {})):
        if isinstance(item, Rejected):
            for path in item.paths or ("$",):
                yield _finding(path, item.code)


def _finding(path: str, code: str) -> Finding:
    nothing = Sentence("", "")
    return Finding(path, code, nothing, nothing)
