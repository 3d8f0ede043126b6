"""Cases that are shut for one person while that person judges them, or may still be asked to.

Two looks are apart only while the second is formed without sight of the first. So the file of a
case stays shut for who holds it, whatever the look is for, or the answer would tell which it is;
for who has decided and can still undo; and, while a blind look waits, for every officer it may
still be given to. Supervisors and auditors, who decide no looks, read on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext

from violations.models import Lease, ReviewDecision, Violation
from violations.review_candidates import answerable

Row = TypeVar("Row", bound=Model)
REVIEWER = "violations.review_case"
#: Who oversees the looks sees them also before they are answered; who saw one is not drawn for it.
OVERSEERS = ("violations.supervise_queue", "violations.view_secondlook")


def open_to(
    rows: QuerySet[Row], user: Any, *, at: datetime, case: str = "pk", number: str = ""
) -> QuerySet[Row]:
    """Leave out the rows of cases that are shut for a person now.

    ``case`` leads from the row to the id of its case, ``number`` to its number where it has no id.
    """
    for shut in _shut(user, at, case, number):
        rows = rows.filter(~shut)
    return rows


def why_shut(case: Violation, user: Any, *, at: datetime) -> str:
    """Return why the file of a case is shut for a person now; empty when it is open."""
    same = Violation.objects.filter(pk=case.pk)
    for shut, sentence in zip(_shut(user, at), _sentences(), strict=False):
        if same.filter(shut).exists():
            return sentence
    return ""


def _sentences() -> list[str]:
    """Return what is told, in the order of ``_shut``; the same whatever the look is for."""
    return [
        gettext("You are judging this case; decide it first."),
        gettext("Your verdict on this case has not taken effect yet; wait a few seconds."),
        gettext(
            "The review of this case is not closed, and it may still be given to you to judge. "
            "Ask your supervisor."
        ),
    ]


def _shut(user: Any, at: datetime, case: str = "pk", number: str = "") -> list[Exists]:
    officer = getattr(user, "officer", None)
    if officer is None:
        return []
    of_case = {"case__number": OuterRef(number)} if number else {"case": OuterRef(case)}
    found = [
        Exists(Lease.objects.filter(**of_case, officer=officer, expires_at__gt=at)),
        Exists(
            ReviewDecision.objects.filter(
                **of_case, officer=officer, state=ReviewDecision.State.PENDING
            )
        ),
    ]
    if user.has_perm(REVIEWER) and not any(user.has_perm(name) for name in OVERSEERS):
        found.append(Exists(answerable(officer, at=at).order_by().filter(**of_case)))
    return found
