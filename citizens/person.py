"""Raise an open case to the level of its person: by a one-time code, or by a proven identity.

payments_citizens.md §6.2, L2. The code goes to a contact on file: the one in the consent of a
person of the case. A contact nobody gave, and a person of another case, look exactly like the right
ones. An identity that the provider vouches for raises the level where its number is that of a
person of the case. Whoever is raised is held to this one person: the owner is not shown what was
addressed to the driver, nor the other way round.
"""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase

from citizens import grants, limits
from citizens.account_codes import CODES_ASKED, CODES_TO_A_CONTACT
from citizens.consents import in_force, person_digest
from citizens.grants import Grant, Level
from citizens.inbox import open_with_code, route_to
from citizens.lookup import log_lookup
from citizens.models import InboxCode
from citizens.standing import latest_paper
from notices.models import Notice, PaperKind
from violations.models import AccessEntry, Party, Violation

#: Whose paper each is: the notice asks the owner, the others are the offender's.
ADDRESSEES = {
    PaperKind.NOTICE: Party.Role.OWNER,
    PaperKind.RECORD: Party.Role.OFFENDER,
    PaperKind.DECISION: Party.Role.OFFENDER,
    PaperKind.PAYMENT_CONFIRMATION: Party.Role.OFFENDER,
}


def parties_of(case: Violation, person: bytes) -> list[Party]:
    """Return who a person is in a case: owner, offender, both or nobody.

    Numbers that retention has blanked are nobody's.
    """
    return [
        party
        for party in case.parties.order_by("-role")
        if party.identity_number
        and hmac.compare_digest(person_digest(party.identity_number), person)
    ]


def person_of(grant: Grant, case: Violation) -> list[Party]:
    """Return who the holder of a grant is in its case, now; empty below the level of a person.

    Asked anew each time: a person whom the case has lost meanwhile is nobody in it.
    """
    return parties_of(case, bytes.fromhex(grant.person)) if grant.person else []


def ask_for_code(case: Violation, contact: str, *, network: str, at: datetime) -> uuid.UUID | None:
    """Note that a one-time code for a case is wanted; None where the contact is nobody's of it.

    ``contact`` is plain; the caller answers both alike. Raises limits.TooMany for the network, and
    for a contact that was sent three codes within the hour.
    """
    limits.spend(CODES_ASKED, network, at=at)
    limits.spend(CODES_TO_A_CONTACT, contact, at=at)
    found = None
    for party in case.parties.order_by("-role"):
        consent = in_force(person_digest(party.identity_number)) if party.identity_number else None
        route = route_to(consent, contact)
        if found is None and consent is not None and route is not None:
            found = consent, route
    log_lookup("person", f"person:{case.pk}", int(found is not None), network=network, at=at)
    if found is None:
        return None
    consent, route = found
    made = InboxCode.objects.create(consent=consent, purpose="case", route=route, asked_at=at)
    return made.pk


def raise_by_code(
    session: SessionBase, case: Violation, code_id: uuid.UUID | None, typed: str, *, at: datetime
) -> bool:
    """Raise a case that this session has open, with the code its person was sent."""
    code = open_with_code(code_id, typed, purpose="case", at=at)
    if code is None:
        return False
    return raise_to_person(session, case, bytes(code.consent.person_digest), at=at)


def raise_to_person(session: SessionBase, case: Violation, person: bytes, *, at: datetime) -> bool:
    """Raise a case to the level of a person whose identity was just proved; False for another's.

    The session gets a new key, and the opening is written down.
    """
    if not parties_of(case, person):
        return False
    grants.give(session, case.pk, Level.PERSON, person=person, at=at)
    AccessEntry.objects.create(case=case, what="case", level=Level.PERSON, at=at)
    return True


def papers_for(case: Violation, parties: list[Party]) -> dict[str, Notice]:
    """Return the papers of a case that are addressed to a person who is these parties, by kind."""
    roles = {party.role for party in parties}
    found = {
        kind.value: latest_paper(case, kind) for kind, role in ADDRESSEES.items() if role in roles
    }
    names = {party.full_name for party in parties}
    return {
        kind: paper
        for kind, paper in found.items()
        if paper is not None and _is_addressed_to(paper, names)
    }


def _is_addressed_to(paper: Notice, names: set[str]) -> bool:
    """Tell whether a paper names this person: it may be older than the part in the case."""
    block = paper.context.get("offender") or paper.context.get("owner") or {}
    return block.get("name") in names if "name" in block else True
