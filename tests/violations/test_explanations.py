"""The right to explain and the period of the decision, article by article.

The record of ``case_at`` is made on Tuesday 13/10/2026; a car at a red light has the right (Đ61).
"""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from notices.models import Notice
from tests.journeys import World, acting, case_at, world
from violations import explanations, sanctions
from violations.guards import VIET_NAM, Refused
from violations.models import CaseEvent, Explanation, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
WINDOW, LONGER = date(2026, 10, 20), date(2026, 10, 27)
SEVEN_DAYS, ONE_MONTH, TWO_MONTHS = date(2026, 10, 22), date(2026, 11, 13), date(2026, 12, 14)


def on(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), VIET_NAM)


def october(day: int) -> date:
    return date(2026, 10, day)


def received(case: Violation, place: World, day: date, *, written_down: date | None = None) -> None:
    explanations.receive_explanation(
        case.pk,
        received_on=day,
        proof="bút lục số 7",
        by=acting(place.reviewer),
        at=on(written_down or day),
    )


def hearing_called(case: Violation, place: World, day: date, *, at: datetime) -> None:
    """Let an officer draw the call up and the leader sign it."""
    explanations.propose_hearing(case.pk, on=day, by=acting(place.reviewer), at=at)
    explanations.call_hearing(case.pk, by=acting(place.leader), at=at)


def hearing_asked(case: Violation, place: World, day: date, *, down: date | None = None) -> None:
    explanations.request_hearing(
        case.pk,
        received_on=day,
        proof="bút lục số 8",
        by=acting(place.reviewer),
        at=on(down or day),
    )


def test_the_record_starts_three_clocks_of_the_person_and_the_unit() -> None:
    case = case_at("recorded", world())
    ends = {clock.name: clock.due_on for clock in case.deadlines.filter(met_on__isnull=True)}
    assert ends["explanation_due"] == WINDOW
    assert ends["hearing_request_due"] == october(15)
    assert ends["record_forwarded_due"] == october(15)
    assert case.decision_due_on == ends["decision_due"] == SEVEN_DAYS


def test_without_the_right_no_clock_of_it_runs_and_nothing_of_it_is_taken() -> None:
    """Đ61: six million is below fifteen."""
    place = world()
    case = case_at("recorded", place, plate="29B112345", vehicle_class="motorcycle")
    assert not case.deadlines.filter(name__in=["explanation_due", "hearing_request_due"]).exists()
    before = CaseEvent.objects.count()
    with pytest.raises(Refused, match="Đ61"):
        received(case, place, october(14))
    with pytest.raises(Refused, match="Đ61"):
        hearing_asked(case, place, october(14))
    with pytest.raises(Refused):
        explanations.declare_complex(
            case.pk, reason="phức tạp", by=acting(place.leader), at=on(october(14))
        )
    assert CaseEvent.objects.count() == before


@pytest.mark.parametrize(
    ("day", "written_down"),
    [
        pytest.param(october(13), None, id="on the day of the record"),
        pytest.param(WINDOW, None, id="Đ61 k2: on the fifth working day"),
        pytest.param(october(19), october(21), id="in time, written down late"),
    ],
)
def test_an_explanation_that_came_in_time_gives_the_decision_a_month(
    day: date, written_down: date | None
) -> None:
    """Đ66 k1 đ.b."""
    place = world()
    case = case_at("recorded", place)
    received(case, place, day, written_down=written_down)
    fresh = Violation.objects.get(pk=case.pk)
    assert fresh.decision_due_on == ONE_MONTH
    assert fresh.deadlines.get(name="decision_due").variant == "explained"
    assert fresh.deadlines.get(name="explanation_due").met_on == day
    assert fresh.explanation.received_at.astimezone(VIET_NAM).date() == day


@pytest.mark.parametrize(
    ("day", "written_down"),
    [
        pytest.param(october(21), None, id="Đ61 k2: after the fifth working day"),
        pytest.param(october(12), october(14), id="before the record"),
        pytest.param(october(16), october(15), id="a day to come"),
    ],
)
def test_an_explanation_out_of_its_time_moves_no_period(
    day: date, written_down: date | None
) -> None:
    place = world()
    case = case_at("recorded", place)
    before = CaseEvent.objects.count()
    with pytest.raises(Refused):
        received(case, place, day, written_down=written_down)
    assert CaseEvent.objects.count() == before
    fresh = Violation.objects.get(pk=case.pk)
    assert (fresh.decision_due_on, fresh.explanation.received_at) == (SEVEN_DAYS, None)


def test_one_written_explanation_is_received_and_none_after_a_waiver() -> None:
    place = world()
    case = case_at("recorded", place)
    received(case, place, october(14))
    with pytest.raises(Refused, match="14/10/2026"):
        received(case, place, october(15))
    other = case_at("recorded", place)
    explanations.waive_explanation(
        other.pk, proof="đơn ngày 14/10/2026", by=acting(place.reviewer), at=on(october(14))
    )
    with pytest.raises(Refused):
        received(other, place, october(15))
    assert not other.deadlines.filter(name="hearing_request_due", met_on__isnull=True).exists()


def test_an_explained_case_is_decided_without_waiting_for_the_window() -> None:
    place = world()
    case = case_at("recorded", place)
    received(case, place, october(14))
    sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=on(october(15)))
    sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(october(15)))
    assert Violation.objects.get(pk=case.pk).status == "decided"


def test_more_time_is_given_once_and_the_decision_waits_for_it() -> None:
    """Đ61 k2: at most five working days more; seven working days would end before them."""
    place = world()
    case = case_at("recorded", place)
    by = acting(place.reviewer)
    explanations.extend_explanation(case.pk, reason="đi công tác", by=by, at=on(october(19)))
    fresh = Violation.objects.get(pk=case.pk)
    assert (fresh.explanation.due_on, fresh.explanation.extended_on) == (LONGER, october(19))
    assert fresh.deadlines.get(name="explanation_due").variant == "extended"
    assert fresh.decision_due_on == ONE_MONTH
    with pytest.raises(Refused, match="Đ61 k2"):
        explanations.extend_explanation(case.pk, reason="nữa", by=by, at=on(october(20)))
    sanctions.propose_decision(case.pk, by=by, at=on(october(26)))
    with pytest.raises(Refused, match="Đ61"):
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(LONGER))
    received(case, place, LONGER)
    with pytest.raises(Refused):  # what waited had not weighed the explanation
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(LONGER, 14))
    sanctions.propose_decision(case.pk, by=by, at=on(LONGER, 14))
    sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(LONGER, 15))
    assert Violation.objects.get(pk=case.pk).status == "decided"


def test_more_time_is_not_given_after_the_window() -> None:
    place = world()
    case = case_at("recorded", place)
    with pytest.raises(Refused, match="20/10/2026"):
        explanations.extend_explanation(
            case.pk, reason="muộn", by=acting(place.reviewer), at=on(october(21))
        )
    assert Explanation.objects.get(case=case).due_on == WINDOW


def test_a_hearing_is_asked_for_called_and_held_and_only_then_decided() -> None:
    """Đ61 k3."""
    place = world()
    case = case_at("recorded", place)
    by = acting(place.reviewer)
    hearing_asked(case, place, october(15))
    fresh = Violation.objects.get(pk=case.pk)
    assert fresh.decision_due_on == ONE_MONTH
    clock = fresh.deadlines.get(name="hearing_notice_due")
    assert (clock.due_on, clock.met_on) == (october(22), None)
    sanctions.propose_decision(case.pk, by=by, at=on(october(21)))
    with pytest.raises(Refused, match="Đ61"):  # after the written window, and still not heard
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(october(21)))
    with pytest.raises(Refused):  # nothing was called yet
        explanations.hold_hearing(
            case.pk, attended_by="A", statement="B", by=by, at=on(october(21))
        )
    for useless in (october(20), date(2026, 11, 16)):  # gone by; after the period of the decision
        with pytest.raises(Refused):
            explanations.propose_hearing(case.pk, on=useless, by=by, at=on(october(21)))
    hearing_called(case, place, october(23), at=on(october(21)))
    assert fresh.deadlines.get(name="hearing_notice_due").met_on == october(21)
    with pytest.raises(Refused, match="23/10/2026"):
        explanations.hold_hearing(
            case.pk, attended_by="A", statement="B", by=by, at=on(october(22))
        )
    with pytest.raises(Refused):  # a person without his words
        explanations.hold_hearing(
            case.pk, attended_by="A", statement=" ", by=by, at=on(october(23))
        )
    paper = explanations.hold_hearing(
        case.pk,
        attended_by="Trần Văn Hiếu",
        statement="đèn vừa chuyển đỏ",
        by=by,
        at=on(october(23)),
    )
    heard = Explanation.objects.get(case=case)
    assert (heard.heard_on, heard.hearing_notice) == (october(23), paper)
    assert paper.number_text == "0001/BB-GTTT"
    event = case.events.latest("sequence")
    assert event.facts == {"came": True}
    with pytest.raises(Refused):  # proposed before the hearing, so it does not cite its minutes
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(october(23), 14))
    sanctions.propose_decision(case.pk, by=by, at=on(october(23), 14))
    decision = sanctions.sign_decision(case.pk, by=acting(place.leader), at=on(october(23), 15))
    assert decision.context["hearing_record"] == {
        "number": "0001/BB-GTTT",
        "made_on": "2026-10-23",
    }
    assert "Điều 61" in decision.context["period_note"]


def test_a_hearing_to_which_nobody_came_is_minuted_as_such() -> None:
    place = world()
    case = case_at("recorded", place)
    by = acting(place.reviewer)
    hearing_asked(case, place, october(14))
    hearing_called(case, place, october(16), at=on(october(15)))
    paper = explanations.hold_hearing(
        case.pk, attended_by="", statement="", by=by, at=on(october(16))
    )
    assert paper.context["counter_signer"] is None
    assert "không đến phiên giải trình" in str(paper.context["articles"])


@pytest.mark.parametrize(
    ("day", "down", "taken"),
    [
        pytest.param(october(15), None, True, id="Đ61 k3: on the second working day"),
        pytest.param(october(15), october(19), True, id="in time, written down late"),
        pytest.param(october(16), None, False, id="Đ61 k3: on the third"),
    ],
)
def test_a_hearing_is_asked_for_within_two_working_days(
    day: date, down: date | None, taken: bool
) -> None:
    place = world()
    case = case_at("recorded", place)
    if taken:
        hearing_asked(case, place, day, down=down)
    else:
        with pytest.raises(Refused, match="15/10/2026"):
            hearing_asked(case, place, day, down=down)
    expected = day if taken else None
    assert Explanation.objects.get(case=case).hearing_requested_on == expected


def test_an_explained_case_may_be_called_complex_once_by_a_leader() -> None:
    """Đ66 k1 đ.c."""
    place = world()
    case = case_at("recorded", place)
    leader = acting(place.leader)
    with pytest.raises(Refused, match="Đ66"):  # nothing was explained yet
        explanations.declare_complex(case.pk, reason="phức tạp", by=leader, at=on(october(14)))
    received(case, place, october(14))
    with pytest.raises(Refused):  # not for the officer to say
        explanations.declare_complex(
            case.pk, reason="phức tạp", by=acting(place.reviewer), at=on(october(14))
        )
    explanations.declare_complex(case.pk, reason="nhiều tình tiết", by=leader, at=on(october(15)))
    fresh = Violation.objects.get(pk=case.pk)
    assert fresh.decision_due_on == TWO_MONTHS
    with pytest.raises(Refused):
        explanations.declare_complex(case.pk, reason="nữa", by=leader, at=on(october(16)))
    hearing_asked(case, place, october(15))  # a later ground never shortens
    assert Violation.objects.get(pk=case.pk).decision_due_on == TWO_MONTHS


def test_after_the_period_no_ground_lengthens_it_any_more() -> None:
    """Đ65 k1c: a letter that came in time but was found too late saves no fine."""
    place = world()
    case = case_at("recorded", place)
    with pytest.raises(Refused, match="Đ66"):
        received(case, place, october(19), written_down=october(23))
    sanctions.end_by_clock(case.pk, "pass_decision_period", at=on(october(23)))
    assert Violation.objects.get(pk=case.pk).status == "dismissed"


def test_what_the_person_said_is_in_the_minutes_and_in_no_event() -> None:
    place = world()
    case = case_at("recorded", place)
    by = acting(place.reviewer)
    hearing_asked(case, place, october(14))
    hearing_called(case, place, october(16), at=on(october(15)))
    explanations.hold_hearing(
        case.pk, attended_by="Trần Văn Hiếu", statement="Câu nói", by=by, at=on(october(16))
    )
    assert "Câu nói" in str(Notice.objects.get(kind="MBB03").context)
    for event in case.events.all():
        assert "Câu nói" not in f"{event.facts}{event.reason}"


def test_who_may_sanction_signs_the_call_to_the_hearing() -> None:
    """Luật XLVPHC Đ61 k3: the officer draws it up, the person with the power signs."""
    place = world()
    case = case_at("recorded", place)
    by, leader = acting(place.reviewer), acting(place.leader)
    hearing_asked(case, place, october(14))
    with pytest.raises(Refused):  # nothing was drawn up
        explanations.call_hearing(case.pk, by=leader, at=on(october(15)))
    explanations.propose_hearing(case.pk, on=october(16), by=by, at=on(october(15)))
    assert not Notice.objects.filter(kind="TBPGT").exists()
    with pytest.raises(Refused):
        explanations.call_hearing(case.pk, by=by, at=on(october(15)))
    with pytest.raises(Refused):  # the day it names is over
        explanations.call_hearing(case.pk, by=leader, at=on(october(17)))
    letter = explanations.call_hearing(case.pk, by=leader, at=on(october(15)))
    assert letter.context["signature"]["name"] == place.leader.user.full_name
    assert letter.context["addressee"]["name"].endswith("TRẦN VĂN HIẾU")
    assert case.events.get(step="call_hearing").actor_id == place.leader.user_id
    assert Explanation.objects.get(case=case).hearing_called_for_on == october(16)
    with pytest.raises(Refused):  # it is called once
        explanations.propose_hearing(case.pk, on=october(16), by=by, at=on(october(15)))
