"""Statements as banks write them, made from lines that tests choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from citizens.statements import importing
from tests.journeys import World
from violations.models import Officer

Line = tuple[int, str, str]  # đồng in (out below nought), the bank's number, the text
ON = date(2026, 10, 17)
OPENING = 100_000_000
ACCOUNT = "0000000000 (mẫu)"


def camt(
    lines: Sequence[Line],
    *,
    account: str,
    on: date = ON,
    number: str = "STM-1",
    opening: int = OPENING,
    name: str = "NGUYEN VAN AN",
) -> bytes:
    """Write a camt.053 of one day."""
    closing = opening + sum(amount for amount, _ref, _text in lines)
    entries = "".join(
        f'<Ntry><Amt Ccy="VND">{abs(amount)}</Amt>'
        f"<CdtDbtInd>{'CRDT' if amount > 0 else 'DBIT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>"
        f"<AcctSvcrRef>{escape(reference)}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>{escape(name)}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for amount, reference, text in lines
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Id>{number}</Id><Acct><Id><Othr><Id>{escape(account)}</Id></Othr></Id></Acct>"
        f"{_balance('OPBD', opening, on)}{_balance('CLBD', closing, on)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: int, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="VND">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>'
    )


def read_in(
    place: World, by: Officer, lines: Sequence[Line], *, at: Any, account: str, **more: Any
) -> importing.Outcome:
    """Read a camt.053 with these lines in."""
    return importing.import_statement(
        camt(lines, account=account, **more),
        name="saoke.xml",
        units={place.unit.code},
        by_user=by.user,
        at=at,
    )
