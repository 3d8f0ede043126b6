"""Draw a transfer as a VietQR: the payer's own bank reads amount, account and our reference.

NAPAS, "Tài liệu quy định về định dạng mã VietQR" 1.0 (EMVCo merchant-presented, tags 38 and 62).
No bank tells us anything: the money is found on the statement by the reference in field 62-08.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from typing import NoReturn

from citizens.gateways.contract import (
    AttemptData,
    Capability,
    Malformed,
    NotSupported,
    QrPayload,
)

AID = "A000000727"
TO_ACCOUNT, TO_CARD = "QRIBFTTA", "QRIBFTTC"
LONGEST_PURPOSE = 25
LONGEST_AMOUNT = 13
BELOW_VND = 500_000_000  # a transfer by VietQR is less than this; NAPAS §8.1.1
_BIN = re.compile(r"[0-9]{6}")
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
_ASCII = re.compile(r"[ -~]*")


def payload(
    *,
    bank_bin: str,
    account: str,
    amount_vnd: int | None = None,
    bill: str = "",
    purpose: str = "",
    service: str = TO_ACCOUNT,
) -> str:
    """Return the text of the code, with its checksum in capitals. Raises Malformed.

    Without an amount it is a code that may be used again (11), with one it is for once (12).
    """
    if not _BIN.fullmatch(bank_bin) or not _ACCOUNT.fullmatch(account):
        raise Malformed("The account cannot be written into a VietQR.")
    if amount_vnd is not None and not 0 < amount_vnd < 10**LONGEST_AMOUNT:
        raise Malformed("The amount cannot be written into a VietQR.")
    for text in (bill, purpose):
        if len(text) > LONGEST_PURPOSE or not _ASCII.fullmatch(text):
            raise Malformed("The purpose cannot be written into a VietQR.")
    beneficiary = _field("00", bank_bin) + _field("01", account)
    additional = (_field("01", bill) if bill else "") + (_field("08", purpose) if purpose else "")
    text = (
        _field("00", "01")
        + _field("01", "11" if amount_vnd is None else "12")
        + _field("38", _field("00", AID) + _field("01", beneficiary) + _field("02", service))
        + _field("53", "704")
        + (_field("54", str(amount_vnd)) if amount_vnd is not None else "")
        + _field("58", "VN")
        + (_field("62", additional) if additional else "")
        + "6304"
    )
    return text + checksum(text)


def checksum(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of a text as four hexadecimal capitals."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def is_whole(text: str) -> bool:
    """Tell whether the checksum of a code is true; some banks print it in small letters."""
    return text[-8:-4] == "6304" and checksum(text[:-4]) == text[-4:].upper()


def plain(text: str) -> str:
    """Fold Vietnamese to what field 62 carries: letters without marks, 25 of them."""
    spread = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    kept = "".join(symbol for symbol in spread if " " <= symbol <= "~")
    return kept[:LONGEST_PURPOSE]


class VietQrGateway:
    """Be a bank transfer to the checkout, into one account that takes VietQR."""

    code = "vietqr"
    capabilities = frozenset({Capability.QR})

    def __init__(self, *, bank_bin: str, account: str) -> None:
        self.bank_bin = bank_bin
        self.account = account

    def start(self, attempt: AttemptData) -> QrPayload:
        """Return the code of an attempt; the reference is its whole purpose. Raises Malformed."""
        if attempt.amount_vnd >= BELOW_VND:
            raise Malformed("The amount is more than a VietQR may carry.")
        purpose = plain(f"QDXP {attempt.merchant_ref.replace('-', '')}")
        return QrPayload(
            text=payload(
                bank_bin=self.bank_bin,
                account=self.account,
                amount_vnd=attempt.amount_vnd,
                purpose=purpose,
            ),
            purpose=purpose,
        )

    def parse_notification(self, message: str) -> NoReturn:
        """Refuse: no bank tells us of a transfer; the statement does."""
        raise NotSupported("No bank tells of a transfer by VietQR; read the statement.")

    parse_return = parse_notification


def _field(name: str, value: str) -> str:
    if len(value) > 99:
        raise Malformed("A field of the VietQR is too long.")
    return f"{name}{len(value):02}{value}"
