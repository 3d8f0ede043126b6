"""Several acts, circumstances and findings: what is held against the offender, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from tests.journeys import World, acting, case_at, driver, onward, world
from violations import cautions, charges, payments, pricing, sanctions
from violations.guards import Refused
from violations.models import (
    DecidedAct,
    Decision,
    LedgerTransaction,
    Party,
    PenaltyRule,
    Violation,
)

pytestmark = pytest.mark.gate


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as the code writes them."""
    with translation.override("en"):
        yield


@pytest.fixture
def place(db: Any) -> World:
    return world()


def rule(article: str, clause: str, point: str, low: int, high: int, **columns: Any) -> PenaltyRule:
    """Make a row of the catalogue in force since 15/8/2026 for cars."""
    return PenaltyRule.objects.create(
        **{
            "code": f"T.{article}.{clause}.{point}.{columns.get('offender', '')}",
            "vehicle_group": "CAR",
            "vehicle_classes": ["car"],
            "article": article,
            "clause": clause,
            "point": point,
            "act_vi": f"Hành vi thử {article}.{clause}.{point}",
            "act_en": "Test act",
            "fine_min_vnd": low,
            "fine_max_vnd": high,
            "points": 0,
            "decree": "Nghị định số 168/2024/NĐ-CP",
            "source": "thử",
            "confidence": "high",
            "effective_from": date(2026, 8, 15),
        }
        | columns
    )


def phone() -> PenaltyRule:
    return rule("6", "5", "h", 4_000_000, 6_000_000, points=4)


def weaving(clause: str = "12", low: int = 40, months: tuple[int, int] = (10, 12)) -> PenaltyRule:
    return rule(
        "6", clause, "", low * 1_000_000, (low + 10) * 1_000_000,
        suspension_months_min=months[0], suspension_months_max=months[1],
    )  # fmt: skip


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def later(case: Violation) -> datetime:
    return case.created_at + timedelta(hours=3)


def add(case: Violation, place: World, found: PenaltyRule, quantity: int | None = None) -> None:
    charges.add_act(
        case.pk, found.pk, note="ảnh 2, góc trái", quantity=quantity,
        by=acting(place.reviewer), at=later(case),
    )  # fmt: skip


def note(case: Violation, place: World, *grounds: str) -> None:
    for ground in grounds:
        charges.record_circumstance(
            case.pk, ground, proof="biên bản làm việc", by=acting(place.reviewer), at=later(case)
        )


def record_for(case: Violation, place: World, **particulars: Any) -> Violation:
    """Name an offender with these particulars and make the record."""
    at = case.created_at + timedelta(days=1)
    offender = driver(case)
    for name, value in particulars.items():
        setattr(offender, name, value)
    by = acting(place.reviewer)
    sanctions.name_offender(case.pk, offender, proof="lời khai", by=by, at=at)
    sanctions.propose_record(case.pk, by=by, at=at)
    sanctions.sign_record(case.pk, by=acting(place.leader), at=at + timedelta(minutes=10))
    return fresh(case)


class TestSeveralActs:
    """Luật XLVPHC Đ3 k1 đ.d, Đ67: one decision, each act named and fined."""

    def test_each_act_has_its_row_and_the_decision_is_their_sum(self, place: World) -> None:
        case = case_at("notified", place)
        add(case, place, phone())
        decision = onward(fresh(case), "decided", place).decision
        rows = decision.acts.values_list("position", "fine_vnd", "frame_min_vnd", "frame_max_vnd")
        assert list(rows) == [
            (1, 19_000_000, 18_000_000, 20_000_000),
            (2, 5_000_000, 4_000_000, 6_000_000),
        ]
        assert (decision.fine_vnd, decision.frame_max_vnd) == (24_000_000, 26_000_000)
        assert decision.points == 4, "the highest act only, not the sum"
        assert decision.arithmetic[-1]["amount_vnd"] == 24_000_000
        first = decision.acts.first().arithmetic
        assert [line["amount_vnd"] for line in first] == [18_000_000, 20_000_000, 19_000_000]

    def test_record_and_decision_print_every_act_and_every_fine(self, place: World) -> None:
        case = case_at("notified", place)
        add(case, place, phone())
        case = onward(fresh(case), "decided", place)
        record, decision = case.record.notice.context, case.decision.notice.context
        assert [act["provision"][:24] for act in record["acts"]] == [
            "điểm b khoản 9 Điều 6 Ng", "điểm h khoản 5 Điều 6 Ng",
        ]  # fmt: skip
        assert [act["fine_vnd"] for act in decision["violations"]] == [19_000_000, 5_000_000]
        assert decision["violations"][0]["measurement"] is not None
        assert decision["violations"][1]["measurement"] is None, "the device measured the first act"

    def test_a_withdrawn_act_is_neither_named_nor_fined_and_its_row_stays(
        self, place: World
    ) -> None:
        case = case_at("notified", place)
        add(case, place, phone())
        row = case.further_acts.get()
        charges.withdraw_act(
            case.pk, row.pk, reason="ảnh không rõ", by=acting(place.reviewer), at=later(case)
        )
        assert onward(fresh(case), "decided", place).decision.fine_vnd == 19_000_000
        assert case.further_acts.get().withdrawn_at is not None

    def test_one_act_that_may_be_explained_opens_the_window_for_all(self, place: World) -> None:
        """Luật XLVPHC Đ61 k1"""
        claim = {"kind": "speed_over", "speed_tenths": 985, "limit_tenths": 800}
        plain = case_at("recorded", place, **claim)
        assert not plain.record.may_explain
        case = case_at("notified", place, **claim)
        add(case, place, weaving())
        assert onward(fresh(case), "recorded", place).record.may_explain

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            pytest.param({"effective_from": date(2026, 11, 1)}, "choose another", id="later"),
            pytest.param({"effective_until": date(2026, 9, 1)}, "choose another", id="ended before"),
            pytest.param({"vehicle_classes": ["motorcycle"]}, "choose another", id="other vehicle"),
            pytest.param({"is_per_person": True}, "each person", id="persons not counted"),
            pytest.param(
                {"sanction": "confiscation", "fine_min_vnd": 0, "fine_max_vnd": 0}, "confiscation",
                id="Đ26: confiscation is handled by hand",
            ),
            pytest.param({"excess_from_tenths": 50}, "reading of a device", id="speed unmeasured"),
        ],
    )  # fmt: skip
    def test_what_is_not_the_law_of_this_act_is_refused(
        self, place: World, columns: dict[str, Any], words: str
    ) -> None:
        case = case_at("notified", place)
        wrong = rule("6", "5", "x", 4_000_000, 6_000_000, **columns)
        with pytest.raises(Refused, match=words):
            add(case, place, wrong)
        assert not case.further_acts.exists()

    def test_the_same_act_is_charged_once(self, place: World) -> None:
        case = case_at("notified", place)
        with pytest.raises(Refused, match="already held"):
            add(case, place, case.rule)
        found = phone()
        add(case, place, found)
        with pytest.raises(Refused, match="already held"):
            add(case, place, found)

    def test_acts_stand_still_once_the_record_waits(self, place: World) -> None:
        case = case_at("notified", place)
        by = acting(place.reviewer)
        sanctions.name_offender(case.pk, driver(case), proof="lời khai", by=by, at=later(case))
        sanctions.propose_record(case.pk, by=by, at=later(case))
        with pytest.raises(Refused, match="return it before"):
            add(case, place, phone())
        with pytest.raises(Refused, match="return it before"):
            note(case, place, "confessed")


class TestPersonsAndOrganisations:
    def test_persons_above_the_limit_multiply_the_frame_first(self, place: World) -> None:
        """NĐ 168/2024 Đ45 k3"""
        case = case_at("notified", place)
        found = rule("12", "4", "", 400_000, 600_000, is_per_person=True, cap_vnd=75_000_000)
        add(case, place, found, quantity=8)
        act = onward(fresh(case), "decided", place).decision.acts.get(position=2)
        assert (act.quantity, act.fine_vnd, act.frame_max_vnd) == (8, 4_000_000, 4_800_000)

    def test_an_organisation_pays_twice_and_loses_no_points(self, place: World) -> None:
        """Luật XLVPHC Đ3 k1 đ.e"""
        case = case_at("notified", place, owner="organisation")
        add(case, place, phone())
        decision = onward(fresh(case), "decided", place, owner="organisation").decision
        assert (decision.fine_vnd, decision.points) == (48_000_000, 0)
        assert decision.ceiling_vnd == 120_000_000

    def test_amounts_printed_for_organisations_are_not_doubled(self, place: World) -> None:
        """NĐ 168/2024 Đ32"""
        case = case_at("notified", place, owner="organisation")
        add(case, place, rule("32", "9", "b", 8_000_000, 12_000_000, offender="organisation"))
        decision = onward(fresh(case), "decided", place, owner="organisation").decision
        assert decision.acts.get(position=2).fine_vnd == 10_000_000

    @pytest.mark.parametrize(
        ("owner", "row", "words"),
        [
            ("individual", "organisation", "organisation's"),
            ("organisation", "individual", "individual's"),
        ],
    )
    def test_the_other_row_is_refused_at_the_amount(
        self, place: World, owner: str, row: str, words: str
    ) -> None:
        case = case_at("notified", place, owner=owner)
        add(case, place, rule("32", "9", "b", 8_000_000, 12_000_000, offender=row))
        case = onward(fresh(case), "recorded", place, owner=owner)
        with pytest.raises(Refused, match=words):
            pricing.price(case)
        with pytest.raises(Refused, match=words):
            sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=later(case))


class TestCircumstances:
    """Luật XLVPHC Đ9, Đ10; NĐ 118/2021 Đ9"""

    @pytest.mark.parametrize(
        ("grounds", "fine"),
        [
            ([], 24_000_000),
            (["confessed"], 18_500_000 + 4_500_000),
            (["confessed", "repaired"], 22_000_000),
            (["recidivism"], 19_500_000 + 5_500_000),
            (["recidivism", "concealed"], 26_000_000),
            (["confessed", "recidivism"], 24_000_000),
        ],
    )
    def test_they_count_for_each_act(self, place: World, grounds: list[str], fine: int) -> None:
        case = case_at("notified", place)
        add(case, place, phone())
        note(case, place, *grounds)
        decision = onward(fresh(case), "decided", place).decision
        assert decision.fine_vnd == fine
        context = decision.notice.context
        assert len(context["mitigating"]) + len(context["aggravating"]) == len(grounds)

    def test_a_withdrawn_one_no_longer_counts(self, place: World) -> None:
        case = case_at("notified", place)
        note(case, place, "recidivism")
        row = case.circumstances.get()
        charges.withdraw_circumstance(
            case.pk, row.pk, reason="nhầm người", by=acting(place.reviewer), at=later(case)
        )
        assert onward(fresh(case), "decided", place).decision.fine_vnd == 19_000_000

    @pytest.mark.parametrize(
        ("ground", "proof", "words"),
        [("unheard_of", "x", "grounds"), ("confessed", "  ", "proves"), ("repaired", "x", "once")],
    )
    def test_without_ground_or_proof_or_twice_it_is_refused(
        self, place: World, ground: str, proof: str, words: str
    ) -> None:
        case = case_at("notified", place)
        note(case, place, "repaired")
        with pytest.raises(Refused, match=words):
            charges.record_circumstance(
                case.pk, ground, proof=proof, by=acting(place.reviewer), at=later(case)
            )

    def test_a_draft_that_went_stale_is_returned_not_signed(self, place: World) -> None:
        """A circumstance that leaves the sum as it is still changes what the leader read."""
        case = case_at("recorded", place)
        at = case.created_at + timedelta(days=2)
        by = acting(place.reviewer)
        sanctions.waive_explanation(case.pk, proof="đơn", by=by, at=at)
        sanctions.propose_decision(case.pk, by=by, at=at)
        for ground, kind in (("confessed", "mitigating"), ("recidivism", "aggravating")):
            case.circumstances.create(
                kind=kind, ground=ground, proof="x", recorded_by=place.reviewer, recorded_at=at
            )
        with pytest.raises(Refused, match="return it"):
            sanctions.sign_decision(case.pk, by=acting(place.leader), at=at)


class TestSuspensionAndPoints:
    def test_the_longest_frame_governs_and_takes_the_place_of_points(self, place: World) -> None:
        """Luật XLVPHC Đ25; NĐ 168/2024 Đ5 k2"""
        case = case_at("notified", place)
        add(case, place, weaving())
        add(case, place, weaving("13", 50, (22, 24)))
        note(case, place, "recidivism")
        decision = onward(fresh(case), "decided", place).decision
        assert (decision.suspension_months, decision.suspension_days) == (23, 15)
        assert decision.points == 0
        assert decision.notice.context["points_note"] is None
        assert "23 tháng 15 ngày" in decision.notice.context["additional"][0]

    def test_an_owner_who_does_not_say_who_drove_keeps_the_points(self, place: World) -> None:
        """NĐ 168/2024 Đ47 k8b"""
        case = record_for(case_at("notified", place), place, basis=Party.Basis.UNCOOPERATIVE)
        assert pricing.price(case).points == 0

    def test_unless_an_officer_finds_otherwise_with_a_reason(self, place: World) -> None:
        case = record_for(case_at("notified", place), place, basis=Party.Basis.UNCOOPERATIVE)
        by, at = acting(place.reviewer), case.created_at + timedelta(days=1, hours=2)
        with pytest.raises(Refused, match="reason"):
            charges.record_finding(case.pk, "points", reason=" ", by=by, at=at)
        charges.record_finding(case.pk, "points", reason="ảnh thấy rõ mặt chủ xe", by=by, at=at)
        assert onward(fresh(case), "decided", place).decision.points == 4

    def test_who_drove_needs_no_finding(self, place: World) -> None:
        case = record_for(case_at("notified", place), place, basis=Party.Basis.DROVE)
        with pytest.raises(Refused, match="No finding"):
            charges.record_finding(
                case.pk, "points", reason="x", by=acting(place.reviewer),
                at=case.created_at + timedelta(days=1, hours=2),
            )  # fmt: skip


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
        assert not closed.deadlines.filter(met_on__isnull=True).exists()
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
