"""A lost authenticator is restored by two people, neither of them the person, within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import override

from tests.journeys import World, officer
from tests.violations.desk import NOW, clock, place, signed_in
from violations import recovery, staffing
from violations.guards import Refused
from violations.models import FactorRecovery, RightsChange

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PASSWORD = "mật khẩu thử nghiệm"


def asked(place: World) -> FactorRecovery:
    return recovery.ask(
        place.clerk.user,
        reason="mất điện thoại",
        identity_checked="xuất trình thẻ ngành (mẫu)",
        by=place.administrator.user,
        at=NOW,
    )


def test_approved_by_a_second_person_everything_old_is_gone(place: World) -> None:
    client = signed_in(place.clerk)
    RecoveryCodes.activate(place.clerk.user)
    request = asked(place)
    assert client.get("/can-bo/").status_code == 200
    password = recovery.approve(request.pk, by=place.leader.user, at=NOW + timedelta(hours=1))
    assert not Authenticator.objects.filter(user=place.clerk.user).exists()
    assert client.get("/can-bo/").status_code == 302
    user = get_user_model().objects.get(pk=place.clerk.user_id)
    assert user.check_password(password)
    assert staffing.must_change_password(user)
    rows = RightsChange.objects.filter(user=user, reason="mất điện thoại")
    assert {row.what for row in rows} == {"factor_removed", "password"}
    assert {row.changed_by for row in rows} == {place.leader.user}


def test_the_person_is_told_for_a_week(place: World, clock) -> None:
    recovery.approve(asked(place).pk, by=place.leader.user, at=NOW)
    RightsChange.objects.create(user=place.clerk.user, what="password", at=NOW)  # her own again
    clock(NOW + timedelta(days=6))
    place.clerk.user.refresh_from_db()
    page = signed_in(place.clerk).get("/can-bo/").content.decode()
    assert "Lê Quang Minh" in page and "Đinh Văn Nghĩa" in page
    clock(NOW + timedelta(days=8))
    assert "Lê Quang Minh" not in signed_in(place.clerk).get("/can-bo/").content.decode()


def test_neither_the_person_nor_who_asked_approves(place: World) -> None:
    request = asked(place)
    leader_asked = officer("bon", "Vũ Thị Bốn", "Administrator", place.unit)
    own = recovery.ask(
        place.leader.user, reason="x", identity_checked="y", by=leader_asked.user, at=NOW
    )
    with override("en"):
        with pytest.raises(Refused, match="yourself"):
            recovery.approve(request.pk, by=place.administrator.user, at=NOW)
        with pytest.raises(Refused, match="own second factor"):
            recovery.approve(own.pk, by=place.leader.user, at=NOW)
        with pytest.raises(Refused, match="own second factor"):
            recovery.ask(
                place.administrator.user, reason="x", identity_checked="y",
                by=place.administrator.user, at=NOW,
            )  # fmt: skip
        with pytest.raises(Refused, match="another unit"):
            recovery.approve(request.pk, by=place.other_leader.user, at=NOW)
        with pytest.raises(Refused, match="does not include"):
            recovery.approve(request.pk, by=place.supervisor.user, at=NOW)
    assert FactorRecovery.objects.filter(state="asked").count() == 2


def test_a_request_lasts_a_day_and_a_new_one_closes_it(place: World) -> None:
    request = asked(place)
    with pytest.raises(Refused):
        asked(place)
    late = NOW + recovery.VALID_FOR
    with override("en"), pytest.raises(Refused, match="24 hours"):
        recovery.approve(request.pk, by=place.leader.user, at=late)
    recovery.ask(
        place.clerk.user, reason="x", identity_checked="y", by=place.administrator.user, at=late
    )
    request.refresh_from_db()
    assert request.state == "expired"


def test_a_refused_request_restores_nothing(place: World) -> None:
    signed_in(place.clerk)
    request = asked(place)
    recovery.refuse(request.pk, by=place.leader.user, at=NOW)
    with override("en"), pytest.raises(Refused, match="settled already"):
        recovery.approve(request.pk, by=place.leader.user, at=NOW)
    assert Authenticator.objects.filter(user=place.clerk.user).exists()


def test_a_reason_and_the_proof_of_identity_are_asked(place: World) -> None:
    with pytest.raises(Refused):
        recovery.ask(
            place.clerk.user, reason="x", identity_checked=" ", by=place.administrator.user, at=NOW
        )


def test_the_page_asks_who_is_there_before_it_approves(place: World) -> None:
    client = signed_in(place.leader)
    request = asked(place)
    assert "mất điện thoại" in client.get("/can-bo/khoi-phuc/").content.decode()
    there = f"/can-bo/khoi-phuc/{request.pk}/duyet/"
    stopped = client.post(there)
    assert stopped["Location"].startswith(reverse("account_reauthenticate"))
    request.refresh_from_db()
    assert request.state == "asked"
    page = client.post(stopped["Location"], {"password": PASSWORD})
    assert page.status_code == 200
    user = get_user_model().objects.get(pk=place.clerk.user_id)
    assert user.check_password(page.context["password"])
    assert client.post(there).status_code == 409
