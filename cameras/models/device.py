"""Sites, devices and the certificates without which a device may not be used."""

import secrets

from django.conf import settings as django_settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.unit import Unit


def new_path_token() -> str:
    """Return an unguessable part of the address a device pushes to."""
    return secrets.token_urlsafe(18)


class Site(models.Model):
    """A place on the road where devices stand (vị trí lắp đặt)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=160)
    direction = models.CharField(_("direction watched"), max_length=120, blank=True)
    road_code = models.CharField(_("road"), max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    longitude_microdegrees = models.IntegerField(_("longitude, millionths of a degree"))
    latitude_microdegrees = models.IntegerField(_("latitude, millionths of a degree"))

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Device(models.Model):
    """A roadside device (phương tiện, thiết bị kỹ thuật nghiệp vụ), registered before it may push.

    The registered device chooses the adapter; nothing is guessed from what arrives. The adapter's
    profile (time rule, code map, units) is data, so that a firmware change needs no release.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        QUARANTINED = "quarantined", _("in quarantine")
        PAUSED = "paused", _("paused")
        REVOKED = "revoked", _("revoked")

    code = models.CharField(_("code"), max_length=20, unique=True)
    serial = models.CharField(_("serial number"), max_length=60)
    vendor = models.CharField(_("maker"), max_length=60)
    model = models.CharField(_("model"), max_length=60)
    adapter = models.CharField(
        _("adapter"),
        max_length=30,
        choices=[
            ("hikvision-isapi", "Hikvision ISAPI"),
            ("hikvision-its-folder", _("Hikvision ITS (folder filled by FTP)")),
            ("dahua-itsapi", "Dahua ITSAPI"),
            ("milesight", "Milesight"),
            ("axis-lpv", "Axis License Plate Verifier"),
            ("uniview-lapi", "Uniview LAPI"),
            ("gat1400", "GA/T 1400"),
            ("onvif-m", "ONVIF Profile M"),
            ("rekor", "Rekor Scout (OpenALPR)"),
            ("platerecognizer", "Plate Recognizer Stream"),
            ("generic-signed", "Generic signed push v1"),
        ],
    )
    profile = models.JSONField(_("adapter profile"), default=dict, blank=True)
    profile_version = models.PositiveIntegerField(_("profile version"), default=1, editable=False)
    firmware = models.CharField(_("firmware"), max_length=60, blank=True)
    credential = models.CharField(
        _("credential"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("Name and digest of the password a device must prove it knows."),
    )
    site = models.ForeignKey(Site, models.PROTECT, verbose_name=_("site"))
    path_token = models.CharField(
        _("secret path"), max_length=40, unique=True, default=new_path_token, editable=False
    )
    public_key = models.BinaryField(
        _("public key"), null=True, blank=True, help_text=_("Ed25519, 32 bytes; signed push only.")
    )
    speed_method = models.CharField(
        _("speed measurement"),
        max_length=20,
        blank=True,
        choices=[
            ("radar", _("radar")),
            ("lidar", _("laser")),
            ("loop", _("loop")),
            ("section_average", _("average over a section")),
            ("video_estimate", _("estimated from video (cannot found a case)")),
        ],
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.ACTIVE)
    state_reason = models.CharField(_("reason of the state"), max_length=200, blank=True)
    state_changed_at = models.DateTimeField(_("state since"), null=True, blank=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ProfileVersion(models.Model):
    """One version of a device's adapter profile, proposed by one person, approved by another.

    A code map decides which act a picture accuses somebody of, so nobody changes one alone. The
    version in force is copied to the device, and every detection names the version it was read by.
    """

    device = models.ForeignKey(
        Device, models.PROTECT, related_name="profile_versions", verbose_name=_("device")
    )
    version = models.PositiveIntegerField(_("version"))
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"))
    approved_by = models.ForeignKey(
        django_settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    class Meta:
        verbose_name = _("profile version")
        verbose_name_plural = _("profile versions")
        ordering = ["device", "-version"]
        permissions = [("approve_profile", _("Can approve device profiles"))]
        constraints = [
            models.UniqueConstraint(fields=["device", "version"], name="one_profile_per_version"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False)
                & ~models.Q(approved_by=models.F("proposed_by")),
                name="a_profile_is_approved_by_another_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} v{self.version}"


class DeviceCertificate(models.Model):
    """Proof that a device may be used: verification (kiểm định) or approval (phê duyệt lắp đặt).

    NĐ 61/2026 Đ4 k5, Đ12: a result from a device without both, valid on the day of recording, may
    not be used.
    """

    class Kind(models.TextChoices):
        VERIFICATION = "verification", _("verification")
        APPROVAL = "approval", _("approval of use")

    device = models.ForeignKey(
        Device, models.PROTECT, related_name="certificates", verbose_name=_("device")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=60)
    issued_by = models.CharField(_("issued by"), max_length=160)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["device", "kind", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="certificate_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["device", "kind", "number"], name="one_certificate_per_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number
