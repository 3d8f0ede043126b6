"""Statements of the accounts fines are paid into, and which line belongs to which money."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit


class StatementImport(models.Model):
    """One statement of an account (sao kê tài khoản), read from a file; the same file once."""

    append_only = True

    class Format(models.TextChoices):
        CAMT053 = "camt.053", "camt.053"
        MT940 = "mt940", "MT940"
        CSV = "csv", "CSV"

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("unit of the account")
    )
    account = models.CharField(_("account"), max_length=34)
    format = models.CharField(_("format"), max_length=8, choices=Format.choices)
    statement_id = models.CharField(_("number of the statement"), max_length=60, blank=True)
    name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, unique=True)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"))
    opening_vnd = models.BigIntegerField(_("opening balance, đồng"))
    closing_vnd = models.BigIntegerField(_("closing balance, đồng"))
    follows_on = models.BooleanField(
        _("follows on"),
        help_text=_("It opens with the balance the statement before it closed with."),
    )
    lines_known = models.PositiveIntegerField(_("lines known before"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("read in by")
    )
    imported_at = models.DateTimeField(_("read in"))

    class Meta:
        verbose_name = _("account statement")
        verbose_name_plural = _("account statements")
        ordering = ["-id"]
        permissions = [("import_statement", "Can read account statements in")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "statement_id"],
                condition=~Q(statement_id=""),
                name="one_statement_of_a_number",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "until_on"], name="statement_by_account"),
            models.Index(fields=["-imported_at"], name="statement_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.until_on:%d/%m/%Y}"


class StatementLine(models.Model):
    """One line of a statement (dòng sao kê): money in above zero, money out below.

    ``line_key`` is a hash of account, day, amount and the bank's number, with the how-many-th it is
    of its kind in the file: an overlapping statement adds nothing twice, and two equal transfers of
    one day stay two.
    """

    append_only = True

    statement = models.ForeignKey(
        StatementImport, models.PROTECT, related_name="lines", verbose_name=_("statement")
    )
    position = models.PositiveIntegerField(_("place in the file"))
    line_key = models.CharField(_("key of the line"), max_length=64, unique=True)
    booked_on = models.DateField(_("booked"))
    value_on = models.DateField(_("value date"))
    amount_vnd = models.BigIntegerField(_("amount, đồng"))
    bank_reference = models.CharField(_("bank's number"), max_length=60, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    counterparty = models.CharField(_("other party"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("line of a statement")
        verbose_name_plural = _("lines of statements")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_vnd=0), name="a_line_moves_money"),
        ]
        indexes = [
            models.Index(fields=["booked_on", "id"], name="line_by_day"),
            models.Index(fields=["bank_reference"], name="line_by_bank_number"),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on:%d/%m/%Y} {self.bank_reference}"


class LineMatch(models.Model):
    """What a line of a statement belongs to (đối chiếu); undone only by a row of its own.

    A match by hand of a large sum waits for a second person.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("a payment of a fine")
        REMITTED = "remitted", _("a payment received before, now in the account")
        RETURNED = "returned", _("a payment sent back")
        REFUNDED = "refunded", _("a refund")
        ASIDE = "aside", _("not for a fine")
        UNDOING = "undoing", _("undone")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("awaits a second person")
        STANDING = "standing", _("stands")
        REFUSED = "refused", _("refused")
        UNDONE = "undone", _("undone")

    line = models.ForeignKey(
        StatementLine, models.PROTECT, related_name="matches", verbose_name=_("line")
    )
    kind = models.CharField(_("what it is"), max_length=8, choices=Kind.choices)
    rule = models.CharField(_("found by"), max_length=20)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    decision = models.ForeignKey(
        "violations.Decision",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decision"),
    )
    refund = models.ForeignKey(
        "violations.Refund", models.PROTECT, null=True, related_name="+", verbose_name=_("refund")
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("matched by"),
    )
    made_at = models.DateTimeField(_("matched"))
    # What became of it, which alone may change:
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    payment = models.ForeignKey(
        "violations.Payment", models.PROTECT, null=True, related_name="+", verbose_name=_("payment")
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), null=True)

    class Meta:
        verbose_name = _("match of a line")
        verbose_name_plural = _("matches of lines")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=["proposed", "standing"]) & ~Q(kind="undoing"),
                name="a_line_belongs_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("made_by")),
                name="nobody_checks_his_own_match",
            ),
        ]
        indexes = [
            models.Index(fields=["line"], name="match_to_check", condition=Q(state="proposed")),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.get_kind_display()}"
