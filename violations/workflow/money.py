"""Rows of the books beside the main road: counter, reversal, refund, and "I have paid"."""

from django.utils.translation import gettext_lazy as _

from violations.guards import money
from violations.workflow.step import APPROVE_MONEY, DECIDED, HANDLE_MONEY, PAYABLE, Step

HAS_A_DECISION = (*DECIDED, "annulled", "lapsed")

ROWS: tuple[Step, ...] = (
    Step(
        "receive_counter_payment",
        _("Enter a payment made at a counter"),
        HAS_A_DECISION,
        None,
        HANDLE_MONEY,
        "NĐ 118/2021 Đ20; TT 18/2023/TT-BTC Đ8",
        (money.decision_fines,),
    ),
    Step(
        "record_voucher",
        _("Record the State's voucher of a payment"),
        HAS_A_DECISION,
        None,
        HANDLE_MONEY,
        "NĐ 118/2021 Đ21; TT 18/2023/TT-BTC Đ8",
        (money.decision_fines,),
    ),
    Step(
        "reverse_payment",
        _("Take a payment back out of the books"),
        HAS_A_DECISION,
        None,
        HANDLE_MONEY,
        "Luật XLVPHC Đ78",
        (money.decision_fines,),
        also_system=True,
    ),
    Step(
        "reopen_unpaid",
        _("Open again: the money was taken back"),
        ("paid", "closed"),
        "served",
        None,
        "Luật XLVPHC Đ73, Đ78",
        (money.owes_again, money.was_served),
    ),
    Step(
        "reopen_unserved",
        _("Open again before service: the money was taken back"),
        ("paid", "closed"),
        "decided",
        None,
        "Luật XLVPHC Đ73, Đ78",
        (money.owes_again, money.was_not_served),
    ),
    Step(
        "claim_paid",
        _("The person says that the fine was paid"),
        PAYABLE,
        None,
        None,
        "Luật XLVPHC Đ78",
        (money.decision_fines, money.no_claim_is_open),
    ),
    Step(
        "answer_claim",
        _("Answer what the person says about a payment"),
        HAS_A_DECISION,
        None,
        HANDLE_MONEY,
        "Luật XLVPHC Đ78",
        (money.a_claim_is_open,),
    ),
    Step(
        "request_refund",
        _("Ask for a refund"),
        HAS_A_DECISION,
        None,
        HANDLE_MONEY,
        "TT 18/2023/TT-BTC Đ6–7",
        (money.decision_fines,),
    ),
    Step(
        "approve_refund",
        _("Approve a refund"),
        HAS_A_DECISION,
        None,
        APPROVE_MONEY,
        "TT 18/2023/TT-BTC Đ6–7",
        (money.decision_fines,),
    ),
    Step(
        "refuse_refund",
        _("Refuse a refund"),
        HAS_A_DECISION,
        None,
        APPROVE_MONEY,
        "TT 18/2023/TT-BTC Đ6–7",
        (money.decision_fines,),
        also_system=True,
    ),
    Step(
        "complete_refund",
        _("Note that a refund was paid"),
        HAS_A_DECISION,
        None,
        HANDLE_MONEY,
        "TT 18/2023/TT-BTC Đ6–7",
        (money.decision_fines,),
        also_system=True,
    ),
)
