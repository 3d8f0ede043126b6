"""Who may handle a complaint: the first who decided, the second a superior. Luật Khiếu nại Đ7"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from violations.actors import Actor
from violations.guards import Refused
from violations.models import Complaint, Violation

RANKS = {
    "soldier": 0,
    "team_head": 1,
    "commune_chief": 1,
    "office_head": 2,
    "provincial_director": 3,
    "department_director": 4,
}


def insist(case: Violation, level: int, by: Actor, day: date) -> None:
    """Raise Refused unless this officer handles a complaint of this level in this case."""
    refusal = why_not(case, level, by, day)
    if refusal is not None:
        raise Refused(refusal)


def why_not(case: Violation, level: int, by: Actor, day: date) -> str | None:
    """Return why an officer may not handle a complaint of a level on a day, or None when he may.

    The first is answered by who signed the decision, by the head who had delegated that, or by who
    holds the signer's office in the same unit now. The second by another officer of a higher
    office who has not decided the first; deputies hold no such office of their own. Đ7 k1, Đ33
    """
    officer, decision = by.officer, case.decision
    title = by.title_on(day) or ""
    if officer is None:
        return gettext("Only an officer handles a complaint.")
    if level == 1:
        delegation = decision.delegation
        if officer.pk == decision.signed_by_id or (
            delegation is not None and officer.pk == delegation.head_id
        ):
            return None
        if title == _office(decision.signed_title) and officer.unit_id == case.unit_id:
            return None
        return gettext(
            "The first complaint is handled by who signed the decision, or holds that office now "
            "(Luật Khiếu nại Đ7 k1)."
        )
    decided_before = Complaint.objects.filter(case=case, level=1, decided_by=officer).exists()
    if officer.pk == decision.signed_by_id or decided_before:
        return gettext("You decided before; the superior handles the second complaint (Đ33).")
    if RANKS.get(title, -1) > RANKS.get(_office(decision.signed_title), 0):
        return None
    return gettext(
        "The second complaint is handled by the direct superior of who decided (Đ7 k1, Đ33)."
    )


def _office(title: str) -> str:
    """Name the office a deputy acted for."""
    return title.removeprefix("deputy_")
