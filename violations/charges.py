"""The acts that say what is held against the offender: further acts, circumstances, findings.

Rows are withdrawn, never deleted: a paper that named them may exist. What they do to the amount is
computed by ``pricing``; nothing here knows a sum.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext

from violations import fines, pricing
from violations.actors import Actor
from violations.circumstances import GROUNDS
from violations.guards import Refused
from violations.models import Circumstance, FurtherAct, Party, PenaltyRule, Violation
from violations.taking import taking

INTENT = "intent"
POINTS = "points"


def add_act(
    case_id: uuid.UUID,
    rule_id: int,
    *,
    note: str,
    quantity: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Add an act that the same pictures show; it is named and fined by itself in the one decision.

    The rule must be the law of the day of the act and cover the vehicle. ``quantity`` is the number
    of persons above the limit, for acts fined for each. Luật XLVPHC Đ3 k1 đ.d, Đ67; NĐ 238/2026 Đ21
    """
    if not note.strip():
        raise Refused(gettext("Write down what shows this act: the picture, and where in it."))
    with taking("add_act", case_id, by=by, at=at, reason=note) as (case, event):
        rule = PenaltyRule.objects.filter(pk=rule_id).first()
        fault = why_not_chargeable(rule, case, quantity)
        if rule is None or fault is not None:
            raise Refused(fault or gettext("This rule does not exist; choose one from the list."))
        assert by.officer is not None  # the step's permission belongs to officers only
        FurtherAct.objects.create(
            case=case,
            rule=rule,
            quantity=quantity,
            note=note.strip(),
            added_by=by.officer,
            added_at=at,
        )
        event.facts = {"rule": rule.code, "quantity": quantity}


def withdraw_act(case_id: uuid.UUID, act_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Withdraw an added act, with a reason; the row stays. Luật XLVPHC Đ3 k1 đ.d"""
    if not reason.strip():
        raise Refused(gettext("Say why the act is withdrawn."))
    with taking("withdraw_act", case_id, by=by, at=at, reason=reason) as (case, event):
        act = case.further_acts.filter(pk=act_id, withdrawn_at__isnull=True).first()
        if act is None:
            raise Refused(gettext("The case has no such added act; the first act stays."))
        act.withdrawn_at = at
        act.save(update_fields=["withdrawn_at"])
        event.facts = {"rule": act.rule.code}


def record_circumstance(
    case_id: uuid.UUID, ground: str, *, proof: str, by: Actor, at: datetime
) -> None:
    """Record a mitigating or aggravating circumstance and what proves it. Luật XLVPHC Đ9, Đ10

    ``ground`` is a code of ``circumstances.GROUNDS``; each counts once.
    """
    if ground not in GROUNDS:
        raise Refused(gettext("Choose one of the grounds the law knows (Đ9, Đ10 Luật XLVPHC)."))
    if not proof.strip():
        raise Refused(gettext("Name what proves the circumstance: a paper, a record, a decision."))
    with taking("record_circumstance", case_id, by=by, at=at, reason=proof) as (case, event):
        if case.circumstances.filter(ground=ground, withdrawn_at__isnull=True).exists():
            raise Refused(gettext("This circumstance is already recorded; it counts once."))
        assert by.officer is not None  # the step's permission belongs to officers only
        Circumstance.objects.create(
            case=case,
            kind=GROUNDS[ground].kind,
            ground=ground,
            proof=proof.strip(),
            recorded_by=by.officer,
            recorded_at=at,
        )
        event.facts = {"ground": ground}


def withdraw_circumstance(
    case_id: uuid.UUID, circumstance_id: int, *, reason: str, by: Actor, at: datetime
) -> None:
    """Withdraw a recorded circumstance, with a reason; the row stays. Luật XLVPHC Đ9, Đ10"""
    if not reason.strip():
        raise Refused(gettext("Say why the circumstance is withdrawn."))
    with taking("withdraw_circumstance", case_id, by=by, at=at, reason=reason) as (case, event):
        found = case.circumstances.filter(pk=circumstance_id, withdrawn_at__isnull=True).first()
        if found is None:
            raise Refused(gettext("The case has no such circumstance."))
        found.withdrawn_at = at
        found.save(update_fields=["withdrawn_at"])
        event.facts = {"ground": found.ground}


def record_finding(
    case_id: uuid.UUID, finding: str, *, reason: str, by: Actor, at: datetime
) -> None:
    """Record a finding about the offender on which a consequence depends, with its reason.

    ``intent``: an offender aged 14 to under 16 acted on purpose, without which nobody of that age
    is sanctioned (Luật XLVPHC Đ5 k1 đ.a). ``points``: an individual owner who does not say who
    drove loses licence points all the same; the text does not exclude it, but it is contestable, so
    an officer must answer for it (NĐ 168/2024 Đ47 k8b, Đ50). Raises Refused where neither applies.
    """
    if not reason.strip():
        raise Refused(gettext("Write down the reason: the finding rests on it."))
    with taking("record_finding", case_id, by=by, at=at, reason=reason) as (case, event):
        offender = case.parties.get(role=Party.Role.OFFENDER)
        if finding == INTENT and _is_14_or_15(offender, case):
            offender.intent_finding = reason.strip()
        elif finding == POINTS and _is_silent_owner(offender):
            offender.points_finding = reason.strip()
        else:
            raise Refused(
                gettext(
                    "No finding of this kind is needed: intent is found for offenders aged 14 to "
                    "under 16 (Đ5 k1), points for an individual owner who does not say who drove "
                    "(NĐ 168/2024 Đ47 k8b)."
                )
            )
        offender.save(update_fields=["intent_finding", "points_finding"])
        event.facts = {"finding": finding}


def why_not_chargeable(
    rule: PenaltyRule | None, case: Violation, quantity: int | None
) -> str | None:
    """Return why a rule cannot be added to a case, or None when it can. NĐ 238/2026 Đ21"""
    if rule is None:
        return gettext("This rule does not exist; choose one from the list.")
    in_force = rule.effective_from <= case.occurred_on and (
        rule.effective_until is None or case.occurred_on <= rule.effective_until
    )
    if not in_force or case.vehicle_class not in rule.vehicle_classes:
        return gettext("This rule is not the law for this act, vehicle and day; choose another.")
    if rule.pk in [act.rule_id for act in case.beside.acts]:
        return gettext("This act is already held against the offender.")
    if rule.excess_from_tenths is not None:
        return gettext(
            "A speed is charged from the reading of a device, which is the first act of its own "
            "case; it cannot be added here."
        )
    if rule.sanction == PenaltyRule.Sanction.CONFISCATION:
        return gettext(
            "This act is sanctioned by confiscation, which the portal does not decide; handle it "
            "by hand (Luật XLVPHC Đ26)."
        )
    if rule.is_per_person and not quantity:
        return gettext(
            "This act is fined for each person above the limit; write down how many there were."
        )
    if not rule.is_per_person and quantity:
        return gettext("This act is not fined for each person; leave the number of persons empty.")
    kind = case.beside.offender_kind
    return pricing.why_row_is_not_for(rule.offender, kind) if kind else None


def _is_14_or_15(offender: Party, case: Violation) -> bool:
    return (
        offender.kind == Party.Kind.INDIVIDUAL
        and offender.born_on is not None
        and fines.age_band(offender.born_on, case.occurred_on) is fines.AgeBand.FROM_14
    )


def _is_silent_owner(offender: Party) -> bool:
    return offender.kind == Party.Kind.INDIVIDUAL and offender.basis == Party.Basis.UNCOOPERATIVE
