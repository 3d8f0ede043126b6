"""Second looks, rates and known answers as they were written: for the auditor, changed by nobody.

Supervisors read totals on their own pages. Who answered what on which known case is the auditor's
alone: a supervisor who knew it could tell an officer which cases are known.
"""

from __future__ import annotations

from django.contrib import admin

from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin
from violations.admin.history_admin import OfACase
from violations.models import KnownAnswer, KnownCase, SamplingChange, SecondLook


class AskedPeriodFilter(PeriodFilter):
    """The last day, week or month of looks."""

    moment = "asked_at"


class AnsweredPeriodFilter(PeriodFilter):
    """The last day, week or month of answers."""

    moment = "answered_at"


@admin.register(SecondLook)
class SecondLookAdmin(OfACase):
    """Why a case was looked at again, who looked, and what came of it."""

    list_display = [
        "asked_at", "case_number", "ground", "is_blind", "looked_by", "agrees", "adjudicated_by",
        "upholds",
    ]  # fmt: skip
    list_select_related = ["case", "looked_by__user", "adjudicated_by__user"]
    list_filter = ["ground", "is_blind", "agrees", "upholds", AskedPeriodFilter]


@admin.register(SamplingChange)
class SamplingChangeAdmin(ReadOnlyAdmin):
    """Every change of what is looked at again, by a person or by the portal."""

    list_display = [
        "changed_at", "unit", "officer", "stratum", "per_mille", "changed_by", "reason",
    ]  # fmt: skip
    list_display_links = None
    list_select_related = ["unit", "officer__user", "changed_by__user"]
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "unit__code"


@admin.register(KnownCase)
class KnownCaseAdmin(OfACase):
    """The cases with a known answer, shown or retired."""

    list_display = ["chosen_at", "case_number", "choice", "chosen_by", "retires_on"]
    list_select_related = ["case", "chosen_by__user"]
    list_filter = ["choice"]


@admin.register(KnownAnswer)
class KnownAnswerAdmin(ReadOnlyAdmin):
    """What each officer answered on each known case."""

    list_display = ["answered_at", "officer", "known_case", "is_right", "wrong_in"]
    list_display_links = None
    list_select_related = ["officer__user", "known_case"]
    list_filter = ["is_right", AnsweredPeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "officer__unit__code"
