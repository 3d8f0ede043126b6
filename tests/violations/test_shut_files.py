"""A file stays shut for who judges its case, at every door, and the words never say which look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.journeys import World, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.looking_twice import answered, first, second
from violations import review_candidates
from violations.models import AccessEntry, KnownCase, Lease, Officer, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
__all__ = ["clock", "place"]


@pytest.fixture
def case(place: World, settings: Any) -> Violation:
    """Make a verified case that waits for a blind second look."""
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0) | {"accepted": 1000}
    found = case_at("detected", place)
    assert first(found, place.reviewer) is not None
    return Violation.objects.get(pk=found.pk)


def held(case: Violation, by: Officer, role: str) -> Lease:
    return Lease.objects.create(
        case=case,
        officer=by,
        role=role,
        acquired_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(minutes=10),
    )


def known(case: Violation, place: World) -> KnownCase:
    return KnownCase.objects.create(
        case=case,
        choice="verify",
        plate=case.plate,
        basis="hai người cùng kết luận",
        chosen_by=place.supervisor,
        chosen_at=NOW,
        retires_on=NOW.date() + timedelta(days=90),
    )


def page(name: str) -> Callable[[Violation], str]:
    return lambda case: reverse(f"violations:{name}", args=[case.number])


def redaction(case: Violation) -> str:
    picture = case.detection.evidence.filter(role__startswith="overview").first()
    return reverse("violations:redact", args=[picture.pk])


DOORS = {
    "case": page("case"),
    "act": lambda case: reverse("violations:case_act", args=[case.number, "ask_second_look"]),
    "session": page("session"),
    "pictures of a session": page("session_evidence"),
    "pack": page("evidence_pack"),
    "redaction": redaction,
    "admin": lambda case: reverse("admin:violations_violation_change", args=[case.pk]),
}
LISTS = {
    "cases": ("admin:violations_violation_changelist", {}),
    "number": ("admin:violations_violation_changelist", {"q": "VP"}),
    "status": ("admin:violations_violation_changelist", {"status": "verified"}),
    "history": ("admin:violations_caseevent_changelist", {}),
    "papers": ("admin:notices_notice_changelist", {}),
    "api": ("violation-list", {}),
}


def asked(client: Client, address: str) -> Any:
    with override("en"):
        return client.get(address, follow=True, headers={"accept-language": "en"})


@pytest.mark.parametrize("door", DOORS)
def test_who_may_be_asked_to_look_again_finds_the_file_shut(
    case: Violation, place: World, door: str
) -> None:
    answer = asked(signed_in(place.second_reviewer), DOORS[door](case))
    assert answer.status_code == 403
    assert "may still be given to you" in answer.content.decode()
    assert place.reviewer.user.full_name not in answer.content.decode()
    assert not AccessEntry.objects.filter(actor=place.second_reviewer.user).exists()


@pytest.mark.parametrize("role", ["first", "second", "known"])
@pytest.mark.parametrize("door", DOORS)
def test_who_holds_a_case_decides_it_first_whatever_the_look_is_for(
    place: World, settings: Any, door: str, role: str
) -> None:
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0)
    case = case_at("detected" if role == "first" else "notified", place)
    if role == "known":
        known(case, place)
    held(case, place.second_reviewer, role)
    answer = asked(signed_in(place.second_reviewer), DOORS[door](case))
    assert answer.status_code == 403
    assert "You are judging this case; decide it first." in answer.content.decode()


def shown(client: Client, name: str, case: Violation) -> bool:
    route, query = LISTS[name]
    address = "/api/v1/violations/" if route == "violation-list" else reverse(route)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return case.number in answer.content.decode()


@pytest.mark.parametrize("name", [name for name in LISTS if name != "papers"])
def test_no_list_tells_where_the_case_stands(case: Violation, place: World, name: str) -> None:
    assert not shown(signed_in(place.second_reviewer), name, case)
    assert shown(signed_in(place.reviewer), name, case)


@pytest.mark.parametrize("name", [name for name in LISTS if name != "status"])
def test_no_list_tells_the_answer_of_a_known_case_to_who_holds_it(place: World, name: str) -> None:
    case = case_at("notified", place)
    known(case, place)
    reader = signed_in(place.second_reviewer)
    assert shown(reader, name, case)
    held(case, place.second_reviewer, "known")
    assert not shown(reader, name, case)


def test_a_paper_is_not_opened_by_who_judges_its_case(place: World) -> None:
    case = case_at("notified", place)
    known(case, place)
    paper = case.events.exclude(notice=None).latest("sequence").notice
    held(case, place.second_reviewer, "known")
    address = reverse("violations:paper", args=[paper.pk])
    assert "decide it first" in asked(signed_in(place.second_reviewer), address).content.decode()


def test_between_the_verdict_and_its_effect_the_file_stays_shut(
    case: Violation, place: World
) -> None:
    second(case, place.second_reviewer, at=NOW)
    answer = asked(signed_in(place.second_reviewer), DOORS["case"](case))
    assert answer.status_code == 403
    assert "has not taken effect yet" in answer.content.decode()


def test_once_answered_the_file_is_open(case: Violation, place: World) -> None:
    answered(case, place.second_reviewer)
    answer = asked(signed_in(place.second_reviewer), DOORS["case"](case))
    assert answer.status_code == 200


def test_who_decides_no_look_reads_on(case: Violation, place: World) -> None:
    auditor = officer("kiem", "Đỗ Thị Kiểm", "Auditor", place.unit)
    for reader in (place.reviewer, place.supervisor, place.leader, auditor):
        assert asked(signed_in(reader), DOORS["case"](case)).status_code == 200


def test_the_review_page_itself_still_compares_with_the_register(
    case: Violation, place: World
) -> None:
    held(case, place.second_reviewer, "second")
    address = reverse("violations:review_register", args=[case.number])
    assert signed_in(place.second_reviewer).get(address).status_code == 200
    picture = case.detection.evidence.filter(role__startswith="overview").first()
    shown_there = reverse("violations:evidence", args=[picture.pk])
    assert signed_in(place.second_reviewer).get(shown_there).status_code == 200


def looks_for(person: Officer) -> list[Any]:
    found = review_candidates.second_looks(person, violation_type="", at=NOW, most=9)
    return [case_id for case_id, _asked_at in found]


def looked_up(case: Violation, person: Officer, what: str) -> None:
    AccessEntry.objects.create(case=case, what=what, actor=person.user, level="staff", at=NOW)


@pytest.mark.parametrize(("what", "drawn"), [("case", False), ("paper", False), ("evidence", True)])
def test_who_has_read_the_file_is_not_given_the_second_look(
    case: Violation, place: World, what: str, drawn: bool
) -> None:
    assert looks_for(place.second_reviewer) == [case.pk]
    looked_up(case, place.second_reviewer, what)
    assert (looks_for(place.second_reviewer) == [case.pk]) is drawn


def test_who_has_read_the_file_is_not_given_the_known_case(place: World) -> None:
    case = case_at("notified", place)
    known(case, place)

    def given() -> bool:
        rows = review_candidates.known_cases(place.second_reviewer, violation_type="", at=NOW)
        return rows.filter(case=case).exists()

    assert given()
    looked_up(case, place.second_reviewer, "case")
    assert not given()


def test_the_api_does_not_tell_the_first_officer_that_a_look_was_drawn(
    case: Violation, place: World
) -> None:
    answer = signed_in(place.reviewer).get(f"/api/v1/violations/{case.number}/").json()
    assert [event["step"] for event in answer["events"]] == ["open", "verify"]
