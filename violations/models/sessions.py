"""A person came: the session, what they handed in, and how they signed the paper."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from violations.models.case import Violation
from violations.models.officer import Officer


class WorkingSession(models.Model):
    """A person came and the evidence was shown (buổi làm việc, MBB02). TT 73/2024 Đ23, Đ24 k2

    ``statement`` is personal data and can be blanked by retention; the event holds none of it.
    """

    class Present(models.TextChoices):
        OWNER = "owner", _("owner")
        REPRESENTATIVE = "representative", _("representative of the owner")
        DRIVER = "driver", _("driver")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="sessions", verbose_name=_("case")
    )
    held_at = models.DateTimeField(_("held"))
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"))
    present_as = models.CharField(_("who came"), max_length=14, choices=Present.choices)
    shown_files = models.JSONField(_("files shown, by SHA-256"), default=list)
    statement = models.TextField(_("statement"), max_length=4000)
    is_online = models.BooleanField(_("held online"), default=False)
    names_driver = models.BooleanField(_("said who drove"))
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )

    class Meta:
        verbose_name = _("working session")
        verbose_name_plural = _("working sessions")
        ordering = ["held_at"]

    def __str__(self) -> str:
        return f"{self.get_present_as_display()} {self.held_at:%d/%m/%Y}"


class SessionDocument(models.Model):
    """What a person handed in to prove something (giấy tờ, tài liệu giao nộp), as a kept file.

    The bytes lie in the evidence store under their SHA-256. A document seen and given back has no
    file: it is described.
    """

    class Kind(models.TextChoices):
        DRIVER_PROOF = "driver_proof", _("proof of who drove")
        IDENTITY = "identity", _("identity paper, seen")
        LICENCE = "licence", _("driving licence, seen")
        MANDATE = "mandate", _("authority to represent")
        OTHER = "other", _("other document")

    append_only = True

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="session_documents", verbose_name=_("case")
    )
    session = models.ForeignKey(
        WorkingSession,
        models.PROTECT,
        null=True,
        related_name="documents",
        verbose_name=_("session"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    description = models.CharField(_("description"), max_length=400)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    media_type = models.CharField(_("media type"), max_length=40, blank=True)
    size = models.PositiveIntegerField(_("size, bytes"), default=0)
    received_by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("received by"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("document handed in")
        verbose_name_plural = _("documents handed in")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256="", size=0) | (~Q(sha256="") & Q(size__gt=0)),
                name="a_kept_document_has_its_bytes",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class PaperSignature(models.Model):
    """How a person signed a paper, or that they refused (ký, không ký vào biên bản). Đ58 k3

    Signed on paper: ``sha256`` is the scan. Electronically: the drawn signature. Refused: the
    reason, and a witness or the commune's representative who signs in their place.
    """

    class Signer(models.TextChoices):
        PERSON = "person", _("the person")
        REPRESENTATIVE = "representative", _("representative")
        WITNESS = "witness", _("witness")
        COMMUNE = "commune", _("representative of the commune")

    class Manner(models.TextChoices):
        PAPER = "paper", _("on paper")
        ELECTRONIC = "electronic", _("electronically")
        REFUSED = "refused", _("refused to sign")

    append_only = True

    notice = models.ForeignKey(
        Notice, models.PROTECT, related_name="person_signatures", verbose_name=_("paper")
    )
    signer = models.CharField(_("who"), max_length=14, choices=Signer.choices)
    name = models.CharField(_("name as signed"), max_length=120)
    manner = models.CharField(_("manner"), max_length=10, choices=Manner.choices)
    reason = models.CharField(_("reason of the refusal"), max_length=400, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    media_type = models.CharField(_("media type"), max_length=40, blank=True)
    size = models.PositiveIntegerField(_("size, bytes"), default=0)
    taken_by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("taken by"))
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signature of a person")
        verbose_name_plural = _("signatures of persons")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(manner="refused") | ~Q(reason=""),
                name="a_refusal_to_sign_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(manner="refused") | ~Q(sha256=""),
                name="a_signature_has_its_image",
            ),
            models.UniqueConstraint(
                fields=["notice", "signer", "name"], name="one_signature_a_person_and_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_signer_display()}: {self.get_manner_display()}"
