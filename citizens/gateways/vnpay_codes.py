"""Judge VNPAY's codes and choose ours. VNPAY 2.1.0, tables of ResponseCode and RspCode.

TransactionStatus: 00 paid, 01 not finished, 02 error, 04 reversed (debited at the bank but not
successful at VNPAY), 05 refund in progress, 06 refund sent to the bank, 07 suspected fraud,
09 refund refused.
"""

from citizens.gateways.contract import ApplyResult, Outcome, QueryOutcome, RefundOutcome

# 00 and 02 make VNPAY stop; everything else makes it call again, up to ten times.
REPLIES = {
    ApplyResult.RECORDED: ("00", "Confirm Success"),
    ApplyResult.UNKNOWN_ORDER: ("01", "Order not found"),
    ApplyResult.ALREADY_FINAL: ("02", "Order already confirmed"),
    ApplyResult.AMOUNT_DIFFERS: ("04", "Invalid amount"),
    ApplyResult.BAD_SIGNATURE: ("97", "Invalid signature"),
    ApplyResult.ERROR: ("99", "Unknown error"),
}


def payment_outcome(response_code: str, transaction_status: str) -> Outcome:
    """Judge an IPN or return: paid only if both codes are 00.

    Suspected fraud (07), a reversal (04) and two codes that contradict each other may all mean
    that the payer was debited, so a person must look before anything is called failed.
    """
    if response_code == "00" and transaction_status == "00":
        return "paid"
    if response_code != "07" and transaction_status == "01":
        return "pending"
    if response_code not in {"00", "07"} and transaction_status == "02":
        return "failed"
    return "review"


def query_outcome(transaction_type: str, transaction_status: str) -> QueryOutcome:
    """Judge a QueryDR answer; everything about a refund (types 02, 03) needs a person."""
    if transaction_type not in {"", "01"}:
        return "review"
    known: dict[str, QueryOutcome] = {
        "00": "paid",
        "01": "pending",
        "02": "failed",
        "04": "reversed",
    }
    return known.get(transaction_status, "review")


def refund_outcome(response_code: str, transaction_status: str) -> RefundOutcome:
    """Judge a Refund answer: 94 means that the same refund is already under way."""
    if response_code == "94":
        return "in_progress"
    if response_code != "00" or transaction_status == "09":
        return "refused"
    return "accepted" if transaction_status in {"00", "05", "06"} else "review"
