"""The cases of whoever an account's identity is proved to be, found by the number alone."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from citizens import citizen_accounts, person
from citizens.lookup import ENDED_QUIETLY
from citizens.models import AccountEvent, CitizenAccount
from violations.models import Party, Violation
from violations.workflow import PUBLIC

MOST_SHOWN = 50


def cases_of(account: CitizenAccount) -> QuerySet[Violation]:
    """Return the newest cases in which the holder of an account is a person.

    Nothing before the notice, and nothing for an account whose identity is not proved or whose
    number no key opens any more.
    """
    return _all_of(account).order_by("-occurred_at")[:MOST_SHOWN]


def open_case(
    session: SessionBase, account: CitizenAccount, case_id: uuid.UUID, *, at: datetime
) -> bool:
    """Open one of the account's own cases at the level of its person; False for any other.

    The session gets a new key, and the opening is written down.
    """
    case = _all_of(account).filter(pk=case_id).first()
    if case is None or account.person_digest is None:
        return False
    if not person.raise_to_person(session, case, bytes(account.person_digest), at=at):
        return False
    citizen_accounts.note(account, AccountEvent.What.OPENED, at=at)
    return True


def _all_of(account: CitizenAccount) -> QuerySet[Violation]:
    number = citizen_accounts.readable_number(account)
    if not number:
        return Violation.objects.none()
    parties = Party.objects.filter(identity_number=number).exclude(identity_number="")
    return Violation.objects.filter(
        pk__in=parties.values("case_id"),
        status__in=PUBLIC + ENDED_QUIETLY,
        notified_on__isnull=False,
    ).select_related("rule", "unit", "decision")
