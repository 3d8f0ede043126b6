"""Guards from the owner to the record: register, notice, appearance, offender, transfer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations.guards.base import day_in_viet_nam, print_day

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation

TWO_WHEELERS = ("motorcycle", "moped", "e_bike")


def owner_is_known(case: Violation, by: Actor, at: datetime) -> str | None:
    """A notice goes to a person with a name and an address. TT 73/2024 Đ24 k1a."""
    if case.beside.owner_has_address:
        return None
    return gettext("The register has not named an owner with an address yet (TT 73 Đ24 k1a).")


def vehicle_matches_register(case: Violation, by: Actor, at: datetime) -> str | None:
    """A plate match alone is never enough: class and colour must agree. TT 73/2024 Đ24 k1a.

    A second officer who has looked and agreed, or an adjudication that upheld, settles a mismatch.
    """
    from violations.registry_match import disagreements

    if case.beside.second_look in ("agreed", "upheld"):
        return None
    found = disagreements(case)
    if not found:
        return None
    return gettext(
        "The vehicle in the picture differs from the register (%(what)s). The plate may be a copy; "
        "a second officer must look before any notice goes out."
    ) % {"what": ", ".join(found)}


def signer_did_not_verify(case: Violation, by: Actor, at: datetime) -> str | None:
    """Two pairs of eyes: who verified or looked again does not sign, held by the database.

    The case row knows the latest looker alone; those of earlier looks do not sign either.
    """
    looked = {case.verified_by_id, case.second_looked_by_id, case.adjudicated_by_id}
    if by.officer is None or by.officer.pk not in looked | case.beside.lookers:
        return None
    return gettext("You verified this case yourself; another officer must sign.")


def notice_was_sent(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a notice that went out is withdrawn. TT 73/2024 Đ24 k1c."""
    if case.notified_on is not None:
        return None
    return gettext("No notice of this case went out; there is nothing to withdraw.")


def camera_was_recalled(case: Violation, by: Actor, at: datetime) -> str | None:
    """The letter rests on an approved recall. Luật XLVPHC Đ3 k1đ, Đ64."""
    from violations.recalls import standing_recall

    if standing_recall(case) is not None:
        return None
    return gettext("No approved recall covers this case; the letter would have no ground.")


def offender_is_named(case: Violation, by: Actor, at: datetime) -> str | None:
    """No record against nobody: the offender starts the clock. NĐ 61/2026 Đ15 k1c."""
    if case.offender_identified_on is not None:
        return None
    return gettext("Nobody has been named as the driver yet; record who drove first.")


def offender_not_named_yet(case: Violation, by: Actor, at: datetime) -> str | None:
    """The five working days start once. NĐ 61/2026 Đ15 k1c."""
    if case.offender_identified_on is None:
        return None
    return gettext("The offender was already named on %(day)s.") % {
        "day": print_day(case.offender_identified_on)
    }


def no_show_period_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """The warning goes out after twenty days, not before. TT 73/2024 Đ24 k5."""
    clock = case.beside.clocks.get("no_show")
    if clock is not None and clock.met_on is None and day_in_viet_nam(at) > clock.due_on:
        return None
    return gettext("The twenty days for the owner to come have not passed (TT 73 Đ24 k5).")


def no_show_end_is_firm(case: Violation, by: Actor, at: datetime) -> str | None:
    """An act that relies on a provisional end waits for the confirmed calendar. Luật XLVPHC Đ8."""
    return _firm(case, "no_show")


def decision_end_is_firm(case: Violation, by: Actor, at: datetime) -> str | None:
    """A case is not ended on a day that a confirmed calendar may still move. Luật XLVPHC Đ8."""
    return _firm(case, "decision_due")


def pay_end_is_firm(case: Violation, by: Actor, at: datetime) -> str | None:
    """Money does not grow from a day that a confirmed calendar may still move. Luật XLVPHC Đ8."""
    return _firm(case, "pay_due")


def _firm(case: Violation, name: str) -> str | None:
    clock = case.beside.clocks.get(name)
    if clock is None or not clock.provisional:
        return None
    return gettext(
        "The end of this period (%(day)s) leans on a year whose days off nobody has confirmed. "
        "Ask the administrator to confirm the calendar first (Đ8 Luật XLVPHC)."
    ) % {"day": print_day(clock.due_on)}


def nobody_has_appeared(case: Violation, by: Actor, at: datetime) -> str | None:
    """Who came is not warned about. TT 73/2024 Đ24 k5."""
    if not case.beside.sessions and case.offender_identified_on is None:
        return None
    return gettext("The owner has come or the driver is named; there is nothing to warn about.")


def not_warned_of_no_show(case: Violation, by: Actor, at: datetime) -> str | None:
    """One warning of a kind. TT 73/2024 Đ24 k5."""
    if "no_show" not in case.beside.warned_grounds:
        return None
    return gettext("The agencies were already warned that the owner has not come.")


def was_warned_of_no_show(case: Violation, by: Actor, at: datetime) -> str | None:
    """The slip to the commune follows the warning. TT 73/2024 Đ24 k5 đ.b."""
    if "no_show" in case.beside.warned_grounds:
        return None
    return gettext("The slip goes out after the twenty days have passed without an answer.")


def is_a_motorcycle(case: Violation, by: Actor, at: datetime) -> str | None:
    """Form 04 is for motorcycles. TT 73/2024 Đ24 k5 đ.b."""
    if case.vehicle_class in TWO_WHEELERS:
        return None
    return gettext("Form 04 to the commune police is for motorcycles (TT 73 Đ24 k5 đ.b).")


def commune_report_is_awaited(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a slip that was sent comes back. TT 73/2024, form 04."""
    if case.beside.commune_report_awaited:
        return None
    return gettext("No slip to a commune police is waiting for its report.")


def a_warning_stands(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only what stands is lifted. NĐ 168/2024 Đ47 k11 đ.c."""
    if case.beside.standing_warnings:
        return None
    return gettext("No warning to an agency stands in this case.")


def no_warning_stands(case: Violation, by: Actor, at: datetime) -> str | None:
    """A warning rests on the notice that went out: it is lifted before another takes its place."""
    if not case.beside.standing_warnings:
        return None
    return gettext("A warning to an agency rests on this notice; lift it first (TT 73 Đ24 k4).")


def transfer_awaits_acknowledgement(case: Violation, by: Actor, at: datetime) -> str | None:
    """The receiving unit acknowledges once. TT 73/2024 Đ24 k1b."""
    if case.beside.transfer_unacknowledged:
        return None
    return gettext("No transfer of this case waits to be acknowledged.")


def earlier_transfer_is_acknowledged(case: Violation, by: Actor, at: datetime) -> str | None:
    """A case is not passed on before who holds it has said so. TT 73/2024 Đ24 k1b."""
    if not case.beside.transfer_unacknowledged:
        return None
    return gettext("Your unit has not acknowledged this case yet; acknowledge it first.")


def record_is_not_handed_over(case: Violation, by: Actor, at: datetime) -> str | None:
    """A record is handed over once. NĐ 118/2021 Đ12 k9."""
    clock = case.beside.clocks.get("record_forwarded_due")
    if clock is None or clock.met_on is None:
        return None
    return gettext("The record was already handed over on %(day)s.") % {
        "day": print_day(clock.met_on)
    }


def no_commune_report_is_awaited(case: Violation, by: Actor, at: datetime) -> str | None:
    """One slip at a time: the next follows its report. TT 73/2024, form 04."""
    if not case.beside.commune_report_awaited:
        return None
    return gettext("A slip to a commune police is out; wait for its report.")


def acts_can_still_change(case: Violation, by: Actor, at: datetime) -> str | None:
    """What the record will name is settled before it is proposed. Luật XLVPHC Đ58."""
    if "MBB01" not in case.beside.waiting_drafts:
        return None
    return gettext("The record waits for a signature; return it before the acts are changed.")


def no_sanction_waits_for_signature(case: Violation, by: Actor, at: datetime) -> str | None:
    """What decides the amount stands still while a leader reads it. Luật XLVPHC Đ9, Đ10, Đ67."""
    if not {"MBB01", "MQD02"} & case.beside.waiting_drafts:
        return None
    return gettext(
        "A record or decision waits for a signature; return it before what it says is changed."
    )


def first_act_counts_persons(case: Violation, by: Actor, at: datetime) -> str | None:
    """Persons are counted only for an act fined for each of them. NĐ 168/2024 Đ45 k3."""
    if case.beside.acts and case.beside.acts[0].is_per_person:
        return None
    return gettext("The first act is not fined for each person above the limit.")
