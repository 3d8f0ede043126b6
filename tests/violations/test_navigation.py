"""What each role finds: tabs, workbench, lists; quick at any size, and closed to everybody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from notices.models import CalendarDay, CalendarYear
from tests.journeys import START, World, acting, case_at
from tests.violations.desk import NOW, clock, place, signed_in
from violations import actions
from violations.admin.big_admin import CappedPaginator
from violations.admin.words import age
from violations.models import (
    AccessEntry,
    Beneficiary,
    CaseDeadline,
    CaseEvent,
    Draft,
    LedgerTransaction,
    Officer,
    Payment,
    ReviewDecision,
    Violation,
)

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

CASES = "/quan-tri/violations/violation/"
TABS = {
    "reviewer": [
        "/can-bo/",
        "/can-bo/duyet/",
        CASES,
        "/can-bo/nguoi-lai/",
        "/can-bo/xac-nhan/",
        "/can-bo/giao/",
        "/can-bo/don-tu/",
    ],
    "leader": [
        "/can-bo/",
        CASES,
        "/can-bo/ky/",
        "/can-bo/xac-nhan/",
        "/can-bo/don-tu/",
        "/can-bo/doi-soat/hoan-tra/",
        "/can-bo/khoi-phuc/",
    ],
    "clerk": ["/can-bo/", "/can-bo/in/"],
    "technician": ["/can-bo/", "/quan-tri/cameras/device/"],
    "auditor": [
        "/can-bo/",
        CASES,
        "/can-bo/don-tu/",
        "/quan-tri/cameras/device/",
        "/quan-tri/violations/accessentry/",
        "/can-bo/nhan-su/",
        "/can-bo/doi-tac/",
        "/can-bo/kiem-toan/",
    ],
    "administrator": ["/can-bo/", "/can-bo/nhan-su/", "/can-bo/khoi-phuc/", "/can-bo/doi-tac/"],
    "supervisor": [
        "/can-bo/",
        CASES,
        "/can-bo/don-tu/",
        "/can-bo/phan-xu/",
        "/can-bo/chi-huy/",
        "/can-bo/chat-luong/",
        "/quan-tri/cameras/device/",
        "/can-bo/thu-hoi/",
    ],
}
BIG = (Violation, CaseEvent, AccessEntry, ReviewDecision, Draft, Payment, LedgerTransaction)


@pytest.mark.parametrize("who", TABS)
def test_each_role_has_its_own_tabs_and_every_one_opens(place: World, who: str) -> None:
    case_at("detected", place)
    client = signed_in(getattr(place, who))
    tabs = client.get("/can-bo/").context["staff_tabs"]
    assert [tab["url"] for tab in tabs] == TABS[who]
    for tab in tabs:
        page = client.get(tab["url"])
        assert page.status_code == 200
        assert [one["url"] for one in page.context["staff_tabs"] if one["active"]] == [tab["url"]]


def test_the_workbench_opens_with_the_next_work(place: World) -> None:
    case_at("detected", place)
    page = signed_in(place.reviewer).get("/can-bo/")
    assert page.context["next_work"]["url"] == "/can-bo/duyet/"
    assert page.context["next_work"]["count"] == 1
    assert [queue["count"] for queue in page.context["queues"]] == [1]


def test_duties_are_sorted_by_the_day_they_fall_due(place: World, clock: Any) -> None:
    case_at("owner_identified", place)
    case_at("decided", place, at=START + timedelta(minutes=10))
    clock(START + timedelta(days=4))
    todo = signed_in(place.reviewer).get("/can-bo/").context["todo"]
    days = [row["days"] for row in todo]
    assert days == sorted(days)
    assert len(todo) == 2


def test_a_leader_is_told_only_of_what_he_may_sign(place: World) -> None:
    case = case_at("owner_identified", place)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=NOW)
    counts = {
        person.user.username: signed_in(person).get("/can-bo/").context["next_work"]["count"]
        for person in (place.leader, place.other_leader)
    }
    assert counts == {"minh": 1, "ngoc": 0}


def test_strangers_and_people_without_second_factor_get_nowhere(place: World) -> None:
    addresses = ["/can-bo/", "/can-bo/duyet/", "/can-bo/ky/", "/can-bo/in/", CASES, "/quan-tri/"]
    new = Client()
    new.force_login(place.reviewer.user, backend="django.contrib.auth.backends.ModelBackend")
    for address in addresses:
        assert Client().get(address).status_code == 302
        sent = new.get(address)
        assert sent.status_code == 302
        assert "2fa" in sent["Location"]


def test_a_citizen_account_is_no_staff(place: World) -> None:
    citizen = get_user_model().objects.create_user("dan", password="x", full_name="Dân")
    client = Client()
    client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/can-bo/").status_code == 403
    assert client.get("/quan-tri/").status_code in (302, 403)


def test_an_officer_whose_role_is_withdrawn_is_out_at_once(place: World) -> None:
    client = signed_in(place.reviewer)
    assert client.get("/can-bo/duyet/").status_code == 200
    place.reviewer.user.groups.clear()
    assert client.get("/can-bo/duyet/").status_code == 403


def test_the_list_shows_ones_own_units_and_the_nation_sees_all(place: World) -> None:
    case = case_at("detected", place)
    assert case.number in signed_in(place.leader).get(CASES).content.decode()
    assert case.number not in signed_in(place.other_leader).get(CASES).content.decode()
    assert case.number in signed_in(place.auditor).get(CASES).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("30F12345", True),
        ("30f-123.45", True),
        ("30F1", True),
        ("99A", False),
        ("' OR 1=1 --", False),
    ],
)
def test_a_case_is_found_by_the_beginning_of_its_plate(
    place: World, asked: str, found: bool
) -> None:
    case = case_at("detected", place, plate="30F12345")
    page = signed_in(place.leader).get(CASES, {"q": asked})
    assert (case.number in page.content.decode()) is found


def test_a_case_is_found_by_the_beginning_of_its_number(place: World) -> None:
    case = case_at("detected", place)
    page = signed_in(place.leader).get(CASES, {"q": case.number[:-1].lower()})
    assert case.number in page.content.decode()


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ({"status": "detected"}, True),
        ({"status": "closed"}, False),
        ({"status": "to_sign"}, False),
        ({"status": "overdue"}, False),
        ({"kind": "red_light"}, True),
        ({"kind": "speed_over"}, False),
        ({"due": "late"}, False),
        ({"due": "7"}, False),
        ({"status": "nonsense", "due": "x", "kind": ""}, True),
    ],
)
def test_the_filters_keep_what_they_say(
    place: World, question: dict[str, str], found: bool
) -> None:
    case = case_at("detected", place)
    page = signed_in(place.leader).get(CASES, question)
    assert (case.number in page.content.decode()) is found


def test_a_deadline_within_a_week_is_found(place: World, clock: Any) -> None:
    case = case_at("detected", place)
    clock(START + timedelta(days=5))
    page = signed_in(place.leader).get(CASES, {"due": "7"})
    assert case.number in page.content.decode()


@pytest.mark.parametrize("model", BIG)
def test_lists_over_big_tables_ask_few_questions_and_never_count_all(
    place: World, model: Any
) -> None:
    listed = admin.site._registry[model]
    assert listed.show_full_result_count is False
    assert listed.show_facets is admin.ShowFacets.NEVER
    assert listed.date_hierarchy is None
    assert listed.paginator is CappedPaginator
    assert listed.list_max_show_all == 0
    client = signed_in(place.auditor)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    for minute in range(4):
        case_at("closed", place, at=START + timedelta(minutes=minute))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(name))
    assert len(many) <= len(few) + 1


def test_nothing_of_the_force_is_deleted_or_written_by_hand(place: World) -> None:
    case = case_at("closed", place)
    root = get_user_model().objects.create_superuser("goc", password="x", full_name="Gốc")
    Officer.objects.create(user=root, badge="GOC", unit=place.national)
    client = signed_in(root.officer)
    for model in BIG:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_add")).status_code == 403
        row = model._default_manager.first()
        if row is not None:
            assert client.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403
    sent = client.get(reverse("admin:violations_violation_change", args=[case.pk]))
    assert sent["Location"] == f"/can-bo/ho-so/{case.number}/"


def test_auditors_read_who_looked_and_nobody_else_does(place: World) -> None:
    case = case_at("owner_identified", place)
    signed_in(place.reviewer).get(f"/can-bo/ho-so/{case.number}/")
    log = "/quan-tri/violations/accessentry/"
    page = signed_in(place.auditor).get(log).content.decode()
    assert case.number in page
    assert "Phạm Thị Lan" in page
    for person in (place.reviewer, place.leader, place.administrator):
        assert signed_in(person).get(log).status_code == 403


def test_an_administrator_has_no_way_to_a_case(place: World) -> None:
    case = case_at("owner_identified", place)
    client = signed_in(place.administrator)
    for address in (CASES, f"/can-bo/ho-so/{case.number}/", "/can-bo/ky/", "/can-bo/in/"):
        assert client.get(address).status_code == 403


def test_nobody_gives_himself_a_role(place: World) -> None:
    own = place.administrator.user
    sent = {"roles": ["Signing leader"], "reason": "x"}
    answer = signed_in(place.administrator).post(f"/can-bo/nhan-su/{own.pk}/vai-tro/", sent)
    assert answer.status_code == 409
    assert list(own.groups.values_list("name", flat=True)) == ["Administrator"]


def test_a_closed_account_is_out_at_once(place: World) -> None:
    client = signed_in(place.reviewer)
    other = place.reviewer.user
    there = f"/can-bo/nhan-su/{other.pk}/nghi/"
    signed_in(place.administrator).post(there, {"reason": "chuyển ngành"})
    other.refresh_from_db()
    assert not other.is_active
    assert client.get("/can-bo/").status_code == 302


def test_a_new_treasury_account_ends_the_one_before(place: World) -> None:
    form = {
        "unit": place.unit.pk,
        "treasury_name": "Kho bạc Nhà nước khu vực (mẫu)",
        "account": "7111.0.1111111",
        "agency_code": "1",
        "chapter_code": "1",
        "item_code": "1",
        "valid_from": "01/11/2026",
    }
    client = signed_in(place.administrator)
    answer = client.post("/quan-tri/violations/beneficiary/add/", form)
    assert answer.status_code == 302
    before, after = Beneficiary.objects.filter(unit=place.unit).order_by("valid_from")
    assert (before.valid_until, after.valid_until) == (date(2026, 10, 31), None)
    refused = client.post("/quan-tri/violations/beneficiary/add/", form)
    assert refused.status_code == 200


def test_confirming_a_year_settles_the_clocks_that_leaned_on_it(place: World, clock: Any) -> None:
    case = case_at("served", place)  # the 90 days for a complaint end in 2027
    clock(case.created_at + timedelta(days=5))
    leaning = CaseDeadline.objects.get(case=case, name="complaint_due")
    assert leaning.provisional
    client = signed_in(place.administrator)
    CalendarDay.objects.create(on=leaning.due_on, is_working=False, reason="Nghỉ bù (mẫu)")
    client.post(
        "/quan-tri/notices/calendaryear/add/",
        {"year": "2027", "instrument": "Thông báo số 1/TB (mẫu)"},
    )
    confirmed = CalendarYear.objects.get(year=2027)
    assert confirmed.confirmed_by == "Đinh Văn Nghĩa"
    before = leaning.due_on
    leaning.refresh_from_db()
    assert not leaning.provisional
    assert leaning.due_on > before
    unfounded = client.post(
        "/quan-tri/notices/calendarday/add/",
        {"on": "2027-07-05", "nature": "closed", "reason": "x"},
    )
    assert set(unfounded.context["adminform"].form.errors) == {"instrument"}


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "0 hours"), (1, "1 hour"), (47, "47 hours"), (48, "2 days"), (71, "2 days")],
)
def test_ages_are_hours_then_days(hours: int, said: str) -> None:
    with override("en"):
        assert age(hours) == said
