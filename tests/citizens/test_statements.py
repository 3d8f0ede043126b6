"""Statements: every format is one, the same file is nothing twice, and only sure rules match."""

from __future__ import annotations

import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from citizens import references
from citizens.models import LineMatch, PaymentAttempt, StatementImport, StatementLine
from citizens.statements import daily_report, importing, matches, matching
from citizens.statements.reading import Unreadable, read
from tests.citizens.banking import ON, camt, read_in
from tests.citizens.visits import NOW, case_at, look_up, paper, start_payment, tell, told
from tests.journeys import officer
from violations import payments
from violations.guards import Refused
from violations.models import LedgerEntry, Payment, Violation

SAMPLES = Path(__file__).parents[1] / "samples" / "statements"
FINE = 19_000_000
pytestmark = pytest.mark.gate


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


# The files ----------------------------------------------------------------------------------------


def test_the_three_formats_tell_one_line_alike() -> None:
    [from_xml] = read(sample("camt053_own.xml"))
    [from_swift] = read(sample("mt940_own.sta"))
    [from_csv] = read(sample("bank_statement_own.csv"), account="7111123456789")
    first = [each.lines[0] for each in (from_xml, from_swift, from_csv)]
    assert {line.key for line in first} == {first[0].key}
    assert {(line.amount_vnd, line.bank_reference) for line in first} == {
        (5_000_000, "FT26326ABC123")
    }
    assert {each.account for each in (from_xml, from_swift, from_csv)} == {"7111123456789"}
    assert (from_csv.opening_vnd, from_csv.closing_vnd) == (100_000_000, 108_000_000)
    assert [line.amount_vnd for line in from_csv.lines] == [
        5_000_000,
        5_000_000,
        3_000_000,
        -5_000_000,
    ]


def test_two_equal_transfers_of_one_day_stay_two() -> None:
    lines = [(5_000_000, "", "NOP PHAT"), (5_000_000, "", "NOP PHAT")]
    [statement] = read(camt(lines, account="1"))
    assert len({line.key for line in statement.lines}) == 2


BOMB = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><x>&b;</x></Document>"""
OUTSIDE = b"""<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document
xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><x>&x;</x></Document>"""
NO_NEWS = "\n:61:2611221122C5000000,NTRF//A"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_statement"),
        (b"\x00\x01", "not_a_statement"),
        (b"<html></html>", "not_a_statement"),
        (b"<Document", "not_a_statement"),
        (BOMB, "not_a_statement"),
        (OUTSIDE, "not_a_statement"),
        (b" " * (5 * 1024 * 1024 + 1), "too_large"),
        (camt([(5, "A", "x")], account="1").replace(b"VND", b"USD"), "other_currency"),
        (camt([(5, "A", "x")], account="1").replace(b"100000005", b"100000006"), "does_not_add_up"),
        (camt([(5, "A", "x")], account="1").replace(b">5<", b">5.5<"), "bad_amount"),
        (camt([(5, "A", "x")], account="1").replace(b"camt.053", b"camt.054"), "not_a_statement"),
        (camt([(5, "A", "x")], account=""), "no_account"),
        (camt([(5, "A", "x")], account="1").replace(b"2026-10-17", b"yesterday"), "bad_date"),
        (b":20:X\n:25:1\n:28C:1\n:60F:C261122VND100,\n:62F:C261122VND105,\n", "does_not_add_up"),
        (b":20:X\n:25:1\n", "no_balances"),
        (b"Ngay GD;So CT;Ghi no;Ghi co;So du;Noi dung\n", "no_lines"),
        (b"a;b;c\n1;2;3\n", "not_a_statement"),
        (
            b"Ngay GD;So CT;Ghi no;Ghi co;So du;Noi dung\n22/11/2026;A;;5;105;x\n"
            b"22/11/2026;B;;5;111;x\n",
            "does_not_add_up",
        ),
        (
            b"Ngay GD;So CT;Ghi no;Ghi co;So du;Noi dung\n31/02/2026;A;;5;105;x\n",
            "bad_date",
        ),
        (
            b"Ngay GD;So CT;Ghi no;Ghi co;So du;Noi dung\n22/11/2026;A;5;5;105;x\n",
            "bad_amount",
        ),
    ],
)  # fmt: skip
def test_what_is_no_statement_or_does_not_add_up_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(content, account="1")
    assert refusal.value.code == code


def test_ten_thousand_lines_are_read_in_five_seconds() -> None:
    lines = [(1_000 + number, f"FT{number}", "NOP PHAT") for number in range(10_000)]
    content = camt(lines, account="1")
    began = time.process_time()
    [statement] = read(content)
    assert time.process_time() - began < 5
    assert len(statement.lines) == 10_000


# References ---------------------------------------------------------------------------------------


def test_a_reference_survives_a_bank_and_a_wrong_symbol_never_matches() -> None:
    reference = references.new()
    compact = references.compact(reference)
    for text in (
        reference,
        compact.lower(),
        f"QDXP{compact}NGUYENVANAN",
        f"nop phat {compact[:5]} {compact[5:]} FT2632",
        f"MBVCB.123.{compact.replace('0', 'O').replace('1', 'l')}.CT tu 01",
    ):
        assert reference in list(references.found_in(text)), text
    assert not list(references.found_in(compact[:-1]))
    for place in range(2, 12):
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if other != compact[place]:
                wrong = compact[:place] + other + compact[place + 1 :]
                assert reference not in list(references.found_in(wrong))


# Reading in, and matching -------------------------------------------------------------------------


@pytest.fixture
def accountant(place):
    return officer("mai", "Vũ Thanh Mai", "Accountant", place.unit)


@pytest.fixture
def second(place):
    return officer("an", "Lý Bình An", "Accountant", place.unit)


@pytest.fixture
def case(place) -> Violation:
    return case_at("served", place)


@pytest.fixture
def attempt(case, browser) -> PaymentAttempt:
    look_up(browser, case)
    return start_payment(browser)


@pytest.fixture
def bank(place, accountant, case):
    """Return what reads lines in for the account of the case."""
    account = case.decision.beneficiary.account

    def read_lines(*lines, **more):
        return read_in(place, accountant, lines, at=NOW, account=account, **more)

    return read_lines


def status(case: Violation) -> str:
    return Violation.objects.get(pk=case.pk).status


def balanced() -> bool:
    return sum(LedgerEntry.objects.values_list("amount_vnd", flat=True)) == 0


def the_line() -> StatementLine:
    return StatementLine.objects.get()


def test_a_transfer_with_our_reference_and_sum_pays_and_closes(bank, case, attempt):
    text = f"QDXP {references.compact(attempt.merchant_reference)}".lower()
    assert bank((FINE, "FT1", text)).matched == 1
    assert status(case) == "closed"
    assert Payment.objects.get().provider == "bank"
    account = importing.bank_account(case.decision.beneficiary.account)
    assert payments.balance_of(account) == FINE
    assert payments.balance_of("liability:unmatched") == 0
    assert payments.balance_of("clearing:bank") == 0
    assert balanced()


def test_the_same_file_twice_and_an_overlapping_one_are_nothing_twice(bank, case, attempt):
    text = references.compact(attempt.merchant_reference)
    assert bank((FINE, "FT1", text)).new == 1
    again = bank((FINE, "FT1", text))
    assert (again.new, again.was_known) == (0, True)
    overlapping = bank((FINE, "FT1", text), (7, "FT2", "x"), number="STM-2")
    assert (overlapping.new, overlapping.known) == (1, 1)
    assert Payment.objects.count() == 1
    assert StatementLine.objects.count() == 2


def test_a_statement_number_read_in_before_changes_nothing(bank):
    bank((7, "FT1", "x"))
    assert bank((8, "FT2", "y")).new == 0
    assert StatementImport.objects.count() == 1


def test_another_units_account_is_refused(place, accountant, case):
    with pytest.raises(Refused, match="not one of your unit"):
        read_in(place, accountant, [(7, "A", "x")], at=NOW, account="999")
    assert not StatementImport.objects.exists()


def test_another_sum_waits_at_the_desk(bank, case, attempt):
    assert bank((5_000_000, "FT1", attempt.merchant_reference)).matched == 0
    [found] = matching.candidates(the_line())
    assert found.decision == case.decision
    assert "smaller" in " ".join(found.reasons)
    assert status(case) == "served"
    assert payments.balance_of("liability:unmatched") == -5_000_000


def test_a_second_transfer_for_a_paid_decision_waits_and_becomes_a_surplus(
    bank, case, attempt, accountant, second
):
    tell_paid = told(attempt)
    from django.test import Client

    tell(Client(), tell_paid)
    translation.activate("en")  # the bank's request ended with the language of the portal
    bank((FINE, "FT9", attempt.merchant_reference))
    line = the_line()
    [found] = matching.candidates(line)
    assert "surplus" in " ".join(found.reasons)
    made = matches.match(
        line.pk, kind="payment", rule="reference", decision=found.decision,
        by_user=accountant.user, at=NOW,
    )  # fmt: skip
    assert made.state == "proposed", "a large sum waits for a second person"
    with pytest.raises(Refused, match="another person"):
        matches.check(made.pk, agrees=True, by_user=accountant.user, at=NOW)
    matches.check(made.pk, agrees=True, by_user=second.user, at=NOW)
    assert payments.balance_of("liability:unapplied") == -FINE
    assert balanced()


def test_the_decisions_number_the_sum_and_the_name_only_suggest(bank, case):
    number = paper(case, "MQD02").number
    assert bank((FINE, "FT1", f"NOP PHAT QD {number}"), name="TRAN VAN HIEU").matched == 0
    [found] = matching.candidates(the_line())
    assert found.rule == "decision_number"
    assert "The payer's name is the offender's." in found.reasons


def test_the_plate_and_the_sum_only_suggest(bank, case):
    assert bank((FINE, "FT1", "nop phat xe 51k 208.64")).matched == 0
    [found] = matching.candidates(the_line())
    assert (found.rule, found.decision) == ("plate", case.decision)


def test_a_gateways_own_number_brings_its_payment_into_the_account(bank, case, attempt):
    from django.test import Client

    tell(Client(), told(attempt))
    assert bank((FINE, "FT5", "VNPAY TT 14422574 NOP PHAT")).matched == 1
    assert Payment.objects.count() == 1
    assert payments.balance_of("clearing:vnpay") == 0
    assert LineMatch.objects.get().kind == "remitted"


def test_a_debit_that_names_its_credit_takes_the_payment_back(bank, case, attempt, accountant):
    bank((FINE, "FT26326ABC124", attempt.merchant_reference))
    assert status(case) == "closed"
    bank((-FINE, "FT26326ABC141", "HOAN TRA FT26326ABC124"), number="STM-2", opening=119_000_000)
    line = StatementLine.objects.get(amount_vnd=-FINE)
    [found] = matching.candidates(line)
    assert (found.kind, found.is_sure) == ("returned", False)
    made = matches.match(
        line.pk, kind="returned", rule="bank_number", payment=found.payment,
        by_user=None, at=NOW,
    )  # fmt: skip
    assert status(case) == "served"
    assert payments.balance_of("receivable:fine") == FINE
    assert payments.balance_of("clearing:bank") == 0
    with pytest.raises(Refused, match="cannot be unmatched"):
        matches.unmatch(made.pk, reason="x", by_user=accountant.user, at=NOW)


def test_an_unmatch_is_a_row_of_its_own_and_the_line_can_be_matched_anew(
    bank, place, case, attempt, accountant
):
    other = case_at("served", place, plate="51K20865")
    bank((FINE, "FT1", attempt.merchant_reference))
    first = LineMatch.objects.get()
    matches.unmatch(first.pk, reason="nhầm quyết định", by_user=accountant.user, at=NOW)
    first.refresh_from_db()
    assert (first.state, first.undone_by.kind) == ("undone", "undoing")
    assert status(case) == "served"
    assert payments.balance_of("liability:unmatched") == -FINE
    matches.match(the_line().pk, kind="payment", rule="hand", decision=other.decision,
                  by_user=None, at=NOW)  # fmt: skip
    assert status(other) == "closed"
    assert Payment.objects.count() == 2
    assert balanced()


def test_a_line_is_matched_once_and_only_as_what_it_can_be(bank, case, accountant):
    bank((FINE, "FT1", "x"))
    line = the_line()
    for kind in ("returned", "refunded", "undoing", "remitted"):
        with pytest.raises(Refused):
            matches.match(line.pk, kind=kind, rule="hand", decision=case.decision, at=NOW)
    with pytest.raises(Refused):
        matches.match(line.pk, kind="aside", rule="hand", reason=" ", at=NOW)
    matches.match(line.pk, kind="aside", rule="hand", reason="phí ngân hàng", at=NOW)
    with pytest.raises(Refused, match="matched already"):
        matches.match(line.pk, kind="payment", rule="hand", decision=case.decision, at=NOW)


def test_a_reviewing_officer_matches_nothing(bank, place, case):
    bank((FINE, "FT1", "x"))
    with pytest.raises(Refused, match="Your role"):
        matches.match(
            the_line().pk, kind="payment", rule="hand", decision=case.decision,
            by_user=place.reviewer.user, at=NOW,
        )  # fmt: skip


def test_a_gap_between_statements_is_told(bank):
    bank((7, "A", "x"))
    outcome = bank((8, "B", "x"), number="STM-3", opening=200_000_000, on=ON + timedelta(days=2))
    assert not outcome.follows_on


def test_the_daily_report_names_every_difference(bank, case, attempt, accountant):
    from django.test import Client

    tell(Client(), told(attempt))
    translation.activate("en")
    bank((123_456, "FT7", "khong ro"))
    today = date(2026, 10, 17)
    report = daily_report.report(today, user=accountant.user, today=today + timedelta(days=9))
    assert [
        (row.provider, row.told_vnd, row.booked_vnd, row.in_account_vnd) for row in report.rows
    ] == [("vnpay", FINE, FINE, 0)]
    assert report.ledger_sum_vnd == 0
    kinds = {row.kind: row.amount_vnd for row in report.differences}
    assert kinds == {
        "Booked, and not in the account after three days": FINE,
        "A line belongs to nothing yet": 123_456,
    }


@pytest.mark.django_db(transaction=True)
def test_the_same_file_by_two_people_at_once_is_read_in_once(place, accountant, second, case):
    account = case.decision.beneficiary.account
    answers: list[importing.Outcome] = []

    def press(person) -> None:
        try:
            answers.append(read_in(place, person, [(7, "A", "x")], at=NOW, account=account))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(person,)) for person in (accountant, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer.new for answer in answers) == [0, 1]
    assert StatementLine.objects.count() == 1
