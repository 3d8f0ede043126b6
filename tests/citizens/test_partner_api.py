"""Partners ask by machine: what each may see, how often, and what it is told when it may not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from citizens.models import ApiKey, ApiUse, ClientChange
from citizens.partners import clients, keys
from citizens.tasks import forget_api_uses
from tests.citizens.conftest import clock, place
from tests.citizens.partners import (
    REASON,
    Caller,
    administrators,
    agency,
    client,
    fleet,
    grant,
    key_of,
)
from tests.citizens.visits import NOW, PLATE, case_at
from tests.violations.desk import signed_in
from violations.guards import Refused
from violations.models import AccessEntry

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OTHERS = "30F25658"


def problem_of(answer) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["title"]
    return body


# Who sees what -----------------------------------------------------------------------------------


def test_an_agency_sees_the_cases_of_its_unit_from_the_notice_on(place):
    shown = [case_at(status, place, plate=None) for status in ("notified", "decided")]
    for status in ("detected", "verified", "owner_identified"):
        case_at(status, place, plate=None)
    asking = agency(place)
    assert asking.numbers() == [case.number for case in reversed(shown)]
    assert agency(place, unit=place.other_unit.code, name="nơi khác").numbers() == []
    assert agency(place, unit="*", name="cả nước").numbers() == asking.numbers()


def test_a_fleet_sees_its_own_vehicles_on_the_days_it_owned_them(place):
    ours, others = case_at("served", place), case_at("served", place, plate=OTHERS)
    asking = fleet(place, "51K-208.64")
    assert asking.numbers() == [ours.number]
    assert asking.get(f"violations/{others.number}/").status_code == 404
    sold = client(place, "fleet", name="đã bán xe")
    grant(place, sold, "scope", "cases:read")
    before = ours.occurred_on - timedelta(days=1)
    grant(place, sold, "plate", PLATE, from_on=date(2020, 1, 1), until_on=before)
    assert Caller(sold, key_of(place, sold)).numbers() == []


def test_what_was_never_published_does_not_exist_for_a_partner(place):
    hidden = case_at("verified", place)
    for asking in (agency(place), fleet(place, PLATE)):
        answer = asking.get(f"violations/{hidden.number}/")
        assert answer.status_code == 404
        assert hidden.plate not in answer.content.decode()


def test_no_person_stands_in_any_answer(place):
    case = case_at("served", place)
    asking = agency(place)
    for path in (f"violations/{case.number}/", f"violations/{case.number}/money/", "events/"):
        told = asking.get(path).content.decode()
        for party in case.parties.all():
            for secret in (party.full_name, party.identity_number, party.address, party.phone):
                assert secret not in told


def test_a_partner_is_told_milestones_and_no_looks(place):
    case = case_at("decided", place)
    told = agency(place).get(f"violations/{case.number}/").json()["events"]
    assert [event["to_status"] for event in told] == ["notified", "recorded", "decided"]


def test_money_is_told_from_the_decision_on(place):
    served, noticed = case_at("served", place), case_at("notified", place, plate=None)
    asking = agency(place)
    told = asking.get(f"violations/{served.number}/money/").json()
    assert told["fine_vnd"] == served.decision.fine_vnd
    assert told["remaining_vnd"] == told["fine_vnd"] + told["late_charge_vnd"] - told["paid_vnd"]
    assert asking.get(f"violations/{noticed.number}/money/").status_code == 404


def test_each_scope_opens_its_own_address_alone(place):
    case = case_at("served", place)
    paths = {
        "cases:read": "violations/",
        "events:read": "events/",
        "payments:read": f"violations/{case.number}/money/",
        "figures:read": "figures/",
    }
    assert paths.keys() == clients.scopes_for("agency").keys()
    for number, scope in enumerate(paths):
        asking = agency(place, scopes=(scope,), name=f"một quyền {number}")
        answers = {path: asking.get(path).status_code for path in paths.values()}
        assert answers == {path: 200 if path == paths[scope] else 403 for path in paths.values()}


# Keys --------------------------------------------------------------------------------------------


NO_KEYS = [
    "Bearer",
    "Bearer x",
    "Basic eA==",
    "Bearer vpgt_aaaaaaaaaaaa_" + "A" * 43,
    "Bearer vpgt_AAAAAAAAAAAA_" + "A" * 43,
    "Bearer ' OR 1=1 --",
    "Bearer vpgt_aaaaaaaaaaaa_" + "Ａ" * 43,
    "Bearer " + "A" * 5000,
]


def test_a_key_that_is_none_opens_nothing_and_tells_nothing(place):
    asking = agency(place)
    for sent in NO_KEYS:
        answer = asking.get("violations/", authorization=sent)
        assert answer.status_code == 401, sent
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert "vpgt_a" not in str(problem_of(answer))


def test_a_wrong_secret_and_a_prefix_nobody_has_are_told_alike(place):
    asking = agency(place)
    wrong = asking.key[:-1] + ("A" if asking.key[-1] != "A" else "B")
    nobodys = "vpgt_aaaaaaaaaaaa_" + "A" * 43
    told = [
        problem_of(asking.get("violations/", authorization=f"Bearer {key}"))
        for key in (wrong, nobodys)
    ]
    assert told[0] == told[1]


def test_a_key_ends_when_it_is_revoked_or_its_day_has_come(place, clock):
    asking = agency(place)
    first = administrators(place)[0].user
    key = ApiKey.objects.get(client=asking.client)
    keys.revoke(key, reason=REASON, by=first, at=NOW)
    assert "revoked" in problem_of(asking.get("violations/"))["detail"]
    asking.key = key_of(place, asking.client)
    clock(NOW + keys.LASTS)
    assert "expired" in problem_of(asking.get("violations/"))["detail"]
    clock(NOW)
    clients.revoke(asking.client, reason=REASON, by=first, at=NOW)
    assert asking.get("violations/").status_code == 401
    with pytest.raises(Refused):
        key_of(place, asking.client)


def test_the_key_before_works_for_a_week_beside_the_new_one(place, clock):
    asking = agency(place)
    former, asking.key = asking.key, key_of(place, asking.client)
    for key in (former, asking.key):
        assert asking.get("violations/", authorization=f"Bearer {key}").status_code == 200
    clock(NOW + keys.OVERLAP)
    assert asking.get("violations/", authorization=f"Bearer {former}").status_code == 401
    assert asking.get("violations/").status_code == 200


def test_the_database_holds_no_key_and_its_user_no_way_to_change_one(place):
    asking = agency(place)
    kept = ApiKey.objects.get(client=asking.client)
    assert asking.key.encode() not in bytes(kept.secret_digest)
    assert kept.prefix == asking.key.split("_")[1]
    with pytest.raises(IntegrityError, match="citizens_apikey"), transaction.atomic():
        ApiKey.objects.filter(pk=kept.pk).update(secret_digest=bytes(32))


def test_a_key_counts_only_from_its_networks(place):
    asking = agency(place, networks=clients.read_networks("127.0.0.0/8, 2001:db8::/32"))
    assert asking.get("violations/").status_code == 200
    asking.client.networks = ["203.0.113.0/24"]
    asking.client.save()
    assert "network" in problem_of(asking.get("violations/"))["detail"]
    for wrong in ("300.1.1.1", "1.2.3.4/99", "１.2.3.4", "example.vn"):
        with pytest.raises(Refused):
            clients.read_networks(wrong)


# Rights take two people --------------------------------------------------------------------------


def test_a_right_counts_once_another_person_has_approved_it(place):
    held = client(place)
    first, second = (person.user for person in administrators(place))
    asked = clients.ask_right(held, "scope", "cases:read", reason=REASON, by=first, at=NOW)
    assert clients.reach_of(held).scopes == frozenset()
    with pytest.raises(Refused, match=r"[Aa]nother person|người khác"):
        clients.approve_right(asked, reason=REASON, by=first, at=NOW)
    asked.approved_by, asked.approved_at = first, NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()
    clients.approve_right(asked, reason=REASON, by=second, at=NOW)
    assert clients.reach_of(held).scopes == {"cases:read"}
    clients.end_right(asked, reason=REASON, by=first, at=NOW)
    assert clients.reach_of(held).scopes == frozenset()
    whats = list(ClientChange.objects.filter(client=held).values_list("what", flat=True))
    assert whats == ["right_ended", "right_approved", "right_asked", "made"]


NO_RIGHTS = [
    ("agency", "scope", "cases:write", {}),
    ("agency", "unit", "KHONG-CO", {}),
    ("agency", "plate", PLATE, {"from_on": date(2020, 1, 1)}),
    ("fleet", "unit", "*", {}),
    ("fleet", "plate", PLATE, {}),
    ("fleet", "plate", "'; DROP TABLE", {"from_on": date(2020, 1, 1)}),
    ("fleet", "plate", PLATE, {"from_on": date(2022, 1, 1), "until_on": date(2021, 1, 1)}),
]


def test_a_right_that_makes_no_sense_is_refused(place):
    first = administrators(place)[0].user
    held = {kind: client(place, kind) for kind in ("agency", "fleet")}
    for kind, what, value, period in NO_RIGHTS:
        with pytest.raises(Refused):
            clients.ask_right(held[kind], what, value, reason=REASON, by=first, at=NOW, **period)


def test_only_administrators_manage_and_never_without_a_reason(place):
    held = client(place)
    for person, reason in ((place.leader.user, REASON), (place.administrator.user, "  ")):
        with pytest.raises(Refused):
            keys.issue(held, reason=reason, by=person, at=NOW)


# Quotas ------------------------------------------------------------------------------------------


def test_a_quota_is_counted_told_and_holds(place, clock):
    asking = agency(place, per_minute=2)
    answer = asking.get("violations/")
    assert '"api-minute";q=2;w=60' in answer["RateLimit-Policy"]
    assert '"api-minute";r=1;t=' in answer["RateLimit"]
    asking.get("events/")
    refused = asking.get("violations/")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert '"api-minute";r=0' in refused["RateLimit"]
    problem_of(refused)
    clock(NOW + timedelta(seconds=61))
    assert asking.get("violations/").status_code == 200
    assert agency(place, name="khác").get("violations/").status_code == 200


def test_bad_keys_are_counted_against_their_network(place, monkeypatch):
    from citizens.limits import Limit
    from citizens.partners import authentication

    monkeypatch.setattr(authentication, "BAD_KEYS", (Limit("bad-key-quarter", 3, 900),))
    asking = agency(place)
    answers = [asking.get("violations/", authorization="Bearer x").status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]
    assert asking.get("violations/").status_code == 200  # nobody is locked out by a neighbour


# The log -----------------------------------------------------------------------------------------


def test_every_call_is_written_down_and_forgotten_after_ninety_days(place, clock):
    case = case_at("served", place)
    asking = agency(place)
    asking.get("violations/")
    asking.get(f"violations/{case.number}/")
    asking.get("violations/VP-26-999999/")
    rows = ApiUse.objects.order_by("pk").values_list("route", "status", "shown", "case")
    assert list(rows) == [
        ("CaseList", 200, 1, None),
        ("OneCase", 200, 1, case.pk),
        ("OneCase", 404, 0, None),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiUse.objects.update(status=200)
    clock(NOW + timedelta(days=89))
    forget_api_uses()
    assert ApiUse.objects.count() == 3
    clock(NOW + timedelta(days=91))
    forget_api_uses()
    assert ApiUse.objects.count() == 0


def test_the_person_is_told_which_client_looked(place):
    from citizens.looks import looks_at

    case = case_at("served", place)
    agency(place, name="Sở Xây dựng (mẫu)").get(f"violations/{case.number}/")
    assert "Sở Xây dựng (mẫu)" in [line.who for line in looks_at(case).lines]


def test_a_look_of_staff_through_the_api_is_in_the_access_log(place):
    case = case_at("served", place)
    assert signed_in(place.leader).get(f"/api/v1/violations/{case.number}/").status_code == 200
    entry = AccessEntry.objects.get(case=case, actor=place.leader.user)
    assert (entry.what, entry.level) == ("case", "staff")
