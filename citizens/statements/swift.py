"""Read MT940, the customer statement of SWIFT, with the library that knows the banks' dialects."""

from __future__ import annotations

from datetime import date
from typing import Any

from mt940.models import Transactions

from citizens.statements.reading import Line, Statement, Unreadable, clean


def read(content: bytes) -> Statement:
    """Return the statement of the file. Raises Unreadable.

    The text is handed over as text, never as a name: the library opens a file it is given the
    name of.
    """
    try:
        text = content.decode("utf-8-sig")
        found = Transactions()
        found.parse(text)
        data = found.data
        opening = data["final_opening_balance"]
        closing = data["final_closing_balance"]
    except KeyError:
        raise Unreadable("no_balances") from None
    except Exception:  # whatever a hostile text makes of it, it is no statement
        raise Unreadable("not_a_statement") from None
    lines = [_line(each.data) for each in found if each.data.get("amount") is not None]
    if text.count("\n:61:") + text.startswith(":61:") != len(lines):
        raise Unreadable("not_a_statement")  # a line the library passed over
    last = _day(closing.date)
    number = "/".join(filter(None, (data.get("statement_number"), data.get("sequence_number"))))
    return Statement(
        format="mt940",
        account=str(data.get("account_identification", "")).rpartition("/")[2].strip(),
        statement_id=clean(f"{data.get('transaction_reference', '')} {number}", 60),
        opening_vnd=_dong(opening.amount),
        closing_vnd=_dong(closing.amount),
        from_on=min([_day(opening.date), *(line.booked_on for line in lines)]),
        until_on=last,
        lines=tuple(lines),
    )


def _line(data: dict[str, Any]) -> Line:
    reference = data.get("customer_reference") or ""
    details = data.get("transaction_details") or ""
    told = details if reference in details or reference == "NONREF" else f"{details} {reference}"
    if str(data.get("status", "")).startswith("R"):
        told += " REVERSAL"
    booked = data.get("entry_date") or data["date"]
    return Line(
        booked_on=_day(booked),
        value_on=_day(data["date"]),
        amount_vnd=_dong(data["amount"]),
        bank_reference=clean(str(data.get("bank_reference") or ""), 60),
        text=clean(f"{told} {data.get('extra_details') or ''}", 500),
    )


def _dong(amount: Any) -> int:
    """Return whole đồng of the library's decimal amount. Raises Unreadable."""
    if str(amount.currency) != "VND":
        raise Unreadable("other_currency")
    if amount.amount != amount.amount.to_integral_value():
        raise Unreadable("bad_amount")
    return int(amount.amount)


def _day(moment: Any) -> date:
    return date(moment.year, moment.month, moment.day)
