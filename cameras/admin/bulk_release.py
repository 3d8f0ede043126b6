"""Release what was held for nothing but the quarantine of its device, after a look at the count."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from cameras import releases
from cameras.admin.big import within_units
from cameras.models import Detection, Device

#: The originals of each are checked against their hashes, which takes its time.
MOST_AT_ONCE = 100
QUARANTINE_ALONE = [{"code": "device_quarantined"}]


def held_by_quarantine(device: Device) -> QuerySet[Detection]:
    """Return the held detections of a device that lack nothing else."""
    return Detection.objects.filter(
        device=device, state=Detection.State.HELD, held_for=QUARANTINE_ALONE
    )


class BulkReleasePages:
    """The part of the detections' admin that releases many of one device on one ground."""

    admin_site: Any

    def bulk_urls(self) -> list[URLPattern]:
        """Return the page of confirmation."""
        return [
            path(
                "release-of-device/<int:device_id>/",
                self.admin_site.admin_view(self.release_of_device),
                name="cameras_detection_release_of_device",
            )
        ]

    def release_of_device(self: Any, request: HttpRequest, device_id: int) -> HttpResponse:
        """Show how many would be released, and on the second step release them."""
        if not request.user.has_perm(releases.PERMISSION):
            raise PermissionDenied
        devices = within_units(
            Device.objects.select_related("site__unit"), request.user, "site__unit__code"
        )
        device = devices.filter(pk=device_id).first()
        if device is None:
            raise Http404
        if request.method != "POST":
            return self.draw_bulk(request, device)
        return self.release_many(request, device)

    def release_many(self: Any, request: HttpRequest, device: Device) -> HttpResponse:
        """Release up to a hundred, oldest first, each as it would be released alone."""
        if device.state == Device.State.QUARANTINED:
            fault = gettext("The device is still in quarantine. Release the device first.")
            return self.draw_bulk(request, device, fault, status=409)
        chosen = held_by_quarantine(device).order_by("pk").values_list("pk", flat=True)
        released, faults = 0, []
        for detection_id in list(chosen[:MOST_AT_ONCE]):
            try:
                releases.release(
                    detection_id,
                    by_user=request.user,
                    ground=request.POST.get("ground", ""),
                    note=request.POST.get("note", ""),
                    at=timezone.now(),
                )
                released += 1
            except releases.Refused as refused:
                faults.append(str(refused))
        if faults and not released:
            return self.draw_bulk(request, device, faults[0], status=409)
        for fault in dict.fromkeys(faults):
            messages.warning(request, fault)
        text = ngettext(
            "%(count)s detection was released.", "%(count)s detections were released.", released
        )
        messages.success(request, text % {"count": released})
        if held_by_quarantine(device).exists():
            return redirect("admin:cameras_detection_release_of_device", device.pk)
        return redirect("admin:cameras_device_health", device.pk)

    def draw_bulk(
        self: Any, request: HttpRequest, device: Device, fault: str = "", status: int = 200
    ) -> HttpResponse:
        """Draw the page of confirmation with its count."""
        held = Detection.objects.filter(device=device, state=Detection.State.HELD)
        count = held_by_quarantine(device).count()
        context = self.admin_site.each_context(request) | {
            "title": gettext("Release what the quarantine held"),
            "device": device,
            "count": count,
            "now": min(count, MOST_AT_ONCE),
            "others": held.count() - count,
            "grounds": releases.ReleaseGround.choices,
            "note": request.POST.get("note", ""),
            "fault": fault,
        }
        return render(request, "cameras/bulk_release.html", context, status=status)
