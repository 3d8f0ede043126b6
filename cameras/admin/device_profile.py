"""The profile of one device: the version in force, the proposals, and the second pair of eyes."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cameras import device_states, profiles
from cameras.admin.big import ReadOnlyAdmin
from cameras.models import Device, ProfileVersion


class DeviceProfilePages:
    """The part of the devices' admin where profiles are proposed and approved."""

    admin_site: Any

    def profile_urls(self) -> list[URLPattern]:
        """Return the page and its two acts."""
        protect = self.admin_site.admin_view
        return [
            path(
                "<int:device_id>/ho-so/",
                protect(require_GET(self.profile_page)),
                name="cameras_device_profile",
            ),
            path(
                "<int:device_id>/ho-so/propose/",
                protect(require_POST(self.propose)),
                name="cameras_device_propose",
            ),
            path(
                "<int:device_id>/ho-so/approve/<int:version_id>/",
                protect(require_POST(self.approve)),
                name="cameras_device_approve",
            ),
        ]

    def profile_page(self: Any, request: HttpRequest, device_id: int) -> HttpResponse:
        """Show the profile in force and every version."""
        return self.draw_profile(request, self.find_device(request, device_id))

    def propose(self: Any, request: HttpRequest, device_id: int) -> HttpResponse:
        """Write down a proposal."""
        device = self.find_device(request, device_id)
        try:
            settings = _settings(request.POST.get("settings", ""))
            profiles.propose_profile(
                device,
                settings,
                request.POST.get("reason", ""),
                by_user=request.user,
                at=timezone.now(),
            )
        except device_states.Refused as refused:
            return self.draw_profile(request, device, str(refused), status=409)
        messages.success(request, gettext("The proposal waits for approval by another person."))
        return redirect("admin:cameras_device_profile", device_id)

    def approve(self: Any, request: HttpRequest, device_id: int, version_id: int) -> HttpResponse:
        """Put a proposal in force."""
        device = self.find_device(request, device_id)
        version = get_object_or_404(ProfileVersion, pk=version_id, device=device)
        try:
            profiles.approve_profile(version.pk, by_user=request.user, at=timezone.now())
        except device_states.Refused as refused:
            return self.draw_profile(request, device, str(refused), status=409)
        messages.success(
            request, gettext("Version %(number)s is in force.") % {"number": version.version}
        )
        return redirect("admin:cameras_device_profile", device_id)

    def draw_profile(
        self: Any, request: HttpRequest, device: Device, fault: str = "", status: int = 200
    ) -> HttpResponse:
        """Draw the page of a device's profile."""
        typed = request.POST.get("settings")
        user = request.user
        context = self.admin_site.each_context(request) | {
            "title": gettext("Profile of %(device)s") % {"device": device.code},
            "device": device,
            "in_force": profiles.as_text(device.profile),
            "versions": _versions(device, user),
            "settings": profiles.as_text(device.profile) if typed is None else typed,
            "reason": request.POST.get("reason", ""),
            "may_propose": user.has_perm(device_states.PERMISSION),
            "fault": fault,
        }
        return render(request, "cameras/profile.html", context, status=status)


@admin.register(ProfileVersion)
class ProfileVersionAdmin(ReadOnlyAdmin):
    """Every version of every profile, the newest first; proposing and approving is the device's."""

    list_display = [
        "device", "version", "reason", "proposed_by", "proposed_at", "approved_by", "approved_at",
    ]  # fmt: skip
    list_select_related = ["device", "proposed_by", "approved_by"]
    list_filter = [("approved_at", admin.EmptyFieldListFilter)]
    search_fields = ["device__code__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "device__site__unit__code"
    fields = [
        "device", "version", "shown_settings", "reason", "proposed_by", "proposed_at",
        "approved_by", "approved_at", "page",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("settings"))
    def shown_settings(self, version: ProfileVersion) -> str:
        """Return the settings as they are edited."""
        return format_html("<pre>{}</pre>", profiles.as_text(version.settings))

    @admin.display(description=_("page of the device"))
    def page(self, version: ProfileVersion) -> str:
        """Link to where it can be approved."""
        url = reverse("admin:cameras_device_profile", args=[version.device_id])
        return format_html('<a href="{}">{}</a>', url, gettext("Profile of the device"))


def _settings(text: str) -> Any:
    """Return the JSON a person typed. Raises Refused with the line of the slip."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise device_states.Refused(
            gettext("Line %(line)s is no JSON. Correct it.") % {"line": error.lineno}
        ) from error
    except RecursionError as error:
        raise device_states.Refused(
            gettext("The settings are one JSON object. Correct them.")
        ) from error


def _versions(device: Device, user: Any) -> list[dict[str, Any]]:
    """Return the versions, newest first, with what each changes of the one in force."""
    rows = device.profile_versions.select_related("proposed_by", "approved_by")
    is_new = device.state_reason == device_states.NEW
    shown = []
    for version in rows.order_by("-version")[:50]:
        waits = version.approved_at is None and (version.version > device.profile_version or is_new)
        shown.append(
            {
                "row": version,
                "waits": waits,
                "in_force": version.approved_at is not None
                and version.version == device.profile_version,
                "lines": profiles.difference(device.profile, version.settings) if waits else [],
                "text": profiles.as_text(version.settings),
                "own": version.proposed_by_id == user.pk,
                "may_approve": waits
                and version.proposed_by_id != user.pk
                and user.has_perm(profiles.APPROVE),
            }
        )
    return shown
