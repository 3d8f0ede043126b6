"""What would press a person and waits for an officer's word before it goes out."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation
from violations.models.officer import Officer


class PendingMeasure(models.Model):
    """A charge or warning that the law's clock calls for (biện pháp chờ xác nhận).

    The sweep proposes it when a clock has run out; an officer confirms or declines it with the
    delivery history before him. TT 73/2024 Đ24 k5; NĐ 168/2024 Đ47 k11; Luật XLVPHC Đ78
    """

    class Kind(models.TextChoices):
        WARN_NO_SHOW = "warn_no_show", _("Warn the agencies: the owner has not come")
        WARN_UNPAID = "warn_unpaid", _("Warn the agencies: the decision is not complied with")
        BEGIN_LATE_CHARGE = "begin_late_charge", _("The late charge begins, service unproven")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for confirmation")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")
        OVERTAKEN = "overtaken", _("no longer called for")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="measures", verbose_name=_("case")
    )
    kind = models.CharField(_("measure"), max_length=17, choices=Kind.choices)
    article = models.CharField(_("article"), max_length=80)
    due_on = models.DateField(
        _("last day of the clock"), help_text=_("The measure follows from the day after it.")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    opened_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened"), null=True)
    settled_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("measure waiting for confirmation")
        verbose_name_plural = _("measures waiting for confirmation")
        ordering = ["due_on", "id"]
        permissions = [("confirm_measure", _("Can confirm charges and warnings"))]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(state="waiting"),
                name="one_waiting_measure_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "declined"])
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="a_measure_is_settled_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="a_declined_measure_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], name="measure_waiting", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_state_display()}"
