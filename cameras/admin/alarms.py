"""The list of alarms: the open ones first, with who has seen them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.admin.big import ReadOnlyAdmin
from cameras.health_wording import alarm_figures
from cameras.models import DeviceAlarm


class OpenFilter(admin.SimpleListFilter):
    """What goes on comes first; what has ended is one click away."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices besides the open ones, which are shown without a choice."""
        return [("unseen", _("open, seen by nobody")), ("ended", _("over")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default for what it is."""
        first, *others = super().choices(changelist)
        yield first | {"display": _("open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the alarms of one state."""
        wanted = self.value()
        if wanted == "all":
            return queryset
        if wanted == "ended":
            return queryset.filter(closed_at__isnull=False)
        rows = queryset.filter(closed_at__isnull=True)
        return rows.filter(acknowledged_at__isnull=True) if wanted == "unseen" else rows


@admin.register(DeviceAlarm)
class DeviceAlarmAdmin(ReadOnlyAdmin):
    """Alarms of the devices of the person's units; each is noted as seen on its device's page."""

    list_display = [
        "opened_at", "page", "place", "code", "figures", "closed_at", "acknowledged_by",
    ]  # fmt: skip
    list_select_related = ["device__site", "acknowledged_by"]
    list_filter = [OpenFilter, "code"]
    search_fields = ["device__code__exact"]
    search_help_text = _("Code of a device")
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "device__site__unit__code"
    fields = [
        "page", "code", "figures", "opened_at", "closed_at", "acknowledged_by", "acknowledged_at",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("device"))
    def page(self, alarm: DeviceAlarm) -> str:
        """Link to the page of the device."""
        url = reverse("admin:cameras_device_health", args=[alarm.device_id])
        return format_html('<a class="code" href="{}">{}</a>', url, alarm.device.code)

    @admin.display(description=_("site"))
    def place(self, alarm: DeviceAlarm) -> str:
        """Return where the device stands."""
        return alarm.device.site.name

    @admin.display(description=_("figures"))
    def figures(self, alarm: DeviceAlarm) -> str:
        """Return what showed it."""
        return alarm_figures(alarm.code, alarm.detail) or gettext("none")
