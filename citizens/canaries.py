"""Plates that no vehicle bears: whoever asks for one copies the register, and does not notice."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CanaryPlate(models.Model):
    """A plate that is in no register and on no road (biển số bẫy)."""

    plate = models.CharField(_("plate"), max_length=20, unique=True)
    note = models.CharField(_("where it was laid out"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"), db_default=Now())
    is_watched = models.BooleanField(_("watched"), default=True)

    class Meta:
        verbose_name = _("canary plate")
        verbose_name_plural = _("canary plates")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.plate


class CanaryAlarm(models.Model):
    """Somebody has asked for a canary plate (báo động dò quét). Kept without an address."""

    append_only = True

    canary = models.ForeignKey(
        CanaryPlate, models.PROTECT, related_name="alarms", verbose_name=_("canary plate")
    )
    way = models.CharField(
        _("way"), max_length=10, choices=[("plate", _("plate")), ("code", _("code"))]
    )
    network_digest = models.BinaryField(_("keyed digest of the sender's network"), max_length=32)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("alarm of a canary plate")
        verbose_name_plural = _("alarms of canary plates")
        ordering = ["-id"]
        indexes = [models.Index(fields=["-at"], name="canary_alarm_by_time")]

    def __str__(self) -> str:
        return f"{self.canary} {self.at:%d/%m/%Y %H:%M}"
