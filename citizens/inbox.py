"""The inbox of papers (hộp thư văn bản): who opens it, what lies in it, and that one was opened.

Papers carry a name and an address, so a plate or the code of a paper does not open them. Whoever
opens the inbox has named the identity number and the contact of a consent, and holds the one-time
code that was sent to that contact (payments and citizens §6.2, L2). A person nobody knows and a
wrong contact look exactly like the right ones.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import F, Q, QuerySet

from citizens import citizen_accounts, consents, limits
from citizens.consents import in_force, person_digest
from citizens.contacts import ContactRefused, masked_contact, plain_email, plain_phone
from citizens.limits import HOUR, Limit
from citizens.lookup import log_lookup
from citizens.models import ElectronicConsent, InboxCode
from notices.channels import Channel, ChannelError
from notices.channels.configured import can_send_by
from notices.channels.texts import one_time_code
from notices.deliveries import SERVING
from notices.models import Notice, PaperDelivery
from violations.electronic_delivery import open_online
from violations.models import AccessEntry, Draft

CODE_LASTS = timedelta(minutes=10)
OPEN_LASTS = timedelta(minutes=30)
TRIES = 5
MOST_ATTEMPTS = 3
# payments_citizens.md §6.5
CODES_SENT = (Limit("inbox-code-hour", 3, HOUR),)
CONTACTS_TRIED = (Limit("inbox-contact-day", 3, limits.DAY),)
INBOX_ASKED = (Limit("inbox-hour", 20, HOUR), Limit("inbox-day", 60, limits.DAY))

Route, State = PaperDelivery.Route, PaperDelivery.State


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
    """Return the six figures of a one-time code; computed and never stored."""
    key = settings.KEYS["LOOKUP_CODE_KEY"].encode()
    drawn = hmac.digest(key, b"inbox-code/1:" + code_id.bytes, hashlib.sha256)
    return f"{int.from_bytes(drawn[:8]) % 1_000_000:06d}"


def waiting_codes(*, at: datetime) -> QuerySet[InboxCode]:
    """Return the codes that are still to be sent."""
    return InboxCode.objects.filter(
        sent_at__isnull=True,
        used_at__isnull=True,
        asked_at__gt=at - CODE_LASTS,
        attempts__lt=MOST_ATTEMPTS,
    )


def send_codes(channels: Mapping[str, Channel], *, at: datetime) -> int:
    """Send the codes that wait, each at most three times; returns how many were taken.

    The attempt is counted first: a worker that dies sends the same code again under the same key.
    """
    sent = 0
    for code in waiting_codes(at=at).select_related("consent").order_by("asked_at")[:100]:
        claimed = InboxCode.objects.filter(
            pk=code.pk, attempts=code.attempts, sent_at__isnull=True
        ).update(attempts=F("attempts") + 1)
        if not claimed or code.route not in channels:
            continue
        contact = code.new_contact or _contact(code)
        message = one_time_code(code_of(code.pk), code.purpose)
        try:
            channels[code.route].send(key=str(code.pk), destination=contact, message=message)
        except ChannelError:
            continue
        sent += InboxCode.objects.filter(pk=code.pk, sent_at__isnull=True).update(sent_at=at)
    return sent


def forget_unused(*, at: datetime) -> int:
    """Remove codes that opened nothing and can no longer; the used ones stand in proofs."""
    gone, _by_table = InboxCode.objects.filter(
        used_at__isnull=True, asked_at__lt=at - timedelta(days=1)
    ).delete()
    return gone


def open_with_code(
    code_id: uuid.UUID | None,
    typed: str,
    *,
    purpose: str = "inbox",
    new_contact: str | None = None,
    at: datetime,
) -> InboxCode | None:
    """Use a one-time code; None when it is wrong, used, tried five times or over ten minutes old.

    A code that confirms ``new_contact``, or was asked for another purpose, opens nothing else. Each
    try is counted before it is judged, under the row's lock.
    """
    if code_id is None:
        return None
    with transaction.atomic():
        code = (
            InboxCode.objects.select_for_update(of=("self",))
            .select_related("consent")
            .filter(pk=code_id, purpose=purpose, used_at__isnull=True, tries__lt=TRIES)
            .filter(new_contact="" if new_contact is None else new_contact)
            .filter(asked_at__gt=at - CODE_LASTS, consent__withdrawn_at__isnull=True)
            .first()
        )
        if code is None:
            return None
        code.tries += 1
        right = hmac.compare_digest(code_of(code.pk).encode(), typed.encode())
        if right:
            code.used_at = at
        code.save(update_fields=["tries", "used_at"])
    return code if right else None


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


@dataclass(frozen=True)
class Letter:
    """One paper in the inbox, and since when it lies there and is opened."""

    paper: Notice
    sent_at: datetime | None
    opened_at: datetime | None


def letters(opened: Opened) -> list[Letter]:
    """Return the papers of the person that were sent by a way that counts, the newest first.

    Those under a former consent of the same person stay where they were.
    """
    found: dict[uuid.UUID, Letter] = {}
    rows = PaperDelivery.objects.filter(
        Q(state=State.SENT) | Q(state=State.OPENED),
        consent_use__consent__person_digest=opened.consent.person_digest,
        route__in=SERVING,
        notice__voided_at__isnull=True,
    ).select_related("notice")
    for row in rows.order_by("-begun_at", "-pk"):
        opened_at = row.settled_at if row.state == State.OPENED else None
        before = found.get(row.notice_id)
        if before is None or opened_at is not None:
            found[row.notice_id] = Letter(row.notice, row.sent_at, opened_at)
    return list(found.values())


def letter(opened: Opened, notice_id: uuid.UUID) -> Letter | None:
    """Return one paper of this inbox, None for every other."""
    return next((each for each in letters(opened) if each.paper.pk == notice_id), None)


def open_letter(opened: Opened, found: Letter, *, network: str, at: datetime) -> bool:
    """Record that the person opened a paper, with its proof; returns whether it was now.

    The look enters the access log in any case.
    """
    sender = limits.digest("network", network).hex()[:16]
    proof = f"Mở trong hộp thư văn bản bằng {opened.how}; mạng {sender}"
    now = open_online(found.paper.pk, proof=proof[:200], at=at)
    note_look(found.paper, at=at)
    return now


def note_look(paper: Notice, *, at: datetime) -> None:
    """Write down that a paper was looked at by whoever holds the inbox."""
    case_id = Draft.objects.filter(notice=paper).values_list("case_id", flat=True).first()
    if case_id is not None:
        AccessEntry.objects.create(case_id=case_id, what="paper", level="code", at=at)


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
