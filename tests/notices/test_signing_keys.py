"""The register of keys: what is put into use, what seals a unit's papers, and what is refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command
from django.db import InternalError, transaction
from django.db.utils import IntegrityError
from django.utils import translation

from config.demo.signing import certify, chain_of, issue
from notices import key_places, signing_keys
from notices.key_places import KeyRefused, KeyUnavailable
from notices.models import SigningKey
from tests.signing import FIRST_DAY, authority, give_key

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.SIGNING_KEYS_DIR = str(tmp_path)
    return tmp_path


def new_key(folder: Path, name: str, *, at: datetime = NOW, until: datetime = NOW + YEAR) -> Any:
    """Make a key file; return what ``register`` needs."""
    chain = issue(folder, name, f"Đơn vị {name} (mẫu)", authority(), at=at, until=until)
    return {"place": f"pkcs12:{name}", "chain": chain, "by_name": "Đinh Văn Nghĩa", "at": NOW}


def test_a_registered_key_is_known_by_its_public_half_alone(folder: Path) -> None:
    key = signing_keys.register("PC08", **new_key(folder, "first"))
    assert len(key.kid) == 16
    assert key.subject == "Đơn vị first (mẫu)"
    assert key.valid_until == NOW + YEAR
    assert key.certificate.count("BEGIN CERTIFICATE") == 2
    everything = "".join(str(value) for value in vars(key).values())
    assert "PRIVATE" not in everything
    assert signing_keys.key_in_use("PC08", at=NOW) == key


def test_the_key_file_is_its_owners_alone(folder: Path) -> None:
    new_key(folder, "first")
    for path in folder.glob("*.p12"):
        assert path.stat().st_mode & 0o077 == 0
        assert path.stat().st_uid == os.getuid()


def test_a_unit_has_one_key_in_use(folder: Path) -> None:
    signing_keys.register("PC08", **new_key(folder, "first"))
    with pytest.raises(KeyRefused, match="rotate it"):
        signing_keys.register("PC08", **new_key(folder, "second"))
    assert SigningKey.objects.count() == 1


def test_a_rotation_retires_and_adds_at_once(folder: Path) -> None:
    first = signing_keys.register("PC08", **new_key(folder, "first"))
    second = signing_keys.rotate("PC08", reason="hết hạn", **new_key(folder, "second"))
    first.refresh_from_db()
    assert first.retired_at == NOW
    assert first.retire_reason == "hết hạn (Đinh Văn Nghĩa)"
    assert signing_keys.key_in_use("PC08", at=NOW) == second


def test_a_rotation_that_fails_leaves_the_key_in_use(folder: Path) -> None:
    given = new_key(folder, "first")
    first = signing_keys.register("PC08", **given)
    with pytest.raises(KeyRefused, match="registered before"):
        signing_keys.rotate("PC08", reason="thử", **given)
    assert signing_keys.key_in_use("PC08", at=NOW) == first
    with pytest.raises(KeyRefused, match="Say why"):
        signing_keys.rotate("PC08", reason=" ", **new_key(folder, "second"))
    assert signing_keys.key_in_use("PC08", at=NOW) == first


def test_a_retired_key_seals_nothing_and_stays_in_the_register(folder: Path) -> None:
    key = signing_keys.register("PC08", **new_key(folder, "first"))
    signing_keys.retire("PC08", reason="lộ khóa", by_name="Đinh Văn Nghĩa", at=NOW)
    with pytest.raises(KeyRefused, match="has no key in use"):
        signing_keys.key_in_use("PC08", at=NOW)
    with pytest.raises(KeyRefused, match="has no key in use"):
        signing_keys.retire("PC08", reason="lần nữa", by_name="x", at=NOW)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        key.delete()


def test_an_expired_key_is_refused_with_what_to_do(folder: Path) -> None:
    signing_keys.register("PC08", **new_key(folder, "first"))
    with pytest.raises(KeyRefused, match=r"expired on 29/11/2027.*rotate"):
        signing_keys.key_in_use("PC08", at=NOW + YEAR)


def test_a_key_is_not_used_before_its_time(folder: Path) -> None:
    signing_keys.register("PC08", **new_key(folder, "first"))
    with pytest.raises(KeyRefused, match="not valid before 29/11/2026"):
        signing_keys.key_in_use("PC08", at=NOW - timedelta(days=1))


@pytest.mark.parametrize("days", [-400, 400])
def test_a_certificate_that_is_not_valid_today_is_not_registered(folder: Path, days: int) -> None:
    begin = NOW + timedelta(days=days)
    given = new_key(folder, "other", at=begin, until=begin + timedelta(days=100))
    with pytest.raises(KeyRefused, match="not today"):
        signing_keys.register("PC08", **given)


def test_another_units_key_seals_only_where_that_is_configured(folder: Path, settings: Any) -> None:
    above = signing_keys.register("PC08", **new_key(folder, "above"))
    portal = signing_keys.register("", **new_key(folder, "portal"))
    with pytest.raises(KeyRefused, match="CAX-01 has no key in use"):
        signing_keys.key_in_use("CAX-01", at=NOW)
    settings.SEAL_STAND_INS = {"CAX-01": "PC08", "*": ""}
    assert signing_keys.key_in_use("CAX-01", at=NOW) == above
    assert signing_keys.key_in_use("CAX-02", at=NOW) == portal
    own = signing_keys.register("CAX-01", **new_key(folder, "own"))
    assert signing_keys.key_in_use("CAX-01", at=NOW) == own
    with pytest.raises(KeyRefused, match="expired"):  # not sealed in silence by another's key
        signing_keys.key_in_use("CAX-01", at=NOW + YEAR)


def test_a_wrong_password_is_named(folder: Path, settings: Any) -> None:
    given = new_key(folder, "first")
    settings.KEYS = settings.KEYS | {"SIGNING_KEYS_PASSWORD": "another password"}
    with pytest.raises(KeyRefused, match="SIGNING_KEYS_PASSWORD"):
        signing_keys.register("PC08", **given)


def test_a_missing_file_may_come_back(folder: Path) -> None:
    given = new_key(folder, "first")
    (folder / "first.p12").rename(folder / "away")
    with pytest.raises(KeyUnavailable, match=r"first\.p12"):
        signing_keys.register("PC08", **given)
    (folder / "away").rename(folder / "first.p12")
    assert signing_keys.register("PC08", **given)


def test_a_key_of_another_certificate_is_found_before_the_first_paper(folder: Path) -> None:
    given, other = new_key(folder, "first"), new_key(folder, "second")
    with pytest.raises(KeyRefused, match="does not belong to the certificate"):
        signing_keys.register("PC08", **(given | {"chain": other["chain"]}))


def test_a_key_of_another_kind_than_its_certificate_is_found_too(folder: Path) -> None:
    given = new_key(folder, "first")
    large = ec.generate_private_key(ec.SECP384R1())
    certificate = certify(large.public_key(), "x", authority(), at=NOW, until=NOW + YEAR)
    with pytest.raises(KeyRefused, match="does not belong to the certificate"):
        signing_keys.register("PC08", **(given | {"chain": chain_of(certificate, authority())}))


@pytest.mark.parametrize(
    "place", ["", "first", "pkcs12:", "pkcs12:../first", "pkcs12:a/b", "pkcs11:x", "secret:x"]
)
def test_a_place_has_one_of_two_forms(folder: Path, place: str) -> None:
    with pytest.raises(KeyRefused, match="pkcs12:NAME or pkcs11:TOKEN/LABEL"):
        signing_keys.register("PC08", **(new_key(folder, "first") | {"place": place}))


def test_a_chain_follows_from_one_to_the_next(folder: Path) -> None:
    given, other = new_key(folder, "first"), new_key(folder, "second")
    for chain in ("", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(KeyRefused, match="cannot be read"):
            signing_keys.register("PC08", **(given | {"chain": chain}))
    with pytest.raises(KeyRefused, match="do not follow"):
        signing_keys.register("PC08", **(given | {"chain": other["chain"] + given["chain"]}))
    root = authority().certificate.public_bytes(Encoding.PEM).decode()
    with pytest.raises(KeyRefused, match="not for signing"):
        signing_keys.register("PC08", **(given | {"chain": root}))


def test_a_file_without_a_private_key_is_refused(folder: Path) -> None:
    given = new_key(folder, "first")
    password = portal_settings.KEYS["SIGNING_KEYS_PASSWORD"].encode()
    only_certificate = pkcs12.serialize_key_and_certificates(
        None, None, authority().certificate, None, BestAvailableEncryption(password)
    )
    (folder / "first.p12").write_bytes(only_certificate)
    with pytest.raises(KeyRefused, match="no private key"):
        signing_keys.register("PC08", **given)


def test_keys_near_their_end_are_named(folder: Path) -> None:
    soon = signing_keys.register("PC08", **new_key(folder, "soon", until=NOW + timedelta(days=29)))
    signing_keys.register("PC09", **new_key(folder, "late", until=NOW + timedelta(days=31)))
    assert signing_keys.near_their_end(at=NOW) == [soon]
    assert len(signing_keys.near_their_end(at=NOW + timedelta(days=200))) == 2


def test_the_command_registers_rotates_lists_and_retires(folder: Path) -> None:
    now = datetime.now(UTC)
    for name in ("one", "two"):
        given = new_key(folder, name, at=now, until=now + YEAR)
        (folder / f"{name}.pem").write_text(given["chain"])

    def order(*words: str) -> str:
        said = StringIO()
        call_command("signing_key", *words, stdout=said)
        return said.getvalue()

    place = ("--unit", "PC08", "--place")
    assert "in use" in order("register", *place, "pkcs12:one", "--chain", f"{folder}/one.pem")
    with pytest.raises(CommandError, match="rotate it"):
        order("register", *place, "pkcs12:two", "--chain", f"{folder}/two.pem")
    two = ("pkcs12:two", "--chain", f"{folder}/two.pem", "--reason", "định kỳ")
    assert "pkcs12:two" in order("rotate", *place, *two)
    listed = order("list").splitlines()
    assert len(listed) == 2
    assert sum("retired" in line for line in listed) == 1
    assert "retired" in order("retire", "--unit", "PC08", "--reason", "ngừng dùng")
    with pytest.raises(CommandError, match="cannot be read"):
        order("register", *place, "pkcs12:two", "--chain", f"{folder}/none.pem")
    assert "0 papers" in order("again", "--unit", "PC08")


def test_a_key_of_the_tests_lives_long_enough_for_every_case() -> None:
    key = give_key("PC08-HN")
    assert key.valid_from <= FIRST_DAY
    assert key.valid_until > NOW + 10 * YEAR
    assert key_places.signer_at(key.place, key.certificate) is key_places.signer_at(
        key.place, key.certificate
    )
