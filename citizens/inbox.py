"""The inbox of papers (hộp thư văn bản): who opens it, and how its contact is changed.

Papers carry a name and an address, so a plate or the code of a paper does not open them. Whoever
opens the inbox has named the identity number and the contact of a consent, and holds the one-time
code that was sent to that contact (payments and citizens §6.2, L2). A person nobody knows and a
wrong contact look exactly like the right ones.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from citizens import citizen_accounts, consents, limits
from citizens.consents import in_force, person_digest
from citizens.contacts import ContactRefused, masked_contact, plain_email, plain_phone
from citizens.limits import HOUR, Limit
from citizens.lookup import log_lookup
from citizens.models import ElectronicConsent, InboxCode
from citizens.one_time_codes import Codes
from notices.channels.configured import can_send_by
from notices.models import PaperDelivery

OPEN_LASTS = timedelta(minutes=30)
# payments_citizens.md §6.5
CODES_SENT = (Limit("inbox-code-hour", 3, HOUR),)
CONTACTS_TRIED = (Limit("inbox-contact-day", 3, limits.DAY),)
INBOX_ASKED = (Limit("inbox-hour", 20, HOUR), Limit("inbox-day", 60, limits.DAY))

Route = PaperDelivery.Route
CODES = Codes(
    InboxCode.objects.select_related("consent").all,
    b"inbox-code/1:",
    lambda code: code.new_contact or _contact(code),
)


@dataclass(frozen=True)
class Opened:
    """An inbox that this session has opened: whose, and how, as a proof of receipt says it."""

    consent: ElectronicConsent
    how: str


def ask_for_code(
    identity_number: str, contact: str, *, purpose: str = "inbox", network: str, at: datetime
) -> uuid.UUID | None:
    """Note that a one-time code is wanted; returns its id, None when nobody matches.

    ``purpose`` is the door it opens; it opens no other.

    The caller answers both alike. A worker sends the code. Raises limits.TooMany for the network,
    and for a contact that was sent three codes within the hour.
    """
    limits.spend(INBOX_ASKED, network, at=at)
    person = person_digest(identity_number)
    consent = in_force(person)
    route = route_to(consent, contact)
    log_lookup("inbox", f"inbox:{person.hex()}", int(route is not None), network=network, at=at)
    limits.spend(CODES_SENT, f"{person.hex()}:{contact.strip().lower()}", at=at)
    if consent is None or route is None:
        return None
    made = InboxCode.objects.create(consent=consent, purpose=purpose, route=route, asked_at=at)
    return made.pk


def code_of(code_id: uuid.UUID) -> str:
    """Return the six figures of a one-time code."""
    return CODES.figures(code_id)


def forget_unused(*, at: datetime) -> int:
    """Remove codes that opened nothing and can no longer; the used ones stand in proofs."""
    gone, _by_table = CODES.stale(at=at).filter(used_at__isnull=True).delete()
    return gone


def open_with_code(
    code_id: uuid.UUID | None,
    typed: str,
    *,
    purpose: str = "inbox",
    new_contact: str | None = None,
    at: datetime,
) -> InboxCode | None:
    """Use a one-time code at the door of a purpose; None when it does not open it.

    A code that confirms ``new_contact``, or was asked for another purpose, opens nothing else; nor
    does one of a consent that ended meanwhile.
    """
    return CODES.use(
        code_id,
        typed,
        purpose=purpose,
        at=at,
        new_contact=new_contact or "",
        consent__withdrawn_at__isnull=True,
    )


def give(session: SessionBase, code: InboxCode, *, at: datetime) -> None:
    """Open the inbox for this session; the session gets a new key, as at a sign-in."""
    session.pop("inbox_code", None)
    session["inbox"] = {"code": str(code.pk), "until": (at + OPEN_LASTS).isoformat()}
    session.cycle_key()


def give_to_person(session: SessionBase, person: bytes, *, how: str, at: datetime) -> bool:
    """Open the inbox of a person who is signed in and identified; False when there is none.

    ``how`` stands in the proof of every paper that is opened.
    """
    rows = ElectronicConsent.objects.filter(person_digest=person)
    consent = in_force(person) or rows.order_by("-id").first()
    if consent is None:
        return False
    until = (at + OPEN_LASTS).isoformat()
    session["inbox"] = {"consent": str(consent.pk), "how": how, "until": until}
    session.cycle_key()
    return True


def held(session: MutableMapping[str, Any], *, at: datetime) -> Opened | None:
    """Return the inbox this session may see now, None when none or no longer."""
    kept = session.get("inbox")
    if kept is None or at >= datetime.fromisoformat(kept["until"]):
        return None
    if "code" in kept:
        code = InboxCode.objects.select_related("consent").filter(pk=kept["code"]).first()
        consent = code and code.consent
        how = code and f"mã một lần {str(code.pk)[-12:]} gửi tới {masked_contact(_contact(code))}"
    elif citizen_accounts.held(session, at=at) is None:
        return None
    else:
        consent = ElectronicConsent.objects.filter(pk=kept["consent"]).first()
        how = kept["how"]
    if consent is None:
        return None
    return Opened(in_force(bytes(consent.person_digest)) or consent, how)


def ask_for_contact(opened: Opened, contact: str, *, at: datetime) -> uuid.UUID | None:
    """Send a code to a new contact that the person wants in the consent; None for what cannot be.

    ``contact`` is plain. Raises limits.TooMany: nobody sends codes to strangers from here.
    """
    route = Route.EMAIL if "@" in contact else Route.SMS
    if not can_send_by(route) or opened.consent.withdrawn_at is not None:
        return None
    limits.spend(CONTACTS_TRIED, bytes(opened.consent.person_digest).hex(), at=at)
    made = InboxCode.objects.create(
        consent=opened.consent, route=route, new_contact=contact, asked_at=at
    )
    return made.pk


def confirm_contact(opened: Opened, code: InboxCode, *, at: datetime) -> bool:
    """Put a contact whose code was right into the consent; False when that ended meanwhile."""
    proof = f"Người nhận xác nhận trên cổng, mã một lần {str(code.pk)[-12:]}"
    given = consents.give_online(
        opened.consent, route=code.route, contact=code.new_contact, proof_text=proof, at=at
    )
    return given is not None


def _contact(code: InboxCode) -> str:
    return code.consent.email if code.route == Route.EMAIL else code.consent.phone


def route_to(consent: ElectronicConsent | None, contact: str) -> str | None:
    """Return the way a code goes to a contact, None when it is none of this consent."""
    if consent is None:
        return None
    for route, plain, agreed in (
        (Route.EMAIL, plain_email, consent.email),
        (Route.SMS, plain_phone, consent.phone),
    ):
        try:
            wanted = plain(contact)
        except ContactRefused:
            continue
        if agreed and can_send_by(route) and hmac.compare_digest(wanted, agreed):
            return str(route)
    return None
