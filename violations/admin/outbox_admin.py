"""Messages to other agencies: to be read, and the stuck ones to be sent again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from violations import dispatch
from violations.admin import agency_sheet
from violations.admin.big_admin import PeriodFilter, ReadOnlyAdmin, cell
from violations.chips import Chip
from violations.models import AgencyMessage, AgencyResend, AgencyWarning


class WrittenPeriodFilter(PeriodFilter):
    """The last day, week or month of messages."""

    moment = "created_at"


class ResendInline(admin.TabularInline):
    """Who ordered that a stuck message be sent again."""

    model = AgencyResend
    can_delete = False
    extra = 0
    fields = ["at", "by", "fault"]
    readonly_fields = ["at", "by", "fault"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows come from the order itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was ordered is not edited."""
        return False


@admin.register(AgencyMessage)
class AgencyMessageAdmin(ReadOnlyAdmin):
    """The outbox; nobody edits what an agency is told."""

    list_display = [
        "created_at", "case_number", "agency", "kind", "state_chip", "attempts", "what_is_wrong",
        "receipt",
    ]  # fmt: skip
    list_filter = ["agency", "state", "kind", WrittenPeriodFilter]
    list_select_related = ["case"]
    search_fields = ["case__number__exact"]
    search_help_text = _("Number of the case")
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case"]
    exclude = ["fault"]
    readonly_fields = ["what_is_wrong"]
    unit_path = "case__unit__code"
    inlines = [ResendInline]
    actions = ["send_again"]

    @admin.display(description=_("case"))
    def case_number(self, message: AgencyMessage) -> str:
        """Return the number of the case."""
        return message.case.number

    @admin.display(description=_("state"))
    def state_chip(self, message: AgencyMessage) -> str:
        """Return the state as the case page shows it."""
        tone, shape = agency_sheet.LOOKS[AgencyMessage.State(message.state)]
        return cell("status", {"chip": Chip(tone, shape, message.get_state_display())})

    @admin.display(description=_("fault"))
    def what_is_wrong(self, message: AgencyMessage) -> str:
        """Return the fault in the reader's language."""
        return agency_sheet.fault(message.fault) or "–"

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may send stuck messages again."""
        return bool(request.user.has_perm("violations.manage_outbox"))

    @admin.action(permissions=["manage"], description=_("Send the stuck ones again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[AgencyMessage]) -> None:
        """Let the chosen messages that are stuck be sent again; the order is written down."""
        count = dispatch.send_again(
            list(queryset.values_list("pk", flat=True)), user=request.user, at=timezone.now()
        )
        self.message_user(
            request,
            ngettext(
                "%(count)d message will be sent again.",
                "%(count)d messages will be sent again.",
                count,
            )
            % {"count": count},
            messages.SUCCESS if count else messages.WARNING,
        )


@admin.register(AgencyWarning)
class AgencyWarningAdmin(ReadOnlyAdmin):
    """Warnings to agencies, standing and lifted."""

    list_display = ["sent_on", "case", "agency", "ground", "lifted_on"]
    list_filter = ["agency", "ground", ("lifted_on", admin.EmptyFieldListFilter)]
    list_select_related = ["case"]
    search_fields = ["case__number__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case"]
    unit_path = "case__unit__code"
