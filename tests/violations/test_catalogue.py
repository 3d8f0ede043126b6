"""Which law a case is judged by: day, class, kind; specific before residual; found by words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from cameras.adapters.vocabulary import VIOLATION_TYPES
from violations.catalogue import applies, candidates, offers, rule_for, search, why_no_rule
from violations.folding import Provision, fold, fold_act, read_provision
from violations.models import PenaltyRule, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LAST_OF_THE_OLD = date(2026, 8, 14)
FIRST_OF_THE_NEW = date(2026, 8, 15)


def case(
    kind: str = "red_light",
    vehicle_class: str = "car",
    on: date = FIRST_OF_THE_NEW,
    excess: int | None = None,
) -> Violation:
    """Return an unsaved case; choosing the law asks for nothing else of it."""
    return Violation(
        violation_type=kind, vehicle_class=vehicle_class, occurred_on=on, excess_tenths=excess
    )


def provisions(rules: list[PenaltyRule]) -> list[str]:
    return [rule.provision for rule in rules]


class TestTheDayOfTheActDecides:
    """NĐ 238/2026 Đ21: an act before 15/8/2026 is judged by the decree of its day."""

    @pytest.mark.parametrize(
        ("on", "amended"), [(LAST_OF_THE_OLD, False), (FIRST_OF_THE_NEW, True)]
    )
    @pytest.mark.parametrize(
        ("kind", "vehicle_class", "provision"),
        [
            ("red_light", "car", "6.9.b"),
            ("red_light", "motorcycle", "7.7.c"),
            ("illegal_turn", "special", "8.4.d"),
            ("restricted_time_or_vehicle", "car", "6.5.i"),
        ],
    )
    def test_the_same_act_cites_the_decree_of_its_day(
        self, kind: str, vehicle_class: str, provision: str, on: date, amended: bool
    ) -> None:
        rule = rule_for(case(kind, vehicle_class, on))
        assert rule is not None
        assert (rule.provision, "238/2026" in rule.decree) == (provision, amended)
        assert applies(rule, case(kind, vehicle_class, on))

    def test_a_rule_of_the_other_period_does_not_apply(self) -> None:
        old = rule_for(case(on=LAST_OF_THE_OLD))
        new = rule_for(case(on=FIRST_OF_THE_NEW))
        assert old is not None
        assert new is not None
        assert not applies(old, case(on=FIRST_OF_THE_NEW))
        assert not applies(new, case(on=LAST_OF_THE_OLD))

    def test_an_act_before_the_decree_has_no_law_and_says_so(self) -> None:
        early = case(on=date(2024, 12, 31))
        assert candidates(early) == offers(early) == []
        assert rule_for(early) is None
        assert "31/12/2024" in why_no_rule(early)
        assert "168/2024" in why_no_rule(early)

    def test_an_act_the_amendment_added_is_not_offered_for_the_day_before(self) -> None:
        """Đ6 k2 a, safe distance when changing lanes; Đ20 k8a; Đ6 k1a: from 15/8/2026."""
        new = {"16824.6.2.a.04", "16824.20.8a.0.01", "16824.6.1a.0.01"}
        before = {rule.code for rule in offers(case(on=LAST_OF_THE_OLD))}
        after = {rule.code for rule in offers(case(on=FIRST_OF_THE_NEW))}
        assert after - before == new
        assert before - after == set()


CAMERA_TOPICS = [
    # law.md 4.3, row by row: kind, class, the provisions an officer may choose from.
    pytest.param("red_light", "car", ["6.9.b"], id="red light, car: Đ6 k9 b"),
    pytest.param("red_light", "bicycle", ["9.2.đ"], id="red light, bicycle: Đ9 k2 đ"),
    pytest.param("wrong_way", "car", ["6.11.đ", "6.9.d"], id="wrong way: Đ6 k9 d or k11 đ"),
    pytest.param("wrong_way", "moped", ["7.7.a"], id="wrong way, moped: Đ7 k7 a"),
    pytest.param("wrong_way", "special", ["8.7.d"], id="wrong way, machinery: Đ8 k7 d"),
    pytest.param("wrong_way", "bicycle", ["9.3.c"], id="wrong way, bicycle: Đ9 k3 c"),
    pytest.param("wrong_lane", "truck", ["6.5.b"], id="wrong lane: Đ6 k5 b"),
    pytest.param("wrong_lane", "motorcycle", ["7.3.d"], id="wrong lane: Đ7 k3 d"),
    pytest.param("wrong_lane", "tractor", ["8.6.đ"], id="wrong lane: Đ8 k6 đ"),
    pytest.param("phone_use", "car", ["6.5.h"], id="phone: Đ6 k5 h"),
    pytest.param("phone_use", "motorcycle", ["7.4.đ"], id="phone: Đ7 k4 đ"),
    pytest.param("phone_use", "special", [], id="phone, machinery: none"),
    pytest.param("umbrella_use", "bicycle", ["9.1.h"], id="umbrella: Đ9 k1 h"),
    pytest.param("no_seat_belt", "car", ["6.3.k", "6.3.l"], id="seat belt: Đ6 k3 k, l"),
    pytest.param("no_seat_belt", "motorcycle", [], id="seat belt, motorcycle: none"),
    pytest.param("no_helmet", "motorcycle", ["7.2.h", "7.2.i"], id="helmet: Đ7 k2 h, i"),
    pytest.param("no_helmet", "car", [], id="helmet, car: none"),
    pytest.param("emergency_lane", "car", ["6.5.d"], id="emergency lane: Đ6 k5 d"),
    pytest.param("emergency_lane", "motorcycle", ["7.7.b"], id="emergency lane: Đ7 k7 b"),
    pytest.param("emergency_lane", "special", ["8.6.e"], id="emergency lane: Đ8 k6 e"),
    pytest.param("bus_lane", "car", ["6.5.b", "6.5.i"], id="bus lane: Đ6 k5 b or i"),
    pytest.param("bus_lane", "motorcycle", ["7.3.d", "7.6.b"], id="bus lane: Đ7 k3 d or k6 b"),
    pytest.param(
        "restricted_time_or_vehicle",
        "truck",
        ["21.6.d", "25.1", "6.5.i"],
        id="trucks in banned hours: Đ6 k5 i, Đ21 k6 d, Đ25",
    ),
    pytest.param("lane_marking", "car", ["6.1.a"], id="marking: only the residual Đ6 k1 a"),
    pytest.param("stop_line", "motorcycle", ["7.1.a"], id="stop line: only the residual Đ7 k1 a"),
    pytest.param("box_junction", "special", ["8.1.a"], id="box: only the residual Đ8 k1 a"),
    pytest.param("motorcycle_on_expressway", "moped", ["7.7.b"], id="Đ7 k7 b"),
    pytest.param("other", "car", [], id="a code nobody knows: none"),
]


@pytest.mark.parametrize(("kind", "vehicle_class", "expected"), CAMERA_TOPICS)
def test_the_candidates_of_a_detection(kind: str, vehicle_class: str, expected: list[str]) -> None:
    made = case(kind, vehicle_class)
    found = candidates(made)
    assert sorted(provisions(found)) == expected
    assert all(applies(rule, made) for rule in found)
    assert rule_for(made) == (found[0] if len(found) == 1 else None)


@pytest.mark.parametrize(
    ("vehicle_class", "excess", "provision"),
    [("car", 155, "6.5.đ"), ("motorcycle", 201, "7.8.a"), ("special", 50, "8.3.a")],
)
def test_a_speed_has_its_band(vehicle_class: str, excess: int, provision: str) -> None:
    rule = rule_for(case("speed_over", vehicle_class, excess=excess))
    assert rule is not None
    assert rule.provision == provision


@pytest.mark.parametrize("excess", [None, 0, 49])
def test_a_speed_below_the_lowest_band_has_none(excess: int | None) -> None:
    slow = case("speed_over", excess=excess)
    assert rule_for(slow) is None
    with translation.override("en"):
        assert why_no_rule(slow) == "No rule sanctions this act; it cannot be verified."


def test_stopping_has_many_places_and_the_officer_chooses() -> None:
    stopped = case("illegal_stop_parking")
    found = candidates(stopped)
    assert len(found) == 18
    assert rule_for(stopped) is None
    assert all(rule.violation_type == "illegal_stop_parking" for rule in found)


@pytest.mark.parametrize("kind", sorted(VIOLATION_TYPES - {"other"}))
def test_every_kind_of_detection_leads_to_an_act_of_some_class(kind: str) -> None:
    classes = ("car", "truck", "motorcycle", "special", "bicycle")
    assert any(candidates(case(kind, name, excess=100)) for name in classes)


class TestWhatIsOffered:
    def test_the_candidates_come_first_and_residual_acts_last(self) -> None:
        made = case("lane_marking")
        offered = offers(made)
        assert offered[0].provision == "6.1.a"  # the only candidate, residual though it is
        rest = [rule.is_residual for rule in offered[1:]]
        assert rest == sorted(rest)
        assert any(rest)

    def test_no_residual_act_is_offered_while_a_specific_one_fits(self) -> None:
        assert not any(rule.is_residual for rule in offers(case("red_light")))
        assert offers(case("red_light"))[0].provision == "6.9.b"
        assert offers(case("red_light"), "biển báo hiệu, vạch kẻ đường") == []
        assert provisions(offers(case("other"), "biển báo hiệu vạch kẻ")) == ["6.1.a"]

    def test_only_acts_of_the_class_are_offered(self) -> None:
        for name in ("car", "truck", "motorcycle", "special", "bicycle"):
            offered = offers(case("other", name))
            assert offered
            assert all(name in rule.vehicle_classes for rule in offered)

    def test_of_speeds_only_the_measured_band_is_offered(self) -> None:
        fast = offers(case("speed_over", excess=155))
        assert [r.provision for r in fast if r.violation_type == "speed_over"] == ["6.5.đ"]
        assert not any(r.violation_type == "speed_over" for r in offers(case("red_light")))

    def test_words_narrow_the_offer(self) -> None:
        assert provisions(offers(case(), "dien thoai")) == ["6.5.h"]
        assert provisions(offers(case("red_light", "motorcycle"), "điện thoại")) == ["7.4.đ"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("vượt đèn đỏ", {"6.9.b", "7.7.c"}, id="with diacritics"),
        pytest.param("vuot den do", {"6.9.b", "7.7.c"}, id="without"),
        pytest.param("ĐÈN ĐỎ vượt", {"6.9.b", "7.7.c"}, id="capitals, another order"),
        pytest.param("red-light running", {"6.9.b", "7.7.c"}, id="English"),
        pytest.param("16824.6.9.b.01", {"6.9.b"}, id="a code"),
        pytest.param("6.9.b", {"6.9.b"}, id="dotted provision"),
        pytest.param("Đ6 k9 b", {"6.9.b"}, id="short provision"),
        pytest.param("Đ6 k9 điểm b", {"6.9.b"}, id="as screens cite it"),
        pytest.param("điểm b khoản 9 Điều 6", {"6.9.b"}, id="as papers cite it"),
        pytest.param("diem b khoan 9 dieu 6", {"6.9.b"}, id="the same without diacritics"),
        pytest.param("6.5.đ", {"6.5.đ"}, id="point đ"),
        pytest.param("6.5.dd", {"6.5.đ"}, id="point đ as in the codes"),
        pytest.param("6.5.d", {"6.5.d"}, id="point d is another"),
        pytest.param("Đ6 k1a", {"6.1a"}, id="clause 1a"),
        pytest.param("Đ6 k9", {"6.9.b", "6.9.c", "6.9.d"}, id="a whole clause"),
        pytest.param("v_ot den d%", set(), id="a wildcard is only a character"),
        pytest.param("không có hành vi này", set(), id="nothing"),
    ],
)
def test_the_search_finds(words: str, found: set[str]) -> None:
    live = PenaltyRule.objects.filter(effective_until=None)
    assert set(provisions(list(search(live, words)))) == found


def test_an_empty_search_leaves_the_list() -> None:
    assert search(PenaltyRule.objects.all(), " \x00 ").count() == PenaltyRule.objects.count()


@pytest.mark.parametrize("text", ["10", "1,35 m", "", "đèn", "Đ", "6.9.b.01", "k9 b"])
def test_what_is_no_provision_is_searched_as_words(text: str) -> None:
    assert read_provision(text) is None


def test_a_provision_is_read() -> None:
    assert read_provision("Đ32 k13 d") == Provision("32", "13", "d")
    assert read_provision("Điều 6") == Provision("6")


def test_folding_loses_case_and_diacritics_only() -> None:
    assert fold("Đường ĐỘT NGỘT (1,35 m)") == "duong dot ngot (1,35 m)"
    assert fold_act("Vượt", "Overtaking", "6.5.a") == "vuot overtaking 6.5.a"
    assert len(fold_act("ă" * 500, "b" * 500, "6.5.a")) == 900


def test_officers_of_later_days_are_judged_by_the_same_rows() -> None:
    later = case(on=FIRST_OF_THE_NEW + timedelta(days=400))
    assert rule_for(later) == rule_for(case())
