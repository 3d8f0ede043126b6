"""Licences and the movements of their points: to be read by auditors; acts alone write them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cameras.admin.big import within_units
from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin
from violations.models import Licence, Party, PointsEntry


class EntryPeriodFilter(PeriodFilter):
    """The last day, week or month of movements."""

    moment = "at"


@admin.register(Licence)
class LicenceAdmin(ReadOnlyAdmin):
    """Licences by number; the list shows the last three digits only."""

    list_display = ["__str__", "classes", "has_unlimited_part", "has_term_part", "issued_on"]
    search_fields = ["number__exact"]
    search_help_text = _("Licence number, in full")
    sortable_by = ()
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Licence]:
        """Keep the licences a case of the person's units names, and those no case names.

        Asked row by row of the newest, never as one list of all cases sorted out afterwards.
        """
        found: Any = super().get_queryset(request)
        named = Party.objects.filter(licence=OuterRef("pk"))
        ours = within_units(named, request.user, "case__unit__code")
        return found if ours is named else found.filter(Exists(ours) | ~Exists(named))


@admin.register(PointsEntry)
class PointsEntryAdmin(ReadOnlyAdmin):
    """What was taken, given back and restored."""

    list_display = ["at", "licence", "part", "what", "points", "balance_after", "decision"]
    list_select_related = ["licence", "decision__notice"]
    list_filter = ["what", "part", EntryPeriodFilter]
    search_fields = ["decision__case__number__exact"]
    search_help_text = _("Case number")
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["licence", "decision", "reverses", "notice", "recorded_by"]
    unit_path = "decision__case__unit__code"
