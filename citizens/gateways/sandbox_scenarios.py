"""List what the sandbox bank can do to a payment: the good end and every known bad one.

A scenario fixes the truth (what QueryDR answers), the messages that go to the merchant's IPN
address, and what else misbehaves. Codes are VNPAY's ResponseCode and TransactionStatus.
"""

from dataclasses import dataclass
from typing import Literal

Flaw = Literal["", "amount", "hash", "md5"]
Wait = Literal["now", "gap", "slow"]
QueryFlaw = Literal["", "down", "bad_hash", "slow"]

# How many QueryDR answers misbehave before the bank recovers, so that a mop-up job can win.
FLAWED_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Message:
    """Describe one IPN: its codes, what is wrong with it and when it leaves."""

    response_code: str
    transaction_status: str
    flaw: Flaw = ""
    wait: Wait = "now"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Describe one course of events behind one button."""

    key: str
    group: str
    label: str
    response_code: str
    transaction_status: str
    messages: tuple[Message, ...]
    return_waits_for_message: bool = False
    query_flaw: QueryFlaw = ""
    refuses_refund: bool = False
    in_settlement: bool = True

    @property
    def money_moved(self) -> bool:
        """Tell whether the payer was debited: paid, reversed or suspected."""
        return self.transaction_status in {"00", "04", "07"}

    @property
    def return_codes(self) -> tuple[str, str]:
        """Give the codes the browser carries back: those of the first message, if any."""
        if self.messages:
            return self.messages[0].response_code, self.messages[0].transaction_status
        return self.response_code, self.transaction_status


def _told(key: str, group: str, label: str, code: str, status: str) -> Scenario:
    return Scenario(key, group, label, code, status, (Message(code, status),))


def _paid(
    key: str,
    group: str,
    label: str,
    *messages: Message,
    return_waits_for_message: bool = False,
    query_flaw: QueryFlaw = "",
    refuses_refund: bool = False,
    in_settlement: bool = True,
) -> Scenario:
    return Scenario(
        key=key,
        group=group,
        label=label,
        response_code="00",
        transaction_status="00",
        messages=messages,
        return_waits_for_message=return_waits_for_message,
        query_flaw=query_flaw,
        refuses_refund=refuses_refund,
        in_settlement=in_settlement,
    )


PAID = Message("00", "00")
RESULT, TIMING, BROKEN, LATER = (
    "Kết quả khác",
    "Thứ tự và số lần báo tin",
    "Báo tin sai",
    "Tra soát, hoàn tiền, đối soát",
)

SCENARIOS: dict[str, Scenario] = {
    scenario.key: scenario
    for scenario in (
        _told("ok", "", "Nộp tiền", "00", "00"),
        _told("cancel", "", "Hủy giao dịch", "24", "02"),
        _told("no_funds", RESULT, "Không đủ số dư (51)", "51", "02"),
        _told("wrong_otp", RESULT, "Sai mã OTP (13)", "13", "02"),
        _told("expired", RESULT, "Quá giờ chờ (11)", "11", "02"),
        _told("card_locked", RESULT, "Thẻ bị khóa (12)", "12", "02"),
        _told("card_expired", RESULT, "Thẻ hết hạn (99)", "99", "02"),
        _told("suspect", RESULT, "Đã trừ tiền, nghi ngờ gian lận (07)", "07", "07"),
        _told("reversed", RESULT, "Đã trừ tiền rồi đảo lại (04)", "99", "04"),
        _paid(
            "ipn_first",
            TIMING,
            "Báo tin trước, quay về sau",
            PAID,
            return_waits_for_message=True,
        ),
        _paid(
            "return_first",
            TIMING,
            "Quay về trước, báo tin sau",
            Message("00", "00", wait="gap"),
        ),
        _paid("ipn_never", TIMING, "Không bao giờ báo tin"),
        _paid("ipn_twice", TIMING, "Báo tin hai lần", PAID, Message("00", "00", wait="gap")),
        _paid("ipn_three_at_once", TIMING, "Báo tin ba lần cùng lúc", PAID, PAID, PAID),
        _paid(
            "success_then_failure",
            TIMING,
            "Báo đã nộp, rồi báo hỏng",
            PAID,
            Message("99", "02", wait="gap"),
        ),
        _paid(
            "failure_then_success",
            TIMING,
            "Báo hỏng, rồi báo đã nộp",
            Message("51", "02"),
            Message("00", "00", wait="gap"),
        ),
        _paid("wrong_amount", BROKEN, "Sai số tiền", Message("00", "00", flaw="amount")),
        _paid("bad_hash", BROKEN, "Sai chữ ký", Message("00", "00", flaw="hash")),
        _paid("md5", BROKEN, "Chữ ký MD5 bản 2.0.0", Message("00", "00", flaw="md5")),
        _paid("refund_refused", LATER, "Từ chối hoàn tiền (09)", PAID, refuses_refund=True),
        _paid("query_down", LATER, "Không báo tin, tra soát hỏng ba lần", query_flaw="down"),
        _paid(
            "query_bad_hash",
            LATER,
            "Không báo tin, tra soát sai chữ ký ba lần",
            query_flaw="bad_hash",
        ),
        _paid(
            "slow",
            LATER,
            "Báo tin và tra soát rất chậm",
            Message("00", "00", wait="slow"),
            query_flaw="slow",
        ),
        _paid("settlement_missing", LATER, "Thiếu dòng đối soát", PAID, in_settlement=False),
    )
}

# Test cards published by VNPAY for its own sandbox, all of NCB, and what each one leads to.
CARDS: dict[str, str] = {
    "9704198526191432198": "ok",
    "9704195798459170488": "no_funds",
    "9704193370791314": "card_locked",
    "9704194841945513": "card_expired",
}
ONE_TIME_CODE = "123456"


def suggested(order_info: str) -> str:
    """Read a scenario from the end of OrderInfo (`… sandbox:no_funds`), or an empty string."""
    key = order_info.rpartition("sandbox:")[2] if "sandbox:" in order_info else ""
    return key if key in SCENARIOS else ""
