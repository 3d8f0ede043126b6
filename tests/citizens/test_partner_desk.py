"""The page of partners: administrators press, each press has its reason, auditors read."""

from __future__ import annotations

import re

import pytest

from citizens.models import ApiClient, ApiKey, ClientChange, WebhookEndpoint
from citizens.partners import clients
from tests.citizens.conftest import clock, place
from tests.citizens.partners import REASON, Caller, administrators, agency
from tests.citizens.visits import case_at, text
from tests.violations.desk import signed_in

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LIST = "/can-bo/doi-tac/"


def english(person):
    return signed_in(person, headers={"accept-language": "en"})


def newest_on(page) -> str:
    return re.search(r'name="newest" value="([^"]*)"', text(page))[1]


def test_a_client_is_made_given_rights_by_two_and_a_key_that_is_shown_once(place, settings):
    case = case_at("notified", place)
    first, second = (english(person) for person in administrators(place))
    made = first.post(
        LIST,
        {
            "name": "Sở Xây dựng (mẫu)", "kind": "agency", "contact": "a@vidu.vn",
            "per_minute": "60", "per_day": "1000", "networks": "127.0.0.0/8", "reason": REASON,
        },
    )  # fmt: skip
    assert made.status_code == 302
    there = made["Location"]
    held = ApiClient.objects.get()

    for what, value in (("scope", "cases:read"), ("unit", place.unit.code)):
        sent = {"act": "ask_right", "what": what, "value": value, "reason": REASON}
        assert first.post(there, sent).status_code == 302
    asked = held.rights.first()
    own = first.post(there, {"act": "approve_right", "row": asked.pk, "reason": REASON})
    assert own.status_code == 409
    assert "another person must approve it" in text(own)
    assert "2 rights of partners wait" in text(second.get("/can-bo/"))
    for right in held.rights.all():
        sent = {"act": "approve_right", "row": right.pk, "reason": REASON}
        assert second.post(there, sent).status_code == 302

    press = {"act": "issue_key", "newest": newest_on(first.get(there)), "reason": REASON}
    shown = first.post(there, press)
    key = re.search(r"vpgt_[a-z2-7]{12}_[A-Za-z0-9_-]{43}", text(shown))[0]
    assert Caller(held, key).numbers() == [case.number]
    assert shown["Cache-Control"] == "no-store"
    assert key not in text(first.get(there))
    assert first.post(there, press).status_code == 409  # the second press of one page
    assert ApiKey.objects.count() == 1

    settings.WEBHOOK_OPEN_NETWORKS = True
    sent = {"act": "add_hook", "url": "http://127.0.0.1:9/x", "kinds": ["case.paid"],
            "reason": REASON}  # fmt: skip
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", text(first.post(there, sent)))[0]
    hook = WebhookEndpoint.objects.get()
    renewal = {"act": "rotate", "row": hook.pk, "version": "1", "reason": REASON}
    renewed = re.search(r"whsec_[A-Za-z0-9+/=]+", text(first.post(there, renewal)))[0]
    assert renewed != secret
    assert first.post(there, renewal).status_code == 409
    for act in ("stop_hook", "resume_hook", "send_again"):
        assert first.post(there, {"act": act, "row": hook.pk, "reason": REASON}).status_code == 302
    for act in ("revoke_key", "end_right"):
        row = {"revoke_key": held.keys, "end_right": held.rights}[act].first().pk
        assert first.post(there, {"act": act, "row": row, "reason": REASON}).status_code == 302
    limits = {"act": "limits", "per_minute": "6", "per_day": "60", "networks": "", "reason": REASON}
    assert first.post(there, limits).status_code == 302
    assert first.post(there, {"act": "revoke", "row": "", "reason": REASON}).status_code == 302
    whats = set(ClientChange.objects.values_list("what", flat=True))
    assert whats >= {"made", "right_approved", "key_issued", "hook_added", "revoked", "limits"}
    assert 'name="act"' not in text(first.get(there))


def test_nothing_is_done_without_a_reason_or_with_nonsense(place):
    held = agency(place).client
    there, first = f"{LIST}{held.pk}/", english(administrators(place)[0])
    for sent in (
        {"act": "issue_key", "newest": held.keys.get().prefix, "reason": " "},
        {"act": "limits", "per_minute": "0", "per_day": "1", "networks": "", "reason": REASON},
        {"act": "limits", "per_minute": "١", "per_day": "1", "networks": "", "reason": REASON},
        {"act": "limits", "per_minute": "1", "per_day": "1", "networks": "x", "reason": REASON},
        {"act": "ask_right", "what": "scope", "value": "all", "reason": REASON},
        {"act": "ask_right", "what": "plate", "value": "51K20864", "from_on": "x", "reason": "y"},
        {"act": "add_hook", "url": "https://10.0.0.1/", "kinds": ["case.paid"], "reason": REASON},
    ):
        answer = first.post(there, sent)
        assert answer.status_code == 409, sent
        assert "Not done." in text(answer)
    for sent in ({"act": "fly"}, {"act": "revoke_key", "row": "999999", "reason": REASON}, {}):
        assert first.post(there, sent).status_code == 404
    twice = {"name": held.name, "kind": "agency", "contact": "a@vidu.vn", "per_minute": "1",
             "per_day": "1", "networks": "", "reason": REASON}  # fmt: skip
    assert first.post(LIST, twice).status_code == 409
    assert first.post(LIST, twice | {"contact": "x"}).status_code == 409
    assert ApiClient.objects.count() == 1


def test_auditors_read_and_nobody_else_comes_in(place):
    held = agency(place).client
    there = f"{LIST}{held.pk}/"
    reader = english(place.auditor)
    assert reader.get(LIST).status_code == reader.get(there).status_code == 200
    assert 'name="act"' not in text(reader.get(there))
    sent = {"act": "issue_key", "reason": REASON}
    assert reader.post(there, sent).status_code == 409
    for person in (place.leader, place.reviewer, place.clerk):
        assert english(person).get(there).status_code == 403
    assert (
        english(place.auditor).get(f"{LIST}00000000-0000-4000-8000-000000000000/").status_code
        == 404
    )
    assert clients.reach_of(held).scopes
