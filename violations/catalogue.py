"""Choose the law for an act: by kind, class of vehicle, excess, and the day of the act."""

from __future__ import annotations

from violations.models import PenaltyRule, Violation
from violations.speeds import applicable_rule


def rule_for(case: Violation) -> PenaltyRule | None:
    """Return the one rule that sanctions a case, or None. NĐ 238/2026 Đ21 (day of the act)

    A speed below the lowest band, or a class not covered, has none.
    """
    candidates = PenaltyRule.objects.filter(violation_type=case.violation_type)
    if case.violation_type == "speed_over" and case.excess_tenths is None:
        return None
    return applicable_rule(
        list(candidates),
        case.violation_type,
        case.vehicle_class,
        case.occurred_on,
        excess_tenths=case.excess_tenths,
    )


def applies(rule: PenaltyRule, case: Violation) -> bool:
    """Tell whether a rule is the law for this case."""
    found = rule_for(case)
    return found is not None and found.pk == rule.pk
