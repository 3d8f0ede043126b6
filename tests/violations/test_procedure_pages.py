"""The acts before the decision, taken by hand: each form asked, filled and answered on its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notices.models import Notice
from tests.journeys import World, acting, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in, texts
from violations import transfers
from violations.models import (
    CaseEvent,
    Draft,
    SecondLook,
    Transfer,
    Violation,
    WorkingSession,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
__all__ = ["clock", "place"]


def act(case: Violation, step: str) -> str:
    return f"/can-bo/ho-so/{case.number}/{step}/"


def taken(client: Any, case: Violation, step: str, **filled: Any) -> str:
    """Open the form of an act, send it, and return the step of the last event."""
    asked = client.get(act(case, step))
    assert asked.status_code == 200, step
    answer = client.post(act(case, step), filled)
    assert answer.status_code == 302, answer.context["form"].errors
    return str(case.events.latest("sequence").step)


def test_a_second_look_is_asked_for_answered_and_settled_by_three_people(place: World) -> None:
    case = case_at("verified", place)
    first, second = signed_in(place.reviewer), signed_in(place.second_reviewer)
    third = signed_in(place.supervisor)
    assert (
        taken(first, case, "ask_second_look", ground="officer", note="chữ số cuối")
        == "ask_second_look"
    )
    refused = first.post(act(case, "look_again"), {"agrees": "0", "finding": "mờ"}, follow=True)
    assert texts(refused)
    assert taken(second, case, "look_again", agrees="0", finding="số 8, không phải 3") == (
        "look_again"
    )
    look = SecondLook.objects.get(case=case)
    page = f"/can-bo/phan-xu/{look.pk}/"
    assert third.get(page).status_code == 200
    given = {
        "right": third.get(page).context["second"].key,
        "finding": "số 8",
        "rejection_reason": "wrong_plate_or_vehicle",
    }
    assert third.post(page, given).status_code == 302
    assert case.events.latest("sequence").step == "overturn"
    assert SecondLook.objects.get(case=case).upholds is False
    assert Violation.objects.get(pk=case.pk).status == "rejected"


def test_an_answer_that_was_not_pressed_is_no_answer(place: World) -> None:
    case = case_at("verified", place)
    taken(signed_in(place.reviewer), case, "ask_second_look", ground="officer", note="xem")
    answer = signed_in(place.second_reviewer).post(act(case, "look_again"), {"finding": "rõ"})
    assert answer.status_code == 422
    assert "agrees" in answer.context["form"].errors


def test_a_session_is_written_down_with_its_minutes(place: World) -> None:
    case = case_at("notified", place)
    last = taken(
        signed_in(place.reviewer),
        case,
        "hold_session",
        present_as="owner",
        attended_by="Trần Văn Hiếu, 001084000001",
        statement="tôi cho mượn xe",
        names_driver="0",
    )
    assert last == "hold_session"
    assert WorkingSession.objects.get(case=case).names_driver is False
    assert Notice.objects.filter(kind="MBB02").count() == 1


def test_a_transferred_case_leaves_one_desk_and_comes_to_the_other_with_its_papers(
    place: World,
) -> None:
    case = case_at("notified", place)
    notice = Notice.objects.get(kind="TB0173")
    from notices.production import produce

    produce(notice.pk, at=NOW)
    assert (
        taken(
            signed_in(place.reviewer),
            case,
            "propose_transfer",
            to_unit=place.other_unit.pk,
            ground="nơi cư trú",
        )
        == "propose_transfer"
    )
    draft = Draft.objects.get(case=case, kind="PC0373")
    desk = signed_in(place.leader).get(f"/can-bo/ky/{draft.pk}/")
    assert desk.status_code == 200
    assert desk.context["against"] == []
    transfers.sign_transfer(case.pk, kind="PC0373", by=acting(place.leader), at=NOW)
    receiver = signed_in(officer("nhan", "Lý Văn Nhận", "Reviewing officer", place.other_unit))
    page = f"/can-bo/ho-so/{case.number}/"
    assert signed_in(place.reviewer).get(page).status_code == 404
    assert receiver.get(page).status_code == 200
    assert receiver.get(f"/can-bo/giay/{notice.pk}/").status_code == 200
    assert receiver.post(act(case, "acknowledge_transfer")).status_code == 302
    assert Transfer.objects.get(case=case).acknowledged_at == NOW


def test_the_explanation_is_received_and_the_clock_is_named(place: World, clock: Any) -> None:
    case = case_at("recorded", place)
    clock(case.created_at + timedelta(days=2))
    client = signed_in(place.reviewer)
    assert (
        taken(client, case, "receive_explanation", received_on="2026-10-14", proof="bút lục 7")
        == "receive_explanation"
    )
    assert (
        taken(client, case, "hand_over_record", received_on="2026-10-13", proof="chữ ký")
        == "hand_over_record"
    )
    page = client.get(f"/can-bo/ho-so/{case.number}/")
    names = {row.name for row in page.context["clocks"]}
    assert "record_forwarded_due" not in names and "hearing_request_due" not in names
    events = CaseEvent.objects.filter(case=case, step="receive_explanation")
    assert events.get().facts == {"received_on": "2026-10-14", "period_lengthened": True}
