"""Who may sanction this case today: the table of powers applied to its acts and its offender."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations import powers
from violations.models import Delegation

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.beside import ChargedAct
    from violations.models import Officer, Violation

# Against these the case goes up to another title; against the others a paper is missing.
GOES_UP = (
    powers.Reason.NO_POWER,
    powers.Reason.OUT_OF_FIELD,
    powers.Reason.OVER_CEILING,
    powers.Reason.NO_SUSPENSION_POWER,
)


def delegation_held(by: Actor, day: date) -> Delegation | None:
    """Return the delegation under which a deputy may sign on a day, or None. Đ54 k2

    Only a head of the same unit delegates; a revoked or ended one holds nothing. A head signs by
    his own power and holds none.
    """
    found = _latest_delegation(by, day)
    if found is None or not _as_power(found, day).in_force(day):
        return None
    return found


def title_of_power(by: Actor, day: date) -> str | None:
    """Return the title whose power a signature uses: one's own, or under a delegation the head's.

    Luật XLVPHC Đ54 k2
    """
    held = delegation_held(by, day)
    return held.head.title_on(day) if held is not None else by.title_on(day)


def lack_of_power_over(case: Violation, by: Actor, day: date) -> str | None:
    """Return why an officer may not sanction this case on a day, or None when he may.

    Every act is measured by the maximum of its own frame; the first act beyond the power sends the
    whole case up, and the sentence names the act and the lowest title that may decide all acts.
    Luật XLVPHC Đ52 k2, k4 đ.b; NĐ 168/2024 Đ43, Đ50 k2
    """
    acts = case.beside.acts
    if not acts or not case.beside.offender_kind:
        return gettext("The case has no rule or no offender.")
    title = by.title_on(day)
    held = _latest_delegation(by, day)
    delegation = _as_power(held, day) if held is not None else None
    organisation = case.beside.offender_kind == "organisation"
    for act in acts:
        measured = (individual_frame_max(act), act.needs_suspension_power, act.provision)
        reason = powers.may_sanction_all(title, day, [measured], organisation, delegation)
        if reason is None:
            continue
        sentence = powers.lack_of_power(
            title,
            day,
            frame_max_vnd=measured[0],
            organisation=organisation,
            needs_suspension_power=measured[1],
            delegation=delegation,
            provision=act.provision,
        )
        if reason not in GOES_UP:
            return sentence
        return f"{_named(act)}: {sentence} {_goes_to(acts, day, organisation)}"
    return None


def individual_frame_max(act: ChargedAct) -> int:
    """Return an act's frame maximum as an individual's, in đồng, for all the persons it counts.

    A frame for each person above the limit is multiplied first and stops at its cap (NĐ 168/2024
    Đ45 k3). Rows printed for organisations are halved: NĐ 168/2024 Đ12 k13 and Đ32 print both
    amounts, the ceiling is doubled for organisations all the same (Đ45 k2), so the comparison is
    made on the individual's side.
    """
    highest = act.fine_max_vnd
    if act.is_per_person:
        highest *= act.quantity or 1
        if act.cap_vnd is not None:
            highest = min(highest, act.cap_vnd)
    return highest // 2 if act.offender == "organisation" else highest


def _latest_delegation(by: Actor, day: date) -> Delegation | None:
    """Return the delegation that best answers for a deputy: one in force, else the latest one."""
    if by.officer is None or not powers.head_of(by.title_on(day) or ""):
        return None
    if ("delegation", day) not in by.memory:
        by.memory["delegation", day] = _read_delegation(by.officer, day)
    found: Delegation | None = by.memory["delegation", day]
    return found


def _read_delegation(officer: Officer, day: date) -> Delegation | None:
    given = (
        Delegation.objects.filter(deputy=officer, head__unit_id=officer.unit_id)
        .select_related("head")
        .order_by("-starts_on", "-pk")
    )
    in_force = given.filter(starts_on__lte=day, ends_on__gte=day).exclude(revoked_on__lte=day)
    return in_force.first() or given.first()


def _as_power(held: Delegation, day: date) -> powers.Delegation:
    return powers.Delegation(
        held.head.title_on(day) or "", held.starts_on, held.ends_on, held.revoked_on
    )


def _named(act: ChargedAct) -> str:
    article, clause, *point = act.provision.split(".")
    return f"Đ{article} k{clause}" + (f" điểm {point[0]}" if point else "")


def _goes_to(acts: tuple[ChargedAct, ...], day: date, organisation: bool) -> str:
    lowest = powers.lowest_title_for(
        [(individual_frame_max(act), act.needs_suspension_power, act.provision) for act in acts],
        day,
        organisation,
    )
    if lowest is None:
        return gettext("No title of the table may decide all acts on this day (Đ52 k4 đ.b).")
    return gettext(
        "The whole case goes to the lowest title that may decide all its acts: %(title)s "
        "(Đ52 k4 đ.b)."
    ) % {"title": powers.title_words(lowest)}
