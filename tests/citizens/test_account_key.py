"""ACCOUNT_KEY is replaced: former keys open, today's seals, and what none opens breaks no page."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import Client

from citizens import citizen_accounts, own_data, resealing, sealing, tasks
from citizens.checks import check_sealed_rows
from citizens.identity_provider import Identity
from citizens.models import CitizenAccount, DataCopy
from config.keys import former_keys
from tests.citizens.conftest import browser, clock, place
from tests.citizens.holders import OTHER, OWNER, enter_as
from tests.citizens.visits import NOW, text
from tests.journeys import World

__all__ = ["browser", "clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
NEW = "a new key of thirty-two bytes and more"


@pytest.fixture
def replace_key(settings: Any, monkeypatch: Any) -> Any:
    """Replace the key; the former one is kept unless it is lost."""

    def replace(new: str = NEW, *, lost: bool = False) -> None:
        former = settings.KEYS["ACCOUNT_KEY"]
        settings.ACCOUNT_FORMER_KEYS = () if lost else (former, *settings.ACCOUNT_FORMER_KEYS)
        monkeypatch.setitem(settings.KEYS, "ACCOUNT_KEY", new)

    return replace


def printed(act: str) -> str:
    out = StringIO()
    call_command("account_key", act, stdout=out)
    return out.getvalue()


def test_a_former_key_opens_and_todays_seals(replace_key: Any) -> None:
    old = sealing.seal("p", b"plain")
    nameless = old.partition(b".")[2]  # as it was sealed before keys had names
    replace_key()
    assert sealing.unseal("p", old) == sealing.unseal("p", nameless) == b"plain"
    new = sealing.seal("p", b"plain")
    assert [sealing.is_of_today(each) for each in (old, nameless, new)] == [False, False, True]
    for bytes_, purpose in ((old, "q"), (old[:-5], "p"), (b"", "p"), (b"12345678.", "p")):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(purpose, bytes_)
    foreign = Fernet(Fernet.generate_key()).encrypt(b"plain")
    with pytest.raises(sealing.Unreadable):
        sealing.unseal("p", foreign)


def test_resealing_goes_batch_by_batch_and_on_where_it_was_killed(
    browser: Client, place: World, replace_key: Any, monkeypatch: Any
) -> None:
    for number in (OWNER, OTHER, "000003030303"):
        enter_as(browser, number)
    own_data.ask(CitizenAccount.objects.earliest("pk"), "vi", at=NOW)
    own_data.make_waiting(at=NOW)
    replace_key()
    assert "former keys / khóa cũ: 4" in printed("list")
    moved, real = [], resealing.seal

    def killed_at_the_third(purpose: str, plain: bytes) -> bytes:
        moved.append(plain)
        if len(moved) == 3:
            raise KeyboardInterrupt
        return real(purpose, plain)

    monkeypatch.setattr(resealing, "seal", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        resealing.reseal(batch=2)
    monkeypatch.setattr(resealing, "seal", real)
    assert resealing.counted() == resealing.Sealed(today=2, former=2)
    assert resealing.reseal(batch=2) == resealing.Sealed(today=2, former=2)
    assert resealing.reseal(batch=2) == resealing.Sealed(today=4)
    assert "unreadable / không mở được: 0" in printed("reseal")


def test_the_former_key_can_go_once_all_is_moved(
    browser: Client, place: World, replace_key: Any, settings: Any
) -> None:
    account = enter_as(browser)
    replace_key()
    resealing.reseal()
    settings.ACCOUNT_FORMER_KEYS = ()
    account.refresh_from_db()
    assert citizen_accounts.number_of(account) == OWNER
    assert browser.get("/tai-khoan/vu-viec/").status_code == 200
    assert check_sealed_rows(None, databases=["default"]) == []


def test_a_lost_key_breaks_no_page_and_says_what_to_do(
    browser: Client, place: World, replace_key: Any, caplog: Any, clock: Any
) -> None:
    account = enter_as(browser)
    browser.post("/tai-khoan/du-lieu/")
    tasks.make_data_copies()
    replace_key(lost=True)
    with caplog.at_level(logging.ERROR):
        page = browser.get("/tai-khoan/vu-viec/")
    assert page.status_code == 200
    assert "Your identity number cannot be read here any more." in text(page)
    assert "Prove your identity again" in text(page)
    assert "no key opens the sealed number" in caplog.text
    assert OWNER not in caplog.text and str(account.pk) not in caplog.text
    assert browser.post("/tai-khoan/vu-viec/", {"case": str(account.pk)}).status_code == 404
    for address in ("/tai-khoan/", "/tai-khoan/phuong-tien/", "/tai-khoan/du-lieu/"):
        assert browser.get(address).status_code == 200
    taken = browser.get("/tai-khoan/du-lieu/tai-ve/", follow=True)
    assert "The copy cannot be read here any more. Make another one." in text(taken)
    assert not DataCopy.objects.exists()
    browser.post("/tai-khoan/du-lieu/")
    tasks.make_data_copies()  # a copy is made all the same, without the number
    assert browser.get("/tai-khoan/du-lieu/tai-ve/").status_code == 200
    [warning] = check_sealed_rows(None, databases=["default"])
    assert warning.id == "citizens.W001" and "1 accounts" in warning.msg
    with pytest.raises(CommandError, match="No key opens"):
        printed("list")


def test_proving_the_identity_again_seals_the_number_anew(
    browser: Client, place: World, replace_key: Any
) -> None:
    account = enter_as(browser)
    replace_key(lost=True)
    signed_in = citizen_accounts.held(browser.session, at=NOW)
    assert signed_in is not None and citizen_accounts.readable_number(account) is None
    citizen_accounts.identify(signed_in, Identity(f"tech-{OWNER}", OWNER), at=NOW)
    account.refresh_from_db()
    assert citizen_accounts.number_of(account) == OWNER
    replace_key("another new key of thirty-two bytes.", lost=True)
    enter_as(browser, at=NOW + timedelta(minutes=1))  # so does signing in with it
    account.refresh_from_db()
    assert citizen_accounts.number_of(account) == OWNER
    assert check_sealed_rows(None, databases=["default"]) == []


def test_a_check_without_the_database_asks_nothing() -> None:
    assert check_sealed_rows(None, databases=[]) == []


def test_a_short_former_key_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setenv("ACCOUNT_FORMER_KEYS", f"{NEW}, {NEW[::-1]},")
    assert former_keys("ACCOUNT_FORMER_KEYS") == (NEW, NEW[::-1])
    monkeypatch.setenv("ACCOUNT_FORMER_KEYS", "short")
    with pytest.raises(ValueError, match="ACCOUNT_FORMER_KEYS"):
        former_keys("ACCOUNT_FORMER_KEYS")
