"""The inbox and its quarantine: what came, what was made of it, and why something was put aside."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras import custody, evidence, parsing
from cameras.admin.big import PeriodFilter, ReadOnlyAdmin
from cameras.models import CustodyEvent, Delivery
from cameras.releases import PERMISSION
from cameras.tasks import queue_parsing
from cameras.wording import FAULTS, word


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Raw deliveries, newest first; quarantine is a filter of this list."""

    list_display = ["received_at", "device", "state", "fault", "body_size", "remote_address"]
    list_select_related = ["device"]
    list_filter = ["state", PeriodFilter]
    search_fields = ["body_sha256__exact", "device__code__exact"]
    search_help_text = _("SHA-256 of a body, or the code of a device")
    sortable_by = ()
    # UUIDv7 sorts by time, and its index serves the list at any size.
    ordering = ["-pk"]
    unit_path = "device__site__unit__code"
    actions = ["read_again"]
    fields = [
        "id", "device", "received_at", "state", "fault", "fault_code", "fault_reason", "attempts",
        "adapter_version", "parsed_at", "method", "shown_path", "remote_address", "authenticity",
        "body_size", "body_sha256", "kept_size", "kept_sha256", "shown_headers", "raw_bytes",
    ]  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Add the download of the raw bytes."""
        download = path(
            "<uuid:delivery_id>/raw/",
            self.admin_site.admin_view(self.download),
            name="cameras_delivery_raw",
        )
        return [download, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the fields; the download only for those to whom it is open."""
        shown = list(self.fields or [])
        return (
            shown
            if self.has_release_permission(request)
            else [name for name in shown if name != "raw_bytes"]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show every field, change none."""
        return list(self.fields or [])

    @admin.display(description=_("path"))
    def shown_path(self, delivery: Delivery) -> str:
        """Return the path without the device's secret, which an auditor need not know."""
        secret = delivery.device.path_token if delivery.device else ""
        return delivery.path.replace(secret, "•••") if secret else delivery.path

    @admin.display(description=_("headers"))
    def shown_headers(self, delivery: Delivery) -> str:
        """Return the headers as they came."""
        lines = "\n".join(f"{name}: {value}" for name, value in delivery.headers)
        return format_html("<pre>{}</pre>", lines)

    @admin.display(description=_("fault"))
    def fault(self, delivery: Delivery) -> str:
        """Return why the delivery was put aside, and what to do."""
        return word(FAULTS, delivery.fault_code)

    @admin.display(description=_("raw bytes"))
    def raw_bytes(self, delivery: Delivery) -> str:
        """Link to the download; the right to it is checked there again."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:cameras_delivery_raw", args=[delivery.pk]),
            gettext("Download (noted in the custody log)"),
        )

    def download(self, request: HttpRequest, delivery_id: uuid.UUID) -> HttpResponse:
        """Hand a technician the kept bytes as a file no browser will open."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        delivery = self.get_queryset(request).filter(pk=delivery_id).first()
        if delivery is None:
            raise Http404
        try:
            data = evidence.store().read(delivery.kept_sha256)
        except FileNotFoundError as error:
            raise Http404 from error
        custody.record(
            CustodyEvent.Action.EXPORTED,
            delivery=delivery,
            actor=request.user,
            reason="raw delivery downloaded",
            at=timezone.now(),
        )
        return HttpResponse(
            data,
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{delivery.pk}.bin"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
                "Content-Security-Policy": "default-src 'none'; sandbox",
            },
        )

    def has_release_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may send deliveries to be read again."""
        return bool(request.user.has_perm(PERMISSION))

    @admin.action(
        description=_("Read again what is whole and authenticated"),
        permissions=["release"],
    )
    def read_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Send quarantined deliveries to the workers once more."""
        chosen = list(queryset.values_list("pk", flat=True)[:200])
        sent = [
            pk for pk in chosen if parsing.read_again(pk, by_user=request.user, at=timezone.now())
        ]
        for pk in sent:
            queue_parsing([str(pk)])
        text = gettext("%(sent)d of %(chosen)d deliveries were sent to be read again.")
        messages.info(request, text % {"sent": len(sent), "chosen": len(chosen)})
