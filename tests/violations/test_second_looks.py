"""A second pair of eyes: who may look, what an answer does, and what stands still meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from tests.journeys import World, acting, case_at, officer, registered, world
from violations import actions, appearances, sanctions, second_looks
from violations.guards import Refused
from violations.models import CaseEvent, Draft, SecondLook, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def asked(case: Violation, place: World, ground: str = "officer") -> None:
    second_looks.ask_second_look(
        case.pk,
        ground=ground,
        note="chữ số cuối của biển số",
        by=acting(place.reviewer),
        at=case.created_at + timedelta(hours=2),
    )


def answered(case: Violation, place: World, *, agrees: bool) -> None:
    second_looks.look_again(
        case.pk,
        agrees=agrees,
        finding="đã xem ba ảnh",
        by=acting(place.second_reviewer),
        at=case.created_at + timedelta(hours=3),
    )


def test_an_agreeing_look_sets_the_case_free_and_names_its_officer() -> None:
    place = world()
    case = case_at("owner_identified", place)
    asked(case, place)
    at = case.created_at + timedelta(hours=4)
    with pytest.raises(Refused):
        actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    answered(case, place, agrees=True)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    fresh = Violation.objects.get(pk=case.pk)
    assert fresh.second_looked_by == place.second_reviewer
    assert fresh.beside.second_look == "agreed"


def test_nobody_looks_again_at_what_he_verified_himself() -> None:
    place = world()
    case = case_at("verified", place)
    asked(case, place)
    before = CaseEvent.objects.count()
    with pytest.raises(Refused):
        second_looks.look_again(
            case.pk, agrees=True, finding="đúng", by=acting(place.reviewer), at=case.created_at
        )
    assert CaseEvent.objects.count() == before
    assert SecondLook.objects.get(case=case).looked_at is None


def test_who_signed_the_notice_is_no_fresh_pair_of_eyes() -> None:
    place = world()
    case = case_at("notified", place)
    asked(case, place, "contested")
    place.leader.user.groups.set(Group.objects.all())
    with pytest.raises(Refused) as refusal:
        second_looks.look_again(
            case.pk, agrees=True, finding="đúng", by=acting(place.leader), at=case.created_at
        )
    assert len(refusal.value.sentences) == 1


@pytest.mark.parametrize("who", ["reviewer", "second_reviewer"])
def test_a_disagreement_is_not_settled_by_those_who_disagree(who: str) -> None:
    place = world()
    case = case_at("verified", place)
    asked(case, place)
    answered(case, place, agrees=False)
    before = CaseEvent.objects.count()
    with pytest.raises(Refused):
        second_looks.adjudicate(
            case.pk,
            upholds=True,
            finding="đúng",
            by=acting(getattr(place, who)),
            at=case.created_at,
        )
    assert CaseEvent.objects.count() == before


@pytest.mark.parametrize("status", ["verified", "owner_identified"])
def test_found_against_before_the_notice_the_case_is_rejected_in_the_same_act(status: str) -> None:
    place = world()
    case = case_at(status, place)
    if status == "owner_identified":
        actions.propose_notice(
            case.pk, by=acting(place.reviewer), at=case.created_at + timedelta(hours=1)
        )
    asked(case, place)
    answered(case, place, agrees=False)
    second_looks.adjudicate(
        case.pk,
        upholds=False,
        finding="biển số bị làm giả",
        rejection_reason="wrong_plate_or_vehicle",
        by=acting(place.supervisor),
        at=case.created_at + timedelta(hours=4),
    )
    fresh = Violation.objects.get(pk=case.pk)
    assert (fresh.status, fresh.rejection_reason) == ("rejected", "wrong_plate_or_vehicle")
    assert [event.step for event in fresh.events.order_by("sequence")][-2:] == [
        "adjudicate",
        "overturn",
    ]
    assert not fresh.deadlines.filter(met_on__isnull=True).exists()
    assert not Draft.objects.filter(case=case, state="proposed").exists()


def test_a_finding_against_without_its_reason_leaves_nothing_behind() -> None:
    place = world()
    case = case_at("verified", place)
    asked(case, place)
    answered(case, place, agrees=False)
    before = CaseEvent.objects.count()
    by = acting(place.supervisor)
    with pytest.raises(Refused):
        second_looks.adjudicate(
            case.pk, upholds=False, finding="biển số giả", by=by, at=case.created_at
        )
    assert CaseEvent.objects.count() == before
    assert Violation.objects.get(pk=case.pk).adjudicated_by is None


def test_after_the_notice_nothing_goes_on_but_the_end_without_a_sanction() -> None:
    """Đ65: the owner holds a paper, so a leader answers for the end."""
    place = world()
    case = case_at("notified", place)
    asked(case, place, "contested")
    answered(case, place, agrees=False)
    later = case.created_at + timedelta(hours=4)
    second_looks.adjudicate(
        case.pk,
        upholds=False,
        finding="xe trong ảnh không phải xe đã đăng ký",
        by=acting(place.supervisor),
        at=later,
    )
    fresh = Violation.objects.get(pk=case.pk)
    assert fresh.status == "notified"
    assert fresh.events.latest("sequence").facts["awaits"] == "dismiss"
    before = CaseEvent.objects.count()
    by = acting(place.reviewer)
    for blocked in (
        lambda: appearances.hold_session(
            case.pk, present_as="owner", attended_by="A", statement="B",
            names_driver=True, by=by, at=later,
        ),
        lambda: sanctions.propose_record(case.pk, by=by, at=later),
        lambda: second_looks.ask_second_look(
            case.pk, ground="officer", note="xem lại", by=by, at=later
        ),
    ):  # fmt: skip
        with pytest.raises(Refused, match="Đ65"):
            blocked()
    assert CaseEvent.objects.count() == before
    sanctions.dismiss(case.pk, reason="Đ65 k1 đ.a", by=acting(place.leader), at=later)
    assert Violation.objects.get(pk=case.pk).status == "dismissed"


def test_upheld_the_road_goes_on_and_the_signer_is_somebody_else() -> None:
    place = world()
    case = case_at("owner_identified", place)
    asked(case, place)
    answered(case, place, agrees=False)
    adjudicator = place.supervisor
    second_looks.adjudicate(
        case.pk, upholds=True, finding="rõ", by=acting(adjudicator), at=case.created_at
    )
    at = case.created_at + timedelta(hours=5)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    adjudicator.user.groups.set(Group.objects.all())
    with pytest.raises(Refused):
        actions.sign_notice(case.pk, by=acting(adjudicator), at=at)
    actions.sign_notice(case.pk, by=acting(place.leader), at=at)
    assert Violation.objects.get(pk=case.pk).status == "notified"


def test_who_answered_an_earlier_look_does_not_sign_either() -> None:
    """The case row remembers the latest looker alone."""
    place = world()
    case = case_at("owner_identified", place)
    asked(case, place)
    answered(case, place, agrees=True)
    asked(case, place)
    second_looks.look_again(
        case.pk,
        agrees=True,
        finding="rõ",
        by=acting(officer("ba", "Vũ Thị Ba", "Reviewing officer", place.unit)),
        at=case.created_at,
    )
    at = case.created_at + timedelta(hours=5)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    place.second_reviewer.user.groups.set(Group.objects.all())
    with pytest.raises(Refused):
        actions.sign_notice(case.pk, by=acting(place.second_reviewer), at=at)


def test_a_register_that_names_another_vehicle_asks_for_a_look_by_itself() -> None:
    """TT 73 Đ24 k1a: a plate match alone is never enough."""
    place = world()
    case = case_at("verified", place, vehicle_make="Nhãn A")
    answer = registered(case)
    at = case.created_at + timedelta(minutes=6)
    actions.identify_owner(case.pk, answer, asked_at=at, at=at)
    look = SecondLook.objects.get(case=case)
    assert look.ground == "register"
    assert "Nhãn A / Nhãn B" in look.note
    with pytest.raises(Refused):
        actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    answered(case, place, agrees=True)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at + timedelta(hours=4))


def test_a_register_that_agrees_asks_nobody() -> None:
    place = world()
    case_at("owner_identified", place, vehicle_make="Nhãn B")
    assert not SecondLook.objects.exists()


@pytest.mark.parametrize(
    "columns",
    [
        ("verified_by", "second_looked_by"),
        ("verified_by", "signed_by"),
        ("second_looked_by", "signed_by"),
        ("adjudicated_by", "verified_by"),
        ("adjudicated_by", "second_looked_by"),
        ("adjudicated_by", "signed_by"),
    ],
)
def test_the_database_refuses_one_person_in_two_parts(columns: tuple[str, str]) -> None:
    place = world()
    case = case_at("verified", place)
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.filter(pk=case.pk).update(**dict.fromkeys(columns, place.leader))


@pytest.mark.parametrize("what", ["note", "ground"])
def test_a_look_is_not_asked_for_without_a_word(what: str) -> None:
    place = world()
    case = case_at("verified", place)
    given = {"ground": "officer", "note": "xem lại"} | {what: " "}
    before = CaseEvent.objects.count()
    with pytest.raises(Refused):
        second_looks.ask_second_look(
            case.pk, **given, by=acting(place.reviewer), at=case.created_at
        )
    assert CaseEvent.objects.count() == before


def test_a_role_withdrawn_a_second_ago_looks_no_more() -> None:
    place = world()
    case = case_at("verified", place)
    asked(case, place)
    place.second_reviewer.user.groups.clear()
    with pytest.raises(Refused):
        answered(case, place, agrees=True)
    assert SecondLook.objects.get(case=case).looked_at is None
