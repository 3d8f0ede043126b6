"""Detections: what is held and why, its pictures, and the technician's word on it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
)
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from cameras import cross_reading, evidence, evidence_views, gates, releases
from cameras.admin.big import PeriodFilter, ReadOnlyAdmin
from cameras.admin.bulk_release import BulkReleasePages
from cameras.film_views import film_response
from cameras.models import Detection, EvidenceFile
from cameras.plates import format_plate
from cameras.wording import CLOCKS, FLAGS, ROLES, VEHICLES, VIOLATIONS, exif_in_words, word

VIEW_PICTURES = "cameras.view_evidencefile"
#: Faces of those inside: kept with the evidence, shown on no ordinary page.
NOT_SHOWN = frozenset({"occupant"})


class StateFilter(admin.SimpleListFilter):
    """What waits for a technician comes first; everything else is one click away."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the other states and "all"; held is what is shown without a choice."""
        others = [choice for choice in Detection.State.choices if choice[0] != "held"]
        return [*others, ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        """Name the default for what it is."""
        first, *others = super().choices(changelist)
        yield first | {"display": Detection.State.HELD.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one state."""
        wanted = self.value() or Detection.State.HELD.value
        return queryset if wanted == "all" else queryset.filter(state=wanted)


@admin.register(Detection)
class DetectionAdmin(BulkReleasePages, ReadOnlyAdmin):
    """Detections of the person's units, the held ones first."""

    list_display = ["received_at", "device", "kind", "plate", "state", "held_because"]
    list_select_related = ["device"]
    list_filter = [StateFilter, PeriodFilter]
    search_fields = ["plate_normalised__exact", "device__code__exact"]
    search_help_text = _("Plate without dots, or the code of a device")
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "device__site__unit__code"

    @admin.display(description=_("kind of violation"))
    def kind(self, detection: Detection) -> str:
        """Return the kind of violation in words."""
        return word(VIOLATIONS, detection.violation_type)

    @admin.display(description=_("plate"))
    def plate(self, detection: Detection) -> str:
        """Return the plate as it is printed."""
        return _shown_plate(detection)

    @admin.display(description=_("held because"))
    def held_because(self, detection: Detection) -> str:
        """Return the first reason and how many more there are."""
        if not detection.held_for:
            return ""
        more = len(detection.held_for) - 1
        return gates.sentence(detection.held_for[0]) + (f" (+{more})" if more else "")

    def get_urls(self) -> list[URLPattern]:
        """Add the pictures and the two decisions."""
        protect = self.admin_site.admin_view
        own = [
            path(
                "<uuid:detection_id>/pictures/<int:position>/<slug:variant>/",
                protect(require_GET(self.picture)),
                name="cameras_detection_picture",
            ),
            path(
                "<uuid:detection_id>/decide/",
                protect(require_POST(self.decide)),
                name="cameras_detection_decide",
            ),
        ]
        return [*own, *self.bulk_urls(), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one detection with its pictures, reasons and, if it is held, the decision."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        try:
            detection = self._find(request, uuid.UUID(object_id))
        except ValueError as error:
            raise Http404 from error
        return self._page(request, detection)

    def decide(self, request: HttpRequest, detection_id: uuid.UUID) -> HttpResponse:
        """Release or discard a held detection."""
        detection = self._find(request, detection_id)
        chosen = request.POST.get("decision", "")
        act = {"release": releases.release, "discard": releases.discard}.get(chosen)
        if act is None:
            return self._page(request, detection, gettext("Choose what to do."), status=400)
        try:
            act(
                detection.pk,
                by_user=request.user,
                ground=request.POST.get(f"{chosen}_ground", ""),
                note=request.POST.get("note", ""),
                at=timezone.now(),
            )
        except releases.Refused as refused:
            return self._page(request, detection, str(refused), status=409)
        messages.success(request, gettext("The decision is noted."))
        return redirect("admin:cameras_detection_changelist")

    def picture(
        self, request: HttpRequest, detection_id: uuid.UUID, position: int, variant: str
    ) -> HttpResponseBase:
        """Show one picture or film; the look is noted in the custody log."""
        if not request.user.has_perm(VIEW_PICTURES):
            raise PermissionDenied
        detection = self._find(request, detection_id)
        file = (
            EvidenceFile.objects.select_related("delivery")
            .filter(detection=detection, position=position)
            .exclude(role__in=NOT_SHOWN)
            .first()
        )
        if file is None or variant not in {evidence_views.ORIGINAL, evidence_views.THUMBNAIL}:
            raise Http404
        if file.role == EvidenceFile.FILM:
            return film_response(
                file, request, actor=request.user, reason="held detection", at=timezone.now()
            )
        return evidence_views.picture_response(
            file, variant, actor=request.user, reason="held detection", at=timezone.now()
        )

    def _find(self, request: HttpRequest, detection_id: uuid.UUID) -> Detection:
        """Return a detection of the person's units. Raises PermissionDenied and Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = (
            self.get_queryset(request)
            .select_related("device__site__unit", "delivery", "released_by")
            .filter(pk=detection_id)
            .first()
        )
        if found is None:
            raise Http404
        return found

    def _page(
        self, request: HttpRequest, detection: Detection, fault: str = "", status: int = 200
    ) -> HttpResponse:
        held = detection.state == Detection.State.HELD
        context = self.admin_site.each_context(request) | {
            "title": f"{detection.device.code} · {_shown_plate(detection)}",
            "detection": detection,
            "plate": _shown_plate(detection),
            "second": cross_reading.second_reading(detection),
            "reasons": [gates.sentence(reason) for reason in detection.held_for],
            "pictures": self._pictures(request, detection),
            "disposed_at": evidence.disposed_at(detection),
            "violation": word(VIOLATIONS, detection.violation_type),
            "clock": word(CLOCKS, detection.time_quality),
            "vehicle": word(VEHICLES, detection.vehicle_class),
            "ground": _ground_label(detection),
            "release_grounds": releases.ReleaseGround.choices,
            "discard_grounds": releases.DiscardGround.choices,
            "may_decide": held and request.user.has_perm(releases.PERMISSION),
            "note": request.POST.get("note", ""),
            "fault": fault,
            "list_url": reverse("admin:cameras_detection_changelist"),
            "decide_url": reverse("admin:cameras_detection_decide", args=[detection.pk]),
        }
        return render(request, "cameras/detection.html", context, status=status)

    def _pictures(self, request: HttpRequest, detection: Detection) -> list[dict[str, Any]]:
        """Return what the page shows of each picture; no address for those not to be seen."""
        allowed = request.user.has_perm(VIEW_PICTURES)
        gone = evidence.disposed_at(detection) is not None
        told = {
            image.get("sha256"): image.get("exif") or {}
            for image in detection.canonical.get("images", [])
        }
        shown = []
        for file in detection.evidence.order_by("position"):
            url = ""
            if allowed and file.role not in NOT_SHOWN and not gone:
                url = reverse(
                    "admin:cameras_detection_picture",
                    args=[detection.pk, file.position, evidence_views.ORIGINAL],
                )
            role = word(ROLES, file.role)
            shown.append(
                {
                    "file": file,
                    "url": url,
                    "role": gettext("Film") if file.role == EvidenceFile.FILM else role,
                    "flags": [word(FLAGS, flag) for flag in file.flags],
                    "claims": exif_in_words(told.get(file.sha256, {})),
                    "is_film": file.role == EvidenceFile.FILM,
                }
            )
        return shown


def _shown_plate(detection: Detection) -> str:
    printed = format_plate(detection.plate_normalised, detection.vehicle_class)
    return printed or detection.plate_raw or "?"


def _ground_label(detection: Detection) -> str:
    labels = dict(releases.ReleaseGround.choices) | dict(releases.DiscardGround.choices)
    return str(labels.get(detection.release_ground, detection.release_ground))
