"""Accounts of staff, payments and look-ups, to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens import (
    account_admin,  # noqa: F401  # registered by being imported
    canary_admin,
    naming_admin,
)
from citizens.desk import submissions
from citizens.models import (
    ElectronicConsent,
    GatewayEvent,
    LineMatch,
    LookupEntry,
    PaymentAttempt,
    StatementImport,
    StatementLine,
    User,
)
from citizens.partners import desk as partner_desk
from violations.admin import home_todo
from violations.admin.big_admin import KnownValuesFilter, PeriodFilter, ReadOnlyAdmin

admin.site.unregister(Group)  # roles are code (violations.roles), not rows to be edited
home_todo.FURTHER.append(canary_admin.todo)
home_todo.FURTHER.append(submissions.todo_of)
naming_admin.join_the_workbench()
home_todo.FURTHER.append(partner_desk.todo)


#: Who reads the access log checks people, and sees everybody who holds power.
CHECKER = "violations.view_accessentry"


class RoleFilter(admin.SimpleListFilter):
    """Accounts by role, named in the reader's language."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the roles."""
        roles = Group.objects.order_by("pk")
        return [(str(role.pk), gettext(role.name)) for role in roles]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the accounts that hold the role."""
        return queryset.filter(groups=self.value()) if self.value() else queryset


@admin.register(User)
class StaffAdmin(ReadOnlyAdmin):
    """Accounts of staff, to be read. Every change has its act and its reason, under Staff."""

    is_large = False
    list_display = ["username", "full_name", "roles", "unit", "is_active", "last_login"]
    list_select_related = ["officer__unit"]
    list_filter = ["is_active", RoleFilter]
    search_fields = ["username__startswith", "full_name"]
    search_help_text = _("User name or name")
    sortable_by = ()
    ordering = ["username"]
    fields = ["username", "full_name", "is_active", "roles", "unit", "last_login", "acts"]
    readonly_fields = ["roles", "unit", "acts"]
    unit_path = "officer__unit__code"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Show accounts with all power to whoever checks people, and to themselves, of any unit."""
        rows = super().get_queryset(request)
        user = request.user
        if user.is_superuser or user.has_perm(CHECKER):
            every = admin.ModelAdmin.get_queryset(self, request)
            rows = every.filter(Q(pk__in=rows.values("pk")) | Q(is_superuser=True))
        else:
            rows = rows.filter(is_superuser=False)
        return rows.prefetch_related("groups")

    @admin.display(description=_("Roles"))
    def roles(self, user: User) -> str:
        """Return the roles of an account; all power stands above them."""
        if user.is_superuser:
            return gettext("all power")
        return ", ".join(gettext(group.name) for group in user.groups.all())

    @admin.display(description=_("Unit"))
    def unit(self, user: User) -> str:
        """Return the unit of the officer."""
        officer = getattr(user, "officer", None)
        return str(officer.unit) if officer else "–"

    @admin.display(description=_("Acts and history"))
    def acts(self, user: User) -> str:
        """Return the way to the person's page."""
        if getattr(user, "officer", None) is None:
            return "–"
        there = reverse("violations:person", args=[user.pk])
        return format_html('<a href="{}">{}</a>', there, gettext("Open the person's page"))


class StartedPeriodFilter(PeriodFilter):
    """The last day, week or month of payment trips."""

    moment = "created_at"


class LookPeriodFilter(PeriodFilter):
    """The last day, week or month of look-ups."""

    moment = "at"


class GatewayFilter(KnownValuesFilter):
    """Rows of one payment gateway."""

    title = _("gateway")
    parameter_name = "gateway"
    values = ("vnpay", "vietqr", "dvcqg")


class GivenPeriodFilter(PeriodFilter):
    """The last day, week or month of consents."""

    moment = "given_at"


@admin.register(ElectronicConsent)
class ElectronicConsentAdmin(ReadOnlyAdmin):
    """Consents to electronic delivery, without the addresses: those stand on the case's page."""

    list_display = ["given_at", "proof", "by_account", "has_email", "has_phone", "withdrawn_at"]
    list_filter = [GivenPeriodFilter]
    sortable_by = ()
    ordering = ["-given_at"]
    exclude = ["person_digest", "email", "phone"]
    raw_id_fields = ["case", "document", "recorded_by", "withdrawn_by"]
    unit_path = "case__unit__code"

    @admin.display(description=_("e-mail"), boolean=True)
    def has_email(self, consent: ElectronicConsent) -> bool:
        """Tell whether mail is agreed to."""
        return bool(consent.email)

    @admin.display(description=_("text message"), boolean=True)
    def has_phone(self, consent: ElectronicConsent) -> bool:
        """Tell whether text messages are agreed to."""
        return bool(consent.phone)


@admin.register(PaymentAttempt)
class PaymentAttemptAdmin(ReadOnlyAdmin):
    """Trips to payment gateways and what became of them."""

    list_display = ["created_at", "gateway", "merchant_reference", "amount_vnd", "state"]
    list_filter = [GatewayFilter, "state", StartedPeriodFilter]
    search_fields = ["merchant_reference__exact", "gateway_transaction__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["decision"]
    exclude = ["form_key"]
    unit_path = "decision__case__unit__code"


OUTCOMES = {
    "paid": _("paid"),
    "failed": _("not paid"),
    "pending": _("no result yet"),
    "reversed": _("given back"),
    "not_found": _("not known to the bank"),
    "review": _("under review"),
}


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyAdmin):
    """What gateways told us, as they told it."""

    list_display = ["received_at", "gateway", "kind", "signature_true", "result", "reply_code"]
    list_filter = [GatewayFilter, "kind", "signature_true", PeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["attempt"]
    exclude = ["outcome"]
    readonly_fields = ["result"]
    unit_path = "attempt__decision__case__unit__code"

    @admin.display(description=_("outcome"), empty_value="–")
    def result(self, event: GatewayEvent) -> str | None:
        """Return what the gateway said became of the payment, in the reader's language."""
        return str(OUTCOMES.get(event.outcome, event.outcome)) or None


class ReadInPeriodFilter(PeriodFilter):
    """The last day, week or month of statements."""

    moment = "imported_at"


@admin.register(StatementImport)
class StatementImportAdmin(ReadOnlyAdmin):
    """Account statements that were read in."""

    list_display = ["imported_at", "account", "format", "from_on", "until_on", "closing_vnd"]
    list_filter = ["format", ReadInPeriodFilter]
    search_fields = ["statement_id__exact", "sha256__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["imported_by"]
    unit_path = "unit__code"


@admin.register(StatementLine)
class StatementLineAdmin(ReadOnlyAdmin):
    """Lines of statements, as the bank wrote them."""

    list_display = ["booked_on", "bank_reference", "amount_vnd", "text"]
    search_fields = ["bank_reference__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["statement"]
    unit_path = "statement__unit__code"


@admin.register(LineMatch)
class LineMatchAdmin(ReadOnlyAdmin):
    """What lines belong to, by which rule or person."""

    list_display = ["made_at", "line", "kind", "rule", "state"]
    list_select_related = ["line"]
    list_filter = ["state", "kind"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["line", "decision", "payment", "refund", "undoes", "made_by", "checked_by"]
    unit_path = "line__statement__unit__code"


@admin.register(LookupEntry)
class LookupEntryAdmin(ReadOnlyAdmin):
    """Public look-ups, kept without plate, code or address."""

    list_display = ["at", "way", "found"]
    list_filter = ["way", LookPeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    exclude = ["subject_digest", "network_digest"]
