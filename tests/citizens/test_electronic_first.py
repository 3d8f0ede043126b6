"""Electronic first where a person agreed; the letter begins by itself where it does not arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from notices import electronic, printing, register, sending
from notices.models import PaperDelivery
from tests.citizens.electronic import (
    EMAIL,
    PHONE,
    SIGNED,
    agrees,
    decided,
    made,
    sent,
    takes_back,
    ways,
)
from tests.journeys import START, World, case_at, world
from tests.notices.message_catcher import BOTH_WAYS, Catcher, catcher, one_catcher
from violations.electronic_delivery import open_online
from violations.models import Violation

__all__ = ["catcher", "one_catcher"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

BOTH = {"email": EMAIL, "phone": PHONE}


@pytest.fixture
def place(settings: Any) -> World:
    settings.MESSAGES = BOTH_WAYS
    return world()


def case_of(paper: Any) -> Violation:
    return Violation.objects.get(decision__notice=paper)


def test_without_a_consent_a_paper_goes_by_post(place: World) -> None:
    assert ways(decided(place)) == {"post": "waiting"}


def test_with_a_consent_no_letter_is_printed(place: World) -> None:
    """NĐ 118/2021 Đ28a"""
    paper = decided(place, **BOTH)
    assert ways(paper) == {"account": "waiting", "email": "waiting", "sms": "waiting"}
    assert paper not in printing.printable({place.unit.code})


def test_each_way_goes_where_the_consent_says(place: World) -> None:
    paper = decided(place, **BOTH)
    where = dict(paper.deliveries.values_list("route", "destination"))
    assert (where["email"], where["sms"]) == (EMAIL, "+84912345678")
    assert EMAIL not in where["account"]


def test_a_notice_told_by_e_mail_alone_goes_by_post_as_well(place: World) -> None:
    """TT 73/2024 Đ24 k1c: paper or the application."""
    first = case_at("notified", place)
    agrees(first, place, by_account=False, email=EMAIL)
    second = case_at("notified", place)
    paper = second.events.get(notice__kind="TB0173").notice
    assert ways(paper) == {"email": "waiting", "post": "waiting"}


def test_an_installation_without_a_way_to_tell_writes_letters(place: World, settings: Any) -> None:
    settings.MESSAGES = BOTH_WAYS | {"email": None, "sms": None}
    assert ways(decided(place, **BOTH)) == {"post": "waiting"}


def test_a_way_that_is_not_configured_is_not_begun(place: World, settings: Any) -> None:
    settings.MESSAGES = BOTH_WAYS | {"sms": None}
    assert ways(decided(place, **BOTH)) == {"account": "waiting", "email": "waiting"}


def test_everything_due_goes_out(place: World, catcher: Catcher) -> None:
    paper = decided(place, **BOTH)
    assert sending.send_due(catcher.ways, at=SIGNED) == 3
    assert ways(paper) == {"account": "sent", "email": "sent", "sms": "sent"}


def test_a_bounce_with_another_note_out_waits_and_the_last_one_begins_the_letter(
    place: World,
) -> None:
    """NĐ 118/2021 Đ28b: a paper that nobody is told of is not opened."""
    paper = decided(place, **BOTH)
    sent(paper)
    rows = {row.route: row for row in paper.deliveries.all()}
    assert sending.record_bounce(rows["email"].pk, "SMTP 550", at=SIGNED)
    assert "post" not in ways(paper)
    assert sending.record_bounce(rows["sms"].pk, "HTTP 422", at=SIGNED)
    assert ways(paper) == {
        "account": "sent", "email": "failed", "sms": "failed", "post": "waiting",
    }  # fmt: skip
    assert not sending.record_bounce(rows["sms"].pk, "HTTP 422", at=SIGNED), "told twice"
    assert paper.deliveries.filter(route="post").count() == 1
    assert paper.events.filter(what="bounced").count() == 2


def test_mail_refused_at_the_door_begins_the_letter(place: World, catcher: Catcher) -> None:
    catcher.behave("email", "refuse")
    paper = decided(place, by_account=False, email=EMAIL)
    sending.send_due(catcher.ways, at=SIGNED)
    assert ways(paper) == {"email": "failed", "post": "waiting"}
    assert "Đ28b" in paper.events.get(what="bounced").facts["why"]


@pytest.mark.parametrize(
    ("on", "goes_on_paper"),
    [
        (datetime(2026, 10, 16, 16, 59, tzinfo=UTC), False),  # Friday, two working days later
        (datetime(2026, 10, 18, 5, tzinfo=UTC), False),  # a Sunday counts nothing
        (datetime(2026, 10, 19, 16, 59, tzinfo=UTC), False),  # Monday, the third day, still whole
        (datetime(2026, 10, 19, 17, 1, tzinfo=UTC), True),  # Tuesday 00:01 in Viet Nam
    ],
)
def test_what_nobody_opens_in_three_working_days_goes_on_paper(
    place: World, on: datetime, goes_on_paper: bool
) -> None:
    """Signed on Wednesday 14/10/2026; the days begin on the next."""
    paper = decided(place, **BOTH)
    sent(paper)
    assert paper.issued_on.isoformat() == "2026-10-14"
    sending.send_unopened_on_paper(working_days=3, at=on)
    assert ("post" in ways(paper)) is goes_on_paper
    assert paper.events.filter(what="unopened").count() == int(goes_on_paper)


def test_the_sweep_asks_once_and_the_paper_may_still_be_opened(place: World) -> None:
    paper = decided(place, **BOTH)
    sent(paper)
    late = SIGNED + timedelta(days=10)
    assert sending.send_unopened_on_paper(working_days=3, at=late) == 1
    assert sending.send_unopened_on_paper(working_days=3, at=late) == 0
    assert open_online(paper.pk, proof="mã một lần", at=late)
    assert ways(paper) == {
        "account": "opened", "email": "called_off", "sms": "called_off", "post": "called_off",
    }  # fmt: skip
    assert case_of(paper).service.way == "electronic"


def test_what_waits_too_long_to_be_sent_goes_on_paper_too(place: World) -> None:
    paper = decided(place, **BOTH)
    sending.send_unopened_on_paper(working_days=3, at=SIGNED + timedelta(days=10))
    assert ways(paper)["post"] == "waiting"
    assert ways(paper)["email"] == "called_off"


def test_a_paper_that_no_longer_holds_gets_no_letter(place: World) -> None:
    paper = decided(place, **BOTH)
    sent(paper)
    register.void(paper, reason="mẫu", at=SIGNED, by_name="Minh")
    sending.send_unopened_on_paper(working_days=3, at=SIGNED + timedelta(days=10))
    assert "post" not in ways(paper)
    assert not open_online(paper.pk, proof="mã một lần", at=SIGNED + timedelta(days=1))


def test_a_consent_withdrawn_between_begin_and_sending_sends_nothing(
    place: World, catcher: Catcher
) -> None:
    case = case_at("notified", place)
    agrees(case, place, **BOTH)
    next_case = case_at("notified", place)
    paper = made(next_case.events.get(notice__kind="TB0173").notice)
    before = set(catcher.caught())
    # As though the worker were between its claim and its sending: only the consent knows.
    gone = takes_back(case, place, at=SIGNED)
    PaperDelivery.objects.filter(notice=paper, route__in=("account", "email", "sms")).update(
        state="waiting", next_attempt_at=SIGNED, fault="", settled_at=None
    )
    PaperDelivery.objects.filter(notice=paper, route="post").update(state="called_off")
    assert not any(map(electronic.still_agreed, paper.deliveries.filter(route="email")))
    assert sending.send_due(catcher.ways, at=SIGNED) == 0
    assert set(catcher.caught()) == before
    assert gone.withdrawn_at == SIGNED
    assert paper.deliveries.filter(route="post", state="waiting").count() == 1
    assert paper.events.filter(what="withdrawn").exists()


def test_a_withdrawal_sends_at_once_by_post_what_was_not_opened(place: World) -> None:
    case = case_at("notified", place)
    agrees(case, place, **BOTH)
    waiting = made(case_at("notified", place).events.get(notice__kind="TB0173").notice)
    opened = made(case_at("notified", place).events.get(notice__kind="TB0173").notice)
    sent(opened)
    assert open_online(opened.pk, proof="mã một lần", at=SIGNED)
    takes_back(case, place, at=SIGNED)
    assert ways(waiting)["post"] == "waiting"
    assert "post" not in ways(opened)
    later = case_at("notified", place).events.get(notice__kind="TB0173").notice
    assert ways(later) == {"post": "waiting"}


def test_a_text_message_serves_nothing(place: World) -> None:
    """NĐ 118/2021 Đ28b: that it arrived proves no opening."""
    paper = decided(place, **BOTH)
    for row in paper.deliveries.exclude(route="sms"):
        PaperDelivery.objects.filter(pk=row.pk).update(state="failed")
    sending.record_sent(paper.deliveries.get(route="sms"), "SMS-1", at=SIGNED)
    assert not open_online(paper.pk, proof="mã một lần", at=SIGNED)
    assert case_of(paper).status == "decided"
    assert not paper.events.filter(what="opened").exists()


def test_the_first_opening_serves_the_decision_with_its_proof(place: World) -> None:
    """NĐ 118/2021 Đ28b; Luật XLVPHC Đ70, Đ73"""
    paper = decided(place, **BOTH)
    sent(paper)
    at = SIGNED + timedelta(days=1)
    assert open_online(paper.pk, proof="mã một lần abc", at=at)
    case = case_of(paper)
    assert (case.status, case.service.way, case.service.proof) == (
        "served", "electronic", "mã một lần abc",
    )  # fmt: skip
    row = paper.deliveries.get(route="account")
    assert (row.state, row.proof, row.settled_on) == ("opened", "mã một lần abc", case.served_on)
    assert not open_online(paper.pk, proof="mã một lần def", at=at + timedelta(hours=1))
    assert case.events.filter(step="serve_decision").count() == 1
    assert paper.events.filter(what="opened").count() == 1


def test_an_opening_that_cannot_serve_leaves_no_trace(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ledger and act of service are one transaction."""
    from violations import service

    paper = decided(place, **BOTH)
    sent(paper)

    def breaks(*_args: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(service, "serve_decision", breaks)
    with pytest.raises(RuntimeError):
        open_online(paper.pk, proof="mã một lần", at=SIGNED)
    assert ways(paper)["account"] == "sent"
    assert not paper.events.filter(what="opened").exists()


def test_a_notice_that_was_opened_is_told_in_its_ledger_alone(place: World) -> None:
    """TT 73/2024 Đ24 k5: the twenty days run from the sending."""
    agrees(case_at("notified", place), place, **BOTH)
    case = case_at("notified", place)
    paper = made(case.events.get(notice__kind="TB0173").notice)
    sent(paper)
    clocks = list(case.deadlines.values_list("name", "due_on"))
    assert open_online(paper.pk, proof="mã một lần", at=START + timedelta(days=3))
    assert paper.events.filter(what="opened").count() == 1
    assert list(case.deadlines.values_list("name", "due_on")) == clocks
