"""What the QR of a paper says: the few lines a person compares with the sheet in the hand.

A notice carries no sum and no account, because nothing is paid on it. The look-up code is never
among the claims. Numbers of the claims are part of what is printed and never change their meaning;
a new claim takes a new number.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

NUMBER, PLATE, UNIT, AMOUNT, ISSUED, DUE, BANK, ACCOUNT, KIND = range(1, 10)
STAMPED_KINDS = ("TB0173", "MQD02")
_EPOCH = date(1970, 1, 1)
_TEXTS = {NUMBER: 60, PLATE: 20, UNIT: 20, BANK: 60, ACCOUNT: 40, KIND: 8}
_NUMBERS = (AMOUNT, ISSUED, DUE)


class ClaimsError(Exception):
    """The claims are not those of a paper."""


@dataclass(frozen=True)
class Claims:
    """The lines of a sheet. ``amount_vnd`` in đồng, days in Viet Nam."""

    kind: str
    number: str
    unit_code: str
    plate: str
    issued_on: date
    amount_vnd: int | None = None
    due_on: date | None = None
    treasury: str = ""
    account: str = ""

    def as_map(self) -> dict[int, Any]:
        """Return the claims under their numbers, without those that the paper does not have."""
        found: dict[int, Any] = {
            NUMBER: self.number,
            PLATE: self.plate,
            UNIT: self.unit_code,
            AMOUNT: self.amount_vnd,
            ISSUED: (self.issued_on - _EPOCH).days,
            DUE: None if self.due_on is None else (self.due_on - _EPOCH).days,
            BANK: self.treasury or None,
            ACCOUNT: self.account or None,
            KIND: self.kind,
        }
        return {key: value for key, value in found.items() if value is not None}


def claims_of(
    kind: str, context: Mapping[str, Any], *, unit_code: str, issued_on: date
) -> Claims | None:
    """Return what the QR of a paper says, None for a paper that has none.

    ``context`` is frozen and complete. The account is the one the decision itself names.
    """
    if kind not in STAMPED_KINDS:
        return None
    payment = context.get("payment") or {}
    return Claims(
        kind=kind,
        number=context["number"],
        unit_code=unit_code,
        plate=context["vehicle"]["plate"],
        issued_on=issued_on,
        amount_vnd=context["fine_total_vnd"] if payment else None,
        treasury=payment.get("treasury", ""),
        account=payment.get("account", ""),
    )


def read_claims(found: Mapping[int, Any]) -> Claims:
    """Return the claims behind a signed map. Raises ClaimsError for any other content."""
    for key, value in found.items():
        fits = (
            isinstance(value, str) and 0 < len(value) <= _TEXTS[key]
            if key in _TEXTS
            else key in _NUMBERS and type(value) is int and 0 <= value < 2**53
        )
        if not fits:
            raise ClaimsError(key)
    if not {NUMBER, PLATE, UNIT, ISSUED, KIND} <= found.keys():
        raise ClaimsError("incomplete")
    try:
        return Claims(
            kind=found[KIND],
            number=found[NUMBER],
            unit_code=found[UNIT],
            plate=found[PLATE],
            issued_on=_EPOCH + timedelta(days=found[ISSUED]),
            amount_vnd=found.get(AMOUNT),
            due_on=_EPOCH + timedelta(days=found[DUE]) if DUE in found else None,
            treasury=found.get(BANK, ""),
            account=found.get(ACCOUNT, ""),
        )
    except OverflowError as fault:
        raise ClaimsError("no day") from fault


def to_base32(stamp: bytes) -> str:
    """Write a stamp in capitals and digits 2-7, without padding (RFC 4648 section 6)."""
    return b32encode(stamp).decode().rstrip("=")


def from_base32(text: str) -> bytes:
    """Read what ``to_base32`` wrote. Raises ClaimsError for anything else."""
    try:
        stamp = b32decode(text + "=" * (-len(text) % 8))
    except ValueError as fault:
        raise ClaimsError("not base 32") from fault
    if to_base32(stamp) != text:
        raise ClaimsError("not the one spelling")
    return stamp
