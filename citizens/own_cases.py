"""The cases of whoever an account's identity is proved to be, found by the number alone."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from citizens import citizen_accounts, list_pages, person
from citizens.list_pages import Counted, ListPage
from citizens.lookup import ENDED_QUIETLY
from citizens.models import AccountEvent, CitizenAccount
from citizens.standing import with_facts
from violations.models import Party, Violation
from violations.workflow import PAYABLE, PUBLIC

#: Something is to be done or awaited; what is paid, cancelled or over is not.
OPEN = ("notified", "recorded", *PAYABLE)
#: The parts of the list, by their word in the address; "" is the whole.
PARTS = {"": _("All"), "chua-xong": _("Not finished"), "chua-nop": _("Unpaid")}
KEYS = ("is_open", "occurred_at", "pk")


def cases_of(account: CitizenAccount, part: str = "") -> QuerySet[Violation]:
    """Return the cases in which the holder of an account is a person, or one of ``PARTS`` of them.

    Nothing before the notice, and nothing for an account whose identity is not proved or whose
    number no key opens any more. The list of an enterprise may be thousands long: a page of it is
    ``page_of``.
    """
    number = citizen_accounts.readable_number(account)
    if not number:
        return Violation.objects.none()
    parties = Party.objects.filter(identity_number=number).exclude(identity_number="")
    cases = Violation.objects.filter(
        pk__in=parties.values("case_id"),
        status__in=PUBLIC + ENDED_QUIETLY,
        notified_on__isnull=False,
    )
    if part == "chua-xong":
        return cases.filter(status__in=OPEN)
    if part == "chua-nop":
        return cases.filter(status__in=PAYABLE, decision__fine_vnd__gt=0)
    return cases


def page_of(account: CitizenAccount, part: str, place: str) -> ListPage[Violation]:
    """Return a page of an account's cases: those that are open first, then the newest.

    ``place`` is what a page beside it names; whoever opens another account's finds the first page.
    """
    is_open = Case(When(status__in=OPEN, then=Value(1)), default=0, output_field=IntegerField())
    rows = with_facts(cases_of(account, part).annotate(is_open=is_open))
    return list_pages.page_of(rows, KEYS, place, reader=f"cases:{part}:{account.pk}")


def counts(account: CitizenAccount) -> dict[str, Counted]:
    """Return how many cases each part of the list has."""
    return {part: list_pages.count_of(cases_of(account, part)) for part in PARTS}


def open_case(
    session: SessionBase, account: CitizenAccount, case_id: uuid.UUID, *, at: datetime
) -> bool:
    """Open one of the account's own cases at the level of its person; False for any other.

    The session gets a new key, and the opening is written down.
    """
    case = cases_of(account).filter(pk=case_id).first()
    if case is None or account.person_digest is None:
        return False
    if not person.raise_to_person(session, case, bytes(account.person_digest), at=at):
        return False
    citizen_accounts.note(account, AccountEvent.What.OPENED, at=at)
    return True
