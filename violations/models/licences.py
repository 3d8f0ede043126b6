"""Driving licences with their points: a ledger of entries, two balances on a combined licence."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from violations.models.decision import Decision
from violations.models.officer import Officer


class Licence(models.Model):
    """A driving licence (giấy phép lái xe). Luật TTATGTĐB Đ58

    A combined licence has two parts with twelve points each: the unlimited part for motorcycles
    and the part with a term for cars (NĐ 168/2024 Đ50 k1 đ.d).
    """

    number = models.CharField(_("licence number"), max_length=20, unique=True)
    classes = models.CharField(_("classes"), max_length=40)
    has_unlimited_part = models.BooleanField(_("has a part without a term (motorcycles)"))
    has_term_part = models.BooleanField(_("has a part with a term (cars)"))
    issued_on = models.DateField(_("issued"), null=True, blank=True)
    issued_by = models.CharField(_("issued by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("driving licence")
        verbose_name_plural = _("driving licences")
        constraints = [
            models.CheckConstraint(
                condition=Q(has_unlimited_part=True) | Q(has_term_part=True),
                name="a_licence_has_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.number[-3:]}"


class LicenceSuspension(models.Model):
    """A time in which a licence is suspended (tước quyền sử dụng): nothing is deducted then."""

    licence = models.ForeignKey(
        Licence, models.PROTECT, related_name="suspensions", verbose_name=_("licence")
    )
    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="licence_suspension", verbose_name=_("decision")
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    cancelled_on = models.DateField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("suspension of a licence")
        verbose_name_plural = _("suspensions of licences")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="a_suspension_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on:%d/%m/%Y} – {self.until_on:%d/%m/%Y}"


class PointsEntry(models.Model):
    """One movement of points (trừ, phục hồi, hoàn điểm): append-only; the balance is computed.

    ``points`` of a deduction are those the decision takes, even where fewer were left to take: the
    rest takes effect when an earlier deduction is given back. ``recorded_by`` and ``basis`` say who
    entered a passed test, and on what paper. ``balance_after`` is what the written rules give for
    the day, kept so that a paper can cite it.
    """

    append_only = True

    class What(models.TextChoices):
        DEDUCTED = "deducted", _("deducted")
        REVERSED = "reversed", _("given back, decision cancelled")
        TESTED = "tested", _("restored after the test")

    class Part(models.TextChoices):
        UNLIMITED = "unlimited", _("motorcycle part")
        TERM = "term", _("car part")

    licence = models.ForeignKey(
        Licence, models.PROTECT, related_name="points", verbose_name=_("licence")
    )
    part = models.CharField(_("part"), max_length=9, choices=Part.choices)
    what = models.CharField(_("what"), max_length=9, choices=What.choices)
    points = models.PositiveSmallIntegerField(_("points"))
    on = models.DateField(_("day"))
    balance_after = models.PositiveSmallIntegerField(_("balance after"))
    decision = models.ForeignKey(
        Decision,
        models.PROTECT,
        null=True,
        related_name="points_entries",
        verbose_name=_("decision"),
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper 02/73")
    )
    recorded_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("movement of points")
        verbose_name_plural = _("movements of points")
        ordering = ["licence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(what="deducted"),
                name="a_decision_deducts_once",
            ),
            models.CheckConstraint(
                condition=Q(balance_after__lte=12), name="a_balance_is_at_most_twelve"
            ),
            models.CheckConstraint(
                condition=~Q(what="reversed") | Q(reverses__isnull=False),
                name="a_reversal_names_what_it_reverses",
            ),
            models.CheckConstraint(
                condition=~Q(what="deducted") | Q(decision__isnull=False, points__gte=1),
                name="a_deduction_has_its_decision",
            ),
            models.CheckConstraint(
                condition=~Q(what="tested") | (Q(recorded_by__isnull=False) & ~Q(basis="")),
                name="a_test_is_entered_by_somebody_on_a_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.points}"
