"""Choose the law for an act: by kind, class of vehicle, excess, and the day of the act.

**Candidates** of a case are the acts its detection may show. A kind of detection that the decree
does not name as such stands for another (``STANDS_FOR``): driving in a bus lane is a wrong lane or
a forbidden road. The first list of kinds that yields a rule for the class and the day decides, so
a rule of the detection's own kind always comes before one it merely stands for.

**Residual acts** (Đ6 k1 a, Đ7 k1 a, Đ8 k1 a: a sign or marking disobeyed, "trừ hành vi đã có quy
định riêng") apply only where no specific act does. Precisely: no residual act is offered for a
case while its candidates hold a specific one, that is, while a rule that is not residual covers
the same class of vehicle and the same kind of detection on the day of the act.

With one candidate the law is chosen; among several an officer chooses at review. NĐ 238/2026 Đ21
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from violations.folding import fold, read_provision
from violations.models import PenaltyRule, Violation
from violations.speeds import fitting_rules

SIGN_OR_MARKING = ("lane_marking",)

#: What a kind of detection stands for, tried in turn when no rule is of its own kind.
STANDS_FOR: dict[str, tuple[tuple[str, ...], ...]] = {
    "bus_lane": (("wrong_lane", "restricted_time_or_vehicle"), SIGN_OR_MARKING),
    "emergency_lane": (("motorcycle_on_expressway",),),
    "illegal_u_turn": (("illegal_turn",), SIGN_OR_MARKING),
    "illegal_turn": (SIGN_OR_MARKING,),
    "umbrella_use": (("phone_use",),),
    "wrong_way": (("restricted_time_or_vehicle",),),
    "stop_line": (SIGN_OR_MARKING,),
    "box_junction": (SIGN_OR_MARKING,),
}


def candidates(case: Violation) -> list[PenaltyRule]:
    """Return the acts that the detection of a case may show, on the day it happened.

    Several specific acts leave the choice to an officer. No residual one is among them while a
    specific one is.
    """
    if case.violation_type == "speed_over" and case.excess_tenths is None:
        return []
    tried = ((case.violation_type,), *STANDS_FOR.get(case.violation_type, ()))
    live = list(
        _in_force(case).filter(
            violation_type__in=[kind for kinds in tried for kind in kinds if kind],
            vehicle_classes__contains=[case.vehicle_class],
        )
    )
    for kinds in tried:
        found = [
            rule
            for kind in kinds
            for rule in fitting_rules(
                live,
                kind,
                case.vehicle_class,
                case.occurred_on,
                excess_tenths=case.excess_tenths,
            )
        ]
        if found:
            return [rule for rule in found if not rule.is_residual] or found
    return []


def rule_for(case: Violation) -> PenaltyRule | None:
    """Return the one rule that sanctions a case, or None. NĐ 238/2026 Đ21 (day of the act)

    A speed below the lowest band, or a class not covered, has none; where several acts fit, an
    officer chooses among ``candidates``.
    """
    found = candidates(case)
    return found[0] if len(found) == 1 else None


def applies(rule: PenaltyRule, case: Violation) -> bool:
    """Tell whether a rule is the law for this case: one of its candidates."""
    return any(candidate.pk == rule.pk for candidate in candidates(case))


def offers(case: Violation, words: str = "") -> list[PenaltyRule]:
    """Return the acts that may be held against the driver or owner of a case, best first.

    In force on the day of the act and written for the class of vehicle: first the candidates, then
    other specific acts, last residual ones, and those only when no candidate is specific. Of
    speeds only the band that was measured is offered. ``words`` narrows the list: words of the act
    with or without diacritics, a code, or a provision ("6.9.b", "Đ6 k9 b").
    """
    first = candidates(case)
    chosen = {rule.pk for rule in first}
    hide_residual = any(not rule.is_residual for rule in first)
    found = search(_in_force(case), words).filter(vehicle_classes__contains=[case.vehicle_class])
    kept = [
        rule
        for rule in found
        if rule.pk in chosen
        or (rule.violation_type != "speed_over" and not (hide_residual and rule.is_residual))
    ]
    kept.sort(key=lambda rule: (rule.pk not in chosen, rule.is_residual))
    return kept


def search(rules: QuerySet[PenaltyRule], words: str) -> QuerySet[PenaltyRule]:
    """Narrow rules by words with or without diacritics, by a code, or by a provision."""
    asked = words.replace("\x00", "").strip()[:200]
    if not asked:
        return rules
    provision = read_provision(asked)
    if provision is not None:
        exact = Q(article=provision.article)
        if provision.clause:
            exact &= Q(clause=provision.clause)
        if provision.point:
            exact &= Q(point=provision.point)
        return rules.filter(exact)
    in_words = Q()
    for word in fold(asked).split():
        in_words &= Q(fold__contains=word)
    return rules.filter(in_words | Q(code__istartswith=asked))


def why_no_rule(case: Violation) -> str:
    """Say why no rule was chosen for a case: no decree that day, a choice to make, or no act."""
    if not _in_force(case).exists():
        return gettext(
            "The act of %(day)s is older than every decree of the catalogue (Decree 168/2024, in "
            "force from 01/01/2025); it cannot be verified here."
        ) % {"day": f"{case.occurred_on:%d/%m/%Y}"}
    if candidates(case):
        return gettext("Several acts of the decree fit. Choose the one the pictures show.")
    return gettext("No rule sanctions this act; it cannot be verified.")


def _in_force(case: Violation) -> QuerySet[PenaltyRule]:
    return PenaltyRule.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=case.occurred_on),
        effective_from__lte=case.occurred_on,
    )
