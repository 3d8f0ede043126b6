"""The history of a case: append-only, chained, and free of citizens' personal data."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from violations.models.case import Violation


class CaseEvent(models.Model):
    """One step taken (bước xử lý): who, when, from where to where, and the paper it made.

    ``row_hash`` is SHA-256 over the hash before it and the row in canonical JSON, so a missing or
    altered row shows. The facts hold no citizen's name, number or address: personal data can be
    erased from ``Party`` without touching history.
    """

    append_only = True

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="events", verbose_name=_("case")
    )
    sequence = models.PositiveIntegerField(_("number"))
    step = models.CharField(_("step"), max_length=40)
    from_status = models.CharField(_("from"), max_length=20, blank=True)
    to_status = models.CharField(_("to"), max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    actor_name = models.CharField(_("name and title as printed"), max_length=160)
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    previous_hash = models.BinaryField(_("hash before"), max_length=32)
    row_hash = models.BinaryField(_("hash"), max_length=32)

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case history")
        ordering = ["case", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="one_event_per_number"),
        ]
        indexes = [
            # The list of the last day, week or month.
            models.Index(fields=["-at"], name="event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.step}"
