"""The electronic ways to a person: one adapter for the inbox, e-mail and text messages.

NĐ 118/2021/NĐ-CP Đ28a, Đ28b. An e-mail or a text message only tells that a paper waits in the
inbox: it holds no link, no name and no amount. Its arrival starts no clock; the opening does.
"""

from __future__ import annotations

from typing import Protocol

import httpx

TIMEOUT_SECONDS = 10.0
MOST_RECEIPT = 160


class ChannelError(Exception):
    """The gateway could not be reached or did not take the message; the text is its reason."""


class Channel(Protocol):
    """What sends one message. ``key`` is the same for every try, so that nothing is sent twice."""

    def send(self, *, route: str, key: str, destination: str, text: str) -> str:
        """Send and return the gateway's receipt. Raises ChannelError."""
        ...


class HttpGateway:
    """The gateway of the ministry, or its sandbox: JSON over HTTP, idempotent by its key."""

    def __init__(self, address: str, http: httpx.Client) -> None:
        self.address = address.rstrip("/")
        self.http = http

    def send(self, *, route: str, key: str, destination: str, text: str) -> str:
        """Send one message. Raises ChannelError; neither destination nor text is in its words."""
        try:
            answer = self.http.post(
                f"{self.address}/{route}",
                headers={"Idempotency-Key": key},
                json={"to": destination, "text": text},
                timeout=TIMEOUT_SECONDS,
            )
        except httpx.HTTPError as fault:
            raise ChannelError(type(fault).__name__) from None
        if answer.status_code not in (200, 201):
            raise ChannelError(f"HTTP {answer.status_code}")
        try:
            receipt = answer.json()["receipt"]
        except (ValueError, KeyError, TypeError):
            raise ChannelError("no receipt") from None
        if not isinstance(receipt, str) or not 0 < len(receipt) <= MOST_RECEIPT:
            raise ChannelError("no receipt")
        return receipt
