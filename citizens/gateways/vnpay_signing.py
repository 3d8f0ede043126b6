"""Sign and check what VNPAY 2.1.0 signs.

Two ways exist side by side, both HMAC-SHA512 in lower-case hex. PAY, IPN and return sign the
sorted, form-encoded `vnp_` parameters. QueryDR and Refund sign raw values joined by `|` in a
fixed order.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote_plus

from citizens.gateways.contract import Malformed

MAX_QUERY_STRING = 8192
UNSIGNED = frozenset({"vnp_SecureHash", "vnp_SecureHashType"})

QUERY_REQUEST = (
    "RequestId Version Command TmnCode TxnRef TransactionDate CreateDate IpAddr OrderInfo"
)
QUERY_RESPONSE = (
    "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo "
    "TransactionType TransactionStatus OrderInfo PromotionCode PromotionAmount"
)
REFUND_REQUEST = (
    "RequestId Version Command TmnCode TransactionType TxnRef Amount TransactionNo "
    "TransactionDate CreateBy CreateDate IpAddr OrderInfo"
)
REFUND_RESPONSE = (
    "ResponseId Command ResponseCode Message TmnCode TxnRef Amount BankCode PayDate TransactionNo "
    "TransactionType TransactionStatus OrderInfo"
)

_HASH = re.compile(r"[0-9a-f]{128}")


def query_text(params: Mapping[str, str]) -> str:
    """Write the text that PAY, IPN and return messages sign; empty values are left out."""
    return "&".join(
        f"{quote_plus(key)}={quote_plus(value)}"
        for key, value in sorted(params.items())
        if value and key.startswith("vnp_") and key not in UNSIGNED
    )


def pipe_text(params: Mapping[str, str], order: str) -> str:
    """Write the text that QueryDR and Refund sign: a missing value is empty, its pipe stays."""
    return "|".join(params.get(f"vnp_{name}", "") for name in order.split())


def sign(text: str, secret: str) -> str:
    """Return the HMAC-SHA512 of `text` as 128 lower-case hex digits."""
    # An answer may smuggle in lone surrogates; they must fail the comparison, not the program.
    message = text.encode("utf-8", "surrogatepass")
    return hmac.new(secret.encode(), message, hashlib.sha512).hexdigest()


def is_signed(text: str, given: str, secret: str) -> bool:
    """Tell whether `given` signs `text`, in constant time.

    Any other length is refused before comparing: 32 digits would be the MD5 of version 2.0.0,
    512 the RSA signature of 2.1.1.
    """
    lowered = given.lower()
    return bool(_HASH.fullmatch(lowered)) and hmac.compare_digest(lowered, sign(text, secret))


def decode_query(query_string: str) -> dict[str, str]:
    """Read a raw query string strictly. Raises Malformed.

    The signature is later rebuilt from the decoded values, because proxies reorder and
    re-encode. A doubled key is refused: two readers might believe two different amounts.
    """
    if len(query_string) > MAX_QUERY_STRING or not query_string.isascii():
        raise Malformed("The message is too long or not in ASCII.")
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=64)
    except ValueError as error:
        raise Malformed("The message cannot be decoded.") from error
    params = dict(pairs)
    if len(params) != len(pairs):
        raise Malformed("A field appears twice.")
    return params


def decode_answer(body: bytes) -> dict[str, str] | None:
    """Read the JSON of a QueryDR or Refund answer as text values, or None if it is not that."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    if any(isinstance(value, dict | list | bool) for value in answer.values()):
        return None
    return {key: "" if value is None else str(value) for key, value in answer.items()}
