"""Retention on the officers' site: the days, the holds above them, and what was disposed of."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cameras import holds
from cameras.admin.big import BigAdmin, PeriodFilter, ReadOnlyAdmin, within_units
from cameras.models import Detection, Disposal, LegalHold, RetentionRule


@admin.register(RetentionRule)
class RetentionRuleAdmin(BigAdmin):
    """How many days each class is kept; a class without a row is kept for good."""

    is_large = False
    list_display = ["record_class", "keep_days", "basis"]
    sortable_by = ()
    ordering = ["record_class"]
    fields = ["record_class", "keep_days", "basis"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep the class of a row as it was entered; another class is another row."""
        return ["record_class"] if obj is not None else []


class DisposedPeriodFilter(PeriodFilter):
    """The last day, week or month of disposals."""

    moment = "disposed_at"


@admin.register(Disposal)
class DisposalAdmin(ReadOnlyAdmin):
    """Bytes that are gone: their hash, when, and on what ground."""

    list_display = ["disposed_at", "record_class", "short_hash", "size", "ground"]
    list_filter = ["record_class", DisposedPeriodFilter]
    search_fields = ["sha256__exact"]
    search_help_text = "SHA-256"
    sortable_by = ()
    ordering = ["-pk"]
    fields = ["disposed_at", "record_class", "sha256", "size", "ground"]
    readonly_fields = fields

    @admin.display(description="SHA-256")
    def short_hash(self, disposal: Disposal) -> str:
        """Return the beginning of the hash."""
        return disposal.sha256[:16]


@admin.register(LegalHold)
class LegalHoldAdmin(ReadOnlyAdmin):
    """Holds of the person's units; placed and lifted by an act, never by a form of columns."""

    list_display = ["placed_at", "detection", "reason", "placed_by", "lifted_at"]
    list_select_related = ["detection", "placed_by"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "detection__device__site__unit__code"

    def get_urls(self) -> list[URLPattern]:
        """Add the two acts."""
        protect = self.admin_site.admin_view
        own = [
            path(
                "place/<uuid:detection_id>/",
                protect(require_http_methods(["GET", "POST"])(self.place)),
                name="cameras_legalhold_place",
            ),
            path(
                "<int:hold_id>/lift/",
                protect(require_http_methods(["POST"])(self.lift)),
                name="cameras_legalhold_lift",
            ),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one hold and, where it stands, the form that lifts it."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._page(request, self._find(request, object_id))

    def place(self, request: HttpRequest, detection_id: uuid.UUID) -> HttpResponse:
        """Ask for the reason, then keep the bytes of a detection."""
        if not request.user.has_perm(holds.PLACE):
            raise PermissionDenied
        within = within_units(
            Detection.objects.all(), request.user, "device__site__unit__code"
        ).select_related("device")
        detection = within.filter(pk=detection_id).first()
        if detection is None:
            raise Http404
        if request.method == "GET":
            return self._form(request, detection)
        try:
            hold = holds.place_hold(
                detection.pk,
                by_user=request.user,
                reason=request.POST.get("reason", ""),
                at=timezone.now(),
            )
        except holds.Refused as refused:
            return self._form(request, detection, fault=str(refused), status=409)
        messages.success(request, gettext("The evidence is kept until the hold is lifted."))
        return redirect("admin:cameras_legalhold_change", hold.pk)

    def lift(self, request: HttpRequest, hold_id: int) -> HttpResponse:
        """Lift a hold, saying why."""
        if not request.user.has_perm(holds.LIFT):
            raise PermissionDenied
        hold = self._find(request, str(hold_id))
        try:
            holds.lift_hold(
                hold.pk,
                by_user=request.user,
                reason=request.POST.get("reason", ""),
                at=timezone.now(),
            )
        except holds.Refused as refused:
            return self._page(request, hold, fault=str(refused), status=409)
        messages.success(request, gettext("The hold is lifted."))
        return redirect("admin:cameras_legalhold_changelist")

    def _find(self, request: HttpRequest, object_id: str) -> LegalHold:
        """Return a hold of the person's units. Raises PermissionDenied and Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = int(object_id) if object_id.isascii() and object_id.isdigit() else 0
        rows = self.get_queryset(request).select_related(
            "detection__device", "placed_by", "lifted_by"
        )
        hold = rows.filter(pk=number).first() if number < 2**63 else None
        if hold is None:
            raise Http404
        return hold

    def _page(
        self, request: HttpRequest, hold: LegalHold, fault: str = "", status: int = 200
    ) -> HttpResponse:
        may_lift = hold.lifted_at is None and request.user.has_perm(holds.LIFT)
        act = reverse("admin:cameras_legalhold_lift", args=[hold.pk]) if may_lift else ""
        context = {"hold": hold, "act_url": act, "act": gettext("Lift the hold")}
        return self._drawn(request, hold.detection, context, fault, status)

    def _form(
        self, request: HttpRequest, detection: Detection, fault: str = "", status: int = 200
    ) -> HttpResponse:
        standing = detection.holds.filter(lifted_at__isnull=True).count()
        context = {
            "act_url": reverse("admin:cameras_legalhold_place", args=[detection.pk]),
            "act": gettext("Keep the evidence"),
            "standing": standing,
        }
        return self._drawn(request, detection, context, fault, status)

    def _drawn(
        self,
        request: HttpRequest,
        detection: Detection,
        more: dict[str, Any],
        fault: str,
        status: int,
    ) -> HttpResponse:
        may_list = self.has_view_permission(request)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Legal hold"),
            "detection": detection,
            "reason": request.POST.get("reason", ""),
            "fault": fault,
            "list_url": reverse("admin:cameras_legalhold_changelist") if may_list else "",
        }
        return render(request, "cameras/legal_hold.html", context | more, status=status)
