"""The ladder: what a line belongs to, the surest rule first; only two rules act by themselves.

1. a gateway's own number with the same sum: the payment we know has come to the account;
2. our reference with a true check symbol and the sum of that attempt: the payment;
3. our reference with another sum, or of a decision paid before: a suggestion;
4. a decision's number with the sum owed, better with the payer's name: a suggestion;
5. the plate with the sum owed: a suggestion;
and a debit that names a line we have: a suggestion that it was sent back. Everything a rule does
not settle waits at the desk for a person.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher

from django.utils.translation import gettext

from citizens import references
from citizens.models import LineMatch, PaymentAttempt, StatementLine
from citizens.statements import matches
from citizens.statements.reading import folded
from violations.guards import Refused
from violations.models import Decision, Party, Payment, Refund
from violations.owing import amount_due
from violations.workflow import PAYABLE

logger = logging.getLogger(__name__)
Kind = LineMatch.Kind
State = PaymentAttempt.State

_NUMBERS = re.compile(r"[A-Z0-9]{6,}")
_DIGITS = re.compile(r"\d{1,7}")
_PLATE = re.compile(r"(?<!\d)\d{2}[A-Z]{1,2}\d{4,6}(?!\d)")
ALIKE = 0.8  # of two names, from where on they are called the same
SHOWN = 6


@dataclass(frozen=True)
class Candidate:
    """What a line may belong to, and why; ``is_sure`` where a rule matches it by itself."""

    kind: str
    rule: str
    reasons: tuple[str, ...]
    decision: Decision | None = None
    payment: Payment | None = None
    refund: Refund | None = None
    is_sure: bool = False


def match_open_lines(*, at: datetime) -> int:
    """Match every open line that a sure rule settles; returns how many.

    Each in a transaction of its own: one that fails waits at the desk.
    """
    done = 0
    for line in list(matches.open_lines().select_related("statement").order_by("pk")):
        sure = next((found for found in candidates(line) if found.is_sure), None)
        if sure is None:
            continue
        try:
            matches.match(
                line.pk,
                kind=sure.kind,
                rule=sure.rule,
                decision=sure.decision,
                payment=sure.payment,
                at=at,
            )
            done += 1
        except Refused:
            continue
        except Exception as fault:
            # The id alone: a message of the database may quote personal data.
            logger.error("line %s could not be matched: %s", line.pk, type(fault).__name__)
    return done


def candidates(line: StatementLine) -> list[Candidate]:
    """Return what a line may belong to, the surest first."""
    found = list(_debits(line) if line.amount_vnd < 0 else _credits(line))
    return found[:SHOWN]


def _credits(line: StatementLine) -> Iterator[Candidate]:
    yield from _by_gateway_number(line)
    seen: set[int] = set()
    for rung in (_by_reference, _by_decision_number, _by_plate):
        for found in rung(line):
            assert found.decision is not None
            if found.decision.pk not in seen:
                seen.add(found.decision.pk)
                yield found


def _by_gateway_number(line: StatementLine) -> Iterator[Candidate]:
    told = set(_NUMBERS.findall(line.text.upper())) | {line.bank_reference}
    known = Payment.objects.filter(
        reference__in=told, amount_vnd=line.amount_vnd, decision__beneficiary__account=_own(line)
    ).exclude(provider=matches.BANK)
    rows = [row for row in known.select_related("decision__notice") if not _is_remitted(row)]
    for payment in rows:
        yield Candidate(
            Kind.REMITTED,
            "gateway_number",
            (gettext("The gateway's own number and the sum agree."),),
            decision=payment.decision,
            payment=payment,
            is_sure=len(rows) == 1,
        )


def _by_reference(line: StatementLine) -> Iterator[Candidate]:
    told = list(references.found_in(line.text))
    attempts = PaymentAttempt.objects.filter(merchant_reference__in=told).select_related(
        "decision__case", "decision__notice", "decision__beneficiary"
    )
    for attempt in attempts:
        if attempt.decision.beneficiary.account != _own(line):
            continue
        is_paid = attempt.state == State.PAID or _is_paid(attempt.decision)
        reasons = [gettext("Our reference %(ref)s.") % {"ref": attempt.merchant_reference}]
        if is_paid:
            reasons.append(gettext("This decision is paid; the money would be a surplus."))
        if attempt.amount_vnd != line.amount_vnd:
            less = line.amount_vnd < attempt.amount_vnd
            reasons.append(
                gettext("The sum is smaller than the one asked for.")
                if less
                else gettext("The sum is larger than the one asked for.")
            )
        yield Candidate(
            Kind.PAYMENT,
            "reference",
            tuple(reasons),
            decision=attempt.decision,
            is_sure=len(reasons) == 1 and len(told) == 1,
        )


def _by_decision_number(line: StatementLine) -> Iterator[Candidate]:
    numbers = {int(text) for text in _DIGITS.findall(line.text)} - {0}
    if not numbers:
        return
    rows = _payable(line).filter(notice__number__in=sorted(numbers)[:20])
    for decision in rows.order_by("pk")[:SHOWN]:
        if not _owes(decision, line):
            continue
        reasons = [
            gettext("The decision's number %(number)s is in the text.")
            % {"number": decision.notice.number_text},
            gettext("The sum is what is owed."),
        ]
        if _is_alike(line, decision):
            reasons.append(gettext("The payer's name is the offender's."))
        yield Candidate(Kind.PAYMENT, "decision_number", tuple(reasons), decision=decision)


def _by_plate(line: StatementLine) -> Iterator[Candidate]:
    plates = set(_PLATE.findall(folded(line.text)))
    if not plates:
        return
    rows = _payable(line).filter(case__plate__in=sorted(plates)[:5])
    for decision in rows.order_by("pk")[:SHOWN]:
        if _owes(decision, line):
            yield Candidate(
                Kind.PAYMENT,
                "plate",
                (
                    gettext("The plate %(plate)s is in the text.")
                    % {"plate": decision.case.plate_display},
                    gettext("The sum is what is owed."),
                ),
                decision=decision,
            )


def _debits(line: StatementLine) -> Iterator[Candidate]:
    """Yield the credit a debit may take back, by the number in its text, and open refunds."""
    told = set(_NUMBERS.findall(line.text.upper()))
    earlier = LineMatch.objects.filter(
        line__bank_reference__in=told,
        line__amount_vnd=-line.amount_vnd,
        line__statement__account=_own(line),
        state=LineMatch.State.STANDING,
        payment__isnull=False,
        payment__reversal__isnull=True,
    ).select_related("payment__decision__notice")
    for found in earlier:
        yield Candidate(
            Kind.RETURNED,
            "bank_number",
            (gettext("The text names the transfer it takes back, and the sum agrees."),),
            decision=found.payment.decision,
            payment=found.payment,
        )
    sent = Refund.objects.filter(
        state__in=[Refund.State.APPROVED, Refund.State.SENT],
        amount_vnd=-line.amount_vnd,
        payment__decision__beneficiary__account=_own(line),
    ).select_related("payment__decision__notice")
    for refund in sent:
        named = refund.request_id in folded(line.text)
        yield Candidate(
            Kind.REFUNDED,
            "refund",
            (
                gettext("An approved refund of the same sum.")
                if not named
                else gettext("The text names the approved refund, and the sum agrees."),
            ),
            decision=refund.payment.decision,
            refund=refund,
        )


def _payable(line: StatementLine):  # type: ignore[no-untyped-def]  # a queryset of decisions
    return Decision.objects.filter(
        beneficiary__account=_own(line), case__status__in=PAYABLE
    ).select_related("case", "notice")


def _owes(decision: Decision, line: StatementLine) -> bool:
    return _due(decision, line.value_on) == line.amount_vnd


def _due(decision: Decision, on: date) -> int:
    return amount_due(decision, on=on).remaining_vnd


def _is_paid(decision: Decision) -> bool:
    return decision.case.status not in PAYABLE


def _is_alike(line: StatementLine, decision: Decision) -> bool:
    offender = Party.objects.filter(case=decision.case_id, role=Party.Role.OFFENDER).first()
    if offender is None or not line.counterparty:
        return False
    names = folded(line.counterparty), folded(offender.full_name)
    return SequenceMatcher(None, *names).ratio() >= ALIKE


def _is_remitted(payment: Payment) -> bool:
    return (
        LineMatch.objects.filter(payment=payment, state=LineMatch.State.STANDING)
        .exclude(kind=Kind.UNDOING)
        .exists()
    )


def _own(line: StatementLine) -> str:
    return line.statement.account
