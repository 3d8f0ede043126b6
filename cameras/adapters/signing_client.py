"""Sign a push the way a gateway does: for the simulator, vendors' trials and tests."""

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

from cameras.adapters.signatures import COVERED, SignedMessage


def sign_request(
    url: str,
    headers: dict[str, str],
    body: bytes,
    *,
    private_key: Ed25519PrivateKey,
    key_id: str,
    created: datetime,
    nonce: str | None = None,
    method: str = "POST",
    covered: tuple[str, ...] = COVERED,
) -> dict[str, str]:
    """Return the headers with Content-Digest, Signature-Input and Signature added. RFC 9421

    ``headers`` must hold Content-Type and Idempotency-Key, which are signed too. ``created`` is
    aware. A nonce is made when none is given. The server asks for all of ``COVERED``.
    """
    message = SignedMessage(method, url, dict(headers))
    signer = HTTPMessageSigner(
        signature_algorithm=algorithms.ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: private_key}),
    )
    signer.sign(
        message,
        key_id=key_id,
        created=created,
        nonce=nonce or secrets.token_urlsafe(24),
        label="gateway",
        covered_component_ids=covered,
        body=body,
    )
    return message.headers
