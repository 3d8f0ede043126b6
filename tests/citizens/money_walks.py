"""Walks through everything money can do, beside a second set of books kept by the walk itself.

The walk knows what truly moved at the bank (``moved``) and what of it the portal was truly told. It
knows no guard of the portal: what must hold is said by ``judge`` in sums. Each walk runs in a
savepoint that is rolled back; deferred constraints are judged after every step.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from citizens import checkout, limits, references
from citizens.models import GatewayEvent, LineMatch, PaymentAttempt, StatementLine
from citizens.settlement import Told, settle
from citizens.statements import importing, matches
from tests.citizens.banking import camt
from tests.citizens.money_books import TrueBooks
from tests.citizens.visits import told
from tests.journeys import World, acting
from violations import decision_changes, payments, refunds, reversals, sweeps
from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import (
    Payment,
    Violation,
)


@dataclass
class Ground:
    """What every walk starts from: one served decision, and two people who keep the books."""

    place: World
    case: Violation
    maker: Actor
    checker: Actor
    at: datetime


GROUND: list[Ground] = []  # set by the test that walks


class MoneyWalk(TrueBooks):
    """One decision, and everything that can happen to its money."""

    def __init__(self) -> None:
        super().__init__()
        self.ground = GROUND[0]
        self.case_id = self.ground.case.pk
        self.decision = self.ground.case.decision
        self.account = self.decision.beneficiary.account
        self.now = self.ground.at
        self.moved: dict[str, int] = {}  # gateway's number → đồng that left a payer
        self.number_of: dict[Any, str] = {}  # attempt → number of its money
        self.was_told: set[str] = set()
        self.files: list[tuple[bytes, int]] = []
        self.balance = 0
        self.transfers = 0  # đồng that came by statement lines matched as payments
        self.left_open = False  # a crash has left the closing to the sweep
        self.outer = transaction.atomic()
        self.outer.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    # What a payer and the bank do -----------------------------------------------------------------

    @initialize()
    def first_trip(self) -> None:
        self._start()

    def _start(self) -> None:
        owed = checkout.quote(self._case(), at=self.now)
        if owed is None:
            return
        with suppress(limits.TooMany):
            checkout.start(
                self.case_id,
                form_key=references.new(),
                amount_vnd=owed.amount_vnd,
                at=self.now,
            )

    @rule()
    def start(self) -> None:
        self._start()

    @rule(which=st.integers(0, 5), shape=st.sampled_from(["once", "thrice", "return", "crash"]))
    def pay_and_tell(self, which: int, shape: str) -> None:
        """The payer pays; the bank tells once, three times, after the return, or into a crash."""
        attempt = self._pay(which)
        if attempt is None:
            return
        query = self._message(attempt)
        if shape == "crash":
            self._tell_into_a_crash(query)
            return
        if shape == "return":
            checkout.read_return(query, at=self.now)
        for _time in range(3 if shape == "thrice" else 1):
            self._tell(query)
        self.was_told.add(self.number_of[attempt.pk])

    @rule(which=st.integers(0, 5))
    def pay_and_say_nothing(self, which: int) -> None:
        self._pay(which)

    @rule(which=st.integers(0, 5))
    def answer_a_question(self, which: int) -> None:
        """The bank answers what it was asked about an attempt (QueryDR)."""
        attempt = self._attempt(which)
        if attempt is None:
            return
        number = self.number_of.get(attempt.pk, "")
        said = Told(
            outcome="paid" if number else "pending",
            amount_vnd=attempt.amount_vnd,
            transaction=number,
            response_code="00",
            paid_at=self.now,
        )
        event = GatewayEvent(
            gateway="vnpay", kind="query", raw="", signature_true=True, received_at=self.now
        )
        settle(attempt, said, event, at=self.now)
        if number:
            self.was_told.add(number)

    @rule(
        which=st.integers(0, 5),
        fault=st.sampled_from(["amount", "hash", "failed", "suspect", "reversed"]),
    )
    def tell_something_else(self, which: int, fault: str) -> None:
        """A wrong sum, a wrong hash, a failure, a suspicion: none of them is money received."""
        attempt = self._attempt(which)
        if attempt is None:
            return
        self._tell(
            {
                "amount": lambda: told(attempt, vnp_Amount=str(attempt.amount_vnd * 100 + 100),
                                       vnp_TransactionNo="99000001"),
                "hash": lambda: told(attempt, secret="x" * 32, vnp_TransactionNo="99000002"),
                "failed": lambda: told(attempt, "51", "02"),
                "suspect": lambda: told(attempt, "07", "07", vnp_TransactionNo="99000003"),
                "reversed": lambda: told(attempt, "00", "04", vnp_TransactionNo="99000004"),
            }[fault]()
        )  # fmt: skip

    @rule(which=st.integers(0, 5))
    def tell_again_another_way(self, which: int) -> None:
        """The same money is told by a settlement file as well."""
        if not self.was_told:
            return
        number = sorted(self.was_told)[which % len(self.was_told)]
        payments.receive(
            self.decision.pk, provider="vnpay", reference=number, amount_vnd=self.moved[number],
            paid_at=self.now, at=self.now,
        )  # fmt: skip
        payments.settle_and_close(self.case_id, at=self.now)

    @rule(which=st.integers(0, 5))
    def book_and_crash_before_closing(self, which: int) -> None:
        attempt = self._pay(which)
        if attempt is None:
            return
        number = self.number_of[attempt.pk]
        payments.receive(
            self.decision.pk, provider="vnpay", reference=number,
            amount_vnd=attempt.amount_vnd, paid_at=self.now, at=self.now,
        )  # fmt: skip
        self.was_told.add(number)
        self.left_open = True

    # Statements -----------------------------------------------------------------------------------

    @rule(which=st.integers(0, 5), part=st.sampled_from(["whole", "part", "more"]))
    def transfer(self, which: int, part: str) -> None:
        """A transfer with our reference comes on a statement, with the sum or with another."""
        attempt = self._attempt(which)
        if attempt is None:
            return
        amount = {"whole": attempt.amount_vnd, "part": 4_000_000,
                  "more": attempt.amount_vnd + 500_000}[part]  # fmt: skip
        self._statement(amount, references.compact(attempt.merchant_reference))

    @rule()
    def remit(self) -> None:
        """The gateway pays one payment out to the account."""
        if self.was_told:
            number = sorted(self.was_told)[0]
            self._statement(self.moved[number], f"VNPAY {number}")

    @precondition(lambda self: self.files)
    @rule(which=st.integers(0, 5))
    def read_in_again(self, which: int) -> None:
        content, _amount = self.files[which % len(self.files)]
        before = StatementLine.objects.count()
        self._read(content)
        if StatementLine.objects.count() != before:
            raise AssertionError("a statement read in twice made new lines")

    @rule(which=st.integers(0, 5))
    def match_by_hand(self, which: int) -> None:
        """A person matches any credit line, also one that is matched already."""
        line = self._line(which)
        if line is None:
            return
        try:
            made = matches.match(
                line.pk, kind="payment", rule="hand", decision=self.decision,
                by_user=self._user(self.ground.maker), at=self.now,
            )  # fmt: skip
            if made.state == LineMatch.State.PROPOSED:
                self._refused(
                    matches.check, made.pk, agrees=True,
                    by_user=self._user(self.ground.maker), at=self.now,
                )  # fmt: skip
                matches.check(
                    made.pk, agrees=True, by_user=self._user(self.ground.checker), at=self.now
                )
        except Refused:
            return

    @rule(which=st.integers(0, 5))
    def unmatch(self, which: int) -> None:
        rows = list(
            LineMatch.objects.filter(state="standing").exclude(kind="undoing").order_by("pk")
        )
        if rows:
            self._may(
                matches.unmatch, rows[which % len(rows)].pk, reason="nhầm",
                by_user=self._user(self.ground.maker), at=self.now,
            )  # fmt: skip

    # The other way --------------------------------------------------------------------------------

    @rule(which=st.integers(0, 5), amount=st.sampled_from([1, 500_000, 4_000_000, 19_000_000]))
    def refund(self, which: int, amount: int) -> None:
        """One asks, the same tries to approve, another approves, the Treasury pays."""
        payment = self._payment(which)
        if payment is None:
            return
        made = self._may(
            refunds.request_refund, payment.pk, amount_vnd=amount, route="treasury",
            basis="nộp thừa", by=self.ground.maker, at=self.now,
        )  # fmt: skip
        if made is None:
            return
        self._refused(
            refunds.approve_refund, made.pk, expected_vnd=amount, by=self.ground.maker, at=self.now
        )
        if self._may(
            refunds.approve_refund, made.pk, expected_vnd=amount, by=self.ground.checker,
            at=self.now,
        ) is None:  # fmt: skip
            return
        for _told_twice in range(2):
            refunds.complete_refund(
                made.pk, answer="UNC", on=day_in_viet_nam(self.now), by=self.ground.maker,
                at=self.now,
            )  # fmt: skip

    @rule(which=st.integers(0, 5))
    def chargeback(self, which: int) -> None:
        payment = self._payment(which)
        if payment is not None:
            for _told_twice in range(2):
                self._may(
                    reversals.reverse, payment, kind="chargeback", reference="CB",
                    reason="đòi lại", on=day_in_viet_nam(self.now), by=SYSTEM, at=self.now,
                )  # fmt: skip

    @rule()
    def cancel(self) -> None:
        """The decision is cancelled: everything received is owed back."""
        place, at = self.ground.place, self.now
        try:
            decision_changes.propose_change(
                self.case_id, kind="cancelled", ground="wrong_person", text="Hủy bỏ",
                by=acting(place.reviewer), at=at,
            )  # fmt: skip
            decision_changes.sign_cancellation(self.case_id, by=acting(place.leader), at=at)
        except Refused:
            return

    # Time -----------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 3, 12, 40]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        sweeps.daily(at=self.now)

    @rule()
    def sweep(self) -> None:
        sweeps.close_paid(at=self.now)
        self.left_open = False

    # ----------------------------------------------------------------------------------------------

    def _attempt(self, which: int) -> PaymentAttempt | None:
        rows = list(PaymentAttempt.objects.order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def _payment(self, which: int) -> Payment | None:
        rows = list(Payment.objects.select_related("decision").order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def _line(self, which: int) -> StatementLine | None:
        rows = list(StatementLine.objects.filter(amount_vnd__gt=0).order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def _pay(self, which: int) -> PaymentAttempt | None:
        """Let the payer pay an attempt at the bank, once."""
        attempt = self._attempt(which)
        if attempt is None:
            return None
        if attempt.pk not in self.number_of:
            number = str(14_000_000 + len(self.moved))
            self.number_of[attempt.pk] = number
            self.moved[number] = attempt.amount_vnd
        return attempt

    def _message(self, attempt: PaymentAttempt) -> str:
        return told(attempt, vnp_TransactionNo=self.number_of[attempt.pk],
                    vnp_PayDate=f"{self.now + timedelta(hours=7):%Y%m%d%H%M%S}")  # fmt: skip

    def _tell(self, query: str) -> str:
        reply = checkout.apply_notification(query, network="n", at=self.now)
        assert parse_qs(query)
        return reply.body.decode()

    def _tell_into_a_crash(self, query: str) -> None:
        with transaction.atomic():
            self._tell(query)
            transaction.set_rollback(True)

    def _statement(self, amount: int, text: str) -> None:
        content = camt(
            [(amount, f"FT{len(self.files)}", text)],
            account=self.account,
            on=day_in_viet_nam(self.now),
            number=f"S{len(self.files)}",
            opening=self.balance,
        )
        self.balance += amount
        self.files.append((content, amount))
        self._read(content)

    def _read(self, content: bytes) -> None:
        importing.import_statement(
            content, name="x.xml", units={self.ground.place.unit.code},
            by_user=self._user(self.ground.maker), at=self.now,
        )  # fmt: skip

    @staticmethod
    def _user(actor: Actor) -> Any:
        assert actor.officer is not None
        return actor.officer.user

    @staticmethod
    def _may(act: Any, *given: Any, **named: Any) -> Any:
        """Try an act that may be refused in words."""
        try:
            return act(*given, **named)
        except Refused:
            return None

    @staticmethod
    def _refused(act: Any, *given: Any, **named: Any) -> None:
        """Insist that an act is refused."""
        try:
            act(*given, **named)
        except Refused:
            return
        raise AssertionError(f"{act.__name__} was let through")
