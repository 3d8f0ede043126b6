"""Raw deliveries: what arrived, byte for byte, before anybody parsed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from cameras.models.device import Device


class Delivery(models.Model):
    """One request a device made, kept whole before it is understood.

    The bytes lie in the evidence store under their SHA-256; this row says when and whence. What
    arrived never changes (a trigger holds it); only the state of the handling does.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("waiting to be read")
        PARSED = "parsed", _("read")
        HEARTBEAT = "heartbeat", _("sign of life")
        DUPLICATE = "duplicate", _("repeated")
        QUARANTINED = "quarantined", _("in quarantine")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, null=True, verbose_name=_("device"))
    method = models.CharField(_("method"), max_length=8)
    path = models.CharField(_("path"), max_length=200)
    remote_address = models.GenericIPAddressField(_("address of the sender"))
    headers = models.JSONField(_("headers"))
    body_sha256 = models.CharField(
        _("SHA-256 of the body"),
        max_length=64,
        db_index=True,
        help_text=_("Empty when the body was too large to be read to its end."),
    )
    body_size = models.BigIntegerField(_("size of the body, bytes"))
    kept_sha256 = models.CharField(_("SHA-256 of the bytes kept"), max_length=64)
    kept_size = models.BigIntegerField(_("bytes kept"))
    authenticity = models.CharField(_("authenticity level"), max_length=1, default="D")
    received_at = models.DateTimeField(_("received"))
    # The handling, which alone may change:
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.RECEIVED
    )
    fault_code = models.CharField(_("fault"), max_length=40, blank=True)
    fault_reason = models.CharField(_("reason"), max_length=300, blank=True)
    adapter_version = models.CharField(_("adapter version"), max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    parsed_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-received_at"]
        indexes = [
            # The parser's sweep reads only what still waits.
            models.Index(
                fields=["received_at"],
                name="delivery_waiting",
                condition=models.Q(state="received"),
            ),
            # The technician's quarantine list, newest first.
            models.Index(
                fields=["-received_at"],
                name="delivery_quarantined",
                condition=models.Q(state="quarantined"),
            ),
            models.Index(fields=["device", "-received_at"], name="delivery_by_device"),
        ]

    def __str__(self) -> str:
        return str(self.id)
