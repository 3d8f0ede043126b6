"""A one-time code opens the one door it was asked at: of its table, its purpose and its contact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from citizens import account_codes, inbox
from citizens.models import AccountCode, CitizenAccount, InboxCode
from citizens.one_time_codes import CODE_LASTS, TRIES
from tests.citizens.electronic import EMAIL, agrees
from tests.citizens.visits import NOW, case_at
from tests.journeys import World

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OF_ACCOUNTS = [("account", purpose) for purpose in AccountCode.Purpose.values]
OF_CONSENTS = [("consent", "inbox"), ("consent", "case"), ("consent", "driver")]
NEW_CONTACT = ("consent", "new contact")
DOORS = [*OF_ACCOUNTS, *OF_CONSENTS, NEW_CONTACT]


@pytest.fixture
def consent(place: World) -> Any:
    return agrees(case_at("notified", place), place, email=EMAIL)


def asked(door: tuple[str, str], consent: Any) -> AccountCode | InboxCode:
    """Return a code asked for at a door."""
    table, purpose = door
    if table == "account":
        account = None
        if purpose != "sign_in":
            account, _is_new = CitizenAccount.objects.get_or_create(email=EMAIL, made_at=NOW)
        return AccountCode.objects.create(
            purpose=purpose, account=account, route="email", contact=EMAIL, asked_at=NOW
        )
    new = {"new_contact": "moi@vidu.vn"} if door == NEW_CONTACT else {"purpose": purpose}
    return InboxCode.objects.create(consent=consent, route="email", asked_at=NOW, **new)


def used(code: Any, door: tuple[str, str], typed: str = "") -> Any:
    """Enter the right figures of a code at a door."""
    table, purpose = door
    typed = typed or codes_of(code).figures(code.pk)
    if table == "account":
        return account_codes.use(code.pk, typed, AccountCode.Purpose(purpose), at=NOW)
    if door == NEW_CONTACT:
        return inbox.open_with_code(code.pk, typed, new_contact="moi@vidu.vn", at=NOW)
    return inbox.open_with_code(code.pk, typed, purpose=purpose, at=NOW)


def codes_of(code: Any) -> Any:
    return account_codes.CODES if isinstance(code, AccountCode) else inbox.CODES


def test_a_code_opens_its_own_door_and_no_other(consent: Any) -> None:
    opened = set()
    for door in DOORS:
        code = asked(door, consent)
        for other in DOORS:
            if other != door:
                assert used(code, other) is None, (door, other)
        code.refresh_from_db()
        assert (code.tries, code.used_at) == (0, None), "the wrong door spends no try of the right"
        if used(code, door) is not None:
            opened.add(door)
        assert used(code, door) is None, "once"
    assert opened == set(DOORS)


def test_the_same_number_of_a_row_has_other_figures_in_the_other_table(consent: Any) -> None:
    code = asked(("consent", "inbox"), consent)
    assert account_codes.code_of(code.pk) != inbox.code_of(code.pk)


@pytest.mark.parametrize("door", [OF_ACCOUNTS[0], OF_CONSENTS[0]])
def test_five_wrong_ones_and_ten_minutes_shut_either_table(
    consent: Any, door: tuple[str, str]
) -> None:
    code = asked(door, consent)
    right = codes_of(code).figures(code.pk)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _turn in range(TRIES):
        assert used(code, door, wrong) is None
    assert used(code, door) is None
    late = asked(door, consent)
    type(late).objects.filter(pk=late.pk).update(asked_at=NOW - CODE_LASTS)
    assert used(late, door) is None
    assert not codes_of(late).waiting(at=NOW + CODE_LASTS + timedelta(seconds=1)).exists()
