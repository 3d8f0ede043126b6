"""Tell another agency one message over HTTP, and read its receipt.

POST {AGENCIES_URL}/agencies/{agency}/v1/messages, JSON, bearer token, ``Idempotency-Key``. The
agency answers 201 (or any 2xx) with ``{"key", "receipt"}``; a key it has had before it answers with
409 and the same receipt, which is an acknowledgement as good as the first. Errors carry no plate:
neither the message nor the agency's own words are repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

MAX_ANSWER_BYTES = 65_536
MAX_RECEIPT = 80
AGAIN = frozenset({408, 425, 429})  # the agency asks for patience; the message is not at fault


class AgencyError(Exception):
    """Stand for every failure to tell an agency something."""


class AgencyUnavailable(AgencyError):
    """No usable answer; sending the same message again later is right and harmless."""


class AgencyRefused(AgencyError):
    """The agency refused the message; sending it again does not help, somebody must look."""


class AgencyClient:
    """Send messages to agencies. The HTTP client and its pooling belong to the caller."""

    def __init__(
        self,
        base_url: str,
        token: str,
        http: httpx.Client,
        *,
        timeout: httpx.Timeout | None = None,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._token = token
        self._http = http
        self._timeout = timeout or httpx.Timeout(10, connect=5)

    def send(self, agency: str, key: str, message: Mapping[str, Any]) -> str:
        """Send one message and return the receipt of the agency.

        Raises AgencyUnavailable (send again later) and AgencyRefused (a person must look).
        """
        try:
            response = self._http.post(
                f"{self._base}/agencies/{agency}/v1/messages",
                json=message,
                headers={
                    "Authorization": f"Bearer {self._token}",
                    "Idempotency-Key": key,
                    "Accept": "application/json",
                },
                timeout=self._timeout,
                follow_redirects=False,
            )
        except httpx.TimeoutException:
            raise AgencyUnavailable("The agency did not answer in time.") from None
        except httpx.HTTPError:
            raise AgencyUnavailable("The agency cannot be reached.") from None
        status = response.status_code
        if 200 <= status < 300 or status == 409:
            return _receipt(response, key)
        if 400 <= status < 500 and status not in AGAIN:
            raise AgencyRefused(f"The agency refused the message (HTTP {status}{_code(response)}).")
        raise AgencyUnavailable(f"The agency takes no messages now (HTTP {status}).")


def _receipt(response: httpx.Response, key: str) -> str:
    body = _json(response)
    receipt = body.get("receipt")
    if not isinstance(receipt, str) or not 0 < len(receipt.strip()) <= MAX_RECEIPT:
        raise AgencyUnavailable("The agency's answer holds no receipt.")
    if body.get("key") != key:
        raise AgencyUnavailable("The agency answered about another message.")
    return receipt.strip()


def _code(response: httpx.Response) -> str:
    """Return the agency's own error code, if it is one: a short word, never free text."""
    try:
        code = _json(response).get("error")
    except AgencyUnavailable:
        return ""
    if not isinstance(code, str) or not re.fullmatch(r"[a-z_]{1,60}", code):
        return ""
    return f", {code}"


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        if len(response.content) > MAX_ANSWER_BYTES:
            raise ValueError("too long")
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        raise AgencyUnavailable("The agency's answer cannot be read.") from None
    if not isinstance(body, dict):
        raise AgencyUnavailable("The agency's answer cannot be read.")
    return body
