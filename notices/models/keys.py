"""Keys that sign papers: where each lives and since when; never the key itself."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SigningKey(models.Model):
    """One key that signs papers (khóa ký số), known by its public half.

    The private half lies where ``place`` says: a PKCS#12 file, a PKCS#11 token (HSM) or a secret of
    the environment. A key is not deleted: papers it signed must be checked for ten years. Rotation
    retires one row and adds the next.
    """

    class Purpose(models.TextChoices):
        SEAL = "seal", _("signature in the PDF (PAdES)")
        STAMP = "stamp", _("signature in the QR (Ed25519)")

    purpose = models.CharField(_("purpose"), max_length=5, choices=Purpose.choices)
    kid = models.CharField(
        _("short name"),
        max_length=16,
        unique=True,
        help_text=_("First eight bytes of the SHA-256 of the public key, in hexadecimal."),
    )
    unit_code = models.CharField(
        _("unit"), max_length=20, blank=True, help_text=_("Empty: the key of the portal.")
    )
    subject = models.CharField(_("in the name of"), max_length=160)
    place = models.CharField(
        _("where it lies"),
        max_length=200,
        help_text=_("pkcs12:NAME, pkcs11:TOKEN/LABEL or secret:NAME; never the key itself."),
    )
    public_key = models.TextField(_("public key (PEM)"))
    certificate = models.TextField(_("certificate chain (PEM)"), blank=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    registered_by_name = models.CharField(_("registered by"), max_length=120)
    registered_at = models.DateTimeField(_("registered"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retire_reason = models.CharField(_("why it was retired"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-registered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "unit_code"],
                condition=Q(retired_at__isnull=True),
                name="one_key_in_use_per_unit",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="a_key_is_valid_for_a_time"
            ),
            models.CheckConstraint(
                condition=Q(purpose="stamp") | ~Q(certificate=""), name="a_seal_has_a_certificate"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retire_reason="")
                | (Q(retired_at__isnull=False) & ~Q(retire_reason="")),
                name="a_key_is_retired_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.kid})"
