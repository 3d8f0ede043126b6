"""Officers with badge, unit and dated titles; the power to sanction follows from the title."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cameras.admin.big import within_units
from cameras.models import Unit
from violations.admin.big_admin import ReadOnlyAdmin
from violations.models import Officer, OfficerTitle

#: More units than these are no filter any more; the search finds the officers of one.
MOST_UNITS = 20


class TitleInline(admin.TabularInline):
    """Titles held over periods; a new one begins when the former has an end."""

    model = OfficerTitle
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Titles are given and ended under Staff, with a reason."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Titles are given and ended under Staff, with a reason."""
        return False


class UnitFilter(admin.SimpleListFilter):
    """Officers of one of the person's units."""

    title = _("unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the units that have officers, unless they are too many to show."""
        staffed = Unit.objects.filter(Exists(Officer.objects.filter(unit=OuterRef("pk"))))
        units = within_units(staffed, request.user, "code").order_by("code")
        found = list(units.values_list("code", "code")[: MOST_UNITS + 1])
        return found if len(found) <= MOST_UNITS else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the officers of the chosen unit."""
        return queryset.filter(unit__code=self.value()) if self.value() else queryset


@admin.register(Officer)
class OfficerAdmin(ReadOnlyAdmin):
    """Members of the force. They join, move and leave under Staff."""

    is_large = False
    list_display = ["badge", "user", "unit", "roles"]
    list_select_related = ["user", "unit"]
    list_filter = [UnitFilter]
    search_fields = ["badge__startswith", "user__username__startswith", "user__full_name"]
    search_help_text = _("Badge, user name or name")
    sortable_by = ()
    inlines = [TitleInline]
    unit_path = "unit__code"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the roles of a page of officers in one question."""
        return super().get_queryset(request).prefetch_related("user__groups")

    @admin.display(description=_("Roles"))
    def roles(self, officer: Officer) -> str:
        """Return the roles of the officer's account."""
        return ", ".join(str(_(group.name)) for group in officer.user.groups.all())
