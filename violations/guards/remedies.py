"""Guards of complaints, lawsuits and suspensions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations.guards.base import day_in_viet_nam

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


OPEN = frozenset({"received", "accepted"})


def level_to_come(case: Violation, today: date) -> int | None:
    """Return the level a complaint received today would have, None where none can be made.

    The second is open once the first is decided, and also when the first was accepted and its
    deciding period has passed without a decision. Luật Khiếu nại Đ7 k1, Đ33 k1
    """
    states = case.beside.complaints
    first, second = states.get(1), states.get(2)
    if second in OPEN or second == "decided" or first == "received":
        return None
    if first in ("decided", "overtaken"):
        return 2
    if first == "accepted":
        clock = case.beside.clocks.get("complaint_decided_due")
        return 2 if clock is not None and today > clock.due_on else None
    return 1


def complaint_can_be_made(case: Violation, by: Actor, at: datetime) -> str | None:
    """One complaint a level at a time. Luật Khiếu nại Đ7, Đ33.

    A complaint that is late is received all the same, and then not accepted, with the reason.
    """
    if level_to_come(case, day_in_viet_nam(at)) is not None:
        return None
    if case.beside.complaints.get(2) == "decided":
        return gettext("Both complaints are decided; the way to the court is open (TTHC Đ116).")
    return gettext("A complaint in this case is being handled.")


def complaint_awaits_acceptance(case: Violation, by: Actor, at: datetime) -> str | None:
    """Accepted or refused once. Luật Khiếu nại Đ27; NĐ 155/2026 Đ10."""
    if "received" in case.beside.complaints.values():
        return None
    return gettext("No complaint in this case waits to be accepted.")


def complaint_is_accepted(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only an accepted complaint is decided. Luật Khiếu nại Đ28, Đ37."""
    if "accepted" in case.beside.complaints.values():
        return None
    return gettext("No accepted complaint in this case waits for its decision.")


def complaint_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only an open complaint is withdrawn. Luật Khiếu nại Đ10."""
    if OPEN & set(case.beside.complaints.values()):
        return None
    return gettext("No complaint in this case is open.")


def no_lawsuit_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """One lawsuit at a time. TTHC Đ116."""
    if not case.beside.lawsuit_is_open:
        return None
    return gettext("A lawsuit in this case is already open.")


def lawsuit_is_open(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only an open lawsuit ends. TTHC Đ193."""
    if case.beside.lawsuit_is_open:
        return None
    return gettext("No lawsuit in this case is open.")


def is_not_suspended(case: Violation, by: Actor, at: datetime) -> str | None:
    """One suspension at a time. Luật Khiếu nại Đ35."""
    if not case.beside.is_suspended:
        return None
    return gettext("Execution is already suspended.")


def is_suspended(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only a standing suspension is lifted. Luật Khiếu nại Đ35; NĐ 155/2026 Đ12."""
    if case.beside.is_suspended:
        return None
    return gettext("Execution is not suspended.")


def is_contested(case: Violation, by: Actor, at: datetime) -> str | None:
    """Who decides a complaint, or a court, suspends; nobody else. Luật Khiếu nại Đ35."""
    if OPEN & set(case.beside.complaints.values()):
        return None
    if case.beside.lawsuit_is_open:
        return None
    return gettext("Only a complaint or a lawsuit can lead to a suspension (Luật Khiếu nại Đ35).")


def court_has_not_the_matter(case: Violation, by: Actor, at: datetime) -> str | None:
    """What a court has accepted is no longer decided as a complaint. Luật Khiếu nại Đ11 k9."""
    if not case.beside.lawsuit_is_open:
        return None
    return gettext(
        "A court has this matter; do not accept the complaint, or have it withdrawn "
        "(Luật Khiếu nại Đ11 k9)."
    )


def order_awaits_sending(case: Violation, by: Actor, at: datetime) -> str | None:
    """Only an order that was given is sent. NĐ 155/2026 Đ12."""
    clock = case.beside.clocks.get("order_sent_due")
    if clock is not None and clock.met_on is None:
        return None
    return gettext("No order of suspension waits to be sent.")
