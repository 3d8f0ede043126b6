"""COSE_Sign1 with Ed25519: a small signed message for a QR (RFC 9052 section 4.2, RFC 9053 2.2).

Encoding is deterministic (RFC 8949 section 4.2), and Ed25519 has no random part: the same claims
under the same key are the same bytes, so a sheet printed again carries the same QR.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGN1_TAG = 18
ALGORITHM, KEY_ID = 1, 4  # header labels
EDDSA = -8
LARGEST = 600  # bytes; what is longer is no stamp of ours and is not decoded


class CoseError(Exception):
    """The bytes are no COSE_Sign1 message that a key of ours has signed."""


def sign1(claims: dict[int, Any], key: Ed25519PrivateKey, kid: bytes) -> bytes:
    """Return the signed message over claims with whole-number keys."""
    protected = cbor2.dumps({ALGORITHM: EDDSA, KEY_ID: kid}, canonical=True)
    payload = cbor2.dumps(claims, canonical=True)
    signature = key.sign(_to_be_signed(protected, payload))
    return cbor2.dumps(
        cbor2.CBORTag(SIGN1_TAG, [protected, {}, payload, signature]), canonical=True
    )


def verify1(
    message: bytes, find_key: Callable[[bytes], Ed25519PublicKey | None]
) -> tuple[bytes, dict[int, Any]]:
    """Return the key's name and the claims of a message whose signature is true.

    ``find_key`` gives the public key of a name. Raises CoseError for anything else whatsoever:
    another shape, an unknown key, another algorithm, bytes behind the message, a false signature.
    """
    if len(message) > LARGEST:
        raise CoseError("too long")
    try:
        tagged = cbor2.loads(message)
        if cbor2.dumps(tagged, canonical=True) != message:
            raise CoseError("not the one encoding of its content")
        protected, unprotected, payload, signature = tagged.value
        header = cbor2.loads(protected)
        if (
            tagged.tag != SIGN1_TAG
            or unprotected != {}
            or header.keys() != {ALGORITHM, KEY_ID}
            or header[ALGORITHM] != EDDSA
        ):
            raise CoseError("not a message of this kind")
        key = find_key(header[KEY_ID])
        if key is None:
            raise CoseError("signed by a key that is not ours")
        key.verify(signature, _to_be_signed(protected, payload))
        claims = cbor2.loads(payload)
    except InvalidSignature as fault:
        raise CoseError("the signature is false") from fault
    except (cbor2.CBORDecodeError, cbor2.CBOREncodeError, AttributeError, TypeError) as fault:
        raise CoseError("not readable") from fault
    except (ValueError, KeyError, RecursionError) as fault:
        raise CoseError("not readable") from fault
    if not isinstance(claims, dict):
        raise CoseError("no claims")
    return header[KEY_ID], claims


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure of RFC 9052 section 4.4."""
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
