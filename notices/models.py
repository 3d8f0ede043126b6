"""What was put on paper: numbers, frozen contents, print runs, and the calendar of working days."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
    # The making of the PDF, which alone may change:
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
        ]

    def __str__(self) -> str:
        return self.number_text


class PrintRun(models.Model):
    """One batch of papers printed together (đợt in): a merged PDF and a manifest that balance."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("being put together")
        READY = "ready", _("ready to print")
        PRINTED = "printed", _("printed")
        POSTED = "posted", _("handed to the post")
        FAILED = "failed", _("cannot be put together")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=30, unique=True)
    unit_code = models.CharField(_("unit"), max_length=20)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PREPARED
    )
    fault = models.CharField(_("fault"), max_length=300, blank=True)
    pdf_sha256 = models.CharField(_("SHA-256 of the merged PDF"), max_length=64, blank=True)
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64, blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    printed_at = models.DateTimeField(_("printed"), null=True, blank=True)
    posted_at = models.DateTimeField(_("handed to the post"), null=True, blank=True)

    class Meta:
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.code


class PrintRunItem(models.Model):
    """One paper in a print run, with its place, its sheets and its tracking number."""

    run = models.ForeignKey(
        PrintRun, models.PROTECT, related_name="items", verbose_name=_("print run")
    )
    notice = models.ForeignKey(
        Notice, models.PROTECT, related_name="print_items", verbose_name=_("paper")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    pages = models.PositiveSmallIntegerField(_("pages"))
    reprint_reason = models.CharField(_("reason of the reprint"), max_length=200, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=13, blank=True)
    handed_over_at = models.DateTimeField(_("handed to the post"), null=True, blank=True)

    class Meta:
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="one_paper_per_position"),
            models.UniqueConstraint(fields=["run", "notice"], name="a_paper_once_per_run"),
            models.UniqueConstraint(
                fields=["notice"],
                condition=models.Q(reprint_reason=""),
                name="a_second_print_needs_a_reason",
            ),
            models.UniqueConstraint(
                fields=["tracking_number"],
                condition=~models.Q(tracking_number=""),
                name="a_tracking_number_is_used_once",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_over_at__isnull=True) | ~models.Q(tracking_number=""),
                name="the_post_gets_tracked_papers_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"


class PaperEvent(models.Model):
    """One thing that happened to a paper (sổ giao nhận): rendered, printed, posted, opened…"""

    append_only = True

    class What(models.TextChoices):
        ISSUED = "issued", _("issued")
        RENDERED = "rendered", _("PDF made")
        PRINTED = "printed", _("printed")
        POSTED = "posted", _("handed to the post")
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", _("opened online")

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


class CalendarYear(models.Model):
    """A year whose days off a person has confirmed, naming the government's instrument."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    instrument = models.CharField(_("instrument"), max_length=160)
    confirmed_by = models.CharField(_("confirmed by"), max_length=120)
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a day off (ngày nghỉ) or a made-up working day."""

    on = models.DateField(_("day"), primary_key=True)
    is_working = models.BooleanField(_("is a working day"))
    reason = models.CharField(_("reason"), max_length=160)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"


class CalendarChange(models.Model):
    """One change of a special day (sửa lịch làm việc): who, when, and by which instrument.

    A day taken out of the calendar is a change too: it is again what its weekday is.
    """

    append_only = True

    class Nature(models.TextChoices):
        PLAIN = "plain", _("as its weekday")
        CLOSED = "closed", _("day off")
        WORKING = "working", _("working day")

    on = models.DateField(_("day"))
    before = models.CharField(_("before"), max_length=7, choices=Nature.choices)
    after = models.CharField(_("after"), max_length=7, choices=Nature.choices)
    reason = models.CharField(_("reason"), max_length=160)
    instrument = models.CharField(_("instrument"), max_length=160)
    changed_by = models.CharField(_("changed by"), max_length=120)
    changed_at = models.DateTimeField(_("changed"))
    clocks_moved = models.PositiveIntegerField(_("clocks moved"))

    class Meta:
        verbose_name = _("change of the calendar")
        verbose_name_plural = _("changes of the calendar")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(instrument=""), name="a_calendar_change_has_its_instrument"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"
