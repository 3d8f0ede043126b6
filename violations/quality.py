"""The second pair of eyes on a first verdict: drawn here, answered here, told to nobody.

Called by ``review.finalise`` inside its transaction, with the case row locked: a verdict and the
look that it leads to stand together or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils.translation import gettext

from violations import registry_preview, sampling
from violations.actors import SYSTEM, actor_for
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import (
    KnownAnswer,
    KnownCase,
    Officer,
    PenaltyRule,
    ReviewDecision,
    ReviewRole,
    SamplingChange,
    SecondLook,
    Violation,
)
from violations.plate_doubts import confidences_of
from violations.registry_match import differences
from violations.registry_preview import Preview
from violations.review_flags import codes_asking_for_a_second_look, flags_of
from violations.sampling import Answer, Circumstances
from violations.taking import taking

WEEKS_REMEMBERED = 4
FINAL = ReviewDecision.State.FINAL


def after_first_review(
    case: Violation,
    review: ReviewDecision,
    *,
    at: datetime,
    draw: Callable[[int], int] = secrets.randbelow,
) -> SecondLook | None:
    """Draw a blind second look at a first verdict that has just taken effect.

    What belongs to a stratum at 1000 per mille is always looked at (ground ``risk``); the rest by
    chance (``sample``). A look that still waits from a verdict taken back is pointed at this one.
    ``draw(n)`` returns a number below n. Returns None when nobody is asked.
    """
    # The verdict has changed the row since it was locked.
    case = Violation.objects.select_related("detection__device", "rule").get(pk=case.pk)
    register = registry_preview.known(case.plate, case.plate_colour, case.vehicle_class)
    asking = _flags_that_ask(case, review, register, at)
    strata = sampling.strata_of(
        _circumstances(case, review, register, asking),
        asking_flags=asking,
        new_officer_verdicts=settings.REVIEW_NEW_OFFICER_CASES,
        new_device_verdicts=settings.REVIEW_NEW_DEVICE_CASES,
    )
    rates = dict(rates_for(review.officer))
    rates["accepted"] = _rate_of_the_week(rates.get("accepted", 0), review, at)
    ground, asked = sampling.drawn(strata, rates, draw)
    waiting = case.second_looks.filter(looked_at__isnull=True, is_blind=True).first()
    if not asked and waiting is None:
        return None
    with taking("draw_second_look", case.pk, by=SYSTEM, at=at) as (_case, event):
        look = waiting or SecondLook(case=case, is_blind=True, ground=ground, asked_at=at)
        look.first_review = review
        look.strata = [*dict.fromkeys([*look.strata, *asked])]
        look.save()
        event.facts = {"look": look.pk, "ground": look.ground, "strata": look.strata}
    return look


def answer_blind_look(review: ReviewDecision, *, at: datetime) -> SecondLook:
    """Compare a verdict of the second look with the first, and write down which it is.

    Equal choice and plate and act, or for a rejection a reason of the same class, agree. Anything
    else goes to a third person. Raises Refused.
    """
    by = actor_for(review.officer.user)
    look = (
        SecondLook.objects.select_for_update(of=("self",))
        .select_related("first_review__case__detection")
        .filter(case=review.case_id, is_blind=True, looked_at__isnull=True)
        .first()
    )
    first = look.first_review if look is not None else None
    # Without an open look the guards of the step refuse, in words.
    differs = sampling.difference(answer_of(first), answer_of(review)) if first else ""
    finding = _finding(differs)
    with taking("look_again", review.case_id, by=by, at=at, reason=finding) as (case, event):
        assert look is not None and by.officer is not None  # the guards have asked for both
        look.review = review
        look.looked_by = by.officer
        look.looked_at = at
        look.agrees = not differs
        look.finding = finding
        look.save()
        case.second_looked_by = by.officer
        event.facts = {
            "look": look.pk,
            "agrees": look.agrees,
            "strata": look.strata,
            "differs_in": differs,
        }
    return look


def answer_known_case(review: ReviewDecision, *, at: datetime) -> KnownAnswer:
    """Compare a verdict on a case with a known answer; the case itself is left alone.

    No step is taken, no event written, no clock moved: nothing of it can reach a citizen. Raises
    KnownCase.DoesNotExist for a case whose answer nobody knows.
    """
    known = KnownCase.objects.get(case=review.case_id)
    right = Answer(known.choice, known.plate, None, known.rejection_reason)
    given = answer_of(review)
    wrong_in = sampling.difference(
        right, Answer(given.choice, given.plate, None, given.rejection_reason)
    )
    return KnownAnswer.objects.create(
        known_case=known,
        review=review,
        officer=review.officer,
        is_right=not wrong_in,
        wrong_in=wrong_in,
        answered_at=at,
    )


def answer_of(review: ReviewDecision) -> Answer:
    """Return what a verdict says; where the plate was left alone, it is the machine's reading."""
    plate = review.plate or review.case.detection.plate_normalised
    return Answer(review.choice, plate, review.rule_id, review.rejection_reason)


def rates_for(officer: Officer) -> Mapping[str, int]:
    """Return the rate of every stratum for an officer, per mille.

    The officer's own last change counts, else the unit's, else the settings.
    """
    rates = dict(settings.REVIEW_SAMPLING)
    changes = SamplingChange.objects.filter(unit=officer.unit_id).order_by("id")
    for of_whom in ({"officer__isnull": True}, {"officer": officer}):
        rates |= dict(changes.filter(**of_whom).values_list("stratum", "per_mille"))
    return rates


def week_begins(at: datetime) -> datetime:
    """Return the first moment, in Viet Nam, of the week in which a moment lies."""
    today = day_in_viet_nam(at)
    return _midnight(today - timedelta(days=today.weekday()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=VIET_NAM)


def _flags_that_ask(
    case: Violation, review: ReviewDecision, register: Preview | None, at: datetime
) -> frozenset[str]:
    """Judge the flags once more: only their codes are kept with the verdict."""
    flags = flags_of(case, at=at, plate_confirmed=review.plate_confirmed, register=register)
    return frozenset(codes_asking_for_a_second_look(flags))


def _circumstances(
    case: Violation, review: ReviewDecision, register: Preview | None, asking: frozenset[str]
) -> Circumstances:
    firsts = ReviewDecision.objects.filter(role=ReviewRole.FIRST, state=FINAL).exclude(pk=review.pk)
    of_officer = firsts.filter(officer=review.officer)
    of_device = firsts.filter(case__detection__device=case.detection.device_id)
    confidences = confidences_of(case)
    return Circumstances(
        choice=review.choice,
        plate_corrected=(review.plate or case.detection.plate_normalised)
        != case.detection.plate_normalised,
        least_character=min(confidences, default=None),
        register_differs=_register_differs(case, register),
        flags=frozenset(review.flags) | asking | _of_the_history(case),
        licence_at_stake=_licence_at_stake(case.rule),
        verdicts_before=of_officer[: 2 * settings.REVIEW_NEW_OFFICER_CASES].count(),
        device_verdicts_before=of_device[: 2 * settings.REVIEW_NEW_DEVICE_CASES].count(),
    )


def _of_the_history(case: Violation) -> frozenset[str]:
    """Return what the history asks for: withdrawing a verdict must not shake off a drawn look."""
    withdrawn = case.events.filter(step="withdraw_verdict").exists()
    return frozenset({"withdrawn"}) if withdrawn else frozenset()


def _register_differs(case: Violation, register: Preview | None) -> bool:
    """Tell whether the register, as the officer saw it a moment ago, names another vehicle."""
    if register is None or register.state != "found":
        return False
    return bool(differences(case, register.vehicle_class, register.vehicle_colour, register.make))


def _licence_at_stake(rule: PenaltyRule | None) -> bool:
    return rule is not None and (rule.points > 0 or bool(rule.suspension_months_max))


def _rate_of_the_week(per_mille: int, review: ReviewDecision, at: datetime) -> int:
    monday = week_begins(at)
    verdicts = ReviewDecision.objects.filter(
        officer=review.officer, role=ReviewRole.FIRST, state=FINAL
    )
    earlier = verdicts.filter(
        decided_at__lt=monday, decided_at__gte=monday - timedelta(weeks=WEEKS_REMEMBERED)
    ).count()
    return sampling.rate_with_floor(
        per_mille,
        looks=SecondLook.objects.filter(
            first_review__officer=review.officer, asked_at__gte=monday
        ).count(),
        verdicts=verdicts.filter(decided_at__gte=monday).count(),
        usual=earlier // WEEKS_REMEMBERED or None,
    )


def _finding(differs: str) -> str:
    """Say in Vietnamese, for the history, what the comparison found."""
    return {
        "": gettext("Blind look: the second verdict is the same."),
        "choice": gettext("Blind look: one verified, the other rejected."),
        "plate": gettext("Blind look: the plates differ."),
        "rule": gettext("Blind look: the acts differ."),
        "reason": gettext("Blind look: the reasons for the rejection differ."),
    }[differs]
