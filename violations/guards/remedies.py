"""Guards of complaints, lawsuits and suspensions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def complaint_can_be_made(case: Violation, by: Actor, at: datetime) -> str | None:
    """One complaint a level at a time. Luật Khiếu nại Đ7, Đ33.

    A complaint that is late is received all the same, and then not accepted, with the reason.
    """
    states = case.beside.complaints
    if states.get(1) in ("received", "accepted") or states.get(2) in ("received", "accepted"):
        return gettext("A complaint in this case is being handled.")
    if states.get(2) == "decided":
        return gettext("Both complaints are decided; the way to the court is open (TTHC Đ116).")
    return None


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
    if {"received", "accepted"} & set(case.beside.complaints.values()):
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
    if {"received", "accepted"} & set(case.beside.complaints.values()):
        return None
    if case.beside.lawsuit_is_open:
        return None
    return gettext("Only a complaint or a lawsuit can lead to a suspension (Luật Khiếu nại Đ35).")
