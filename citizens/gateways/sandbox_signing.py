"""Sign for the sandbox bank: a second implementation of VNPAY 2.1.0, on purpose.

It shares no line with the gateway module and uses neither `hmac` nor `urllib`: the keyed hash
is built from RFC 2104 and the encoding is done byte by byte. If both agree on the published
vectors and on random input, an error in one of them cannot hide in the other.
"""

import hashlib
from collections.abc import Iterable, Mapping

BLOCK_BYTES = 128  # of SHA-512
PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# The order of signed fields, as the provider's page lists them.
QUERY_ASKED = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
REFUND_ASKED = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TransactionType",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_TransactionNo",
    "vnp_TransactionDate",
    "vnp_CreateBy",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
REFUND_ANSWERED = (
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
)
QUERY_ANSWERED = (*REFUND_ANSWERED, "vnp_PromotionCode", "vnp_PromotionAmount")


def encode(text: str) -> str:
    """Encode text as an HTML form does: a space is +, other bytes are upper-case %XX."""
    out = []
    for byte in text.encode("utf-8"):
        if byte in PLAIN:
            out.append(chr(byte))
        elif byte == 0x20:
            out.append("+")
        else:
            out.append(f"%{byte:02X}")
    return "".join(out)


def keyed_hash(secret: str, message: str) -> str:
    """Return HMAC-SHA512 in lower-case hex. RFC 2104."""
    key = secret.encode("utf-8")
    if len(key) > BLOCK_BYTES:
        key = hashlib.sha512(key).digest()
    key = key.ljust(BLOCK_BYTES, b"\0")
    inner = hashlib.sha512(bytes(b ^ 0x36 for b in key) + message.encode("utf-8")).digest()
    return hashlib.sha512(bytes(b ^ 0x5C for b in key) + inner).hexdigest()


def signed_pairs(params: Mapping[str, str]) -> list[tuple[str, str]]:
    """List the parameters that count, sorted by the bytes of their names."""
    counted = []
    for name in sorted(params, key=lambda name: name.encode("utf-8")):
        if not name.startswith("vnp_") or params[name] == "":
            continue
        if name in ("vnp_SecureHash", "vnp_SecureHashType"):
            continue
        counted.append((name, params[name]))
    return counted


def link_text(params: Mapping[str, str]) -> str:
    """Join the parameters of a link into the text that is signed."""
    text = ""
    for name, value in signed_pairs(params):
        text += ("&" if text else "") + encode(name) + "=" + encode(value)
    return text


def sign_link(secret: str, params: Mapping[str, str]) -> str:
    """Sign PAY, IPN and return parameters."""
    return keyed_hash(secret, link_text(params))


def sign_fields(secret: str, params: Mapping[str, str], order: Iterable[str]) -> str:
    """Sign a QueryDR or Refund message: raw values in order, an absent one leaves its place."""
    message = ""
    for position, name in enumerate(order):
        message += ("|" if position else "") + params.get(name, "")
    return keyed_hash(secret, message)


def sign_version_2_0_0(secret: str, params: Mapping[str, str]) -> str:
    """Sign as the withdrawn version 2.0.0 did: MD5 over secret and unencoded text.

    Only there so that the portal can be seen to refuse it.
    """
    text = "&".join(f"{name}={value}" for name, value in signed_pairs(params))
    return hashlib.md5((secret + text).encode("utf-8"), usedforsecurity=False).hexdigest()


def equal(given: str, expected: str) -> bool:
    """Compare two hex signatures without leaving early."""
    left, right = given.lower().encode("utf-8"), expected.encode("utf-8")
    if len(left) != len(right):
        return False
    difference = 0
    for one, other in zip(left, right, strict=True):
        difference |= one ^ other
    return difference == 0
