"""Three ways to one sum: what the gateways said, what the account got, what the ledger holds.

For one day in Viet Nam, with every difference by name. Nothing is put right here: each difference
says where it is worked off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext

from citizens.models import LineMatch, PaymentAttempt, StatementImport, StatementLine
from citizens.statements import matches
from violations.admin.access import within_units
from violations.guards import VIET_NAM
from violations.models import LedgerEntry, Payment, PaymentReversal, Refund

REMITTED_WITHIN = timedelta(days=3)  # after that a payment without its line is a difference
SHOWN = 500
_STANDING = LineMatch.State.STANDING


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree: what kind, which number, how much, and what to do."""

    kind: str
    number: str
    amount_vnd: int
    what_to_do: str


@dataclass(frozen=True)
class Row:
    """The three sums of one way of paying on the day, in đồng."""

    provider: str
    told_vnd: int
    booked_vnd: int
    in_account_vnd: int


@dataclass(frozen=True)
class Report:
    """The report of one day."""

    on: date
    rows: list[Row] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    ledger_sum_vnd: int = 0
    credits_vnd: int = 0
    debits_vnd: int = 0
    unmatched_vnd: int = 0


def report(on: date, *, user: Any, today: date) -> Report:
    """Return the report of a day for the units of a person."""
    begin = datetime.combine(on, time(), VIET_NAM)
    day = (begin, begin + timedelta(days=1))
    payments = within_units(Payment.objects.all(), user, "decision__case__unit__code").filter(
        received_at__gte=day[0], received_at__lt=day[1]
    )
    attempts = within_units(
        PaymentAttempt.objects.all(), user, "decision__case__unit__code"
    ).filter(state=PaymentAttempt.State.PAID, settled_at__gte=day[0], settled_at__lt=day[1])
    lines = within_units(StatementLine.objects.all(), user, "statement__unit__code").filter(
        booked_on=on
    )
    providers = sorted({*payments.values_list("provider", flat=True).order_by().distinct()})
    rows = [
        Row(
            provider,
            told_vnd=_sum(attempts.filter(gateway=provider), "amount_vnd"),
            booked_vnd=_sum(payments.filter(provider=provider), "amount_vnd"),
            in_account_vnd=_sum(
                payments.filter(
                    provider=provider,
                    pk__in=LineMatch.objects.filter(
                        state=_STANDING, kind__in=["payment", "remitted"]
                    ).values("payment"),
                ),
                "amount_vnd",
            ),
        )
        for provider in providers
    ]
    open_lines = lines.filter(pk__in=matches.open_lines().values("pk"))
    return Report(
        on=on,
        rows=rows,
        differences=list(_differences(on, today, user, payments, attempts, open_lines))[:SHOWN],
        ledger_sum_vnd=_sum(
            LedgerEntry.objects.filter(transaction__posted_at__range=day), "amount_vnd"
        ),
        credits_vnd=_sum(lines.filter(amount_vnd__gt=0), "amount_vnd"),
        debits_vnd=_sum(lines.filter(amount_vnd__lt=0), "amount_vnd"),
        unmatched_vnd=_sum(open_lines, "amount_vnd"),
    )


def _differences(
    on: date, today: date, user: Any, payments: Any, attempts: Any, open_lines: Any
) -> Iterator[Difference]:
    yield from _gateway_and_ledger(attempts, payments)
    if today - on > REMITTED_WITHIN:
        yield from _ledger_and_account(payments)
    for line in open_lines:
        yield Difference(
            gettext("A line belongs to nothing yet"),
            line.bank_reference or str(line.pk),
            line.amount_vnd,
            gettext("Match it at the desk, or set it aside with a reason."),
        )
    for row in within_units(StatementImport.objects.all(), user, "unit__code").filter(
        from_on__lte=on, until_on__gte=on, follows_on=False
    ):
        yield Difference(
            gettext("A statement before this one is missing"),
            row.statement_id or row.account,
            row.opening_vnd,
            gettext("Ask the bank for the days between."),
        )
    yield from _in_review(on, user)


def _gateway_and_ledger(attempts: Any, payments: Any) -> Iterator[Difference]:
    """Compare what gateways told as paid with what is booked, both ways."""
    for attempt in attempts.exclude(gateway="vietqr"):
        booked = Payment.objects.filter(
            provider=attempt.gateway, reference=attempt.gateway_transaction
        ).first()
        if booked is None or booked.amount_vnd != attempt.amount_vnd:
            yield Difference(
                gettext("The gateway says paid, the ledger does not"),
                attempt.merchant_reference,
                attempt.amount_vnd,
                gettext("Ask the gateway again and look at its events."),
            )
    for payment in payments.filter(provider__in=["vnpay", "dvcqg"]):
        told = PaymentAttempt.objects.filter(
            gateway=payment.provider,
            gateway_transaction=payment.reference,
            state=PaymentAttempt.State.PAID,
        )
        if not told.exists():
            yield Difference(
                gettext("The ledger holds money no gateway told of"),
                payment.reference,
                payment.amount_vnd,
                gettext("Find the message of the gateway; take the payment back if there is none."),
            )


def _ledger_and_account(payments: Any) -> Iterator[Difference]:
    """Name the payments that have not come to the account in three days."""
    seen = LineMatch.objects.filter(
        state=_STANDING, kind__in=["payment", "remitted"], payment__isnull=False
    )
    late = payments.exclude(pk__in=seen.values("payment"))
    for payment in late.exclude(pk__in=PaymentReversal.objects.values("payment")):
        yield Difference(
            gettext("Booked, and not in the account after three days"),
            payment.reference,
            payment.amount_vnd,
            gettext("Ask the gateway when it was remitted; read the statement in."),
        )


def _in_review(on: date, user: Any) -> Iterator[Difference]:
    """Name what waits for a person since the day or before: reviews and refunds without an end."""
    end = datetime.combine(on + timedelta(days=1), time(), VIET_NAM)
    reviewed = within_units(PaymentAttempt.objects.all(), user, "decision__case__unit__code")
    for attempt in reviewed.filter(state=PaymentAttempt.State.REVIEW, created_at__lt=end):
        yield Difference(
            gettext("Under review: the payer may have been debited"),
            attempt.merchant_reference,
            attempt.amount_vnd,
            gettext("Look at the gateway's events, and ask the gateway."),
        )
    unclear = within_units(Refund.objects.all(), user, "payment__decision__case__unit__code")
    for refund in unclear.filter(state=Refund.State.SENT, sent_at__lt=end):
        yield Difference(
            gettext("A refund was sent and not confirmed"),
            refund.request_id,
            refund.amount_vnd,
            gettext("The statement or the gateway says whether it was paid; do not send it again."),
        )


def _sum(rows: Any, column: str) -> int:
    return int(rows.aggregate(total=Sum(column, default=0))["total"])
