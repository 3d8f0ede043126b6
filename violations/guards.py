"""Why a step may not be taken: one small function a rule, answering with a sentence or None.

Guards read the case under its row lock and write nothing. Their docstrings cite the article.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation

Guard = Callable[["Violation", "Actor", datetime], str | None]
VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


class Refused(Exception):
    """A step, or a request, the law or the rules forbid. Carries sentences for the person."""

    def __init__(self, sentences: Sequence[str] | str) -> None:
        self.sentences = [sentences] if isinstance(sentences, str) else list(sentences)
        super().__init__(" ".join(self.sentences))


def day_in_viet_nam(moment: datetime) -> date:
    """Return the calendar day in Viet Nam of an aware moment; law counts days there."""
    return moment.astimezone(VIET_NAM).date()


def _day(value: date) -> str:
    return value.strftime("%d/%m/%Y")


def before_the_time_bar(case: Violation, by: Actor, at: datetime) -> str | None:
    """Nothing is done against a person after one year. Luật XLVPHC Đ6; NĐ 61/2026 Đ14 k3."""
    if day_in_viet_nam(at) <= case.time_bar_on:
        return None
    return gettext(
        "The time bar passed on %(day)s; the evidence has no value any more (Đ6 Luật XLVPHC)."
    ) % {"day": _day(case.time_bar_on)}


def time_bar_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """The system ends a case only after the last day. Luật XLVPHC Đ6."""
    if day_in_viet_nam(at) > case.time_bar_on:
        return None
    return gettext("The time bar has not passed: the last day is %(day)s.") % {
        "day": _day(case.time_bar_on)
    }


def evidence_is_whole(case: Violation, by: Actor, at: datetime) -> str | None:
    """A result is used only while its bytes are those received. Luật XLVPHC Đ64."""
    from cameras.evidence import broken_files

    broken = broken_files(case.detection)
    if not broken:
        return None
    return gettext(
        "%(count)d evidence file(s) differ from what was received. Tell the technician; "
        "do not decide on them (Đ64 Luật XLVPHC)."
    ) % {"count": len(broken)}


def device_was_certified(case: Violation, by: Actor, at: datetime) -> str | None:
    """Verification and approval must be valid on the recording day. NĐ 61/2026 Đ4 k5, Đ12."""
    from cameras.gates import missing_certificates

    missing = missing_certificates(case.detection.device, case.occurred_on)
    if not missing:
        return None
    return gettext(
        "The device had no valid %(kinds)s on the day of recording (NĐ 61/2026 Đ12)."
    ) % {"kinds": ", ".join(missing)}


def clock_was_possible(case: Violation, by: Actor, at: datetime) -> str | None:
    """An impossible clock proves no time. Luật XLVPHC Đ64 k2; released ones name their ground."""
    if case.detection.time_quality != "impossible" or case.detection.state == "released":
        return None
    return gettext("The device's clock was impossible; the time of the act is not proved.")


def plate_is_for_the_automatic_road(case: Violation, by: Actor, at: datetime) -> str | None:
    """Diplomatic, international and army plates are handled by hand. Luật XLVPHC Đ5; NĐ 168 Đ2."""
    from cameras.plates import read_plate

    reading = read_plate(
        case.plate, vehicle_class=case.vehicle_class, plate_colour=case.plate_colour
    )
    if reading.confidence in ("sure", "ambiguous"):
        return None
    return gettext("This plate is not for the automatic road: %(reason)s") % {
        "reason": gettext(reading.reason) if reading.reason else ""
    }


def owner_is_known(case: Violation, by: Actor, at: datetime) -> str | None:
    """A notice goes to a person with a name and an address. TT 73/2024 Đ24 k1a."""
    if case.parties.filter(role="owner").exclude(address="").exists():
        return None
    return gettext("The register has not named an owner with an address yet (TT 73 Đ24 k1a).")


def vehicle_matches_register(case: Violation, by: Actor, at: datetime) -> str | None:
    """A plate match alone is never enough: class and colour must agree. TT 73/2024 Đ24 k1a."""
    from violations.registry_match import disagreements

    found = disagreements(case)
    if not found:
        return None
    return gettext(
        "The vehicle in the picture differs from the register (%(what)s). The plate may be a copy; "
        "a second officer must look before any notice goes out."
    ) % {"what": ", ".join(found)}


def signer_did_not_verify(case: Violation, by: Actor, at: datetime) -> str | None:
    """Two pairs of eyes: who verified does not sign. Rule of this portal, held by the database."""
    if by.officer is None or case.verified_by_id != by.officer.pk:
        return None
    return gettext("You verified this case yourself; another officer must sign.")


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
        "day": _day(case.offender_identified_on)
    }


def explanation_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a right that exists can be given up. Luật XLVPHC Đ61."""
    explanation = getattr(case, "explanation", None)
    if explanation is None:
        return gettext("The law gives no right to explain this act (Đ61 Luật XLVPHC).")
    if explanation.waived_at is not None:
        return gettext("The person has already given up explaining.")
    return None


def explanation_is_over(case: Violation, by: Actor, at: datetime) -> str | None:
    """No decision while the person may still explain. Luật XLVPHC Đ61, Đ66."""
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.waived_at is not None:
        return None
    if day_in_viet_nam(at) > explanation.due_on:
        return None
    return gettext(
        "The person may still explain until %(day)s; decide after that day, or on a written waiver "
        "(Đ61 Luật XLVPHC)."
    ) % {"day": _day(explanation.due_on)}


def within_the_decision_period(case: Violation, by: Actor, at: datetime) -> str | None:
    """No fine after the period for the decision. Luật XLVPHC Đ65 k1c, Đ66."""
    if case.decision_due_on is None or day_in_viet_nam(at) <= case.decision_due_on:
        return None
    return gettext(
        "The period for the decision ended on %(day)s; no fine may be decided (Đ65, Đ66)."
    ) % {"day": _day(case.decision_due_on)}


def decision_period_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """The system ends the case only after the last day. Luật XLVPHC Đ65 k1c, Đ66."""
    if case.decision_due_on is not None and day_in_viet_nam(at) > case.decision_due_on:
        return None
    return gettext("The period for the decision is still running.")


def signer_has_the_power(case: Violation, by: Actor, at: datetime) -> str | None:
    """Power is tested against the maximum of the frame. Luật XLVPHC Đ52; NĐ 168/2024 Đ42–43."""
    from violations.powers import lack_of_power

    offender = case.parties.filter(role="offender").first()
    if case.rule is None or offender is None:
        return gettext("The case has no rule or no offender.")
    return lack_of_power(
        by.title_on(day_in_viet_nam(at)),
        day_in_viet_nam(at),
        frame_max_vnd=case.rule.fine_max_vnd,
        organisation=offender.kind == "organisation",
        needs_suspension_power=case.rule.points > 0 or bool(case.rule.suspension_months_max),
        provision=case.rule.provision,
    )


def paid_in_full(case: Violation, by: Actor, at: datetime) -> str | None:
    """A case closes on money received, never on a screenshot. Luật XLVPHC Đ78."""
    from violations.payments import amount_due

    due = amount_due(case.decision, on=day_in_viet_nam(at))
    if due.remaining_vnd <= 0:
        return None
    return gettext("The fine is not paid in full yet.")


def execution_period_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """A decision lapses one year after its day. Luật XLVPHC Đ74."""
    deadline = case.deadlines.filter(name="lapse").first()
    if deadline is not None and day_in_viet_nam(at) > deadline.due_on:
        return None
    return gettext("The decision may still be executed.")
