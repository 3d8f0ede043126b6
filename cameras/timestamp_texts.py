"""The bytes of a time-stamp request and what can be read from the answer alone (RFC 3161). Pure."""

from __future__ import annotations

# AlgorithmIdentifier of SHA-256 with its NULL, as RFC 5754 section 2 has it.
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
#: PKIStatus 0 and 1: granted, granted with changes.
_GRANTED = frozenset({0, 1})


def request_for(digest: bytes, nonce: bytes) -> bytes:
    """Return a TimeStampReq over a SHA-256, asking for the service's certificate too.

    ``nonce`` is eight bytes.
    """
    imprint = _sequence(_SHA256 + b"\x04\x20" + digest)
    number = (b"\x00" + nonce).lstrip(b"\x00") or b"\x00"
    if number[0] & 0x80:
        number = b"\x00" + number
    version, ask_for_certificate = b"\x02\x01\x01", b"\x01\x01\xff"
    integer = b"\x02" + bytes([len(number)]) + number
    return _sequence(version + imprint + integer + ask_for_certificate)


def answer_is_for(answer: bytes, digest: bytes, nonce: bytes = b"") -> bool:
    """Tell whether a TimeStampResp was granted and holds our hash (and our number).

    Never raises. Its signature and its time are for a program that knows the service's certificate.
    """
    try:
        inside = _content(answer, 0x30)
        status = _content(_content(inside, 0x30), 0x02)
    except (IndexError, ValueError):
        return False
    granted = int.from_bytes(status, "big") in _GRANTED
    return granted and b"\x04\x20" + digest in answer and nonce.lstrip(b"\x00") in answer


def _sequence(content: bytes) -> bytes:
    return b"\x30" + bytes([len(content)]) + content


def _content(der: bytes, tag: int) -> bytes:
    """Return the content of the first element. Raises ValueError, IndexError."""
    if der[0] != tag:
        raise ValueError("another kind of element")
    length, start = der[1], 2
    if length & 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4:
            raise ValueError("no length")
        length, start = int.from_bytes(der[2 : 2 + octets], "big"), 2 + octets
    if start + length > len(der):
        raise ValueError("cut short")
    return der[start : start + length]
