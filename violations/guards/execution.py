"""Guards after the decision: service, money, late charge, relief, points, enforcement, lapse."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations.guards.base import day_in_viet_nam, print_day

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def deemed_service_has_come(case: Violation, by: Actor, at: datetime) -> str | None:
    """A decision counts as served only on the day the rule names. NĐ 118/2021 Đ17a."""
    from violations.service_rules import deemed_service

    found = deemed_service(case.beside.service_attempts)
    if found is None:
        return gettext(
            "Nothing recorded makes this decision count as served: a refusal, a third return by "
            "the post, an entry in the information system or a public posting (NĐ 118 Đ17a)."
        )
    if found.provisional:
        return gettext(
            "The end of this period (%(day)s) leans on a year whose days off nobody has confirmed. "
            "Ask the administrator to confirm the calendar first (Đ8 Luật XLVPHC)."
        ) % {"day": print_day(found.on)}
    if day_in_viet_nam(at) >= found.on:
        return None
    return gettext("The decision counts as served from %(day)s on (NĐ 118 Đ17a).") % {
        "day": print_day(found.on)
    }


def receipt_is_unproven(case: Violation, by: Actor, at: datetime) -> str | None:
    """Twelve days after the decision, where nothing shows when it was received. TT 18/2023 Đ5."""
    if case.pay_due_on is not None:
        return gettext("The last day to pay is already set.")
    from violations.service_rules import deemed_service

    # One or two returns prove nothing yet; what will count as service is waited for instead.
    if deemed_service(case.beside.service_attempts) is not None:
        return gettext("Attempts at service are recorded; use them (NĐ 118 Đ17a).")
    if case.decided_on is not None and (day_in_viet_nam(at) - case.decided_on).days > 12:
        return None
    return gettext("Twelve days from the decision have not passed (TT 18/2023 Đ5).")


def paid_in_full(case: Violation, by: Actor, at: datetime) -> str | None:
    """A case closes on money received, never on a screenshot. Luật XLVPHC Đ78.

    A decision that only warns has nothing to settle: ``execute_warning`` closes it.
    """
    from violations.payments import amount_due

    if case.decision.is_warning:
        return gettext("The decision only warns; it is executed when it is served.")
    # The charge is asked for only when the fine itself is paid: judging a case stays one query.
    if case.beside.unpaid_fine_vnd <= 0:
        due = amount_due(case.decision, on=day_in_viet_nam(at))
        if due.remaining_vnd <= 0:
            return None
    return gettext("The fine is not paid in full yet.")


def only_warns(case: Violation, by: Actor, at: datetime) -> str | None:
    """A warning is executed by being served; a fine is not. Luật XLVPHC Đ22, Đ73."""
    if case.decision.is_warning:
        return None
    return gettext("The decision fines; it is executed by payment, not by service.")


def not_paid_in_full(case: Violation, by: Actor, at: datetime) -> str | None:
    """Nothing is pressed for from who has paid. Luật XLVPHC Đ73, Đ78."""
    from violations.payments import amount_due

    if case.beside.unpaid_fine_vnd > 0:
        return None
    if amount_due(case.decision, on=day_in_viet_nam(at)).remaining_vnd > 0:
        return None
    return gettext("The fine is paid; nothing is left to press for.")


def time_to_pay_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """Pressure begins after the last day to pay. Luật XLVPHC Đ73, Đ78."""
    if case.pay_due_on is not None and day_in_viet_nam(at) > case.pay_due_on:
        return None
    return gettext("The time to pay has not passed.")


def late_charge_has_not_begun(case: Violation, by: Actor, at: datetime) -> str | None:
    """One event says when the late charge began. Luật XLVPHC Đ78."""
    if not case.beside.late_charge_begun:
        return None
    return gettext("The late charge already runs.")


def the_system_charges_on_proof(case: Violation, by: Actor, at: datetime) -> str | None:
    """Without a person's word a charge begins only where receipt or a refusal is proven. Đ78.

    Luật XLVPHC Đ78 k1 itself sets the day then; deemed or presumed receipt (NĐ 118 Đ17a, TT 18/2023
    Đ5 k4 đ.c) leans on letters that nobody signed for, so an officer looks at them first.
    """
    if not by.is_system:
        return None
    from violations.models import ServiceRecord

    way = ServiceRecord.objects.filter(case=case).values_list("way", flat=True).first()
    if way in ("handed_over", "post", "electronic", "refused"):
        return None
    return gettext("Receipt is not proven; an officer confirms before the charge begins (Đ78).")


def nothing_holds_execution(case: Violation, by: Actor, at: datetime) -> str | None:
    """No pressure under a deferral, instalments, an open request or a suspension. Đ76–79, Đ73."""
    beside = case.beside
    if beside.is_suspended:
        return gettext("Execution is suspended by an order; lift it first (Luật Khiếu nại Đ35).")
    duty = beside.clocks.get("carry_out_due")
    if duty is not None and duty.met_on is None:
        return gettext(
            "A complaint or a judgment has found the decision wrong; cancel or amend it first "
            "(Luật Khiếu nại Đ46; NĐ 118 Đ13, Đ15)."
        )
    if beside.claims_payment:
        return gettext(
            "The person says that the fine was paid; the money is being looked for. Answer that "
            "under Reconciliation first."
        )
    if beside.open_relief:
        return gettext("A request for relief is being decided (Đ76–79).")
    if beside.deferred_until is not None and day_in_viet_nam(at) <= beside.deferred_until:
        return gettext("The fine is deferred until %(day)s (Đ76).") % {
            "day": print_day(beside.deferred_until)
        }
    from violations.owing import hold_on

    # A missed part ends the plan, so the row alone does not say whether it still holds.
    if (
        beside.instalments_until is not None
        and day_in_viet_nam(at) <= beside.instalments_until
        and hold_on(case.decision, day_in_viet_nam(at)) is not None
    ):
        return gettext("The fine is being paid in parts until %(day)s (Đ79).") % {
            "day": print_day(beside.instalments_until)
        }
    return None


def not_warned_of_unpaid(case: Violation, by: Actor, at: datetime) -> str | None:
    """One warning of a kind. NĐ 168/2024 Đ47 k11."""
    if "unpaid" not in case.beside.warned_grounds:
        return None
    return gettext("The agencies were already warned that the decision is not complied with.")


def no_relief_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """One request at a time. Luật XLVPHC Đ76–79."""
    if not case.beside.open_relief:
        return None
    return gettext("A request for relief is being decided (Đ76–79).")


def relief_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a request that was made is answered. Luật XLVPHC Đ76–79."""
    if case.beside.open_relief:
        return None
    return gettext("Nobody has asked for relief in this case.")


def points_are_due(case: Violation, by: Actor, at: datetime) -> str | None:
    """Points go once, from an individual whose licence is known. NĐ 168/2024 Đ5 k2, Đ50 k1.

    None go while the licence is suspended, on the day of the decision or today; a licence made
    known late is not treated worse than one known at once.
    """
    from violations.licence_standing import lack_of_points_to_take

    if case.beside.points_deducted:
        return gettext("The points of this decision were already deducted.")
    if not case.decision.points:
        return gettext("This decision takes no points.")
    if not case.beside.offender_has_licence:
        return gettext("The licence of the offender is not known yet; record it first (Đ50).")
    return lack_of_points_to_take(case, day_in_viet_nam(at))


def suspension_is_due(case: Violation, by: Actor, at: datetime) -> str | None:
    """A suspension is entered once, on a licence that is known. NĐ 168/2024 Đ5 k2, Đ50 k1 đ.đ."""
    decision = case.decision
    if not decision.suspension_months and not decision.suspension_days:
        return gettext("This decision suspends no licence.")
    if not case.beside.offender_has_licence:
        return gettext("The licence of the offender is not known yet; record it first (Đ50).")
    if case.beside.licence_is_suspended:
        return gettext("The suspension of this decision is already entered.")
    return None


def nothing_rests_on_the_licence(case: Violation, by: Actor, at: datetime) -> str | None:
    """A licence that points or a suspension rest on is not exchanged. NĐ 168/2024 Đ50."""
    if case.beside.points_deducted or case.beside.licence_is_suspended:
        return gettext("Points or a suspension already stand on the licence of this case.")
    return None


def offender_is_an_individual(case: Violation, by: Actor, at: datetime) -> str | None:
    """An organisation holds no licence. NĐ 168/2024 Đ50."""
    if case.beside.offender_kind == "individual":
        return None
    if not case.beside.offender_kind:
        return gettext("Nobody has been named as the driver yet; record who drove first.")
    return gettext("Only a person holds a driving licence.")


def execution_period_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """A decision lapses one year after its day. Luật XLVPHC Đ74."""
    clock = case.beside.clocks.get("lapse")
    if clock is not None and day_in_viet_nam(at) > clock.due_on:
        return None
    return gettext("The decision may still be executed.")


def execution_is_not_suspended(case: Violation, by: Actor, at: datetime) -> str | None:
    """The system lets no decision lapse under a suspension; a person decides. Luật XLVPHC Đ74."""
    if not case.beside.is_suspended:
        return None
    return gettext("Execution is suspended by an order; lift it first (Luật Khiếu nại Đ35).")


def within_the_execution_period(case: Violation, by: Actor, at: datetime) -> str | None:
    """Nothing is executed after the lapse. Luật XLVPHC Đ74."""
    clock = case.beside.clocks.get("lapse")
    if clock is None or day_in_viet_nam(at) <= clock.due_on:
        return None
    return gettext("The decision lapsed on %(day)s and is no longer executed (Đ74).") % {
        "day": print_day(clock.due_on)
    }


def within_a_year_of_the_decision(case: Violation, by: Actor, at: datetime) -> str | None:
    """A decision is changed within one year. NĐ 118/2021 Đ13–16."""
    from notices.workdays import Calendar
    from violations.deadlines import compute

    if case.decided_on is None:
        return gettext("There is no decision to change.")
    # The year does not move with days off, so no calendar is read for it.
    end = compute("change_due", case.decided_on, Calendar(frozenset(), {})).on
    if day_in_viet_nam(at) <= end:
        return None
    return gettext("A decision can be changed until %(day)s, one year (NĐ 118 Đ13–16).") % {
        "day": print_day(end)
    }


def signer_may_change_the_decision(case: Violation, by: Actor, at: datetime) -> str | None:
    """Who changes, defers or enforces a decision had the power to make it. Luật XLVPHC Đ18 k3."""
    from violations.competence import lack_of_power_over

    return lack_of_power_over(case, by, day_in_viet_nam(at))
