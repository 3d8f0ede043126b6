"""The post room: print runs, printed copies, scans, ranges of postal numbers, returned letters."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.delivery import PaperDelivery
from notices.models.paper import Notice


class PrintRun(models.Model):
    """One batch of papers printed together (đợt in): a merged PDF and a manifest that balance."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("being put together")
        READY = "ready", _("ready to print")
        PRINTED = "printed", _("printed")
        POSTED = "posted", _("closed and handed to the post")
        FAILED = "failed", _("cannot be put together")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("code"), max_length=30, unique=True)
    unit_code = models.CharField(_("unit"), max_length=20)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"))
    area = models.CharField(_("post area"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PREPARED
    )
    fault = models.CharField(_("fault"), max_length=300, blank=True)
    pdf_sha256 = models.CharField(_("SHA-256 of the merged PDF"), max_length=64, blank=True)
    manifest_sha256 = models.CharField(_("SHA-256 of the manifest"), max_length=64, blank=True)
    handover_sha256 = models.CharField(
        _("SHA-256 of the hand-over list"), max_length=64, blank=True
    )
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    joined = models.PositiveSmallIntegerField(
        _("papers joined so far"), default=0, help_text=_("What the progress bar shows.")
    )
    claimed_at = models.DateTimeField(_("taken by a worker"), null=True, blank=True)
    printed_at = models.DateTimeField(_("printed"), null=True, blank=True)
    posted_at = models.DateTimeField(_("handed to the post"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    post_receipt = models.CharField(_("receipt number of the post"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("print run")
        verbose_name_plural = _("print runs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.code


class PrintRunItem(models.Model):
    """One printed copy of a paper in a run (bản in): its place, its letter code, what became of it.

    A spoiled copy is made void and followed by the next copy at the same position; its letter code
    is never valid again.
    """

    class VoidReason(models.TextChoices):
        JAM = "jam", _("paper jam")
        DAMAGED = "damaged", _("damaged or smeared")
        WRONG_ADDRESS = "address", _("wrong address")
        LOST = "lost", _("lost")

    run = models.ForeignKey(
        PrintRun, models.PROTECT, related_name="items", verbose_name=_("print run")
    )
    notice = models.ForeignKey(
        Notice, models.PROTECT, related_name="print_items", verbose_name=_("paper")
    )
    delivery = models.ForeignKey(
        PaperDelivery,
        models.PROTECT,
        null=True,
        related_name="copies",
        verbose_name=_("delivery of a paper"),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    copy_number = models.PositiveSmallIntegerField(_("copy"), default=1)
    letter_code = models.CharField(
        _("letter code"),
        max_length=16,
        blank=True,
        help_text=_("Sixteen digits, Code 128-C; says nothing about the person."),
    )
    pages = models.PositiveSmallIntegerField(_("pages"))
    reprint_reason = models.CharField(_("reason of the reprint"), max_length=200, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reprint allowed by"),
    )
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_reason = models.CharField(
        _("why it is void"), max_length=8, choices=VoidReason.choices, blank=True
    )
    inserted_at = models.DateTimeField(_("put into its envelope"), null=True, blank=True)
    inserted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("put in by"),
    )
    left_out_reason = models.CharField(_("why it was left out"), max_length=200, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=13, blank=True)
    handed_over_at = models.DateTimeField(_("handed to the post"), null=True, blank=True)

    class Meta:
        verbose_name = _("printed paper")
        verbose_name_plural = _("printed papers")
        ordering = ["run", "position", "copy_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position", "copy_number"], name="one_copy_per_position"
            ),
            models.UniqueConstraint(
                fields=["run", "position"],
                condition=models.Q(voided_at__isnull=True),
                name="one_good_copy_per_position",
            ),
            models.UniqueConstraint(
                fields=["run", "notice"],
                condition=models.Q(voided_at__isnull=True),
                name="a_paper_once_per_run",
            ),
            models.UniqueConstraint(
                fields=["delivery"],
                condition=models.Q(voided_at__isnull=True, left_out_reason=""),
                name="one_good_copy_per_delivery",
            ),
            models.UniqueConstraint(
                fields=["letter_code"],
                condition=~models.Q(letter_code=""),
                name="a_letter_code_is_used_once",
            ),
            models.CheckConstraint(
                condition=models.Q(copy_number=1) | ~models.Q(reprint_reason=""),
                name="a_second_print_needs_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(copy_number__lte=3) | models.Q(approved_by__isnull=False),
                name="a_third_reprint_needs_a_supervisor",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at__isnull=True, void_reason="")
                | (
                    models.Q(voided_at__isnull=False, handed_over_at__isnull=True)
                    & ~models.Q(void_reason="")
                ),
                name="a_void_copy_says_why_and_is_not_posted",
            ),
            models.CheckConstraint(
                condition=models.Q(inserted_at__isnull=True) | ~models.Q(tracking_number=""),
                name="a_closed_envelope_has_its_number",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_over_at__isnull=True) | ~models.Q(tracking_number=""),
                name="the_post_gets_tracked_papers_only",
            ),
            models.CheckConstraint(
                condition=models.Q(handed_over_at__isnull=True) | models.Q(left_out_reason=""),
                name="what_was_left_out_is_not_posted",
            ),
        ]
        indexes = [
            # A number is looked up at each scan: used before, and when.
            models.Index(
                fields=["tracking_number"],
                name="copy_by_tracking_number",
                condition=~models.Q(tracking_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}/{self.copy_number}"


class Scan(models.Model):
    """One scan at the table where letters are closed (một lần quét), right or wrong."""

    append_only = True

    class Result(models.TextChoices):
        MATCHED = "matched", _("matches")
        TAKEN_BACK = "taken_back", _("taken back")
        DOUBLED = "doubled", _("scanned before")
        OTHER_RUN = "other_run", _("belongs to another run")
        VOID_COPY = "void_copy", _("void copy")
        UNKNOWN = "unknown", _("no letter of ours")
        BAD_NUMBER = "bad_number", _("postal number does not check")
        OUT_OF_RANGE = "out_range", _("postal number not issued to us")
        USED_NUMBER = "used_number", _("postal number used before")

    run = models.ForeignKey(
        PrintRun, models.PROTECT, related_name="scans", verbose_name=_("print run")
    )
    item = models.ForeignKey(
        PrintRunItem, models.PROTECT, null=True, related_name="scans", verbose_name=_("copy")
    )
    letter_code = models.CharField(_("letter code"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=40, blank=True)
    result = models.CharField(_("result"), max_length=11, choices=Result.choices)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        ordering = ["-id"]
        indexes = [
            # A clerk's shift, for the balance at its end.
            models.Index(fields=["by", "-at"], name="scan_of_a_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.at:%H:%M:%S}"


class PostRange(models.Model):
    """A range of postal numbers the post issued to a unit (dải số bưu gửi). UPU S10

    The check digit misses some misreadings, so a number must lie in a range, too. A trigger
    refuses ranges that overlap.
    """

    unit_code = models.CharField(_("unit"), max_length=20)
    prefix = models.CharField(_("service letters"), max_length=2)
    first = models.PositiveIntegerField(_("first, without check digit"))
    last = models.PositiveIntegerField(_("last, without check digit"))
    issued_on = models.DateField(_("issued"))
    receipt = models.CharField(_("receipt of the post"), max_length=80)
    registered_by_name = models.CharField(_("registered by"), max_length=120)
    registered_at = models.DateTimeField(_("registered"))
    ended_on = models.DateField(_("not used from"), null=True, blank=True)

    class Meta:
        verbose_name = _("range of postal numbers")
        verbose_name_plural = _("ranges of postal numbers")
        ordering = ["unit_code", "prefix", "first"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first"), last__lte=99_999_999),
                name="a_range_has_an_order",
            ),
            models.CheckConstraint(
                condition=models.Q(prefix__regex=r"^[A-Z]{2}$"), name="two_service_letters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.first:08d} – {self.last:08d}"


class EnvelopeType(models.Model):
    """An envelope with a window as it was bought (loại phong bì), measured in tenths of a mm.

    The window shows what lies under it after the letter has slid as far as it can (play), so only
    the box that is always visible may hold the address.
    """

    name = models.CharField(_("name"), max_length=60, unique=True)
    width = models.PositiveSmallIntegerField(_("width, 0.1 mm"))
    height = models.PositiveSmallIntegerField(_("height, 0.1 mm"))
    window_left = models.PositiveSmallIntegerField(_("window from the left, 0.1 mm"))
    window_top = models.PositiveSmallIntegerField(_("window from the top, 0.1 mm"))
    window_width = models.PositiveSmallIntegerField(_("window width, 0.1 mm"))
    window_height = models.PositiveSmallIntegerField(_("window height, 0.1 mm"))
    play_across = models.PositiveSmallIntegerField(_("play across, 0.1 mm"))
    play_down = models.PositiveSmallIntegerField(_("play down, 0.1 mm"))

    class Meta:
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    window_width__gt=models.F("play_across"),
                    window_height__gt=models.F("play_down"),
                ),
                name="something_of_the_window_is_always_visible",
            ),
        ]

    def __str__(self) -> str:
        return self.name
