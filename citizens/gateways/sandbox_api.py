"""Answer QueryDR and Refund as VNPAY 2.1.0 does, from the sandbox bank's books."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from citizens.gateways import sandbox_signing as signing
from citizens.gateways.sandbox_ledger import GMT7, Ledger
from citizens.gateways.sandbox_scenarios import SCENARIOS

MESSAGES = {
    "00": "Success",
    "02": "Invalid terminal",
    "03": "Invalid format",
    "91": "Transaction not found",
    "94": "Duplicate request",
    "95": "Original transaction not successful",
    "97": "Invalid checksum",
}
FORMS = {
    "vnp_RequestId": re.compile(r"[A-Za-z0-9]{1,32}"),
    "vnp_TransactionDate": re.compile(r"[0-9]{14}"),
    "vnp_CreateDate": re.compile(r"[0-9]{14}"),
    "vnp_TxnRef": re.compile(r"[A-Za-z0-9._-]{1,100}"),
    "vnp_IpAddr": re.compile(r"[0-9A-Fa-f.:]{7,45}"),
    "vnp_OrderInfo": re.compile(r"[\x20-\x7e]{1,255}"),
}
REFUND_FORMS = {
    "vnp_TransactionType": re.compile(r"0[23]"),
    "vnp_Amount": re.compile(r"[0-9]{1,12}"),
    "vnp_TransactionNo": re.compile(r"[0-9]{1,15}"),
    "vnp_CreateBy": re.compile(r"[\x20-\x7e]{1,245}"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold a signed answer and how its delivery shall misbehave (`down`, `slow` or empty)."""

    fields: Mapping[str, str]
    flaw: str


class Desk:
    """Decide about questions and refund orders and sign the answers."""

    def __init__(self, ledger: Ledger, *, terminal: str, secret: str) -> None:
        self._ledger = ledger
        self._terminal = terminal
        self._secret = secret

    def answer(self, request: Mapping[str, str], *, response_id: str, at: datetime) -> Answer:
        """Answer one request; `at` is the bank's clock."""
        refund = request.get("vnp_Command") == "refund"
        asked = signing.REFUND_ASKED if refund else signing.QUERY_ASKED
        fields = {
            "vnp_ResponseId": response_id,
            "vnp_Command": request.get("vnp_Command", ""),
            "vnp_TmnCode": request.get("vnp_TmnCode", ""),
            "vnp_TxnRef": request.get("vnp_TxnRef", ""),
            "vnp_OrderInfo": request.get("vnp_OrderInfo", ""),
        }
        payment = None
        code = self._refusal(request, asked)
        if code == "00":
            payment = self._ledger.payment_by_order(
                request["vnp_TxnRef"], request["vnp_TransactionDate"]
            )
            code = "00" if payment else "91"
        if payment is not None:
            fields |= self._payment_fields(payment)
            if refund:
                code, more = self._refund(payment, request, at)
                fields |= more
            else:
                fields |= self._state_fields(payment, at)
        fields |= {"vnp_ResponseCode": code, "vnp_Message": MESSAGES[code]}
        answered = signing.REFUND_ANSWERED if refund else signing.QUERY_ANSWERED
        fields["vnp_SecureHash"] = signing.sign_fields(self._secret, fields, answered)
        flaw = "" if refund or payment is None else self._query_flaw(payment)
        if flaw == "bad_hash":
            last = fields["vnp_SecureHash"][-1]
            fields["vnp_SecureHash"] = fields["vnp_SecureHash"][:-1] + ("1" if last == "0" else "0")
        return Answer(fields, flaw)

    def _refusal(self, request: Mapping[str, str], asked: tuple[str, ...]) -> str:
        expected = signing.sign_fields(self._secret, request, asked)
        if not signing.equal(request.get("vnp_SecureHash", ""), expected):
            return "97"
        if request.get("vnp_TmnCode") != self._terminal:
            return "02"
        forms = FORMS | (REFUND_FORMS if asked is signing.REFUND_ASKED else {})
        known = request.get("vnp_Command") in {"querydr", "refund"}
        fits = all(form.fullmatch(request.get(name, "")) for name, form in forms.items())
        if not known or not fits or request.get("vnp_Version") != "2.1.0":
            return "03"
        day = request["vnp_CreateDate"][:8]
        return "00" if self._ledger.use_request_id(request["vnp_RequestId"], day) else "94"

    def _payment_fields(self, payment: Row) -> dict[str, str]:
        return {
            "vnp_Amount": str(payment["amount"]),
            "vnp_BankCode": "NCB" if payment["scenario"] else "",
            "vnp_PayDate": payment["pay_date"],
            "vnp_TransactionNo": payment["transaction_no"],
        }

    def _state_fields(self, payment: Row, at: datetime) -> dict[str, str]:
        refunds = self._ledger.refunds_of(payment["id"])
        if refunds:
            return {
                "vnp_TransactionType": refunds[-1]["kind"],
                "vnp_TransactionStatus": "06",
                "vnp_Amount": str(refunds[-1]["amount"]),
            }
        now = at.astimezone(GMT7).strftime("%Y%m%d%H%M%S")
        late = not payment["scenario"] and now > payment["expire_date"]
        return {
            "vnp_TransactionType": "01",
            "vnp_TransactionStatus": "02" if late else payment["status"],
        }

    def _refund(
        self, payment: Row, request: Mapping[str, str], at: datetime
    ) -> tuple[str, dict[str, str]]:
        kind, amount = request["vnp_TransactionType"], int(request["vnp_Amount"])
        fields = {"vnp_Amount": str(amount), "vnp_TransactionType": kind}
        if request["vnp_TransactionNo"] not in {"0", payment["transaction_no"]}:
            return "91", fields
        if payment["status"] != "00" or amount == 0:
            return "95", fields
        if (kind == "02") != (amount == payment["amount"]):
            return "03", fields
        if SCENARIOS[payment["scenario"]].refuses_refund:
            return "00", fields | {"vnp_TransactionStatus": "09"}
        booked_on = at.astimezone(GMT7).strftime("%Y%m%d%H%M%S")
        number = self._ledger.book_refund(payment["id"], kind, amount, on=booked_on)
        if number is None:
            # The rest does not cover it: an earlier refund of this money is under way.
            return "94", fields
        return "00", fields | {
            "vnp_TransactionStatus": "05",
            "vnp_TransactionNo": str(90_000_000 + number),
        }

    def _query_flaw(self, payment: Row) -> str:
        scenario = SCENARIOS.get(payment["scenario"])
        if scenario is None or not scenario.query_flaw:
            return ""
        return scenario.query_flaw if self._ledger.use_flawed_answer(payment["id"]) else ""
