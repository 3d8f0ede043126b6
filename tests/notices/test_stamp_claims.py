"""The checkable QR: what it says is signed, and whatever is altered in it is refused."""

from __future__ import annotations

import dataclasses
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from notices import stamp_keys
from notices.cose import CoseError, sign1, verify1
from notices.models import SigningKey
from notices.qr_pictures import QrPicture
from notices.rendering import render
from notices.stamp import verify_address, verify_qr
from notices.stamp_claims import Claims, ClaimsError, claims_of, from_base32, read_claims, to_base32
from tests.notices.contexts import context
from tests.notices.making import CODE
from tests.notices.particulars import PICTURES

pytestmark = pytest.mark.gate

AT = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KID = bytes(8)
DECISION = Claims(
    kind="MQD02",
    number="0187/QĐ-XPHC",
    unit_code="PC08-HCM",
    plate="51K-208.64",
    issued_on=date(2026, 11, 6),
    amount_vnd=19_000_000,
    treasury="Kho bạc Nhà nước (mẫu)",
    account="7111.0.0000000",
)
OTHER = {
    "kind": "TB0173",
    "number": "0188/QĐ-XPHC",
    "unit_code": "PC08-HN",
    "plate": "51K-208.65",
    "issued_on": date(2026, 11, 7),
    "amount_vnd": 1,
    "treasury": "Ngân hàng khác",
    "account": "0123456789",
    "due_on": date(2026, 11, 16),
}


def _signed(claims: Claims = DECISION) -> bytes:
    return sign1(claims.as_map(), KEY, KID)


def _found(kid: bytes) -> object:
    return KEY.public_key() if kid == KID else None


def _with_payload(message: bytes, payload: bytes) -> bytes:
    tagged = cbor2.loads(message)
    protected, unprotected, _payload, signature = tagged.value
    return cbor2.dumps(
        cbor2.CBORTag(tagged.tag, [protected, unprotected, payload, signature]), canonical=True
    )


def test_what_was_signed_is_read_back() -> None:
    assert read_claims(verify1(_signed(), _found)[1]) == DECISION


def test_the_same_claims_are_the_same_bytes() -> None:
    assert _signed() == _signed()


@pytest.mark.parametrize("field", OTHER)
def test_a_claim_that_was_altered_is_refused(field: str) -> None:
    forged = dataclasses.replace(DECISION, **{field: OTHER[field]})
    with pytest.raises(CoseError, match="signature is false"):
        verify1(_with_payload(_signed(), cbor2.dumps(forged.as_map(), canonical=True)), _found)


def test_every_single_byte_that_was_altered_is_refused() -> None:
    message = _signed()
    for place in range(len(message)):
        altered = bytearray(message)
        altered[place] ^= 1
        with pytest.raises(CoseError):
            verify1(bytes(altered), _found)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\x00",
        b"\xd2\x84",
        b"\xff" * 40,
        b"\x9f" * 500,
        bytes(601),
        cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b"", b""])),
        cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({1: -7, 4: KID}), {}, b"\xa0", bytes(64)])),
        cbor2.dumps(cbor2.CBORTag(98, [])),
        cbor2.dumps("text"),
    ],
    ids=[
        "empty",
        "a number",
        "cut off",
        "breaks",
        "deep",
        "long",
        "no header",
        "ES256",
        "Sign",
        "text",
    ],
)
def test_garbage_is_refused_in_one_way(message: bytes) -> None:
    with pytest.raises(CoseError):
        verify1(message, _found)


def test_bytes_behind_the_message_and_other_encodings_are_refused() -> None:
    with pytest.raises(CoseError):
        verify1(_signed() + b"\x00", _found)
    loose = cbor2.loads(_signed())
    with pytest.raises(CoseError):
        verify1(
            cbor2.dumps(cbor2.CBORTag(18, [*loose.value[:1], {1: 2}, *loose.value[2:]])), _found
        )


def test_a_key_that_is_not_ours_signs_nothing() -> None:
    stranger = Ed25519PrivateKey.generate()
    with pytest.raises(CoseError, match="not ours"):
        verify1(sign1(DECISION.as_map(), stranger, b"stranger"), _found)
    with pytest.raises(CoseError, match="signature is false"):
        verify1(sign1(DECISION.as_map(), stranger, KID), _found)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {1: "0187/QĐ-XPHC"},
        DECISION.as_map() | {4: -1},
        DECISION.as_map() | {4: True},
        DECISION.as_map() | {4: 2**60},
        DECISION.as_map() | {5: 2**50},
        DECISION.as_map() | {1: "x" * 61},
        DECISION.as_map() | {2: ""},
        DECISION.as_map() | {10: "more"},
        DECISION.as_map() | {"1": "text"},
    ],
)
def test_signed_maps_that_are_no_claims_are_refused(claims: dict[object, object]) -> None:
    with pytest.raises(ClaimsError):
        read_claims(claims)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["a", "A1", "A=", "AB CD", "ÀA", "AAAAAAAB" * 3 + "B"])
def test_base_32_has_one_spelling(text: str) -> None:
    with pytest.raises(ClaimsError):
        from_base32(text)


def test_a_notice_carries_no_sum_no_account_and_no_code() -> None:
    claims = claims_of(
        "TB0173", context("TB0173"), unit_code="PC08-HCM", issued_on=date(2026, 10, 16)
    )
    assert claims is not None
    assert (claims.amount_vnd, claims.treasury, claims.account, claims.due_on) == (
        None,
        "",
        "",
        None,
    )
    assert CODE not in str(claims.as_map())


def test_a_decision_names_the_account_that_its_own_text_names() -> None:
    frozen = context("MQD02")
    claims = claims_of("MQD02", frozen, unit_code="PC08-HCM", issued_on=date(2026, 11, 6))
    assert claims is not None
    assert claims.account == frozen["payment"]["account"]
    assert claims.amount_vnd == frozen["fine_total_vnd"]


def test_papers_of_the_file_have_no_qr() -> None:
    assert claims_of("MBB01", {}, unit_code="X", issued_on=date(2026, 1, 1)) is None


@pytest.mark.parametrize("kind", ["TB0173", "MQD02"])
def test_a_scanner_reads_the_stamp_from_the_printed_sheet(kind: str, tmp_path: Path) -> None:
    frozen = context(kind)
    claims = claims_of(kind, frozen, unit_code="PC08-HCM", issued_on=date(2026, 11, 6))
    assert claims is not None
    stamp = _signed(claims)
    paper = render(kind, frozen, PICTURES, lookup_code=CODE, stamp=stamp)
    (tmp_path / "paper.pdf").write_bytes(paper.pdf)
    subprocess.run(
        ["pdftoppm", "-r", "300", "-gray", "-png", tmp_path / "paper.pdf", tmp_path / "page"],
        check=True,
    )
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *sorted(map(str, tmp_path.glob("page*.png")))],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    wanted = "".join(verify_address(frozen["lookup_base"], stamp))
    assert wanted in read.splitlines()
    assert read_claims(verify1(from_base32(wanted.partition("#")[2]), _found)[1]) == claims


def test_the_modules_are_at_least_five_dots_wide_and_the_qr_at_most_36_mm() -> None:
    element = verify_qr("https://tracuu.test.invalid", _signed())
    assert 27 <= QrPicture(element.split('src="')[1].split('"')[0]).side_mm <= 36
    assert to_base32(_signed()) == to_base32(_signed()).upper()


@pytest.mark.django_db
class TestKeys:
    """The key in use, and what becomes of it when the secret is replaced."""

    def test_the_first_paper_registers_the_key_and_the_next_finds_it(self) -> None:
        key, private = stamp_keys.key_in_use(at=AT)
        assert stamp_keys.key_in_use(at=AT)[0] == key
        stamp = sign1(DECISION.as_map(), private, bytes.fromhex(key.kid))
        assert stamp_keys.open_stamp(stamp) == DECISION

    def test_a_new_secret_retires_the_old_key_which_still_opens_what_it_signed(
        self, settings
    ) -> None:
        old, private = stamp_keys.key_in_use(at=AT)
        stamp = sign1(DECISION.as_map(), private, bytes.fromhex(old.kid))
        settings.KEYS = settings.KEYS | {"STAMP_SIGNING_KEY": "another secret " * 4}
        new, _private = stamp_keys.key_in_use(at=AT)
        old.refresh_from_db()
        assert new.kid != old.kid
        assert old.retired_at == AT
        assert stamp_keys.open_stamp(stamp) == DECISION
        assert [key["kid"] for key in stamp_keys.published_keys()] == [old.kid, new.kid]

    def test_a_secret_that_was_retired_signs_nothing_again(self, settings) -> None:
        first = settings.KEYS
        stamp_keys.key_in_use(at=AT)
        settings.KEYS = first | {"STAMP_SIGNING_KEY": "another secret " * 4}
        stamp_keys.key_in_use(at=AT)
        settings.KEYS = first
        with pytest.raises(ValueError, match="retired"):
            stamp_keys.key_in_use(at=AT)

    def test_signed_claims_of_another_shape_are_no_stamp(self) -> None:
        key, private = stamp_keys.key_in_use(at=AT)
        with pytest.raises(CoseError):
            stamp_keys.open_stamp(sign1({1: "x"}, private, bytes.fromhex(key.kid)))

    def test_no_private_half_is_stored(self) -> None:
        key, private = stamp_keys.key_in_use(at=AT)
        stored = SigningKey.objects.filter(pk=key.pk).values().get()
        assert private.private_bytes_raw().hex() not in str(stored)
