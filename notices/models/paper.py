"""Papers: kinds, gap-free numbers, frozen contents, and all that happened to each."""

import uuid

from django.db import models
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from notices.models.keys import SigningKey


class PaperKind(models.TextChoices):
    """The forms the portal issues; values are the official short names."""

    NOTICE = "TB0173", _("Notice 01/73")
    RECORD = "MBB01", _("Violation record MBB01")
    DECISION = "MQD02", _("Penalty decision MQĐ02")
    PAYMENT_CONFIRMATION = "XNNT", _("Payment confirmation")
    POINTS_NOTICE = "TB0273", _("Notice of licence points 02/73")
    TRANSFER_SLIP = "PC0373", _("Transfer slip 03/73")
    COMMUNE_SLIP = "PG04", _("Slip to the commune police (form 04)")
    WORKING_MINUTES = "MBB02", _("Minutes of a working session MBB02")
    HEARING_MINUTES = "MBB03", _("Minutes of a hearing MBB03")
    FILE_TRANSFER = "MBB29", _("Minutes of handing over a file MBB29")
    DEFERRAL = "MQD03", _("Decision on deferral MQĐ03")
    REDUCTION = "MQD04", _("Decision on reduction or exemption MQĐ04")
    INSTALMENTS = "MQD05", _("Decision on payment in parts MQĐ05")
    ENFORCEMENT = "MQD07", _("Decision on enforcement MQĐ07")
    AMENDMENT = "MQD38", _("Decision amending a decision MQĐ38")
    CORRECTION = "MQD39", _("Decision correcting a decision MQĐ39")
    CANCELLATION = "MQD40", _("Decision cancelling a decision MQĐ40")
    COMPLAINT_ACCEPTED = "KN03", _("Notice of an accepted complaint (form 03)")
    COMPLAINT_REFUSED = "KN04", _("Notice of a complaint not accepted (form 04)")
    COMPLAINT_DECIDED = "KNQD", _("Decision on a complaint")
    EXECUTION_SUSPENDED = "KN14A", _("Decision suspending execution (form 14a)")
    EXECUTION_RESUMED = "KN14B", _("Decision ending a suspension (form 14b)")
    REFUSAL_MINUTES = "MBB06", _("Minutes of a refused decision MBB06")
    ENFORCEMENT_ACCOUNT = "MQD08", _("Decision on enforcement MQĐ08")
    ENFORCEMENT_DISTRAINT = "MQD09", _("Decision on enforcement MQĐ09")
    ENFORCEMENT_THIRD_PARTY = "MQD10", _("Decision on enforcement MQĐ10")
    ENFORCEMENT_REMEDY = "MQD11", _("Decision on enforcement MQĐ11")
    ENFORCEMENT_COSTS = "MQD12", _("Decision on enforcement MQĐ12")
    DELEGATION = "MQD34", _("Decision delegating the power to sanction MQĐ34")
    RELIEF_REFUSED = "TBTC", _("Notice of a refused request")
    HEARING_CALLED = "TBPGT", _("Notice of a hearing")
    RECALL_LETTER = "TBTH", _("Notice that a notice is withdrawn")


class NumberSeries(models.Model):
    """One gap-free series of paper numbers for a unit, a kind and a year (sổ đăng ký văn bản)."""

    unit_code = models.CharField(_("unit"), max_length=20)
    kind = models.CharField(_("kind"), max_length=8, choices=PaperKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    last_number = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["unit_code", "kind", "year"], name="one_series")
        ]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.get_kind_display()} {self.year}"


class Notice(models.Model):
    """One issued paper (văn bản đã phát hành): a number, a day and contents that never change.

    ``context`` is everything the form prints, frozen when the paper was signed; the PDF is made
    from it by a worker and can be made again. The look-up code is not stored: it is derived from
    the id with a key kept outside the database, and only its keyed digest stands here.
    """

    class Rendering(models.TextChoices):
        PENDING = "pending", _("being made")
        RENDERED = "rendered", _("made")
        FAILED = "failed", _("cannot be made")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=PaperKind.choices)
    unit_code = models.CharField(_("unit"), max_length=20)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    number_text = models.CharField(_("number as printed"), max_length=60)
    subject = models.CharField(
        _("subject"), max_length=80, help_text=_("What the post room may read: never a name.")
    )
    context = models.JSONField(_("contents"))
    template_version = models.CharField(_("form version"), max_length=40)
    images = models.JSONField(
        _("pictures"),
        default=list,
        help_text=_("SHA-256 of each original and of the copy that is printed."),
    )
    lookup_digest = models.BinaryField(_("digest of the look-up code"), max_length=32, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    issued_on = models.DateField(_("day of issue"))
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("replaces"),
    )
    stamp = models.BinaryField(
        _("claims of the QR, signed"),
        max_length=600,
        null=True,
        editable=False,
        help_text=_("COSE_Sign1 (RFC 9052): what the sheet says, signed when it was issued."),
    )
    stamp_key = models.ForeignKey(
        SigningKey, models.PROTECT, null=True, related_name="+", verbose_name=_("key of the QR")
    )
    # That the paper no longer holds: written once, never taken back.
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    voided_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voids",
        verbose_name=_("made void by"),
    )
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True)
    # The making and sealing of the PDF, which may change:
    rendering = models.CharField(
        _("PDF"), max_length=10, choices=Rendering.choices, default=Rendering.PENDING
    )
    render_attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    render_fault = models.CharField(_("fault"), max_length=300, blank=True)
    claimed_at = models.DateTimeField(_("taken by a worker"), null=True, blank=True)
    rendered_at = models.DateTimeField(_("made at"), null=True, blank=True)
    pdf_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64, blank=True)
    pdf_size = models.PositiveIntegerField(_("size of the PDF"), null=True, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    unsigned_sha256 = models.CharField(
        _("SHA-256 before the seal"),
        max_length=64,
        blank=True,
        help_text=_("The same contents, form and fonts give these bytes again."),
    )
    seal_key = models.ForeignKey(
        SigningKey, models.PROTECT, null=True, related_name="+", verbose_name=_("key of the seal")
    )
    sealed_at = models.DateTimeField(_("sealed"), null=True, blank=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-issued_at"]
        permissions = [
            ("print_notice", _("Can print papers and hand them to the post")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit_code", "kind", "year", "number"], name="paper_numbers_are_unique"
            ),
            models.CheckConstraint(
                condition=~models.Q(rendering="rendered")
                | (~models.Q(pdf_sha256="") & models.Q(pages__gte=1, rendered_at__isnull=False)),
                name="a_rendered_paper_has_its_pdf",
            ),
            models.CheckConstraint(
                condition=models.Q(stamp__isnull=True, stamp_key__isnull=True)
                | models.Q(stamp__isnull=False, stamp_key__isnull=False),
                name="a_stamp_names_its_key",
            ),
            models.CheckConstraint(
                condition=models.Q(sealed_at__isnull=True, seal_key__isnull=True)
                | (
                    models.Q(sealed_at__isnull=False, seal_key__isnull=False)
                    & ~models.Q(unsigned_sha256="")
                ),
                name="a_seal_names_its_key",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | (models.Q(voided_at__isnull=False) & ~models.Q(void_reason="")),
                name="a_void_paper_says_why",
            ),
        ]
        indexes = [
            # The worker's sweep: papers whose PDF is still to be made.
            models.Index(
                fields=["issued_at"],
                name="paper_pending",
                condition=models.Q(rendering="pending"),
            ),
            models.Index(fields=["unit_code", "kind", "-issued_at"], name="paper_by_unit"),
            # The register, newest first: whole, of a unit, of a kind, and what has no PDF.
            models.Index(fields=["-issued_at"], name="paper_newest"),
            models.Index(fields=["unit_code", "-issued_at"], name="paper_of_unit_newest"),
            models.Index(fields=["kind", "-issued_at"], name="paper_of_kind_newest"),
            models.Index(
                fields=["rendering", "-issued_at"],
                name="paper_without_pdf",
                condition=~models.Q(rendering="rendered"),
            ),
            # The search by the number of a paper or of its case.
            models.Index(fields=["number_text"], name="paper_by_number"),
            models.Index(fields=["subject"], name="paper_by_subject"),
            # What holds no more, to be left out of queues: few among many.
            models.Index(
                fields=["voided_at"], name="paper_void", condition=models.Q(voided_at__isnull=False)
            ),
            # Who is invited for a day, asked by every officer's workbench.
            models.Index(
                KT("context__appointment__at"),
                name="paper_by_appointment",
                condition=models.Q(kind="TB0173"),
            ),
        ]

    def __str__(self) -> str:
        return self.number_text


class PaperEvent(models.Model):
    """One thing that happened to a paper (sổ giao nhận): the ledger of its making and delivery."""

    append_only = True

    class What(models.TextChoices):
        ISSUED = "issued", _("issued")
        RENDERED = "rendered", _("PDF made")
        SEALED = "sealed", _("PDF signed")
        PRINTED = "printed", _("printed")
        SPOILED = "spoiled", _("printed copy spoiled")
        INSERTED = "inserted", _("put into its envelope")
        POSTED = "posted", _("handed to the post")
        SENT = "sent", _("sent electronically")
        BOUNCED = "bounced", _("could not be sent electronically")
        DELIVERED = "delivered", _("delivered")
        REFUSED = "refused", _("refused")
        RETURNED = "returned", _("returned by the post")
        OPENED = "opened", _("opened online")
        VOIDED = "voided", _("made void")

    notice = models.ForeignKey(
        Notice, models.PROTECT, related_name="events", verbose_name=_("paper")
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    at = models.DateTimeField(_("at"))
    by_name = models.CharField(_("by"), max_length=120)
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("paper event")
        verbose_name_plural = _("paper events")
        ordering = ["id"]
        indexes = [
            # The list by what happened, however rare, and of the last day, week or month.
            models.Index(fields=["what", "-id"], name="paper_event_by_kind"),
            models.Index(fields=["-at"], name="paper_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%d/%m/%Y %H:%M}"
