"""Electronic sending: once, without links, and back to paper when the system fails.

The provider is the sandbox for messages, a process of its own that speaks SMTP and HTTP.
"""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from notices import deliveries, sending
from notices.channels import Message
from notices.models import Notice, PaperDelivery
from tests.citizens.electronic import made
from tests.journeys import START, case_at, world
from tests.notices.message_catcher import Catcher, catcher, one_catcher
from violations.models import Decision

__all__ = ["catcher", "one_catcher"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
AT = START + timedelta(days=3)
EMAIL, PHONE = "hieu.tran@vidu.vn", "+84912345678"
#: What a telephone makes a link of.
LINK = re.compile(r"https?:|www\.|://|\w\.\w", re.IGNORECASE)


def paper(*, is_made: bool = True) -> Notice:
    found: Notice = case_at("decided", world()).decision.notice
    found.deliveries.all().update(state="called_off")
    return made(found) if is_made else found


def begin(notice: Notice, route: str, destination: str = "") -> PaperDelivery:
    return deliveries.begin(notice, route, at=AT, by_name="Hệ thống", destination=destination)


@pytest.mark.parametrize(("route", "destination"), [("email", EMAIL), ("sms", PHONE)])
def test_a_message_is_sent_once_and_holds_no_link_no_name_and_no_amount(
    catcher: Catcher, route: str, destination: str
) -> None:
    """NĐ 118/2021 Đ28a; payments and citizens §6"""
    notice = paper()
    row = begin(notice, route, destination)
    assert sending.send_due(catcher.ways, at=AT) == 1
    assert sending.send_due(catcher.ways, at=AT + timedelta(hours=1)) == 0
    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("sent", AT)
    told = catcher.caught()[str(row.pk)]
    assert (told["to"], told["times"]) == (destination, 1)
    said = f"{told['subject']} {told['text']}"
    assert not LINK.search(said), LINK.search(said)
    assert notice.context["addressee"]["name"] not in said
    assert f"{Decision.objects.get(notice=notice).fine_vnd:,}".replace(",", ".") not in said
    assert notice.unit_code in said
    assert notice.events.filter(what="sent").count() == 1


def test_a_text_message_is_short_and_of_plain_letters(catcher: Catcher) -> None:
    row = begin(paper(), "sms", PHONE)
    sending.send_due(catcher.ways, at=AT)
    text = catcher.caught()[str(row.pk)]["text"]
    assert text.isascii()
    assert len(text) <= 320
    assert "QD-XPHC" in text


def test_nothing_is_sent_of_a_paper_that_cannot_be_opened_yet(catcher: Catcher) -> None:
    notice = paper(is_made=False)
    begin(notice, "email", EMAIL)
    assert sending.send_due(catcher.ways, at=AT) == 0
    made(notice)
    assert sending.send_due(catcher.ways, at=AT) == 1


@pytest.mark.parametrize(("route", "destination"), [("email", EMAIL), ("sms", PHONE)])
def test_a_worker_that_died_after_sending_sends_the_same_key_again(
    catcher: Catcher, route: str, destination: str
) -> None:
    row = begin(paper(), route, destination)
    claimed = sending.claim((route,), at=AT)
    assert claimed is not None
    message = sending.message_of(claimed.notice)
    catcher.ways[route].send(key=str(row.pk), destination=destination, message=message)
    # … and dies here, before anything is recorded.
    assert sending.send_due(catcher.ways, at=AT + timedelta(seconds=30)) == 0, "the lease holds"
    assert sending.send_due(catcher.ways, at=AT + timedelta(seconds=61)) == 1
    assert catcher.caught()[str(row.pk)]["times"] == 2, "told twice, kept once"
    assert row.notice.events.filter(what="sent").count() == 1


@pytest.mark.parametrize(("route", "destination"), [("email", EMAIL), ("sms", PHONE)])
def test_an_answer_that_was_lost_after_the_taking_is_asked_for_again(
    catcher: Catcher, route: str, destination: str
) -> None:
    row = begin(paper(), route, destination)
    catcher.behave(route, "lost")
    assert sending.send_due(catcher.ways, at=AT) == 0
    row.refresh_from_db()
    assert row.state == "waiting"
    catcher.behave(route, "")
    assert sending.send_due(catcher.ways, at=AT + timedelta(minutes=2)) == 1
    assert catcher.caught()[str(row.pk)]["times"] == 2


@pytest.mark.parametrize("scenario", ["unavailable", "timeout"])
@pytest.mark.parametrize(("route", "destination"), [("email", EMAIL), ("sms", PHONE)])
def test_a_bad_minute_is_waited_out(
    catcher: Catcher, route: str, destination: str, scenario: str
) -> None:
    row = begin(paper(), route, destination)
    catcher.behave(route, scenario)
    assert sending.send_due(catcher.ways, at=AT) == 0
    row.refresh_from_db()
    assert row.state == "waiting"
    assert row.fault
    assert destination not in row.fault
    catcher.behave(route, "")
    assert sending.send_due(catcher.ways, at=row.next_attempt_at) == 1


def test_a_system_that_stays_down_leads_back_to_paper(catcher: Catcher) -> None:
    """NĐ 118/2021 Đ28b"""
    catcher.behave("email", "unavailable")
    notice = paper()
    row = begin(notice, "email", EMAIL)
    for hour in range(sending.MOST_ATTEMPTS):
        assert not notice.deliveries.filter(route="post", state="waiting").exists()
        sending.send_due(catcher.ways, at=AT + timedelta(hours=2 * hour))
    row.refresh_from_db()
    assert (row.state, row.fault) == ("failed", "SMTP 451")
    assert PaperDelivery.objects.get(notice=notice, route="post", state="waiting")
    assert "Đ28b" in notice.events.get(what="bounced").facts["why"]


@pytest.mark.parametrize(("route", "destination"), [("email", EMAIL), ("sms", PHONE)])
def test_an_address_that_is_refused_is_not_tried_again(
    catcher: Catcher, route: str, destination: str
) -> None:
    row = begin(paper(), route, destination)
    catcher.behave(route, "refuse")
    assert sending.send_due(catcher.ways, at=AT) == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 1)


@pytest.mark.parametrize(
    "destination",
    [
        "ten@vidu.vn\r\nBcc: all@vidu.vn",
        "ten@vidu.vn>\r\nDATA",
        "ten😀@vidu.vn",
        "",
    ],
)
def test_garbage_that_came_past_every_check_reaches_no_server(
    catcher: Catcher, destination: str
) -> None:
    row = begin(paper(), "email", destination)
    assert sending.send_due(catcher.ways, at=AT) == 0
    assert str(row.pk) not in catcher.caught()


def test_what_a_paper_is_called_cannot_add_a_header(catcher: Catcher) -> None:
    message = Message("Chủ đề\r\nBcc: all@vidu.vn", "x", "x")
    with pytest.raises(Exception, match=r"ValueError|HeaderWriteError"):
        catcher.mail.send(key="k", destination=EMAIL, message=message)


def test_a_way_that_is_not_configured_is_left_alone(catcher: Catcher) -> None:
    row = begin(paper(), "sms", PHONE)
    only_mail = {"email": catcher.mail}
    assert sending.send_due(only_mail, at=AT) == 0
    row.refresh_from_db()
    assert row.attempts == 0


@pytest.fixture
def papers(transactional_db: Any) -> list[PaperDelivery]:
    place = world()
    rows = []
    for _number in range(3):
        notice = made(case_at("decided", place).decision.notice)
        rows.append(begin(notice, "email", EMAIL))
    return rows


def test_two_workers_at_once_send_each_message_once(
    papers: list[PaperDelivery], catcher: Catcher
) -> None:
    barrier = threading.Barrier(2)
    sent: list[int] = []

    def work() -> None:
        try:
            barrier.wait(timeout=20)
            sent.append(sending.send_due(catcher.ways, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(sent) == len(papers)
    caught = catcher.caught()
    assert [caught[str(row.pk)]["times"] for row in papers] == [1, 1, 1]
