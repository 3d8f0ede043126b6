"""The penalty catalogue as officers read it: found by words, by code and by provision."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from violations import catalogue
from violations.admin import words
from violations.admin.big_admin import ReadOnlyAdmin
from violations.guards import day_in_viet_nam
from violations.models import PenaltyRule


class VehicleGroupFilter(admin.SimpleListFilter):
    """The rules of one group of vehicles or persons."""

    title = _("vehicle group")
    parameter_name = "vehicle_group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the choices."""
        return [(code, words.vehicle_group(code)) for code in words.VEHICLE_GROUPS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rules of the chosen group."""
        return queryset.filter(vehicle_group=self.value()) if self.value() else queryset


class InForceFilter(admin.SimpleListFilter):
    """The rules in force today, or those that were."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("today", _("today")), ("before", _("no longer in force"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what the choice says of today in Viet Nam."""
        today = day_in_viet_nam(timezone.now())
        ended = Q(effective_until__lt=today)
        if self.value() == "today":
            return queryset.filter(effective_from__lte=today).exclude(ended)
        return queryset.filter(ended) if self.value() == "before" else queryset


@admin.register(PenaltyRule)
class PenaltyRuleAdmin(ReadOnlyAdmin):
    """The catalogue; rows come from the reviewed law files, never from a form."""

    is_large = False
    list_display = [
        "code", "provision", "act_vi", "vehicles", "frame", "points",
        "effective_from", "effective_until",
    ]  # fmt: skip
    list_filter = [VehicleGroupFilter, "sanction", InForceFilter]
    search_fields = ["fold"]
    search_help_text = _("Words of the act, with or without diacritics; a code; or Đ6 k9 b, 6.9.b")
    sortable_by = ()
    exclude = ["vehicle_group", "violation_type", "fine_min_vnd", "fine_max_vnd"]
    readonly_fields = ["vehicles", "kind", "frame"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PenaltyRule], search_term: str
    ) -> tuple[QuerySet[PenaltyRule], bool]:
        """Search as the offer of acts for a case does."""
        return catalogue.search(queryset, search_term), False

    @admin.display(description=_("provision"))
    def provision(self, rule: PenaltyRule) -> str:
        """Return article, clause and point: "Đ6 k9 điểm b"."""
        return rule.short_citation

    @admin.display(description=_("fine frame"))
    def frame(self, rule: PenaltyRule) -> str:
        """Return both ends of the frame, written as money is; a row without a fine says so."""
        if not rule.fine_max_vnd:
            return str(rule.get_sanction_display())
        return f"{rule.fine_min_vnd:,} – {rule.fine_max_vnd:,} ₫".replace(",", ".")

    @admin.display(description=_("vehicle group"))
    def vehicles(self, rule: PenaltyRule) -> str:
        """Return the group of vehicles or persons in the reader's language."""
        return words.vehicle_group(rule.vehicle_group)

    @admin.display(description=_("kind of violation"))
    def kind(self, rule: PenaltyRule) -> str:
        """Return the kind of detection that may show the act, in the reader's language."""
        return words.kind(rule.violation_type)
