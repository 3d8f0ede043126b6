"""Keys on a PKCS#11 token, with SoftHSM: the private half never leaves it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import translation

from config.demo.signing import certify, chain_of
from notices import key_places, signing_keys
from notices.key_places import KeyRefused, KeyUnavailable
from notices.seals import seal
from tests.notices.making import golden, needs
from tests.notices.sealing import pdfsig_says, pyhanko_says
from tests.signing import FIRST_DAY, LASTS, authority

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
PIN = "918273"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the tokens of this file in a folder of their own."""
    needs("softhsm2-util")
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = f"{folder}/softhsm2.conf"
    yield folder
    key_places.forget_opened()
    os.environ.pop("SOFTHSM2_CONF")
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(autouse=True)
def _token_settings(settings: Any, tokens: Path) -> Iterator[None]:
    settings.PKCS11_MODULE = next(path for path in MODULES if Path(path).exists())
    settings.PKCS11_PIN = PIN
    key_places.forget_opened()
    with translation.override("en"):
        yield


def token_with(tokens: Path, token: str, label: str, private: Any) -> None:
    """Make a token and put a key on it under a label."""
    path = tokens / f"{token}.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    tool = "softhsm2-util"
    init = [tool, "--init-token", "--free", "--label", token, "--so-pin", "4321", "--pin", PIN]
    put = [tool, "--import", str(path), "--token", token, "--label", label, "--id", "A1"]
    for command in (init, [*put, "--pin", PIN]):
        subprocess.run(command, check=True, capture_output=True)
    path.unlink()


def chain(public_key: Any) -> str:
    certificate = certify(
        public_key, "Phòng CSGT HSM (mẫu)", authority(), at=FIRST_DAY, until=FIRST_DAY + LASTS
    )
    return chain_of(certificate, authority())


def given(place: str, certificates: str) -> dict[str, Any]:
    return {"place": place, "chain": certificates, "by_name": "Đinh Văn Nghĩa", "at": NOW}


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_on_a_token_seals_a_paper(kind: str, tokens: Path, tmp_path: Path) -> None:
    private: Any = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    token_with(tokens, f"PC08-{kind}", "dau", private)
    key = signing_keys.register(
        "PC08", **given(f"pkcs11:PC08-{kind}/dau", chain(private.public_key()))
    )
    paper = golden("MQD02")
    for _ in range(2):  # the session stays open
        pdf = seal(paper.pdf, key, mark=paper.mark, reason="mẫu", location="Hà Nội", at=NOW)
        assert pyhanko_says(pdf).bottom_line
        told = pdfsig_says(pdf, tmp_path)
        assert "Signature is Valid." in told and "Certificate is Trusted." in told


def test_a_token_that_is_not_there_may_come_back(tokens: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    wanted = given("pkcs11:LATE/dau", chain(private.public_key()))
    with pytest.raises(KeyUnavailable, match="LATE"):
        signing_keys.register("PC08", **wanted)
    token_with(tokens, "LATE", "dau", private)
    assert signing_keys.register("PC08", **wanted)


def test_a_label_that_is_not_on_the_token_is_named(tokens: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    token_with(tokens, "LABELS", "dau", private)
    with pytest.raises(KeyUnavailable, match="khac"):
        signing_keys.register("PC08", **given("pkcs11:LABELS/khac", chain(private.public_key())))


def test_a_wrong_pin_is_refused_and_not_tried_again(tokens: Path, settings: Any) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    token_with(tokens, "PINS", "dau", private)
    settings.PKCS11_PIN = "000000"
    with pytest.raises(KeyRefused, match="lock"):
        signing_keys.register("PC08", **given("pkcs11:PINS/dau", chain(private.public_key())))


def test_a_worker_without_library_or_pin_is_told_what_to_set(settings: Any) -> None:
    settings.PKCS11_PIN = ""
    wanted = given("pkcs11:X/dau", chain(ec.generate_private_key(ec.SECP256R1()).public_key()))
    with pytest.raises(KeyRefused, match="PKCS11_PIN"):
        signing_keys.register("PC08", **wanted)
    settings.PKCS11_PIN, settings.PKCS11_MODULE = PIN, "/no/such/library.so"
    with pytest.raises(KeyUnavailable):
        signing_keys.register("PC08", **wanted)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_certificate_of_another_key_is_found(kind: str, tokens: Path) -> None:
    make: Any = {
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
    }[kind]
    token_with(tokens, f"MIXED-{kind}", "dau", make())
    certificates = chain(make().public_key())
    assert x509.load_pem_x509_certificates(certificates.encode())
    with pytest.raises(KeyRefused, match="does not belong"):
        signing_keys.register("PC08", **given(f"pkcs11:MIXED-{kind}/dau", certificates))
