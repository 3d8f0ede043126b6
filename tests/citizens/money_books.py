"""What must hold of the books at every moment, said in sums by who knows what truly moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum
from hypothesis.stateful import RuleBasedStateMachine, invariant

from citizens.models import StatementLine
from violations import payments
from violations.guards import day_in_viet_nam
from violations.models import (
    Decision,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentReversal,
    Refund,
    Violation,
)

CLOSED = ("paid", "closed")


class TrueBooks(RuleBasedStateMachine):
    """The judge of a walk: it knows no guard of the portal, only rows and the bank's truth."""

    decision: Decision
    now: datetime
    moved: dict[str, int]  # gateway's number → đồng that left a payer
    was_told: set[str]  # of these, what the portal was truly told
    balance: int  # of the account, by the lines the bank wrote
    left_open: bool  # a crash has left the closing to the sweep

    # What must hold -------------------------------------------------------------------------------

    @invariant()
    def judge(self) -> None:
        self.now += timedelta(minutes=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        faults = list(self._faults())
        if faults:
            raise AssertionError("; ".join(faults))

    def _faults(self) -> Any:
        unbalanced = (
            LedgerTransaction.objects.annotate(total=Sum("entries__amount_vnd"))
            .exclude(total=0)
            .exclude(total=None)
        )
        if unbalanced.exists():
            yield "a posting does not sum to zero"
        rows = list(Payment.objects.filter(decision=self.decision))
        by_gateway: dict[str, int] = {}
        for row in rows:
            if row.provider == "vnpay":
                by_gateway[row.reference] = by_gateway.get(row.reference, 0) + row.amount_vnd
        if by_gateway != {number: self.moved[number] for number in self.was_told}:
            yield "what is booked is not what the gateway truly told"
        back = {row.payment_id for row in PaymentReversal.objects.all()}
        sent = list(Refund.objects.all())
        yield from self._lines(rows, back)
        yield from self._status(rows, back, sent)
        yield from self._books(rows, back, sent)

    def _lines(self, rows: list[Payment], back: set[int]) -> Any:
        """A line of a statement pays for one thing at a time, and for no more than it brought."""
        lines = {line.line_key[:40]: line.amount_vnd for line in StatementLine.objects.all()}
        if sum(lines.values()) != self.balance:
            yield "the lines are not what the bank wrote"
        used: dict[str, int] = {}
        for row in rows:
            if row.provider == "bank" and row.pk not in back:
                key = row.reference.partition("-")[0]
                used[key] = used.get(key, 0) + row.amount_vnd
        if any(amount > lines[key] for key, amount in used.items()):
            yield "a line pays twice"

    def _status(self, rows: list[Payment], back: set[int], sent: list[Refund]) -> Any:
        case = self._case()
        paid = sum(row.fine_vnd for row in rows if row.pk not in back)
        paid -= sum(row.fine_vnd for row in sent if row.state == "done")
        if case.status in CLOSED and paid < self.decision.fine_vnd:
            yield "closed, and the fine is not paid"
        if case.status in ("decided", "served", "enforced") and not self.left_open:
            due = payments.amount_due(case.decision, on=day_in_viet_nam(self.now))
            if rows and due.remaining_vnd == 0:
                yield "paid, and not closed"

    def _books(self, rows: list[Payment], back: set[int], sent: list[Refund]) -> Any:
        came = sum(row.amount_vnd for row in rows)
        gone = sum(row.amount_vnd for row in rows if row.pk in back)
        gone += sum(row.amount_vnd for row in sent if row.state == "done")
        for row in rows:
            mine = sum(
                r.amount_vnd for r in sent if r.payment_id == row.pk and r.state != "refused"
            )
            if mine > row.amount_vnd or (mine and row.pk in back):
                yield "more goes back than came"
        sums: dict[str, int] = {
            row["account_id"]: row["total"]
            for row in LedgerEntry.objects.values("account_id").annotate(total=Sum("amount_vnd"))
        }
        held = sum(
            total for code, total in sums.items()
            if code.startswith(("clearing:", "bank:")) or code == "liability:unmatched"
        )  # fmt: skip
        if held != came - gone:
            yield f"the ledger holds {held} of {came - gone}"
        if sums.get("liability:unapplied", 0) > 0:
            yield "more was given back than was owed back"
        if sums.get("receivable:fine", 0) < 0:
            yield "less than nothing is owed"
        if sum(sums.values()):
            yield "the ledger does not sum to zero"

    def _case(self) -> Violation:
        return Violation.objects.select_related("decision").get(pk=self.decision.case_id)
