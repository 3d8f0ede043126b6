"""A consent is proved, is one, and ends with its proof; the database holds what the acts promise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import translation

from citizens import consents
from citizens.models import ElectronicConsent
from tests.citizens.electronic import EMAIL, PHONE, agrees, takes_back
from tests.journeys import START, World, acting, case_at, world
from violations.electronic_delivery import contacts_of
from violations.guards import Refused
from violations.models import SessionDocument, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = START + timedelta(days=4)


@pytest.fixture
def place() -> World:
    return world()


@pytest.fixture
def case(place: World) -> Violation:
    return case_at("notified", place)


def test_a_consent_names_no_person_and_keeps_plain_contacts(case: Violation, place: World) -> None:
    given = agrees(case, place, email=" Hieu.Tran@ViDu.VN ", phone="0912 345 678")
    given.refresh_from_db()
    assert (given.email, given.phone) == (EMAIL, "+84912345678")
    owner = case.parties.get(role="owner")
    assert owner.identity_number.encode() not in bytes(given.person_digest)
    assert len(bytes(given.person_digest)) == 32
    assert given.routes == {"account", "email", "sms"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"by_account": False, "phone": PHONE}, "brings no paper"),
        ({}, "one-time code"),
        ({"email": "ten@vidu.vn\r\nBcc: x@y.vn"}, "no e-mail address"),
        ({"phone": "02412345678"}, "mobile number"),
        ({"email": EMAIL, "proof_text": " "}, "needs its proof"),
        ({"email": EMAIL, "proof": "account"}, "needs its proof"),
        ({"email": EMAIL, "proof": "session"}, "signed paper"),
    ],
)
def test_a_consent_that_cannot_be_used_or_proved_is_refused(
    case: Violation, place: World, changes: dict[str, Any], why: str
) -> None:
    with translation.override("en"), pytest.raises(Refused, match=why):
        agrees(case, place, **changes)
    assert not ElectronicConsent.objects.exists()


def test_a_paper_of_the_session_proves_it_and_anothers_does_not(
    case: Violation, place: World
) -> None:
    other = case_at("notified", place)
    papers = [
        SessionDocument.objects.create(
            case=each,
            kind="other",
            description="phiếu đồng ý",
            received_by=place.reviewer,
            received_at=START + timedelta(hours=2),
        )
        for each in (case, other)
    ]
    with pytest.raises(Refused):
        agrees(case, place, email=EMAIL, proof="session", document=papers[1])
    given = agrees(case, place, email=EMAIL, proof="session", document=papers[0])
    assert given.document == papers[0]


def test_who_may_not_serve_and_who_is_of_another_unit_records_nothing(
    case: Violation, place: World
) -> None:
    for officer in (place.clerk, place.other_leader, place.auditor):
        with pytest.raises(Refused):
            consents.give(
                case, case.parties.get(role="owner"), by_account=True, email=EMAIL, phone="",
                proof="counter", proof_text="đơn", by=acting(officer), at=LATER,
            )  # fmt: skip


def test_a_new_consent_ends_the_former_one_and_both_stay(case: Violation, place: World) -> None:
    first = agrees(case, place, email=EMAIL)
    second = agrees(case, place, phone=PHONE, at=LATER)
    first.refresh_from_db()
    assert (first.withdrawn_at, second.withdrawn_at) == (LATER, None)
    assert consents.history(case.parties.get(role="owner")) == [second, first]


def test_a_consent_serves_every_case_of_the_person_and_no_other_person(
    case: Violation, place: World
) -> None:
    agrees(case, place, email=EMAIL)
    same, company = case_at("notified", place), case_at("notified", place, owner="organisation")
    assert contacts_of(same, LATER)[0].routes
    assert not contacts_of(company, LATER)[0].routes


def test_what_was_taken_back_stays_taken_back(case: Violation, place: World) -> None:
    agrees(case, place, email=EMAIL)
    gone = takes_back(case, place, at=LATER)
    assert gone.withdrawn_by == place.reviewer
    with pytest.raises(Refused):
        takes_back(case, place, at=LATER)
    for change in (
        {"withdrawn_at": None, "withdrawal_proof": "", "withdrawal_text": "", "withdrawn_by": None},
        {"withdrawn_at": LATER + timedelta(days=1)},
        {"email": "khac@vidu.vn"},
        {"person_digest": b"0" * 32},
        {"proof_text": "khác"},
    ):
        with pytest.raises(Error), transaction.atomic():
            ElectronicConsent.objects.filter(pk=gone.pk).update(**change)
    with pytest.raises(Error), transaction.atomic():
        gone.delete()
    # Retention may blank where messages went.
    assert ElectronicConsent.objects.filter(pk=gone.pk).update(email="", phone="") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"by_account": False, "email": "", "phone": "+84912345678"},
        {"email": "", "phone": ""},
        {"email": "ten@vidu.vn\r\nBcc: x"},
        {"email": "hai@vidu.vn, ba@vidu.vn"},
        {"phone": "0912345678"},
        {"proof_text": ""},
        {"recorded_by": None},
        {"proof": "session"},
        {"withdrawn_at": START},
    ],
)
def test_the_database_refuses_half_a_consent(
    case: Violation, place: World, changes: dict[str, Any]
) -> None:
    whole = {
        "person_digest": b"1" * 32,
        "by_account": True,
        "email": EMAIL,
        "phone": "",
        "given_at": START,
        "proof": "counter",
        "proof_text": "đơn",
        "case": case,
        "recorded_by": place.reviewer,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ElectronicConsent.objects.create(**whole | changes)
    ElectronicConsent.objects.create(**whole)


def test_two_consents_of_one_person_are_never_in_force(case: Violation, place: World) -> None:
    given = agrees(case, place, email=EMAIL)
    given.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        ElectronicConsent.objects.create(
            person_digest=given.person_digest,
            email=EMAIL,
            given_at=START,
            proof="counter",
            proof_text="đơn",
            recorded_by=place.reviewer,
        )
