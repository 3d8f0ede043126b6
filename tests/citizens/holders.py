"""People with accounts: signed in by a code, or as whom the identity provider vouches for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client

from citizens import account_codes, citizen_accounts, grants
from citizens.consents import person_digest
from citizens.grants import Level
from citizens.identity_provider import Identity
from citizens.models import (
    AccountCode,
    AccountLook,
    CitizenAccount,
    DataCopy,
    PlateAlert,
    WatchedPlate,
)
from tests.citizens.conftest import english
from tests.citizens.visits import NOW
from tests.journeys import World
from violations.models import Violation

SIGN_IN, SIGN_IN_CODE = "/tai-khoan/dang-nhap/", "/tai-khoan/dang-nhap/ma/"
EMAIL = "an.le@vidu.vn"
#: Owner of 30F-256.58 in the sandbox register, and one who owns another vehicle there.
OWNER, OTHER = "000001010101", "000002020202"


def right_code() -> str:
    """Return the newest code that was asked for."""
    return account_codes.code_of(AccountCode.objects.latest("pk").pk)


def wrong_code() -> str:
    """Return a code that is not the newest one."""
    return f"{(int(right_code()) + 1) % 1_000_000:06d}"


def enter(browser: Client, contact: str = EMAIL) -> CitizenAccount:
    """Sign in with a one-time code, by the pages."""
    asked = browser.post(SIGN_IN, {"contact": contact})
    assert asked["Location"] == SIGN_IN_CODE, asked.content
    answer = browser.post(SIGN_IN_CODE, {"code": right_code()})
    assert answer["Location"] == "/tai-khoan/", answer.content
    return CitizenAccount.objects.get(sessions=browser.session["account"]["session"])


def enter_as(browser: Client, number: str = OWNER, *, at: datetime = NOW) -> CitizenAccount:
    """Sign in as the person of a number, as though the identity provider had sent the browser."""
    session: Any = browser.session
    account = citizen_accounts.sign_in_by_identity(
        session, Identity(f"tech-{number}", number), device="Firefox, Linux", at=at
    )
    session.save()
    browser.cookies["sessionid"] = session.session_key
    return account


def as_person(browser: Client, case: Violation, number: str = "001084000001") -> None:
    """Open a case at the level of its person, in the session of a browser."""
    session: Any = browser.session
    grants.give(session, case.pk, Level.PERSON, person=person_digest(number), at=NOW)
    session.save()
    browser.cookies["sessionid"] = session.session_key


def fill_accounts(case: Violation, place: World) -> CitizenAccount:
    """Fill what stands beside an account: a session, a vehicle, an alert, a copy, a look."""
    account = enter_as(english(), at=NOW)
    watch = WatchedPlate.objects.create(
        account=account, plate=case.plate, plate_display=case.plate_display, plate_colour="white",
        vehicle_class="car", owner_digest=b"d" * 32, proof="register", since=NOW,
    )  # fmt: skip
    PlateAlert.objects.create(
        account=account, watch=watch, case=case, written_at=NOW, next_attempt_at=NOW
    )
    DataCopy.objects.create(account=account, language="vi", asked_at=NOW)
    AccountLook.objects.create(
        account_ref=account.pk, what="account", actor=place.auditor.user, at=NOW
    )
    return account
