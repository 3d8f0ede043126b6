"""Points in the portal: entered with their paper, given back, restored; one licence, many cases."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from notices.models import Notice
from tests.journeys import World, acting, case_at, world
from tests.violations.remedying import english, noon
from violations import licences
from violations.guards import Refused
from violations.licence_standing import movements
from violations.models import CaseEvent, Licence, LicenceSuspension, PointsEntry, Violation
from violations.points import balance

__all__ = ["english"]
pytestmark = [pytest.mark.gate, pytest.mark.usefixtures("english")]

NUMBER = "079123456789"
AT = noon(date(2026, 10, 16))


@pytest.fixture
def place(db: Any) -> World:
    return world()


def record(case: Violation, place: World, classes: str = "A1, B2", **changes: Any) -> Licence:
    return licences.record_licence(
        case.pk,
        **{
            "number": NUMBER,
            "classes": classes,
            "issued_on": date(2020, 5, 4),
            "issued_by": "Sở Giao thông vận tải (mẫu)",
            "by": acting(place.reviewer),
            "at": AT,
        }
        | changes,
    )


def left(part: str = "term", on: date = date(2026, 10, 16)) -> int:
    return balance(movements(Licence.objects.get(number=NUMBER), part), on)


def test_a_decision_in_force_takes_its_points_when_the_licence_is_recorded(place: World) -> None:
    """NĐ 168/2024 Đ50 k1, k3: one entry, one event, one paper 02/73"""
    case = case_at("served", place)
    record(case, place)
    entry = PointsEntry.objects.get()
    assert (entry.part, entry.points, entry.balance_after) == ("term", 4, 8)
    assert (left(), left("unlimited")) == (8, 12)
    assert entry.notice == Notice.objects.get(kind="TB0273")
    event = CaseEvent.objects.get(case=case, step="deduct_points")
    assert (event.facts["before"], event.facts["after"]) == (12, 8)
    assert event.notice == entry.notice


def test_the_paper_prints_every_field_of_the_form(place: World) -> None:
    """TT 73/2024, Mẫu 02/73; law.md §3.4"""
    case = case_at("served", place)
    record(case, place)
    context = Notice.objects.get(kind="TB0273").context
    assert context["licence"] == {
        "part": "phần có thời hạn (xe ô tô)",
        "number": NUMBER,
        "classes": "A1, B2",
        "issued_on": "2020-05-04",
        "issued_by": "Sở Giao thông vận tải (mẫu)",
    }
    assert (context["points_before"], context["points_after"]) == (12, 8)
    assert context["deducted_on"] == "2026-10-16"
    assert context["vehicle"]["plate"] == case.plate_display
    assert context["decision"]["number"] == case.decision.notice.number_text
    assert context["test_from"] is None


def test_a_notice_that_comes_later_has_the_mark_of_its_own_moment(place: World) -> None:
    """NĐ 168/2024 Đ50 k3: it follows from the decision, and is sealed when it is issued"""
    case = case_at("served", place)
    record(case, place)
    paper = Notice.objects.get(kind="TB0273")
    assert paper.issued_at > case.decision.signed_at
    signature = paper.context["signature"]
    assert signature["title"] == "Trưởng phòng"
    assert signature["name"] == case.decision.signed_by.user.full_name
    assert signature["digital"] == {
        "unit": case.unit.name,
        "signed_at": paper.context["issued_at"],
    }


def test_the_number_stands_in_no_event_and_no_refusal(place: World) -> None:
    case = case_at("served", place)
    record(case, place)
    assert NUMBER not in str(list(CaseEvent.objects.values("facts", "reason", "actor_name")))
    assert str(Licence.objects.get()) == "…789"
    with pytest.raises(Refused) as refusal:
        record(case, place)
    assert NUMBER not in str(refusal.value)


def test_at_nought_the_paper_tells_of_the_test_and_the_head_restores(place: World) -> None:
    """Luật 36 Đ58 k3; NĐ 168/2024 Đ51 k1, k3"""
    for _ in range(3):
        record(case_at("served", place), place)
    assert left() == 0
    paper = Notice.objects.filter(kind="TB0273").order_by("number").last()
    assert paper is not None
    assert paper.context["test_from"] == "2027-04-17"
    licence = Licence.objects.get()

    def test_on(day: date, by: Any, basis: str = "Giấy xác nhận 7/2027") -> PointsEntry:
        return licences.record_test(
            licence.pk, "term", passed_on=day, basis=basis, by=acting(by), at=noon(day)
        )

    with pytest.raises(Refused, match="17/04/2027"):
        test_on(date(2027, 4, 16), place.leader)
    with pytest.raises(Refused, match="head of C08 or of a PC08"):
        test_on(date(2027, 4, 17), place.reviewer)
    with pytest.raises(Refused, match="Name the paper"):
        test_on(date(2027, 4, 17), place.leader, " ")
    assert left(on=date(2030, 1, 1)) == 0
    test_on(date(2027, 4, 17), place.leader)
    assert left(on=date(2027, 4, 17)) == 12
    with pytest.raises(Refused, match="no points left"):
        test_on(date(2027, 4, 18), place.leader)


def test_what_is_left_is_taken_and_no_more(place: World) -> None:
    """NĐ 168/2024 Đ50 k1 đ.c: never below nought, and the paper says so"""
    for _ in range(4):
        record(case_at("served", place), place)
    assert [row.balance_after for row in PointsEntry.objects.order_by("id")] == [8, 4, 0, 0]
    paper = Notice.objects.filter(kind="TB0273").order_by("number").last()
    assert paper is not None
    taken = paper.context["points_before"] - paper.context["points_after"]
    assert taken < paper.context["points_decided"]


def test_a_motorcycle_touches_the_part_without_a_term(place: World) -> None:
    """NĐ 168/2024 Đ50 k1 đ.d"""
    record(case_at("served", place, vehicle_class="motorcycle", plate="29X112345"), place)
    assert (left("unlimited") < 12, left("term")) == (True, 12)


def test_a_licence_without_that_part_is_not_touched(place: World) -> None:
    """NĐ 168/2024 Đ50 k1 đ.d"""
    case = case_at("served", place)
    record(case, place, classes="A1")
    assert not PointsEntry.objects.exists()
    with pytest.raises(Refused, match="no part"):
        licences.deduct_points(case.pk, at=AT)


@pytest.mark.parametrize(
    ("from_on", "until_on", "cancelled_on", "taken"),
    [
        (date(2026, 10, 1), date(2026, 12, 1), None, False),
        (date(2026, 10, 1), date(2026, 10, 15), None, False),  # on the day of the decision
        (date(2026, 10, 16), date(2026, 12, 1), None, False),  # on the day of entry
        (date(2026, 8, 1), date(2026, 10, 13), None, True),
        (date(2026, 10, 1), date(2026, 12, 1), date(2026, 10, 10), True),
    ],
)
def test_nothing_goes_while_the_licence_is_suspended(
    place: World, from_on: date, until_on: date, cancelled_on: date | None, taken: bool
) -> None:
    """NĐ 168/2024 Đ50 k1 đ.đ am. NĐ 238/2026 Đ17"""
    first = case_at("served", place)
    licence = record(first, place)
    LicenceSuspension.objects.create(
        licence=licence, decision=first.decision, from_on=from_on, until_on=until_on,
        cancelled_on=cancelled_on,
    )  # fmt: skip
    second = case_at("served", place)
    record(second, place)
    assert PointsEntry.objects.filter(decision=second.decision).exists() is taken


def test_points_go_once(place: World) -> None:
    """NĐ 168/2024 Đ50"""
    case = case_at("served", place)
    record(case, place)
    with pytest.raises(Refused, match="already deducted"):
        licences.deduct_points(case.pk, at=AT)
    assert licences.deduct_if_due(case.pk, at=AT) is False
    assert licences.deduct_missed(at=AT) == 0
    assert PointsEntry.objects.count() == 1


def test_before_the_decision_a_licence_takes_no_points(place: World) -> None:
    """NĐ 168/2024 Đ50: as soon as the decision takes effect, not before"""
    case = case_at("recorded", place)
    record(case, place)
    assert licences.deduct_if_due(case.pk, at=AT) is False
    assert not PointsEntry.objects.exists()


def test_the_sweep_finds_what_an_interrupted_caller_left(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_at("served", place)
    with monkeypatch.context() as patched:
        patched.setattr(licences, "deduct_if_due", lambda _case, *, at: False)
        record(case, place)
    assert not PointsEntry.objects.exists()
    assert licences.deduct_missed(at=AT) == 1
    assert left() == 8


def test_a_cancelled_decision_gives_its_points_back(place: World) -> None:
    """As if they had never been taken, the twelve months included. NĐ 118/2021 Đ15; own:medium"""
    first, second = case_at("served", place), case_at("served", place)
    record(first, place)
    record(second, place, at=noon(date(2027, 2, 1)))
    later = date(2027, 11, 1)
    assert left(on=later) == 4
    with transaction.atomic():
        locked = Violation.objects.select_for_update(of=("self",)).get(pk=second.pk)
        entry = licences.reverse_points(locked, at=noon(date(2027, 3, 1)))
        assert licences.reverse_points(locked, at=noon(date(2027, 3, 1))) is None
    assert entry is not None
    assert (entry.what, entry.points, entry.balance_after) == ("reversed", 4, 8)
    assert left(on=date(2027, 10, 16)) == 8
    assert left(on=later) == 12  # the months run from the first again


def test_a_licence_of_another_person_is_refused(place: World) -> None:
    record(case_at("served", place), place)
    other = case_at("served", place)
    other.parties.filter(role="offender").update(identity_number="001084000099")
    with pytest.raises(Refused, match="another person"):
        record(other, place)
    assert not other.events.filter(step="record_licence").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"classes": "Z9"}, "Write the classes"),
        ({"number": "???"}, "Write the number"),
        ({"issued_on": date(2026, 12, 1)}, "future"),
    ],
)
def test_what_is_refused_leaves_nothing(place: World, changes: dict[str, Any], says: str) -> None:
    case = case_at("served", place)
    before = case.events.count()
    with pytest.raises(Refused, match=says):
        record(case, place, **changes)
    assert case.events.count() == before
    assert not Licence.objects.exists()


def test_an_organisation_holds_no_licence(place: World) -> None:
    """NĐ 168/2024 Đ50"""
    case = case_at("served", place, owner="organisation")
    with pytest.raises(Refused, match="Only a person"):
        record(case, place)


@pytest.mark.django_db(transaction=True)
def test_two_decisions_on_one_licence_wait_for_each_other() -> None:
    """Each is judged on what the other left: 12, 8, 4, 0 and never twice the same."""
    place = world()
    cases = [case_at("served", place) for _ in range(3)]
    licence = Licence.objects.create(
        number=NUMBER, classes="B2", has_unlimited_part=False, has_term_part=True
    )
    for case in cases:
        case.parties.filter(role="offender").update(licence=licence)
    barrier = threading.Barrier(3)
    done: list[bool] = []

    def deduct(case: Violation) -> None:
        try:
            barrier.wait(timeout=20)
            done.append(licences.deduct_if_due(case.pk, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=deduct, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert done == [True] * 3
    assert [row.balance_after for row in PointsEntry.objects.order_by("id")] == [8, 4, 0]


def test_reversal_is_asked_for_nothing_when_nothing_was_taken(place: World) -> None:
    case = case_at("served", place)
    with transaction.atomic():
        assert licences.reverse_points(case, at=AT + timedelta(days=1)) is None
