"""Joiners, movers, leavers: each act with its reason in the history, and nothing half-done."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.journeys import World, acting, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in
from violations import actions, review, staff_sessions, staffing
from violations.actors import actor_for
from violations.guards import Refused
from violations.models import Delegation, Draft, Lease, Officer, RightsChange
from violations.role_rules import FORBIDDEN, forbidden_pairs
from violations.roles import ROLES

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

TODAY = NOW.date()


def joiner(place: World, **given: Any) -> staffing.Joiner:
    return staffing.Joiner(
        **{
            "username": "moi",
            "full_name": "Trần Thị Mới",
            "badge": "HN-0999",
            "unit": place.unit,
            "title": "soldier",
            "title_from": TODAY,
            "roles": ["Reviewing officer"],
        }
        | given
    )


def join(place: World, **given: Any) -> tuple[Officer, str]:
    return staffing.join(
        joiner(place, **given), reason="QĐ 12 (mẫu)", by=place.administrator.user, at=NOW
    )


def changes(person: Officer) -> list[tuple[str, str, str | None, str]]:
    rows = RightsChange.objects.filter(user=person.user).order_by("id")
    return [(r.what, r.detail, r.changed_by and r.changed_by.username, r.reason) for r in rows]


def sign_in(username: str, password: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.post(reverse("account_login"), {"login": username, "password": password})
    return client


def test_who_joins_stands_in_the_history_with_reason_and_giver(place: World) -> None:
    made, _password = join(place)
    reason = ("nghia", "QĐ 12 (mẫu)")
    assert changes(made) == [
        ("opened", "moi", *reason),
        ("granted", "Reviewing officer", *reason),
        ("moved", "PC08-HN", *reason),
        ("titled", f"soldier {TODAY} – ", *reason),
    ]


def test_who_joins_changes_the_password_then_sets_up_a_factor_then_gets_in(place: World) -> None:
    _made, password = join(place)
    client = sign_in("moi", password)
    change = reverse("account_change_password")
    for there in ("/can-bo/", reverse("mfa_activate_totp"), "/quan-tri/"):
        assert client.get(there)["Location"] == change
    new = "mật khẩu của riêng mình"
    client.post(change, {"oldpassword": password, "password1": new, "password2": new})
    assert client.get("/can-bo/")["Location"] == reverse("mfa_activate_totp")
    TOTP.activate(get_user_model().objects.get(username="moi"), generate_totp_secret())
    assert client.get("/can-bo/").status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        {"username": "lan"},
        {"username": "có dấu cách"},
        {"badge": "B-lan"},
        {"badge": " "},
        {"roles": []},
        {"roles": ["Emperor"]},
        {"roles": ["Administrator", "Clerk"]},
        {"roles": ["Auditor", "Reviewing officer"]},
    ],
)
def test_who_cannot_join_leaves_nothing_behind(place: World, given: dict[str, Any]) -> None:
    before = (get_user_model().objects.count(), RightsChange.objects.count())
    with pytest.raises(Refused):
        join(place, **given)
    assert (get_user_model().objects.count(), RightsChange.objects.count()) == before


def test_every_act_wants_a_reason(place: World) -> None:
    by = place.administrator.user
    with override("en"):
        for act in (
            lambda: staffing.leave(place.clerk.pk, reason=" ", by=by, at=NOW),
            lambda: staffing.change_roles(place.clerk.user_id, ["Clerk"], reason="", by=by),
        ):
            with pytest.raises(Refused, match="Write the reason"):
                act()


def test_the_forbidden_pairs_are_those_of_the_two_who_give_and_check_rights() -> None:
    for first, second in combinations(ROLES, 2):
        exclusive = {"Administrator", "Auditor"} & {first, second}
        assert bool(forbidden_pairs([first, second])) is bool(exclusive)
    assert all(len(pair) == 2 and pair <= set(ROLES) for pair in FORBIDDEN)
    assert forbidden_pairs(["Reviewing officer", "Signing leader", "Supervisor"]) == []


def test_roles_change_and_what_was_taken_is_gone_at_once(place: World) -> None:
    case_at("detected", place)
    held = acting(place.reviewer)
    assert held.may("violations.review_case")
    staffing.change_roles(
        place.reviewer.user_id, ["Clerk"], reason="luân chuyển", by=place.administrator.user
    )
    assert not actor_for(place.reviewer.user).may("violations.review_case")
    with pytest.raises(Refused):
        review.lease_next(acting(place.reviewer), at=NOW)
    last = changes(place.reviewer)[-2:]
    assert {(what, detail) for what, detail, *_rest in last} == {
        ("withdrawn", "Reviewing officer"),
        ("granted", "Clerk"),
    }


def test_nobody_changes_their_own_roles(place: World) -> None:
    by = place.administrator.user
    with override("en"), pytest.raises(Refused, match="their own rights"):
        staffing.change_roles(by.pk, ["Signing leader"], reason="x", by=by)
    with pytest.raises(Refused):
        staffing.leave(place.administrator.pk, reason="x", by=by, at=NOW)


def test_the_last_administrator_stays(place: World) -> None:
    second = officer("hai", "Bùi Thị Hai", "Administrator", place.national)
    staffing.leave(place.administrator.pk, reason="nghỉ hưu", by=second.user, at=NOW)
    third = officer("ba", "Bùi Văn Ba", "Administrator", place.national)
    third.user.is_active = False
    third.user.save()
    # Only "hai" is left; nobody can take the role from her, whoever asks.
    with override("en"), pytest.raises(Refused):
        staffing.change_roles(second.user_id, ["Clerk"], reason="x", by=third.user)
    with override("en"), pytest.raises(Refused, match="last administrator"):
        staffing._keep_an_administrator(second.user)


def test_an_administrator_of_one_unit_does_not_reach_another(place: World) -> None:
    local = officer("dia", "Lý Văn Địa", "Administrator", place.other_unit)
    with override("en"), pytest.raises(Refused, match="another unit"):
        staffing.leave(place.reviewer.pk, reason="x", by=local.user, at=NOW)
    assert signed_in(local).get(f"/can-bo/nhan-su/{place.reviewer.user_id}/").status_code == 404


def test_nobody_else_manages_people(place: World) -> None:
    for person in (place.leader, place.auditor, place.supervisor, place.clerk):
        with pytest.raises(Refused):
            staffing.leave(place.technician.pk, reason="x", by=person.user, at=NOW)
        there = f"/can-bo/nhan-su/{place.technician.user_id}/nghi/"
        assert signed_in(person).post(there, {"reason": "x"}).status_code == 403


def delegated(place: World) -> Delegation:
    return Delegation.objects.create(
        head=place.leader,
        deputy=place.supervisor,
        number="02/QĐ-GQXP",
        signed_on=TODAY - timedelta(days=3),
        scope="xử phạt (mẫu)",
        starts_on=TODAY - timedelta(days=3),
        ends_on=TODAY + timedelta(days=90),
    )


def test_a_mover_gives_back_what_the_former_unit_gave_and_keeps_the_drafts(place: World) -> None:
    case = case_at("detected", place)
    Lease.objects.create(case=case, officer=place.leader, acquired_at=NOW, expires_at=NOW)
    given = delegated(place)
    proposed = case_at("owner_identified", place)
    actions.propose_notice(proposed.pk, by=acting(place.reviewer), at=NOW)
    by = place.administrator.user
    staffing.move(
        place.leader.pk, place.other_unit, title="provincial_director", on=TODAY, reason="điều động",
        by=by, at=NOW,
    )  # fmt: skip
    given.refresh_from_db()
    assert given.revoked_on == TODAY
    assert not Lease.objects.exists()
    moved = Officer.objects.get(pk=place.leader.pk)
    assert moved.unit == place.other_unit
    assert moved.title_on(TODAY) == "provincial_director"
    assert moved.title_on(TODAY - timedelta(days=1)) == "office_head"
    left = staffing.move(
        place.reviewer.pk, place.other_unit, title="soldier", on=TODAY, reason="điều động",
        by=by, at=NOW,
    )  # fmt: skip
    assert [draft.case for draft in left.drafts] == [proposed]
    assert Draft.objects.get(case=proposed).state == Draft.State.PROPOSED


def test_a_move_that_moves_nothing_or_lies_ahead_is_refused(place: World) -> None:
    by = place.administrator.user
    given = {"reason": "x", "by": by, "at": NOW}
    with override("en"), pytest.raises(Refused, match="another unit or another title"):
        staffing.move(place.leader.pk, place.unit, title="office_head", on=TODAY, **given)
    with override("en"), pytest.raises(Refused, match="not before"):
        staffing.move(
            place.leader.pk, place.other_unit, title="office_head",
            on=TODAY + timedelta(days=1), **given,
        )  # fmt: skip
    with override("en"), pytest.raises(Refused, match="later day"):
        staffing.move(
            place.leader.pk, place.other_unit, title="soldier", on=TODAY - timedelta(days=900),
            **given,
        )  # fmt: skip
    assert Officer.objects.get(pk=place.leader.pk).unit == place.unit


def test_who_leaves_is_out_everywhere_and_nothing_is_deleted(place: World) -> None:
    client = signed_in(place.leader)
    assert client.get("/can-bo/").status_code == 200
    given = delegated(place)
    case = case_at("decided", place)
    left = staffing.leave(place.leader.pk, reason="nghỉ hưu", by=place.administrator.user, at=NOW)
    assert left.count == 0
    assert client.get("/can-bo/").status_code == 302
    gone = get_user_model().objects.get(pk=place.leader.user_id)
    assert (gone.is_active, list(gone.groups.all())) == (False, [])
    assert gone.officer.title_on(TODAY + timedelta(days=1)) is None
    given.refresh_from_db()
    assert given.revoked_on is not None
    case.refresh_from_db()
    assert case.signed_by == place.leader
    assert ("closed", "minh", "nghia", "nghỉ hưu") in changes(place.leader)


def test_the_page_of_a_person_takes_the_acts_and_tells_refusals(place: World) -> None:
    client = signed_in(place.administrator, headers={"accept-language": "en"})
    there = f"/can-bo/nhan-su/{place.clerk.user_id}/"
    refused = client.post(f"{there}vai-tro/", {"roles": ["Clerk", "Auditor"], "reason": "x"})
    assert refused.status_code == 409
    assert "Auditor and Clerk are never held by one person" in refused.content.decode()
    unnamed = client.post(f"{there}vai-tro/", {"roles": ["Clerk"]})
    assert unnamed.status_code == 422
    done = client.post(f"{there}vai-tro/", {"roles": ["Reviewing officer"], "reason": "QĐ 7"})
    assert done["Location"] == there
    assert "QĐ 7" in client.get(there).content.decode()
    assert client.post(f"{there}khong-co/", {"reason": "x"}).status_code == 404


def test_an_administrator_takes_somebody_in_on_the_page(place: World) -> None:
    client = signed_in(place.administrator)
    sent = {
        "username": "moi",
        "full_name": "Trần Thị Mới",
        "badge": "HN-0999",
        "unit": place.unit.pk,
        "title": "soldier",
        "title_from": "2026-10-01",
        "roles": ["Reviewing officer"],
        "reason": "QĐ 12 (mẫu)",
    }
    page = client.post("/can-bo/nhan-su/moi/", sent)
    assert page.status_code == 200
    made = get_user_model().objects.get(username="moi")
    assert made.check_password(page.context["password"])
    assert (made.is_staff, made.is_superuser) == (True, False)
    again = client.post("/can-bo/nhan-su/moi/", sent)
    assert again.status_code == 409
    assert "password" not in again.context


def test_the_old_form_of_the_admin_site_changes_no_rights(place: World) -> None:
    client = signed_in(place.administrator)
    other = place.reviewer
    role = Group.objects.get(name="Signing leader")
    for there, sent in (
        (f"/quan-tri/citizens/user/{other.user_id}/change/", {"groups": [role.pk]}),
        (f"/quan-tri/violations/officer/{other.pk}/change/", {"unit": place.other_unit.pk}),
        ("/quan-tri/citizens/user/add/", {"username": "x"}),
    ):
        assert client.post(there, sent).status_code == 403
    assert client.get(f"/quan-tri/citizens/user/{other.user_id}/password/").status_code in (
        302,
        404,
    )
    assert list(other.user.groups.values_list("name", flat=True)) == ["Reviewing officer"]


def test_signing_in_is_listed_and_a_person_ends_their_other_sessions(place: World) -> None:
    password = "mật khẩu thử nghiệm"
    Authenticator.objects.filter(user=place.clerk.user).delete()
    first, second = sign_in("hoa", password), sign_in("hoa", password)
    for client in (first, second):
        assert client.get("/can-bo/")["Location"] == reverse("mfa_activate_totp")
    TOTP.activate(place.clerk.user, generate_totp_secret())
    assert UserSession.objects.filter(user=place.clerk.user).count() == 2
    page = second.get(reverse("usersessions_list"))
    assert len(page.context["sessions"]) == 2
    assert first.session.session_key not in page.content.decode()
    second.post(reverse("usersessions_list"))
    assert second.get("/can-bo/").status_code == 200
    assert first.get("/can-bo/").status_code == 302


def test_an_administrator_ends_anothers_session_with_a_reason(place: World) -> None:
    gone = sign_in("hoa", "mật khẩu thử nghiệm")
    session = UserSession.objects.get(user=place.clerk.user)
    client = signed_in(place.administrator)
    there = f"/can-bo/nhan-su/{place.clerk.user_id}/"
    assert gone.session.session_key not in client.get(there).content.decode()
    client.post(f"{there}phien/{session.pk}/", {"reason": " "})
    assert UserSession.objects.filter(pk=session.pk).exists()
    client.post(f"{there}phien/{session.pk}/", {"reason": "máy bị mất"})
    assert not UserSession.objects.filter(pk=session.pk).exists()
    assert "_auth_user_id" not in gone.session
    entry = LogEntry.objects.get(object_id=str(place.clerk.user_id))
    assert (entry.user, entry.change_message) == (
        place.administrator.user,
        f"{staff_sessions.ENDED}máy bị mất",
    )


def test_the_account_address_leads_to_the_account(place: World) -> None:
    assert signed_in(place.clerk).get("/can-bo/tai-khoan/")["Location"] == reverse("mfa_index")
    assert Client().get("/can-bo/tai-khoan/")["Location"] == reverse("account_login")


def test_nobody_removes_their_last_second_factor(place: World) -> None:
    password = "mật khẩu thử nghiệm"
    client = signed_in(place.clerk, headers={"accept-language": "en"})
    client.post(reverse("account_reauthenticate"), {"password": password})
    page = client.post(reverse("mfa_deactivate_totp"))
    assert "last second factor" in page.content.decode()
    assert Authenticator.objects.filter(user=place.clerk.user, type="totp").exists()
    key = WebAuthn.add(place.clerk.user, "khóa", {}).instance
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=place.clerk.user, type="totp").exists()
    refused = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert refused["Location"] == reverse("mfa_list_webauthn")
    assert Authenticator.objects.filter(pk=key.pk).exists()
