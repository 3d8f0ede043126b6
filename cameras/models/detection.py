"""Detections and their evidence files."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from cameras.models.delivery import Delivery
from cameras.models.device import Device
from cameras.wording import ROLES, word


class Detection(models.Model):
    """What a device claims to have seen once (kết quả thu thập được bằng phương tiện kỹ thuật).

    ``canonical`` is the canonical event ``vn.traffic.violation-event/1`` as the adapter read it;
    the columns beside it are those the portal searches or decides by. The claim never changes; its
    state does: held detections wait for a technician who names a ground.
    """

    class State(models.TextChoices):
        READY = "ready", _("ready")
        HELD = "held", _("held")
        RELEASED = "released", _("released")
        DISCARDED = "discarded", _("discarded")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    device = models.ForeignKey(Device, models.PROTECT, verbose_name=_("device"))
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, related_name="detections", verbose_name=_("delivery")
    )
    source_key = models.CharField(_("device's own key"), max_length=200)
    violation_type = models.CharField(_("kind of violation"), max_length=40)
    occurred_at = models.DateTimeField(_("recorded"))
    time_quality = models.CharField(_("clock"), max_length=12)
    received_at = models.DateTimeField(_("received"))
    plate_raw = models.CharField(_("plate as read by the device"), max_length=40)
    plate_normalised = models.CharField(_("plate, normalised"), max_length=16)
    plate_kind = models.CharField(_("kind of plate"), max_length=20)
    plate_colour = models.CharField(_("colour of the plate"), max_length=10)
    plate_confidence = models.PositiveSmallIntegerField(
        _("confidence, per mille"), null=True, blank=True
    )
    vehicle_class = models.CharField(_("class of vehicle"), max_length=12)
    vehicle_colour = models.CharField(_("colour of the vehicle"), max_length=30, blank=True)
    vehicle_make = models.CharField(_("make"), max_length=40, blank=True)
    lane = models.PositiveSmallIntegerField(_("lane"), null=True, blank=True)
    speed_tenths = models.PositiveIntegerField(
        _("measured speed, tenths of km/h"), null=True, blank=True
    )
    limit_tenths = models.PositiveIntegerField(
        _("speed limit, tenths of km/h"), null=True, blank=True
    )
    red_since_ms = models.PositiveIntegerField(_("red since, ms"), null=True, blank=True)
    canonical = models.JSONField(_("canonical event"))
    held_for = models.JSONField(_("held because"), default=list, blank=True)
    # The handling, which alone may change:
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by")
    )
    released_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    release_ground = models.CharField(_("ground"), max_length=40, blank=True)
    release_note = models.CharField(_("note"), max_length=300, blank=True)
    claimed_at = models.DateTimeField(_("taken up as a case"), null=True, blank=True)

    class Meta:
        verbose_name = _("detection")
        verbose_name_plural = _("detections")
        ordering = ["-received_at"]
        permissions = [("release_detection", _("Can release or discard held detections"))]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "source_key"], name="one_detection_per_device_key"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["released", "discarded"])
                | models.Q(released_by__isnull=False, released_at__isnull=False)
                & ~models.Q(release_ground=""),
                name="a_released_detection_names_its_ground",
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_at__isnull=True)
                | models.Q(state__in=["ready", "released"]),
                name="only_free_detections_become_cases",
            ),
        ]
        indexes = [
            # Case opening claims from here; the index holds only what waits.
            models.Index(
                fields=["received_at"],
                name="detection_unclaimed",
                condition=models.Q(claimed_at__isnull=True, state__in=["ready", "released"]),
            ),
            # The technician's list of held detections.
            models.Index(
                fields=["-received_at"],
                name="detection_held",
                condition=models.Q(state="held"),
            ),
            models.Index(fields=["plate_normalised", "-occurred_at"], name="detection_by_plate"),
            # The technicians' list of one device, and of a state few detections are in.
            models.Index(fields=["device", "-id"], name="detection_of_device_newest"),
            models.Index(
                fields=["state", "-id"],
                name="detection_not_ready",
                condition=~models.Q(state="ready"),
            ),
            # The list of the last day, week or month.
            models.Index(fields=["-received_at"], name="detection_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.occurred_at:%d/%m/%Y %H:%M:%S}"


class EvidenceFile(models.Model):
    """One original picture or film (bản gốc chứng cứ): a byte range of a raw delivery.

    Originals are stored once, inside the body they came in, and are never altered; every derived
    picture names the SHA-256 of its original. ``encoding`` says how the range becomes the original
    (``cameras.adapters.ranges``); ``object_sha256`` names an object uploaded beside its event, of
    which the original is the whole.
    """

    FILM = "film"

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    detection = models.ForeignKey(
        Detection, models.PROTECT, related_name="evidence", verbose_name=_("detection")
    )
    delivery = models.ForeignKey(Delivery, models.PROTECT, verbose_name=_("delivery"))
    position = models.PositiveSmallIntegerField(_("position"))
    role = models.CharField(_("role"), max_length=20)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    object_sha256 = models.CharField(_("uploaded object"), max_length=64, blank=True)
    offset = models.BigIntegerField(_("offset in the body"))
    encoding = models.CharField(_("encoding in the body"), max_length=12, default="identity")
    encoded_size = models.BigIntegerField(_("bytes in the body"), null=True, blank=True)
    skip = models.BigIntegerField(_("bytes skipped after decoding"), default=0)
    size = models.BigIntegerField(_("size, bytes"))
    duration_ms = models.PositiveIntegerField(_("length of the film, ms"), null=True, blank=True)
    media_type = models.CharField(_("media type"), max_length=40)
    width = models.PositiveIntegerField(_("width, pixels"))
    height = models.PositiveIntegerField(_("height, pixels"))
    captured_text = models.CharField(_("time as the device wrote it"), max_length=40, blank=True)
    boxes = models.JSONField(_("boxes"), default=list, blank=True)
    flags = models.JSONField(_("flags"), default=list, blank=True)

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["detection", "position"]
        constraints = [
            models.UniqueConstraint(fields=["detection", "position"], name="one_file_per_position"),
        ]

    def __str__(self) -> str:
        return f"{word(ROLES, self.role)} {self.sha256[:12]}"


class Derivative(models.Model):
    """A copy made from an original (bản sao): the citizen's redacted picture, a thumbnail.

    It has its own hash and names its original; making it again gives the same row.
    """

    append_only = True

    class Purpose(models.TextChoices):
        CITIZEN = "citizen", _("for the citizen, everything but the vehicle blurred")
        REDACTED = "redacted", _("with what an officer marked made unrecognisable")
        THUMBNAIL = "thumbnail", _("small picture for lists")

    evidence = models.ForeignKey(
        EvidenceFile, models.PROTECT, related_name="derivatives", verbose_name=_("original")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    recipe = models.CharField(_("how it was made"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("size, bytes"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("copy of evidence")
        verbose_name_plural = _("copies of evidence")
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "purpose", "recipe"], name="one_copy_per_recipe"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.sha256[:12]}"


class Redaction(models.Model):
    """Rectangles an officer drew over a picture so that nobody else is recognised (che mờ).

    A layer over the untouched original; the newest row of a picture counts. Rectangles are whole
    ten-thousandths of the picture: ``{"x", "y", "w", "h"}``.
    """

    append_only = True

    evidence = models.ForeignKey(
        EvidenceFile, models.PROTECT, related_name="redactions", verbose_name=_("original")
    )
    rectangles = models.JSONField(_("rectangles"), default=list)
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.made_at:%d/%m/%Y %H:%M}"


class CrossReading(models.Model):
    """A second reading of the plate by our own engine (đọc biển số đối chiếu): advice, no more."""

    append_only = True

    evidence = models.ForeignKey(
        EvidenceFile, models.PROTECT, related_name="cross_readings", verbose_name=_("original")
    )
    engine = models.CharField(_("engine"), max_length=60)
    text = models.CharField(_("text read"), max_length=40, blank=True)
    normalised = models.CharField(_("plate, normalised"), max_length=16, blank=True)
    score = models.PositiveSmallIntegerField(_("score, per mille"), null=True)
    agrees = models.BooleanField(_("agrees with the device"), null=True)
    milliseconds = models.PositiveIntegerField(_("time taken, ms"))
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("second reading")
        verbose_name_plural = _("second readings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "engine"], name="one_reading_per_engine_and_picture"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.engine}"
