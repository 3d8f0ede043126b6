"""Another person drove: he is named, told, opens his code, and accepts, refuses or names the next.

A nomination makes no offender and stops no clock: the twenty days of the notice go on as they are
(TT 73/2024 Đ24 k5), so an owner whose nominee refuses may name another only within them. Whoever
holds the vehicle without having it registered over counts as its owner (NĐ 168/2024 Đ47 k6), and an
owner who does not say who drove answers himself (k8b); both are an officer's acts.

Locks: the case row first, then the nomination, everywhere.
"""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from citizens import limits
from citizens.driver_statements import Driver, keep_of_nominee, may_state
from citizens.driver_statements import State as StatementState
from citizens.limits import DAY, Limit
from citizens.models import DriverStatement, FleetRow, Nomination
from citizens.nomination_messages import code_of
from citizens.nomination_models import MOST_LINKS
from notices import lookup_codes
from notices.channels.configured import can_send_by
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam, print_day
from violations.models import AccessEntry, Party, Violation
from violations.workflow.step import PROPOSE

State, Reason = Nomination.State, Nomination.Reason
# No law sets it: long enough for a letter, short enough to leave the owner days for another name.
ANSWER_WITHIN = timedelta(days=10)
MOST_A_CASE = 5
# A network of a carrier is thousands of people: loose, for a code has 65 secret bits.
CODE_FAILURES = (Limit("named-quarter", 30, 900), Limit("named-day", 200, DAY))
NAMED_FROM_A_NETWORK = (Limit("nominate-day", 200, DAY),)
TOLD_AT_A_CONTACT = (Limit("named-contact-day", 10, DAY),)


@dataclass(frozen=True)
class Named:
    """Who is named, why, and what shows it. ``from_on`` and ``until_on`` are days in Viet Nam."""

    reason: str
    full_name: str
    address: str = ""
    email: str = ""
    phone: str = ""
    from_on: date | None = None
    until_on: date | None = None
    proof_text: str = ""


def may_name(case: Violation, *, at: datetime) -> str:
    """Return why nobody can be named for a case now, "" while it is open."""
    if sentence := may_state(case):
        return sentence
    clock = case.deadlines.filter(name="no_show").first()
    if clock is not None and day_in_viet_nam(at) > clock.due_on:
        return gettext(
            "The days for an answer ended on %(day)s. Come to the unit; it can still write down "
            "who drove."
        ) % {"day": print_day(clock.due_on)}
    return ""


def name(
    case_id: uuid.UUID,
    named: Named,
    *,
    form_key: str,
    identified: bool,
    fleet_row: FleetRow | None = None,
    at: datetime,
) -> Nomination:
    """Name who drove, by the owner's side; the same form key again returns the first nomination.

    ``identified`` tells whether whoever names was identified in this session. Raises Refused when
    who drove is settled, the days are over, somebody else's answer is awaited, or the owner named
    himself; limits.TooMany for a contact that was written to too often.
    """
    with transaction.atomic():
        case = _lock(case_id)
        known = case.nominations.filter(form_key=form_key).first()
        if known is not None:
            return known
        if sentence := may_name(case, at=at):
            raise Refused(sentence)
        _expire(case.nominations.filter(state=State.OPEN), at=at)
        if case.nominations.filter(state=State.OPEN).exists():
            raise Refused(gettext("A person was named and has not answered. Take that back first."))
        if case.driver_statements.filter(state=StatementState.OPEN).exists():
            raise Refused(gettext("A statement about this case waits for an officer already."))
        _insist_on_few(case)
        _insist_on_period(case, named)
        _insist_on_another_than_the_owner(
            case,
            named,
            gettext("This is the name on the notice. If you drove, choose “It was me”."),
        )
        return _write(case, named, form_key, identified=identified, fleet_row=fleet_row, at=at)


def find(code: str, *, network: str, at: datetime) -> Nomination | None:
    """Return the nomination a checked code opens, None for every other; each failure counts.

    Wrong and missing are alike. Raises limits.TooMany for a network that tried too often.
    """
    limits.ask(CODE_FAILURES, network, at=at)
    digest = lookup_codes.digest(code, settings.KEYS["LOOKUP_PEPPER"].encode())
    found: Nomination | None = (
        Nomination.objects.select_related("case__unit").filter(code_digest=digest).first()
    )
    if found is None:
        limits.spend(CODE_FAILURES, network, at=at)
        return None
    AccessEntry.objects.create(case=found.case, what="case", level="code", at=at)
    Nomination.objects.filter(pk=found.pk, opened_at__isnull=True, state=State.OPEN).update(
        opened_at=at
    )
    return found


def accept(
    nomination_id: uuid.UUID, driver: Driver, *, form_key: str, at: datetime
) -> DriverStatement:
    """Take the word of the person named that he drove; an officer still names the offender.

    The same form key again returns the first statement. Raises Refused when the nomination was
    answered, taken back or is too old.
    """
    with transaction.atomic():
        nomination = _locked(nomination_id)
        known = DriverStatement.objects.filter(nomination=nomination, form_key=form_key).first()
        if known is not None:
            return known
        _insist_on_open(nomination, at=at)
        if sentence := may_state(nomination.case):
            raise Refused(sentence)
        statement = keep_of_nominee(nomination, driver, form_key=form_key, at=at)
        _end(nomination, State.ACCEPTED, "", at)
    return statement


def refuse(nomination_id: uuid.UUID, why: str, *, at: datetime) -> Nomination:
    """Take the word of the person named that he did not drive; the case is the owner's again.

    Raises Refused without a reason, and when the nomination was answered, taken back or is old.
    """
    if not why.strip():
        raise Refused(gettext("Write why you do not accept; whoever named you reads it."))
    with transaction.atomic():
        nomination = _locked(nomination_id)
        _insist_on_open(nomination, at=at)
        _end(nomination, State.REFUSED, why.strip()[:400], at)
    return nomination


def pass_on(nomination_id: uuid.UUID, named: Named, *, form_key: str, at: datetime) -> Nomination:
    """Name the next person, by the person named: he had the vehicle, another drove.

    Raises Refused beyond three links, for who stands in the chain already, and when the nomination
    was answered, taken back or is old.
    """
    with transaction.atomic():
        nomination = _locked(nomination_id)
        known = Nomination.objects.filter(predecessor=nomination, form_key=form_key).first()
        if known is not None:
            return known
        _insist_on_open(nomination, at=at)
        case = nomination.case
        if sentence := may_name(case, at=at):
            raise Refused(sentence)
        if nomination.depth >= MOST_LINKS:
            raise Refused(
                gettext("Three people were named in a row. Come to the unit, or say that it was "
                        "not you and why.")
            )  # fmt: skip
        _insist_on_few(case)
        _insist_on_period(case, named)
        for link in chain(nomination):
            if _is_same(link, named):
                raise Refused(gettext("This person was named in this case already."))
        _insist_on_another_than_the_owner(
            case, named, gettext("The owner says that he did not drive. Say why it was not you.")
        )
        _end(nomination, State.PASSED_ON, "", at)
        return _write(case, named, form_key, identified=False, predecessor=nomination, at=at)


def withdraw(case_id: uuid.UUID, *, at: datetime) -> bool:
    """Take back who was named, by the owner's side; False when nothing waited any more."""
    with transaction.atomic():
        case = _lock(case_id)
        found = case.nominations.select_for_update().filter(state=State.OPEN).first()
        if found is None:
            return False
        _end(found, State.WITHDRAWN, "", at)
    return True


def expire_due(*, at: datetime) -> int:
    """End the nominations nobody answered in time; returns how many."""
    return _expire(Nomination.objects.filter(state=State.OPEN), at=at)


def chain(nomination: Nomination) -> list[Nomination]:
    """Return the links from the first person named to this one."""
    links, link = [nomination], nomination.predecessor
    while link is not None and len(links) < MOST_LINKS:
        links.insert(0, link)
        link = link.predecessor
    return links


def note_posted(nomination_id: uuid.UUID, *, by: Actor, at: datetime) -> Nomination:
    """Note that the letter to a person without e-mail and telephone was printed and posted.

    Raises Refused for who is told otherwise, twice, and for another unit's case.
    """
    with transaction.atomic():
        nomination = _locked(nomination_id)
        if by.officer is None or not by.may(PROPOSE):
            raise Refused(gettext("Only an officer who draws up papers posts this letter."))
        if nomination.case.unit.code not in by.unit_codes:
            raise Refused(gettext("The case belongs to another unit."))
        _insist_on_open(nomination, at=at)
        if nomination.sent_at is not None:
            raise Refused(gettext("This person was told already."))
        nomination.sent_at, nomination.printed_by = at, by.officer
        nomination.save(update_fields=["sent_at", "printed_by"])
    return nomination


def _write(
    case: Violation,
    named: Named,
    form_key: str,
    *,
    identified: bool,
    predecessor: Nomination | None = None,
    fleet_row: FleetRow | None = None,
    at: datetime,
) -> Nomination:
    named = _reachable(named)
    if contact := named.email or named.phone:
        limits.spend(TOLD_AT_A_CONTACT, contact, at=at)
    made = Nomination(
        case=case,
        predecessor=predecessor,
        depth=predecessor.depth + 1 if predecessor else 1,
        form_key=form_key,
        fleet_row=fleet_row,
        reason=named.reason,
        full_name=named.full_name,
        address=named.address,
        email=named.email,
        phone=named.phone,
        from_on=named.from_on,
        until_on=named.until_on,
        proof_text=named.proof_text,
        identified=identified,
        named_at=at,
        expires_at=at + ANSWER_WITHIN,
    )
    made.code_digest = lookup_codes.digest(
        code_of(made.pk), settings.KEYS["LOOKUP_PEPPER"].encode()
    )
    made.save(force_insert=True)
    return made


def _reachable(named: Named) -> Named:
    """Keep the contacts this portal can send to. Raises Refused without any and without address."""
    usable = replace(
        named,
        email=named.email if can_send_by(Nomination.Route.EMAIL) else "",
        phone=named.phone if can_send_by(Nomination.Route.SMS) else "",
    )
    if not (usable.email or usable.phone or usable.address):
        raise Refused(
            gettext("Give a way to reach the person: e-mail, mobile number or postal address.")
        )
    return usable


def _lock(case_id: uuid.UUID) -> Violation:
    found: Violation = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
    return found


def _locked(nomination_id: uuid.UUID) -> Nomination:
    found = Nomination.objects.only("case_id").get(pk=nomination_id)
    case = _lock(found.case_id)
    nomination: Nomination = Nomination.objects.select_for_update(of=("self",)).get(
        pk=nomination_id
    )
    nomination.case = case
    return nomination


def _insist_on_open(nomination: Nomination, *, at: datetime) -> None:
    if nomination.state != State.OPEN:
        raise Refused(gettext("This was answered or taken back already. Nothing is to be done."))
    if at >= nomination.expires_at:
        raise Refused(gettext("The time to answer is over. Call the unit if you want to say more."))


def _insist_on_few(case: Violation) -> None:
    if case.nominations.count() >= MOST_A_CASE:
        raise Refused(
            gettext("Five people were named in this case. Come to the unit and say who drove.")
        )


def _insist_on_period(case: Violation, named: Named) -> None:
    """Hold that the day of the violation lies in the days the vehicle was in his hands."""
    day = case.occurred_on
    if (named.from_on and named.from_on > day) or (named.until_on and named.until_on < day):
        raise Refused(
            gettext("The violation of %(day)s does not lie within these days; correct them.")
            % {"day": print_day(day)}
        )


def _insist_on_another_than_the_owner(case: Violation, named: Named, sentence: str) -> None:
    owner = case.parties.filter(role=Party.Role.OWNER).first()
    if owner is not None and _folded(owner.full_name) == _folded(named.full_name):
        raise Refused(sentence)


def _is_same(link: Nomination, named: Named) -> bool:
    contacts = {link.email, link.phone} & {named.email, named.phone} - {""}
    return bool(contacts) or _folded(link.full_name) == _folded(named.full_name)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _end(nomination: Nomination, state: State, answer: str, at: datetime) -> None:
    nomination.state, nomination.answer, nomination.answered_at = state, answer, at
    nomination.save(update_fields=["state", "answer", "answered_at"])


def _expire(rows: QuerySet[Nomination], *, at: datetime) -> int:
    return rows.filter(expires_at__lte=at).update(state=State.EXPIRED, answered_at=at)
