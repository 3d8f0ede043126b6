"""Who looked at a case, for the person it concerns: by role and unit and moment, never by name.

Names of officers are the auditor's: a person is told which office looked, when and at what, and may
ask it why (Luật 91/2025/QH15). Looks of one day, of one office, at the same thing are one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from citizens.accounts import User
from citizens.models import SubmissionFile
from citizens.partner_models import ApiUse
from violations.guards import day_in_viet_nam
from violations.models import AccessEntry, Violation

MOST_READ, MOST_SHOWN = 500, 20

WHAT = {
    "case": gettext_lazy("the case"),
    "evidence": gettext_lazy("the pictures"),
    "paper": gettext_lazy("a paper"),
    "export": gettext_lazy("the evidence pack"),
    "sample": gettext_lazy("a sample drawn for audit"),
}


@dataclass(frozen=True)
class Look:
    """Looks of one day by one office at one thing: how many, and the last of them."""

    who: str
    what: str
    times: int
    last_at: datetime


@dataclass(frozen=True)
class Looks:
    """The newest lines, and how many looks there were in all."""

    lines: tuple[Look, ...]
    count: int


def looks_at(case: Violation) -> Looks:
    """Return who looked at a case, the newest first."""
    entries = (
        AccessEntry.objects.filter(case=case)
        .select_related("actor__officer__unit")
        .prefetch_related("actor__groups")
        .order_by("-id")
    )
    uses = ApiUse.objects.filter(case=case).select_related("client").order_by("-id")
    words = dict(WHAT)
    if SubmissionFile.objects.filter(submission__case=case).exists():
        # A file that was sent is evidence too, and looked at as such.
        words["evidence"] = gettext_lazy("the pictures, or a file that was sent")
    lines = [*_joined(entries[:MOST_READ], words), *_by_machine(uses[:MOST_READ])]
    lines.sort(key=lambda line: line.last_at, reverse=True)
    return Looks(
        tuple(lines[:MOST_SHOWN]),
        AccessEntry.objects.filter(case=case).count() + uses.count(),
    )


def _by_machine(uses: Iterable[ApiUse]) -> list[Look]:
    """Join the calls of partners of one day; agencies and fleets are named, they are no persons."""
    found: dict[tuple[object, str], Look] = {}
    for use in uses:
        key = (day_in_viet_nam(use.at), use.client.name)
        newest = found.get(key)
        found[key] = (
            Look(use.client.name, str(WHAT["case"]), 1, use.at)
            if newest is None
            else replace(newest, times=newest.times + 1)
        )
    return list(found.values())


def _joined(entries: Iterable[AccessEntry], words: Mapping[str, Any]) -> list[Look]:
    found: dict[tuple[object, str, str], Look] = {}
    for entry in entries:
        who, what = _who(entry), str(words.get(entry.what, entry.what))
        key = (day_in_viet_nam(entry.at), who, what)
        newest = found.get(key)
        found[key] = (
            Look(who, what, 1, entry.at)
            if newest is None
            else Look(who, what, newest.times + 1, newest.last_at)
        )
    return list(found.values())


def office_of(user: User) -> str:
    """Return the roles and the unit of a member of staff, and not the name."""
    officer = getattr(user, "officer", None)
    roles = [gettext(group.name) for group in user.groups.all()]
    words = ", ".join(roles) or gettext("Member of staff")
    return words if officer is None else f"{words} · {officer.unit.name}"


def _who(entry: AccessEntry) -> str:
    if entry.actor is None and entry.level == "person":
        return gettext("A person of the case, identified")
    if entry.actor is None:
        return gettext("Whoever held the paper's code or the number of the decision")
    words = office_of(entry.actor)
    if entry.level == "emergency":
        words = gettext("%(who)s (emergency access)") % {"who": words}
    return words
