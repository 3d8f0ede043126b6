"""The case page: where a case stands, what may be done, and acts taken by plain forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.journeys import START, World, acting, case_at, silent_session
from tests.violations.desk import NOW, clock, place, signed_in, texts
from violations import actions, appearances
from violations.admin.case_acts import NOT_SHOWN
from violations.models import AccessEntry, Violation
from violations.workflow import STEPS

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate


def page_of(case: Violation) -> str:
    """Return the address of a case."""
    return f"/can-bo/ho-so/{case.number}/"


def names(rows: list[dict[str, Any]]) -> list[str]:
    """Return the steps of a list of acts."""
    return [row["step"].name for row in rows]


@pytest.mark.parametrize(
    ("status", "now"),
    [
        ("detected", "verify"),
        ("verified", "identify_owner"),
        ("owner_identified", "sign_notice"),
        ("notified", "sign_record"),
        ("recorded", "sign_decision"),
        ("decided", "serve_decision"),
        ("served", "settle"),
        ("closed", None),
    ],
)
def test_the_lane_shows_what_was_done_and_what_is_now(
    place: World, clock: Any, status: str, now: str | None
) -> None:
    case = case_at(status, place)
    clock(case.created_at + timedelta(days=5))
    lane = signed_in(place.reviewer).get(page_of(case)).context["lane"]
    states = [step["state"] for step in lane]
    done = states.count("done")
    assert states[:done] == ["done"] * done
    if now is None:
        assert states == ["done"] * 9
    else:
        assert states[done] == "now"
        assert set(states[done + 1 :]) <= {"future"}


@pytest.mark.parametrize(
    "status", ["detected", "owner_identified", "notified", "recorded", "decided", "served"]
)
def test_every_step_of_a_person_is_offered_or_locked_with_its_reasons(
    place: World, clock: Any, status: str
) -> None:
    case = case_at(status, place)
    clock(case.created_at + timedelta(days=5))
    context = signed_in(place.reviewer).get(page_of(case)).context
    listed = {*names(context["may"]), *names(context["may_not"])}
    expected = {
        step.name
        for step in STEPS.values()
        if status in step.origins and step.permission is not None and step.name not in NOT_SHOWN
    }
    assert listed == expected
    assert all(row["reasons"] == [] for row in context["may"])
    assert all(row["reasons"] for row in context["may_not"])


def test_a_reviewer_may_propose_and_a_leader_may_not(place: World) -> None:
    case = case_at("owner_identified", place)
    reviewer = signed_in(place.reviewer).get(page_of(case)).context
    assert {"propose_notice", "propose_transfer", "add_act"} <= set(names(reviewer["may"]))
    assert "sign_notice" in names(reviewer["may_not"])
    assert "propose_notice" in names(reviewer["may"])
    assert "dismiss" in names(reviewer["may_not"])
    leader = signed_in(place.leader).get(page_of(case)).context
    assert "propose_notice" in names(leader["may_not"])
    assert "dismiss" in names(leader["may"])


def test_a_waiting_draft_locks_another_proposal_and_opens_the_desk(place: World) -> None:
    case = case_at("owner_identified", place)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=NOW)
    draft = case.drafts.get()
    reviewer = signed_in(place.reviewer).get(page_of(case)).context
    assert "propose_notice" in names(reviewer["may_not"])
    leader = signed_in(place.leader).get(page_of(case)).context
    row = next(row for row in leader["may"] if row["step"].name == "sign_notice")
    assert row["url"] == f"/can-bo/ky/{draft.pk}/"


def test_every_look_is_written_down(place: World) -> None:
    case = case_at("owner_identified", place)
    signed_in(place.reviewer).get(page_of(case))
    entry = AccessEntry.objects.get()
    assert (entry.case, entry.what, entry.actor, entry.level) == (
        case,
        "case",
        place.reviewer.user,
        "staff",
    )


def test_a_case_of_another_unit_is_not_found_and_leaves_no_entry(place: World) -> None:
    case = case_at("owner_identified", place)
    assert signed_in(place.other_leader).get(page_of(case)).status_code == 404
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "technician", "administrator"])
def test_roles_without_cases_see_none(place: World, who: str) -> None:
    case = case_at("detected", place)
    assert signed_in(getattr(place, who)).get(page_of(case)).status_code == 403


def test_proposing_is_one_press_and_a_second_press_is_told_why_not(place: World) -> None:
    case = case_at("owner_identified", place)
    client = signed_in(place.reviewer)
    first = client.post(page_of(case) + "propose_notice/", follow=True)
    assert case.drafts.get().state == "proposed"
    assert len(texts(first)) == 1
    second = client.post(page_of(case) + "propose_notice/", follow=True)
    assert case.drafts.count() == 1
    assert len(texts(second)) == 1


def test_an_act_out_of_turn_is_refused_and_writes_nothing(place: World) -> None:
    case = case_at("owner_identified", place)
    events = case.events.count()
    answer = signed_in(place.reviewer).post(page_of(case) + "propose_decision/", follow=True)
    assert texts(answer)
    assert case.events.count() == events
    assert not case.drafts.exists()


def test_a_step_of_the_system_is_no_act_of_a_person(place: World) -> None:
    case = case_at("owner_identified", place)
    client = signed_in(place.reviewer)
    for step in ("bar_by_time", "verify", "settle", "nonsense"):
        assert client.post(page_of(case) + f"{step}/").status_code == 404


def test_the_owner_who_drove_is_written_down_again_as_offender(place: World) -> None:
    case = case_at("notified", place)
    answer = signed_in(place.reviewer).post(
        page_of(case) + "name_offender/", {"who": "owner", "proof": "lời khai ngày 12/10/2026"}
    )
    assert answer.status_code == 302
    owner, offender = case.parties.get(role="owner"), case.parties.get(role="offender")
    assert (offender.full_name, offender.identity_number) == (
        owner.full_name,
        owner.identity_number,
    )
    case.refresh_from_db()
    assert case.offender_identified_on.isoformat() == "2026-10-12"


def test_another_person_is_asked_what_the_record_must_name(place: World) -> None:
    case = case_at("notified", place)
    client = signed_in(place.reviewer)
    address = page_of(case) + "name_offender/"
    assert "full_name" in client.get(address + "?who=individual").context["form"].fields
    empty = client.post(address, {"who": "individual", "proof": "ảnh"})
    assert empty.status_code == 422
    assert {"full_name", "born_on", "identity_number", "address"} <= set(
        empty.context["form"].errors
    )
    filled = {
        "who": "individual",
        "full_name": "Lý Thị Mẫu",
        "gender": "nữ",
        "born_on": "1990-02-03",
        "nationality": "Việt Nam",
        "identity_number": "001190000002",
        "address": "số 5 phố Ví Dụ, phường Mẫu Một, thành phố Hà Nội",
        "proof": "lời khai ngày 12/10/2026",
    }
    assert client.post(address, filled).status_code == 302
    offender = case.parties.get(role="offender")
    assert (offender.full_name, offender.kind, offender.born_on.isoformat()) == (
        "Lý Thị Mẫu",
        "individual",
        "1990-02-03",
    )


def test_an_organisation_needs_its_representative(place: World) -> None:
    case = case_at("notified", place, owner="organisation")
    silent_session(case, place, at=NOW - timedelta(hours=1))
    client = signed_in(place.reviewer)
    address = page_of(case) + "name_offender/"
    sent = {
        "who": "organisation",
        "full_name": "Công ty Vận tải Mẫu",
        "identity_number": "0100000001",
        "address": "số 5 phố Ví Dụ",
        "proof": "công văn",
    }
    assert "representative" in client.post(address, sent).context["form"].errors
    assert client.post(address, sent | {"representative": "Lý Thị Mẫu"}).status_code == 302
    offender = case.parties.get(role="offender")
    assert (offender.kind, offender.born_on) == ("organisation", None)
    assert offender.basis == "uncooperative"


def test_a_right_given_up_in_writing_opens_the_decision(place: World, clock: Any) -> None:
    case = case_at("recorded", place)
    clock(case.created_at + timedelta(days=1, hours=2))
    client = signed_in(place.reviewer)
    assert client.post(page_of(case) + "waive_explanation/", {"proof": ""}).status_code == 422
    client.post(page_of(case) + "waive_explanation/", {"proof": "đơn ngày 13/10/2026"})
    case.explanation.refresh_from_db()
    assert case.explanation.waiver_proof == "đơn ngày 13/10/2026"
    client.post(page_of(case) + "propose_decision/")
    assert case.drafts.get(kind="MQD02", state="proposed").context["fine_total_vnd"] == 19_000_000


def test_service_starts_the_ten_days(place: World, clock: Any) -> None:
    case = case_at("decided", place)
    clock(case.created_at + timedelta(days=4))
    client = signed_in(place.reviewer)
    sent = {"way": "handed_over", "received_on": "2026-10-15", "proof": "chữ ký nhận"}
    client.post(page_of(case) + "serve_decision/", sent)
    case.refresh_from_db()
    assert (case.status, case.pay_due_on.isoformat()) == ("served", "2026-10-26")


def test_a_day_of_receipt_before_the_decision_is_refused_in_words(place: World, clock: Any) -> None:
    case = case_at("decided", place)
    clock(case.created_at + timedelta(days=4))
    sent = {"way": "handed_over", "received_on": "2026-10-13", "proof": "chữ ký nhận"}
    answer = signed_in(place.reviewer).post(page_of(case) + "serve_decision/", sent, follow=True)
    assert texts(answer)
    case.refresh_from_db()
    assert case.status == "decided"


def test_a_leader_who_did_not_verify_may_end_a_case(place: World) -> None:
    case = case_at("notified", place)
    client = signed_in(place.leader)
    client.post(
        page_of(case) + "dismiss/", {"reason": "điểm a khoản 1 Điều 65: tình thế cấp thiết"}
    )
    case.refresh_from_db()
    assert case.status == "dismissed"


def test_the_sum_is_shown_before_and_after_the_decision(place: World, clock: Any) -> None:
    before = case_at("recorded", place)
    clock(before.created_at + timedelta(days=1, hours=2))
    client = signed_in(place.reviewer)
    assert client.get(page_of(before)).context["money"]["fine_vnd"] == 19_000_000
    served = case_at("served", place, at=START + timedelta(minutes=30))
    clock(START + timedelta(days=20))  # five days late: 0.05 % a day of 19 million
    money = signed_in(place.reviewer).get(page_of(served)).context["money"]
    assert money["is_decided"]
    assert money["late_charge_vnd"] > 0
    assert money["remaining_vnd"] == 19_000_000 + money["late_charge_vnd"]


def test_clocks_show_what_was_met_and_what_runs(place: World, clock: Any) -> None:
    case = case_at("served", place)
    clock(case.created_at + timedelta(days=5))
    rows = signed_in(place.reviewer).get(page_of(case)).context["clocks"]
    met = [row.met_on is not None for row in rows]
    assert met == sorted(met)
    assert all(0 <= row.used_percent <= 100 for row in rows)


def test_identity_numbers_are_masked_on_the_page(place: World) -> None:
    case = case_at("owner_identified", place)
    page = signed_in(place.reviewer).get(page_of(case)).content.decode()
    assert "001084000001" not in page
    assert "•••••••••001" in page


def test_a_paper_opens_for_its_own_unit_and_the_look_is_logged(place: World) -> None:
    from notices import production

    case = case_at("notified", place)
    paper = case.events.get(step="sign_notice").notice
    address = f"/can-bo/giay/{paper.pk}/"
    client = signed_in(place.reviewer)
    assert client.get(address).status_code == 404  # not made yet
    assert production.produce(paper.pk, at=NOW)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert AccessEntry.objects.get().what == "paper"
    assert signed_in(place.other_leader).get(address).status_code == 404


def test_texts_from_outside_are_shown_as_text(place: World) -> None:
    case = case_at("notified", place)
    evil = '<script>alert("x")</script>'
    appearances.name_offender(
        case.pk,
        offender(case, evil),
        proof=evil,
        by=acting(place.reviewer),
        at=NOW,
    )
    page = signed_in(place.reviewer).get(page_of(case)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def offender(case: Violation, name: str) -> Any:
    """Return an offender with a name of one's choice, not saved."""
    from tests.journeys import driver

    found = driver(case)
    found.full_name = name
    return found


def test_a_stranger_is_sent_to_sign_in(place: World) -> None:
    case = case_at("detected", place)
    answer = Client().get(page_of(case))
    assert answer.status_code == 302
    assert "/can-bo/tai-khoan/login/" in answer["Location"]
