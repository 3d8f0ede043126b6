"""Sign citizens in and out, prove who they are, and end an account.

An account is made by the first sign-in: with a code sent to a contact, or by the identity provider.
It is known to the browser's session by the row of the signed-in session (``AccountSession``), asked
anew at every request, so that a session ended in one browser is over in another.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from citizens import consents
from citizens.account_codes import route_of
from citizens.consents import person_digest
from citizens.contacts import plain_identity
from citizens.identity_provider import Identity
from citizens.limits import digest
from citizens.models import AccountEvent, AccountSession, CitizenAccount
from citizens.sealing import Unreadable, is_of_today, seal, unseal
from notices.models import PaperDelivery
from violations.guards import Refused

log = logging.getLogger(__name__)

What, Route = AccountEvent.What, PaperDelivery.Route
IDENTITY = "identity"  # the way of a session in which the provider vouched for the person
LASTS = timedelta(hours=12)
IDLE = timedelta(minutes=60)
NOTED_EVERY = timedelta(minutes=5)
NUMBER = "identity-number"
#: Names of the session that go with the account: signing out closes what it had opened.
OPENED = ("account", "inbox", "grant", "case_code", "account_code", "identity_trips")
BROWSERS = (
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SignedIn:
    """An account as one browser has it open."""

    account: CitizenAccount
    session: AccountSession

    @property
    def person(self) -> bytes:
        """Return the keyed digest of the person who was identified in this session, else nothing.

        A code sent to an e-mail box opens the account and no case: what a person's identity opens
        needs the identity proved in the session itself (payments_citizens.md §6.2, L2).
        """
        if self.session.way != IDENTITY or self.account.person_digest is None:
            return b""
        return bytes(self.account.person_digest)


def sign_in_by_contact(
    session: SessionBase, contact: str, *, device: str, at: datetime
) -> CitizenAccount:
    """Sign in whoever entered the code that was sent to a contact; the first time makes an account.

    Two browsers at once make one account: the constraint lets the second find it.
    """
    route = route_of(contact)
    field = "email" if route == Route.EMAIL else "phone"
    with transaction.atomic():
        account = _found_or_made({field: contact}, _by_ways(field), at=at)
        _begin(session, account, route, device=device, at=at)
    return account


def sign_in_by_identity(
    session: SessionBase, identity: Identity, *, device: str, at: datetime
) -> CitizenAccount:
    """Sign in whom the identity provider vouches for; the first time makes an account.

    Found by the official number, or by the provider's stable name. Raises Refused where the name is
    known with another number: one of the two is a mistake that a person must look at.
    """
    subject, person = subject_digest(identity.subject), person_digest(identity.number)
    with transaction.atomic():
        known = CitizenAccount.objects.filter(Q(subject_digest=subject) | Q(person_digest=person))
        # The name first: where name and number are two accounts', it is refused below.
        account = known.filter(subject_digest=subject).first() or known.first()
        if account is None:
            account = _found_or_made(
                {"subject_digest": subject},
                _by_ways() | _particulars(identity, at=at),
                at=at,
            )
        _insist_on_same(account, subject, person)
        _renew_number(account, identity)
        _begin(session, account, IDENTITY, device=device, at=at)
    return account


def identify(signed_in: SignedIn, identity: Identity, *, at: datetime) -> None:
    """Write down who an account's holder is, as the provider vouches now, in this session.

    Raises Refused where the account is somebody else's already, and where the person has another
    account.
    """
    subject, person = subject_digest(identity.subject), person_digest(identity.number)
    with transaction.atomic():
        held_now = CitizenAccount.objects.select_for_update().get(pk=signed_in.account.pk)
        AccountSession.objects.filter(pk=signed_in.session.pk).update(way=IDENTITY)
        if held_now.is_identified:
            _insist_on_same(held_now, subject, person)
            _renew_number(held_now, identity)
            return
        for name, value in _particulars(identity, at=at).items():
            setattr(held_now, name, value)
        try:
            with transaction.atomic():
                held_now.save()
        except IntegrityError as fault:
            raise Refused(
                gettext("This person has another account. Sign in with the identity to use it.")
            ) from fault
        note(held_now, What.IDENTIFIED, at=at)


def add_contact(account: CitizenAccount, contact: str, *, at: datetime) -> None:
    """Put a contact whose code was right into an account, in the place of the one before.

    Raises Refused where it is another account's.
    """
    field = "email" if route_of(contact) == Route.EMAIL else "phone"
    try:
        with transaction.atomic():
            CitizenAccount.objects.filter(pk=account.pk).update(**{field: contact})
            note(account, What.CONTACT, at=at)
    except IntegrityError as fault:
        raise Refused(
            gettext("Another account uses this contact. Sign in with it to use or to end that one.")
        ) from fault


def held(session: MutableMapping[str, Any], *, at: datetime) -> SignedIn | None:
    """Return the account this browser is signed in to, None when to none or no longer.

    A session ends after twelve hours, after one without use, and where it was ended by its owner.
    """
    kept = session.get("account")
    if kept is None:
        return None
    row = (
        AccountSession.objects.select_related("account")
        .filter(pk=kept["session"])
        .filter(_alive(at))
        .first()
    )
    if row is None:
        return None
    if at - row.seen_at >= NOTED_EVERY:
        AccountSession.objects.filter(pk=row.pk, ended_at__isnull=True).update(seen_at=at)
    return SignedIn(row.account, row)


def sessions_of(account: CitizenAccount, *, at: datetime) -> QuerySet[AccountSession]:
    """Return where the account is signed in now, the newest first."""
    return account.sessions.filter(_alive(at))


def end_session(account: CitizenAccount, session_id: uuid.UUID, *, at: datetime) -> bool:
    """End one session of an account, in whatever browser it is; False for another's."""
    ended = account.sessions.filter(pk=session_id, ended_at__isnull=True).update(ended_at=at)
    if ended:
        note(account, What.ENDED, at=at)
    return bool(ended)


def sign_out(session: SessionBase, *, at: datetime) -> None:
    """Sign this browser out, and close what it had opened; the session gets a new key."""
    signed_in = held(session, at=at)
    if signed_in is not None:
        end_session(signed_in.account, signed_in.session.pk, at=at)
    for name in OPENED:
        session.pop(name, None)
    session.cycle_key()


def number_of(account: CitizenAccount) -> str:
    """Return the identity number of an account that is identified, "" for every other.

    Raises sealing.Unreadable when the key was replaced.
    """
    if account.sealed_number is None:
        return ""
    return unseal(NUMBER, bytes(account.sealed_number)).decode()


def readable_number(account: CitizenAccount) -> str | None:
    """Return that number, None where no key opens it any more: the page says what to do then.

    ACCOUNT_KEY was replaced and the former one is not in ACCOUNT_FORMER_KEYS, or is lost. Proving
    the identity again seals the number anew.
    """
    try:
        return number_of(account)
    except Unreadable:
        log.error("ACCOUNT_KEY: no key opens the sealed number of an account")
        return None


def delete(account: CitizenAccount, *, proof: str, at: datetime) -> None:
    """Delete an account with everything that is its own; a consent of the person ends with it.

    Cases, papers, payments and the log of looks are the law's and stay; papers that were sent
    electronically and not opened go by post. ``proof`` says how the person was identified
    once more. Twice is once: the second finds nothing.
    """
    with transaction.atomic():
        row = CitizenAccount.objects.select_for_update().filter(pk=account.pk).first()
        if row is None:
            return
        person = bytes(row.person_digest) if row.person_digest is not None else b""
        note(row, What.DELETED, at=at)
        row.delete()
        consent = consents.in_force(person) if person else None
        if consent is not None:
            consents.withdraw_online(
                consent, proof_text=f"Người nhận xóa tài khoản trên cổng, {proof}"[:200], at=at
            )


def note(account: CitizenAccount, what: AccountEvent.What, *, at: datetime) -> None:
    """Write down what was done with an account."""
    AccountEvent.objects.create(account_ref=account.pk, what=what, at=at)


def forget_sessions(*, at: datetime) -> int:
    """Remove sessions that were over a month ago; the events stay."""
    gone, _by_table = AccountSession.objects.filter(began_at__lt=at - timedelta(days=30)).delete()
    return gone


def device_of(agent: str) -> str:
    """Return what a person knows a browser again by, from its own words: ``Firefox, Windows``."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(word for word in (browser, system) if word)


def subject_digest(subject: str) -> bytes:
    """Return the keyed digest of the provider's name for a person."""
    return digest("identity-subject", subject)


def _alive(at: datetime) -> Q:
    return Q(ended_at__isnull=True, began_at__gt=at - LASTS, seen_at__gt=at - IDLE)


def _by_ways(field: str = "") -> dict[str, Any]:
    """Return how a new account is told of cases: by the way its holder signed in."""
    return {"alerts_by_email": field == "email", "alerts_by_sms": field == "phone"}


def _particulars(identity: Identity, *, at: datetime) -> dict[str, Any]:
    return {
        "subject_digest": subject_digest(identity.subject),
        "person_digest": person_digest(identity.number),
        "sealed_number": seal(NUMBER, plain_identity(identity.number).encode()),
        "identified_at": at,
    }


def _found_or_made(
    known_by: dict[str, Any], particulars: dict[str, Any], *, at: datetime
) -> CitizenAccount:
    account, is_new = CitizenAccount.objects.get_or_create(
        **known_by, defaults=particulars | {"made_at": at}
    )
    if is_new:
        note(account, What.MADE, at=at)
    return account


def _insist_on_same(account: CitizenAccount, subject: bytes, person: bytes) -> None:
    """Refuse another person. The provider's name for the same person may be a new one."""
    if account.person_digest is None or bytes(account.person_digest) != person:
        raise Refused(
            gettext("This account is proved to be another person's. Call the number below.")
        )
    if bytes(account.subject_digest or b"") != subject:
        CitizenAccount.objects.filter(pk=account.pk).update(subject_digest=subject)


def _renew_number(account: CitizenAccount, identity: Identity) -> None:
    """Seal the number the provider tells now, where a former key sealed it or no key opens it."""
    if account.sealed_number is not None and is_of_today(bytes(account.sealed_number)):
        return
    sealed = seal(NUMBER, plain_identity(identity.number).encode())
    CitizenAccount.objects.filter(pk=account.pk).update(sealed_number=sealed)


def _begin(
    session: SessionBase, account: CitizenAccount, way: str, *, device: str, at: datetime
) -> None:
    """Sign a browser in; what it had opened for somebody else is closed, and its key is new."""
    for name in OPENED:
        session.pop(name, None)
    row = AccountSession.objects.create(
        account=account, way=way, device=device[:60], began_at=at, seen_at=at
    )
    session["account"] = {"session": str(row.pk)}
    session.cycle_key()
    note(account, What.SIGNED_IN, at=at)
