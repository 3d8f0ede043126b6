"""Issued papers, print runs and what happened to each paper: to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from notices.models import Notice, PaperEvent, PrintRun, PrintRunItem
from violations import blindness
from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin


class IssuedPeriodFilter(PeriodFilter):
    """The last day, week or month of papers."""

    moment = "issued_at"


class EventPeriodFilter(PeriodFilter):
    """The last day, week or month of events."""

    moment = "at"


class RunPeriodFilter(PeriodFilter):
    """The last day, week or month of runs."""

    moment = "created_at"


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """The register of papers; their contents are in the PDF, whose every opening is logged."""

    list_display = ["issued_at", "number_text", "kind", "unit_code", "subject", "pdf"]
    list_display_links = None
    list_filter = ["kind", "rendering", IssuedPeriodFilter]
    search_fields = ["number_text__startswith", "subject__exact"]
    search_help_text = _("Number of the paper or of its case")
    sortable_by = ()
    ordering = ["-issued_at"]
    unit_path = "unit_code"
    exclude = ["context", "lookup_digest", "images"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Leave out papers of cases this person still judges: a paper tells the verdict."""
        rows = super().get_queryset(request)
        return blindness.open_to(rows, request.user, at=timezone.now(), number="subject")

    @admin.display(description="PDF")
    def pdf(self, paper: Notice) -> str:
        """Return a link to the PDF once it is made."""
        if paper.rendering != Notice.Rendering.RENDERED:
            state = str(paper.get_rendering_display())
            return f"{state}: {paper.render_fault}" if paper.render_fault else state
        return format_html(
            '<a href="{}">{}</a>', reverse("violations:paper", args=[paper.pk]), paper.pages
        )


class ItemInline(admin.TabularInline):
    """The papers of a run in their places."""

    model = PrintRunItem
    fields = readonly_fields = [
        "position",
        "copy_number",
        "notice",
        "pages",
        "tracking_number",
        "handed_over_at",
        "left_out_reason",
    ]
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Runs are made in the post room."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Runs are changed in the post room."""
        return False


@admin.register(PrintRun)
class PrintRunAdmin(ReadOnlyAdmin):
    """Print runs with their sheets and hashes."""

    list_display = ["created_at", "code", "unit_code", "created_by", "state", "pages", "posted_at"]
    list_select_related = ["created_by"]
    list_filter = ["state", RunPeriodFilter]
    search_fields = ["code__startswith"]
    sortable_by = ()
    ordering = ["-created_at"]
    unit_path = "unit_code"
    inlines = [ItemInline]


@admin.register(PaperEvent)
class PaperEventAdmin(ReadOnlyAdmin):
    """What happened to papers: issued, made, printed, posted, opened."""

    list_display = ["at", "notice", "what", "by_name"]
    list_display_links = None
    list_select_related = ["notice"]
    list_filter = ["what", EventPeriodFilter]
    search_fields = ["notice__number_text__startswith"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["notice"]
    unit_path = "notice__unit_code"
