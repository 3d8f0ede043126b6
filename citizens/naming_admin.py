"""Who said who drove, and who came by appointment, to be read; every change has its page."""

from __future__ import annotations

from django.contrib import admin

from citizens import naming_desk
from citizens.models import Appointment, DriverStatement, Erasure, Nomination
from violations.admin import home_todo, navigation
from violations.admin.big_admin import ReadOnlyAdmin


def join_the_workbench() -> None:
    """Let the workbench and the tab count what waits; called once, when the site is made."""
    home_todo.FURTHER.append(naming_desk.todo)
    navigation.WAITING["drivers:list"] = naming_desk.statements_waiting


@admin.register(DriverStatement)
class DriverStatementAdmin(ReadOnlyAdmin):
    """Statements of drivers; the list names nobody."""

    list_display = ["made_at", "manner", "is_owner", "state"]
    list_filter = ["state", "manner"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case", "nomination", "code", "settled_by"]
    exclude = ["form_key"]
    unit_path = "case__unit__code"


@admin.register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    """People named as drivers, and what they answered; the list names nobody."""

    list_display = ["named_at", "reason", "depth", "state"]
    list_filter = ["state", "reason"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case", "predecessor", "fleet_row", "printed_by"]
    exclude = ["form_key", "code_digest"]
    unit_path = "case__unit__code"


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    """Who comes when."""

    list_display = ["booked_at", "slot", "state"]
    list_select_related = ["slot"]
    list_filter = ["state"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case", "slot"]
    exclude = ["form_key"]
    unit_path = "case__unit__code"


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """What was erased of what people wrote, and on which ground."""

    list_display = ["erased_at", "what", "row_count", "file_count", "ground"]
    list_filter = ["what"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case"]
    unit_path = "case__unit__code"
