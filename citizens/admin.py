"""Accounts of staff, made with officer and title in one form; payments and look-ups, to read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from citizens.models import GatewayEvent, LookupEntry, PaymentAttempt, User
from violations.admin.big_admin import (
    BigAdmin,
    KnownValuesFilter,
    PeriodFilter,
    ReadOnlyAdmin,
)
from violations.models import Officer, OfficerTitle

admin.site.unregister(Group)  # roles are code (violations.roles), not rows to be edited


class RoleChoice(forms.ModelMultipleChoiceField):
    """Choose roles by their names in the reader's language."""

    def label_from_instance(self, obj: Group) -> str:
        """Return the role's name, translated."""
        return gettext(obj.name)


class StaffCreationForm(BaseUserCreationForm):
    """A new member of staff: account, role, unit, badge and title at once."""

    roles = RoleChoice(
        label=_("Roles"),
        queryset=Group.objects.order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No role includes another. Administrators have no rights on cases."),
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.order_by("code"))
    badge = forms.CharField(label=_("Badge number"), max_length=20)
    title = forms.ChoiceField(
        label=_("Title"), choices=OfficerTitle._meta.get_field("title").choices
    )
    title_from = forms.DateField(
        label=_("Title held since"), widget=admin.widgets.AdminDateWidget()
    )

    class Meta:
        model = User
        fields = ["username", "full_name"]

    def clean_badge(self) -> str:
        """Return the badge number. Raises ValidationError for one already given."""
        badge = str(self.cleaned_data["badge"]).strip()
        if Officer.objects.filter(badge=badge).exists():
            raise forms.ValidationError(gettext("This badge number is already given."))
        return badge


class StaffChangeForm(forms.ModelForm):
    """What may change of an account; officer and title are changed under Officers."""

    groups = RoleChoice(
        label=_("Roles"),
        queryset=Group.objects.order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = User
        fields = ["username", "full_name", "is_active", "groups"]


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
class StaffAdmin(BigAdmin, UserAdmin):
    """Accounts of staff. Nobody is deleted: an account that is no longer used is closed.

    A new member of staff sets up a second factor at the first sign-in; until then nothing opens.
    """

    is_large = False
    form = StaffChangeForm
    add_form = StaffCreationForm
    list_display = ["username", "full_name", "roles", "unit", "is_active", "last_login"]
    list_select_related = ["officer__unit"]
    list_filter = ["is_active", RoleFilter]
    search_fields = ["username__startswith", "full_name"]
    search_help_text = _("User name or name")
    sortable_by = ()
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [(None, {"fields": ["username", "full_name", "is_active", "groups"]})]
    add_fieldsets = [
        (_("Account"), {"fields": ["username", "full_name", "password1", "password2"]}),
        (_("Role and place"), {"fields": ["roles", "unit", "badge", "title", "title_from"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Leave superusers out of sight of everybody but themselves."""
        rows = super().get_queryset(request).prefetch_related("groups")
        return rows if request.user.is_superuser else rows.filter(is_superuser=False)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody gives himself a role, or locks himself out."""
        own = obj is not None and obj.pk == request.user.pk
        return ["groups", "is_active"] if own else []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the account; a new one becomes an officer with a title in the same transaction."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        if change:
            return
        filled = form.cleaned_data
        obj.groups.set(filled["roles"])
        officer = Officer.objects.create(user=obj, badge=filled["badge"], unit=filled["unit"])
        OfficerTitle.objects.create(
            officer=officer, title=filled["title"], from_day=filled["title_from"]
        )

    @admin.display(description=_("Roles"))
    def roles(self, user: User) -> str:
        """Return the roles of an account."""
        return ", ".join(gettext(group.name) for group in user.groups.all())

    @admin.display(description=_("Unit"))
    def unit(self, user: User) -> str:
        """Return the unit of the officer."""
        officer = getattr(user, "officer", None)
        return str(officer.unit) if officer else "–"


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
    values = ("vnpay",)


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


@admin.register(LookupEntry)
class LookupEntryAdmin(ReadOnlyAdmin):
    """Public look-ups, kept without plate, code or address."""

    list_display = ["at", "way", "found"]
    list_filter = ["way", LookPeriodFilter]
    sortable_by = ()
    ordering = ["-pk"]
    exclude = ["subject_digest", "network_digest"]
