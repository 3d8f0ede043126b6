"""Speak the shape of the national payment platform (Cổng Dịch vụ công quốc gia), as far as known.

No public specification exists; the fields are those an open e-government core sends, unconfirmed.
Its callback does not sign the status. So a callback never says that anything was paid: it only
tells us which attempt to ask about, and the signed answer to that question counts.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

from citizens.gateways.contract import (
    ApplyResult,
    AttemptData,
    BadSignature,
    Capability,
    GatewayTimeout,
    GatewayUnavailable,
    HttpReply,
    Malformed,
    QueryOutcome,
    QueryResult,
    Redirect,
    Rejected,
)

VERSION = "3.0"
SIGNED = ("addition_fee", "client_id", "command", "trans_amount", "transaction_id", "version")
ASKED = ("client_id", "command", "transaction_id")
ANSWERED = ("client_id", "command", "status", "trans_amount", "transaction_id")
LARGEST_MESSAGE = 16_384
STATES: dict[str, QueryOutcome] = {"0": "paid", "1": "pending", "2": "failed", "3": "reversed"}
_AMOUNT = re.compile(r"[0-9]{1,13}")
_REFERENCE = re.compile(r"[A-Za-z0-9-]{1,20}")


class NationalPlatform:
    """Be the national platform to the checkout. ``keys`` are ours to it, and its own to us."""

    code = "dvcqg"
    capabilities = frozenset({Capability.REDIRECT, Capability.QUERY})

    def __init__(
        self, *, client_id: str, keys: tuple[str, str], address: str, http: httpx.Client
    ) -> None:
        if not client_id or not all(keys):
            raise ValueError("The national platform needs a client id and two keys.")
        if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("The address of the national platform must use https.")
        self.client_id = client_id
        self.address = address.rstrip("/")
        self._ours, self._theirs = keys
        self._http = http

    def start(self, attempt: AttemptData, bill: Mapping[str, Any] | None = None) -> Redirect:
        """Create the transaction there; the payer goes on to the address it answers with.

        ``bill`` is what is paid for, as ``bill_of`` makes it. Raises GatewayUnavailable,
        GatewayTimeout, Rejected, Malformed.
        """
        if not _REFERENCE.fullmatch(attempt.merchant_ref):
            raise Malformed("The reference is too long for the platform.")
        request = {
            "addition_fee": "0",
            "client_id": self.client_id,
            "command": "PAY",
            "trans_amount": str(attempt.amount_vnd),
            "transaction_id": attempt.merchant_ref,
            "version": VERSION,
            "description": attempt.order_info,
            "locale": "vn",
            "country_code": "vi",
            "currency_code": "VND",
            "environment": "1",
            "return_url": attempt.return_url,
            "bill_info": dict(bill or {}),
        }
        answer = self._post("create", request | {"check_sum": sign(request, SIGNED, self._ours)})
        if str(answer.get("error")) != "0":
            raise Rejected(str(answer.get("error"))[:10])
        url = str(answer.get("payment_url", ""))
        if not url.startswith(self.address.partition("://")[0] + "://"):
            raise Malformed("The platform answered with no address to pay at.")
        return Redirect(url)

    def read_callback(self, body: bytes) -> str:
        """Return the reference a callback is about; nothing else in it is believed.

        Raises BadSignature (reply -1) and Malformed.
        """
        fields = _decode(body)
        told = str(fields.get("check_sum", ""))
        if not hmac.compare_digest(
            told.lower().encode(), sign(fields, SIGNED, self._theirs).encode()
        ):
            raise BadSignature("The callback is not signed by the platform.")
        if fields.get("client_id") != self.client_id:
            raise BadSignature("The callback is for another client.")
        reference = str(fields.get("transaction_id", ""))
        if not _REFERENCE.fullmatch(reference):
            raise Malformed("The callback names no transaction of ours.")
        return reference

    def reply(self, result: ApplyResult) -> HttpReply:
        """Answer a callback: 0 makes the platform stop, -1 makes it call again."""
        is_over = result in (ApplyResult.RECORDED, ApplyResult.ALREADY_FINAL)
        said = {"return_code": "0" if is_over else "-1", "return_msg": result.value}
        return HttpReply(200, json.dumps(said).encode(), "application/json")

    def query(self, attempt: AttemptData, *, request_id: str) -> QueryResult:
        """Ask for the state of an attempt; an answer without a true signature is no answer.

        Raises GatewayUnavailable, GatewayTimeout, Rejected.
        """
        request = {
            "client_id": self.client_id,
            "command": "QUERY",
            "transaction_id": attempt.merchant_ref,
        }
        answer = self._post("query", request | {"check_sum": sign(request, ASKED, self._ours)})
        told = str(answer.get("check_sum", ""))
        if not hmac.compare_digest(
            told.lower().encode(), sign(answer, ANSWERED, self._ours).encode()
        ):
            raise GatewayUnavailable("The platform's answer is not signed.")
        order = (answer.get("client_id"), answer.get("transaction_id"))
        if order != (self.client_id, attempt.merchant_ref):
            raise GatewayUnavailable("The platform answered about another order.")
        amount = str(answer.get("trans_amount", ""))
        if not _AMOUNT.fullmatch(amount):
            raise GatewayUnavailable("The platform's answer names no amount.")
        status = str(answer.get("status", ""))
        return QueryResult(
            outcome="not_found" if status == "-1" else STATES.get(status, "review"),
            amount_vnd=int(amount),
            paid_at=None,
            gateway_transaction_no=str(answer.get("transaction_code", ""))[:40],
            raw={str(key): str(value)[:500] for key, value in answer.items()},
        )

    def _post(self, command: str, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            response = self._http.post(
                f"{self.address}/{command}",
                json=dict(request),
                timeout=httpx.Timeout(15, connect=5),
                follow_redirects=False,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise GatewayUnavailable("The platform cannot be reached.") from error
        except httpx.HTTPError as error:
            raise GatewayTimeout("The platform did not answer in time.") from error
        if response.status_code != 200:
            raise GatewayUnavailable(f"The platform answered with {response.status_code}.")
        try:
            return _decode(response.content)
        except Malformed as error:
            raise GatewayUnavailable("The platform's answer cannot be read.") from error


def sign(fields: Mapping[str, Any], names: tuple[str, ...], key: str) -> str:
    """Return the checksum over fields in their fixed order: HMAC-SHA256, small hexadecimals."""
    text = "|".join(str(fields.get(name, "")) for name in names)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _decode(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST_MESSAGE:
        raise Malformed("The message is too long.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("The message is no JSON.") from error
    if not isinstance(found, dict):
        raise Malformed("The message is no JSON object.")
    return found
