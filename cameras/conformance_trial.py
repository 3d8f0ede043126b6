"""Try a running portal from outside: our samples, and a set of wrong deliveries, by HTTP.

Whoever operates a portal learns whether it answers as the standard says; a maker learns what each
mistake will be answered with. Every delivery is new (identifier, time, pictures), so that a portal
can be tried any number of times with a device of its sandbox. Pure but for the ``send`` handed in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cameras.adapters.signing_client import sign_request
from cameras.conformance_answers import Expected, Request, Trial, differences
from cameras.identifiers import uuid7
from cameras.standard import samples

#: (method, address, headers, body) to (status, headers in lower case, body).
Send = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]
#: What came of no answer at all.
NO_ANSWER = 0


class Portal:
    """A portal at one push address, tried as the gateway that owns a key."""

    def __init__(
        self,
        url: str,
        serial: str,
        key: Ed25519PrivateKey,
        *,
        send: Send,
        clock: Callable[[], datetime],
    ) -> None:
        self._url, self._serial, self._key = url, serial, key
        self._send, self._clock = send, clock

    def trials(self) -> Iterator[Trial]:
        """Send everything, one after another, and yield what came of each."""
        yield from self._samples()
        yield from self._repeated()
        yield from self._unproven()
        yield from self._unreadable()
        yield from self._against_the_schema()
        yield from self._uploads()

    # The parts of the trial ---------------------------------------------------------------------

    def _samples(self) -> Iterator[Trial]:
        for name in samples.sample_events():
            event, body = self._sample(name)
            sha256 = hashlib.sha256(body).hexdigest()
            status = 200 if event["kind"] == "health" else 202
            expected = Expected(status, body={"raw_sha256": sha256} if status == 202 else {})
            yield self._try(f"sample {name}", expected, self._signed(event, body))

    def _repeated(self) -> Iterator[Trial]:
        event, body = self._sample("red_light")
        first = self._try("first of two", Expected(202), self._signed(event, body))
        yield first
        yield self._try(
            "the same bytes again, signed anew",
            Expected(200, body={"duplicate": True}),
            self._signed(event, body),
        )
        event["direction"] = "approaching"
        other = samples.delivery_of(event, self._here)
        yield self._try(
            "other bytes under the same key",
            Expected(422, "idempotency_key_reuse"),
            self._signed(event, other),
        )

    def _unproven(self) -> Iterator[Trial]:
        refused = Expected(401, "unauthenticated")
        event, body = self._sample("passage")
        request = self._signed(event, body)
        bare = {
            name: value
            for name, value in request.headers.items()
            if "signature" not in name.lower()
        }
        yield self._try("no signature", refused, Request("POST", self._url, bare, body))
        stranger = Ed25519PrivateKey.generate()
        yield self._try("another key", refused, self._signed(event, body, key=stranger))
        changed = body.replace(b'"direction": "receding"', b'"direction": "unknown"')
        yield self._try(
            "body changed after signing",
            refused,
            Request("POST", self._url, request.headers, changed),
        )
        for seconds in (-600, 600):
            created = self._clock() + timedelta(seconds=seconds)
            yield self._try(
                f"signature {seconds:+d} s old" if seconds < 0 else f"signature {seconds} s ahead",
                refused,
                self._signed(event, body, created=created),
            )
        yield self._try("nonce too short", refused, self._signed(event, body, nonce="short"))
        part = ("@method", "@target-uri", "content-digest", "content-type")
        yield self._try(
            "Idempotency-Key not covered", refused, self._signed(event, body, covered=part)
        )
        nonce = secrets.token_urlsafe(24)
        yield self._try("a nonce once", Expected(202), self._signed(event, body, nonce=nonce))
        yield self._try("the same nonce again", refused, self._signed(event, body, nonce=nonce))
        unknown = Request("POST", self._unknown_url(), request.headers, body)
        yield self._try("an address of no device", Expected(403, "forbidden"), unknown)

    def _unreadable(self) -> Iterator[Trial]:
        malformed = Expected(400, "malformed")
        for name, data in (
            ("no JSON", b"{"),
            ("NaN", b'{"plate": NaN}'),
            ("a name twice", b'{"kind": "passage", "kind": "health"}'),
            ("UTF-16", '{"kind": "passage"}'.encode("utf-16")),
            ("nested too deep", b'{"a":' * 40 + b"1" + b"}" * 40),
        ):
            body = samples.multipart_body(data, [])
            yield self._try(name, malformed, self._signed({"event_id": str(uuid7())}, body))
        event, _body = self._sample("speed_over")
        first = self._here[event["images"][0]["sha256"]]
        body = samples.multipart_body(
            samples.written(event).encode(), [("image_1", "image/jpeg", first)]
        )
        yield self._try(
            "a picture did not come",
            Expected(400, "malformed", frozenset({"images[1]"})),
            self._signed(event, body),
        )
        large = samples.multipart_body(b"x" * (12 * 1024 * 1024), [])
        yield self._try(
            "more than 12 MiB",
            Expected(413, "too_large"),
            self._signed({"event_id": str(uuid7())}, large),
        )

    def _against_the_schema(self) -> Iterator[Trial]:
        def wrong(name: str, path: str, **changes: Any) -> Trial:
            event, _body = self._sample("red_light")
            event = {key: value for key, value in (event | changes).items() if value is not None}
            body = samples.delivery_of(event, self._here)
            expected = Expected(422, "schema", frozenset({path}))
            return self._try(name, expected, self._signed(event, body))

        yield wrong("a field is missing", "vehicle", vehicle=None)
        yield wrong("an unknown field", "site", site={"code": "X"})
        yield wrong("a red light without its signal", "signal", signal=None)
        yield wrong("speeding without a speed", "speed", violation={"type": "speed_over"})
        yield wrong("a word that is not in the list", "direction", direction="left")
        yield wrong("a number out of range", "lane.number", lane={"number": 0})
        yield wrong(
            "a time without a zone", "time.occurred_at", time={"occurred_at": "2026-10-12T08:00:02"}
        )
        yield wrong("another schema", "schema", schema="vn.traffic.violation-event/2")
        yield wrong("another device", "device.serial", device={"serial": f"{self._serial}-X"})
        event, body = self._sample("passage")
        yield self._try(
            "a key that is not the event's",
            Expected(422, "schema", frozenset({"event_id"})),
            self._signed({"event_id": str(uuid7())}, body),
        )
        event, _body = self._sample("passage")
        event["images"][0]["sha256"] = "0" * 64
        here = {"0" * 64: next(iter(self._here.values()))}
        yield self._try(
            "the hash of other bytes",
            Expected(422, "schema", frozenset({"images[0].sha256"})),
            self._signed(event, samples.delivery_of(event, here)),
        )
        event, _body = self._sample("passage")
        event["time"]["occurred_at"] = "2034-01-01T00:00:00+07:00"
        yield self._try(
            "a clock in 2034",
            Expected(202, body={"warnings": ["clock_impossible"]}),
            self._signed(event, samples.delivery_of(event, self._here)),
        )

    def _uploads(self) -> Iterator[Trial]:
        event, _body = self._sample("speed_over")
        alone = samples.written(event).encode()
        yield self._try(
            "an event alone, its pictures to follow",
            Expected(202),
            self._signed(event, alone, content_type="application/json"),
        )
        data = b""
        for number, data in enumerate(self._here.values(), start=1):
            yield self._try(f"PUT of picture {number}", Expected(202), self._upload(data))
        yield self._try(
            "PUT of the same picture", Expected(200, body={"duplicate": True}), self._upload(data)
        )
        refused = Expected(422, "schema")
        yield self._try("PUT under another hash", refused, self._upload(data, named="0" * 64))
        yield self._try("PUT of an SVG", refused, self._upload(b"<svg/>"))
        yield self._try(
            "PUT of more than 6 MiB",
            Expected(413, "too_large"),
            self._upload(b"\xff\xd8" + bytes(6 * 1024 * 1024)),
        )
        stranger = Ed25519PrivateKey.generate()
        yield self._try(
            "PUT with another key",
            Expected(401, "unauthenticated"),
            self._upload(data, key=stranger),
        )

    # Making and judging -------------------------------------------------------------------------

    def _sample(self, name: str) -> tuple[dict[str, Any], bytes]:
        """Return a fresh event and its body; its objects stay in ``_here``."""
        event, self._here = samples.fresh(
            samples.sample_events()[name],
            event_id=uuid7(),
            serial=self._serial,
            at=self._clock() - timedelta(seconds=5),
        )
        return event, samples.delivery_of(event, self._here)

    def _signed(
        self,
        event: dict[str, Any],
        body: bytes,
        *,
        key: Ed25519PrivateKey | None = None,
        created: datetime | None = None,
        content_type: str = samples.MULTIPART_TYPE,
        **more: Any,
    ) -> Request:
        headers = {"Content-Type": content_type, "Idempotency-Key": str(event["event_id"])}
        signed = sign_request(
            self._url,
            headers,
            body,
            private_key=key or self._key,
            key_id=self._serial,
            created=created or self._clock(),
            **more,
        )
        return Request("POST", self._url, signed, body)

    def _upload(
        self, data: bytes, *, named: str = "", key: Ed25519PrivateKey | None = None
    ) -> Request:
        sha256 = named or hashlib.sha256(data).hexdigest()
        url = f"{self._url.rstrip('/').rpartition('/')[0]}/objects/{sha256}"
        signed = sign_request(
            url,
            {"Content-Type": "image/jpeg", "Idempotency-Key": sha256},
            data,
            private_key=key or self._key,
            key_id=self._serial,
            created=self._clock(),
            method="PUT",
        )
        return Request("PUT", url, signed, data)

    def _unknown_url(self) -> str:
        start, _slash, end = self._url.rstrip("/").rpartition("/")
        return f"{start.rpartition('/')[0]}/{secrets.token_urlsafe(16)}/{end}"

    def _try(self, name: str, expected: Expected, request: Request) -> Trial:
        try:
            status, headers, body = self._send(
                request.method, request.url, request.headers, request.body
            )
        except OSError as error:
            return Trial(name, expected, NO_ANSWER, (f"no answer: {type(error).__name__}",))
        return Trial(name, expected, status, tuple(differences(expected, status, headers, body)))
