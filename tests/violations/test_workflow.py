"""The table decides: what is a row may be taken from where it says; all else leaves no trace."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from tests.journeys import START, acting, case_at, world
from violations import appearances, explanations, sanctions, service
from violations.actors import SYSTEM
from violations.guards import Refused
from violations.models import CaseEvent, Draft, Party, Violation
from violations.taking import taking
from violations.workflow import STEPS, TABLE, possible

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

STATUSES = [status.value for status in Violation.Status]
MAIN_ROAD = (
    "detected",
    "verified",
    "owner_identified",
    "notified",
    "recorded",
    "decided",
    "served",
    "closed",
)


@pytest.mark.parametrize("status", MAIN_ROAD)
def test_the_main_road_is_walked_by_real_acts(status: str) -> None:
    case = case_at(status, world())
    assert case.status == status
    events = list(case.events.order_by("sequence"))
    assert events[0].step == "open"
    assert events[-1].to_status == status
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))


def test_the_whole_road_leaves_this_history() -> None:
    case = case_at("closed", world())
    assert list(case.events.order_by("sequence").values_list("step", flat=True)) == [
        "open",
        "verify",
        "identify_owner",
        "propose_notice",
        "sign_notice",
        "name_offender",
        "propose_record",
        "sign_record",
        "waive_explanation",
        "propose_decision",
        "sign_decision",
        "serve_decision",
        "receive_payment",
        "settle",
        "close",
    ]


@pytest.mark.parametrize("status", MAIN_ROAD)
def test_a_step_that_does_not_start_here_is_refused_and_leaves_no_event(status: str) -> None:
    place = world()
    case = case_at(status, place)
    before = CaseEvent.objects.count()
    refused = [step for step in TABLE if status not in step.origins]
    assert refused
    for step, by in product(refused, (SYSTEM, acting(place.leader), acting(place.reviewer))):
        with pytest.raises(Refused), taking(step.name, case.pk, by=by, at=START):
            pytest.fail("the step was let through")
    assert CaseEvent.objects.count() == before
    assert Violation.objects.get(pk=case.pk).status == status


def test_every_status_of_the_table_exists_and_every_exit_is_reachable() -> None:
    named = {origin for step in TABLE for origin in step.origins} | {
        step.to for step in TABLE if step.to
    }
    assert named - {""} <= set(STATUSES)
    assert len(STEPS) == len(TABLE)


@pytest.mark.parametrize("role", ["clerk", "auditor", "administrator", "technician"])
def test_roles_without_rights_on_cases_take_no_step(role: str) -> None:
    place = world()
    case = case_at("owner_identified", place)
    by = acting(getattr(place, role))
    assert all(obstacles for _step, obstacles in possible(case, by, START))


def test_another_units_leader_is_refused_with_a_sentence() -> None:
    place = world()
    case = case_at("detected", place)
    sentences = {
        step.name: obstacles
        for step, obstacles in possible(case, acting(place.other_leader), START)
    }
    assert sentences["verify"]
    case = case_at("recorded", place)
    with pytest.raises(Refused, match=r"đơn vị|unit"):
        sanctions.sign_decision(
            case.pk, by=acting(place.other_leader), at=case.created_at + timedelta(days=2)
        )


def test_who_verified_cannot_sign_even_with_every_role() -> None:
    """The database refuses too: see test_constraints."""
    from django.contrib.auth.models import Group

    place = world()
    case = case_at("owner_identified", place)
    place.reviewer.user.groups.set(Group.objects.all())
    from violations import actions

    at = case.created_at + timedelta(hours=1)
    actions.propose_notice(case.pk, by=acting(place.second_reviewer), at=at)
    with pytest.raises(Refused) as refusal:
        actions.sign_notice(case.pk, by=acting(place.reviewer), at=at)
    assert len(refusal.value.sentences) == 1
    assert Draft.objects.get(case=case).state == "proposed"


def test_who_proposed_cannot_sign() -> None:
    from django.contrib.auth.models import Group

    from violations import actions

    place = world()
    case = case_at("owner_identified", place)
    place.second_reviewer.user.groups.set(Group.objects.all())
    at = case.created_at + timedelta(hours=1)
    actions.propose_notice(case.pk, by=acting(place.second_reviewer), at=at)
    with pytest.raises(Refused):
        actions.sign_notice(case.pk, by=acting(place.second_reviewer), at=at)
    assert Violation.objects.get(pk=case.pk).status == "owner_identified"


def test_a_returned_draft_burns_no_number() -> None:
    from notices.models import Notice, NumberSeries
    from violations import actions

    place = world()
    case = case_at("owner_identified", place)
    at = case.created_at + timedelta(hours=1)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    actions.return_draft(case.pk, "TB0173", by=acting(place.leader), at=at, reason="Thiếu hướng đi")
    assert not Notice.objects.exists()
    assert not NumberSeries.objects.exists()
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    paper = actions.sign_notice(case.pk, by=acting(place.leader), at=at)
    assert paper.number == 1


def test_no_decision_while_the_person_may_still_explain() -> None:
    """Đ61: a car at a red light may be fined 20 million, so the window of five working days runs."""
    place = world()
    case = case_at("recorded", place)
    at = case.created_at + timedelta(days=2)
    sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=at)
    with pytest.raises(Refused, match="Đ61"):
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=at)
    after = case.explanation.due_on + timedelta(days=1)
    later = at.replace(year=after.year, month=after.month, day=after.day)
    sanctions.sign_decision(case.pk, by=acting(place.leader), at=later)
    assert Violation.objects.get(pk=case.pk).status == "decided"


def test_a_motorcycle_at_a_red_light_has_no_right_to_explain() -> None:
    """Đ61: six million is below fifteen."""
    case = case_at("recorded", world(), plate="29B112345", vehicle_class="motorcycle")
    assert not hasattr(case, "explanation")


def test_an_organisation_pays_twice_and_the_signer_needs_the_power_for_it() -> None:
    """Đ3 k1đ.e, Đ52: 40 million lies within twice the 60 million of a head of office."""
    case = case_at("decided", world(), owner="organisation")
    assert case.decision.fine_vnd == 38_000_000
    assert case.decision.frame_max_vnd == 40_000_000
    assert case.decision.ceiling_vnd == 120_000_000


def test_a_commune_chief_may_not_decide_a_red_light() -> None:
    """NĐ 168/2024 Đ41 k4 lists the acts of a commune; red light is not among them."""
    place = world()
    case = case_at("recorded", place)
    place.leader.titles.update(title="commune_chief")
    at = case.created_at + timedelta(days=2)
    explanations.waive_explanation(case.pk, proof="đơn", by=acting(place.reviewer), at=at)
    sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=at)
    with pytest.raises(Refused):
        sanctions.sign_decision(case.pk, by=acting(place.leader), at=at)


def test_after_the_time_bar_nothing_moves_but_the_end() -> None:
    place = world()
    case = case_at("notified", place)
    late = case.created_at + timedelta(days=366)
    with pytest.raises(Refused, match="Đ6"):
        appearances.name_offender(
            case.pk,
            Party(kind="individual", full_name="A", identity_number="1", address="B"),
            proof="lời khai",
            by=acting(place.reviewer),
            at=late,
        )
    sanctions.end_by_clock(case.pk, "bar_by_time", at=late)
    assert Violation.objects.get(pk=case.pk).status == "time_barred"


def test_the_system_does_not_end_a_case_on_its_last_day() -> None:
    case = case_at("notified", world())
    last_day = START.replace(year=2027)
    with pytest.raises(Refused):
        sanctions.end_by_clock(case.pk, "bar_by_time", at=last_day)


def test_service_is_refused_without_proof_and_before_the_decision() -> None:
    place = world()
    case = case_at("decided", place)
    by = acting(place.reviewer)
    at = case.created_at + timedelta(days=3)
    for received_on, proof in (
        (case.decided_on, "  "),
        (case.decided_on - timedelta(days=1), "chữ ký"),
        (at.date() + timedelta(days=1), "chữ ký"),
    ):
        with pytest.raises(Refused):
            service.serve_decision(
                case.pk, way="handed_over", received_on=received_on, proof=proof, by=by, at=at
            )
    assert Violation.objects.get(pk=case.pk).status == "decided"
