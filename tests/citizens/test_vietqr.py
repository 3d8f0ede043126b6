"""VietQR: every published vector, the citizen's page, and where it is not offered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from citizens import references, till
from citizens.gateways import vietqr
from citizens.gateways.contract import Malformed, NotSupported
from citizens.models import PaymentAttempt
from tests.citizens.visits import case_at, form_key, look_up, text
from tests.citizens.vnpay_samples import changed_attempt
from violations.models import Beneficiary

SAMPLES = Path(__file__).parents[1] / "samples"
FILE = json.loads((SAMPLES / "vietqr_vectors.json").read_text("utf-8"))
BUILT = [vector for vector in FILE["vectors"] if vector["kind"] == "build"]
CHECKED = [vector for vector in FILE["vectors"] if vector["kind"] == "crc_check"]
SUMS = [vector for vector in FILE["vectors"] if vector["kind"] == "crc16_ccitt_false"]
pytestmark = pytest.mark.gate


def test_no_vector_is_left_out() -> None:
    assert len(BUILT) + len(CHECKED) + len(SUMS) == len(FILE["vectors"]) >= 12


@pytest.mark.parametrize("vector", BUILT, ids=lambda vector: vector["id"])
def test_every_published_code_is_built_alike(vector) -> None:
    given = dict(vector["input"])
    built = vietqr.payload(
        bank_bin=given.pop("bin_"),
        account=given.pop("account"),
        amount_vnd=given.pop("amount", None),
        bill=given.pop("bill", ""),
        purpose=given.pop("purpose", ""),
        service=given.pop("service", vietqr.TO_ACCOUNT),
    )
    assert not given
    assert built == vector["expected"]


@pytest.mark.parametrize("vector", SUMS, ids=lambda vector: vector["id"])
def test_the_checksum_is_the_published_one(vector) -> None:
    assert vietqr.checksum(vector["input"]) == vector["expected"]


@pytest.mark.parametrize("vector", CHECKED, ids=lambda vector: vector["id"])
def test_codes_of_banks_are_whole_also_in_small_letters(vector) -> None:
    assert vietqr.is_whole(vector["input"]) is vector["expected"]


@pytest.mark.parametrize("wrong", FILE["discrepancies"][:2], ids=lambda each: each["where"])
def test_the_misprints_of_the_specification_are_known(wrong) -> None:
    assert vietqr.checksum(wrong["printed"][:-4]) == wrong["crc_of_printed_body"]


def test_one_altered_symbol_breaks_a_code() -> None:
    whole = BUILT[1]["expected"]
    for place in range(len(whole) - 4):
        altered = whole[:place] + ("1" if whole[place] != "1" else "2") + whole[place + 1 :]
        assert not vietqr.is_whole(altered)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank_bin": "12345"},
        {"account": "12 34"},
        {"account": ""},
        {"amount_vnd": 0},
        {"amount_vnd": 10**13},
        {"purpose": "Nộp phạt"},
        {"purpose": "x" * 26},
    ],
)
def test_what_no_bank_could_read_is_refused(wrong) -> None:
    with pytest.raises(Malformed):
        vietqr.payload(**({"bank_bin": "970436", "account": "7111123456789"} | wrong))


def test_vietnamese_is_folded_to_what_the_field_carries() -> None:
    assert vietqr.plain("Nộp phạt Đường Láng, quận Đống Đa") == "Nop phat Duong Lang, quan"


def test_the_gateway_writes_our_reference_and_hears_of_nothing() -> None:
    gateway = vietqr.VietQrGateway(bank_bin="970436", account="7111123456789")
    reference = references.new()
    shown = gateway.start(changed_attempt(merchant_ref=reference))
    assert list(references.found_in(shown.purpose)) == [reference]
    assert len(shown.purpose) <= 25
    assert vietqr.is_whole(shown.text)
    with pytest.raises(Malformed):
        gateway.start(changed_attempt(amount_vnd=500_000_000))
    with pytest.raises(NotSupported):
        gateway.parse_notification("x")


# The page -----------------------------------------------------------------------------------------


@pytest.fixture
def case(place):
    return case_at("served", place)


@pytest.fixture
def accepting(case) -> Beneficiary:
    account = case.decision.beneficiary
    account.account, account.bank_bin, account.accepts_vietqr = "7111123456789", "970436", True
    account.save()
    return account


def press_transfer(browser):
    return browser.post("/nop-phat/", {"form_key": form_key(browser), "way": "transfer"})


@pytest.mark.django_db
def test_the_citizen_sees_the_code_the_account_and_the_words(case, accepting, browser) -> None:
    look_up(browser, case)
    assert "VietQR" in text(browser.get("/nop-phat/"))
    answer = press_transfer(browser)
    assert answer["Location"] == "/nop-phat/chuyen-khoan/"
    page = text(browser.get(answer["Location"]))
    attempt = PaymentAttempt.objects.get()
    assert (attempt.gateway, attempt.amount_vnd) == ("vietqr", 19_000_000)
    assert f"QDXP {references.compact(attempt.merchant_reference)}" in page
    assert "7111123456789" in page and "<svg" in page
    assert "style=" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.django_db
def test_it_is_not_offered_where_the_treasury_does_not_take_it(case, browser) -> None:
    look_up(browser, case)
    assert "VietQR" not in text(browser.get("/nop-phat/"))
    assert press_transfer(browser)["Location"].startswith("http"), "the button goes to VNPAY"
    assert till.transfer_to(case.decision.beneficiary, 1) is None


@pytest.mark.django_db
def test_nobody_else_sees_the_code(accepting, case, browser) -> None:
    assert browser.get("/nop-phat/chuyen-khoan/")["Location"] == "/nop-phat/"
