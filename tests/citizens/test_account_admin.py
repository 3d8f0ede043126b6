"""Citizens' accounts before the staff who check the portal: masked, to be read, and written down."""

from __future__ import annotations

import pytest
from django.urls import reverse

from citizens import citizen_accounts
from citizens.models import AccountLook, CitizenAccount
from tests.citizens.holders import EMAIL, OWNER, fill_accounts
from tests.citizens.visits import NOW, case_at, main_of
from tests.journeys import World
from tests.violations.desk import signed_in

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LISTS = {
    "citizenaccount": "account",
    "accountsession": "session",
    "watchedplate": "vehicle",
    "platealert": "alert",
    "datacopy": "copy",
}


@pytest.fixture
def account(place: World) -> CitizenAccount:
    made = fill_accounts(case_at("notified", place), place)
    made.email = EMAIL
    made.save(update_fields=["email"])
    return made


def row(name: str, account: CitizenAccount) -> object:
    related = {
        "accountsession": account.sessions,
        "watchedplate": account.watches,
        "platealert": account.alerts,
        "datacopy": account.copies,
    }
    return related[name].get().pk if name in related else account.pk


@pytest.mark.parametrize("name", LISTS)
def test_each_page_that_is_opened_is_a_look_and_tells_no_contact_and_no_number(
    account: CitizenAccount, place: World, name: str
) -> None:
    auditor = signed_in(place.auditor)
    before = AccountLook.objects.count()
    listed = main_of(auditor.get(reverse(f"admin:citizens_{name}_changelist")))
    assert AccountLook.objects.count() == before, "a list tells nothing of a person"
    page = main_of(auditor.get(reverse(f"admin:citizens_{name}_change", args=[row(name, account)])))
    look = AccountLook.objects.latest("pk")
    assert AccountLook.objects.count() == before + 1
    assert (look.account_ref, look.what, look.actor) == (
        account.pk,
        LISTS[name],
        place.auditor.user,
    )
    digest = bytes(account.person_digest or b"").hex()
    for text in (listed, page):
        for secret in (EMAIL, OWNER, f"tech-{OWNER}", digest):
            assert secret not in text
    assert str(account.pk) in page + listed


def test_the_page_of_an_account_says_how_far_it_is_proved_and_leads_on(
    account: CitizenAccount, place: World
) -> None:
    there = reverse("admin:citizens_citizenaccount_change", args=[account.pk])
    auditor = signed_in(place.auditor)
    page = main_of(auditor.get(there, headers={"accept-language": "en"}))
    assert "level 2" in page
    assert "a***@vidu.vn" in page
    assert bytes(account.person_digest or b"").hex()[:12] in page
    for name in ("accountsession", "watchedplate", "platealert", "datacopy", "accountevent"):
        address = f"{reverse(f'admin:citizens_{name}_changelist')}?q={account.pk}"
        assert address in page
        assert len(auditor.get(address).context["cl"].result_list) >= 1
    # An administrator reads accounts, but not which vehicles and cases are theirs.
    administrator = signed_in(place.administrator)
    page = main_of(administrator.get(there))
    assert "watchedplate" not in page
    assert "accountsession" in page
    assert administrator.get(reverse("admin:citizens_platealert_changelist")).status_code == 403
    assert signed_in(place.reviewer).get(there).status_code == 403


def test_an_account_is_found_by_its_number_and_by_nothing_of_its_holder(
    account: CitizenAccount, place: World
) -> None:
    auditor = signed_in(place.auditor)
    address = reverse("admin:citizens_citizenaccount_changelist")
    for asked, found in ((str(account.pk), 1), (EMAIL, 0), (OWNER, 0), ("51K-208.64", 0)):
        assert len(auditor.get(address, {"q": asked}).context["cl"].result_list) == found


def test_what_was_done_with_a_deleted_account_is_still_told(
    account: CitizenAccount, place: World
) -> None:
    citizen_accounts.delete(account, proof="mẫu", at=NOW)
    auditor = signed_in(place.auditor)
    address = reverse("admin:citizens_accountevent_changelist")
    rows = auditor.get(address, {"q": str(account.pk)}).context["cl"].result_list
    assert [each.what for each in rows][:1] == ["deleted"]
    assert AccountLook.objects.filter(account_ref=account.pk).exists(), "who looked stays as well"
