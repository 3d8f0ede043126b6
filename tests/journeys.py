"""Cases that got where they are by the real acts: ``case_at("decided")`` walks the whole road there.

Nothing here writes a status. Time is given: each act happens a little after the one before, from
``START``, a Monday morning with no holiday in the two weeks after it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from tests.scenery import START, World, detection, officer, picture, world
from violations import (
    actions,
    appearances,
    explanations,
    intake,
    payments,
    review,
    sanctions,
    service,
)
from violations.actors import Actor, actor_for
from violations.catalogue import rule_for
from violations.models import Officer, Party, Violation
from violations.registry import RegisteredOwner, RegisteredVehicle

__all__ = ["START", "World", "detection", "officer", "picture", "world"]


def acting(person: Officer) -> Actor:
    """Return an officer as an actor, with the rights held now."""
    return actor_for(person.user)


def confirming(case: Violation) -> Actor:
    """Return an officer of the case's unit who confirms charges and warnings."""
    return acting(
        Officer.objects.filter(unit=case.unit, user__groups__name="Reviewing officer").first()
    )


def registered(case: Violation, kind: str = "individual") -> RegisteredVehicle:
    """Return what the register would answer for a case."""
    person = kind == "individual"
    return RegisteredVehicle(
        plate=case.plate,
        plate_display=case.plate_display,
        plate_colour=case.plate_colour,
        vehicle_class=case.vehicle_class,
        make="Nhãn B",
        model="Mẫu 1",
        vehicle_colour="white",
        registered_on=date(2024, 3, 1),
        owner=RegisteredOwner(
            kind="individual" if person else "organisation",
            name="Trần Văn Hiếu" if person else "Công ty Vận tải Mẫu",
            gender="male" if person else "",
            date_of_birth=date(1984, 5, 6) if person else None,
            identity_number="001084000001" if person else "0100000001",
            address_line="số 27, ngõ 114 phố Ví Dụ",
            commune="phường Mẫu Một",
            province="thành phố Hà Nội",
            phone="0900000001",
            representative="" if person else "Lý Thị Mẫu",
        ),
    )


def driver(case: Violation) -> Party:
    """Return the owner, written down as the one who drove: not saved yet."""
    owner = case.parties.get(role=Party.Role.OWNER)
    return Party(
        kind=owner.kind,
        full_name=owner.full_name,
        gender=owner.gender,
        born_on=owner.born_on,
        nationality=owner.nationality,
        identity_number=owner.identity_number,
        address=owner.address,
        phone=owner.phone,
    )


def silent_session(case: Violation, place: World, *, at: datetime) -> None:
    """Hold a working session in which the owner's side does not say who drove."""
    appearances.hold_session(
        case.pk,
        present_as="representative",
        attended_by="Lý Thị Mẫu, số định danh 001190000009",
        statement="Công ty không xác định được người lái xe (mẫu)",
        names_driver=False,
        by=acting(place.reviewer),
        at=at,
    )


def case_at(
    status: str, place: World, *, owner: str = "individual", waive: bool = True, **claim: Any
) -> Violation:
    """Return a case that stands at ``status``, having taken every act on the main road to it.

    ``claim`` goes to ``detection``. ``waive`` gives up the right to explain, in writing, where the
    law gives one, so that the decision need not wait for its window.
    """
    found = detection(place, **claim)
    case = intake.claim(found.pk, at=found.received_at + timedelta(seconds=5))
    assert case is not None
    return onward(case, status, place, owner=owner, waive=waive)


def onward(
    case: Violation, status: str, place: World, *, owner: str = "individual", waive: bool = True
) -> Violation:
    """Take a case on the main road from where it stands to ``status``."""
    stops = (
        "detected",
        "verified",
        "owner_identified",
        "notified",
        "recorded",
        "decided",
        "served",
    )
    for step in ROAD[stops.index(case.status) :]:
        if case.status == status:
            return case
        step(case, place, owner, waive)
        case = Violation.objects.get(pk=case.pk)
    assert case.status == status, f"the main road does not lead to {status}"
    return case


def _verify(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(minutes=5)
    by = acting(place.reviewer)
    lease = review.Lease.objects.create(
        case=case,
        officer=place.reviewer,
        acquired_at=at,
        expires_at=at + timedelta(minutes=10),
    )
    verdict = review.Verdict("verify", rule=rule_for(case), viewed_files=("x",), visible_ms=4000)
    decided = review.decide(case.pk, lease.token, verdict, by=by, at=at)
    took_effect = review.finalise(decided.pk, at=decided.effective_at)
    decided.refresh_from_db()
    assert took_effect, decided.refusal


def _identify_owner(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(minutes=6)
    actions.identify_owner(case.pk, registered(case, owner), asked_at=at, at=at)


def _notify(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(hours=1)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    actions.sign_notice(case.pk, by=acting(place.leader), at=at + timedelta(minutes=5))


def _record(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=1)
    by = acting(place.reviewer)
    basis = Party.Basis.DROVE
    if owner == "organisation":  # it does not drive: its representative came and named nobody
        silent_session(case, place, at=at - timedelta(hours=1))
        basis = Party.Basis.UNCOOPERATIVE
    appearances.name_offender(
        case.pk, driver(case), proof="lời khai của chủ xe", basis=basis, by=by, at=at
    )
    sanctions.propose_record(case.pk, by=by, at=at)
    sanctions.sign_record(case.pk, by=acting(place.leader), at=at + timedelta(minutes=10))


def _decide(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=2)
    by = acting(place.reviewer)
    if waive and hasattr(case, "explanation"):
        explanations.waive_explanation(case.pk, proof="đơn ngày 14/10/2026", by=by, at=at)
    sanctions.propose_decision(case.pk, by=by, at=at)
    sanctions.sign_decision(case.pk, by=acting(place.leader), at=at + timedelta(minutes=10))


def _serve(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=3)
    service.serve_decision(
        case.pk,
        way="handed_over",
        received_on=date(2026, 10, 15)
        if case.created_at < START + timedelta(days=1)
        else at.date(),
        proof="chữ ký nhận của người vi phạm",
        by=acting(place.reviewer),
        at=at,
    )


def _pay(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=4)
    payments.receive(
        case.decision.pk,
        provider="vnpay",
        reference=f"V{case.number}",
        amount_vnd=case.decision.fine_vnd,
        paid_at=at,
        at=at,
    )
    assert payments.settle_and_close(case.pk, at=at)


Walk = Callable[[Violation, World, str, bool], None]
ROAD: tuple[Walk, ...] = (_verify, _identify_owner, _notify, _record, _decide, _serve, _pay)
