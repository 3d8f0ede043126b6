"""State what the checkout and a payment gateway tell each other.

Amounts are whole đồng. Moments are aware `datetime` values in UTC; a gateway module converts
to and from the provider's own clock. Which outcome changes which row is decided by the caller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

Outcome = Literal["paid", "failed", "review", "pending"]
QueryOutcome = Literal["paid", "pending", "failed", "reversed", "not_found", "review"]
RefundOutcome = Literal["accepted", "in_progress", "refused", "review"]


class Capability(StrEnum):
    """Name what a gateway can do, so that the checkout offers nothing else."""

    REDIRECT = "redirect"
    QUERY = "query"
    REFUND = "refund"
    QR = "qr"


class ApplyResult(StrEnum):
    """Say what became of a notification; the gateway turns it into its own reply."""

    RECORDED = "recorded"
    ALREADY_FINAL = "already_final"
    AMOUNT_DIFFERS = "amount_differs"
    UNKNOWN_ORDER = "unknown_order"
    BAD_SIGNATURE = "bad_signature"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class AttemptData:
    """Describe one trip of a payer to a gateway.

    `merchant_ref` is unique per gateway. `created_at` is signed and asked for again by a later
    query, so the caller stores it to the second.
    """

    merchant_ref: str
    amount_vnd: int
    order_info: str
    created_at: datetime
    expires_at: datetime
    return_url: str
    ip: str
    locale: str


@dataclass(frozen=True, slots=True)
class RefundData:
    """Describe money to be sent back for one attempt, whole or in part.

    `gateway_transaction_no` may be empty when the provider's number never reached us.
    """

    attempt: AttemptData
    amount_vnd: int
    gateway_transaction_no: str
    requested_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the payer's browser to this address."""

    url: str


@dataclass(frozen=True, slots=True)
class QrPayload:
    """Show the payer this code; ``purpose`` is what the transfer will say on the statement."""

    text: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Notification:
    """Carry one verified message of the gateway about one attempt.

    `paid_at` is None when the provider did not say; `gateway_transaction_no` is empty when no
    money moved. `raw` is what arrived, for the append-only event.
    """

    gateway: str
    merchant_ref: str
    amount_vnd: int
    outcome: Outcome
    response_code: str
    transaction_status: str
    gateway_transaction_no: str
    bank_code: str
    paid_at: datetime | None
    raw: Mapping[str, str]
    terminal: str


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Carry the gateway's verified answer about the state of one attempt.

    `amount_vnd` is None when the gateway does not know the attempt.
    """

    outcome: QueryOutcome
    amount_vnd: int | None
    paid_at: datetime | None
    gateway_transaction_no: str
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefundResult:
    """Carry the gateway's verified answer to a refund.

    `accepted` means the provider took the order to refund, not that the payer has the money.
    """

    outcome: RefundOutcome
    response_code: str
    transaction_status: str
    gateway_transaction_no: str
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Answer the gateway's server with exactly these bytes."""

    status: int
    body: bytes
    content_type: str


class GatewayError(Exception):
    """Stand for every failure between us and a gateway. Messages never carry personal data."""


class BadSignature(GatewayError):
    """The message was not signed by the gateway with our secret, or is not for our terminal."""


class Malformed(GatewayError):
    """A field is missing, doubled or outside its format, in what arrived or is to be sent."""


class NotSupported(GatewayError):
    """This gateway cannot do that; ``capabilities`` says what it can."""


class GatewayUnavailable(GatewayError):
    """The gateway gave no usable answer and nothing happened there: asking again is safe."""


class GatewayTimeout(GatewayError):
    """The outcome is unknown: ask by query, never send an order that moves money again."""


class Rejected(GatewayError):
    """The gateway understood the request and refused it.

    `code` is the provider's own: for VNPAY 94 means "wait, then ask under a new request id",
    02, 03 and 97 that our configuration is wrong and somebody must look.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"The gateway refused the request with code {code}.")
        self.code = code


class Gateway(Protocol):
    """Be a payment provider to the checkout.

    A gateway never touches a model; its clock and HTTP client are handed to its constructor.
    """

    code: str
    capabilities: frozenset[Capability]

    def start(self, attempt: AttemptData) -> Redirect | QrPayload:
        """Build the payer's way to the bank. Does no I/O. Raises Malformed."""

    def parse_notification(self, query_string: str) -> Notification:
        """Verify and read the server-to-server message. Raises BadSignature, Malformed."""

    def parse_return(self, query_string: str) -> Notification:
        """Verify and read what the browser brought back; for display only, it credits nothing.

        Raises BadSignature, Malformed.
        """

    def reply(self, result: ApplyResult) -> HttpReply:
        """Put the result of a notification into the gateway's own words."""

    def query(self, attempt: AttemptData, *, request_id: str) -> QueryResult:
        """Ask for the state of an attempt; store `request_id` before the call.

        Raises GatewayUnavailable, GatewayTimeout, Rejected, Malformed.
        """

    def refund(self, refund: RefundData, *, request_id: str) -> RefundResult:
        """Order money back; store `request_id` before the call.

        Raises GatewayUnavailable, GatewayTimeout, Rejected, Malformed.
        """
