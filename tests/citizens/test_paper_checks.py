"""Is this paper genuine: by its code, by its QR, when it was replaced, cancelled or forged."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from notices import stamp_keys
from notices.cose import sign1
from notices.models import Notice
from notices.stamp_claims import Claims, to_base32
from tests.citizens.visits import NOW, case_at, code_of, paper, text
from tests.journeys import World, acting
from tests.violations.remedying import noon
from violations import decision_changes
from violations.models import Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

QR = "/xac-minh/qr/"


def cancel(case: Violation, place: World) -> None:
    """Cancel a decision as officer and leader do."""
    on = date(2026, 10, 17)
    decision_changes.propose_change(
        case.pk,
        kind="cancelled",
        ground="wrong_person",
        text="Không đúng đối tượng.",
        by=acting(place.reviewer),
        at=noon(on),
    )
    decision_changes.sign_cancellation(case.pk, by=acting(place.leader), at=noon(on))


def ask(browser: Client, stamp: bytes | str) -> dict[str, object]:
    """Send a QR as the page does and return the verdict."""
    typed = stamp if isinstance(stamp, str) else to_base32(stamp)
    answer = browser.post(QR, {"stamp": typed})
    return json.loads(answer.content) | {"status": answer.status_code}


def test_the_qr_of_a_notice_is_genuine_and_names_no_money(client: Client, place: World) -> None:
    case = case_at("notified", place)
    notice = paper(case)
    found = ask(client, bytes(notice.stamp))
    assert found["verdict"] == "genuine"
    assert found["number"] == notice.number_text
    assert found["plate"] == case.plate_display
    assert (found["amount_vnd"], found["account"]) == (None, "")


def test_the_qr_of_a_decision_names_the_sum_and_the_account_of_the_state(
    client: Client, place: World
) -> None:
    case = case_at("decided", place)
    found = ask(client, bytes(paper(case, "MQD02").stamp))
    assert found["verdict"] == "genuine"
    assert found["amount_vnd"] == case.decision.fine_vnd
    assert found["account"] == paper(case, "MQD02").context["payment"]["account"]


def test_a_cancelled_decision_is_told_as_cancelled_by_code_and_by_qr(
    client: Client, place: World
) -> None:
    case = case_at("decided", place)
    decision = paper(case, "MQD02")
    cancel(case, place)
    assert ask(client, bytes(decision.stamp))["verdict"] == "cancelled"
    page = client.post(
        "/xac-minh/", {"code": code_of(case, "MQD02")}, headers={"accept-language": "en"}
    )
    assert "It was cancelled. Pay nothing on it." in text(page)


def test_signed_claims_that_were_never_printed_are_no_paper(client: Client, place: World) -> None:
    case = case_at("notified", place)
    notice = paper(case)
    key, private = stamp_keys.key_in_use(at=NOW)
    claims = Claims("TB0173", "9999/TB-KHONG", notice.unit_code, "51K-208.64", notice.issued_on)
    stamp = sign1(claims.as_map(), private, bytes.fromhex(key.kid))
    assert ask(client, stamp) == {"verdict": "unknown", "status": 200}


@pytest.mark.parametrize("stamp", ["A", "A" * 300, "1" * 200, "é" * 120, "<script>"])
def test_garbage_is_not_ours_and_shows_nothing(client: Client, place: World, stamp: str) -> None:
    assert ask(client, stamp)["verdict"] == "unknown"


def test_nothing_sent_is_answered_in_the_same_words(client: Client) -> None:
    answer = client.post(QR, {})
    assert (answer.status_code, answer.json()) == (400, {"verdict": "unknown"})


def test_false_qrs_use_up_the_share_of_a_network(client: Client, place: World) -> None:
    verdicts = [ask_status(client) for _try in range(11)]
    assert verdicts[:10] == [200] * 10
    assert verdicts[10] == 429


def ask_status(browser: Client) -> int:
    """Send a false QR and return the status of the answer."""
    return browser.post(QR, {"stamp": "A" * 200}).status_code


def test_a_qr_in_capitals_leads_to_the_page(client: Client) -> None:
    answer = client.get("/XAC-MINH/")
    assert (answer.status_code, answer["Location"]) == (302, "/xac-minh/")


def test_the_keys_are_published_without_their_private_halves(client: Client, place: World) -> None:
    case_at("notified", place)
    found = client.get("/.well-known/notice-keys.json").json()
    assert [set(key) for key in found["keys"]] == [{"kty", "crv", "kid", "x", "from", "until"}]
    assert found["units"]


def test_the_worker_for_use_without_a_network_is_served_for_both_spellings(client: Client) -> None:
    answer = client.get("/xac-minh/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert b"addEventListener" in b"".join(answer.streaming_content)


def test_every_notice_and_decision_is_stamped_when_it_is_issued(place: World) -> None:
    case_at("decided", place)
    stamped = dict(Notice.objects.values_list("kind", "stamp"))
    assert {kind for kind, stamp in stamped.items() if stamp} == {"TB0173", "MQD02"}
