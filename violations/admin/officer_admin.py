"""Officers with badge, unit and dated titles; the power to sanction follows from the title."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from violations.admin.big_admin import BigAdmin
from violations.models import Officer, OfficerTitle


class TitleInline(admin.TabularInline):
    """Titles held over periods; a new one begins when the former has an end."""

    model = OfficerTitle
    extra = 0
    can_delete = False


@admin.register(Officer)
class OfficerAdmin(BigAdmin):
    """Members of the force. They are made with their account, under Staff."""

    list_display = ["badge", "user", "unit", "roles"]
    list_select_related = ["user", "unit"]
    list_filter = ["unit"]
    search_fields = ["badge__startswith", "user__username__startswith", "user__full_name"]
    search_help_text = _("Badge, user name or name")
    autocomplete_fields = ["unit"]
    sortable_by = ()
    inlines = [TitleInline]
    unit_path = "unit__code"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read the roles of a page of officers in one question."""
        return super().get_queryset(request).prefetch_related("user__groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep the account: an officer's acts stand under it."""
        return ["user"] if obj else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Officers are made with their account, in one form."""
        return False

    @admin.display(description=_("Roles"))
    def roles(self, officer: Officer) -> str:
        """Return the roles of the officer's account."""
        return ", ".join(str(_(group.name)) for group in officer.user.groups.all())
