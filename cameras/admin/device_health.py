"""The page of one device: how it is and why, its last day, its alarms, and what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cameras import alarms, device_day, device_states
from cameras.admin.bulk_release import held_by_quarantine
from cameras.admin.health_rows import ends_of, health_of, report_of
from cameras.health_rules import NEEDED, VIET_NAM, days_left
from cameras.health_wording import LENSES, REASONS, alarm_figures, alarm_word, look_of, state_reason
from cameras.models import Device, DeviceCertificate
from cameras.wording import word

#: Ended alarms shown on the page; the whole list is one click away.
SHOWN_ALARMS = 20


class DeviceHealthPages:
    """The part of the devices' admin that shows one device and lets a technician act on it."""

    admin_site: Any

    def health_urls(self) -> list[URLPattern]:
        """Return the page and the acts."""
        protect = self.admin_site.admin_view
        return [
            path(
                "<int:device_id>/tinh-trang/",
                protect(require_GET(self.health_page)),
                name="cameras_device_health",
            ),
            path(
                "<int:device_id>/act/",
                protect(require_POST(self.act)),
                name="cameras_device_act",
            ),
        ]

    def find_device(self: Any, request: HttpRequest, device_id: int) -> Device:
        """Return a device of the person's units. Raises PermissionDenied and Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("site__unit")
        found: Device | None = rows.filter(pk=device_id).first()
        if found is None:
            raise Http404
        return found

    def health_page(self: Any, request: HttpRequest, device_id: int) -> HttpResponse:
        """Show one device."""
        return self.draw_health(request, self.find_device(request, device_id))

    def act(self: Any, request: HttpRequest, device_id: int) -> HttpResponse:
        """Do what a button of the page asks for."""
        device = self.find_device(request, device_id)
        try:
            done = _do(request, device)
        except device_states.Refused as refused:
            return self.draw_health(request, device, str(refused), status=409)
        messages.success(request, done)
        return redirect("admin:cameras_device_health", device_id)

    def draw_health(
        self: Any, request: HttpRequest, device: Any, fault: str = "", status: int = 200
    ) -> HttpResponse:
        """Draw the page of a device."""
        at = timezone.now()
        state = health_of(device, at=at)
        may_change = request.user.has_perm(device_states.PERMISSION)
        context = self.admin_site.each_context(request) | {
            "title": f"{device.code} · {device.site.name}",
            "device": device,
            "look": look_of(state.code),
            "reasons": [word(REASONS, code) for code in state.reasons],
            "state_reason": state_reason(device.state_reason),
            "report": report_of(device),
            "facts": _facts(report_of(device)),
            "certificates": _certificates(device, at),
            "alarms": _alarms(device),
            "acts": _acts_from(device.state) if may_change else set(),
            "may_change": may_change,
            "grounds": device_states.ReleaseGround.choices,
            "typed": request.POST,
            "held": held_by_quarantine(device).count()
            if request.user.has_perm("cameras.release_detection")
            else 0,
            "fault": fault,
            **_day(device, at),
        }
        return render(request, "cameras/device.html", context, status=status)


def _do(request: HttpRequest, device: Device) -> str:
    """Call the act that was chosen; return what to tell. Raises Refused."""
    chosen, typed = request.POST.get("act", ""), request.POST
    given = {"by_user": request.user, "at": timezone.now()}
    reason = typed.get("reason", "")
    if chosen == "release":
        device_states.release_device(
            device, ground=typed.get("ground", ""), note=typed.get("note", ""), **given
        )
        return gettext("The device is out of quarantine. What is held stays held.")
    if chosen == "acknowledge":
        number = typed.get("alarm", "")
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise device_states.Refused(gettext("There is no such alarm at your unit."))
        alarms.acknowledge(int(number), **given)
        return gettext("It is noted that you have seen the alarm.")
    if chosen == "work_order":
        device_states.note_work_order(device, text=reason, **given)
        return gettext("The work order is noted in the history of the device.")
    acts = {
        "quarantine": device_states.quarantine_by_hand,
        "pause": device_states.pause,
        "resume": device_states.resume,
        "revoke": device_states.revoke,
    }
    if chosen not in acts:
        raise device_states.Refused(gettext("Choose what to do."))
    acts[chosen](device, reason=reason, **given)
    return gettext("The new state of the device is noted.")


def _acts_from(state: str) -> set[str]:
    """Return the acts that are possible from a state."""
    return {
        Device.State.ACTIVE: {"quarantine", "pause", "revoke"},
        Device.State.QUARANTINED: {"release", "revoke"},
        Device.State.PAUSED: {"resume", "revoke"},
    }.get(Device.State(state), set())


def _facts(report: Any) -> list[tuple[str, Any]]:
    """Return the figures of the newest report that a technician looks for, in words."""
    if report is None:
        return []
    words = {
        "disk_free_pct": (gettext("Disk free"), "%s %%"),
        "fps": (gettext("Pictures a second"), "%s"),
        "temp_c": (gettext("Temperature"), "%s °C"),
        "uptime_s": (gettext("Running for"), "%s s"),
        "queue_depth": (gettext("Waiting at the gateway"), "%s"),
        "queue_oldest_s": (gettext("Oldest waiting"), "%s s"),
        "ntp_stratum": (gettext("NTP stratum"), "%s"),
        "lens_state": (gettext("Lens"), "%s"),
        "config_hash": (gettext("Configuration"), "%s"),
    }
    facts = dict(report.facts)
    if "lens_state" in facts:
        facts["lens_state"] = word(LENSES, str(facts["lens_state"]).lower())
    return [(label, form % facts[name]) for name, (label, form) in words.items() if name in facts]


def _certificates(device: Any, at: Any) -> list[dict[str, Any]]:
    today, ends = at.astimezone(VIET_NAM).date(), ends_of(device)
    return [
        {
            "kind": DeviceCertificate.Kind(kind).label,
            "until": ends.get(kind),
            "days": days_left(ends.get(kind), today),
        }
        for kind in NEEDED
    ]


def _alarms(device: Device) -> list[dict[str, Any]]:
    """Return the open alarms and the last that ended."""
    rows = device.alarms.select_related("acknowledged_by")
    ended = rows.filter(closed_at__isnull=False).order_by("-closed_at")[:SHOWN_ALARMS]
    return [
        {
            "row": alarm,
            "word": alarm_word(alarm.code),
            "figures": alarm_figures(alarm.code, alarm.detail),
        }
        for alarm in [*rows.filter(closed_at__isnull=True).order_by("-opened_at"), *ended]
    ]


def _day(device: Device, at: Any) -> dict[str, Any]:
    hours = device_day.last_day(device, at=at)
    offsets = [hour.offset_ms for hour in hours]
    known = [offset for offset in offsets if offset is not None]
    return {
        "hours": hours,
        "offset_line": device_day.line(offsets),
        "worst_offset": max(known, key=abs) if known else None,
        "events_line": device_day.line([hour.events for hour in hours]),
        "events": sum(hour.events for hour in hours),
    }
