"""How the devices are: their heartbeats, and what was noticed about them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.device import Device


class HealthReport(models.Model):
    """One heartbeat with its figures (bản tin tình trạng thiết bị), kept for a season."""

    device = models.ForeignKey(
        Device, models.PROTECT, related_name="health_reports", verbose_name=_("device")
    )
    device_at = models.DateTimeField(_("device's own clock"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    clock_offset_ms = models.IntegerField(_("clock against ours, ms"), null=True, blank=True)
    facts = models.JSONField(_("figures"), default=dict, blank=True)

    class Meta:
        verbose_name = _("health report")
        verbose_name_plural = _("health reports")
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["device", "-received_at"], name="report_by_device")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.received_at:%d/%m/%Y %H:%M:%S}"


class DeviceAlarm(models.Model):
    """What a technician must look at about a device (cảnh báo thiết bị), until it ends."""

    class Code(models.TextChoices):
        OFFLINE = "offline", _("no sign of life")
        QUIET = "quiet", _("alive, but sees nothing as it usually does")
        CLOCK_DRIFTED = "clock_drifted", _("clock wrong")
        FLOODING = "flooding", _("sends more than it may")
        REJECTS = "rejects", _("many deliveries cannot be used")
        VOLUME = "volume", _("far more or fewer events than usual")
        DISK = "disk", _("disk nearly full")
        PICTURE = "picture", _("lens dirty, moved, or too few pictures a second")
        CERTIFICATE = "certificate", _("certificate ends soon or has ended")
        CONFIGURATION = "configuration", _("configuration changed without a work order")
        BACKLOG = "backlog", _("old events wait at the gateway")

    device = models.ForeignKey(
        Device, models.PROTECT, related_name="alarms", verbose_name=_("device")
    )
    code = models.CharField(_("alarm"), max_length=20, choices=Code.choices)
    detail = models.JSONField(_("figures"), default=dict, blank=True)
    opened_at = models.DateTimeField(_("since"))
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("seen by"),
    )
    acknowledged_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("device alarm")
        verbose_name_plural = _("device alarms")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "code"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_alarm_per_device_and_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.code}"
