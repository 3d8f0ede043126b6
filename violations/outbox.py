"""What other agencies are told, and by which step: written with the step, sent later.

The message is a row of the same transaction as the event it follows from, so neither stands without
the other. Who is told what is the table below and nowhere else. A case is told of from its notice
on, never before: a detection that an officer rejects is nobody else's business.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import (
    AgencyMessage,
    AgencyWarning,
    CaseEvent,
    FurtherAct,
    LicenceSuspension,
    PointsEntry,
    Violation,
)
from violations.wording import PLATE_COLOURS, VEHICLE_CLASSES, describe_act

Agency, Kind = AgencyMessage.Agency, AgencyMessage.Kind
Telling = tuple[AgencyMessage.Agency, AgencyMessage.Kind]
#: What else follows from a step, known only above: called in the step's own transaction.
Follower = Callable[[Violation, CaseEvent, datetime], None]
_followers: list[Follower] = []

PUBLICATION: Telling = (Agency.LOOKUP, Kind.PUBLISH)
PUBLIC_STATUS: Telling = (Agency.LOOKUP, Kind.STATUS)
WITHDRAWAL: Telling = (Agency.LOOKUP, Kind.WITHDRAW)
DATABASE_STATUS: Telling = (Agency.DATABASE, Kind.STATUS)

# What the public is told a case is at each status: chưa xử phạt, đã xử phạt, đã giải quyết, không
# còn thi hành (Đ74). A publication begins as "not sanctioned"; a withdrawn one says nothing.
PUBLIC_WORDS = {
    "notified": "not_sanctioned",
    "recorded": "not_sanctioned",
    "decided": "sanctioned",
    "served": "sanctioned",
    "enforced": "sanctioned",
    "paid": "resolved",
    "closed": "resolved",
    "lapsed": "no_longer_executed",
    "dismissed": "no_sanction",
    "time_barred": "no_sanction",
    "annulled": "annulled",
}

# Told when a case reaches a status.
# TT 73/2024 Đ24 k1c (publication), k3-4 (at once after the handling); Luật XLVPHC Đ17 k6 (database)
ON_STATUS: Mapping[str, tuple[Telling, ...]] = {
    "notified": (PUBLICATION, DATABASE_STATUS),
    "recorded": (DATABASE_STATUS,),
    "decided": (PUBLIC_STATUS, DATABASE_STATUS),
    "served": (DATABASE_STATUS,),
    "enforced": (DATABASE_STATUS,),
    "paid": (PUBLIC_STATUS, DATABASE_STATUS),
    "closed": (DATABASE_STATUS,),
    "lapsed": (PUBLIC_STATUS, DATABASE_STATUS),
    "dismissed": (WITHDRAWAL, DATABASE_STATUS),
    "time_barred": (WITHDRAWAL, DATABASE_STATUS),
    "annulled": (WITHDRAWAL, DATABASE_STATUS),
}

# Told when a step is taken that leaves the case where it stands. The warnings themselves are
# written by their acts; the database is told of the mark (TT 73/2024 Đ24 k5 đ.a).
ON_STEP: Mapping[str, tuple[Telling, ...]] = {
    "warn_no_show": (DATABASE_STATUS,),
    "warn_unpaid": (DATABASE_STATUS,),
    "lift_warning": (DATABASE_STATUS,),
    "sign_transfer": (PUBLICATION, DATABASE_STATUS),
    "acknowledge_transfer": (PUBLICATION, DATABASE_STATUS),
    "add_act": (PUBLICATION,),
    "withdraw_act": (PUBLICATION,),
}

# Steps after which points or a suspension may stand that the licence agency has not been told of:
# NĐ 168/2024 Đ50 k1a, k3; NĐ 118/2021 Đ9 k8 (a suspension: within two working days; here at once).
LICENCE_STEPS = frozenset(
    {
        "sign_decision",
        "record_licence",
        "serve_decision",
        "deem_served",
        "deduct_points",
        "sign_amendment",
        "sign_correction",
        "sign_cancellation",
        "decide_complaint",
        "record_judgment",
    }
)


def put(
    case: Violation,
    agency: AgencyMessage.Agency | str,
    kind: AgencyMessage.Kind | str,
    payload: Mapping[str, Any],
    *,
    at: datetime,
) -> AgencyMessage:
    """Write one message in the caller's transaction, under the case lock that orders it.

    ``payload`` holds no name, identity number or address. Nothing is sent here.
    """
    return AgencyMessage.objects.create(
        case=case,
        agency=agency,
        kind=kind,
        key=uuid.uuid4(),
        payload=dict(payload),
        created_at=at,
        next_attempt_at=at,
    )


def follow(case: Violation, event: CaseEvent, *, at: datetime) -> None:
    """Write what the table says other agencies are told after a step, and lift what must be lifted.

    Called by ``taking`` alone, after the event is appended. A case that was never notified tells
    nobody anything. TT 73/2024 Đ24; NĐ 168/2024 Đ47 k8a, k11
    """
    from violations.agency_warnings import lift_standing

    if case.notified_on is None:
        return
    moved = event.from_status != event.to_status
    tellings = ON_STEP.get(event.step, ())
    if moved:
        tellings = (*tellings, *ON_STATUS.get(event.to_status, ()))
    written = [_tell(case, telling, at=at) for telling in dict.fromkeys(tellings)]
    if event.step in LICENCE_STEPS:
        written += _tell_licence_agency(case, at=at)
    if any(written):
        _kick()
    if moved:
        lift_standing(case, at=at)
        for follower in _followers:
            follower(case, event, at)


def register_follower(follower: Follower) -> None:
    """Say what else is written when a public case moves; called once, when the process starts."""
    if follower not in _followers:
        _followers.append(follower)


def publication(case: Violation) -> dict[str, Any]:
    """Return exactly the fields the law publishes. TT 73/2024 Đ24 k1c; NĐ 168/2024 Đ47 k8a"""
    further = FurtherAct.objects.filter(case=case, withdrawn_at__isnull=True)
    rules = [case.rule, *(act.rule for act in further.select_related("rule"))]
    return {
        "vehicle_type": VEHICLE_CLASSES.get(case.vehicle_class, VEHICLE_CLASSES["unknown"]),
        "plate": case.plate,
        "plate_colour": PLATE_COLOURS.get(case.plate_colour, PLATE_COLOURS["unknown"]),
        "occurred_at": moment(case.occurred_at),
        "place": case.place,
        "act": "; ".join(describe_act(rule) for rule in rules if rule is not None),
        "detecting_unit": case.detection.device.site.unit.name,
        "handling_unit": case.unit.name,
        "handling_phone": case.unit.phone,
    }


def moment(at: datetime) -> str:
    """Write an aware moment as agencies read it: ISO 8601 with Viet Nam's offset."""
    return at.astimezone(VIET_NAM).isoformat(timespec="seconds")


def _tell(case: Violation, telling: Telling, *, at: datetime) -> AgencyMessage | None:
    agency, kind = telling
    if agency == Agency.DATABASE:
        return put(case, agency, kind, _database_entry(case, at), at=at)
    published = case.agency_messages.filter(agency=Agency.LOOKUP, kind=Kind.PUBLISH).last()
    if kind == Kind.PUBLISH:
        fields = publication(case)
        if published is not None and published.payload == fields:
            return None
        return put(case, agency, kind, fields, at=at)
    if published is None:
        # A case notified before this portal told anybody. What was never published is not taken
        # back; a status needs a publication that it can be the status of.
        if kind == Kind.WITHDRAW:
            return None
        put(case, agency, Kind.PUBLISH, publication(case), at=at)
    if kind == Kind.WITHDRAW:
        return put(case, agency, kind, {"at": moment(at)}, at=at)
    return put(case, agency, kind, {"status": PUBLIC_WORDS[case.status], "at": moment(at)}, at=at)


def _database_entry(case: Violation, at: datetime) -> dict[str, Any]:
    decision = getattr(case, "decision", None)
    warned = AgencyWarning.objects.filter(case=case, lifted_on__isnull=True).exists()
    return {
        "plate": case.plate,
        "plate_colour": case.plate_colour,
        "vehicle_class": case.vehicle_class,
        "occurred_at": moment(case.occurred_at),
        "provision": case.rule.citation if case.rule else "",
        "handling_unit": case.unit.code,
        "decision": decision.notice.number_text if decision else "",
        "status": case.status,
        "public_status": PUBLIC_WORDS[case.status],
        "warning_sent": warned,
        "at": moment(at),
    }


def _tell_licence_agency(case: Violation, *, at: datetime) -> list[AgencyMessage]:
    """Tell of every movement of points and every suspension that has not been told of yet."""
    told = [
        message.payload
        for message in case.agency_messages.filter(
            agency=Agency.LICENCE, kind__in=[Kind.POINTS, Kind.SUSPEND]
        )
    ]
    wanted: list[tuple[AgencyMessage.Kind, dict[str, Any]]] = []
    for entry in PointsEntry.objects.filter(decision__case=case).select_related(
        "licence", "decision__notice"
    ):
        wanted.append(
            (
                Kind.POINTS,
                {
                    "entry": entry.pk,
                    "licence": entry.licence.number,
                    "decision": entry.decision.notice.number_text if entry.decision else "",
                    "part": entry.part,
                    "what": entry.what,
                    "points": entry.points,
                    "balance_after": entry.balance_after,
                    "on": entry.on.isoformat(),
                },
            )
        )
    for suspension in LicenceSuspension.objects.filter(decision__case=case).select_related(
        "licence", "decision__notice"
    ):
        cancelled = suspension.cancelled_on
        wanted.append(
            (
                Kind.SUSPEND,
                {
                    "licence": suspension.licence.number,
                    "decision": suspension.decision.notice.number_text,
                    "from": suspension.from_on.isoformat(),
                    "until": suspension.until_on.isoformat(),
                    "cancelled_on": cancelled.isoformat() if cancelled else None,
                },
            )
        )
    return [
        put(case, Agency.LICENCE, kind, payload, at=at)
        for kind, payload in wanted
        if payload not in told
    ]


def vehicle(case: Violation) -> dict[str, Any]:
    """Return how agencies know a vehicle: plate, plate colour, class."""
    return {
        "plate": case.plate,
        "plate_colour": case.plate_colour,
        "vehicle_class": case.vehicle_class,
    }


def _kick() -> None:
    """Ask for sending once the step is committed; if the queue is down, beat finds the rows."""
    from violations.tasks import send_agency_messages

    def ask() -> None:
        with suppress(OperationalError):
            send_agency_messages.apply_async(expires=10)

    transaction.on_commit(ask, robust=True)


def day(at: datetime) -> str:
    """Return the day in Viet Nam of a moment, ISO 8601."""
    return day_in_viet_nam(at).isoformat()
