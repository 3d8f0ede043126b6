"""What stays out of sight while two looks are apart: that there is a second, and whose they are.

The auditor, who reads everything and decides nothing, sees it all at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from violations.models import CaseEvent, ReviewRole, SecondLook, Violation

SEES_ALL = "violations.view_secondlook"
DRAWN = "draw_second_look"
LOOKS = ("verify", "reject", "look_again")


def shown_events(case: Violation, events: Iterable[CaseEvent], user: Any) -> list[CaseEvent]:
    """Return the history of a case as its page shows it to this person, in memory only.

    That a look was drawn appears once it is answered; the names of those who differ appear once a
    third person has settled it.
    """
    shown = list(events)
    if not case.beside.look_is_blind or user.has_perm(SEES_ALL):
        return shown
    if case.beside.second_look == "open":
        return [event for event in shown if event.step != DRAWN]
    if case.beside.second_look == "disagreed":
        for event in shown:
            if event.step in LOOKS:
                event.actor_name = gettext("name shown once it is settled")
    return shown


def shown_rows(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Leave out of a list of events what the page of a case would not show this person."""
    if user.has_perm(SEES_ALL):
        return rows
    return rows.exclude(Q(step=DRAWN) & _looks(looked_at__isnull=True)).exclude(
        Q(step__in=LOOKS) & _looks(agrees=False, adjudicated_at__isnull=True)
    )


def shown_verdicts(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Leave out verdicts on known cases, and those of a disagreement that is not settled."""
    if not user.has_perm("violations.view_knownanswer"):
        rows = rows.exclude(role=ReviewRole.KNOWN)
    if not user.has_perm(SEES_ALL):
        rows = rows.exclude(_looks(agrees=False, adjudicated_at__isnull=True))
    return rows


def _looks(**which: Any) -> Exists:
    """Tell, in the database, whether a row's case has such a blind look."""
    looks: QuerySet[Model] = SecondLook.objects.filter(
        case=OuterRef("case"), is_blind=True, **which
    )
    return Exists(looks)
