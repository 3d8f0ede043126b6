"""Who may open an officers' page, which cases they see there, and the note that they looked."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext

from cameras.models import Unit
from violations import blindness, emergency
from violations.models import AccessEntry, CaseDeadline, Violation
from violations.models.officer import AllUnits

View = Callable[..., HttpResponseBase]


class StillJudging(Exception):
    """The file is shut for this person now; the sentence says why and what to do."""


Row = TypeVar("Row", bound=Model)


def opens_with(*permissions: str) -> Callable[[View], View]:
    """Open a page to staff who hold one of these permissions; with none named, to all staff.

    A stranger is sent to sign in, a member of staff without the right gets 403, and so does who
    still judges the case that was asked for, with the sentence that says so.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_staff:
                raise PermissionDenied
            if permissions and not any(request.user.has_perm(name) for name in permissions):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except StillJudging as shut:
                return _shut_page(request, str(shut))

        return guarded

    return decorate


def within_units(rows: QuerySet[Row], user: Any, path: str) -> QuerySet[Row]:
    """Keep the rows of the user's units; a national officer keeps them all.

    ``path`` leads from the row to the code of its unit. What waits for the user's acts is found by
    this: an emergency opens no act.
    """
    codes = user.unit_codes
    if isinstance(codes, AllUnits):
        return rows
    return _of_units(rows, user, codes, path)


def readable(rows: QuerySet[Row], user: Any, path: str) -> QuerySet[Row]:
    """Keep the rows the user may read now: of the user's units, and of an open emergency's unit."""
    codes = user.unit_codes
    if isinstance(codes, AllUnits):
        return rows
    opened = emergency.open_now(user, timezone.now())
    return _of_units(rows, user, {*codes, opened.unit.code} if opened else codes, path)


def _of_units(rows: QuerySet[Row], user: Any, codes: Collection[str], path: str) -> QuerySet[Row]:
    """Ask by the keys of the units and not by a join: what the planner can count before it runs.

    So an index that begins with the unit serves at any size, also for a rare kind or status. The
    keys are read once for each request's user: every tab of the header asks by them.
    """
    if not path.endswith("unit__code"):
        return rows.filter(**{f"{path}__in": codes})
    known: dict[frozenset[str], list[int]] = user.__dict__.setdefault("_keys_of_units", {})
    wanted = frozenset(codes)
    if wanted not in known:
        known[wanted] = list(Unit.objects.filter(code__in=wanted).values_list("pk", flat=True))
    keys = known[wanted]
    column = path.removesuffix("__code")
    if len(keys) == 1:
        return rows.filter(**{column: keys[0]})
    return rows.filter(**{f"{column}__in": keys})


def own_cases(user: Any) -> QuerySet[Violation]:
    """Return the cases of a member of staff's own units: those that may wait for their acts."""
    return within_units(Violation.objects.all(), user, "unit__code")


def own_clocks(user: Any) -> QuerySet[CaseDeadline]:
    """Return the running clocks of the cases of a member of staff's own units."""
    return within_units(CaseDeadline.objects.filter(met_on__isnull=True), user, "unit__code")


def visible_cases(user: Any) -> QuerySet[Violation]:
    """Return the cases a member of staff may see at all, also those of an open emergency."""
    return readable(Violation.objects.all(), user, "unit__code")


def insist_open(case: Violation, user: Any, *, at: datetime) -> None:
    """Keep the file shut for who judges the case. Raises StillJudging."""
    if sentence := blindness.why_shut(case, user, at=at):
        raise StillJudging(sentence)


def find_case(user: Any, number: str, *, judging: bool = False) -> Violation:
    """Return one case by its number.

    ``judging`` is asked for by the review page alone, which shows nothing of an earlier verdict.
    Raises Http404 also for another unit's case, and StillJudging while its file is shut.
    """
    if "\x00" in number:  # no case has it, and the database would not take the question
        raise Http404
    found = (
        visible_cases(user)
        .select_related(
            "unit", "detection__device__site", "rule", "explanation", "decision__notice"
        )
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404
    if not judging:
        insist_open(found, user, at=timezone.now())
    return found


def _shut_page(request: HttpRequest, sentence: str) -> HttpResponse:
    from violations.admin.navigation import staff_page

    context = {
        "title": gettext("This file is shut for you now"),
        "sentence": sentence,
        "may_review": request.user.has_perm("violations.review_case"),
    }
    return staff_page(request, "violations/shut.html", context, status=403)


def note_look(case: Violation, user: Any, what: str, *, at: datetime) -> None:
    """Write down that a member of staff looked at a case file, its evidence or a paper.

    A look at another unit's case under an emergency says so.
    """
    level = "staff"
    if case.unit.code not in user.unit_codes and emergency.open_now(user, at) is not None:
        level = "emergency"
    AccessEntry.objects.create(case=case, what=what, actor=user, level=level, at=at)
