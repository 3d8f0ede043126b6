"""Money: what was paid and how it was booked, to be read; the treasury accounts, to be replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from violations.admin.big_admin import (
    BigAdmin,
    KnownValuesFilter,
    PeriodFilter,
    ReadOnlyAdmin,
)
from violations.admin.money_sheet import lines_of
from violations.models import (
    Beneficiary,
    Decision,
    LedgerEntry,
    LedgerTransaction,
    OfficerTitle,
    Payment,
    PaymentClaim,
    PaymentReversal,
    Refund,
    StateVoucher,
)

POSTINGS = {
    "fine_imposed": _("fine imposed"),
    "payment_received": _("payment received"),
    "payment_reversed": _("payment taken back"),
    "refund_paid": _("refund paid"),
    "fine_adjusted": _("fine changed"),
    "late_charge_returned": _("late charge owed back"),
    "statement_line": _("line of a statement"),
    "statement_match": _("line matched"),
}


class ReceivedPeriodFilter(PeriodFilter):
    """The last day, week or month of payments."""

    moment = "received_at"


class PostedPeriodFilter(PeriodFilter):
    """The last day, week or month of postings."""

    moment = "posted_at"


class ProviderFilter(KnownValuesFilter):
    """Payments of one provider."""

    title = _("provider")
    parameter_name = "provider"
    values = ("vnpay", "bank", "counter", "dvcqg")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money received, by the provider's own number."""

    list_display = [
        "received_at", "provider", "reference", "amount_vnd", "fine_vnd", "late_charge_vnd",
        "unapplied_vnd",
    ]  # fmt: skip
    list_filter = [ProviderFilter, ReceivedPeriodFilter]
    search_fields = ["reference__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["decision"]
    unit_path = "decision__case__unit__code"


@admin.register(PaymentReversal)
class PaymentReversalAdmin(ReadOnlyAdmin):
    """Payments that were taken back."""

    list_display = ["reversed_on", "payment", "kind", "reference"]
    list_select_related = ["payment"]
    list_filter = ["kind"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["payment"]
    unit_path = "payment__decision__case__unit__code"


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Refunds and who asked for, approved and paid them."""

    list_display = ["requested_at", "request_id", "amount_vnd", "route", "state"]
    list_filter = ["state", "route"]
    search_fields = ["request_id__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["payment", "requested_by", "settled_by"]
    unit_path = "payment__decision__case__unit__code"


@admin.register(PaymentClaim)
class PaymentClaimAdmin(ReadOnlyAdmin):
    """What people say they have paid, and what was answered."""

    list_display = ["made_at", "case", "channel", "paid_on", "amount_vnd", "state"]
    list_select_related = ["case"]
    list_filter = ["state", "channel"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case", "closed_by"]
    unit_path = "case__unit__code"


@admin.register(StateVoucher)
class StateVoucherAdmin(ReadOnlyAdmin):
    """The State's own receipts, by number."""

    list_display = ["issued_on", "number", "payment"]
    list_select_related = ["payment"]
    search_fields = ["number__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["payment", "recorded_by"]
    unit_path = "payment__decision__case__unit__code"


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """Signed decisions with their sums."""

    list_display = ["decided_on", "notice", "fine_vnd", "signed_by", "title_then"]
    list_select_related = ["notice", "signed_by__user"]
    search_fields = ["case__number__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    raw_id_fields = ["case", "record", "notice"]
    exclude = ["signed_title", "arithmetic"]
    readonly_fields = ["title_then", "how_computed"]
    unit_path = "case__unit__code"

    @admin.display(description=_("title when signing"))
    def title_then(self, decision: Decision) -> str:
        """Return the signer's title of that day in the reader's language."""
        titles = dict(OfficerTitle._meta.get_field("title").flatchoices)
        return str(titles.get(decision.signed_title, decision.signed_title))

    @admin.display(description=_("how it was computed"))
    def how_computed(self, decision: Decision) -> str:
        """Return the steps of the computation, a line each, in the reader's language."""
        lines = [
            (words, f"{amount:,}".replace(",", "."))
            for words, amount in lines_of(decision.arithmetic)
        ]
        return format_html_join(mark_safe("<br>"), "{}: {}\u00a0₫", lines)


class EntryInline(admin.TabularInline):
    """The sides of a posting; they sum to nought."""

    model = LedgerEntry
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Postings come from acts."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Postings are not edited."""
        return False


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(ReadOnlyAdmin):
    """The journal."""

    list_display = ["posted_at", "what_for", "source_key", "occurred_at"]
    list_filter = [PostedPeriodFilter]
    search_fields = ["source_key__exact"]
    sortable_by = ()
    ordering = ["-pk"]
    inlines = [EntryInline]
    exclude = ["kind"]
    readonly_fields = ["what_for"]

    @admin.display(description=_("kind"))
    def what_for(self, posting: LedgerTransaction) -> str:
        """Return what was posted in the reader's language."""
        return str(POSTINGS.get(posting.kind, posting.kind))


class BeneficiaryForm(forms.ModelForm):
    """A new account; the one in force ends on the day before."""

    class Meta:
        model = Beneficiary
        fields = [
            "unit", "treasury_name", "account", "agency_code", "chapter_code", "item_code",
            "bank_bin", "accepts_vietqr", "unverified", "valid_from",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse a day before the account in force began."""
        cleaned: dict[str, Any] = super().clean() or {}
        unit, day = cleaned.get("unit"), cleaned.get("valid_from")
        if unit and day and open_accounts(unit).filter(valid_from__gte=day).exists():
            raise ValidationError(
                gettext("The account in force began on that day or later; choose a later day.")
            )
        return cleaned

    def validate_constraints(self) -> None:
        """Leave out "one open account": saving ends the former one in the same transaction."""


@admin.register(Beneficiary)
class BeneficiaryAdmin(BigAdmin):
    """Treasury accounts by unit. A row is never changed: a new one replaces it."""

    is_large = False
    form = BeneficiaryForm
    list_display = ["unit", "treasury_name", "account", "valid_from", "valid_until", "unverified"]
    list_select_related = ["unit"]
    sortable_by = ()
    unit_path = "unit__code"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Decisions name the row, so it stays as it was."""
        return False

    def save_model(self, request: HttpRequest, obj: Beneficiary, form: Any, change: bool) -> None:
        """End the account in force on the day before the new one begins."""
        open_accounts(obj.unit).update(valid_until=obj.valid_from - timedelta(days=1))
        super().save_model(request, obj, form, change)


def open_accounts(unit: Any) -> Any:
    """Return the account of a unit that has no end."""
    return Beneficiary.objects.filter(unit=unit, valid_until__isnull=True)
