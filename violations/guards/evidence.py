"""Guards of the review: the time bar, the pictures, the device, the plate, the second look."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations.guards.base import day_in_viet_nam, print_day

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def before_the_time_bar(case: Violation, by: Actor, at: datetime) -> str | None:
    """Nothing is done against a person after one year. Luật XLVPHC Đ6; NĐ 61/2026 Đ14 k3."""
    if day_in_viet_nam(at) <= case.time_bar_on:
        return None
    return gettext(
        "The time bar passed on %(day)s; the evidence has no value any more (Đ6 Luật XLVPHC)."
    ) % {"day": print_day(case.time_bar_on)}


def time_bar_has_passed(case: Violation, by: Actor, at: datetime) -> str | None:
    """The system ends a case only after the last day. Luật XLVPHC Đ6."""
    if day_in_viet_nam(at) > case.time_bar_on:
        return None
    return gettext("The time bar has not passed: the last day is %(day)s.") % {
        "day": print_day(case.time_bar_on)
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


def camera_is_not_recalled(case: Violation, by: Actor, at: datetime) -> str | None:
    """What a recalled camera recorded proves nothing any more. Luật XLVPHC Đ3 k1đ, Đ64."""
    from violations.recalls import standing_recall

    recall = standing_recall(case)
    if recall is None:
        return None
    return gettext(
        "What the camera recorded at that time is recalled (%(number)s). Reject the case as a "
        "fault of the camera."
    ) % {"number": recall.number}


def no_second_look_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Nothing goes out while a second pair of eyes is asked for. Rule of this portal."""
    if case.beside.second_look not in ("open", "disagreed"):
        return None
    if case.beside.look_is_blind:  # who is looked at, and who looks, reads no more than this
        return gettext("The review of this case is not closed yet; no paper goes out before it is.")
    return gettext("A second look at this case is open; wait until another officer has answered.")


def verification_stands(case: Violation, by: Actor, at: datetime) -> str | None:
    """What was found wrong goes no further: only the end without a sanction is left. Đ65.

    Before the notice an adjudication rejects the case itself; after it the owner holds a paper,
    and a leader answers for ending the case.
    """
    if case.beside.second_look != "overturned":
        return None
    return gettext(
        "A second look found against this case; nothing is left but to end it without a sanction "
        "(Đ65 Luật XLVPHC)."
    )


def second_look_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a look that was asked for can be answered. Rule of this portal.

    A blind one is answered by a verdict of the review queue alone; to everybody else there is none.
    """
    if case.beside.second_look == "open" and (
        not case.beside.look_is_blind
        or (by.officer is not None and by.officer.pk in case.beside.blind_verdicts_by)
    ):
        return None
    return gettext("No second look is asked for in this case.")


def second_look_disagreed(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a disagreement is adjudicated. Rule of this portal."""
    if case.beside.second_look == "disagreed":
        return None
    return gettext("The officers do not disagree in this case; there is nothing to settle.")


def looker_did_not_verify(case: Violation, by: Actor, at: datetime) -> str | None:
    """The second pair of eyes belongs to another officer, held by the database."""
    if by.officer is None or by.officer.pk not in {case.verified_by_id} | case.beside.judges:
        return None
    return gettext("You verified this case yourself; another officer must look.")


def looker_has_no_other_part(case: Violation, by: Actor, at: datetime) -> str | None:
    """Who signed or adjudicated in a case is no fresh pair of eyes, held by the database."""
    if by.officer is None or by.officer.pk not in (case.signed_by_id, case.adjudicated_by_id):
        return None
    return gettext("You signed or settled something in this case; another officer must look.")


def adjudicator_is_nobody_else(case: Violation, by: Actor, at: datetime) -> str | None:
    """Verifier, second looker and signer settle no disagreement, held by the database."""
    before = {case.verified_by_id, case.second_looked_by_id, case.signed_by_id}
    before |= case.beside.lookers | case.beside.judges
    if by.officer is None or by.officer.pk not in before:
        return None
    return gettext("You looked at this case before; a third officer must settle it.")


def second_look_found_against(case: Violation, by: Actor, at: datetime) -> str | None:
    """A verification is overturned by an adjudication alone. Luật XLVPHC Đ3 k1đ."""
    if case.beside.second_look == "overturned":
        return None
    return gettext("No adjudication has found against this case.")


def verifier_is_fresh(case: Violation, by: Actor, at: datetime) -> str | None:
    """What came back after a settled disagreement is decided by new eyes. Rule of this portal.

    The database holds the verifier apart from who looked again and who settled it.
    """
    before = {case.second_looked_by_id, case.adjudicated_by_id}
    before |= case.beside.lookers | case.beside.overruled
    if by.officer is None or by.officer.pk not in before:
        return None
    return gettext("You looked at this case before; another officer must decide it now.")
