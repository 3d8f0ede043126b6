"""What is held against the offender besides the first act: further acts and circumstances."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation
from violations.models.law import PenaltyRule
from violations.models.officer import Officer


class FurtherAct(models.Model):
    """An act the same pictures show besides the first (hành vi vi phạm khác trong cùng vụ).

    Several acts handled at once go into one decision, each named and fined by itself (Luật XLVPHC
    Đ3 k1 đ.d, Đ67). A row is withdrawn, never deleted: the record that named it may exist.
    """

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="further_acts", verbose_name=_("case")
    )
    rule = models.ForeignKey(PenaltyRule, models.PROTECT, verbose_name=_("rule"))
    quantity = models.PositiveSmallIntegerField(
        _("persons above the limit"), null=True, blank=True, help_text=_("For acts fined a person.")
    )
    note = models.CharField(_("what shows it"), max_length=400)
    added_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("further act")
        verbose_name_plural = _("further acts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "rule"],
                condition=Q(withdrawn_at__isnull=True),
                name="an_act_is_charged_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.rule)


class Circumstance(models.Model):
    """A mitigating or aggravating circumstance (tình tiết giảm nhẹ, tăng nặng). Đ9, Đ10

    ``ground`` is a code of ``violations.circumstances``; what proves it is written down.
    """

    class Kind(models.TextChoices):
        MITIGATING = "mitigating", _("mitigating")
        AGGRAVATING = "aggravating", _("aggravating")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="circumstances", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    ground = models.CharField(_("ground"), max_length=40)
    proof = models.CharField(_("proof"), max_length=400)
    recorded_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("circumstance")
        verbose_name_plural = _("circumstances")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "ground"],
                condition=Q(withdrawn_at__isnull=True),
                name="a_circumstance_counts_once",
            ),
            models.CheckConstraint(condition=~Q(proof=""), name="a_circumstance_is_proved"),
        ]

    def __str__(self) -> str:
        return self.ground
