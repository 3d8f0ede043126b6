"""An officer records what a person agreed to and took back; the case page tells it in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from citizens.models import ElectronicConsent
from notices import sending
from tests.citizens.electronic import EMAIL, agrees, decided, sent
from tests.citizens.visits import text
from tests.journeys import START, World, case_at, world
from tests.notices.message_catcher import BOTH_WAYS
from tests.violations.desk import signed_in
from violations.electronic_delivery import open_online
from violations.models import AccessEntry, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NOW = START + timedelta(days=5)


@pytest.fixture
def place(settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.MESSAGES = BOTH_WAYS
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return world()


@pytest.fixture
def case(place: World) -> Violation:
    return case_at("notified", place)


def page_of(case: Violation) -> str:
    return f"/can-bo/ho-so/{case.number}/nhan-dien-tu/"


def given(case: Violation, **changes: str) -> dict[str, str]:
    return {
        "act": "give",
        "person": str(case.parties.get(role="owner").pk),
        "by_account": "on",
        "email": EMAIL,
        "phone": "0912 345 678",
        "proof": "counter",
        "proof_text": "đơn số 12 ngày 17/10/2026",
    } | changes


def english(officer: Any) -> Any:
    return signed_in(officer, headers={"accept-language": "en"})


def test_an_officer_records_a_consent_and_its_end(case: Violation, place: World) -> None:
    client = english(place.reviewer)
    assert client.get(page_of(case)).status_code == 200
    assert client.post(page_of(case), given(case)).status_code == 302
    consent = ElectronicConsent.objects.get()
    assert (consent.email, consent.phone, consent.recorded_by) == (
        EMAIL, "+84912345678", place.reviewer,
    )  # fmt: skip
    page = text(client.get(page_of(case)))
    assert EMAIL in page
    assert "đơn số 12" in page
    back = {
        "act": "withdraw",
        "person": str(case.parties.get(role="owner").pk),
        "proof": "counter",
        "proof_text": "đơn số 13",
    }
    assert client.post(page_of(case), back).status_code == 302
    page = text(client.get(page_of(case)))
    assert "đơn số 13" in page
    assert "đơn số 12" in page
    assert AccessEntry.objects.filter(case=case, actor=place.reviewer.user).count() == 3


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"email": "ten@vidu.vn\r\nBcc: x"}, 422, "no e-mail address"),
        ({"phone": "123"}, 422, "mobile number"),
        ({"proof_text": ""}, 422, "Number and day"),
        ({"email": "", "phone": ""}, 409, "one-time code"),
        ({"proof": "session"}, 409, "signed paper"),
        ({"person": "999999999"}, 422, "Select a valid choice"),
    ],
)
def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(
    case: Violation, place: World, changes: dict[str, str], status: int, says: str
) -> None:
    answer = english(place.reviewer).post(page_of(case), given(case, **changes))
    assert answer.status_code == status
    assert says in text(answer)
    assert not ElectronicConsent.objects.exists()


def test_only_who_records_service_opens_the_page(case: Violation, place: World) -> None:
    for officer in (place.clerk, place.leader, place.auditor, place.technician):
        assert signed_in(officer).get(page_of(case)).status_code == 403
    assert signed_in(place.reviewer).post(page_of(case), {"act": "x"}).status_code == 404


def test_the_case_page_tells_the_ways_and_what_became_of_them(place: World) -> None:
    paper = decided(place, email=EMAIL)
    sent(paper)
    case = Violation.objects.get(decision__notice=paper)
    client = english(place.reviewer)
    page = text(client.get(f"/can-bo/ho-so/{case.number}/"))
    assert "Electronic first" in page
    assert "In the inbox, not opened yet" in page
    assert "Sent: it says that a paper waits" in page
    assert page_of(case) in page
    assert EMAIL not in page
    sending.send_unopened_on_paper(working_days=3, at=NOW + timedelta(days=9))
    assert open_online(paper.pk, proof="mã một lần abc", at=NOW + timedelta(days=9))
    with translation.override("en"):
        page = text(client.get(f"/can-bo/ho-so/{case.number}/"))
    assert "Opened by the person" in page
    assert "Not opened online within 3 working days" in page or "làm việc" in page


def test_without_a_consent_the_case_page_says_by_post(case: Violation, place: World) -> None:
    page = text(english(place.reviewer).get(f"/can-bo/ho-so/{case.number}/"))
    assert "by post: no consent" in page
    agrees(case, place, email=EMAIL)
    page = text(english(place.reviewer).get(f"/can-bo/ho-so/{case.number}/"))
    assert "by post: no consent" not in page
