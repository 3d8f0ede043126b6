"""Units, sites and devices, with the certificates and the address a device must push to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras import device_states, profiles
from cameras.admin.big import BigAdmin, within_units
from cameras.admin.device_form import DeviceForm
from cameras.admin.device_health import DeviceHealthPages
from cameras.admin.device_profile import DeviceProfilePages
from cameras.admin.health_rows import certificate_days, health_of, report_of, with_health
from cameras.admin.site_form import PLACE, SiteForm, degrees
from cameras.health_wording import alarm_word, look_of, state_reason
from cameras.inbox import push_path
from cameras.models import Device, DeviceAlarm, DeviceCertificate, Site, Unit
from cameras.models.device import new_path_token

#: More units than these are no filter any more; the search finds the devices of one.
MOST_UNITS = 20


@admin.register(Unit)
class UnitAdmin(BigAdmin):
    """Units as they are printed on papers."""

    is_large = False
    list_display = ["code", "name", "level", "parent"]
    list_select_related = ["parent"]
    list_filter = ["level"]
    search_fields = ["code__startswith", "name"]


@admin.register(Site)
class SiteAdmin(BigAdmin):
    """Places where devices stand, in degrees."""

    is_large = False
    form = SiteForm
    list_display = ["code", "name", "direction", "unit"]
    list_select_related = ["unit"]
    search_fields = ["code__startswith", "name"]
    readonly_fields = ["longitude", "latitude"]
    unit_path = "unit__code"

    def get_fields(self, request: HttpRequest, obj: Site | None = None) -> list[str]:
        """Return the fields; who only reads gets the place as text, in degrees too."""
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        place = PLACE if may_write else ["longitude", "latitude"]
        return ["code", "name", "direction", "road_code", "unit", *place]

    @admin.display(description=_("Longitude, degrees"))
    def longitude(self, site: Site) -> str:
        """Return the longitude in degrees."""
        return degrees(site.longitude_microdegrees)

    @admin.display(description=_("Latitude, degrees"))
    def latitude(self, site: Site) -> str:
        """Return the latitude in degrees."""
        return degrees(site.latitude_microdegrees)


class CertificateInline(admin.TabularInline):
    """The proofs without which a device's results may not be used. NĐ 61/2026 Đ12"""

    model = DeviceCertificate
    extra = 0


class AlarmFilter(admin.SimpleListFilter):
    """Devices with an open alarm, of any kind or of one."""

    title = _("alarm")
    parameter_name = "alarm"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("any", _("any")), ("none", _("none")), *DeviceAlarm.Code.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the devices with the chosen alarm."""
        wanted = self.value()
        alarms = DeviceAlarm.objects.filter(device=OuterRef("pk"), closed_at__isnull=True)
        if wanted == "none":
            return queryset.filter(~Exists(alarms))
        if wanted == "any":
            return queryset.filter(Exists(alarms))
        if wanted in DeviceAlarm.Code.values:
            return queryset.filter(Exists(alarms.filter(code=wanted)))
        return queryset


class UnitFilter(admin.SimpleListFilter):
    """Devices of one of the person's units."""

    title = _("unit")
    parameter_name = "unit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the units that have devices, unless they are too many to show."""
        sites = Site.objects.filter(unit=OuterRef("pk"), device__isnull=False)
        units = within_units(Unit.objects.filter(Exists(sites)), request.user, "code")
        found = list(units.values_list("code", "code")[: MOST_UNITS + 1])
        return found if len(found) <= MOST_UNITS else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the devices of the chosen unit."""
        return queryset.filter(site__unit__code=self.value()) if self.value() else queryset


@admin.register(Device)
class DeviceAdmin(DeviceHealthPages, DeviceProfilePages, BigAdmin):
    """The register of devices. Who may change one sees the secret address it pushes to."""

    is_large = False
    form = DeviceForm
    change_form_template = "cameras/device_change_form.html"
    change_list_template = "cameras/device_change_list.html"
    list_display = [
        "page", "place", "health", "last_seen_at", "clock", "certificate_left", "alarms_open",
        "adapter",
    ]  # fmt: skip
    list_display_links = None
    list_select_related = ["site__unit"]
    list_filter = ["state", AlarmFilter, UnitFilter, "adapter"]
    search_fields = ["code__startswith", "serial__exact"]
    sortable_by = ["last_seen_at"]
    autocomplete_fields = ["site"]
    inlines = [CertificateInline]
    actions = ["renew_address"]
    unit_path = "site__unit__code"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read every device with its health."""
        return with_health(super().get_queryset(request))

    def get_urls(self) -> list[Any]:
        """Add the pages of a device's health and profile."""
        return [*self.health_urls(), *self.profile_urls(), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the form's fields; the secret address only to those who may change the device."""
        fields = list(DeviceForm.Meta.fields)
        if obj is not None:
            fields += ["profile_version", "state", "reason_of_state", "last_seen_at"]
        if self.has_change_permission(request, obj):
            place = fields.index("site")
            fields[place:place] = ["key_text", "login_name", "login_password"]
            fields.append("push_address")
        return fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What evidence rests on is fixed; profile and state change by acts of their own."""
        if obj is None:
            return ["push_address"]
        return [
            "code", "serial", "adapter", "profile", "profile_version", "state", "reason_of_state",
            "last_seen_at", "push_address",
        ]  # fmt: skip

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the sites of the person's own units only."""
        if db_field.name == "site":
            kwargs["queryset"] = within_units(Site.objects.all(), request.user, "unit__code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Register a new device as paused: its first profile needs another person's approval."""
        if change:
            super().save_model(request, obj, form, change)
            return
        at, proposed = timezone.now(), obj.profile
        obj.profile = {}
        obj.state, obj.state_reason = Device.State.PAUSED, device_states.NEW
        obj.state_changed_at = at
        super().save_model(request, obj, form, change)
        profiles.propose_profile(
            obj, proposed, gettext("Registration"), by_user=request.user, at=at
        )
        messages.warning(
            request, gettext("The device is paused until another person approves its profile.")
        )

    @admin.display(description=_("code"), ordering="code")
    def page(self, device: Device) -> str:
        """Link to the page of the device."""
        url = reverse("admin:cameras_device_health", args=[device.pk])
        return format_html('<a class="code" href="{}">{}</a>', url, device.code)

    @admin.display(description=_("site"))
    def place(self, device: Device) -> str:
        """Return where the device stands."""
        return device.site.name

    @admin.display(description=_("health"))
    def health(self, device: Device) -> str:
        """Draw the state as a chip."""
        look = look_of(health_of(device, at=timezone.now()).code)
        return render_to_string("cameras/cells/state.html", {"look": look})

    @admin.display(description=_("clock"))
    def clock(self, device: Device) -> str:
        """Return the clock's offset by the last report."""
        report = report_of(device)
        if report is None or report.clock_offset_ms is None:
            return "–"
        return gettext("%(offset)s ms") % {"offset": f"{report.clock_offset_ms:+d}"}

    @admin.display(description=_("certificates"))
    def certificate_left(self, device: Device) -> str:
        """Return the days left of the certificate that ends first."""
        days = certificate_days(device, at=timezone.now())
        return render_to_string("cameras/cells/days.html", {"days": days})

    @admin.display(description=_("open alarms"))
    def alarms_open(self, device: Any) -> str:
        """Name the first alarm and how many more there are."""
        codes = device.open_alarms
        if not codes:
            return "–"
        more = f" (+{len(codes) - 1})" if len(codes) > 1 else ""
        return alarm_word(codes[0]) + more

    @admin.display(description=_("reason of the state"))
    def reason_of_state(self, device: Device) -> str:
        """Return in words why the device is in its state."""
        return state_reason(device.state_reason)

    @admin.display(description=_("push address"))
    def push_address(self, device: Device) -> str:
        """Return the whole address to enter in the device."""
        if device.pk is None:
            return gettext("Shown once the device is saved.")
        return f"{settings.PORTAL_ORIGIN}{push_path(device)}"

    @admin.action(
        description=_("Give a new secret address (the old one stops working)"),
        permissions=["change"],
    )
    def renew_address(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        """Replace the secret paths of the chosen devices, for one that has leaked."""
        for device in queryset:
            device.path_token = new_path_token()
            device.save(update_fields=["path_token"])
            self.log_change(request, device, "new secret address")
        messages.success(request, gettext("Enter the new address in each of these devices now."))
