"""Children, minors and warnings; and what the database refuses whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from citizens.standing import standing
from tests.journeys import World, acting, case_at, onward, world
from tests.violations.charging import add, fresh, later, record_for, rule
from violations import cautions, charges, payments, pricing
from violations.guards import Refused
from violations.models import DecidedAct, Decision, LedgerTransaction, Violation

pytestmark = pytest.mark.gate


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as the code writes them."""
    with translation.override("en"):
        yield


@pytest.fixture
def place(db: Any) -> World:
    return world()


class TestAges:
    """Luật XLVPHC Đ5 k1 đ.a, Đ134, Đ135; the act is of 12/10/2026."""

    def test_under_14_is_not_sanctioned_and_the_officer_is_told_to_dismiss(
        self, place: World
    ) -> None:
        case = record_for(case_at("notified", place), place, born_on=date(2012, 10, 13))
        with pytest.raises(Refused, match="Đ65"):
            pricing.price(case)

    def test_from_14_nobody_is_warned_before_intent_is_found(self, place: World) -> None:
        case = record_for(case_at("notified", place), place, born_on=date(2012, 10, 12))
        with pytest.raises(Refused, match="intentional"):
            pricing.price(case)

    def test_from_16_half_and_no_more(self, place: World) -> None:
        case = record_for(case_at("notified", place), place, born_on=date(2010, 10, 12))
        decision = onward(case, "decided", place).decision
        assert (decision.fine_vnd, decision.suspension_months) == (9_500_000, 0)


class TestWarning:
    """Cảnh cáo: Luật XLVPHC Đ22, Đ135"""

    @pytest.fixture
    def warned(self, place: World) -> Violation:
        case = record_for(case_at("notified", place), place, born_on=date(2012, 10, 12))
        charges.record_finding(
            case.pk, "intent", reason="tự nhận cố ý", by=acting(place.reviewer),
            at=case.created_at + timedelta(days=1, hours=2),
        )  # fmt: skip
        return onward(fresh(case), "decided", place)

    def test_nothing_is_owed_and_nothing_is_posted(self, warned: Violation) -> None:
        decision = warned.decision
        assert (decision.is_warning, decision.fine_vnd, decision.points) == (True, 0, 0)
        assert not LedgerTransaction.objects.exists()
        assert decision.notice.context["payment"] is None
        assert payments.amount_due(decision, on=date(2027, 1, 1)).remaining_vnd == 0

    def test_the_person_is_told_that_nothing_is_to_be_paid(self, warned: Violation) -> None:
        told = standing(warned, at=warned.created_at + timedelta(days=3))
        assert (told.heading, told.may_pay) == ("A warning: nothing is to be paid", False)

    def test_it_is_executed_when_served_and_not_before(
        self, place: World, warned: Violation
    ) -> None:
        at = warned.created_at + timedelta(days=5)
        assert cautions.execute_served_warnings(at=at) == 0
        with pytest.raises(Refused):
            cautions.execute_warning(warned.pk, at=at)
        onward(warned, "served", place)
        assert cautions.execute_served_warnings(at=at) == 1
        closed = fresh(warned)
        assert (closed.status, closed.closed_on) == ("closed", date(2026, 10, 17))
        running = closed.deadlines.filter(met_on__isnull=True).values_list("name", flat=True)
        assert set(running) == {"complaint_due", "lawsuit_due"}, "the person's own ways stay open"
        assert cautions.execute_served_warnings(at=at) == 0, "a second sweep does nothing"

    def test_a_fine_is_never_closed_that_way(self, place: World) -> None:
        case = case_at("served", place)
        assert cautions.execute_served_warnings(at=later(case) + timedelta(days=9)) == 0
        with pytest.raises(Refused, match="payment"):
            cautions.execute_warning(case.pk, at=later(case) + timedelta(days=9))

    def test_beside_a_fine_the_warned_act_is_named_and_costs_nothing(self, place: World) -> None:
        """NĐ 168/2024 Đ6 k1a"""
        case = case_at("notified", place)
        add(case, place, rule("6", "1a", "", 0, 0, sanction="warning"))
        decision = onward(fresh(case), "decided", place).decision
        assert [act.fine_vnd for act in decision.acts.all()] == [19_000_000, 0]
        assert not decision.is_warning
        assert len(decision.notice.context["violations"]) == 2


class TestTheDatabaseRefuses:
    """What no program may write, tried as the owner of the tables."""

    def insert(self, case: Violation, **columns: Any) -> None:
        act = case.decision.acts.get()
        values = {
            "decision_id": case.decision.pk, "position": 2, "rule_id": act.rule_id,
            "frame_min_vnd": 100, "frame_max_vnd": 200, "fine_vnd": 150, "ceiling_vnd": 200,
            "arithmetic": "[]",
        } | columns  # fmt: skip
        names = ", ".join(values)
        marks = ", ".join(["%s"] * len(values))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO violations_decidedact ({names}) VALUES ({marks})",
                list(values.values()),
            )

    @pytest.mark.parametrize(
        ("columns", "name"),
        [
            ({"fine_vnd": 99}, "each_fine_is_within_its_frame"),
            ({"fine_vnd": 201}, "each_fine_is_within_its_frame"),
            ({"ceiling_vnd": 199}, "each_act_is_within_the_power"),
            ({"position": 1}, "one_decided_act_per_position"),
        ],
    )
    def test_an_act_outside_its_frame_or_the_power(
        self, place: World, columns: dict[str, int], name: str
    ) -> None:
        case = case_at("decided", place)
        with pytest.raises(IntegrityError, match=name):
            self.insert(case, **columns)

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("fine", [18_999_999, None])
    def test_a_decision_that_is_not_the_sum_of_its_acts(self, fine: int | None) -> None:
        place = world()
        case = case_at("decided", place)
        other = case_at("recorded", place)
        with pytest.raises(IntegrityError, match="sum of its acts"):
            self.forge(other, case.decision, fine)

    def forge(self, case: Violation, like: Decision, fine: int | None) -> None:
        """Write a decision of 19 million with one act of ``fine``, or with none."""
        frame = {"rule": like.rule, "frame_min_vnd": 18_000_000, "frame_max_vnd": 20_000_000}
        frame |= {"ceiling_vnd": 60_000_000, "arithmetic": []}
        with transaction.atomic():
            made = Decision.objects.create(
                case=case,
                record=case.record,
                notice=case.record.notice,
                fine_vnd=19_000_000,
                beneficiary=like.beneficiary,
                signed_by=like.signed_by,
                signed_title="office_head",
                signed_at=like.signed_at,
                decided_on=like.decided_on,
                **frame,
            )
            if fine is not None:
                DecidedAct.objects.create(decision=made, position=1, fine_vnd=fine, **frame)
