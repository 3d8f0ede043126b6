"""Say what a line belongs to, and take that back: each a row, each with its posting.

A match lets money take effect: a transfer becomes a payment, a remittance moves what a gateway
held into the account, a debit takes a payment or a refund out. Undoing is a row of its own with the
opposite posting. By hand, a large sum waits for a second person.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from citizens.models import LineMatch, PaymentAttempt, StatementLine
from violations import payments, refunds, reversals
from violations.actors import SYSTEM, actor_for
from violations.guards import VIET_NAM, Refused
from violations.models import Decision, Payment, PaymentReversal, Refund
from violations.workflow.step import APPROVE_MONEY, HANDLE_MONEY

Kind, State = LineMatch.Kind, LineMatch.State
BANK = "bank"


def open_lines() -> Any:
    """Return the lines that belong to nothing yet."""
    taken = LineMatch.objects.filter(state__in=[State.PROPOSED, State.STANDING]).exclude(
        kind=Kind.UNDOING
    )
    return StatementLine.objects.exclude(pk__in=taken.values("line"))


def match(
    line_id: int,
    *,
    kind: str,
    rule: str,
    decision: Decision | None = None,
    payment: Payment | None = None,
    refund: Refund | None = None,
    reason: str = "",
    by_user: Any = None,
    at: datetime,
) -> LineMatch:
    """Match a line; ``by_user`` None for a rule. A large sum by hand waits for a second person.

    Raises Refused for a line that belongs to something already, or that cannot be what is said.
    """
    _insist_on_right(by_user, HANDLE_MONEY)
    with transaction.atomic():
        line = StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
        if not open_lines().filter(pk=line.pk).exists():
            raise Refused(gettext("The line is matched already; look at it again."))
        _insist(line, kind, decision, payment, refund, reason)
        waits = by_user is not None and abs(line.amount_vnd) > settings.MATCH_CHECK_ABOVE_VND
        found = LineMatch.objects.create(
            line=line,
            kind=kind,
            rule=rule,
            reason=reason.strip()[:400],
            decision=decision or (payment.decision if payment else None),
            payment=payment,
            refund=refund,
            made_by=by_user,
            made_at=at,
            state=State.PROPOSED if waits else State.STANDING,
        )
        if not waits:
            _take_effect(found, by_user, at)
    _close(found, at)
    return found


def check(match_id: int, *, agrees: bool, by_user: Any, at: datetime) -> LineMatch:
    """Let a second person agree with a match of a large sum, or refuse it. Raises Refused."""
    _insist_on_right(by_user, APPROVE_MONEY)
    with transaction.atomic():
        found = _locked(match_id)
        if found.state != State.PROPOSED:
            raise Refused(gettext("This match is settled already."))
        if found.made_by_id == by_user.pk:
            raise Refused(gettext("You matched this line yourself; another person checks it."))
        found.checked_by, found.checked_at = by_user, at
        found.state = State.STANDING if agrees else State.REFUSED
        found.save(update_fields=["checked_by", "checked_at", "state"])
        if agrees:
            _take_effect(found, by_user, at)
    _close(found, at)
    return found


def unmatch(match_id: int, *, reason: str, by_user: Any, at: datetime) -> LineMatch:
    """Undo a match by a row of its own; what it credited is owed again. Raises Refused.

    What took money back cannot be undone: a reversal is final, and so is a refund.
    """
    _insist_on_right(by_user, HANDLE_MONEY)
    if not reason.strip():
        raise Refused(gettext("Say why the match is undone."))
    with transaction.atomic():
        found = _locked(match_id)
        if found.state != State.STANDING or found.kind == Kind.UNDOING:
            raise Refused(gettext("This match does not stand; look at the line again."))
        if found.kind in (Kind.RETURNED, Kind.REFUNDED):
            raise Refused(gettext("Money that went back cannot be unmatched; enter it anew."))
        undoing = LineMatch.objects.create(
            line=found.line,
            kind=Kind.UNDOING,
            rule="hand",
            reason=reason.strip()[:400],
            decision=found.decision,
            payment=found.payment,
            undoes=found,
            made_by=by_user,
            made_at=at,
            state=State.STANDING,
        )
        found.state = State.UNDONE
        found.save(update_fields=["state"])
        if found.kind == Kind.PAYMENT:
            reversals.reverse(
                found.payment,
                kind=PaymentReversal.Kind.UNMATCHED,
                reference=f"match:{undoing.pk}",
                reason=reason,
                on=found.payment.paid_on,
                by=actor_for(by_user),
                at=at,
            )
        if found.kind != Kind.ASIDE:
            _post(undoing, -found.line.amount_vnd, found.payment.provider, at)
    return undoing


def _insist(
    line: StatementLine,
    kind: str,
    decision: Decision | None,
    payment: Payment | None,
    refund: Refund | None,
    reason: str,
) -> None:
    is_in = line.amount_vnd > 0
    fits = {
        Kind.PAYMENT: is_in and decision is not None and not decision.is_warning,
        Kind.REMITTED: is_in and payment is not None and payment.amount_vnd == line.amount_vnd,
        Kind.RETURNED: not is_in and payment is not None and payment.amount_vnd == -line.amount_vnd,
        Kind.REFUNDED: not is_in and refund is not None and refund.amount_vnd == -line.amount_vnd,
        Kind.ASIDE: bool(reason.strip()),
    }.get(Kind(kind), False)
    if not fits:
        raise Refused(gettext("The line cannot be this: its sum or its direction does not fit."))
    if kind == Kind.REMITTED and (
        payment.provider == BANK
        or LineMatch.objects.filter(payment=payment, state=State.STANDING)
        .exclude(kind=Kind.UNDOING)
        .exists()
    ):
        raise Refused(gettext("This payment already has its line on a statement."))


def _take_effect(found: LineMatch, by_user: Any, at: datetime) -> None:
    """Let the money move, in the transaction of the match; the case row is locked by the acts."""
    line, by = found.line, SYSTEM if by_user is None else actor_for(by_user)
    if found.kind == Kind.PAYMENT:
        nth = line.matches.filter(kind=Kind.PAYMENT).count()
        found.payment = payments.receive(
            found.decision_id,
            provider=BANK,
            # A line that is unmatched and matched anew is new money for the new decision.
            reference=f"{line.line_key[:40]}-{nth}",
            amount_vnd=line.amount_vnd,
            paid_at=datetime.combine(line.value_on, time(12), VIET_NAM),
            at=at,
        )
        found.save(update_fields=["payment"])
    elif found.kind == Kind.RETURNED:
        reversals.reverse(
            found.payment,
            kind=PaymentReversal.Kind.RETURNED,
            reference=line.bank_reference or line.line_key[:20],
            reason=found.reason or gettext("Sent back by the bank"),
            on=line.value_on,
            by=by,
            at=at,
        )
    elif found.kind == Kind.REFUNDED:
        refunds.complete_refund(
            found.refund_id, answer=line.bank_reference, on=line.value_on, by=by, at=at
        )
        found.payment = found.refund.payment
        found.save(update_fields=["payment"])
    if found.kind != Kind.ASIDE:
        _post(found, line.amount_vnd, found.payment.provider, at)


def _post(found: LineMatch, amount_vnd: int, provider: str, at: datetime) -> None:
    payments.post(
        "statement_match",
        f"match:{found.pk}",
        {"liability:unmatched": amount_vnd, f"clearing:{provider}": -amount_vnd},
        occurred_at=at,
        at=at,
    )


def _close(found: LineMatch, at: datetime) -> None:
    """Close the case where all is paid, and end the attempt the transfer was of."""
    if found.state != State.STANDING or found.kind != Kind.PAYMENT:
        return
    PaymentAttempt.objects.filter(
        decision_id=found.decision_id,
        gateway="vietqr",
        amount_vnd=found.line.amount_vnd,
        merchant_reference__in=_told(found),
    ).exclude(state=PaymentAttempt.State.PAID).update(
        state=PaymentAttempt.State.PAID,
        gateway_transaction=found.payment.reference[:40],
        settled_at=at,
    )
    payments.settle_and_close(found.payment.decision.case_id, at=at)


def _told(found: LineMatch) -> list[str]:
    from citizens import references

    return list(references.found_in(found.line.text))


def _locked(match_id: int) -> LineMatch:
    line_id = LineMatch.objects.values_list("line_id", flat=True).get(pk=match_id)
    StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    found: LineMatch = LineMatch.objects.select_related(
        "line", "payment__decision", "refund__payment", "decision"
    ).get(pk=match_id)
    return found


def _insist_on_right(by_user: Any, permission: str) -> None:
    if by_user is not None and not actor_for(by_user).may(permission):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
