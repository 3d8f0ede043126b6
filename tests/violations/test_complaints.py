"""Complaints by article: who, when, on what paper; and that they stop no payment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from notices.models import Notice
from tests.journeys import World, acting, case_at, officer, world
from tests.violations.remedying import (
    RECEIVED,
    accept,
    complain,
    decide,
    due,
    english,
    noon,
    runs,
    superior,
    talk,
)
from violations import complaints, payments
from violations.guards import Refused
from violations.guards.execution import nothing_holds_execution
from violations.models import Complaint, Violation

__all__ = ["english"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def place() -> World:
    return world()


@pytest.fixture
def served(place: World) -> Violation:
    """A decision of 14/10/2026, received on 15/10/2026."""
    return case_at("served", place)


def again(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def decided_once(case: Violation, place: World) -> date:
    """Take the first complaint to a decision that dismisses it; return the day."""
    complain(case, place)
    accept(case, place.leader, date(2026, 10, 22))
    talk(case, place, date(2026, 10, 23), date(2026, 10, 30))
    decide(case, place.leader, date(2026, 11, 2))
    return date(2026, 11, 2)


class TestTheFirst:
    def test_it_is_received_within_ninety_days(self, served: Violation, place: World) -> None:
        """Luật Khiếu nại Đ9"""
        assert due(served, "complaint_due") == date(2027, 1, 13)
        assert complain(served, place, date(2027, 1, 13)).is_late is False
        assert runs(served, "complaint_accepted_due")
        assert not runs(served, "complaint_due")

    @pytest.mark.parametrize(
        ("days", "excused", "late"), [(0, 0, False), (1, 0, True), (1, 1, False), (11, 10, True)]
    )
    def test_days_of_an_obstacle_are_not_counted(
        self, served: Violation, place: World, days: int, excused: int, late: bool
    ) -> None:
        """Luật Khiếu nại Đ9"""
        on = date(2027, 1, 13) + timedelta(days=days)
        assert complain(served, place, on, excused_days=excused).is_late is late

    def test_before_service_none_is_late(self, place: World) -> None:
        """The ninety days begin with receipt or knowledge; nobody knows it yet. Đ9"""
        case = case_at("decided", place)
        assert complain(case, place, date(2026, 10, 14) + timedelta(days=200)).is_late is False

    def test_a_late_one_is_received_then_refused_with_the_reason(
        self, served: Violation, place: World
    ) -> None:
        """Luật Khiếu nại Đ11 k6, Đ27; Mẫu 04"""
        on = date(2027, 1, 14)
        complain(served, place, on)
        before = served.events.count()
        with pytest.raises(Refused, match="after the time to complain"):
            accept(served, place.leader, on)
        assert served.events.count() == before
        paper = complaints.refuse_complaint(
            served.pk, ground="late", reason="Nhận ngày 14/01/2027.", by=acting(place.leader),
            at=noon(on),
        )  # fmt: skip
        assert (paper.kind, Complaint.objects.get().state) == ("KN04", "refused")
        assert "khoản 6 Điều 11" in paper.context["ground"]
        assert not runs(served, "complaint_accepted_due")

    @pytest.mark.parametrize(
        ("received", "answer_by"),
        [
            (date(2026, 10, 20), date(2026, 10, 29)),  # seven working days, from 01/7/2026
        ],
    )
    def test_it_is_accepted_within_seven_working_days(
        self, served: Violation, place: World, received: date, answer_by: date
    ) -> None:
        """NĐ 155/2026 Đ10"""
        complain(served, place, received)
        assert due(served, "complaint_accepted_due") == answer_by

    @pytest.mark.parametrize(
        ("complex_", "remote", "days"),
        [(False, False, 30), (True, False, 45), (False, True, 45), (True, True, 60)],
    )
    def test_the_deciding_period(
        self, served: Violation, place: World, complex_: bool, remote: bool, days: int
    ) -> None:
        """Luật Khiếu nại Đ28; a last day off moves on"""
        complain(served, place, is_remote=remote)
        paper = accept(served, place.leader, date(2026, 10, 22), is_complex=complex_)
        end = due(served, "complaint_decided_due")
        assert 0 <= (end - date(2026, 10, 22) - timedelta(days=days)).days <= 2
        assert paper.kind == "KN03"
        assert paper.context["decide_by"] == end.isoformat()

    def test_who_signed_the_decision_decides_and_others_do_not(
        self, served: Violation, place: World
    ) -> None:
        """Luật Khiếu nại Đ7 k1"""
        other = officer("team", "Đội trưởng Mẫu", "Signing leader", place.unit, "team_head")
        complain(served, place)
        with pytest.raises(Refused, match="who signed the decision"):
            accept(served, other, RECEIVED)
        assert Complaint.objects.get().state == "received"
        successor = officer("next", "Trưởng phòng Mới", "Signing leader", place.unit, "office_head")
        accept(served, successor, RECEIVED)
        assert Complaint.objects.get().state == "accepted"

    def test_an_answer_that_differs_needs_a_dialogue(self, served: Violation, place: World) -> None:
        """Luật Khiếu nại Đ30"""
        complain(served, place)
        accept(served, place.leader, date(2026, 10, 22))
        for outcome in ("dismissed", "partly_upheld"):
            with pytest.raises(Refused, match="dialogue"):
                decide(served, place.leader, date(2026, 10, 30), outcome)
        assert not Notice.objects.filter(kind="KNQD").exists()
        decide(served, place.leader, date(2026, 10, 30), "upheld")
        assert Complaint.objects.get().outcome == "upheld"

    def test_a_dialogue_is_called_five_days_ahead(self, served: Violation, place: World) -> None:
        """NĐ 155/2026 Đ11"""
        complain(served, place)
        accept(served, place.leader, date(2026, 10, 22))
        with pytest.raises(Refused, match="five days"):
            talk(served, place, date(2026, 10, 26), date(2026, 10, 30))
        talk(served, place, date(2026, 10, 25), date(2026, 10, 30))
        assert Complaint.objects.get().dialogue_on == date(2026, 10, 30)

    def test_a_withdrawn_one_is_handled_no_more(self, served: Violation, place: World) -> None:
        """Luật Khiếu nại Đ10 k2"""
        complain(served, place)
        complaints.withdraw_complaint(
            served.pk, proof="Đơn rút ngày 21/10", by=acting(place.reviewer), at=noon(RECEIVED)
        )
        with pytest.raises(Refused):
            accept(served, place.leader, RECEIVED)
        assert not runs(served, "complaint_accepted_due")


class TestTheSecond:
    def test_it_goes_to_the_superior_within_thirty_days(
        self, served: Violation, place: World
    ) -> None:
        """Luật Khiếu nại Đ33, Đ37, Đ39"""
        day = decided_once(served, place)
        assert due(served, "second_complaint_due") == date(2026, 12, 2)
        second = complain(served, place, date(2026, 12, 2))
        assert (second.level, second.is_late) == (2, False)
        with pytest.raises(Refused, match="decided before"):
            accept(served, place.leader, date(2026, 12, 3))
        same_rank = officer("next", "Trưởng phòng Mới", "Signing leader", place.unit, "office_head")
        with pytest.raises(Refused, match="direct superior"):
            accept(served, same_rank, date(2026, 12, 3))
        director = superior(place)
        accept(served, director, date(2026, 12, 3))
        assert due(served, "complaint_decided_due") >= date(2026, 12, 3) + timedelta(days=45)
        with pytest.raises(Refused, match="only after a dialogue"):
            decide(served, director, date(2026, 12, 10), "upheld")
        talk(served, place, date(2026, 12, 3), date(2026, 12, 10))
        paper = decide(served, director, date(2026, 12, 11))
        assert "lần hai" in paper.context["subject"]
        assert (paper.unit_code, paper.context["unit"]["name"]) == ("C08", place.national.name)
        assert paper.context["authority"] == f"Cục trưởng {place.national.name}"
        assert day < date(2026, 12, 11)
        with pytest.raises(Refused, match="way to the court"):
            complain(served, place, date(2026, 12, 12))

    def test_after_the_window_it_is_late(self, served: Violation, place: World) -> None:
        """Luật Khiếu nại Đ33 k1"""
        decided_once(served, place)
        assert complain(served, place, date(2026, 12, 3)).is_late

    def test_in_a_remote_area_it_has_forty_five(self, served: Violation, place: World) -> None:
        """Luật Khiếu nại Đ33 k1"""
        decided_once(served, place)
        assert not complain(served, place, date(2026, 12, 17), is_remote=True).is_late

    def test_an_undecided_first_opens_the_way_when_its_period_ends(
        self, served: Violation, place: World
    ) -> None:
        """Luật Khiếu nại Đ33 k1: "hết thời hạn giải quyết mà khiếu nại không được giải quyết" """
        complain(served, place)
        accept(served, place.leader, date(2026, 10, 22))
        end = due(served, "complaint_decided_due")
        with pytest.raises(Refused, match="being handled"):
            complain(served, place, end)
        second = complain(served, place, end + timedelta(days=1))
        assert (second.level, second.is_late) == (2, False)
        accept(served, superior(place), end + timedelta(days=2))
        states = dict(Complaint.objects.values_list("level", "state"))
        assert states == {1: "overtaken", 2: "accepted"}
        with pytest.raises(Refused, match="decided before"):
            decide(served, place.leader, end + timedelta(days=3))

    def test_one_at_a_time(self, served: Violation, place: World) -> None:
        complain(served, place)
        with pytest.raises(Refused, match="being handled"):
            complain(served, place, RECEIVED + timedelta(days=1))
        assert Complaint.objects.count() == 1


class TestTheDutyToPay:
    def test_a_complaint_stops_neither_late_charge_nor_payment(
        self, served: Violation, place: World
    ) -> None:
        """Luật XLVPHC Đ73; Luật Khiếu nại Đ35"""
        on = served.pay_due_on + timedelta(days=11)
        untouched = payments.amount_due(again(served).decision, on=on)
        complain(served, place)
        accept(served, place.leader, RECEIVED)
        case = again(served)
        assert payments.amount_due(case.decision, on=on) == untouched
        assert untouched.late_charge_vnd > 0
        assert nothing_holds_execution(case, acting(place.leader), noon(on)) is None
        payments.receive(
            case.decision.pk, provider="vnpay", reference="K1", paid_at=noon(on), at=noon(on),
            amount_vnd=untouched.remaining_vnd,
        )  # fmt: skip
        assert payments.settle_and_close(case.pk, at=noon(on))
        assert again(case).status == "closed"

    def test_a_closed_case_keeps_the_clock_of_an_open_complaint(
        self, served: Violation, place: World
    ) -> None:
        """Paying is no withdrawal. Luật Khiếu nại Đ10, Đ28"""
        complain(served, place)
        accept(served, place.leader, RECEIVED)
        payments.receive(
            served.decision.pk, provider="vnpay", reference="K2", paid_at=noon(RECEIVED),
            at=noon(RECEIVED), amount_vnd=served.decision.fine_vnd,
        )  # fmt: skip
        assert payments.settle_and_close(served.pk, at=noon(RECEIVED))
        assert runs(served, "complaint_decided_due")
        assert not runs(served, "pay_due")
        decide(served, place.leader, date(2026, 10, 23), "upheld")
        assert runs(served, "carry_out_due")

    def test_an_upheld_complaint_leaves_a_duty_that_holds_execution(
        self, served: Violation, place: World
    ) -> None:
        """Luật Khiếu nại Đ46; NĐ 118/2021 Đ15"""
        complain(served, place)
        accept(served, place.leader, RECEIVED)
        decide(served, place.leader, RECEIVED, "upheld")
        case = again(served)
        late = noon(served.pay_due_on + timedelta(days=5))
        assert due(case, "carry_out_due") == date(2026, 11, 19)
        assert "cancel or amend it first" in str(
            nothing_holds_execution(case, acting(place.leader), late)
        )


REFUSALS: list[tuple[str, Callable[..., Any], str]] = [
    ("Đ8: without a content", lambda c, p: complaints.receive_complaint(
        c.pk, received_on=RECEIVED, content=" ", by=acting(p.reviewer), at=noon(RECEIVED)),
     "Write down"),
    ("Đ9: before the decision", lambda c, p: complain(c, p, date(2026, 10, 1)), "day of receipt"),
    ("Đ9: a day to come", lambda c, p: complaints.receive_complaint(
        c.pk, received_on=date(2026, 11, 1), content="x", by=acting(p.reviewer),
        at=noon(RECEIVED)), "day of receipt"),
    ("Đ27: nothing to accept", lambda c, p: accept(c, p.leader, RECEIVED), "waits to be accepted"),
    ("Đ28: nothing to decide", lambda c, p: decide(c, p.leader, RECEIVED), "waits for its decision"),
    ("Đ10: nothing to withdraw", lambda c, p: complaints.withdraw_complaint(
        c.pk, proof="x", by=acting(p.reviewer), at=noon(RECEIVED)), "is open"),
    ("Đ11: a ground it does not know", lambda c, p: complaints.refuse_complaint(
        c.pk, ground="dull", reason="x", by=acting(p.leader), at=noon(RECEIVED)), "grounds"),
    ("Đ27: without a reason", lambda c, p: complaints.refuse_complaint(
        c.pk, ground="unsigned", reason=" ", by=acting(p.leader), at=noon(RECEIVED)), "reason"),
    ("the role: a clerk", lambda c, p: complaints.receive_complaint(
        c.pk, received_on=RECEIVED, content="x", by=acting(p.clerk), at=noon(RECEIVED)), "role"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "act", "says"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_what_is_refused_leaves_nothing(
    served: Violation, place: World, article: str, act: Callable[..., Any], says: str
) -> None:
    before = served.events.count()
    with pytest.raises(Refused, match=says):
        act(served, place)
    assert served.events.count() == before
    assert not Complaint.objects.exists()


def test_late_is_no_ground_for_one_that_came_in_time(served: Violation, place: World) -> None:
    """Luật Khiếu nại Đ11 k6"""
    complain(served, place)
    with pytest.raises(Refused, match="came in time"):
        complaints.refuse_complaint(
            served.pk, ground="late", reason="x", by=acting(place.leader), at=noon(RECEIVED)
        )
    assert Complaint.objects.get().state == "received"
