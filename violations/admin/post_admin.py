"""The books of the post room, to be read: attempts, scans, ranges of numbers, envelopes."""

from __future__ import annotations

from django.contrib import admin

from notices.models import EnvelopeType, PaperDelivery, PostRange, Scan
from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin


class BegunPeriodFilter(PeriodFilter):
    """The last day, week or month of attempts."""

    moment = "begun_at"


class ScanPeriodFilter(PeriodFilter):
    """The last day, week or month of scans."""

    moment = "at"


@admin.register(PaperDelivery)
class PaperDeliveryAdmin(ReadOnlyAdmin):
    """Every attempt to bring a paper to a person, and what came of it."""

    list_display = ["begun_at", "notice", "route", "state", "unit_code", "settled_on", "reason"]
    list_select_related = ["notice"]
    list_filter = ["route", "state", BegunPeriodFilter]
    search_fields = ["notice__number_text__startswith"]
    sortable_by = ()
    ordering = ["-begun_at"]
    unit_path = "unit_code"
    exclude = ["destination"]


@admin.register(Scan)
class ScanAdmin(ReadOnlyAdmin):
    """Every scan at the tables, right or wrong."""

    list_display = ["at", "run", "letter_code", "tracking_number", "result", "by"]
    list_display_links = None
    list_select_related = ["run", "by"]
    list_filter = ["result", ScanPeriodFilter]
    search_fields = ["run__code__startswith"]
    sortable_by = ()
    ordering = ["-pk"]
    unit_path = "run__unit_code"


@admin.register(PostRange)
class PostRangeAdmin(ReadOnlyAdmin):
    """The ranges of postal numbers that were issued; they are registered in the post room."""

    list_display = ["prefix", "first", "last", "unit_code", "issued_on", "receipt", "ended_on"]
    ordering = ["unit_code", "prefix", "first"]
    unit_path = "unit_code"
    is_large = False


@admin.register(EnvelopeType)
class EnvelopeTypeAdmin(ReadOnlyAdmin):
    """The envelopes that were measured in the post room."""

    list_display = ["name", "width", "height", "window_width", "window_height"]
    ordering = ["name"]
    is_large = False
