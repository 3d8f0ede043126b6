"""Guards of the explanation and the decision: windows, periods, power, residual acts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations.guards.base import day_in_viet_nam, print_day

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def explanation_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a right that exists can be used or given up. Luật XLVPHC Đ61."""
    explanation = getattr(case, "explanation", None)
    if explanation is None:
        return gettext("The law gives no right to explain this act (Đ61 Luật XLVPHC).")
    if explanation.waived_at is not None:
        return gettext("The person has already given up explaining.")
    return None


def explanation_window_runs(case: Violation, by: Actor, at: datetime) -> str | None:
    """The window can be lengthened only while it runs, and once. Luật XLVPHC Đ61 k2."""
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.waived_at is not None:
        return None  # told by the guard beside this one
    if explanation.extended_on is not None:
        return gettext("The time to explain was already lengthened once (Đ61 k2).")
    if day_in_viet_nam(at) > explanation.due_on:
        return gettext("The time to explain ended on %(day)s (Đ61 k2).") % {
            "day": print_day(explanation.due_on)
        }
    return None


def nothing_was_explained_yet(case: Violation, by: Actor, at: datetime) -> str | None:
    """A written explanation is received once. Luật XLVPHC Đ61 k2.

    Whether it came in time is judged by the act, on the day it came and not on the day on which an
    officer writes it down.
    """
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.received_at is None:
        return None
    return gettext("A written explanation was already received on %(day)s.") % {
        "day": print_day(day_in_viet_nam(explanation.received_at))
    }


def hearing_can_be_requested(case: Violation, by: Actor, at: datetime) -> str | None:
    """A hearing is asked for once. Luật XLVPHC Đ61 k3.

    Whether it was asked for within two working days is judged by the act, on the day it came.
    """
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.hearing_requested_on is None:
        return None
    return gettext("A hearing was already asked for.")


def not_yet_complex(case: Violation, by: Actor, at: datetime) -> str | None:
    """A case is called complex once. Luật XLVPHC Đ66 k1 đ.c."""
    if case.beside.decision_variant != "complex":
        return None
    return gettext("The case is already called especially complex.")


def hearing_is_asked_for(case: Violation, by: Actor, at: datetime) -> str | None:
    """The authority calls a hearing that was asked for, once. Luật XLVPHC Đ61 k3."""
    explanation = getattr(case, "explanation", None)
    if explanation is not None and explanation.hearing_requested_on is not None:
        if explanation.hearing_called_for_on is None:
            return None
        return gettext("The hearing is already called.")
    return gettext("Nobody has asked for a hearing.")


def hearing_is_called(case: Violation, by: Actor, at: datetime) -> str | None:
    """A hearing is held on its day or after. Luật XLVPHC Đ61 k3."""
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.hearing_called_for_on is None:
        return gettext("No hearing has been called.")
    if explanation.heard_on is not None:
        return gettext("The hearing was already held.")
    if day_in_viet_nam(at) < explanation.hearing_called_for_on:
        return gettext("The hearing is called for %(day)s.") % {
            "day": print_day(explanation.hearing_called_for_on)
        }
    return None


def explanation_is_over(case: Violation, by: Actor, at: datetime) -> str | None:
    """No decision while the person may still explain. Luật XLVPHC Đ61, Đ66."""
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.waived_at is not None:
        return None
    if explanation.hearing_requested_on is not None and explanation.heard_on is None:
        return gettext("A hearing was asked for and has not been held yet (Đ61 k3).")
    if explanation.received_at is not None or explanation.heard_on is not None:
        return None
    if day_in_viet_nam(at) > explanation.due_on:
        clock = case.beside.clocks.get("explanation_due")
        if clock is None or not clock.provisional:
            return None
    return gettext(
        "The person may still explain until %(day)s; decide after that day, or on a written waiver "
        "(Đ61 Luật XLVPHC)."
    ) % {"day": print_day(explanation.due_on)}


def was_explained_or_verified(case: Violation, by: Actor, at: datetime) -> str | None:
    """Two months need an explanation or a verification first. Luật XLVPHC Đ66 k1 đ.c."""
    explanation = getattr(case, "explanation", None)
    if explanation is not None and (
        explanation.received_at is not None
        or explanation.hearing_requested_on is not None
        or explanation.extended_on is not None
    ):
        return None
    return gettext("Only a case that was explained or verified can be called complex (Đ66 k1).")


def within_the_decision_period(case: Violation, by: Actor, at: datetime) -> str | None:
    """No fine after the period for the decision. Luật XLVPHC Đ65 k1c, Đ66."""
    if case.decision_due_on is None or day_in_viet_nam(at) <= case.decision_due_on:
        return None
    return gettext(
        "The period for the decision ended on %(day)s; no fine may be decided (Đ65, Đ66)."
    ) % {"day": print_day(case.decision_due_on)}


def decision_period_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """The system ends the case only after the last day. Luật XLVPHC Đ65 k1c, Đ66."""
    if case.decision_due_on is not None and day_in_viet_nam(at) > case.decision_due_on:
        return None
    return gettext("The period for the decision is still running.")


def signer_has_the_power(case: Violation, by: Actor, at: datetime) -> str | None:
    """Power is tested against the maximum of the frame of each act; one act above it sends the
    whole case up. Luật XLVPHC Đ52; NĐ 168/2024 Đ42–43, Đ50 k2.
    """
    from violations.competence import lack_of_power_over

    return lack_of_power_over(case, by, day_in_viet_nam(at))
