"""The desk of the books in the staff area, and "I have paid" on the citizen's side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from citizens.desk import urls
from citizens.models import LineMatch, StatementLine
from tests.citizens.banking import camt, read_in
from tests.citizens.visits import NOW, case_at, look_up, start_payment, text
from tests.journeys import officer
from tests.violations.desk import signed_in
from violations import payment_claims, payments
from violations.models import (
    AccessEntry,
    Payment,
    PaymentClaim,
    Refund,
    Relief,
    StateVoucher,
    Violation,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
FINE = 19_000_000


@pytest.fixture
def accountant(place):
    return officer("mai", "Vũ Thanh Mai", "Accountant", place.unit)


@pytest.fixture
def case(place) -> Violation:
    return case_at("served", place)


@pytest.fixture
def account(case) -> str:
    return case.decision.beneficiary.account


@pytest.fixture
def desk(accountant):
    client = signed_in(accountant)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def status(case: Violation) -> str:
    return Violation.objects.get(pk=case.pk).status


def upload(client: Any, content: bytes, **more: str) -> Any:
    return client.post(
        "/can-bo/doi-soat/sao-ke/",
        {"file": SimpleUploadedFile("saoke.xml", content), **more},
        follow=True,
    )


def test_each_page_opens_for_the_accountant_and_stays_shut_for_others(desk, place, case) -> None:
    pages = [row.name for row in urls.urlpatterns if not row.pattern.converters]
    gets = [name for name in pages if name != "voucher"]
    for name in gets:
        assert desk.get(reverse(f"desk:{name}")).status_code == 200, name
    for person in (place.reviewer, place.clerk, place.technician, place.auditor):
        client = signed_in(person)
        for name in gets:
            assert client.get(reverse(f"desk:{name}")).status_code == 403, (person, name)
    leader = signed_in(place.leader)
    assert leader.get(reverse("desk:refunds")).status_code == 200
    assert leader.get(reverse("desk:statements")).status_code == 403


def test_an_auditor_and_a_stranger_send_nothing_to_the_desk(place, case) -> None:
    for person in (place.auditor, place.administrator, place.reviewer):
        client = signed_in(person)
        for row in urls.urlpatterns:
            given = dict.fromkeys(row.pattern.converters, 1)
            sent = client.post(reverse(f"desk:{row.name}", kwargs=given))
            assert sent.status_code in (403, 405), (person, row.name)


def test_a_statement_is_read_in_and_a_wrong_file_says_why(desk, account, case) -> None:
    good = camt([(5_000_000, "FT1", "nop phat")], account=account)
    assert "1 new lines" in text(upload(desk, good))
    assert "read in before" in text(upload(desk, good))
    wrong = upload(desk, b"<!DOCTYPE x><x/>")
    assert (wrong.status_code, "is no statement" in text(wrong)) == (422, True)
    strange = upload(desk, camt([(5, "X", "x")], account="12345"))
    assert "not one of your unit" in text(strange)
    assert StatementLine.objects.count() == 1


def test_a_csv_is_read_in_for_the_chosen_account(desk, account, case) -> None:
    content = b"Ngay GD;So CT;Ghi no;Ghi co;So du;Noi dung\n17/10/2026;FT1;;5.000.000;5.000.000;x\n"
    assert "names no account" in text(upload(desk, content))
    assert "1 new lines" in text(upload(desk, content, account=account))


def test_a_line_is_matched_by_its_candidate_and_the_look_is_written_down(
    desk, place, accountant, account, case, browser
) -> None:
    look_up(browser, case)
    attempt = start_payment(browser)
    read_in(place, accountant, [(4_000_000, "FT1", attempt.merchant_reference)], at=NOW,
            account=account)  # fmt: skip
    line = StatementLine.objects.get()
    assert attempt.merchant_reference in text(desk.get("/can-bo/doi-soat/"))
    before = AccessEntry.objects.filter(case=case, actor=accountant.user).count()
    page = text(desk.get(f"/can-bo/doi-soat/dong/{line.pk}/"))
    assert "The sum is smaller than the one asked for." in page
    assert AccessEntry.objects.filter(case=case, actor=accountant.user).count() == before + 1
    given = {"kind": "payment", "rule": "reference", "decision": case.decision.pk}
    answer = desk.post(f"/can-bo/doi-soat/dong/{line.pk}/ghep/", given)
    assert answer["Location"] == "/can-bo/doi-soat/", "no other line waits"
    assert Payment.objects.get().fine_vnd == 4_000_000
    again = desk.post(f"/can-bo/doi-soat/dong/{line.pk}/ghep/", given)
    assert again.status_code == 409 and "matched already" in text(again)
    undone = desk.post(f"/can-bo/doi-soat/ghep/{LineMatch.objects.get().pk}/huy/",
                       {"reason": "nhầm"}, follow=True)  # fmt: skip
    assert "the line is open again" in text(undone)


def test_a_large_sum_by_number_waits_for_a_second_person(
    desk, place, accountant, account, case
) -> None:
    read_in(place, accountant, [(FINE, "FT1", "khong ghi gi")], at=NOW, account=account)
    line = StatementLine.objects.get()
    for wrong in ("HS-0", "", "\x00"):
        refused = desk.post(f"/can-bo/doi-soat/dong/{line.pk}/ghep/",
                            {"kind": "payment", "number": wrong, "reason": "x"})  # fmt: skip
        assert refused.status_code == 409, wrong
    desk.post(f"/can-bo/doi-soat/dong/{line.pk}/ghep/",
              {"kind": "payment", "number": case.number, "reason": "giấy nộp tiền"})  # fmt: skip
    made = LineMatch.objects.get()
    assert (made.state, status(case)) == ("proposed", "served")
    own = desk.post(f"/can-bo/doi-soat/ghep/{made.pk}/kiem/", {"agrees": "1"})
    assert own.status_code == 409
    signed_in(place.leader).post(f"/can-bo/doi-soat/ghep/{made.pk}/kiem/", {"agrees": "1"})
    assert status(case) == "closed"


def test_another_units_line_is_not_found(place, account, case, accountant) -> None:
    read_in(place, accountant, [(7, "FT1", "x")], at=NOW, account=account)
    stranger = signed_in(officer("kim", "Tạ Thiên Kim", "Accountant", place.other_unit))
    line = StatementLine.objects.get()
    assert stranger.get(f"/can-bo/doi-soat/dong/{line.pk}/").status_code == 404
    sent = stranger.post(f"/can-bo/doi-soat/dong/{line.pk}/ghep/", {"kind": "aside", "reason": "x"})
    assert sent.status_code == 404
    assert b"FT1" not in stranger.get("/can-bo/doi-soat/").content


def test_a_counter_payment_is_entered_by_its_voucher(desk, case) -> None:
    given = {"number": case.number, "voucher": "BL 77", "amount_vnd": "19.000.000 ₫",
             "paid_on": "2026-10-16"}  # fmt: skip
    wrong = desk.post("/can-bo/doi-soat/tai-quay/", given | {"number": "HS-0"})
    assert wrong.status_code == 422
    assert desk.post("/can-bo/doi-soat/tai-quay/", given).status_code == 302
    assert status(case) == "closed"
    assert StateVoucher.objects.get().number == "BL 77"


def test_the_voucher_of_another_payment_is_recorded(desk, case) -> None:
    payment = payments.receive(case.decision.pk, provider="vnpay", reference="14422574",
                               amount_vnd=FINE, paid_at=NOW, at=NOW)  # fmt: skip
    given = {
        "state-reference": "14422574",
        "state-voucher": "C1 9",
        "state-issued_on": "2026-10-17",
    }
    missing = desk.post("/can-bo/doi-soat/tai-quay/bien-lai/", given | {"state-reference": "1"})
    assert missing.status_code == 422
    desk.post("/can-bo/doi-soat/tai-quay/bien-lai/", given)
    assert payment.voucher.number == "C1 9"


def test_a_refund_takes_two_people_on_the_pages(desk, place, case) -> None:
    payment = payments.receive(case.decision.pk, provider="vnpay", reference="R",
                               amount_vnd=FINE + 500_000, paid_at=NOW, at=NOW)  # fmt: skip
    payments.settle_and_close(case.pk, at=NOW)
    assert "500.000" in text(desk.get("/can-bo/doi-soat/hoan-tra/"))
    there = f"/can-bo/doi-soat/hoan-tra/yeu-cau/{payment.pk}/"
    assert desk.post(there, {"amount_vnd": "600.000", "basis": "thừa"}).status_code == 409
    desk.post(there, {"amount_vnd": "500.000", "basis": "nộp thừa"})
    refund = Refund.objects.get()
    approve = f"/can-bo/doi-soat/hoan-tra/{refund.pk}/duyet/"
    assert desk.post(approve, {"amount_vnd": "500000"}).status_code == 409
    leader = signed_in(place.leader)
    assert leader.post(approve, {"amount_vnd": "1"}).status_code == 409
    assert leader.post(approve, {"amount_vnd": "500000"}).status_code == 302
    paid = f"/can-bo/doi-soat/hoan-tra/{refund.pk}/da-tra/"
    assert desk.post(paid, {"number": ""}).status_code == 409
    assert desk.post(paid, {"number": "UNC 5"}).status_code == 302
    refund.refresh_from_db()
    assert (refund.state, refund.answer) == ("done", "UNC 5")


def test_the_report_and_its_csv_name_the_differences(
    desk, place, accountant, account, case
) -> None:
    read_in(place, accountant, [(7, "=HYPERLINK(1)", "x")], at=NOW, account=account)
    assert "A line belongs to nothing yet" in text(desk.get("/can-bo/doi-soat/bao-cao/"))
    assert desk.get("/can-bo/doi-soat/bao-cao/?ngay=nonsense").status_code == 200
    csv = desk.get("/can-bo/doi-soat/bao-cao/chenh-lech.csv?ngay=2026-10-17")
    assert csv["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in text(csv), "no spreadsheet reads it as a formula"


# "I have paid" ------------------------------------------------------------------------------------

CLAIM = {"channel": "bank", "paid_on": "16/10/2026", "amount_vnd": "19.000.000", "reference": "FT9"}


def test_a_citizen_says_it_is_paid_and_reads_the_answer(browser, desk, case) -> None:
    look_up(browser, case)
    assert "/nop-phat/da-nop/" in text(browser.get("/vu-viec/"))
    page = text(browser.get("/nop-phat/da-nop/"))
    assert 'type="file"' not in page
    wrong = browser.post("/nop-phat/da-nop/", CLAIM | {"amount_vnd": "many", "paid_on": "1"})
    assert wrong.status_code == 422
    assert browser.post("/nop-phat/da-nop/", CLAIM).status_code == 303
    assert "We are looking for your payment" in text(browser.get("/nop-phat/da-nop/"))
    browser.post("/nop-phat/da-nop/", CLAIM)
    claim = PaymentClaim.objects.get()
    assert "do not pay again" in text(browser.get("/nop-phat/"))
    there = f"/can-bo/doi-soat/bao-nop/{claim.pk}/"
    assert desk.post(there, {"found": "0", "answer": " "}).status_code == 409
    assert "19.000.000" in text(desk.get("/can-bo/doi-soat/bao-nop/"))
    desk.post(there, {"found": "0", "answer": "Không thấy giao dịch FT9 <b>."})
    answered = text(browser.get("/nop-phat/da-nop/"))
    assert "We found no such payment" in answered
    assert "FT9 &lt;b&gt;" in answered


def test_without_an_open_case_there_is_nothing_to_claim(browser, case) -> None:
    assert browser.get("/nop-phat/da-nop/")["Location"].startswith("/tra-cuu/")
    assert browser.post("/nop-phat/da-nop/", CLAIM).status_code == 302
    assert not PaymentClaim.objects.exists()


def test_a_statement_read_in_finds_the_money_of_a_claim(
    browser, desk, place, accountant, account, case
) -> None:
    look_up(browser, case)
    attempt = start_payment(browser)
    claim = payment_claims.claim_paid(
        case.pk, channel="bank", paid_on=NOW.date(), amount_vnd=FINE, at=NOW + timedelta(minutes=1)
    )
    read_in(place, accountant, [(FINE, "FT1", attempt.merchant_reference)], at=NOW,
            account=account)  # fmt: skip
    claim.refresh_from_db()
    assert (claim.state, status(case)) == ("found", "closed")
    assert not Relief.objects.exists()
    with translation.override("en"):
        assert "Your payment was found" in text(browser.get("/nop-phat/da-nop/"))
