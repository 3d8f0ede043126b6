"""Addresses and numbers as people write them; what could end a line or a command is refused."""

from __future__ import annotations

import pytest

from citizens.contacts import (
    MOST_ADDRESS,
    ContactRefused,
    masked_contact,
    plain_email,
    plain_identity,
    plain_phone,
)

pytestmark = pytest.mark.gate


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("", ""),
        ("  Hieu.Tran@ViDu.vn ", "hieu.tran@vidu.vn"),
        ("a+b@x.vidu.vn", "a+b@x.vidu.vn"),
        ("ten@công-ty.vn", "ten@xn--cng-ty-ixa.vn"),
        ("ten@co\u0302ng-ty.vn", "ten@xn--cng-ty-ixa.vn"),  # the same letters, decomposed
    ],
)
def test_an_address_has_one_form(typed: str, plain: str) -> None:
    assert plain_email(typed) == plain


@pytest.mark.parametrize(
    "typed",
    [
        "ten",
        "@vidu.vn",
        "ten@",
        "ten@vidu",
        "ten@@vidu.vn",
        "a@b@vidu.vn",
        "ten@vidu.vn\r\nBcc: all@vidu.vn",
        "ten@vidu.vn\nDATA",
        "ten\r\n@vidu.vn",
        "ten@vidu.vn, hai@vidu.vn",
        "<ten@vidu.vn>",
        '"ten ten"@vidu.vn',
        "ten..ten@vidu.vn",
        ".ten@vidu.vn",
        "đức@vidu.vn",
        "ten😀@vidu.vn",
        "ten@😀.vn.",
        "ten@vidu..vn",
        "ten@-vidu.vn",
        "ten@127.0.0.1",
        "ten@[127.0.0.1]",
        "ten\u202e@vidu.vn",
        "ten\x00@vidu.vn",
        "a" * 65 + "@vidu.vn",
        "ten@" + "a" * 64 + ".vn",
        "ten@" + "a." * MOST_ADDRESS + "vn",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ContactRefused):
        plain_email(typed)


@pytest.mark.parametrize(
    "typed", ["0912345678", "0912 345 678", "+84912345678", "84 912.345.678", "(091) 234-5678"]
)
def test_a_number_has_one_form(typed: str) -> None:
    assert plain_phone(typed) == "+84912345678"


@pytest.mark.parametrize(
    "typed",
    [
        "091234567",
        "09123456789",
        "0212345678",
        "+1 912345678",
        "٠٩١٢٣٤٥٦٧٨",
        "0912345678;ls",
        "0912345678\r\nX: y",
        "https://vidu.vn",
    ],
)
def test_what_is_no_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(ContactRefused):
        plain_phone(typed)


def test_a_person_is_one_however_the_number_is_spaced() -> None:
    assert plain_identity(" 001 084 000001 ") == plain_identity("001084000001")
    assert plain_identity("０１００-000001") == "0100000001"


def test_a_contact_is_shown_so_that_only_its_owner_knows_it() -> None:
    assert masked_contact("hieu.tran@vidu.vn") == "h***@vidu.vn"
    assert masked_contact("+84912345678") == "…678"
