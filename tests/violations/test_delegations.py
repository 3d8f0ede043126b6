"""Deputies sign only under a delegation in force, and one act above the power sends a case up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.journeys import World, acting, case_at, officer, onward
from tests.violations.charging import add, fresh, phone, rule
from tests.violations.desk import clock, place, signed_in
from violations import explanations, sanctions
from violations.competence import lack_of_power_over, title_of_power
from violations.guards import VIET_NAM, Refused
from violations.models import Delegation, Draft, Officer, OfficerTitle, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
DAY = date(2026, 10, 14)
LIST = "/quan-tri/violations/delegation/"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as the code writes them."""
    with translation.override("en"):
        yield


@pytest.fixture
def deputy(place: World) -> Officer:
    return officer("phuc", "Võ Hồng Phúc", "Signing leader", place.unit, "deputy_office_head")


def given(head: Officer, deputy: Officer, **columns: Any) -> Delegation:
    return Delegation.objects.create(
        **{
            "head": head,
            "deputy": deputy,
            "number": "12/QĐ-GQ",
            "signed_on": date(2026, 9, 30),
            "scope": "xử phạt vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
            "starts_on": FIRST,
            "ends_on": LAST,
        }
        | columns
    )


class TestWhoMaySign:
    """Luật XLVPHC Đ54; NĐ 118/2021 Đ10"""

    @pytest.mark.parametrize(
        ("day", "columns", "article"),
        [
            pytest.param(date(2026, 9, 30), {}, "Đ54 k2", id="the day before"),
            pytest.param(FIRST, {}, None, id="first day"),
            pytest.param(LAST, {}, None, id="last day"),
            pytest.param(date(2027, 1, 1), {}, "Đ54 k2", id="the day after"),
            pytest.param(DAY, {"revoked_on": date(2026, 10, 15)}, None, id="day before revocation"),
            pytest.param(DAY, {"revoked_on": DAY}, "Đ54 k2", id="day of revocation"),
        ],
    )
    def test_a_delegation_holds_on_the_day_of_signing(
        self,
        place: World,
        deputy: Officer,
        day: date,
        columns: dict[str, Any],
        article: str | None,
    ) -> None:
        case = case_at("recorded", place)
        given(place.leader, deputy, **columns)
        found = lack_of_power_over(case, acting(deputy), day)
        assert found is None if article is None else article in (found or "")

    def test_without_any_a_deputy_does_not_sign(self, place: World, deputy: Officer) -> None:
        found = lack_of_power_over(case_at("recorded", place), acting(deputy), DAY)
        assert found is not None
        assert "Đ54 k1" in found

    def test_a_head_of_another_unit_gives_nothing(self, place: World, deputy: Officer) -> None:
        given(place.other_leader, deputy)
        found = lack_of_power_over(case_at("recorded", place), acting(deputy), DAY)
        assert found is not None
        assert "Đ54 k1" in found

    def test_it_is_not_passed_on(self, place: World, deputy: Officer) -> None:
        """Đ54 k3: the deputy's own delegation to the next deputy is worth nothing."""
        given(place.leader, deputy)
        third = officer("son", "Lý Thanh Sơn", "Signing leader", place.unit, "deputy_office_head")
        given(deputy, third, number="13/QĐ-GQ")
        found = lack_of_power_over(case_at("recorded", place), acting(third), DAY)
        assert found is not None
        assert "Đ54 k1, k3" in found

    def test_who_is_no_deputy_of_the_head_gets_nothing(self, place: World) -> None:
        other = officer("bao", "Hồ Gia Bảo", "Signing leader", place.unit, "deputy_team_head")
        given(place.leader, other)
        found = lack_of_power_over(case_at("recorded", place), acting(other), DAY)
        assert found is not None
        assert "Đ54 k1, k3" in found

    def test_it_falls_with_the_title_of_the_head(self, place: World, deputy: Officer) -> None:
        given(place.leader, deputy)
        OfficerTitle.objects.filter(officer=place.leader).update(until_day=date(2026, 10, 13))
        assert lack_of_power_over(case_at("recorded", place), acting(deputy), DAY) is not None

    def test_the_paper_says_for_whom_and_by_which_delegation(
        self, place: World, deputy: Officer
    ) -> None:
        held = given(place.leader, deputy)
        case = case_at("recorded", place)
        at = case.created_at + timedelta(days=2)
        by = acting(place.reviewer)
        explanations.waive_explanation(case.pk, proof="đơn", by=by, at=at)
        sanctions.propose_decision(case.pk, by=by, at=at)
        sanctions.sign_decision(case.pk, by=acting(deputy), at=at)
        decision = fresh(case).decision
        assert decision.delegation == held
        assert (decision.signed_title, decision.ceiling_vnd) == ("deputy_office_head", 60_000_000)
        context = decision.notice.context
        assert context["delegation"] == {"number": "12/QĐ-GQ", "made_on": "2026-09-30"}
        signature = context["signature"]
        assert [signature[key] for key in ("capacity", "head_title", "title", "name")] == [
            "KT.", "Trưởng phòng", "Phó Trưởng phòng", "Võ Hồng Phúc",
        ]  # fmt: skip
        assert context["authority"].startswith("Trưởng phòng ")

    def test_a_head_signs_by_his_own_power(self, place: World, deputy: Officer) -> None:
        given(place.leader, deputy)
        assert title_of_power(acting(place.leader), DAY) == "office_head"
        assert title_of_power(acting(deputy), DAY) == "office_head"


class TestOneActAboveThePower:
    """Luật XLVPHC Đ52 k4 đ.b"""

    def proposed(self, place: World, *more: Any, owner: str = "individual") -> Violation:
        case = case_at("notified", place, owner=owner)
        for found in more:
            add(case, place, found)
        case = onward(fresh(case), "recorded", place, owner=owner)
        at = case.created_at + timedelta(days=2)
        by = acting(place.reviewer)
        explanations.waive_explanation(case.pk, proof="đơn", by=by, at=at)
        sanctions.propose_decision(case.pk, by=by, at=at)
        return fresh(case)

    @pytest.mark.parametrize("owner", ["individual", "organisation"])
    def test_the_case_goes_up_as_a_whole(self, place: World, owner: str) -> None:
        accident = rule(
            "6", "13", "", 50_000_000, 70_000_000,
            suspension_months_min=22, suspension_months_max=24,
        )  # fmt: skip
        case = self.proposed(place, phone(), accident, owner=owner)
        at = case.created_at + timedelta(days=2)
        with pytest.raises(Refused) as refused:
            sanctions.sign_decision(case.pk, by=acting(place.leader), at=at)
        assert "Đ6 k13" in str(refused.value), "it names the act"
        assert "Director of provincial police" in str(refused.value), "and who may decide all"
        assert fresh(case).status == "recorded"
        assert not hasattr(fresh(case), "decision")
        assert case.drafts.get(kind="MQD02").state == Draft.State.PROPOSED
        director = officer(
            "long", "Bùi Thành Long", "Signing leader", place.unit, "provincial_director"
        )
        sanctions.sign_decision(case.pk, by=acting(director), at=at)
        assert fresh(case).decision.acts.count() == 3

    def test_acts_within_the_power_are_not_added_up(self, place: World) -> None:
        """Four acts of 20 million are 80 million in all, above the ceiling of 60: still his."""
        more = [rule("6", "9", point, 18_000_000, 20_000_000) for point in ("c", "d", "đ")]
        case = self.proposed(place, *more)
        at = case.created_at + timedelta(days=2)
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=at)
        assert fresh(case).decision.fine_vnd == 76_000_000

    def test_persons_above_the_limit_count_in_the_frame(self, place: World) -> None:
        """NĐ 168/2024 Đ45 k3: 101 persons at 600,000 are above 60 million."""
        found = rule("12", "4", "", 400_000, 600_000, is_per_person=True, cap_vnd=75_000_000)
        case = case_at("notified", place)
        add(case, place, found, quantity=101)
        case = onward(fresh(case), "recorded", place)
        sentence = lack_of_power_over(case, acting(place.leader), DAY)
        assert sentence is not None
        assert "Đ12 k4" in sentence


class TestThePage:
    """Delegations are added and revoked by administrators and by the heads themselves."""

    def fields(self, head: Officer, deputy: Officer, **changes: Any) -> dict[str, Any]:
        return {
            "head": head.pk,
            "deputy": deputy.pk,
            "number": "14/QĐ-GQ",
            "signed_on": "2026-10-12",
            "scope": "xử phạt",
            "starts_on": "2026-10-12",
            "ends_on": "2026-12-31",
        } | changes

    def test_an_administrator_adds_and_revokes_and_nobody_deletes(
        self, place: World, deputy: Officer
    ) -> None:
        client = signed_in(place.administrator)
        assert client.post(f"{LIST}add/", self.fields(place.leader, deputy)).status_code == 302
        row = Delegation.objects.get()
        assert (
            client.post(f"{LIST}{row.pk}/change/", {"revoked_on": "2026-11-01"}).status_code == 302
        )
        row.refresh_from_db()
        assert (row.revoked_on, row.ends_on) == (date(2026, 11, 1), LAST)
        assert (
            client.post(f"{LIST}{row.pk}/change/", {"revoked_on": "2026-12-01"}).status_code == 403
        )
        assert client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_a_head_delegates_his_own_power_and_a_deputy_none(
        self, place: World, deputy: Officer
    ) -> None:
        page = signed_in(deputy).post(f"{LIST}add/", self.fields(place.leader, deputy))
        assert page.status_code == 200
        assert "head" in page.context["adminform"].form.errors
        assert not Delegation.objects.exists()
        page = signed_in(place.leader).post(f"{LIST}add/", self.fields(place.leader, deputy))
        assert page.status_code == 302

    def test_others_do_not_come_here(self, place: World) -> None:
        for person in (place.reviewer, place.clerk, place.technician):
            assert signed_in(person).get(LIST).status_code == 403

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"starts_on": "2026-10-01"}, "runs from the day it was signed"),
            ({"ends_on": "2026-10-11"}, "ends on its first day"),
            ({"number": ""}, "required"),
            ({"scope": ""}, "required"),
        ],
    )
    def test_a_fault_is_told_in_a_sentence(
        self, place: World, deputy: Officer, changes: dict[str, str], words: str
    ) -> None:
        client = signed_in(place.administrator, HTTP_ACCEPT_LANGUAGE="en")
        client.cookies["django_language"] = "en"
        page = client.post(f"{LIST}add/", self.fields(place.leader, deputy, **changes))
        assert page.status_code == 200
        assert words in str(page.context["adminform"].form.errors)
        assert not Delegation.objects.exists()

    def test_persons_who_do_not_belong_together_are_refused(
        self, place: World, deputy: Officer
    ) -> None:
        client = signed_in(place.administrator)
        client.cookies["django_language"] = "en"
        other = officer("bao", "Hồ Gia Bảo", "Signing leader", place.unit, "deputy_team_head")
        for fields, words in (
            (self.fields(place.other_leader, deputy), "his own unit"),
            (self.fields(place.leader, other), "is not his"),
        ):
            page = client.post(f"{LIST}add/", fields)
            assert words in str(page.context["adminform"].form.errors)

    def test_two_at_once_are_refused(self, place: World, deputy: Officer) -> None:
        given(place.leader, deputy)
        client = signed_in(place.administrator)
        client.cookies["django_language"] = "en"
        page = client.post(f"{LIST}add/", self.fields(place.leader, deputy))
        assert "already holds" in str(page.context["adminform"].form.errors)

    def test_it_is_not_revoked_before_a_decision_signed_under_it(
        self, place: World, deputy: Officer
    ) -> None:
        held = given(place.leader, deputy)
        case = case_at("recorded", place)
        at = case.created_at + timedelta(days=2)
        by = acting(place.reviewer)
        explanations.waive_explanation(case.pk, proof="đơn", by=by, at=at)
        sanctions.propose_decision(case.pk, by=by, at=at)
        sanctions.sign_decision(case.pk, by=acting(deputy), at=at)
        client = signed_in(place.administrator)
        day = datetime.astimezone(at, VIET_NAM).date().isoformat()
        page = client.post(f"{LIST}{held.pk}/change/", {"revoked_on": day})
        assert page.status_code == 200
        held.refresh_from_db()
        assert held.revoked_on is None
