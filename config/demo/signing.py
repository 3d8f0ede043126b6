"""Signing keys of the demonstration: an authority of its own and one key for each unit.

Real cryptography under a name nobody trusts: a reader of PDF says so. Files are PKCS#12, readable
by their owner alone, under the password SIGNING_KEYS_PASSWORD of ``.data/keys.json``.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from django.conf import settings

from cameras.models import Unit
from notices import signing_keys
from notices.models import SigningKey

AUTHORITY = "demo-authority"
AUTHORITY_LASTS = timedelta(days=3650)
KEY_LASTS = timedelta(days=730)
BY_NAME = "Bản trình diễn"


@dataclass(frozen=True)
class Authority:
    """Who issues certificates: its private key and its own certificate."""

    private_key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def give_keys(*, at: datetime) -> None:
    """Give each unit without a key in use one of its own; rotate what is about to expire."""
    folder = Path(settings.SIGNING_KEYS_DIR)
    in_use = {
        key.unit_code: key
        for key in SigningKey.objects.filter(purpose=SigningKey.Purpose.SEAL, retired_at=None)
    }
    ending = {key.pk for key in signing_keys.near_their_end(at=at)}
    wanting = [
        unit
        for unit in Unit.objects.all()
        if unit.code not in in_use or in_use[unit.code].pk in ending
    ]
    if not wanting:
        return
    authority = authority_of(folder, at=at)
    for unit in wanting:
        name = f"{unit.code}-{at:%Y%m%d}-{secrets.token_hex(2)}"
        chain = issue(folder, name, unit.name, authority, at=at, until=at + KEY_LASTS)
        given = {"place": f"pkcs12:{name}", "chain": chain, "by_name": BY_NAME, "at": at}
        if unit.code in in_use:
            signing_keys.rotate(unit.code, reason="sắp hết hạn", **given)
        else:
            signing_keys.register(unit.code, **given)


def authority_of(folder: Path, *, at: datetime) -> Authority:
    """Return the authority kept in a folder, made the first time."""
    path = folder / f"{AUTHORITY}.p12"
    if path.exists():
        kept = pkcs12.load_pkcs12(path.read_bytes(), _password())
        assert isinstance(kept.key, ec.EllipticCurvePrivateKey) and kept.cert
        return Authority(kept.key, kept.cert.certificate)
    private_key = ec.generate_private_key(ec.SECP256R1())
    name = _named("Cơ quan chứng thực trình diễn (mẫu)")
    certificate = (
        _drafted(name, name, private_key.public_key(), at=at, until=at + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(private_key, SHA256())
    )
    _keep(path, pkcs12.serialize_key_and_certificates(
        AUTHORITY.encode(), private_key, certificate, None, BestAvailableEncryption(_password())
    ))  # fmt: skip
    return Authority(private_key, certificate)


def issue(
    folder: Path, name: str, subject: str, authority: Authority, *, at: datetime, until: datetime
) -> str:
    """Make a key under a name in a folder; return its certificate chain as PEM."""
    private_key = ec.generate_private_key(ec.SECP256R1())
    certificate = certify(private_key.public_key(), subject, authority, at=at, until=until)
    _keep(folder / f"{name}.p12", pkcs12.serialize_key_and_certificates(
        name.encode(), private_key, certificate, [authority.certificate],
        BestAvailableEncryption(_password()),
    ))  # fmt: skip
    return chain_of(certificate, authority)


def certify(
    public_key: ec.EllipticCurvePublicKey,
    subject: str,
    authority: Authority,
    *,
    at: datetime,
    until: datetime,
) -> x509.Certificate:
    """Issue a certificate for signing documents."""
    return (
        _drafted(_named(subject), authority.certificate.subject, public_key, at=at, until=until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.private_key.public_key()),
            critical=False,
        )
        .sign(authority.private_key, SHA256())
    )


def chain_of(certificate: x509.Certificate, authority: Authority) -> str:
    """Return a certificate and its authority's as PEM."""
    both = (certificate, authority.certificate)
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in both)


def _drafted(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _named(subject: str) -> x509.Name:
    """Return a name of at most 64 characters, which is what X.520 allows."""
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, subject[:64]),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _password() -> bytes:
    password: str = settings.KEYS["SIGNING_KEYS_PASSWORD"]
    return password.encode()


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
