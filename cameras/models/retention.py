"""How long bytes are kept, what holds them, and what was disposed of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.detection import Detection


class RetentionRule(models.Model):
    """How many days the bytes of one class of records are kept (thời hạn lưu trữ).

    No law we found states these figures for camera images, so they are configuration: the
    administrator enters them with the document they rest on.
    """

    class RecordClass(models.TextChoices):
        PASSAGE = "passage", _("deliveries that accuse nobody")
        QUARANTINED = "quarantined", _("deliveries that could not be used")
        DISCARDED = "discarded", _("detections ended by a technician")
        REJECTED = "rejected", _("detections that became no decision")
        CASE = "case", _("evidence of a closed case")
        UNLISTED = "unlisted", _("uploads no event names")

    record_class = models.CharField(
        _("class of records"), max_length=12, choices=RecordClass.choices, unique=True
    )
    keep_days = models.PositiveIntegerField(_("days kept"))
    basis = models.CharField(_("document it rests on"), max_length=200)

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["record_class"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(keep_days__gte=1), name="bytes_are_kept_at_least_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.get_record_class_display()


class LegalHold(models.Model):
    """Bytes that may not go whatever their age (tạm dừng tiêu hủy): complaint, lawsuit, enquiry."""

    detection = models.ForeignKey(
        Detection, models.PROTECT, related_name="holds", verbose_name=_("detection")
    )
    reason = models.CharField(_("reason"), max_length=200)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        ordering = ["-placed_at"]

    def __str__(self) -> str:
        return f"{self.detection_id}"


class Disposal(models.Model):
    """Stored bytes that are gone for good (tiêu hủy), with their hash and the ground."""

    append_only = True

    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.BigIntegerField(_("size, bytes"))
    record_class = models.CharField(
        _("class of records"), max_length=12, choices=RetentionRule.RecordClass.choices
    )
    ground = models.CharField(_("ground"), max_length=200)
    disposed_at = models.DateTimeField(_("disposed of"))

    class Meta:
        verbose_name = _("disposal")
        verbose_name_plural = _("disposals")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.sha256[:12]
