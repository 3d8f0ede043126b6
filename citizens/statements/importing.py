"""Read a statement in: the same file twice is nothing twice, and so is an overlapping one.

Every line is posted as it comes: what is in the account and not yet known to belong to a decision
stands as a liability, so that the ledger's bank account always equals the statement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from citizens.models import StatementImport, StatementLine
from citizens.statements import matching
from citizens.statements.reading import Statement, Unreadable, folded, read
from violations.guards import Refused
from violations.models import Beneficiary, LedgerAccount
from violations.payments import post


@dataclass(frozen=True)
class Outcome:
    """What reading a file in came to: new lines, known ones, and lines matched by the rules."""

    new: int
    known: int
    matched: int
    was_known: bool = False
    follows_on: bool = True


def import_statement(
    content: bytes,
    *,
    name: str,
    account: str = "",
    units: Collection[str],
    by_user: Any,
    at: datetime,
) -> Outcome:
    """Read a file in and match its lines by the two rules that are sure.

    ``units`` are those whose accounts the person may read in; ``account`` is said for a CSV. The
    file is kept whole or not at all; the rules then match line by line. Raises Refused for a file
    that is no statement, does not add up, or is of an account that is not ours.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        statements = read(content, account=account)
    except Unreadable as fault:
        raise Refused(_words(fault.code)) from None
    kept: list[StatementImport] = []
    new = known = 0
    with transaction.atomic():
        _one_at_a_time()
        if StatementImport.objects.filter(sha256=digest).exists():
            return Outcome(0, sum(len(each.lines) for each in statements), 0, was_known=True)
        for number, statement in enumerate(statements):
            row, fresh = _keep(
                statement,
                # Several statements of one file are told apart by their place in it.
                sha256=digest
                if number == 0
                else hashlib.sha256(f"{digest}:{number}".encode()).hexdigest(),
                name=name,
                units=units,
                by_user=by_user,
                at=at,
            )
            if row is None:
                known += len(statement.lines)
                continue
            kept.append(row)
            new += fresh
            known += row.lines_known
    matched = matching.match_open_lines(at=at)
    return Outcome(new, known, matched, False, all(row.follows_on for row in kept))


def _keep(
    statement: Statement,
    *,
    sha256: str,
    name: str,
    units: Collection[str],
    by_user: Any,
    at: datetime,
) -> tuple[StatementImport | None, int]:
    """Write a statement and its new lines down; None for one whose number was read in before."""
    # Banks write an account with dots and without: its figures count.
    ours = next(
        (
            row
            for row in Beneficiary.objects.select_related("unit").order_by("-valid_from")
            if row.unit.code in units and folded(row.account) == folded(statement.account)
        ),
        None,
    )
    if ours is None:
        raise Refused(
            gettext(
                "The statement is of an account that is not one of your unit's; check the file."
            )
        )
    if (
        statement.statement_id
        and StatementImport.objects.filter(
            account=ours.account, statement_id=statement.statement_id
        ).exists()
    ):
        return None, 0
    before = (
        StatementImport.objects.filter(account=ours.account, until_on__lte=statement.until_on)
        .order_by("-until_on", "-id")
        .first()
    )
    keys = {line.key for line in statement.lines}
    known = set(StatementLine.objects.filter(line_key__in=keys).values_list("line_key", flat=True))
    row = StatementImport.objects.create(
        unit=ours.unit,
        account=ours.account,
        format=statement.format,
        statement_id=statement.statement_id,
        name=name[:120],
        sha256=sha256,
        from_on=statement.from_on,
        until_on=statement.until_on,
        opening_vnd=statement.opening_vnd,
        closing_vnd=statement.closing_vnd,
        follows_on=before is None or before.closing_vnd == statement.opening_vnd or bool(known),
        lines_known=len(known),
        imported_by=by_user,
        imported_at=at,
    )
    LedgerAccount.objects.get_or_create(
        code=bank_account(ours.account),
        defaults={"name": f"Tài khoản {ours.account}"},
    )
    fresh = 0
    for position, line in enumerate(statement.lines, 1):
        if line.key in known:
            continue
        made = StatementLine.objects.create(
            statement=row,
            position=position,
            line_key=line.key,
            booked_on=line.booked_on,
            value_on=line.value_on,
            amount_vnd=line.amount_vnd,
            bank_reference=line.bank_reference,
            text=line.text,
            counterparty=line.counterparty,
        )
        post(
            "statement_line",
            f"line:{made.line_key}",
            {
                bank_account(ours.account): line.amount_vnd,
                "liability:unmatched": -line.amount_vnd,
            },
            occurred_at=at,
            at=at,
        )
        fresh += 1
    return row, fresh


def bank_account(account: str) -> str:
    """Return the ledger's account of an account at a bank."""
    return f"bank:{account}"[:40]


def _one_at_a_time() -> None:
    """Let two people who read the same file in at once come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('citizens_statementimport'))")


def _words(code: str) -> str:
    return {
        "too_large": gettext("The file is larger than 5 MB; ask the bank for shorter periods."),
        "too_many_lines": gettext("The file has too many lines; ask the bank for shorter periods."),
        "no_account": gettext("The file names no account; choose the account it is of."),
        "no_balances": gettext("The file has no opening and closing balance; ask the bank again."),
        "no_lines": gettext("The file has no lines."),
        "does_not_add_up": gettext(
            "The balances and the lines of the file do not add up; ask the bank for it again."
        ),
        "other_currency": gettext("The file is in another currency than đồng."),
        "bad_amount": gettext("An amount in the file cannot be read."),
        "bad_date": gettext("A day in the file cannot be read."),
    }.get(code, gettext("The file is no statement in camt.053, MT940 or CSV."))
