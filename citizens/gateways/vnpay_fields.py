"""Write and read single VNPAY fields, each in the form and length that VNPAY 2.1.0 gives.

VNPAY counts hundredths of a đồng and writes moments as 14 digits in GMT+7. Every function
raises Malformed with the field's name, never with its value.
"""

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from citizens.gateways.contract import Malformed

MAX_AMOUNT_VND = 9_999_999_999
GMT7 = timezone(timedelta(hours=7))

REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,100}")
REQUEST_ID = re.compile(r"[A-Za-z0-9]{1,32}")
TWO_DIGITS = re.compile(r"[0-9]{2}")
NUMBER = re.compile(r"[0-9]{1,15}")
_AMOUNT = re.compile(r"[0-9]{1,12}")
_MOMENT = re.compile(r"[0-9]{14}")
# Encoders of PHP, Java and JavaScript differ on ~ * ! ' ( ), and which one VNPAY's server uses
# is not published; its Java demo even turns diacritics into question marks.
_SAFE_TEXT = re.compile(r"[A-Za-z0-9 .:_/-]+")


def matching(pattern: re.Pattern[str], value: str, name: str) -> str:
    """Return the value if it has the field's form."""
    if not pattern.fullmatch(value):
        raise Malformed(f"The field {name} has the wrong form.")
    return value


def safe_text(value: str, name: str, *, shortest: int, longest: int) -> str:
    """Return text of ours that every known encoder signs alike."""
    if not shortest <= len(value) <= longest:
        raise Malformed(f"The field {name} has the wrong length.")
    return matching(_SAFE_TEXT, value, name)


def address_text(ip: str) -> str:
    """Return an IP address in the 7 to 45 characters of the field."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError as error:
        raise Malformed("The field IpAddr is not an address.") from error
    # "::1" only fits when written out.
    return address.exploded if len(str(address)) < 7 else str(address)


def amount_text(amount_vnd: int) -> str:
    """Write whole đồng as VNPAY's hundredths."""
    if not 0 < amount_vnd <= MAX_AMOUNT_VND:
        raise Malformed("The amount is outside what VNPAY can carry.")
    return str(amount_vnd * 100)


def read_amount(text: str) -> int:
    """Read VNPAY's hundredths as whole đồng."""
    amount_vnd, hundredths = divmod(int(matching(_AMOUNT, text, "Amount")), 100)
    if hundredths:
        raise Malformed("The amount is not a whole number of đồng.")
    return amount_vnd


def read_transaction_no(params: Mapping[str, str]) -> str:
    """Read VNPAY's own number; it sends 0 when no money moved, which becomes empty here."""
    number = matching(NUMBER, params.get("vnp_TransactionNo") or "0", "TransactionNo")
    return "" if number.strip("0") == "" else number


def moment_text(moment: datetime) -> str:
    """Write an aware moment as yyyyMMddHHmmss in GMT+7."""
    if moment.tzinfo is None:
        raise Malformed("A moment without a time zone cannot be sent.")
    return moment.astimezone(GMT7).strftime("%Y%m%d%H%M%S")


def read_moment(text: str) -> datetime | None:
    """Read yyyyMMddHHmmss in GMT+7 as a moment in UTC; an empty field is None."""
    if not text:
        return None
    matching(_MOMENT, text, "PayDate")
    year = int(text[:4])
    month, day, hour, minute, second = (int(text[start : start + 2]) for start in range(4, 14, 2))
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=GMT7).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("The field PayDate is not a moment.") from error
