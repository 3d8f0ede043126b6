"""Give, withdraw and use consents to electronic delivery. NĐ 118/2021/NĐ-CP Đ28a, Đ28b

A consent is a person's, not a case's: the next paper of any case of the same person follows it.
The person is found by a keyed digest of the identity number, so the table names nobody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from citizens.contacts import ContactRefused, plain_email, plain_identity, plain_phone
from citizens.limits import digest
from citizens.models import ConsentUse, ElectronicConsent
from notices import deliveries, sending
from notices.channels.configured import can_send_by
from notices.models import Notice, PaperDelivery
from violations.actors import Actor
from violations.electronic_delivery import Contact, addressee_of
from violations.electronic_rules import RULES, plan
from violations.guards import Refused
from violations.models import Party, SessionDocument, Violation
from violations.workflow.step import SERVE

Route, Proof = PaperDelivery.Route, ElectronicConsent.Proof
TOLD_BY = frozenset({Route.EMAIL, Route.SMS})


def person_digest(identity_number: str) -> bytes:
    """Return the keyed digest a person is known by; identity and enterprise numbers alike."""
    return digest("person", plain_identity(identity_number))


def in_force(person: bytes) -> ElectronicConsent | None:
    """Return the consent of a person that holds now, or None."""
    return ElectronicConsent.objects.filter(person_digest=person, withdrawn_at__isnull=True).first()


def give(
    case: Violation,
    party: Party,
    *,
    by_account: bool,
    email: str,
    phone: str,
    proof: str,
    proof_text: str,
    document: SessionDocument | None = None,
    by: Actor,
    at: datetime,
) -> ElectronicConsent:
    """Record that a person of a case agreed to electronic delivery; a former consent ends with it.

    NĐ 118/2021 Đ28a. ``proof`` is how the person said so, ``document`` the signed paper taken in at
    the working session. Raises Refused for an address no message reaches, without a way that the
    law lets bring a paper, without its proof, and for another unit's case.
    """
    officer = _insist_on_officer(case, by)
    try:
        email, phone = plain_email(email), plain_phone(phone)
    except ContactRefused as fault:
        raise Refused(str(fault)) from fault
    if not (by_account or email):
        raise Refused(
            gettext("A text message brings no paper: choose the inbox or an e-mail address (Đ28b).")
        )
    if not (email or phone):
        raise Refused(gettext("The inbox opens with a one-time code: give an e-mail or a phone."))
    if party.case_id != case.pk or not plain_identity(party.identity_number):
        raise Refused(gettext("The person has no identity number in this case; enter it first."))
    if not proof_text.strip() or proof not in (Proof.SESSION, Proof.COUNTER):
        raise Refused(gettext("A consent needs its proof: the number and day of the signed paper."))
    if proof == Proof.SESSION and (document is None or document.case_id != case.pk):
        raise Refused(
            gettext("Take the signed paper in at the working session first, then choose it.")
        )
    person = person_digest(party.identity_number)
    with transaction.atomic():
        Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case.pk)
        former = _locked(person)
        if former is not None:
            _end(former, proof, gettext("Replaced by a new consent."), officer, at)
        try:
            with transaction.atomic():
                return ElectronicConsent.objects.create(
                    person_digest=person,
                    by_account=by_account,
                    email=email,
                    phone=phone,
                    given_at=at,
                    proof=proof,
                    proof_text=proof_text.strip()[:200],
                    document=document if proof == Proof.SESSION else None,
                    case=case,
                    recorded_by=officer,
                )
        except IntegrityError as fault:
            raise Refused(
                gettext("Another officer has just recorded a consent. Reload.")
            ) from fault


def give_online(
    former: ElectronicConsent, *, route: str, contact: str, proof_text: str, at: datetime
) -> ElectronicConsent | None:
    """Put a confirmed contact into a consent, by the person's own word; a new one with its proof.

    ``contact`` is plain and was confirmed with a code sent to it. None when the consent ended
    meanwhile.
    """
    with transaction.atomic():
        held = _locked(bytes(former.person_digest))
        if held is None or held.pk != former.pk:
            return None
        contacts = {Route.EMAIL: held.email, Route.SMS: held.phone} | {Route(route): contact}
        _end(held, Proof.ACCOUNT, gettext("Replaced by a new consent."), None, at)
        return ElectronicConsent.objects.create(
            person_digest=held.person_digest,
            by_account=held.by_account,
            email=contacts[Route.EMAIL],
            phone=contacts[Route.SMS],
            given_at=at,
            proof=Proof.ACCOUNT,
            proof_text=proof_text[:200],
            case_id=held.case_id,
        )


def withdraw(
    case: Violation, party: Party, *, proof: str, proof_text: str, by: Actor, at: datetime
) -> ElectronicConsent:
    """Record that a person takes the consent back; papers not opened yet go by post at once.

    Raises Refused when there is none, without its proof, and for another unit's case.
    """
    officer = _insist_on_officer(case, by)
    if not proof_text.strip() or proof not in (Proof.SESSION, Proof.COUNTER):
        raise Refused(gettext("A withdrawal needs its proof: the paper or entry that shows it."))
    with transaction.atomic():
        consent = _locked(person_digest(party.identity_number))
        if consent is None:
            raise Refused(gettext("There is no consent in force to withdraw."))
        _end(consent, proof, proof_text, officer, at)
    send_the_rest_by_post(consent, at=at)
    return consent


def withdraw_online(consent: ElectronicConsent, *, proof_text: str, at: datetime) -> bool:
    """Take a consent back by the person's own word, identified online; False when it ended before.

    What the person has not opened goes by post.
    """
    with transaction.atomic():
        held = _locked(bytes(consent.person_digest))
        if held is None or held.pk != consent.pk:
            return False
        _end(held, Proof.ACCOUNT, proof_text, None, at)
    send_the_rest_by_post(held, at=at)
    return True


def send_the_rest_by_post(consent: ElectronicConsent, *, at: datetime) -> None:
    """Begin the letter of every paper sent under a withdrawn consent and not opened."""
    open_uses = consent.uses.filter(delivery__state__in=deliveries.ON_ITS_WAY)
    for notice in Notice.objects.filter(deliveries__consent_use__in=open_uses).distinct():
        sending.record_withdrawal(notice, at=at)


def history(party: Party) -> list[ElectronicConsent]:
    """Return every consent of a person, the newest first."""
    rows = ElectronicConsent.objects.filter(person_digest=person_digest(party.identity_number))
    return list(rows.select_related("recorded_by__user", "withdrawn_by__user").order_by("-id"))


class Book:
    """The book of consents as the register of papers asks it (``notices.electronic``)."""

    def begin(self, notice: Notice, *, at: datetime, by_name: str) -> bool:
        """Begin the ways that the addressee agreed to and the law knows; False: post as well."""
        party = addressee_of(notice)
        consent = None if party is None else in_force(person_digest(party.identity_number))
        if consent is None:
            return False
        usable = frozenset(route for route in consent.routes if can_send_by(route))
        if not usable & TOLD_BY:
            return False  # nobody would hear of it, and no one-time code could be sent
        planned = plan(notice.kind, usable)
        where = {
            Route.ACCOUNT: str(consent.pk),
            Route.EMAIL: consent.email,
            Route.SMS: consent.phone,
        }
        for route in planned.routes:
            begun = deliveries.begin(
                notice, route, at=at, by_name=by_name, destination=where[Route(route)]
            )
            ConsentUse.objects.create(consent=consent, delivery=begun)
        return not planned.by_post_too

    def still_agreed(self, delivery: PaperDelivery) -> bool:
        """Tell whether the consent a delivery rests on, or one that replaced it, is in force."""
        use = ConsentUse.objects.select_related("consent").filter(delivery=delivery).first()
        if use is None or use.consent.withdrawn_at is None:
            return True
        now = in_force(bytes(use.consent.person_digest))
        where = {Route.EMAIL: use.consent.email, Route.SMS: use.consent.phone}
        return now is not None and (
            where.get(Route(delivery.route), "") in ("", now.email, now.phone)
        )


def read_contacts(case: Violation, at: datetime) -> list[Contact]:
    """Return what the case page shows of each person who receives papers."""
    wanted = {rule.addressee for rule in RULES.values()}
    found = []
    for party in case.parties.filter(role__in=wanted).order_by("-role"):
        consent = in_force(person_digest(party.identity_number))
        routes = PaperDelivery.Route
        found.append(
            Contact(
                party=party,
                routes=tuple(
                    str(routes(route).label)
                    for route in routes.values
                    if consent and route in consent.routes
                ),
                given_at=consent.given_at if consent else None,
                proof=str(consent.get_proof_display()) if consent else "",
            )
        )
    return found


def _locked(person: bytes) -> ElectronicConsent | None:
    rows = ElectronicConsent.objects.select_for_update(of=("self",))
    return rows.filter(person_digest=person, withdrawn_at__isnull=True).first()


def _end(consent: ElectronicConsent, proof: str, text: str, officer: Any, at: datetime) -> None:
    consent.withdrawn_at, consent.withdrawn_by = at, officer
    consent.withdrawal_proof, consent.withdrawal_text = proof, text.strip()[:200]
    consent.save(
        update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_proof", "withdrawal_text"]
    )


def _insist_on_officer(case: Violation, by: Actor) -> Any:
    if not by.may(SERVE) or by.officer is None:
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if case.unit.code not in by.unit_codes:
        raise Refused(gettext("The case belongs to another unit."))
    return by.officer
