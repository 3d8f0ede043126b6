"""The custody log: who did what to which evidence, in a chain nobody can reorder."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.delivery import Delivery
from cameras.models.detection import EvidenceFile


class CustodyEvent(models.Model):
    """One act on evidence (nhật ký lưu giữ chứng cứ): received, parsed, viewed, exported…

    Rows go in unchained, so that no reader waits for another; one sequencer links them afterwards.
    """

    append_only = True

    class Action(models.TextChoices):
        RECEIVED = "received", _("received")
        PARSED = "parsed", _("read")
        QUARANTINED = "quarantined", _("put in quarantine")
        HELD = "held", _("held")
        RELEASED = "released", _("released")
        DISCARDED = "discarded", _("discarded")
        VIEWED = "viewed", _("viewed")
        DERIVED = "derived", _("copy made")
        EXPORTED = "exported", _("exported")

    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, related_name="+", verbose_name=_("delivery")
    )
    evidence = models.ForeignKey(
        EvidenceFile, models.PROTECT, null=True, related_name="custody", verbose_name=_("file")
    )
    object_sha256 = models.CharField("SHA-256", max_length=64)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("by")
    )
    actor_name = models.CharField(_("by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("custody event")
        verbose_name_plural = _("custody log")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_sha256[:12]}"


class CustodyLink(models.Model):
    """The place of one custody event in the chain: its row hash covers the one before it."""

    append_only = True

    sequence = models.BigIntegerField(_("number"), primary_key=True)
    event = models.OneToOneField(
        CustodyEvent, models.PROTECT, related_name="link", verbose_name=_("event")
    )
    previous_hash = models.BinaryField(_("hash before"), max_length=32)
    row_hash = models.BinaryField(_("hash"), max_length=32, unique=True)

    class Meta:
        verbose_name = _("custody link")
        verbose_name_plural = _("custody chain")
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"{self.sequence}"
