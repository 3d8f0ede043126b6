"""Read camt.053, the bank-to-customer statement of ISO 20022, versions 02 to 12.

Elements are found by their local name, so that a version is only a namespace. A document type or an
entity is refused: no statement has one, and a bomb needs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from citizens.statements.reading import Line, Statement, Unreadable, clean, whole_dong

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)\}Document")
SIGNS = {"CRDT": 1, "DBIT": -1}


def read(content: bytes) -> list[Statement]:
    """Return every statement of the file. Raises Unreadable."""
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Unreadable("not_a_statement") from None
    version = NAMESPACE.fullmatch(root.tag)
    if version is None or not 2 <= int(version[1]) <= 12:
        raise Unreadable("not_a_statement")
    found = [_statement(element) for element in _children(root, "BkToCstmrStmt", "Stmt")]
    if not found:
        raise Unreadable("not_a_statement")
    return found


def _statement(element: Element) -> Statement:
    lines = [line for entry in _children(element, "Ntry") for line in _lines(entry)]
    balances = {
        _text(balance, "Tp", "CdOrPrtry", "Cd"): balance for balance in _children(element, "Bal")
    }
    opening = next((balances[code] for code in ("OPBD", "PRCD") if code in balances), None)
    closing = balances.get("CLBD")
    if opening is None or closing is None:
        raise Unreadable("no_balances")
    first, last = _date(opening, "Dt"), _date(closing, "Dt")
    return Statement(
        format="camt.053",
        account=_text(element, "Acct", "Id", "IBAN") or _text(element, "Acct", "Id", "Othr", "Id"),
        statement_id=clean(_text(element, "Id"), 60),
        opening_vnd=_signed(opening),
        closing_vnd=_signed(closing),
        from_on=min([first, *(line.booked_on for line in lines)]),
        until_on=last,
        lines=tuple(lines),
    )


def _lines(entry: Element) -> Iterator[Line]:
    """Yield an entry as one line, or as the transfers it is a sum of; what is not booked is not."""
    status = _text(entry, "Sts", "Cd") or _text(entry, "Sts")
    if status not in ("BOOK", ""):
        return
    booked, amount = _date(entry, "BookgDt"), _signed(entry)
    value = _date(entry, "ValDt", otherwise=booked)
    reference = clean(_text(entry, "AcctSvcrRef") or _text(entry, "NtryRef"), 60)
    details = list(_children(entry, "NtryDtls", "TxDtls"))
    parts = [_signed(each, sign=1 if amount > 0 else -1) for each in details if _has_sum(each)]
    is_sum = len(details) > 1 and len(parts) == len(details) and sum(parts) == amount
    if not is_sum:
        yield _line(entry, details[0] if len(details) == 1 else entry, booked, value, amount,
                    reference)  # fmt: skip
        return
    for each, part in zip(details, parts, strict=True):
        own = clean(_text(each, "Refs", "AcctSvcrRef") or _text(each, "Refs", "TxId"), 60)
        yield _line(entry, each, booked, value, part, own or reference)


def _line(
    entry: Element, detail: Element, booked: date, value: date, amount: int, reference: str
) -> Line:
    told = [_text(each) for each in _children(detail, "RmtInf", "Ustrd")]
    end_to_end = _text(detail, "Refs", "EndToEndId")
    if end_to_end and end_to_end != "NOTPROVIDED" and not any(end_to_end in part for part in told):
        told.append(end_to_end)
    told.append(_text(entry, "AddtlNtryInf"))
    if _text(entry, "RvslInd") == "true":
        told.append("REVERSAL")
    side = "Dbtr" if amount > 0 else "Cdtr"
    name = _text(detail, "RltdPties", side, "Pty", "Nm") or _text(detail, "RltdPties", side, "Nm")
    return Line(
        booked_on=booked,
        value_on=value,
        amount_vnd=amount,
        bank_reference=reference,
        text=clean(" ".join(part for part in told if part), 500),
        counterparty=clean(name, 160),
    )


def _has_sum(detail: Element) -> bool:
    return _find(detail, "Amt") is not None or _find(detail, "AmtDtls", "TxAmt", "Amt") is not None


def _signed(element: Element, *, sign: int = 0) -> int:
    """Return an amount in đồng with its sign. Raises Unreadable for another currency."""
    amount = _find(element, "Amt")
    if amount is None:
        amount = _find(element, "AmtDtls", "TxAmt", "Amt")
    if amount is None or amount.get("Ccy") != "VND":
        raise Unreadable("other_currency")
    told = SIGNS.get(_text(element, "CdtDbtInd"), sign)
    if not told:
        raise Unreadable("bad_amount")
    return told * whole_dong(amount.text or "")


def _date(element: Element, name: str, *, otherwise: date | None = None) -> date:
    text = _text(element, name, "Dt") or _text(element, name, "DtTm")
    if not text and otherwise is not None:
        return otherwise
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise Unreadable("bad_date") from None


def _children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements at a path of local names."""
    for child in element:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == names[0]:
            if len(names) == 1:
                yield child
            else:
                yield from _children(child, *names[1:])


def _find(element: Element, *names: str) -> Element | None:
    return next(_children(element, *names), None)


def _text(element: Element, *names: str) -> str:
    found = _find(element, *names) if names else element
    return (found.text or "").strip() if found is not None else ""
