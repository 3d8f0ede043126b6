"""Broken deliveries of a gateway, each with every path a maker must be told of, and no other.

Made from the published red light sample: one change or several, and what is wrong afterwards.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cameras.standard import samples

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>"
Event = dict[str, Any]
Change = Callable[[Event], object]


@dataclass(frozen=True)
class Broken:
    """One delivery, the paths that are wrong in it, and the answer a portal must give."""

    name: str
    body: bytes
    paths: frozenset[str]
    status: int = 422

    @property
    def event(self) -> bytes:
        """Return the event alone, as it stands in the delivery."""
        from cameras.adapters.multipart import parse_multipart

        parts = parse_multipart(self.body, "")
        assert isinstance(parts, tuple)
        return next(part for part in parts if part.name == "event").of(self.body)


def sound() -> Event:
    return copy.deepcopy(samples.sample_events()["red_light"])


def parts_of(event: Event) -> list[tuple[str, str, bytes]]:
    here = samples.objects()
    return [
        (f"image_{number}", "image/jpeg", here[item["sha256"]])
        for number, item in enumerate(event["images"], start=1)
    ]


def changed(name: str, change: Change, *paths: str) -> Broken:
    """Return the sample with its event changed and its pictures as they were."""
    event = sound()
    parts = parts_of(event)
    change(event)
    return Broken(name, samples.multipart_body(json.dumps(event).encode(), parts), frozenset(paths))


def rewritten(name: str, rewrite: Callable[[bytes], bytes], *paths: str, status: int) -> Broken:
    """Return the sample with the bytes of its event rewritten."""
    event = sound()
    body = samples.multipart_body(rewrite(json.dumps(event).encode()), parts_of(event))
    return Broken(name, body, frozenset(paths), status)


def with_parts(
    name: str, change: Callable[[list[tuple[str, str, bytes]]], object], *paths: str, status: int
) -> Broken:
    """Return the sample with other parts beside its event."""
    event = sound()
    parts = parts_of(event)
    change(parts)
    body = samples.multipart_body(json.dumps(event).encode(), parts)
    return Broken(name, body, frozenset(paths), status)


def _svg() -> Broken:
    event = sound()
    parts = parts_of(event)
    event["images"][1] |= {"sha256": hashlib.sha256(SVG).hexdigest(), "bytes": len(SVG)}
    parts[1] = ("image_2", "image/jpeg", SVG)
    body = samples.multipart_body(json.dumps(event).encode(), parts)
    return Broken("an SVG as a picture", body, frozenset({"images[1]"}), 400)


def _nine() -> Broken:
    event = sound()
    event["images"] = [event["images"][0]] * 9
    parts = parts_of(event)
    body = samples.multipart_body(json.dumps(event).encode(), parts)
    return Broken("nine pictures", body, frozenset({"images"}))


def _speeding(event: Event) -> None:
    event["violation"] = {"type": "speed_over"}


def _several(event: Event) -> None:
    del event["vehicle"]
    event["plate"]["confidence"] = 97
    event["images"][2]["boxes"][0]["kind"] = "hat"
    event["images"][2]["bytes"] = 0
    event["operator"] = "x"


def _set(*steps: Any) -> Change:
    """Return a change that puts the last of ``steps`` at the place the others lead to."""

    def change(event: Event) -> None:
        place: Any = event
        for step in steps[:-2]:
            place = place[step]
        place[steps[-2]] = steps[-1]

    return change


def _drop(*steps: Any) -> Change:
    def change(event: Event) -> None:
        place: Any = event
        for step in steps[:-1]:
            place = place[step]
        del place[steps[-1]]

    return change


_SHA = sound()["images"][0]["sha256"]

BROKEN: list[Broken] = [
    changed("a field missing", _drop("device", "serial"), "device.serial"),
    changed("an unknown field", _set("site", {"code": "HN-01"}), "site"),
    changed("an unknown field deep inside", _set("images", 0, "camera", "1"), "images[0].camera"),
    changed("a word that is not in the list", _set("violation", "type", "rude"), "violation.type"),
    changed(
        "a speed with two decimals",
        _set("speed", {"measured_kmh": 97.45, "limit_kmh": 80, "method": "radar"}),
        "speed.measured_kmh",
    ),
    changed("a confidence above one", _set("plate", "confidence", 1.2), "plate.confidence"),
    rewritten(
        "NaN",
        lambda data: data.replace(b'"confidence": 0.97', b'"confidence": NaN'),
        "plate.confidence",
        status=400,
    ),
    rewritten(
        "a name twice",
        lambda data: data.replace(b'"direction"', b'"kind": "passage", "direction"', 1),
        "kind",
        status=400,
    ),
    rewritten("a bomb of depth", lambda _: b'{"a":' * 40 + b"1" + b"}" * 40, "$", status=400),
    rewritten("a bomb of lists", lambda _: b"[" * 100_000, "$", status=400),
    changed(
        "a time without a zone",
        _set("time", "occurred_at", "2026-10-12T08:00:02.000"),
        "time.occurred_at",
    ),
    changed(
        "a day that is in no calendar",
        _set("time", "occurred_at", "2026-02-30T08:00:02+07:00"),
        "time.occurred_at",
    ),
    changed("a hash in capitals", _set("images", 0, "sha256", _SHA.upper()), "images[0].sha256"),
    changed("the hash of other bytes", _set("images", 0, "sha256", "0" * 64), "images[0].sha256"),
    changed("a wrong size", _set("images", 3, "bytes", 12), "images[3].bytes"),
    with_parts("a picture that did not come", lambda parts: parts.pop(), "images[3]", status=400),
    with_parts(
        "a part nobody listed",
        lambda parts: parts.append(("image_5", "image/jpeg", parts[0][2])),
        "image_5",
        status=400,
    ),
    _svg(),
    changed(
        "a box out of the scale", _set("images", 0, "boxes", 0, "x", 531), "images[0].boxes[0].x"
    ),
    changed(
        "a box out of its picture", _set("images", 0, "boxes", 0, "w", 0.6), "images[0].boxes[0].w"
    ),
    changed("speeding without a speed", _speeding, "speed"),
    changed("a red light without a signal", _drop("signal"), "signal"),
    changed("another schema", _set("schema", "vn.traffic.violation-event/2"), "schema"),
    changed("an identifier that is no UUID", _set("event_id", "42"), "event_id"),
    rewritten("a byte order mark", lambda data: b"\xef\xbb\xbf" + data, "$", status=400),
    rewritten("UTF-16", lambda data: data.decode().encode("utf-16"), "$", status=400),
    rewritten("Latin-1", lambda data: data + b"\xe9", "$", status=400),
    changed(
        "no pictures", _set("images", []), "images", "image_1", "image_2", "image_3", "image_4"
    ),
    _nine(),
    changed("a number as text", _set("lane", "number", "1"), "lane.number"),
    changed(
        "several faults at once",
        _several,
        "vehicle",
        "plate.confidence",
        "images[2].boxes[0].kind",
        "images[2].bytes",
        "operator",
    ),
]
