"""Lawsuits and suspensions by article: what stops execution, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.journeys import World, acting, case_at, world
from tests.violations.remedying import RECEIVED, accept, complain, due, english, noon, runs
from violations import lawsuits
from violations.guards import Refused
from violations.guards.execution import nothing_holds_execution
from violations.models import ExecutionSuspension, Lawsuit, Violation

__all__ = ["english"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def place() -> World:
    return world()


@pytest.fixture
def served(place: World) -> Violation:
    return case_at("served", place)


def sue(case: Violation, place: World, filed_on: date = RECEIVED) -> Lawsuit:
    return lawsuits.record_lawsuit(
        case.pk,
        court="Tòa án nhân dân khu vực 1 (mẫu)",
        docket="12/2026/TLST-HC",
        filed_on=filed_on,
        by=acting(place.reviewer),
        at=noon(RECEIVED),
    )


def judge(case: Violation, place: World, outcome: str, on: date = date(2026, 11, 20)) -> None:
    lawsuits.record_judgment(
        case.pk,
        judgment="05/2026/HC-ST",
        judged_on=on,
        outcome=outcome,
        by=acting(place.reviewer),
        at=noon(date(2026, 11, 23)),
    )


def suspend(
    case: Violation, by: Any, ordered_by: str = "complaint", from_on: date = RECEIVED
) -> ExecutionSuspension:
    return lawsuits.suspend_execution(
        case.pk,
        ordered_by=ordered_by,
        reference="01/QĐ-TĐC",
        ground="Thi hành sẽ gây hậu quả khó khắc phục.",
        from_on=from_on,
        by=acting(by),
        at=noon(RECEIVED),
    )


def held(case: Violation, place: World) -> str | None:
    """Return what holds execution ten days after the last day to pay."""
    fresh = Violation.objects.get(pk=case.pk)
    late = noon(case.pay_due_on + timedelta(days=10))
    return nothing_holds_execution(fresh, acting(place.leader), late)


def test_a_lawsuit_alone_holds_nothing(served: Violation, place: World) -> None:
    """Luật XLVPHC Đ73; TTHC Đ116: no complaint is needed first"""
    sue(served, place)
    assert held(served, place) is None
    assert not runs(served, "lawsuit_due")


def test_while_a_court_has_it_no_complaint_is_accepted(served: Violation, place: World) -> None:
    """Luật Khiếu nại Đ11 k9"""
    complain(served, place)
    sue(served, place)
    with pytest.raises(Refused, match="A court has this matter"):
        accept(served, place.leader, RECEIVED)


@pytest.mark.parametrize(
    ("outcome", "duty"), [("dismissed", False), ("annulled", True), ("ended", False)]
)
def test_only_an_annulled_decision_leaves_a_duty(
    served: Violation, place: World, outcome: str, duty: bool
) -> None:
    """TTHC Đ193, Đ311"""
    sue(served, place)
    judge(served, place, outcome)
    assert runs(served, "carry_out_due") is duty
    assert (held(served, place) is not None) is duty
    if duty:
        assert due(served, "carry_out_due") == date(2026, 12, 21)  # 20/12 is a Sunday
    sue_again = Lawsuit.objects.get()
    assert (sue_again.outcome, sue_again.judged_on) == (outcome, date(2026, 11, 20))


def test_the_complaint_handler_suspends_and_resumes(served: Violation, place: World) -> None:
    """Luật Khiếu nại Đ35; NĐ 155/2026 Đ12"""
    complain(served, place)
    accept(served, place.leader, RECEIVED)
    suspend(served, place.leader)
    assert "suspended by an order" in str(held(served, place))
    assert due(served, "order_sent_due") == date(2026, 10, 23)
    lawsuits.record_order_sent(
        served.pk, sent_on=date(2026, 10, 22), proof="EA123456789VN", by=acting(place.reviewer),
        at=noon(date(2026, 10, 22)),
    )  # fmt: skip
    assert not runs(served, "order_sent_due")
    lawsuits.resume_execution(
        served.pk, reason="Lý do tạm đình chỉ không còn.", lifted_on=date(2026, 10, 26),
        by=acting(place.leader), at=noon(date(2026, 10, 26)),
    )  # fmt: skip
    assert held(served, place) is None
    assert due(served, "order_sent_due") == date(2026, 10, 29)


def test_a_court_suspends_only_what_it_has(served: Violation, place: World) -> None:
    """TTHC Đ66, Đ116"""
    complain(served, place)
    with pytest.raises(Refused, match="No court has this matter"):
        suspend(served, place.leader, "court")
    sue(served, place)
    suspend(served, place.leader, "court")
    assert "suspended by an order" in str(held(served, place))


REFUSALS: list[tuple[str, Callable[..., Any], str]] = [
    ("Đ35: nobody contests", lambda c, p: suspend(c, p.leader), "Only a complaint or a lawsuit"),
    ("Đ12: nothing to lift", lambda c, p: lawsuits.resume_execution(
        c.pk, reason="x", lifted_on=RECEIVED, by=acting(p.leader), at=noon(RECEIVED)),
     "not suspended"),
    ("Đ12: nothing to send", lambda c, p: lawsuits.record_order_sent(
        c.pk, sent_on=RECEIVED, proof="x", by=acting(p.reviewer), at=noon(RECEIVED)),
     "waits to be sent"),
    ("TTHC Đ116: before the decision", lambda c, p: sue(c, p, date(2026, 10, 1)), "The day lies"),
    ("TTHC Đ193: no lawsuit", lambda c, p: judge(c, p, "ended"), "No lawsuit"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "act", "says"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_what_is_refused_leaves_nothing(
    served: Violation, place: World, article: str, act: Callable[..., Any], says: str
) -> None:
    before = served.events.count()
    with pytest.raises(Refused, match=says):
        act(served, place)
    assert served.events.count() == before
    assert not ExecutionSuspension.objects.exists()
    assert not Lawsuit.objects.exists()


def test_a_stranger_to_the_complaint_suspends_nothing(served: Violation, place: World) -> None:
    """Luật Khiếu nại Đ35: the handler of the complaint alone"""
    from tests.journeys import officer

    complain(served, place)
    team = officer("team", "Đội trưởng Mẫu", "Signing leader", place.unit, "team_head")
    with pytest.raises(Refused, match="who signed the decision"):
        suspend(served, team)
    assert held(served, place) is None
