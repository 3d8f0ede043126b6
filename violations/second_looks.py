"""A second pair of eyes on a verified case, and the third that settles a disagreement.

Verifier, second looker, adjudicator and signer are different people: guards say so in words, and
CHECKs on the case row refuse the rest. While a look is open no paper goes out (Luật XLVPHC Đ3 k1đ:
who sanctions must prove).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from violations import clocks, papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.letter_parts import display_plate
from violations.models import SecondLook, Violation
from violations.review import REJECTION_REASONS
from violations.taking import taking
from violations.workflow import STEPS


def ask_second_look(
    case_id: uuid.UUID, *, ground: str, note: str, by: Actor, at: datetime
) -> SecondLook:
    """Ask another officer to look at a verified case again. Luật XLVPHC Đ3 k1đ

    ``ground`` is ``contested`` or ``officer``; ``register`` belongs to the comparison with the
    register, which asks by itself. Raises Refused, also without a word of what to look at.
    """
    if ground not in (SecondLook.Ground.CONTESTED, SecondLook.Ground.OFFICER):
        raise Refused(gettext("Choose why another officer should look."))
    if not note.strip():
        raise Refused(gettext("Write down what the other officer should look at."))
    with taking("ask_second_look", case_id, by=by, at=at, reason=note) as (case, event):
        look = SecondLook.objects.create(case=case, ground=ground, note=note, asked_at=at)
        event.facts = {"look": look.pk, "ground": ground}
    return look


def look_again(case_id: uuid.UUID, *, agrees: bool, finding: str, by: Actor, at: datetime) -> None:
    """Answer the second look: agree with the verification or not. Luật XLVPHC Đ3 k1đ

    Who agrees sets the case free, also where picture and register differed. Who does not hands it
    to a third officer. Raises Refused without a finding.
    """
    _insist_on_a_finding(finding)
    with taking("look_again", case_id, by=by, at=at, reason=finding) as (case, event):
        assert by.officer is not None  # the step's permission belongs to officers only
        look = _latest(case)
        if look.is_blind:
            raise Refused(gettext("No second look is asked for in this case."))
        look.looked_by = by.officer
        look.looked_at = at
        look.agrees = agrees
        look.finding = finding
        look.save()
        case.second_looked_by = by.officer
        event.facts = {"look": look.pk, "agrees": agrees}


def adjudicate(
    case_id: uuid.UUID,
    *,
    upholds: bool,
    finding: str,
    rejection_reason: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Settle a disagreement: uphold the first verdict, or find against it. Luật XLVPHC Đ3 k1đ

    Found against before the notice, a verification is rejected in the same transaction, for the
    reason given; a blind look that verified otherwise (another plate or act), and given no reason,
    sends it back to the review, as it does a rejection found wrong. After the notice the owner
    holds a paper: a leader must end the case under Đ65, the event says so, and nothing else goes
    on. Raises Refused without a finding.
    """
    _insist_on_a_finding(finding)
    with transaction.atomic():
        with taking("adjudicate", case_id, by=by, at=at, reason=finding) as (case, event):
            assert by.officer is not None  # the step's permission belongs to officers only
            look = _latest(case)
            look.adjudicated_by = by.officer
            look.adjudicated_at = at
            look.upholds = upholds
            look.save()
            case.adjudicated_by = by.officer
            falls_now = not upholds and case.status in STEPS["reinstate"].origins
            event.facts = {"look": look.pk, "upholds": upholds}
            if not upholds and not falls_now:
                event.facts["awaits"] = "dismiss"
        if not falls_now:
            return
        if case.status == Violation.Status.REJECTED or (
            not rejection_reason and look.review is not None and look.review.choice == "verify"
        ):
            reinstate(case_id, by=by, at=at)
        else:
            overturn(case_id, rejection_reason=rejection_reason, by=by, at=at)


def overturn(case_id: uuid.UUID, *, rejection_reason: str, by: Actor, at: datetime) -> None:
    """Reject a verified case against which an adjudication has found. Luật XLVPHC Đ3 k1đ

    Taken by ``adjudicate`` alone. ``rejection_reason`` is a reason of the review. Raises Refused
    when it is none of them.
    """
    if rejection_reason not in REJECTION_REASONS:
        raise Refused(gettext("Choose the reason for which the case is rejected."))
    with taking("overturn", case_id, by=by, at=at) as (case, event):
        papers.withdraw_waiting(case, at=at, reason=gettext("The case has ended."))
        case.rejection_reason = rejection_reason
        clocks.meet_all(case, day_in_viet_nam(at))
        event.facts = {"reason": rejection_reason}


def reinstate(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Send a case back to the review, where an officer who has no part in it decides anew.

    Taken by ``adjudicate`` alone. The clocks a rejection met run again to their old ends; what the
    register said of a plate that was misread leaves with the person it named, who has nothing to
    do with the case. Further acts and a count of persons were charged on the verdict that is no
    more: they are withdrawn, and who decides anew charges anew. Luật XLVPHC Đ3 k1đ, Đ67
    """
    with taking("reinstate", case_id, by=by, at=at) as (case, event):
        if case.status == Violation.Status.REJECTED:
            rejected = case.events.filter(to_status=case.status).latest("sequence")
            clocks.resume(case, day_in_viet_nam(rejected.at))
        papers.withdraw_waiting(case, at=at, reason=gettext("The case is reviewed again."))
        case.parties.all().delete()
        charged = list(case.further_acts.filter(withdrawn_at__isnull=True))
        case.further_acts.filter(pk__in=[act.pk for act in charged]).update(withdrawn_at=at)
        case.quantity = None
        case.rejection_reason = ""
        case.plate = case.detection.plate_normalised
        case.plate_colour = case.detection.plate_colour
        case.plate_display = display_plate(case)
        case.verified_by = None
        case.rejected_by = None
        case.rule = None
        event.facts = {"look": _latest(case).pk}
        if charged:
            event.facts["acts_withdrawn"] = [act.rule.code for act in charged]


def _latest(case: Violation) -> SecondLook:
    """Lock and return the look that the step's guards have judged."""
    found: SecondLook = (
        SecondLook.objects.select_for_update(of=("self",)).filter(case=case).latest("id")
    )
    return found


def _insist_on_a_finding(finding: str) -> None:
    if not finding.strip():
        raise Refused(gettext("Write down what you found in the pictures."))
