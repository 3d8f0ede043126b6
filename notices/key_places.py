"""Open the private half of a signing key where it lies: a PKCS#12 file or a PKCS#11 token (HSM).

What is opened stays open in the process that seals, a worker, and in no other; it is tried once by
a signature over a few bytes, so that a key that does not belong to its certificate is found before
the first paper. Opened keys are kept by process: a token's session does not survive a fork.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pkcs11
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from django.conf import settings
from django.utils.translation import gettext
from pkcs11 import exceptions as token_faults
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

PLACE = re.compile(r"\A(?:pkcs12:[A-Za-z0-9._-]+|pkcs11:[^/]{1,32}/.{1,100})\Z")
_PROBE = b"Does this key belong to its certificate?"
# Faults that a person must mend; trying again would even lock the token.
_LASTING = (
    token_faults.PinIncorrect,
    token_faults.PinInvalid,
    token_faults.PinLenRange,
    token_faults.PinLocked,
    token_faults.PinExpired,
    token_faults.UserPinNotInitialized,
)


class KeyRefused(Exception):
    """The key must not or cannot be used until a person mends it; the sentence says how."""


class KeyUnavailable(Exception):
    """The place of the key, or the time-stamp service, does not answer now; it may do so later."""


def signer_at(place: str, certificate: str) -> Signer:
    """Return what signs with the key at a place, in the name of a certificate chain (PEM).

    Raises KeyRefused for a wrong password or PIN and for a key of another certificate, and
    KeyUnavailable when file or token is not there.
    """
    return _opened(os.getpid(), place, certificate)


def forget_opened() -> None:
    """Close the view of what was opened, so that the next signature asks the place again."""
    _opened.cache_clear()


def certificates_of(chain: str) -> list[x509.Certificate]:
    """Read a PEM chain, the key's own certificate first. Raises KeyRefused."""
    try:
        return x509.load_pem_x509_certificates(chain.encode())
    except ValueError as fault:
        raise KeyRefused(
            gettext("The certificate chain cannot be read. Give it as PEM, the key's own first.")
        ) from fault


@lru_cache(maxsize=64)
def _opened(process: int, place: str, certificate: str) -> Signer:
    chain = certificates_of(certificate)
    kind, _, name = place.partition(":")
    if kind == "pkcs12":
        signer = _from_file(name, chain)
    elif kind == "pkcs11":
        signer = _from_token(*name.split("/", 1), chain)
    else:
        raise KeyRefused(
            gettext("No key can be opened at %(place)s. Give pkcs12:NAME or pkcs11:TOKEN/LABEL.")
            % {"place": place}
        )
    _try(signer, chain[0])
    return signer


def _from_file(name: str, chain: Sequence[x509.Certificate]) -> Signer:
    path = Path(settings.SIGNING_KEYS_DIR) / f"{name}.p12"
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise KeyUnavailable(
            gettext("The key file %(name)s is not in the folder of keys. Put it back.")
            % {"name": path.name}
        ) from fault
    try:
        key = pkcs12.load_pkcs12(data, settings.KEYS["SIGNING_KEYS_PASSWORD"].encode()).key
    except ValueError as fault:
        raise KeyRefused(
            gettext(
                "The password does not open the key file %(name)s. Set SIGNING_KEYS_PASSWORD to the"
                " password of the file, then make the paper again."
            )
            % {"name": path.name}
        ) from fault
    if key is None:
        raise KeyRefused(
            gettext("The key file %(name)s holds no private key.") % {"name": path.name}
        )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own, store = _for_signer(chain)
    return SimpleSigner(own, asn1_keys.PrivateKeyInfo.load(private), store)


def _from_token(token: str, label: str, chain: Sequence[x509.Certificate]) -> Signer:
    if not settings.PKCS11_MODULE or not settings.PKCS11_PIN:
        raise KeyRefused(
            gettext("Set PKCS11_MODULE and PKCS11_PIN for the worker: its key lies on a token.")
        )
    own, store = _for_signer(chain)
    try:
        signer = PKCS11Signer(
            _session(token),
            key_label=label,
            signing_cert=own,
            ca_chain=list(store),
            # Nearly every token signs a hash with ECDSA; few hash and sign in one.
            use_raw_mechanism=isinstance(chain[0].public_key(), ec.EllipticCurvePublicKey),
        )
        asyncio.run(signer.ensure_objects_loaded())
    except _LASTING as fault:
        raise KeyRefused(
            gettext(
                "The PIN does not open the token %(token)s. Set PKCS11_PIN right before trying"
                " again: too many wrong ones lock it."
            )
            % {"token": token}
        ) from fault
    except (pkcs11.PKCS11Error, RuntimeError) as fault:
        raise KeyUnavailable(
            gettext("The token %(token)s with the key %(label)s does not answer.")
            % {"token": token, "label": label}
        ) from fault
    return signer


def _session(token: str) -> pkcs11.Session:
    """Open a session on a token by its label; one put in since the library started is found too."""
    library = pkcs11.lib(settings.PKCS11_MODULE)
    try:
        found = library.get_token(token_label=token)
    except token_faults.NoSuchToken:
        library.reinitialize()
        found = library.get_token(token_label=token)
    return found.open(user_pin=settings.PKCS11_PIN)


def _for_signer(
    chain: Sequence[x509.Certificate],
) -> tuple[asn1_x509.Certificate, SimpleCertificateStore]:
    own, *others = (asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in chain)
    store = SimpleCertificateStore()
    store.register_multiple(others)
    return own, store


def _try(signer: Signer, certificate: x509.Certificate) -> None:
    """Sign a few bytes and check them against the certificate. Raises KeyRefused."""
    signature = raw_signature(signer, _PROBE)
    public = certificate.public_key()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, _PROBE, ec.ECDSA(SHA256()))
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, _PROBE, PKCS1v15(), SHA256())
        else:
            raise KeyRefused(gettext("Papers are signed with RSA or ECDSA keys only."))
    except InvalidSignature as fault:
        raise KeyRefused(
            gettext("The private key does not belong to the certificate. Check both.")
        ) from fault


def raw_signature(signer: Signer, data: bytes) -> bytes:
    """Sign bytes with SHA-256. Raises KeyUnavailable when the token has gone, KeyRefused else."""
    try:
        signed: bytes = asyncio.run(signer.async_sign_raw(data, "sha256"))
    except pkcs11.PKCS11Error as fault:
        forget_opened()
        raise KeyUnavailable(gettext("The token with the key does not answer.")) from fault
    except (AssertionError, TypeError, ValueError) as fault:
        raise KeyRefused(
            gettext("The private key does not belong to the certificate. Check both.")
        ) from fault
    return signed


def public_der(certificate: x509.Certificate) -> bytes:
    """Return the public key of a certificate in the form that names are made of."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
