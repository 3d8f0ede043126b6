"""What in a draft asks the leader to open it before signing: flags by code, worst first.

Points alone are no flag: nearly every decision of the road takes some, and a flag on everything is
a flag on nothing. A licence that would be empty afterwards is one.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from notices.models import PaperKind
from violations import competence, licence_standing, points, pricing
from violations.actors import Actor
from violations.guards import day_in_viet_nam
from violations.models import Draft, Licence, Party, ReviewDecision, Violation
from violations.registry_match import disagreements

NEAR_DAYS = 3
FULL_AGE = 18

#: Every flag by its code, worst first, in the words of a chip.
FLAGS = {
    "late": gettext_noop("Overdue"),
    "underage": gettext_noop("Under eighteen"),
    "register_mismatch": gettext_noop("Differs from the register"),
    "plate_corrected": gettext_noop("Plate corrected by hand"),
    "complaint": gettext_noop("Complaint"),
    "explanation": gettext_noop("Explained"),
    "second_look": gettext_noop("Looked at twice"),
    "review": gettext_noop("Flagged at review"),
    "licence_at_stake": gettext_noop("Licence would be empty"),
    "suspension": gettext_noop("Licence suspended"),
    "fine_high": gettext_noop("Fine near the ceiling"),
    "due_near": gettext_noop("Due soon"),
    "clock_provisional": gettext_noop("Provisional last day"),
}


#: Flags that come by the passing of days alone.
OF_THE_CLOCK = frozenset({"late", "due_near", "clock_provisional"})


def flags_of_draft(draft: Draft, by: Actor, *, clock: str, at: datetime) -> list[str]:
    """Return the codes of what stands out in a draft, worst first; none for an ordinary one.

    ``clock`` names the period the paper must meet, empty for none.
    """
    case, today = draft.case, day_in_viet_nam(at)
    found = set(_of_clock(case, clock, today)) | set(_of_case(case))
    if draft.kind == PaperKind.DECISION:
        found |= set(_of_decision(draft, by, today))
    return [code for code in FLAGS if code in found]


def in_words(code: str) -> str:
    """Return a flag as its chip says it; a code of an earlier version stands as it is."""
    return gettext(FLAGS[code]) if code in FLAGS else code


def _of_clock(case: Violation, clock: str, today: date) -> list[str]:
    row = case.deadlines.filter(name=clock, met_on__isnull=True).first() if clock else None
    if row is None:
        return []
    days = (row.due_on - today).days
    found = ["clock_provisional"] if row.provisional else []
    if days <= NEAR_DAYS:
        found.append("late" if days < 0 else "due_near")
    return found


def _of_case(case: Violation) -> list[str]:
    found = []
    explanation = getattr(case, "explanation", None)
    if explanation is not None and (explanation.received_at or explanation.heard_on):
        found.append("explanation")
    if case.complaints.exists():
        found.append("complaint")
    if case.beside.second_look:
        found.append("second_look")
    if case.plate != case.detection.plate_normalised:
        found.append("plate_corrected")
    if disagreements(case):
        found.append("register_mismatch")
    verdict = (
        case.reviews.filter(
            state=ReviewDecision.State.FINAL, choice=ReviewDecision.Choice.VERIFY, role="first"
        )
        .order_by("-decided_at")
        .first()
    )
    if verdict is not None and verdict.flags:
        found.append("review")
    return found


def _of_decision(draft: Draft, by: Actor, today: date) -> list[str]:
    case, found = draft.case, []
    person = draft.context.get("offender") or {}
    born = person.get("born_on")
    if born and _age(date.fromisoformat(born), case.occurred_on) < FULL_AGE:
        found.append("underage")
    ceiling = pricing.ceiling_of(competence.title_of_power(by, today), today, case)
    fine = draft.context.get("fine_total_vnd") or 0
    if 100 * fine >= settings.SIGNING_FINE_SHARE_PERCENT * ceiling > 0:
        found.append("fine_high")
    if any(act.suspension_months_max for act in case.beside.acts):
        found.append("suspension")
    if _empties_the_licence(case, today):
        found.append("licence_at_stake")
    return found


def _empties_the_licence(case: Violation, today: date) -> bool:
    taken = max((act.points for act in case.beside.acts), default=0)
    held = Licence.objects.filter(parties__case=case, parties__role=Party.Role.OFFENDER).first()
    part = licence_standing.part_of(case, held) if taken and held else None
    if held is None or part is None:
        return False
    return points.balance(licence_standing.movements(held, part), today) <= taken


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
