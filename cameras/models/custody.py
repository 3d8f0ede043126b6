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
        REDACTED = "redacted", _("rectangles drawn")
        EXPORTED = "exported", _("exported")
        REHASHED = "rehashed", _("hash checked again")
        TRANSFERRED = "transferred", _("handed over")
        DISPOSED = "disposed", _("bytes disposed of")

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
        indexes = [
            # The list by an act, however rare, and of the last day, week or month.
            models.Index(fields=["action", "-id"], name="custody_by_action"),
            models.Index(fields=["-at"], name="custody_by_time"),
        ]

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


class Checkpoint(models.Model):
    """A signed statement of the whole custody chain up to a number (điểm kiểm tra).

    ``body`` is the signed text, byte for byte: centre, size, Merkle root (RFC 6962 over the row
    hashes), the root before and the time. Who holds one can prove that no row before it changed.
    """

    append_only = True

    size = models.BigIntegerField(_("rows covered"), primary_key=True)
    root = models.BinaryField(_("Merkle root"), max_length=32)
    previous_size = models.BigIntegerField(_("rows of the one before"))
    body = models.TextField(_("signed text"))
    signature = models.BinaryField(_("signature"), max_length=64)
    key_id = models.CharField(_("key"), max_length=64)
    timestamp_token = models.BinaryField(_("time stamp (RFC 3161)"), null=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"{self.size}"


class WitnessReceipt(models.Model):
    """What an outside witness answered to a checkpoint it was sent (bên chứng kiến)."""

    append_only = True

    checkpoint = models.ForeignKey(
        Checkpoint, models.PROTECT, related_name="receipts", verbose_name=_("checkpoint")
    )
    witness = models.CharField(_("witness"), max_length=120)
    accepted = models.BooleanField(_("accepted"))
    answer = models.TextField(_("answer"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("answer of a witness")
        verbose_name_plural = _("answers of witnesses")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.witness} {self.checkpoint_id}"


class Rehash(models.Model):
    """One night's check that stored bytes still have their hashes (kiểm tra lại mã băm)."""

    append_only = True

    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"))
    checked = models.PositiveIntegerField(_("objects checked"))
    faults = models.JSONField(_("faults"), default=list, blank=True)

    class Meta:
        verbose_name = _("check of stored bytes")
        verbose_name_plural = _("checks of stored bytes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.finished_at:%d/%m/%Y %H:%M}"
