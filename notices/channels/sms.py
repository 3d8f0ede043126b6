"""Text messages through a provider's HTTP interface: JSON, signed, idempotent by its key.

Providers differ in the names of the fields alone; ``fields`` maps ours to theirs. The signature is
HMAC-SHA256 over ``timestamp.body``, so that nobody can send in our name or play a message again.
"""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from notices.channels import MOST_RECEIPT, TIMEOUT_SECONDS, ChannelError, Message, Undeliverable

FIELDS = {"to": "to", "text": "text", "sender": "from", "key": "request_id", "receipt": "receipt"}
NUMBER = re.compile(r"\+[0-9]{8,15}")  # E.164
TAKEN = (200, 201, 202)
#: Answers that speak of this message: sending the same again would be refused again.
REFUSED = (400, 404, 410, 422)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body, in hexadecimal."""
    return hmac.digest(secret.encode(), f"{timestamp}.".encode() + body, "sha256").hex()


@dataclass(frozen=True)
class SmsChannel:
    """One provider: its address, the name we send under, and the secret we share."""

    address: str
    sender: str
    secret: str
    http: httpx.Client
    fields: Mapping[str, str] = field(default_factory=lambda: FIELDS)
    timeout: float = TIMEOUT_SECONDS
    clock: Callable[[], float] = time.time

    def send(self, *, key: str, destination: str, message: Message) -> str:
        """Send one message and return the provider's receipt. Raises ChannelError."""
        if not NUMBER.fullmatch(destination):
            raise Undeliverable("no number")
        names = FIELDS | dict(self.fields)
        content = {
            names["to"]: destination,
            names["text"]: message.short,
            names["sender"]: self.sender,
            names["key"]: key,
        }
        body = json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode()
        timestamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Timestamp": timestamp,
            "X-Signature": signature(self.secret, timestamp, body),
        }
        try:
            answer = self.http.post(
                self.address, content=body, headers=headers, timeout=self.timeout
            )
        except httpx.HTTPError as fault:
            raise ChannelError(type(fault).__name__) from None
        if answer.status_code in REFUSED:
            raise Undeliverable(f"HTTP {answer.status_code}")
        if answer.status_code not in TAKEN:
            raise ChannelError(f"HTTP {answer.status_code}")
        try:
            receipt = answer.json()[names["receipt"]]
        except (ValueError, KeyError, TypeError):
            raise ChannelError("no receipt") from None
        if not isinstance(receipt, str) or not 0 < len(receipt) <= MOST_RECEIPT:
            raise ChannelError("no receipt")
        return receipt
