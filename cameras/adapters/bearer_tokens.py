"""Prove a sender by the token it puts into its Authorization header, when one is registered.

The register keeps ``name:digest``, the digest being the SHA-256 of the token in hexadecimal, never
the token. Whoever listens on the line can repeat it, so it proves no more than a password (level
C), and over plain HTTP not even for long.
"""

import hashlib
import hmac

from cameras.adapters.contract import RawEnvelope, Rejected, Secrets


def token_credential(name: str, token: str) -> str:
    """Return what the register keeps of a token, for ``Device.credential``."""
    return f"{name}:{_digest(token)}"


def token_proof(envelope: RawEnvelope, secrets: Secrets, scheme: str) -> str | Rejected:
    """Return C for the registered token, D when none is registered, else why not.

    ``scheme`` is the word before the token: ``Token`` or ``Bearer``, in any letter case.
    """
    if not secrets.credential:
        return "D"
    expected = secrets.credential.rpartition(":")[2].lower()
    found, _, token = envelope.header("authorization").partition(" ")
    if found.lower() != scheme.lower() or not token.strip():
        return Rejected("token_missing", "The request does not bear the device's token.")
    if not hmac.compare_digest(_digest(token).encode(), expected.encode("utf-8", "replace")):
        return Rejected("token_wrong", "The token is not the one registered for this device.")
    return "C"


def _digest(token: str) -> str:
    return hashlib.sha256(token.strip().encode("utf-8", "replace")).hexdigest()
