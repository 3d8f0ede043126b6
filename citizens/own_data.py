"""A copy of everything an account holds about its person, to keep (bản sao dữ liệu cá nhân).

Luật 91/2025/QH15: a person may see and take a copy. A worker makes one ZIP with the same content
three times: ``du-lieu.json`` for machines, ``du-lieu.html``, and ``du-lieu.pdf``, which is also
given by itself: it opens on every telephone. It is sealed, kept for a day, and taken by the account
alone. It holds no picture, and what officers wrote among themselves is no part of it.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from citizens import alerts, citizen_accounts, limits, own_cases, person
from citizens.limits import DAY, Limit
from citizens.looks import looks_at, office_of
from citizens.models import (
    AccountEvent,
    AccountLook,
    CitizenAccount,
    DataCopy,
    ElectronicConsent,
)
from citizens.sealing import Unreadable, seal, unseal
from citizens.standing import standing, with_facts
from citizens.wording import PAPERS, title_of
from notices.rendering import RenderError, render_sheet
from violations.guards import VIET_NAM, Refused
from violations.models import AccessEntry, Violation

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
MOST_CASES = 500
COPIES = (Limit("data-copy-day", 3, DAY),)
PURPOSE = "data-copy"
SHEET = "du-lieu.pdf"
What = AccountEvent.What


def ask(account: CitizenAccount, language: str, *, at: datetime) -> None:
    """Ask for a copy; one that is being made already is not asked for twice.

    Raises limits.TooMany for the fourth within a day.
    """
    if account.copies.filter(made_at__isnull=True).exists():
        return
    limits.spend(COPIES, str(account.pk), at=at)
    try:
        with transaction.atomic():
            DataCopy.objects.create(account=account, language=language, asked_at=at)
            citizen_accounts.note(account, What.EXPORTED, at=at)
    except IntegrityError:
        return  # the other press was faster


def newest(account: CitizenAccount, *, at: datetime) -> DataCopy | None:
    """Return the copy that is being made or can be taken, None when there is none."""
    return next(
        (
            copy
            for copy in account.copies.order_by("-id")[:1]
            if copy.made_at is None or (copy.expires_at is not None and at < copy.expires_at)
        ),
        None,
    )


def take(account: CitizenAccount, *, at: datetime) -> bytes | None:
    """Return the bytes of the newest copy and note that they were taken; None without one.

    Raises Refused for a copy that no key opens any more; it is removed, and another can be asked
    for.
    """
    data = _held(account, at=at)
    if data is not None:
        citizen_accounts.note(account, What.TAKEN, at=at)
    return data


def take_to_read(account: CitizenAccount, *, at: datetime) -> bytes | None:
    """Return the newest copy as a PDF and note that it was taken; None without one.

    Raises Refused as ``take`` does.
    """
    data = _held(account, at=at)
    if data is None:
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        if SHEET not in pack.namelist():
            return None
        sheet = pack.read(SHEET)
    citizen_accounts.note(account, What.TAKEN, at=at)
    return sheet


def _held(account: CitizenAccount, *, at: datetime) -> bytes | None:
    copy = newest(account, at=at)
    if copy is None or copy.sealed is None:
        return None
    try:
        return unseal(PURPOSE, bytes(copy.sealed))
    except Unreadable:
        log.error("ACCOUNT_KEY: no key opens a copy of personal data")
        copy.delete()
        raise Refused(gettext("The copy cannot be read here any more. Make another one.")) from None


def waiting() -> QuerySet[DataCopy]:
    """Return the copies that are still to be made."""
    return DataCopy.objects.filter(made_at__isnull=True)


def make_waiting(*, at: datetime) -> int:
    """Make every copy that waits; returns how many were made. A second worker passes them by."""
    made = 0
    for copy_id in list(waiting().order_by("asked_at").values_list("pk", flat=True)[:20]):
        with transaction.atomic():
            copy = (
                waiting()
                .select_for_update(of=("self",), skip_locked=True)
                .select_related("account")
                .filter(pk=copy_id)
                .first()
            )
            if copy is None:
                continue
            copy.sealed = seal(PURPOSE, _packed(copy, at=at))
            copy.made_at, copy.expires_at = at, at + KEPT
            copy.save(update_fields=["sealed", "made_at", "expires_at"])
            made += 1
    return made


def forget_expired(*, at: datetime) -> int:
    """Remove copies whose day is over; that they were taken stays written down."""
    gone, _by_table = DataCopy.objects.filter(expires_at__lte=at).delete()
    return gone


def contents(account: CitizenAccount, *, at: datetime) -> dict[str, Any]:
    """Return what an account holds about its person, as plain values.

    Each case told of is a look at it, and is written down as one.
    """
    found = own_cases.cases_of(account)
    cases = list(with_facts(found).order_by("-occurred_at")[:MOST_CASES])
    AccessEntry.objects.bulk_create(
        AccessEntry(case=case, what="case", level="person", at=at) for case in cases
    )
    return {
        "made_at": _moment(at),
        "account": {
            "id": str(account.pk),
            "made_at": _moment(account.made_at),
            "email": account.email,
            "phone": account.phone,
            # None: no key opens it any more.
            "identity_number": citizen_accounts.readable_number(account),
            "identified_at": _moment(account.identified_at),
            "alerts_by_email": account.alerts_by_email,
            "alerts_by_sms": account.alerts_by_sms,
        },
        "sessions": [
            {
                "way": row.way,
                "device": row.device,
                "began_at": _moment(row.began_at),
                "ended_at": _moment(row.ended_at),
            }
            for row in account.sessions.all()
        ],
        "vehicles": [
            {
                "plate": row.plate_display,
                "colour": row.plate_colour,
                "since": _moment(row.since),
                "ended_at": _moment(row.ended_at),
                "proof": str(row.get_proof_display()),
            }
            for row in account.watches.all()
        ],
        "alerts": [
            {
                "plate": row.watch.plate_display,
                "case": row.case.number,
                "told_at": _moment(row.told_at),
            }
            for row in alerts.told_to(account)
        ],
        "consents": [_consent(row) for row in _consents_of(account)],
        # More than are told of here: the newest are, and who asks the unit gets the rest.
        "cases_in_all": found.count(),
        "cases": [_case(case, account, at) for case in cases],
        "events": [
            {"what": str(row.get_what_display()), "at": _moment(row.at)}
            for row in AccountEvent.objects.filter(account_ref=account.pk)
        ],
        "looks": [
            {
                "who": office_of(row.actor),
                "what": str(row.get_what_display()),
                "at": _moment(row.at),
            }
            for row in AccountLook.objects.filter(account_ref=account.pk)
            .select_related("actor__officer__unit")
            .prefetch_related("actor__groups")
        ],
    }


def _packed(copy: DataCopy, *, at: datetime) -> bytes:
    with translation.override(copy.language):
        told = contents(copy.account, at=at)
        page = render_to_string("citizens/own_data.html", {"told": told, "at": at})
        sheet = _printed(told, copy)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("du-lieu.json", json.dumps(told, ensure_ascii=False, indent=1))
        pack.writestr("du-lieu.html", page)
        if sheet is not None:
            pack.writestr(SHEET, sheet)
    return packed.getvalue()


def _printed(told: dict[str, Any], copy: DataCopy) -> bytes | None:
    """Return the copy as a PDF; None where it holds a sign that no typeface has: the rest stays."""
    context = {"told": told, "is_trial": settings.IS_SAMPLE, "language": copy.language}
    try:
        html = render_to_string("citizens/own_data_sheet.html", context)
        return render_sheet(html, identifier=str(copy.pk))
    except RenderError:
        return None


def _case(case: Violation, account: CitizenAccount, at: datetime) -> dict[str, Any]:
    parties = person.parties_of(case, bytes(account.person_digest or b""))
    papers = person.papers_for(case, parties)
    now = standing(case, at=at)
    return {
        "number": case.number,
        "what": title_of(case),
        "plate": case.plate_display,
        "occurred_at": _moment(case.occurred_at),
        "place": case.place,
        "standing": now.chip.label,
        "to_pay_vnd": now.due.remaining_vnd if now.due else None,
        "paid_vnd": now.paid_vnd,
        "you": [
            {
                "role": str(party.get_role_display()),
                "name": party.full_name,
                "identity_number": party.identity_number,
                "address": party.address,
                "phone": party.phone,
            }
            for party in parties
        ],
        "papers": [
            {
                "name": str(PAPERS[kind]),
                "number": paper.number_text,
                "on": paper.issued_on.isoformat(),
            }
            for kind, paper in papers.items()
        ],
        "looks": [
            {
                "who": look.who,
                "what": look.what,
                "times": look.times,
                "last_at": _moment(look.last_at),
            }
            for look in looks_at(case).lines
        ],
    }


def _consents_of(account: CitizenAccount) -> QuerySet[ElectronicConsent]:
    if account.person_digest is None:
        return ElectronicConsent.objects.none()
    return ElectronicConsent.objects.filter(person_digest=account.person_digest)


def _consent(consent: ElectronicConsent) -> dict[str, Any]:
    return {
        "email": consent.email,
        "phone": consent.phone,
        "by_account": consent.by_account,
        "given_at": _moment(consent.given_at),
        "proof": str(consent.get_proof_display()),
        "withdrawn_at": _moment(consent.withdrawn_at),
    }


def _moment(at: datetime | None) -> str | None:
    """Write an aware moment with Viet Nam's offset: ISO 8601."""
    return at and at.astimezone(VIET_NAM).isoformat(timespec="seconds")
