"""Who returns, whose name was wrong, who holds all power; and what is held for review goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.journeys import World, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in
from violations import recovery, returners, staff_sessions, staffing, sweeps
from violations.actors import actor_for
from violations.guards import Refused
from violations.models import CaseEvent, FactorRecovery, Lease, Officer, RightsChange

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = NOW + timedelta(days=40)


def gone(place: World) -> Officer:
    """Return an officer with a second factor who has left."""
    person = place.second_reviewer
    signed_in(person)
    staffing.leave(person.pk, reason="nghỉ việc", by=place.administrator.user, at=NOW)
    return person


def reopened(place: World, person: Officer, **given: Any) -> tuple[Officer, str]:
    asked = {
        "title": "soldier",
        "title_from": LATER.date(),
        "roles": ["Reviewing officer"],
        "reason": "QĐ tiếp nhận 7 (mẫu)",
        "by": place.administrator.user,
        "at": LATER,
    }
    return returners.reopen(person.pk, **(asked | given))


def history(person: Officer) -> list[tuple[str, str]]:
    rows = RightsChange.objects.filter(user=person.user).order_by("id")
    return list(rows.values_list("what", "reason"))


def test_who_returns_gets_role_title_password_and_factor_anew_with_the_reason(
    place: World,
) -> None:
    person = gone(place)
    before = len(history(person))
    made, password = reopened(place, person)
    user = get_user_model().objects.get(pk=person.user_id)
    assert (made, user.is_active, user.check_password(password)) == (person, True, True)
    assert staffing.must_change_password(user)
    assert not Authenticator.objects.filter(user=user).exists()
    assert actor_for(user).may("violations.review_case")
    assert made.title_on(LATER.date()) == "soldier"
    reason = "QĐ tiếp nhận 7 (mẫu)"
    assert history(person)[before:] == [
        ("factor_removed", reason),
        ("opened", reason),
        ("password", reason),
        ("granted", reason),
        ("titled", reason),
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": " "}, "reason"),
        ({"title_from": NOW.date()}, "last title ended"),
        ({"title_from": LATER.date() + timedelta(days=2)}, "not before"),
        ({"roles": ["Administrator", "Auditor"]}, "never held by one person"),
        ({"roles": []}, "at least one role"),
    ],
)
def test_a_return_is_refused_whole(place: World, given: dict[str, Any], words: str) -> None:
    person = gone(place)
    before = history(person)
    with override("en"), pytest.raises(Refused, match=words):
        reopened(place, person, **given)
    assert history(person) == before
    assert not get_user_model().objects.get(pk=person.user_id).is_active


def test_only_an_administrator_of_the_unit_opens_an_account_that_is_closed(place: World) -> None:
    with override("en"), pytest.raises(Refused, match="is open"):
        reopened(place, place.second_reviewer)
    person = gone(place)
    elsewhere = officer("xa", "Tạ Văn Xa", "Administrator", place.other_unit)
    for who, words in ((place.leader, "does not include"), (elsewhere, "another unit")):
        with override("en"), pytest.raises(Refused, match=words):
            reopened(place, person, by=who.user)


def test_the_page_offers_a_closed_account_one_act_and_shows_the_password_once(
    place: World, clock: Any
) -> None:
    person = gone(place)
    clock(LATER)
    client = signed_in(place.administrator)
    page = client.get(reverse("violations:person", args=[person.user_id]))
    assert [form["url"].rsplit("/", 2)[1] for form in page.context["forms"]] == ["mo-lai"]
    sent = {
        "title": "soldier",
        "title_from": LATER.date().isoformat(),
        "roles": ["Reviewing officer"],
        "reason": "trở lại",
    }
    there = reverse("violations:person_act", args=[person.user_id, "mo-lai"])
    answer = client.post(there, sent)
    assert answer.context["password"] in answer.content.decode()
    assert client.post(there, sent).status_code == 409


def test_a_corrected_name_keeps_the_old_one_and_changes_no_paper(place: World) -> None:
    case = case_at("notified", place)
    person = place.leader
    old = person.user.full_name
    events = list(CaseEvent.objects.filter(case=case).values_list("actor_name", "row_hash"))
    paper = case.events.exclude(notice=None).latest("sequence").notice
    context = paper.context
    returners.correct_name(
        person.pk, full_name="Lê  Quang Mình", reason="viết sai dấu", by=place.administrator.user
    )
    person.user.refresh_from_db()
    assert person.user.full_name == "Lê Quang Mình"
    row = RightsChange.objects.filter(user=person.user).latest("id")
    assert (row.what, row.detail) == ("renamed", f"{old} → Lê Quang Mình")
    assert (row.reason, row.changed_by) == ("viết sai dấu", place.administrator.user)
    assert events == list(CaseEvent.objects.filter(case=case).values_list("actor_name", "row_hash"))
    paper.refresh_from_db()
    assert paper.context == context


@pytest.mark.parametrize(
    ("name", "reason", "words"),
    [
        (" ", "x", "name"),
        ("Nguyễn Văn " + "A" * 120, "x", "120"),
        ("Lê Quang Minh", "x", "already"),
        ("Lê Quang Mình", " ", "reason"),
    ],
)
def test_a_name_is_corrected_to_another_with_a_reason(
    place: World, name: str, reason: str, words: str
) -> None:
    place.leader.user.full_name = "Lê Quang Minh"
    place.leader.user.save()
    with override("en"), pytest.raises(Refused, match=words):
        returners.correct_name(
            place.leader.pk, full_name=name, reason=reason, by=place.administrator.user
        )


def test_nobody_corrects_their_own_name(place: World) -> None:
    with override("en"), pytest.raises(Refused, match="their own"):
        returners.correct_name(
            place.administrator.pk, full_name="Ai Đó", reason="x", by=place.administrator.user
        )


# What is held for review


def holding(place: World) -> Officer:
    person = place.second_reviewer
    for number, case in enumerate(case_at("detected", place) for _each in range(2)):
        Lease.objects.create(
            case=case,
            officer=person,
            is_ahead=bool(number),
            acquired_at=NOW,
            seen_at=NOW,
            expires_at=NOW + timedelta(minutes=10),
        )
    return person


def held_by(person: Officer) -> int:
    return Lease.objects.filter(officer=person).count()


def test_who_signs_out_gives_everything_back(place: World) -> None:
    person = holding(place)
    signed_in(person).post(reverse("account_logout"))
    assert held_by(person) == 0


def test_who_is_no_officer_signs_out_all_the_same(place: World) -> None:
    user = get_user_model().objects.create_superuser("goc", password="x", full_name="Gốc")
    other = holding(place)
    client = signed_in(other)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("account_logout"))
    assert held_by(other) == 2


@pytest.mark.parametrize("roles", [["Clerk"], ["Reviewing officer", "Clerk"]])
def test_a_role_withdrawn_gives_back_what_it_held(place: World, roles: list[str]) -> None:
    person = holding(place)
    staffing.change_roles(person.user_id, roles, reason="x", by=place.administrator.user)
    assert held_by(person) == (0 if roles == ["Clerk"] else 2)


def test_who_moves_or_leaves_gives_everything_back(place: World) -> None:
    national = officer("tong", "Đoàn Thị Tổng", "Administrator", place.national)
    person = holding(place)
    staffing.move(
        person.pk,
        place.other_unit,
        title="soldier",
        on=NOW.date(),
        reason="x",
        by=national.user,
        at=NOW,
    )
    assert held_by(person) == 0
    Lease.objects.all().delete()
    person = holding(place)
    staffing.leave(person.pk, reason="x", by=national.user, at=NOW)
    assert held_by(person) == 0


def test_a_session_ended_by_another_gives_everything_back(place: World) -> None:
    person = holding(place)
    client = Client()
    sent = {"login": person.user.username, "password": "mật khẩu thử nghiệm"}
    Authenticator.objects.filter(user=person.user).delete()
    client.post(reverse("account_login"), sent)
    session = UserSession.objects.get(user=person.user)
    staff_sessions.end_session(
        session.pk, person.user, reason="máy lạ", by=place.administrator.user, at=NOW
    )
    assert held_by(person) == 0
    assert client.get("/can-bo/").status_code == 302


def test_a_restored_factor_gives_everything_back(place: World) -> None:
    person = holding(place)
    asked = recovery.ask(
        person.user, reason="x", identity_checked="y", by=place.administrator.user, at=NOW
    )
    recovery.approve(asked.pk, by=place.leader.user, at=NOW)
    assert held_by(person) == 0


# Recoveries that nobody settled


def test_the_sweep_closes_a_recovery_that_nobody_settled_in_a_day(place: World) -> None:
    asked = recovery.ask(
        place.clerk.user, reason="x", identity_checked="y", by=place.administrator.user, at=NOW
    )
    almost = asked.expires_at - timedelta(seconds=1)
    assert "expire_recovery" not in sweeps.daily(at=almost)
    assert sweeps.daily(at=asked.expires_at)["expire_recovery"] == 1
    asked.refresh_from_db()
    assert (asked.state, asked.settled_at) == (FactorRecovery.State.EXPIRED, asked.expires_at)
    assert "expire_recovery" not in sweeps.daily(at=asked.expires_at)


# Accounts with all power


@pytest.fixture
def almighty(place: World) -> Any:
    return get_user_model().objects.create_superuser("goc", password="x", full_name="Gốc Rễ")


def test_an_auditor_sees_who_holds_all_power_everywhere(place: World, almighty: Any) -> None:
    client = signed_in(place.auditor)
    for there in ("/can-bo/kiem-toan/", "/can-bo/nhan-su/", "/quan-tri/citizens/user/"):
        assert "Gốc Rễ" in client.get(there).content.decode()
    rights = client.get("/quan-tri/violations/rightschange/?q=goc").content.decode()
    assert "Gốc Rễ" in rights
    detail = client.get(f"/quan-tri/citizens/user/{almighty.pk}/change/")
    assert detail.status_code == 200


def test_an_officer_with_all_power_in_another_unit_is_seen_too(place: World) -> None:
    other = officer("toan", "Mai Văn Toàn", "Reviewing officer", place.other_unit)
    other.user.is_superuser = True
    other.user.save()
    client = signed_in(place.auditor)
    for there in ("/can-bo/nhan-su/", "/quan-tri/violations/rightschange/?q=toan"):
        assert "Mai Văn Toàn" in client.get(there).content.decode()


def test_no_act_of_the_portal_reaches_an_account_with_all_power(place: World) -> None:
    person = place.second_reviewer
    person.user.is_superuser = True
    person.user.save()
    by = place.administrator.user
    with override("en"):
        for act in (
            lambda: staffing.change_roles(person.user_id, ["Clerk"], reason="x", by=by),
            lambda: staffing.leave(person.pk, reason="x", by=by, at=NOW),
            lambda: returners.correct_name(person.pk, full_name="Khác", reason="x", by=by),
            lambda: recovery.ask(person.user, reason="x", identity_checked="y", by=by, at=NOW),
        ):
            with pytest.raises(Refused, match="outside these pages"):
                act()


def test_whoever_was_raised_after_the_asking_is_not_restored(place: World) -> None:
    asked = recovery.ask(
        place.clerk.user, reason="x", identity_checked="y", by=place.administrator.user, at=NOW
    )
    place.clerk.user.is_superuser = True
    place.clerk.user.save()
    with override("en"), pytest.raises(Refused, match="outside these pages"):
        recovery.approve(asked.pk, by=place.leader.user, at=NOW)


def test_roles_of_an_auditor_give_no_noting(place: World) -> None:
    assert not any(
        Group.objects.get(name="Auditor").permissions.filter(codename=name).exists()
        for name in ("supervise_queue", "sign_papers")
    )
