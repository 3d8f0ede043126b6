"""A camera's results are taken back: figures first, two people, then every case by its own act."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from tests.journeys import START, World, acting, case_at, confirming, officer, world
from tests.violations.oracle import illegal, illegal_everywhere
from violations import (
    actions,
    agency_warnings,
    decision_changes,
    history,
    letters_recall,
    licences,
    recall_estimate,
    recall_job,
    recalls,
)
from violations.guards import Refused
from violations.models import (
    AgencyWarning,
    CaseEvent,
    LedgerEntry,
    LedgerTransaction,
    PointsEntry,
    Recall,
    RecallItem,
    Violation,
)
from violations.payments import balance_of
from violations.workflow import DECIDED, PUBLIC

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

STAGES = (
    "detected",
    "verified",
    "owner_identified",
    "notified",
    "recorded",
    "decided",
    "served",
    "closed",
)
LATER = START + timedelta(days=30)
FROM, UNTIL = START - timedelta(hours=1), START + timedelta(hours=5)
ENDS = {"reject": "rejected", "dismiss": "dismissed", "cancel": "annulled"}


def cases_at_every_stage(place: World) -> dict[str, Violation]:
    return {
        stage: case_at(stage, place, at=START + timedelta(minutes=10 * turn))
        for turn, stage in enumerate(STAGES)
    }


def figures(place: World, *devices: Any, at: datetime = LATER) -> dict[str, Any]:
    chosen = devices or (place.red_light_camera,)
    return recall_estimate.dry_run(chosen, FROM, UNTIL, at=at)


def proposed(place: World, *devices: Any, seen: str = "", **over: Any) -> Recall:
    chosen = devices or (place.red_light_camera,)
    asked: dict[str, Any] = {
        "defect": "calibration",
        "basis": "biên bản kiểm tra số 12 ngày 10/11/2026",
        "seen": seen or recall_estimate.fingerprint(figures(place, *chosen)),
        "by": acting(place.supervisor),
        "at": LATER,
    } | over
    return recalls.propose(chosen, FROM, UNTIL, **asked)


def approved(recall: Recall, place: World, *, at: datetime = LATER) -> Recall:
    seen = recall_estimate.fingerprint(
        recall_estimate.dry_run(recall.devices.all(), recall.from_at, recall.until_at, at=at)
    )
    return recalls.approve(recall.pk, by=acting(place.leader), at=at, word="đồng ý", seen=seen)


def run(recall: Recall, limit: int | None = None) -> Recall:
    recall_job.run(recall.pk, now=lambda: LATER + timedelta(minutes=5), limit=limit)
    recall.refresh_from_db()
    return recall


def statuses(cases: dict[str, Violation]) -> dict[str, str]:
    return {
        stage: Violation.objects.values_list("status", flat=True).get(pk=case.pk)
        for stage, case in cases.items()
    }


class TestTheWholeRoad:
    def test_every_case_ends_as_the_plan_said_and_the_books_balance(self) -> None:
        place = world()
        cases = cases_at_every_stage(place)
        agency_warnings.warn_no_show(
            cases["notified"].pk, by=confirming(cases["notified"]), at=START + timedelta(days=28)
        )
        licences.record_licence(
            cases["served"].pk,
            number="079123456789",
            classes="B",
            issued_on=date(2026, 1, 5),
            issued_by="Phòng CSGT (mẫu)",
            by=acting(place.reviewer),
            at=START + timedelta(days=4),
        )
        other = case_at("served", place, kind="speed_over", speed_tenths=985)
        shown = figures(place)
        assert shown["by_plan"] == {"reject": 1, "dismiss": 4, "cancel": 3, "nothing": 0}
        assert shown["refund_vnd"] == cases["closed"].decision.fine_vnd
        assert shown["warnings"] > 0
        assert shown["points"] > 0
        assert shown["letters"] == 3
        recall = run(approved(proposed(place), place))
        assert recall.state == "finished"
        for item in recall.items.all():
            item.case.refresh_from_db()
            assert item.state == "done", item.refusal
            assert item.case.status == ENDS[item.plan]
            assert history.faults(item.case) == []
            assert illegal(item.case.pk) == []
            assert item.case.status not in PUBLIC
        assert illegal_everywhere() == []
        assert recall.report["by_act"] == shown["by_plan"]
        assert (
            recall.report["refund_vnd"] == shown["refund_vnd"] == -balance_of("liability:unapplied")
        )
        assert recall.report["letters"] == 3
        assert recall.report["warnings"] == shown["warnings"]
        assert recall.report["points"] == shown["points"]
        assert recall.report["owners_to_be_told"] == 2
        assert not AgencyWarning.objects.filter(lifted_on__isnull=True).exists()
        assert PointsEntry.objects.filter(what="reversed").count() == 1
        assert sum(LedgerEntry.objects.values_list("amount_vnd", flat=True)) == 0
        other.refresh_from_db()
        assert other.status == "served"

    def test_nothing_is_owed_any_more_and_the_paper_names_the_recall(self) -> None:
        place = world()
        case = case_at("served", place)
        recall = run(approved(proposed(place), place))
        paper = CaseEvent.objects.get(case=case, step="sign_cancellation").notice
        assert paper is not None
        assert recall.number in str(paper.context["articles"])
        assert balance_of("receivable:fine") == 0
        assert [row["what"] for row in recall.items.get().outcome] == ["cancel", "letter"]

    def test_run_twice_does_the_same_once(self) -> None:
        place = world()
        cases = cases_at_every_stage(place)
        recall = run(approved(proposed(place), place))
        before = (CaseEvent.objects.count(), LedgerTransaction.objects.count())
        report, ends = recall.report, statuses(cases)
        Recall.objects.filter(pk=recall.pk).update(state="running")
        RecallItem.objects.filter(recall=recall).update(state="waiting")
        run(recall)
        assert (CaseEvent.objects.count(), LedgerTransaction.objects.count()) == before
        assert statuses(cases) == ends
        assert report["by_act"]["cancel"] == 3

    def test_it_stops_anywhere_and_goes_on(self) -> None:
        place = world()
        cases = cases_at_every_stage(place)
        recall = approved(proposed(place), place)
        for done in range(1, len(cases)):
            run(recall, limit=1)
            assert recall_job.progress(recall)["done"] == done
            assert recall.state == "running"
        assert recall_job.run_all(now=lambda: LATER) == 1
        recall.refresh_from_db()
        assert recall.state == "finished"
        assert recall.report["refused"] == 0


class TestTwoPeople:
    def test_who_proposes_does_not_approve_in_words(self) -> None:
        place = world()
        case_at("detected", place)
        place.supervisor.user.groups.add(*place.leader.user.groups.all())
        recall = proposed(place)
        seen = recall_estimate.fingerprint(recall.estimate)
        with override("en"), pytest.raises(Refused, match="another leader must approve"):
            recalls.approve(recall.pk, by=acting(place.supervisor), at=LATER, word="", seen=seen)

    def test_nor_by_the_database(self) -> None:
        place = world()
        case_at("detected", place)
        recall = proposed(place)
        with pytest.raises(IntegrityError), transaction.atomic():
            Recall.objects.filter(pk=recall.pk).update(
                state="running", settled_by=place.supervisor, settled_at=LATER
            )

    def test_each_role_does_its_own_part_only(self) -> None:
        place = world()
        case_at("detected", place)
        for person in (place.leader, place.reviewer, place.auditor, place.administrator):
            with pytest.raises(Refused):
                proposed(place, by=acting(person))
        recall = proposed(place)
        seen = recall_estimate.fingerprint(recall.estimate)
        for person in (place.reviewer, place.auditor, place.other_leader):
            with pytest.raises(Refused):
                recalls.approve(recall.pk, by=acting(person), at=LATER, word="", seen=seen)
        recall.refresh_from_db()
        assert recall.state == "proposed"

    def test_a_recall_that_is_not_approved_touches_no_case(self) -> None:
        place = world()
        case = case_at("served", place)
        recall = proposed(place)
        with pytest.raises(Refused):
            recalls.refuse(recall.pk, by=acting(place.leader), at=LATER, word=" ")
        recalls.refuse(recall.pk, by=acting(place.leader), at=LATER, word="chưa đủ căn cứ")
        assert recall_job.run(recall.pk, now=lambda: LATER) == 0
        case.refresh_from_db()
        assert case.status == "served"

    def test_the_approver_sees_what_has_changed_and_confirms_the_new_figures(self) -> None:
        place = world()
        case_at("detected", place)
        recall = proposed(place)
        case_at("served", place, at=START + timedelta(minutes=20))
        old = recall_estimate.fingerprint(recall.estimate)
        with pytest.raises(recalls.EstimateChanged) as changed:
            recalls.approve(recall.pk, by=acting(place.leader), at=LATER, word="", seen=old)
        found = recall_estimate.differences(recall.estimate, changed.value.estimate)
        assert ("by_plan.cancel", 0, 1) in found
        assert ("cases", 1, 2) in found
        recall = approved(recall, place)
        assert recall.items.count() == 2
        assert recall.estimate["cases"] == 2


class TestTheScope:
    def test_the_first_moment_is_inside_and_the_last_is_not(self) -> None:
        place = world()
        inside = [case_at("detected", place, at=moment) for moment in (FROM, UNTIL - MOMENT)]
        case_at("detected", place, at=UNTIL)
        case_at("detected", place, at=FROM - MOMENT)
        found = recall_estimate.affected([place.red_light_camera], FROM, UNTIL)
        assert [row.case for row in found] == inside

    def test_another_units_cameras_are_refused(self) -> None:
        place = world()
        case_at("detected", place)
        place.red_light_camera.site.unit = place.other_unit
        place.red_light_camera.site.save()
        with override("en"), pytest.raises(Refused, match="another unit"):
            proposed(place)

    def test_a_period_without_anything_or_turned_round_is_refused(self) -> None:
        place = world()
        with pytest.raises(Refused):
            proposed(place)
        with pytest.raises(Refused):
            recalls.check_scope(
                [place.red_light_camera], UNTIL, FROM, by=acting(place.supervisor), at=LATER
            )
        with pytest.raises(Refused):
            recalls.check_scope([], FROM, UNTIL, by=acting(place.supervisor), at=LATER)

    def test_two_open_recalls_of_one_camera_do_not_overlap(self) -> None:
        place = world()
        case_at("detected", place)
        first = proposed(place)
        with pytest.raises(Refused, match=first.number):
            proposed(place)

    def test_numbers_run_on(self) -> None:
        place = world()
        case_at("detected", place)
        first = proposed(place)
        recalls.refuse(first.pk, by=acting(place.leader), at=LATER, word="sai kỳ")
        assert [first.number, proposed(place).number] == ["TH-26-00001", "TH-26-00002"]


class TestWhatCannotBeUndone:
    def test_a_decision_over_a_year_old_is_left_to_a_person_and_the_others_are_done(self) -> None:
        place = world()
        old = case_at("served", place)
        detected = case_at("detected", place, at=START + timedelta(minutes=20))
        much_later = START + timedelta(days=400)
        seen = recall_estimate.fingerprint(figures(place, at=much_later))
        recall = approved(proposed(place, at=much_later, seen=seen), place, at=much_later)
        recall_job.run(recall.pk, now=lambda: much_later)
        items = {item.case_id: item for item in recall.items.all()}
        assert items[old.pk].state == "refused"
        assert items[old.pk].refusal
        assert items[detected.pk].state == "done"
        old.refresh_from_db()
        assert old.status == "served"
        recall.refresh_from_db()
        assert (recall.state, recall.report["refused"]) == ("finished", 1)

    def test_a_waiting_draft_holds_a_case_up_until_it_is_returned_and_tried_again(self) -> None:
        place = world()
        case = case_at("served", place)
        decision_changes.propose_change(
            case.pk,
            kind="cancelled",
            ground="wrong_person",
            text="Không đúng người.",
            by=acting(place.reviewer),
            at=LATER,
        )
        recall = run(approved(proposed(place), place))
        assert recall.items.get().state == "refused"
        actions.return_draft(
            case.pk, "MQD40", by=acting(place.leader), at=LATER, reason="thu hồi chung"
        )
        with pytest.raises(Refused):
            recall_job.try_again(recall.pk, by=acting(place.supervisor), at=LATER)
        assert recall_job.try_again(recall.pk, by=acting(place.leader), at=LATER) == 1
        assert run(recall).items.get().state == "done"
        assert recall.state == "finished"

    def test_an_approver_who_lost_the_role_signs_nothing(self) -> None:
        place = world()
        case = case_at("served", place)
        recall = approved(proposed(place), place)
        place.leader.user.groups.clear()
        run(recall)
        assert recall.items.get().state == "refused"
        case.refresh_from_db()
        assert case.status == "served"
        assert not case.drafts.filter(state="proposed").exists()

    def test_a_leader_who_verified_the_case_does_not_end_it(self) -> None:
        place = world()
        case = case_at("verified", place)
        Violation.objects.filter(pk=case.pk).update(verified_by=place.leader)
        recall = run(approved(proposed(place), place))
        assert recall.items.get().state == "refused"

    def test_a_case_that_has_ended_is_left_alone(self) -> None:
        place = world()
        case = case_at("notified", place)
        from violations import sanctions

        sanctions.dismiss(case.pk, reason="Đ65", by=acting(place.leader), at=LATER)
        recall = run(approved(proposed(place), place))
        item = recall.items.get()
        assert (item.plan, item.state) == ("nothing", "done")


MOMENT = timedelta(microseconds=1)


def test_the_plan_of_every_status_follows_the_table() -> None:
    plans = {status: recall_estimate.plan_for(status) for status in Violation.Status.values}
    assert {status for status, plan in plans.items() if plan == "cancel"} == set(DECIDED)
    assert plans["detected"] == "reject"
    assert {plans[s] for s in ("verified", "owner_identified", "notified", "recorded")} == {
        "dismiss"
    }
    assert plans["lapsed"] == plans["annulled"] == plans["rejected"] == "nothing"


def test_the_reason_fits_where_it_is_kept() -> None:
    recall = Recall(
        number="TH-26-00001",
        from_at=datetime(2026, 10, 1, tzinfo=UTC),
        until_at=datetime(2026, 10, 2, tzinfo=UTC),
        defect="calibration",
        basis="x" * 400,
    )
    assert len(letters_recall.reason_of(recall)) <= 400


def test_a_second_leader_of_the_unit_may_approve() -> None:
    place = world()
    case_at("detected", place)
    second = officer("ha", "Vũ Thu Hà", "Signing leader", place.unit, "office_head")
    recall = proposed(place)
    seen = recall_estimate.fingerprint(recall.estimate)
    assert recalls.approve(recall.pk, by=acting(second), at=LATER, word="", seen=seen)
