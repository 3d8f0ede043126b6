"""Take payments through VNPAY 2.1.0: the signed PAY link, IPN and return, QueryDR and Refund.

Signing stands in `vnpay_signing`, field formats in `vnpay_fields`, the meaning of the codes in
`vnpay_codes`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from citizens.gateways import vnpay_fields as fields
from citizens.gateways import vnpay_signing as signing
from citizens.gateways.contract import (
    ApplyResult,
    AttemptData,
    BadSignature,
    Capability,
    GatewayTimeout,
    GatewayUnavailable,
    HttpReply,
    Malformed,
    Notification,
    QueryResult,
    Redirect,
    RefundData,
    RefundResult,
    Rejected,
)
from citizens.gateways.vnpay_codes import REPLIES, payment_outcome, query_outcome, refund_outcome

VERSION = "2.1.0"
LOCALES = {"vi": "vn", "vn": "vn", "en": "en"}
# BankCode and OrderInfo are mandatory on paper too, but a payment must not get lost over them.
REQUIRED = ("Amount", "TransactionNo", "ResponseCode", "TransactionStatus", "TxnRef")

# What an unclear answer becomes: harmless for a question, an unknown outcome for a refund.
Unclear = type[GatewayUnavailable] | type[GatewayTimeout]


class VnpayGateway:
    """Be VNPAY to the checkout, for one terminal.

    `clock` gives an aware moment. `http` is handed in so that its owner decides about pooling,
    proxies and certificates. Plain HTTP is refused except to `plain_http_hosts`, which is meant
    for the sandbox bank.
    """

    code = "vnpay"
    capabilities = frozenset({Capability.REDIRECT, Capability.QUERY, Capability.REFUND})

    def __init__(
        self,
        *,
        terminal: str,
        secret: str,
        pay_url: str,
        api_url: str,
        http: httpx.Client,
        clock: Callable[[], datetime],
        server_ip: str = "127.0.0.1",
        plain_http_hosts: Iterable[str] = ("127.0.0.1", "localhost", "::1"),
    ) -> None:
        if not terminal or not secret:
            raise ValueError("The VNPAY gateway needs a terminal code and a secret.")
        plain = frozenset(plain_http_hosts)
        for url in (pay_url, api_url):
            parts = urlsplit(url)
            if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in plain):
                raise ValueError("The VNPAY addresses must use https.")
        self.terminal = terminal
        self.pay_url = pay_url
        self.api_url = api_url
        self._secret = secret
        self._http = http
        self._clock = clock
        self._server_ip = fields.address_text(server_ip)

    def start(self, attempt: AttemptData) -> Redirect:
        """Build the signed PAY link. Does no I/O; raises Malformed. VNPAY 2.1.0, PAY."""
        if attempt.locale not in LOCALES:
            raise Malformed("The locale must be vi or en.")
        params = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self.terminal,
            "vnp_Amount": fields.amount_text(attempt.amount_vnd),
            "vnp_CreateDate": fields.moment_text(attempt.created_at),
            "vnp_ExpireDate": fields.moment_text(attempt.expires_at),
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": fields.address_text(attempt.ip),
            "vnp_Locale": LOCALES[attempt.locale],
            "vnp_OrderInfo": _order_info(attempt.order_info),
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": fields.safe_text(
                attempt.return_url, "ReturnUrl", shortest=10, longest=255
            ),
            "vnp_TxnRef": fields.matching(fields.REFERENCE, attempt.merchant_ref, "TxnRef"),
        }
        if params["vnp_ExpireDate"] <= params["vnp_CreateDate"]:
            raise Malformed("The attempt must expire after it was created.")
        text = signing.query_text(params)
        return Redirect(f"{self.pay_url}?{text}&vnp_SecureHash={signing.sign(text, self._secret)}")

    def parse_notification(self, query_string: str) -> Notification:
        """Verify and read an IPN from the raw query string. VNPAY 2.1.0, IPN.

        Raises BadSignature (reply 97) and Malformed (reply 99).
        """
        params = signing.decode_query(query_string)
        text = signing.query_text(params)
        if not signing.is_signed(text, params.get("vnp_SecureHash", ""), self._secret):
            raise BadSignature("The signature does not match.")
        if params.get("vnp_TmnCode") != self.terminal:
            raise BadSignature("The message is for another terminal.")
        for name in REQUIRED:
            if not params.get(f"vnp_{name}"):
                raise Malformed(f"The field {name} is missing.")
        code = fields.matching(fields.TWO_DIGITS, params["vnp_ResponseCode"], "ResponseCode")
        status = fields.matching(
            fields.TWO_DIGITS, params["vnp_TransactionStatus"], "TransactionStatus"
        )
        return Notification(
            gateway=self.code,
            merchant_ref=params["vnp_TxnRef"],
            amount_vnd=fields.read_amount(params["vnp_Amount"]),
            outcome=payment_outcome(code, status),
            response_code=code,
            transaction_status=status,
            gateway_transaction_no=fields.read_transaction_no(params),
            bank_code=params.get("vnp_BankCode", ""),
            paid_at=fields.read_moment(params.get("vnp_PayDate", "")),
            raw=params,
            terminal=self.terminal,
        )

    def parse_return(self, query_string: str) -> Notification:
        """Verify and read the browser's return; it is for display and credits nothing.

        Raises BadSignature, Malformed. VNPAY 2.1.0, ReturnURL: same fields as the IPN.
        """
        return self.parse_notification(query_string)

    def reply(self, result: ApplyResult) -> HttpReply:
        """Answer an IPN: 00 and 02 make VNPAY stop, everything else makes it call again."""
        code, message = REPLIES[result]
        body = json.dumps({"RspCode": code, "Message": message}).encode()
        return HttpReply(status=200, body=body, content_type="application/json")

    def query(self, attempt: AttemptData, *, request_id: str) -> QueryResult:
        """Ask VNPAY for the state of an attempt. VNPAY 2.1.0, QueryDR.

        ResponseCode 00 only says that the question worked; the payment's own state is
        TransactionStatus. An answer without a valid hash is no answer. Raises
        GatewayUnavailable, GatewayTimeout, Rejected (94: ask again under a new id), Malformed.
        """
        request = self._request("querydr", attempt, attempt.order_info, request_id)
        answer = self._ask(
            request, signing.QUERY_REQUEST, signing.QUERY_RESPONSE, unclear=GatewayUnavailable
        )
        code = answer.get("vnp_ResponseCode", "")
        if code == "91":
            return QueryResult("not_found", None, None, "", answer)
        if code == "99":
            raise GatewayUnavailable("VNPAY reports an internal error.")
        if code != "00":
            raise Rejected(code)
        self._check_same_order(answer, attempt, unclear=GatewayUnavailable)
        transaction_type = answer.get("vnp_TransactionType", "")
        try:
            return QueryResult(
                outcome=query_outcome(transaction_type, answer.get("vnp_TransactionStatus", "")),
                amount_vnd=fields.read_amount(answer.get("vnp_Amount", "")),
                paid_at=fields.read_moment(answer.get("vnp_PayDate", "")),
                gateway_transaction_no=fields.read_transaction_no(answer),
                raw=answer,
            )
        except Malformed as error:
            raise GatewayUnavailable("VNPAY's answer cannot be read.") from error

    def refund(self, refund: RefundData, *, request_id: str) -> RefundResult:
        """Order money back, whole (type 02) or in part (type 03). VNPAY 2.1.0, Refund.

        Raises GatewayUnavailable only when the order never left us. Once it may have arrived,
        every unclear answer is GatewayTimeout: the outcome is unknown, so query before anything
        else. Raises also Rejected and Malformed.
        """
        attempt = refund.attempt
        if refund.amount_vnd > attempt.amount_vnd:
            raise Malformed("A refund cannot exceed the payment.")
        number = refund.gateway_transaction_no or "0"
        request = self._request("refund", attempt, refund.reason, request_id) | {
            "vnp_TransactionType": "02" if refund.amount_vnd == attempt.amount_vnd else "03",
            "vnp_Amount": fields.amount_text(refund.amount_vnd),
            "vnp_TransactionNo": fields.matching(fields.NUMBER, number, "TransactionNo"),
            "vnp_CreateBy": fields.safe_text(
                refund.requested_by, "CreateBy", shortest=1, longest=245
            ),
        }
        answer = self._ask(
            request, signing.REFUND_REQUEST, signing.REFUND_RESPONSE, unclear=GatewayTimeout
        )
        code = answer.get("vnp_ResponseCode", "")
        if code in {"02", "03", "97"}:
            raise Rejected(code)
        if code == "99":
            raise GatewayTimeout("VNPAY reports an internal error; the refund's state is unknown.")
        if code == "00":
            self._check_same_order(answer, attempt, unclear=GatewayTimeout)
        status = answer.get("vnp_TransactionStatus", "")
        try:
            transaction_no = fields.read_transaction_no(answer)
        except Malformed:
            # The order was taken; its odd number is kept in `raw` and must not hide that.
            transaction_no = ""
        return RefundResult(
            outcome=refund_outcome(code, status),
            response_code=code,
            transaction_status=status,
            gateway_transaction_no=transaction_no,
            raw=answer,
        )

    def _request(
        self, command: str, attempt: AttemptData, info: str, request_id: str
    ) -> dict[str, str]:
        return {
            "vnp_RequestId": fields.matching(fields.REQUEST_ID, request_id, "RequestId"),
            "vnp_Version": VERSION,
            "vnp_Command": command,
            "vnp_TmnCode": self.terminal,
            "vnp_TxnRef": fields.matching(fields.REFERENCE, attempt.merchant_ref, "TxnRef"),
            "vnp_TransactionDate": fields.moment_text(attempt.created_at),
            "vnp_CreateDate": fields.moment_text(self._clock()),
            "vnp_IpAddr": self._server_ip,
            "vnp_OrderInfo": _order_info(info),
        }

    def _ask(
        self, request: dict[str, str], asked: str, answered: str, *, unclear: Unclear
    ) -> dict[str, str]:
        signed_hash = signing.sign(signing.pipe_text(request, asked), self._secret)
        try:
            response = self._http.post(
                self.api_url,
                json=request | {"vnp_SecureHash": signed_hash},
                timeout=httpx.Timeout(15, connect=5),
                follow_redirects=False,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise GatewayUnavailable("VNPAY cannot be reached.") from error
        except httpx.TimeoutException as error:
            raise GatewayTimeout("VNPAY did not answer in time.") from error
        except httpx.HTTPError as error:
            raise unclear("The connection to VNPAY broke.") from error
        if response.status_code != 200:
            raise unclear(f"VNPAY answered with HTTP status {response.status_code}.")
        answer = signing.decode_answer(response.content)
        if answer is None:
            raise unclear("VNPAY's answer cannot be read.")
        text = signing.pipe_text(answer, answered)
        if not signing.is_signed(text, answer.get("vnp_SecureHash", ""), self._secret):
            raise unclear("VNPAY's answer is not signed with our secret.")
        return answer

    def _check_same_order(
        self, answer: Mapping[str, str], attempt: AttemptData, *, unclear: Unclear
    ) -> None:
        # A valid answer about another order, played back to us, must not settle this one.
        order = (answer.get("vnp_TmnCode"), answer.get("vnp_TxnRef"))
        if order != (self.terminal, attempt.merchant_ref):
            raise unclear("VNPAY answered about another order.")


def _order_info(text: str) -> str:
    return fields.safe_text(text, "OrderInfo", shortest=1, longest=255)
