"""The inbox of papers: a one-time code opens it, a press receives a paper, strangers see nothing."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from citizens import inbox, list_pages, one_time_codes
from citizens.models import ElectronicConsent, InboxCode, LookupEntry
from notices import production, sending
from notices.models import Notice
from tests.citizens.conftest import browser, clock, english
from tests.citizens.electronic import EMAIL, PHONE, agrees, decided, sent, ways
from tests.citizens.visits import text
from tests.journeys import World, case_at, world
from tests.notices.message_catcher import BOTH_WAYS, Catcher, catcher, one_catcher
from violations.models import AccessEntry, Violation

__all__ = ["browser", "catcher", "clock", "one_catcher"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

IDENTITY = "001084000001"
NOW = datetime.fromisoformat("2026-10-15T02:00:00+00:00")


@pytest.fixture
def place(settings: Any, clock: Any) -> World:
    settings.MESSAGES = BOTH_WAYS
    clock(NOW)
    return world()


@pytest.fixture
def paper(place: World) -> Notice:
    made = decided(place, email=EMAIL, phone=PHONE)
    sent(made)
    return made


def ask(client: Client, identity: str = IDENTITY, contact: str = EMAIL) -> Any:
    return client.post("/hop-thu/", {"identity_number": identity, "contact": contact})


def enter(client: Client, code: str) -> Any:
    return client.post("/hop-thu/ma/", {"code": code})


def right_code() -> str:
    return inbox.code_of(InboxCode.objects.latest("pk").pk)


def wrong_code() -> str:
    return f"{(int(right_code()) + 1) % 1_000_000:06d}"


def opened(client: Client) -> Client:
    assert ask(client)["Location"] == "/hop-thu/ma/"
    assert enter(client, right_code())["Location"] == "/hop-thu/van-ban/"
    return client


def test_the_code_goes_to_the_contact_and_opens_the_inbox(
    browser: Client, paper: Notice, catcher: Catcher
) -> None:
    ask(browser)
    code = InboxCode.objects.get()
    assert inbox.CODES.send(catcher.ways, at=NOW) == 1
    assert inbox.CODES.send(catcher.ways, at=NOW) == 0, "sent once"
    told = catcher.caught()[str(code.pk)]
    assert told["to"] == EMAIL
    six = re.search(r"\b\d{6}\b", told["text"])
    assert six is not None
    assert enter(browser, six[0])["Location"] == "/hop-thu/van-ban/"
    page = text(browser.get("/hop-thu/van-ban/"))
    assert paper.number_text in page
    assert paper.context["addressee"]["name"] not in page


def test_a_code_goes_to_the_telephone_too(browser: Client, paper: Notice, catcher: Catcher) -> None:
    ask(browser, contact="0912 345 678")
    code = InboxCode.objects.get()
    assert inbox.CODES.send(catcher.ways, at=NOW) == 1
    assert catcher.caught()[str(code.pk)]["to"] == "+84912345678"


def test_a_code_that_could_not_be_sent_is_tried_three_times(
    browser: Client, paper: Notice, catcher: Catcher
) -> None:
    ask(browser)
    catcher.behave("email", "unavailable")
    for _turn in range(5):
        assert inbox.CODES.send(catcher.ways, at=NOW) == 0
    assert InboxCode.objects.get().attempts == one_time_codes.MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("identity", "contact"),
    [("001084000002", EMAIL), (IDENTITY, "khac@vidu.vn"), (IDENTITY, "0987654321")],
)
def test_who_does_not_match_sees_the_same_pages_and_gets_no_code(
    paper: Notice, identity: str, contact: str
) -> None:
    stranger, known = english(), english()
    assert ask(stranger, identity, contact)["Location"] == ask(known)["Location"]
    assert InboxCode.objects.count() == 1
    pages = [
        re.sub(r'value="[^"]{40,}"', "", text(each.get("/hop-thu/ma/")))
        for each in (stranger, known)
    ]
    assert pages[0] == pages[1]
    refused = [text(enter(each, wrong_code())) for each in (stranger, known)]
    assert all("does not open the inbox" in each for each in refused)
    # Another's code opens nothing in the stranger's browser.
    assert "does not open the inbox" in text(enter(stranger, right_code()))
    assert stranger.get("/hop-thu/van-ban/")["Location"] == "/hop-thu/"
    assert LookupEntry.objects.filter(way="inbox").count() == 2


def test_five_tries_use_a_code_up(browser: Client, paper: Notice) -> None:
    ask(browser)
    for _turn in range(one_time_codes.TRIES):
        enter(browser, wrong_code())
    assert enter(browser, right_code()).status_code == 200
    assert browser.get("/hop-thu/van-ban/").status_code == 302


def test_a_code_is_used_once_and_for_ten_minutes(
    browser: Client, paper: Notice, clock: Any
) -> None:
    opened(browser)
    code = InboxCode.objects.get()
    assert inbox.open_with_code(code.pk, inbox.code_of(code.pk), at=NOW) is None
    late = english()
    ask(late)
    clock(NOW + timedelta(minutes=10))
    assert enter(late, right_code()).status_code == 200


def test_three_codes_an_hour_and_then_the_calm_page(paper: Notice) -> None:
    answers = [ask(english()).status_code for _turn in range(4)]
    assert answers == [303, 303, 303, 429]
    assert ask(english(), "001084000009", "ai@vidu.vn").status_code == 303


@pytest.mark.parametrize("contact", ["ten@vidu.vn\r\nBcc: x@y.vn", "😀@vidu.vn", "abc", "0912"])
def test_garbage_is_told_at_the_field(browser: Client, paper: Notice, contact: str) -> None:
    answer = ask(browser, contact=contact)
    assert answer.status_code == 200
    assert answer.context["form"].errors["contact"]


def test_looking_at_the_list_receives_nothing_and_a_link_neither(
    browser: Client, paper: Notice
) -> None:
    opened(browser)
    assert browser.get("/hop-thu/van-ban/").status_code == 200
    assert browser.get(f"/hop-thu/van-ban/{paper.pk}/").status_code == 405
    assert browser.get(f"/hop-thu/van-ban/{paper.pk}.pdf").status_code == 404
    assert ways(paper)["account"] == "sent"


def test_a_press_receives_the_paper_and_shows_its_own_bytes(
    browser: Client, place: World, catcher: Catcher
) -> None:
    """NĐ 118/2021 Đ28b, from the signature to the opening, with a real PDF."""
    made = decided(place, is_made=False, email=EMAIL)
    assert production.produce(made.pk, at=NOW)
    assert sending.send_due(catcher.ways, at=NOW) == 2
    opened(browser)
    answer = browser.post(f"/hop-thu/van-ban/{made.pk}/")
    assert answer["Location"] == f"/hop-thu/van-ban/{made.pk}.pdf"
    pdf = browser.get(answer["Location"])
    assert pdf.content == production.read_pdf(Notice.objects.get(pk=made.pk))
    case = Violation.objects.get(decision__notice=made)
    assert (case.status, case.service.way) == ("served", "electronic")
    assert "h***@vidu.vn" in case.service.proof
    assert EMAIL not in case.service.proof
    assert AccessEntry.objects.filter(case=case, what="paper", actor=None).count() == 2
    browser.post(f"/hop-thu/van-ban/{made.pk}/")
    assert made.events.filter(what="opened").count() == 1


def test_another_persons_paper_is_not_there(browser: Client, paper: Notice, place: World) -> None:
    company = case_at("notified", place, owner="organisation")
    agrees(company, place, email="ke.toan@vidu.vn")
    other = case_at("notified", place, owner="organisation")
    theirs = other.events.get(notice__kind="TB0173").notice
    sent(theirs)
    opened(browser)
    assert theirs.number_text not in text(browser.get("/hop-thu/van-ban/"))
    assert browser.post(f"/hop-thu/van-ban/{theirs.pk}/").status_code == 404
    assert ways(theirs)["account"] == "sent"


def test_a_plate_or_the_code_of_a_paper_opens_no_inbox(browser: Client, paper: Notice) -> None:
    from tests.citizens import visits

    case = Violation.objects.get(decision__notice=paper)
    assert visits.look_up(browser, case, "MQD02").status_code == 200
    assert browser.post(f"/hop-thu/van-ban/{paper.pk}/")["Location"] == "/hop-thu/"
    assert ways(paper)["account"] == "sent"


def test_the_inbox_shuts_after_half_an_hour_and_at_a_press(
    browser: Client, paper: Notice, clock: Any
) -> None:
    opened(browser)
    assert browser.post("/hop-thu/dong/")["Location"] == "/hop-thu/"
    assert browser.get("/hop-thu/van-ban/").status_code == 302
    opened(browser)
    clock(NOW + timedelta(minutes=30))
    assert browser.get("/hop-thu/van-ban/").status_code == 302


def test_the_person_ends_it_and_the_unopened_paper_goes_by_post(
    browser: Client, paper: Notice
) -> None:
    opened(browser)
    assert browser.post("/hop-thu/ngung/").status_code == 303
    assert ways(paper)["post"] == "waiting"
    consent = InboxCode.objects.get().consent
    assert (consent.withdrawal_proof, consent.withdrawn_by) == ("account", None)
    assert ask(english()).status_code == 303
    assert InboxCode.objects.count() == 1, "no code for who takes no part any more"


def test_a_new_contact_counts_once_its_own_code_was_entered(
    browser: Client, paper: Notice, catcher: Catcher
) -> None:
    opened(browser)
    first = InboxCode.objects.get().consent
    assert browser.post("/hop-thu/lien-he/", {"contact": "Moi@ViDu.vn"}).status_code == 303
    code = InboxCode.objects.exclude(new_contact="").get()
    assert inbox.CODES.send(catcher.ways, at=NOW) >= 1
    assert catcher.caught()[str(code.pk)]["to"] == "moi@vidu.vn"
    wrong = f"{(int(inbox.code_of(code.pk)) + 1) % 1_000_000:06d}"
    assert browser.post("/hop-thu/lien-he/", {"code": wrong}).status_code == 200
    assert browser.post("/hop-thu/lien-he/", {"code": inbox.code_of(code.pk)}).status_code == 303
    first.refresh_from_db()
    now = ElectronicConsent.objects.get(withdrawn_at=None)
    assert (now.email, now.phone, now.proof, now.recorded_by) == (
        "moi@vidu.vn", first.phone, "account", None,
    )  # fmt: skip
    assert first.withdrawal_proof == "account"
    # The papers of before are still there, and the inbox is the same.
    assert paper.number_text in text(browser.get("/hop-thu/van-ban/"))
    assert ways(paper)["account"] == "sent"


def test_the_code_of_a_new_contact_opens_no_inbox(browser: Client, paper: Notice) -> None:
    opened(browser)
    browser.post("/hop-thu/lien-he/", {"contact": "moi@vidu.vn"})
    code = InboxCode.objects.exclude(new_contact="").get()
    assert inbox.open_with_code(code.pk, inbox.code_of(code.pk), at=NOW) is None


def test_codes_are_not_sent_to_strangers_by_the_dozen(browser: Client, paper: Notice) -> None:
    opened(browser)
    answers = [
        browser.post("/hop-thu/lien-he/", {"contact": f"a{number}@vidu.vn"}).status_code
        for number in range(4)
    ]
    assert answers == [303, 303, 303, 429]


def test_codes_that_opened_nothing_are_forgotten_and_used_ones_stay(
    browser: Client, paper: Notice
) -> None:
    ask(english())
    opened(browser)
    assert inbox.forget_unused(at=NOW) == 0
    assert inbox.forget_unused(at=NOW + timedelta(days=2)) == 1
    assert InboxCode.objects.get().used_at == NOW


def test_letters_come_by_the_page_and_what_is_not_opened_first(
    browser: Client, place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_pages, "SIZE", 2)
    papers = [decided(place, email=EMAIL, phone=PHONE) for _case in range(3)]
    for each in papers:
        sent(each)
    opened(browser)
    page = browser.get("/hop-thu/van-ban/")
    first = [row["paper"] for row in page.context["letters"]]
    assert len(first) == 2
    following = page.context["next_url"]
    assert all(str(each.pk) not in following for each in papers)
    [last] = [
        row["paper"] for row in browser.get(f"/hop-thu/van-ban/{following}").context["letters"]
    ]
    assert {each.pk for each in (*first, last)} == {each.pk for each in papers}
    assert browser.post(f"/hop-thu/van-ban/{first[0].pk}/").status_code == 303
    unopened = browser.get("/hop-thu/van-ban/?loc=chua-mo")
    assert {row["paper"].pk for row in unopened.context["letters"]} == {first[1].pk, last.pk}
    assert [part.counted.number for part in unopened.context["parts"]] == [3, 2]
    assert first[0].pk not in [
        row["paper"].pk for row in browser.get("/hop-thu/van-ban/").context["letters"]
    ]
