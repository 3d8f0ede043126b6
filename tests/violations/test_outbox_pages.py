"""The outbox on the officers' pages: who reads it, who sends again, who lifts a warning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from tests.journeys import START, World, case_at, confirming, officer
from tests.violations.desk import clock, place, signed_in
from violations import agency_warnings, dispatch
from violations.guards import Refused
from violations.models import AgencyMessage, AgencyResend

__all__ = ["clock", "place"]

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATE = START + timedelta(days=30)


def stuck_message(place: World) -> AgencyMessage:
    case = case_at("notified", place)
    message = dispatch.claim(at=LATE, without=["database"])
    dispatch.record_refusal(message, "The agency refused the message (HTTP 422).")
    return case.agency_messages.get(pk=message.pk)


def test_the_clerk_sends_a_stuck_message_again_and_it_is_written_down(place: World) -> None:
    message = stuck_message(place)
    assert dispatch.send_again([message.pk], user=place.clerk.user, at=LATE) == 1
    log = AgencyResend.objects.get()
    assert (log.message_id, log.by_id, log.fault) == (
        message.pk, place.clerk.user_id, message.fault,
    )  # fmt: skip
    again = dispatch.claim(at=LATE, without=["database"])
    assert (again.pk, again.key, again.attempts) == (message.pk, message.key, 1)


def test_a_clerk_of_another_unit_does_not_send_it_again(place: World) -> None:
    message = stuck_message(place)
    stranger = officer("vy", "Hồ Thị Vy", "Clerk", place.other_unit)
    assert dispatch.send_again([message.pk], user=stranger.user, at=LATE) == 0
    message.refresh_from_db()
    assert message.state == "stuck"


def test_a_worker_from_before_the_order_has_no_say_over_the_new_attempt(place: World) -> None:
    case_at("notified", place)
    old = dispatch.claim(at=LATE, without=["database"])
    AgencyMessage.objects.filter(pk=old.pk).update(state="stuck")
    dispatch.send_again([old.pk], user=place.clerk.user, at=LATE)
    new = dispatch.claim(at=LATE + timedelta(seconds=1), without=["database"])
    assert (new.pk, new.attempts) == (old.pk, old.attempts), "counted from nought once more"
    dispatch.record_refusal(old, "The agency refused it.")
    new.refresh_from_db()
    assert new.state == "waiting"


@pytest.mark.parametrize("who", ["reviewer", "leader", "auditor", "administrator", "technician"])
def test_nobody_else_sends_it_again(place: World, who: str) -> None:
    message = stuck_message(place)
    with pytest.raises(Refused):
        dispatch.send_again([message.pk], user=getattr(place, who).user, at=LATE)
    message.refresh_from_db()
    assert message.state == "stuck"


def test_the_stuck_list_the_workbench_and_the_case_page_show_it(
    place: World, clock: Callable[[datetime], None]
) -> None:
    clock(LATE)
    message = stuck_message(place)
    browser = signed_in(place.clerk)
    home = browser.get(reverse("violations:home"), headers={"accept-language": "en"})
    assert "1 messages to other agencies are stuck" in home.content.decode()
    address = reverse("admin:violations_agencymessage_changelist")
    page = browser.get(f"{address}?state=stuck", headers={"accept-language": "en"})
    assert message.case.number in page.content.decode() and "HTTP 422" in page.content.decode()
    case = signed_in(place.reviewer).get(
        reverse("violations:case", args=[message.case.number]), headers={"accept-language": "en"}
    )
    assert "Told to other agencies" in case.content.decode()
    assert "The agency refused the message (HTTP 422)." in case.content.decode()
    browser.post(address, {"action": "send_again", "_selected_action": [message.pk]})
    message.refresh_from_db()
    assert message.state == "waiting" and AgencyResend.objects.count() == 1


def test_an_auditor_reads_the_outbox_and_an_administrator_does_not(
    place: World, clock: Callable[[datetime], None]
) -> None:
    message = stuck_message(place)
    address = reverse("admin:violations_agencymessage_changelist")
    auditor = signed_in(place.auditor)
    assert message.case.number in auditor.get(address).content.decode()
    auditor.post(address, {"action": "send_again", "_selected_action": [message.pk]})
    assert AgencyResend.objects.count() == 0
    assert signed_in(place.administrator).get(address).status_code == 403


def test_an_officer_lifts_a_warning_on_the_case_page(
    place: World, clock: Callable[[datetime], None]
) -> None:
    clock(LATE)
    case = case_at("notified", place)
    agency_warnings.warn_no_show(case.pk, by=confirming(case), at=LATE)
    browser = signed_in(place.reviewer)
    address = f"/can-bo/ho-so/{case.number}/lift_warning/"
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert case.warnings.filter(lifted_on__isnull=True).count() == 2
    assert browser.post(address, {"reason": "biển số bị làm giả"}).status_code == 302
    assert not case.warnings.filter(lifted_on__isnull=True).exists()
