"""Quality for supervisors: agreement, accuracy beside speed, what is looked at again, by name.

Officers stand in the order of their names, never of their figures. A share is shown with its
interval or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cameras.models import Unit
from violations import accuracy_figures, known_cases
from violations.accuracy import FEWEST, Tally
from violations.accuracy_figures import Pace
from violations.actors import actor_for
from violations.admin import words
from violations.admin.access import opens_with, within_units
from violations.admin.navigation import staff_page
from violations.guards import Refused
from violations.models import Officer, SamplingChange
from violations.quality import rates_for, week_begins
from violations.sampling_changes import change_sampling

SUPERVISE = "violations.supervise_queue"
PERIOD = timedelta(days=30)
AGREEMENT_ALARM = 0.95  # of the lower bound
RUBBER_STAMP_WEEKS = 4
RUBBER_STAMP_AT_MOST = 0.02
RUBBER_STAMP_FEWEST = 50  # verified cases, before few corrections mean anything
CHANGES_LISTED = 12

STRATA = {
    "accepted": gettext_noop("verified"),
    "rejected": gettext_noop("rejected"),
    "plate_corrected": gettext_noop("plate corrected by hand"),
    "plate_doubtful": gettext_noop("a character in doubt"),
    "register_differs": gettext_noop("register names another vehicle"),
    "flagged": gettext_noop("flag or doubt"),
    "licence_at_stake": gettext_noop("licence points at stake"),
    "new_officer": gettext_noop("new officer"),
    "settling_officer": gettext_noop("officer no longer new, still settling"),
    "new_device": gettext_noop("new camera"),
    "settling_device": gettext_noop("camera no longer new, still settling"),
    "known": gettext_noop("cases with a known answer, of the stream"),
}


@dataclass(frozen=True)
class Line:
    """One officer's row: how right, how quick, how much is looked at again."""

    officer: Officer
    accuracy: Tally
    pace: Pace
    accepted_rate: int
    rejected_rate: int
    corrects_nothing: bool


class SamplingForm(forms.Form):
    """Which share is looked at again from now on, whose, and why."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    officer = forms.ModelChoiceField(
        label=_("Officer"),
        queryset=Officer.objects.none(),
        required=False,
        empty_label=_("everybody of the unit"),
    )
    stratum = forms.ChoiceField(label=_("What is looked at again"))
    percent = forms.DecimalField(
        label=_("Share, per cent"), min_value=0, max_value=100, max_digits=4, decimal_places=1
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of(user)
        self.fields["officer"].queryset = officers_of(user)
        self.fields["stratum"].choices = [
            (code, gettext(STRATA.get(code, code))) for code in settings.REVIEW_SAMPLING
        ]


def units_of(user: Any) -> QuerySet[Unit]:
    """Return the units whose quality this person sees."""
    return within_units(Unit.objects.order_by("code"), user, "code")


def officers_of(user: Any) -> QuerySet[Officer]:
    """Return the reviewing officers of these units in the order of their names."""
    return (
        within_units(Officer.objects.select_related("user", "unit"), user, "unit__code")
        .filter(user__is_active=True, user__groups__name="Reviewing officer")
        .order_by("user__full_name", "badge")
        .distinct()
    )


@require_http_methods(["GET", "POST"])
@opens_with(SUPERVISE)
def quality(request: HttpRequest) -> HttpResponse:
    """Show the figures of the last thirty days, and change a rate with a reason."""
    at = timezone.now()
    form = SamplingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            change_sampling(
                given["unit"],
                officer=given["officer"],
                stratum=given["stratum"],
                per_mille=int(given["percent"] * 10),
                reason=given["reason"],
                by=actor_for(request.user),
                at=at,
            )
        except Refused as refusal:
            for sentence in refusal.sentences:
                messages.error(request, sentence)
        else:
            messages.success(request, gettext("The rate is changed from now on."))
        return HttpResponseRedirect(reverse("violations:quality"))
    officers = list(officers_of(request.user))
    looks = within_units(
        accuracy_figures.blind_looks(None, at - PERIOD, at), request.user, "case__unit__code"
    )
    answers = within_units(
        accuracy_figures.known_answers(None, at - PERIOD, at), request.user, "officer__unit__code"
    )
    known = accuracy_figures.known_accuracy(answers)
    context = {
        "title": gettext("Quality"),
        "days": PERIOD.days,
        "queues": _queues(looks),
        "devices": _devices(looks),
        "known": sum(known.values(), Tally()),
        "lines": lines(officers, looks, answers, at),
        "rates": _rates(request.user),
        "changes": _changes(request.user),
        "form": form,
        "may_choose": request.user.has_perm("violations.add_knowncase"),
        "shown": within_units(
            known_cases.showable(at=at), request.user, "case__unit__code"
        ).count(),
    }
    status = 422 if request.method == "POST" else 200
    return staff_page(request, "violations/quality.html", context, status=status)


def lines(
    officers: Iterable[Officer], looks: QuerySet[Any], answers: QuerySet[Any], at: datetime
) -> list[Line]:
    """Return a row for each officer, in the order given."""
    officers = list(officers)
    right = accuracy_figures.accuracy(looks, answers, officers)
    pace = accuracy_figures.pace(None, at - PERIOD, at)
    stamped = rubber_stamps(at)
    found = []
    for officer in officers:
        rates = rates_for(officer)
        found.append(
            Line(
                officer,
                right.get(officer.pk, Tally()),
                pace.get(officer.pk, Pace()),
                rates.get("accepted", 0),
                rates.get("rejected", 0),
                officer.pk in stamped,
            )
        )
    return found


def rubber_stamps(at: datetime) -> set[int]:
    """Return the officers who corrected next to no plate in each of the last four whole weeks.

    A machine that is right so often does not exist: who corrects nothing may not be looking. It is
    a reason to talk, and nothing more.
    """
    week, monday = timedelta(weeks=1), week_begins(at)
    ends = [monday - week * back for back in range(RUBBER_STAMP_WEEKS)]
    weeks = [accuracy_figures.pace(None, end - week, end) for end in ends]
    return {
        officer
        for officer in weeks[0]
        if all(_corrects_nothing(one.get(officer, Pace())) for one in weeks)
    }


def _corrects_nothing(pace: Pace) -> bool:
    share = pace.corrected_share
    return (
        pace.accepted >= RUBBER_STAMP_FEWEST and share is not None and share <= RUBBER_STAMP_AT_MOST
    )


def _queues(looks: QuerySet[Any]) -> list[dict[str, Any]]:
    found = accuracy_figures.agreement(looks, "case__violation_type")
    return [
        {
            "label": words.kind(kind),
            "tally": found[kind],
            "is_low": found[kind].of >= FEWEST and found[kind].interval[0] < AGREEMENT_ALARM,
        }
        for kind in words.KINDS
        if kind in found
    ]


def _devices(looks: QuerySet[Any]) -> list[tuple[str, Tally]]:
    found = accuracy_figures.agreement(looks, "case__detection__device__code")
    return sorted(found.items())


def _changes(user: Any) -> list[dict[str, Any]]:
    rows = within_units(SamplingChange.objects.all(), user, "unit__code").select_related(
        "unit", "officer__user", "changed_by__user"
    )
    return [
        {
            "change": row,
            "changed_at": row.changed_at,
            "label": gettext(STRATA.get(row.stratum, row.stratum)),
        }
        for row in rows.order_by("-id")[:CHANGES_LISTED]
    ]


def _rates(user: Any) -> list[dict[str, Any]]:
    """Return the rate of each stratum for each unit as it stands, per mille."""
    units = list(units_of(user))
    changed = {
        (unit, stratum): rate
        for unit, stratum, rate in SamplingChange.objects.filter(
            unit__in=units, officer__isnull=True
        )
        .order_by("id")
        .values_list("unit__code", "stratum", "per_mille")
    }
    return [
        {
            "label": gettext(STRATA.get(stratum, stratum)),
            "usual": usual,
            "changed": [
                (unit.code, changed[unit.code, stratum])
                for unit in units
                if (unit.code, stratum) in changed
            ],
        }
        for stratum, usual in settings.REVIEW_SAMPLING.items()
    ]
