"""What the passing of time does: once, whatever breaks, and never before its day."""

from __future__ import annotations

import threading
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from notices.calendars import current_calendar
from notices.models import CalendarChange, CalendarYear
from tests.journeys import World, acting, case_at, confirming, world
from violations import evasions, late_charging, sanctions, sweeps
from violations.calendar_confirmation import change_day
from violations.deadlines import compute
from violations.guards import VIET_NAM, Refused
from violations.models import CaseDeadline, CaseEvent, Violation

pytestmark = pytest.mark.gate


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def steps_of(case: Violation, step: str) -> int:
    return CaseEvent.objects.filter(case=case, step=step).count()


@pytest.mark.django_db
class TestTheDailySweep:
    def test_a_warning_that_the_owner_does_not_come_is_proposed_once(self) -> None:
        """TT 73/2024 Đ24 k5: after the twenty days, not on the last of them."""
        case = case_at("notified", world())
        last = case.deadlines.get(name="no_show").due_on
        assert sweeps.daily(at=noon(last)) == {}
        assert sweeps.daily(at=noon(last + timedelta(days=1))) == {"propose_warn_no_show": 1}
        assert sweeps.daily(at=noon(last + timedelta(days=2))) == {}
        assert case.measures.filter(kind="warn_no_show", due_on=last).count() == 1
        assert steps_of(case, "warn_no_show") == 0, "nothing goes out before an officer confirms"

    def test_the_late_charge_begins_once_on_the_day_after_the_last(self) -> None:
        """Luật XLVPHC Đ78 k1"""
        case = case_at("served", world())
        assert case.pay_due_on is not None
        assert sweeps.daily(at=noon(case.pay_due_on)) == {}
        found = sweeps.daily(at=noon(case.pay_due_on + timedelta(days=1)))
        assert found == {"propose_warn_unpaid": 1, "begin_late_charge": 1}
        assert sweeps.daily(at=noon(case.pay_due_on + timedelta(days=2))) == {}
        event = CaseEvent.objects.get(case=case, step="begin_late_charge")
        assert event.facts == {"began_on": (case.pay_due_on + timedelta(days=1)).isoformat()}

    def test_a_late_charge_does_not_begin_while_the_end_is_provisional(self) -> None:
        """Luật XLVPHC Đ8: the calendar may still move the day."""
        case = case_at("served", world())
        case.deadlines.filter(name="pay_due").update(provisional=True)
        assert case.pay_due_on is not None
        with pytest.raises(Refused, match="Đ8 Luật XLVPHC"):
            late_charging.begin_late_charge(
                case.pk, by=confirming(case), at=noon(case.pay_due_on + timedelta(days=3))
            )
        found = sweeps.daily(at=noon(case.pay_due_on + timedelta(days=3)))
        assert found == {"refused": 1}

    def test_a_case_that_fails_does_not_stop_the_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = world()
        poisoned, sound = case_at("recorded", place), case_at("recorded", place)
        real = sanctions.end_by_clock

        def end(case_id: uuid.UUID, step: str, *, at: datetime) -> None:
            if case_id == poisoned.pk:
                raise ValueError("Trần Văn Hiếu")
            real(case_id, step, at=at)

        monkeypatch.setattr(sanctions, "end_by_clock", end)
        at = noon(sound.decision_due_on + timedelta(days=1))
        assert sweeps.daily(at=at) == {"failed": 1, "pass_decision_period": 1}
        monkeypatch.undo()
        assert sweeps.end_overdue(at=at) == 1
        assert Violation.objects.get(pk=poisoned.pk).status == "dismissed"

    def test_a_sweep_killed_in_the_middle_goes_on_from_what_is_left(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = world()
        cases = [case_at("recorded", place) for _ in range(3)]
        real, calls = sanctions.end_by_clock, []

        def end(case_id: uuid.UUID, step: str, *, at: datetime) -> None:
            calls.append(case_id)
            real(case_id, step, at=at)
            if len(calls) == 2:
                raise KeyboardInterrupt  # after its writes, before its commit

        monkeypatch.setattr(sanctions, "end_by_clock", end)
        at = noon(cases[0].decision_due_on + timedelta(days=1))
        with pytest.raises(KeyboardInterrupt):
            sweeps.daily(at=at)
        assert Violation.objects.filter(status="dismissed").count() == 1
        monkeypatch.setattr(sanctions, "end_by_clock", real)
        assert sweeps.daily(at=at) == {"pass_decision_period": 2}
        assert [steps_of(case, "pass_decision_period") for case in cases] == [1, 1, 1]

    def test_batches_meet_every_candidate_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        place = world()
        cases = {case_at("recorded", place).pk for _ in range(3)}
        monkeypatch.setattr(sweeps, "BATCH", 1)
        found = list(sweeps.candidates("decision_due", date(2027, 1, 1)))
        assert (len(found), set(found)) == (3, cases)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_take_each_step_once() -> None:
    place = world()
    cases = [case_at("recorded", place) for _ in range(4)]
    at = noon(cases[0].decision_due_on + timedelta(days=1))
    found: list[dict[str, int]] = []
    start = threading.Barrier(2)

    def sweep() -> None:
        try:
            start.wait()
            found.append(sweeps.daily(at=at))
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(each.get("pass_decision_period", 0) for each in found) == 4
    assert sum(each.get("failed", 0) for each in found) == 0
    assert [steps_of(case, "pass_decision_period") for case in cases] == [1, 1, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_holds_is_left_for_the_next_run() -> None:
    case = case_at("recorded", world())
    at = noon(case.decision_due_on + timedelta(days=1))
    found: list[dict[str, int]] = []

    def sweep() -> None:
        try:
            found.append(sweeps.daily(at=at))
        finally:
            connection.close()

    with transaction.atomic():
        Violation.objects.select_for_update().get(pk=case.pk)
        thread = threading.Thread(target=sweep)
        thread.start()
        thread.join(60)
    assert found == [{"locked": 1}]
    assert sweeps.daily(at=at) == {"pass_decision_period": 1}


@pytest.mark.django_db
class TestEvasion:
    """Luật XLVPHC Đ6 k1 đ.d, Đ74 k2"""

    def record(self, place: World, case: Violation, began: date, ended: date, at: datetime) -> None:
        evasions.record_evasion(
            case.pk,
            began_on=began,
            ended_on=ended,
            basis="biên bản xác minh số 12 ngày 20/10/2026",
            by=acting(place.reviewer),
            at=at,
        )

    def test_the_time_bar_starts_again_on_the_day_it_ended(self) -> None:
        place = world()
        case = case_at("notified", place)
        self.record(place, case, date(2026, 10, 20), date(2026, 11, 2), noon(date(2026, 11, 3)))
        case = Violation.objects.get(pk=case.pk)
        clock = case.deadlines.get(name="time_bar")
        assert (clock.starts_on, clock.due_on) == (date(2026, 11, 2), date(2027, 11, 2))
        assert case.time_bar_on == date(2027, 11, 2)
        assert sweeps.daily(at=noon(date(2027, 11, 2))).get("bar_by_time", 0) == 0
        assert sweeps.daily(at=noon(date(2027, 11, 3)))["bar_by_time"] == 1

    def test_after_the_decision_the_year_of_execution_starts_again(self) -> None:
        place = world()
        case = case_at("served", place)
        self.record(place, case, date(2026, 11, 1), date(2026, 12, 1), noon(date(2026, 12, 2)))
        assert case.deadlines.get(name="lapse").due_on == date(2027, 12, 1)
        assert Violation.objects.get(pk=case.pk).time_bar_on == case.time_bar_on

    @pytest.mark.parametrize(
        ("began", "ended"),
        [
            pytest.param(date(2026, 11, 2), date(2026, 11, 1), id="ends before it begins"),
            pytest.param(date(2026, 11, 1), date(2026, 12, 30), id="ends after today"),
            pytest.param(date(2026, 10, 1), date(2026, 11, 1), id="began before the violation"),
        ],
    )
    def test_impossible_days_are_refused(self, began: date, ended: date) -> None:
        place = world()
        case = case_at("notified", place)
        with pytest.raises(Refused):
            self.record(place, case, began, ended, noon(date(2026, 11, 20)))
        assert case.deadlines.get(name="time_bar").due_on == case.time_bar_on

    def test_a_period_that_has_ended_does_not_come_to_life_again(self) -> None:
        place = world()
        case = case_at("notified", place)
        after = case.time_bar_on + timedelta(days=1)
        with pytest.raises(Refused, match=r"Đ6 k1 đ\.d, Đ74 k2"):
            self.record(place, case, after, after, noon(after))


@pytest.mark.django_db
class TestTheCalendarIsCorrected:
    """BLDS Đ147–148"""

    def change(self, day: date, nature: str, at: datetime) -> int:
        return change_day(day, nature, reason="mẫu", instrument="01/TB-MAU", by_name="Nghĩa", at=at)

    def test_a_new_day_off_moves_the_running_clocks_that_hold_it(self) -> None:
        case = case_at("recorded", world())
        before = case.decision_due_on
        assert before == date(2026, 10, 22)
        moved = self.change(date(2026, 10, 20), "closed", noon(date(2026, 10, 15)))
        case = Violation.objects.get(pk=case.pk)
        assert case.decision_due_on == date(2026, 10, 23)
        assert case.deadlines.get(name="decision_due").due_on == date(2026, 10, 23)
        kept = CalendarChange.objects.get()
        assert (kept.before, kept.after, kept.instrument) == ("plain", "closed", "01/TB-MAU")
        assert kept.clocks_moved == moved >= 1

    def test_a_day_taken_out_again_is_a_change_too(self) -> None:
        case = case_at("recorded", world())
        self.change(date(2026, 10, 20), "closed", noon(date(2026, 10, 15)))
        self.change(date(2026, 10, 20), "plain", noon(date(2026, 10, 15)))
        assert Violation.objects.get(pk=case.pk).decision_due_on == date(2026, 10, 22)
        assert list(CalendarChange.objects.order_by("id").values_list("before", "after")) == [
            ("plain", "closed"),
            ("closed", "plain"),
        ]

    def test_a_clock_that_was_met_keeps_its_end(self) -> None:
        case = case_at("decided", world())
        met = case.deadlines.get(name="decision_due")
        self.change(date(2026, 10, 20), "closed", noon(date(2026, 10, 15)))
        assert case.deadlines.get(name="decision_due").due_on == met.due_on

    def test_nobody_is_late_because_the_calendar_moved_back(self) -> None:
        """A Saturday worked in exchange, told on the last day: the old end still holds."""
        case = case_at("recorded", world())
        today = noon(date(2026, 10, 22))
        self.change(date(2026, 10, 17), "working", today)
        assert Violation.objects.get(pk=case.pk).decision_due_on == date(2026, 10, 22)

    def test_a_change_without_its_instrument_is_refused(self) -> None:
        world()
        with pytest.raises(Refused, match=r"văn bản|instrument"):
            change_day(
                date(2026, 10, 20), "closed", reason="mẫu", instrument=" ", by_name="N",
                at=noon(date(2026, 10, 15)),
            )  # fmt: skip
        assert not CalendarChange.objects.exists()


@pytest.mark.django_db
def test_a_year_without_a_calendar_gives_a_provisional_end() -> None:
    world()
    assert not CalendarYear.objects.filter(year=2031).exists()
    assert compute("pay_due", date(2031, 3, 3), current_calendar()).provisional


@pytest.mark.django_db
def test_a_decision_after_the_time_bar_is_refused() -> None:
    """Luật XLVPHC Đ6 k1"""
    place = world()
    case = case_at("recorded", place)
    late = noon(case.time_bar_on + timedelta(days=1))
    with pytest.raises(Refused):
        sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=late)
    with pytest.raises(Refused):
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=late)
    assert CaseDeadline.objects.get(case=case, name="time_bar").met_on is None
