"""Several acts, circumstances and findings: what is held against the offender, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.journeys import World, acting, case_at, driver, onward, world
from tests.violations.charging import add, fresh, later, note, phone, record_for, rule, weaving
from violations import appearances, charges, explanations, pricing, sanctions
from violations.guards import Refused
from violations.models import Party, Violation

pytestmark = pytest.mark.gate


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read refusals as the code writes them."""
    with translation.override("en"):
        yield


@pytest.fixture
def place(db: Any) -> World:
    return world()


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
        appearances.name_offender(case.pk, driver(case), proof="lời khai", by=by, at=later(case))
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

    def test_the_first_act_has_no_amount_before_its_persons_are_counted(self, place: World) -> None:
        case = case_at("notified", place)
        per_person = rule("12", "4", "", 400_000, 600_000, is_per_person=True, cap_vnd=75_000_000)
        by = acting(place.reviewer)
        with pytest.raises(Refused, match="not fined for each person"):
            charges.count_persons(case.pk, 8, note="ảnh 1", by=by, at=later(case))
        Violation.objects.filter(pk=case.pk).update(rule=per_person)
        other = record_for(case_at("notified", place), place)
        Violation.objects.filter(pk=other.pk).update(rule=per_person)
        with pytest.raises(Refused, match="how many there were"):
            pricing.price(fresh(other))
        charges.count_persons(case.pk, 8, note="ảnh 1", by=by, at=later(case))
        decision = onward(fresh(case), "decided", place).decision
        assert (decision.fine_vnd, decision.acts.get().quantity) == (4_000_000, 8)

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
        explanations.waive_explanation(case.pk, proof="đơn", by=by, at=at)
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
