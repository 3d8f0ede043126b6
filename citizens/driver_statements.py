""" "It was me": a person's own word that he drove, kept as he confirmed it.

What the law makes of it (law.md §2.3, §2.8, §3.6):

* Who drove is found out with the owner (TT 73/2024 Đ24 k2; NĐ 168/2024 Đ47 k8b). His word may be
  given electronically (NĐ 61/2026 Đ15 k3), yet it names nobody as the offender: an officer judges
  it and names (``appearances.name_offender``), and from that day the five working days for the
  record run (NĐ 61/2026 Đ15 k1c).
* The record (MBB01) is the officer's (Luật XLVPHC Đ58). On an electronic one the violator signs
  with a digital signature or a biometric confirmation (NĐ 118/2021 Đ28a); a one-time code is
  neither. So what is made here is a statement, never the signature of the record, and his consent
  to an electronic record is kept beside it.
* With the code of the paper alone anybody who found the letter could speak: it is a declaration,
  and a visit, or a one-time code to the contact on file (``Level.PERSON``), completes it.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from citizens.consents import person_digest
from citizens.contacts import plain_identity
from citizens.models import DriverStatement, InboxCode, Nomination
from violations import appearances
from violations.actors import Actor
from violations.guards import VIET_NAM, Refused
from violations.models import Party, Violation
from violations.workflow.step import PROPOSE

Manner, State = DriverStatement.Manner, DriverStatement.State
# The class and number of the licence matter where points or a suspension may follow.
MOTOR_VEHICLES = ("car", "bus", "truck", "tractor", "motorcycle", "special")


@dataclass(frozen=True)
class Driver:
    """Who says that he drove, as on his papers."""

    full_name: str
    born_on: date
    identity_number: str
    address: str
    licence_number: str = ""
    licence_classes: str = ""
    agrees_electronic: bool = False


def asks_licence(case: Violation) -> bool:
    """Tell whether the act may cost points or a suspension, so that the licence must be known."""
    if case.rule is None or case.vehicle_class not in MOTOR_VEHICLES:
        return False
    return case.rule.points > 0 or case.rule.suspension_months_min is not None


def may_state(case: Violation) -> str:
    """Return why nobody can say any more who drove, "" while it is open."""
    if case.status != Violation.Status.NOTIFIED:
        return gettext("Who drove is said after the notice and before the record. Call the unit.")
    if case.offender_identified_on is not None:
        return gettext("The police know who drove already. Nothing is to be done here.")
    return ""


def text_of(case: Violation, driver: Driver) -> str:
    """Return the statement as it is kept and hashed: one sentence for each thing, in Vietnamese."""
    moment = case.occurred_at.astimezone(VIET_NAM)
    licence = (
        f" Giấy phép lái xe số {driver.licence_number}, hạng {driver.licence_classes}."
        if driver.licence_number
        else ""
    )
    consent = "đồng ý" if driver.agrees_electronic else "không đồng ý"
    return (
        f"Tôi là {driver.full_name}, sinh ngày {driver.born_on:%d/%m/%Y}, số định danh"
        f" {driver.identity_number}, cư trú tại {driver.address}.{licence}"
        f" Tôi xác nhận chính tôi điều khiển phương tiện biển số {case.plate_display} lúc"
        f" {moment:%H:%M} ngày {moment:%d/%m/%Y} tại {case.place}."
        f" Tôi {consent} lập biên bản vi phạm hành chính bằng phương thức điện tử."
    )


def state(
    case_id: uuid.UUID,
    driver: Driver,
    *,
    form_key: str,
    person: bytes = b"",
    code: InboxCode | None = None,
    at: datetime,
) -> DriverStatement:
    """Keep a person's word that he drove; the same form key again returns the first statement.

    ``person`` is the keyed digest of whoever is identified in this session, ``code`` the one-time
    code he has just used. Raises Refused when who drove is settled or somebody else was named, and
    when the identity number is not that of who is identified.
    """
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        known = DriverStatement.objects.filter(form_key=form_key, case=case).first()
        if known is not None:
            return known
        if sentence := may_state(case):
            raise Refused(sentence)
        if case.nominations.filter(state=Nomination.State.OPEN).exists():
            raise Refused(
                gettext("Another person was named and has not answered. Take that back first.")
            )
        proved = bytes(code.consent.person_digest) if code is not None else person
        if proved and proved != person_digest(driver.identity_number):
            raise Refused(
                gettext("The identity number is not that of the person who was identified.")
            )
        return _keep(case, driver, form_key, _manner(person, code), at=at, code=code)


def keep_of_nominee(
    nomination: Nomination, driver: Driver, *, form_key: str, at: datetime
) -> DriverStatement:
    """Keep the word of a person named, inside the transaction in which he accepts."""
    return _keep(nomination.case, driver, form_key, Manner.NAMED, nomination=nomination, at=at)


def name_stated(statement_id: uuid.UUID, *, by: Actor, at: datetime) -> DriverStatement:
    """Name the person of a statement as the offender: the officer's act, in one transaction.

    The registered owner is written down as the register has him. Raises Refused as
    ``appearances.name_offender`` does, for a statement that is settled, and for a declaration that
    nobody has completed by coming. NĐ 61/2026 Đ15 k1c
    """
    with transaction.atomic():
        statement = _locked(statement_id, by)
        if sentence := lacks_person(statement):
            raise Refused(sentence)
        moment = statement.made_at.astimezone(VIET_NAM)
        appearances.name_offender(
            statement.case_id,
            _offender(statement),
            proof=(
                f"Xác nhận trên cổng lúc {moment:%H:%M} ngày {moment:%d/%m/%Y}, cách thức:"
                f" {MANNERS_VI[Manner(statement.manner)]}, SHA-256 {statement.text_sha256[:16]}"
            ),
            by=by,
            at=at,
        )
        _settle(statement, State.NAMED, "", by, at)
    return statement


def lacks_person(statement: DriverStatement) -> str:
    """Return why nobody may be named on a statement yet: nobody knows who made it. "" when known.

    Whoever found the letter can declare; a working session after it shows the person.
    """
    if statement.manner != Manner.DECLARED:
        return ""
    if statement.case.sessions.filter(held_at__gte=statement.made_at).exists():
        return ""
    return gettext(
        "It was declared with the code of the paper alone. Hold a working session with the person "
        "first; then name him."
    )


def set_aside(statement_id: uuid.UUID, *, answer: str, by: Actor, at: datetime) -> DriverStatement:
    """Set a statement aside with the answer that the person reads. Raises Refused without one."""
    if not answer.strip():
        raise Refused(gettext("Write the answer; the person reads it on the page of the case."))
    with transaction.atomic():
        statement = _locked(statement_id, by)
        _settle(statement, State.SET_ASIDE, answer.strip()[:400], by, at)
    return statement


MANNERS_VI = {
    Manner.DECLARED: "khai bằng mã trên giấy",
    Manner.CONFIRMED: "xác thực bằng mã một lần gửi tới liên hệ đã đăng ký",
    Manner.IDENTIFIED: "người nhận thông báo đã xác thực danh tính trên cổng",
    Manner.NAMED: "người được nêu tên, bằng mã gửi riêng",
}


def _manner(person: bytes, code: InboxCode | None) -> Manner:
    if code is not None:
        return Manner.CONFIRMED
    return Manner.IDENTIFIED if person else Manner.DECLARED


def _keep(
    case: Violation,
    driver: Driver,
    form_key: str,
    manner: Manner,
    *,
    nomination: Nomination | None = None,
    code: InboxCode | None = None,
    at: datetime,
) -> DriverStatement:
    if case.driver_statements.filter(state=State.OPEN).exists():
        raise Refused(gettext("A statement about this case waits for an officer already."))
    text = text_of(case, driver)
    owner = case.parties.filter(role=Party.Role.OWNER).first()
    return DriverStatement.objects.create(
        case=case,
        nomination=nomination,
        form_key=form_key,
        full_name=driver.full_name,
        born_on=driver.born_on,
        identity_number=plain_identity(driver.identity_number),
        address=driver.address,
        licence_number=driver.licence_number,
        licence_classes=driver.licence_classes,
        agrees_electronic=driver.agrees_electronic,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        manner=manner,
        code=code,
        is_owner=owner is not None
        and plain_identity(owner.identity_number) == plain_identity(driver.identity_number),
        made_at=at,
    )


def _locked(statement_id: uuid.UUID, by: Actor) -> DriverStatement:
    """Lock the case, then its open statement; insist on an officer of the unit. Raises Refused."""
    found = DriverStatement.objects.only("case_id").get(pk=statement_id)
    case = Violation.objects.select_for_update(of=("self",)).get(pk=found.case_id)
    if by.officer is None or not by.may(PROPOSE):
        raise Refused(gettext("Only an officer who draws up papers settles who drove."))
    if case.unit.code not in by.unit_codes:
        raise Refused(gettext("The case belongs to another unit."))
    statement = DriverStatement.objects.select_for_update().get(pk=statement_id)
    if statement.state != State.OPEN:
        raise Refused(gettext("This statement is settled already. Reload the page."))
    return statement


def _settle(statement: DriverStatement, state: State, answer: str, by: Actor, at: datetime) -> None:
    statement.state = state
    statement.settled_by = by.officer
    statement.settled_at = at
    statement.answer = answer
    statement.save(update_fields=["state", "settled_by", "settled_at", "answer"])


def _offender(statement: DriverStatement) -> Party:
    """Return the offender, not saved: the owner as registered, else the person as he wrote."""
    owner = statement.case.parties.filter(role=Party.Role.OWNER).first()
    if statement.is_owner and owner is not None and owner.kind == Party.Kind.INDIVIDUAL:
        copied = (
            "kind", "full_name", "gender", "born_on", "nationality", "occupation",
            "identity_number", "address", "phone",
        )  # fmt: skip
        return Party(**{name: getattr(owner, name) for name in copied})
    return Party(
        kind=Party.Kind.INDIVIDUAL,
        full_name=statement.full_name,
        born_on=statement.born_on,
        nationality="Việt Nam",
        identity_number=statement.identity_number,
        address=statement.address,
    )
