"""Money owed and received: whole đồng, rows instead of balances, double entry."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit


class Beneficiary(models.Model):
    """The State Treasury account a unit's fines go to (tài khoản thu ngân sách nhà nước).

    Account and budget codes are configuration, per unit; those shipped here are placeholders.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    treasury_name = models.CharField(_("treasury"), max_length=160)
    account = models.CharField(_("account"), max_length=30)
    agency_code = models.CharField(_("code of the deciding agency"), max_length=20)
    chapter_code = models.CharField(_("chapter"), max_length=10)
    item_code = models.CharField(_("sub-item"), max_length=10)
    bank_bin = models.CharField(
        _("bank identification number"),
        max_length=6,
        blank=True,
        help_text=_("Six digits of the bank that keeps the account; needed for a VietQR."),
    )
    accepts_vietqr = models.BooleanField(
        _("accepts transfers by VietQR"),
        default=False,
        help_text=_("Only where the Treasury has said so in writing."),
    )
    unverified = models.BooleanField(_("placeholder codes"), default=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("treasury account")
        verbose_name_plural = _("treasury accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_until__isnull=True), name="one_open_account"
            ),
            models.CheckConstraint(
                condition=Q(accepts_vietqr=False) | ~Q(bank_bin=""),
                name="a_vietqr_needs_the_number_of_the_bank",
            ),
        ]

    def __str__(self) -> str:
        return self.account


class Payment(models.Model):
    """Money received for one decision (khoản đã nộp); never altered, undone only by another row.

    ``unique(provider, reference)``: the same money told twice is one row.
    """

    append_only = True

    decision = models.ForeignKey(
        "violations.Decision", models.PROTECT, related_name="payments", verbose_name=_("decision")
    )
    provider = models.CharField(_("provider"), max_length=20)
    reference = models.CharField(_("provider's number"), max_length=60)
    amount_vnd = models.BigIntegerField(_("amount, đồng"))
    fine_vnd = models.BigIntegerField(_("towards the fine, đồng"))
    late_charge_vnd = models.BigIntegerField(_("towards the late charge, đồng"))
    unapplied_vnd = models.BigIntegerField(_("to be returned, đồng"))
    paid_at = models.DateTimeField(_("paid"))
    paid_on = models.DateField(_("day of payment"))
    received_at = models.DateTimeField(_("told to us"))

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reference"], name="the_same_money_is_one_row"
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_vnd__gt=0,
                    fine_vnd__gte=0,
                    late_charge_vnd__gte=0,
                    unapplied_vnd__gte=0,
                    amount_vnd=models.F("fine_vnd")
                    + models.F("late_charge_vnd")
                    + models.F("unapplied_vnd"),
                ),
                name="every_dong_is_applied_once",
            ),
        ]
        indexes = [
            # The search by a provider's number, whoever the provider is.
            models.Index(fields=["reference"], name="payment_by_reference"),
            # The list by provider, and of the last day, week or month.
            models.Index(fields=["provider", "-id"], name="payment_by_provider"),
            models.Index(fields=["-received_at"], name="payment_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}"


class LedgerAccount(models.Model):
    """An account of the ledger (tài khoản sổ cái), such as ``receivable:fine``."""

    code = models.CharField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class LedgerTransaction(models.Model):
    """One balanced posting (bút toán); a deferred trigger refuses a commit off balance."""

    append_only = True

    kind = models.CharField(_("kind"), max_length=30)
    source_key = models.CharField(_("source"), max_length=80)
    memo = models.CharField(_("memo"), max_length=160, blank=True)
    occurred_at = models.DateTimeField(_("occurred"))
    posted_at = models.DateTimeField(_("posted"))

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "source_key"], name="one_posting_per_source"),
        ]
        indexes = [
            # The search by source, whatever was posted from it.
            models.Index(fields=["source_key"], name="posting_by_source"),
            # The list of the last day, week or month.
            models.Index(fields=["-posted_at"], name="posting_by_time"),
        ]

    def __str__(self) -> str:
        return self.source_key


class LedgerEntry(models.Model):
    """One side of a posting: a signed amount in đồng, debit above zero."""

    append_only = True

    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, related_name="entries", verbose_name=_("transaction")
    )
    account = models.ForeignKey(LedgerAccount, models.PROTECT, verbose_name=_("account"))
    amount_vnd = models.BigIntegerField(_("amount, đồng"))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.CheckConstraint(condition=~Q(amount_vnd=0), name="no_empty_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_vnd}"
