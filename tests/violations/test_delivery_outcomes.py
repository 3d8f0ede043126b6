"""An outcome of a delivery is typed once: the ledger and the act of service are one change."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from notices import deliveries
from notices.delivery_history import history_of
from notices.models import PaperDelivery, PaperEvent
from tests.journeys import START, World, acting, case_at, world
from violations import service
from violations.delivery_outcomes import begin_delivery, settle_delivery
from violations.guards import VIET_NAM, Refused
from violations.models import ServiceAttempt, Violation
from violations.postal_statuses import read_statuses

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SENT_AT = START + timedelta(days=3)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def sent(case: Violation, *, at: datetime = SENT_AT) -> PaperDelivery:
    """Return a letter of the decision that is on its way, as the post room leaves it."""
    paper = case.decision.notice
    row = paper.deliveries.filter(route="post", state="waiting").first()
    if row is None:
        row = deliveries.begin(paper, "post", at=at, by_name="Trần Thị Hòa")
    PaperDelivery.objects.filter(pk=row.pk).update(state="sent", sent_at=at)
    return row


def bring_back(case: Violation, place: World, on: date) -> None:
    settle_delivery(
        sent(case, at=noon(on) - timedelta(days=1)).pk,
        "returned",
        on=on,
        proof="phiếu hoàn",
        reason="absent",
        by=acting(place.clerk),
        at=noon(on),
    )


def test_a_delivered_letter_serves_the_decision_on_its_day() -> None:
    """Luật XLVPHC Đ70, Đ73: the ten days count from the day of receipt, not of the typing."""
    place = world()
    case = case_at("decided", place)
    settle_delivery(
        sent(case).pk,
        "delivered",
        on=date(2026, 10, 16),
        proof="phiếu báo phát",
        by=acting(place.clerk),
        at=noon(date(2026, 10, 20)),
    )
    case = Violation.objects.get(pk=case.pk)
    assert (case.status, case.served_on, case.service.way) == (
        "served",
        date(2026, 10, 16),
        "post",
    )
    assert case.events.filter(step="serve_decision").count() == 1
    paper_event = case.decision.notice.events.get(what=PaperEvent.What.DELIVERED)
    assert paper_event.facts["on"] == "2026-10-16"


def test_the_third_return_counts_as_service_three_working_days_later() -> None:
    """NĐ 118/2021 Đ17a: three distinct deliveries; the day is computed, nobody types it."""
    place = world()
    case = case_at("decided", place)
    for day in (date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2)):
        bring_back(case, place, day)
    attempts = ServiceAttempt.objects.filter(case=case, what="returned")
    assert attempts.count() == 3
    with pytest.raises(Refused):
        service.deem_served(case.pk, by=acting(place.reviewer), at=noon(date(2026, 11, 4)))
    service.deem_served(case.pk, by=acting(place.reviewer), at=noon(date(2026, 11, 5)))
    assert Violation.objects.get(pk=case.pk).served_on == date(2026, 11, 5)


def test_the_same_letter_comes_back_once() -> None:
    place = world()
    case = case_at("decided", place)
    letter = sent(case)
    what = {
        "on": date(2026, 10, 19),
        "proof": "phiếu hoàn",
        "reason": "absent",
        "by": acting(place.clerk),
        "at": noon(date(2026, 10, 19)),
    }
    settle_delivery(letter.pk, "returned", **what)
    with translation.override("en"), pytest.raises(Refused, match="outcome stands already"):
        settle_delivery(letter.pk, "returned", **what)
    assert ServiceAttempt.objects.filter(case=case).count() == 1
    assert case.decision.notice.events.filter(what="returned").count() == 1


def test_a_refusal_without_its_minutes_changes_nothing() -> None:
    """NĐ 118/2021 Đ17a"""
    place = world()
    case = case_at("decided", place)
    row = deliveries.begin(case.decision.notice, "hand", at=SENT_AT, by_name="Lan")
    facts = {
        "on": date(2026, 10, 16),
        "proof": "tổ công tác",
        "by": acting(place.reviewer),
        "at": noon(date(2026, 10, 16)),
    }
    with pytest.raises(Refused, match="MBB06"):
        settle_delivery(row.pk, "refused", **facts)
    row.refresh_from_db()
    assert row.state == "waiting"
    settle_delivery(row.pk, "refused", minutes="06/BB", **facts)
    assert ServiceAttempt.objects.get(case=case).proof.startswith("MBB06 06/BB")


def test_an_outcome_the_case_refuses_leaves_no_trace_in_the_ledger() -> None:
    """The day before the decision: the act refuses, so the letter is still on its way."""
    place = world()
    case = case_at("decided", place)
    letter = sent(case, at=START)
    with pytest.raises(Refused):
        settle_delivery(
            letter.pk,
            "delivered",
            on=date(2026, 10, 13),
            proof="phiếu báo phát",
            by=acting(place.clerk),
            at=noon(date(2026, 10, 20)),
        )
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert not case.decision.notice.events.filter(what="delivered").exists()


def test_an_arrived_text_message_serves_nothing_and_an_opening_does() -> None:
    """NĐ 118/2021 Đ28b: valid when the recipient confirms, opens or downloads."""
    place = world()
    case = case_at("decided", place)
    told = deliveries.begin(case.decision.notice, "sms", at=SENT_AT, by_name="Hệ thống")
    inbox = deliveries.begin(case.decision.notice, "account", at=SENT_AT, by_name="Hệ thống")
    PaperDelivery.objects.filter(pk__in=[told.pk, inbox.pk]).update(state="sent", sent_at=SENT_AT)
    facts = {
        "on": date(2026, 10, 16),
        "proof": "nhật ký",
        "by": acting(place.reviewer),
        "at": noon(date(2026, 10, 16)),
    }
    settle_delivery(told.pk, "delivered", **facts)
    assert Violation.objects.get(pk=case.pk).status == "decided"
    settle_delivery(inbox.pk, "opened", **facts)
    assert Violation.objects.get(pk=case.pk).service.way == "electronic"


def test_another_units_clerk_settles_nothing() -> None:
    place = world()
    case = case_at("decided", place)
    with pytest.raises(Refused):
        settle_delivery(
            sent(case).pk,
            "delivered",
            on=date(2026, 10, 16),
            proof="x",
            by=acting(place.other_leader),
            at=noon(date(2026, 10, 16)),
        )


def test_the_next_delivery_is_an_act_on_the_case_and_only_one_is_open() -> None:
    place = world()
    case = case_at("decided", place)
    by, paper = acting(place.reviewer), case.decision.notice
    begin_delivery(case.pk, paper, "commune", by=by, at=SENT_AT)
    assert case.events.get(step="begin_delivery").facts["route"] == "commune"
    with translation.override("en"), pytest.raises(Refused, match="under way"):
        begin_delivery(case.pk, paper, "commune", by=by, at=SENT_AT)
    assert case.events.filter(step="begin_delivery").count() == 1


def test_only_an_attempt_that_waits_is_called_off() -> None:
    place = world()
    case = case_at("decided", place)
    letter = case.decision.notice.deliveries.get()
    deliveries.call_off(letter.pk, why="sai địa chỉ", at=SENT_AT)
    with pytest.raises(deliveries.SettlingRefused):
        deliveries.call_off(letter.pk, why="sai địa chỉ", at=SENT_AT)


def test_the_history_of_a_paper_reads_from_its_issue_to_its_receipt() -> None:
    place = world()
    case = case_at("decided", place)
    bring_back(case, place, date(2026, 10, 19))
    lines = history_of(case.decision.notice)
    assert [line.what for line in lines] == ["issued", "returned"]
    assert (lines[1].on, lines[1].proof) == (date(2026, 10, 19), "phiếu hoàn")


def test_a_status_file_names_each_line_it_cannot_take() -> None:
    text = (
        "số hiệu;trạng thái;ngày;lý do\n"
        "RR123456785VN;đã phát;16/10/2026;\n"
        "RR123456784VN;đã phát;16/10/2026;\n"
        "RR123456785VN;mất;16/10/2026;\n"
        "RR123456785VN;chuyển hoàn;16/10/2026;\n"
        "RR123456785VN;chuyển hoàn;2026-10-16;vắng nhà\n"
    )
    statuses, faults = read_statuses(text.encode("utf-8-sig"))
    assert [(row.line, row.state, row.reason) for row in statuses] == [
        (2, "delivered", ""),
        (6, "returned", "absent"),
    ]
    assert len(faults) == 3
    with pytest.raises(Refused):
        read_statuses("số hiệu".encode("utf-16"))
