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
        GROUPED = "grouped", _("waiting for the rest")
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
    kept_sha256 = models.CharField(_("SHA-256 of the bytes kept"), max_length=64, db_index=True)
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
    is_flood = models.BooleanField(_("over the device's rate"), default=False)
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
            # The list by a state few deliveries are in, and of the last day, week or month.
            models.Index(
                fields=["state", "-id"],
                name="delivery_not_read",
                condition=~models.Q(state__in=["parsed", "heartbeat"]),
            ),
            models.Index(fields=["-received_at"], name="delivery_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class UploadedObject(models.Model):
    """A picture or film a gateway uploaded by itself (PUT), named by its SHA-256.

    The event that lists it may come before or after; what no event lists within a day is disposed
    of by the retention sweep.
    """

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, verbose_name=_("device"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.BigIntegerField(_("size, bytes"))
    media_type = models.CharField(_("media type"), max_length=40)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("uploaded object")
        verbose_name_plural = _("uploaded objects")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["device", "sha256"], name="one_upload_per_object"),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class SnapGroup(models.Model):
    """Deliveries that belong together and come apart: the snaps of one violation, or an event and
    what it announced.

    Complete when ``expected`` snaps are here, or when the time-out has passed; then the detection
    is made from all of them. What comes after that is late and is put aside for a person.
    """

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        COMPLETE = "complete", _("complete")
        TIMED_OUT = "timed_out", _("ended by its time-out")

    device = models.ForeignKey(Device, models.PROTECT, verbose_name=_("device"))
    key = models.CharField(_("device's own key"), max_length=200)
    expected = models.PositiveSmallIntegerField(_("expected"), null=True)
    first_at = models.DateTimeField(_("first snap received"))
    closes_at = models.DateTimeField(_("time-out"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        verbose_name = _("group of snaps")
        verbose_name_plural = _("groups of snaps")
        ordering = ["-first_at"]
        constraints = [
            models.UniqueConstraint(fields=["device", "key"], name="one_group_per_device_key"),
        ]
        indexes = [
            # The sweep that ends groups by their time-out.
            models.Index(fields=["closes_at"], name="group_open", condition=models.Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.key[:40]}"


class Snap(models.Model):
    """One delivery of a group; its claim is read again from the raw bytes when the group closes."""

    append_only = True

    group = models.ForeignKey(
        SnapGroup, models.PROTECT, related_name="snaps", verbose_name=_("group")
    )
    delivery = models.OneToOneField(
        Delivery, models.PROTECT, related_name="snap", verbose_name=_("delivery")
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("snap")
        verbose_name_plural = _("snaps")
        ordering = ["group", "position"]

    def __str__(self) -> str:
        return f"{self.group_id}/{self.position}"
