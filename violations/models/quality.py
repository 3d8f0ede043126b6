"""Two pairs of eyes, measured: rates of sampling, cases with a known answer, what was answered."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from violations.models.case import Violation
from violations.models.officer import Officer
from violations.models.review import ReviewDecision


class SamplingChange(models.Model):
    """A change of how much is looked at again (thay đổi tỷ lệ kiểm tra); the last counts.

    For one officer, else the unit, else the rate of the settings. Without ``changed_by`` the portal
    raised it by itself, because accuracy fell; it never lowers one by itself.
    """

    append_only = True

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("officer")
    )
    stratum = models.CharField(_("stratum"), max_length=24)
    per_mille = models.PositiveSmallIntegerField(_("share looked at again, per mille"))
    reason = models.CharField(_("reason"), max_length=400)
    changed_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("change of sampling")
        verbose_name_plural = _("changes of sampling")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(per_mille__lte=1000), name="a_share_is_at_most_all"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_sampling_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.stratum} {self.per_mille}‰"


class KnownCase(models.Model):
    """A settled case whose right answer is known (hồ sơ mẫu kiểm tra), shown again.

    It is a real case that two people agreed on or a third settled, shown only to officers who never
    saw it. Nothing decided on it acts on the case: nothing of it can reach a citizen.
    """

    case = models.OneToOneField(
        Violation, models.PROTECT, related_name="known_case", verbose_name=_("case")
    )
    choice = models.CharField(
        _("right answer"), max_length=10, choices=ReviewDecision.Choice.choices
    )
    plate = models.CharField(_("right plate"), max_length=16)
    rejection_reason = models.CharField(_("right reason"), max_length=40, blank=True)
    basis = models.CharField(_("how the answer is known"), max_length=400)
    chosen_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("chosen by")
    )
    chosen_at = models.DateTimeField(_("chosen"))
    retires_on = models.DateField(_("retires"))

    class Meta:
        verbose_name = _("case with a known answer")
        verbose_name_plural = _("cases with a known answer")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(choice="verify") | ~Q(rejection_reason=""),
                name="a_known_rejection_has_its_reason",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="a_known_answer_has_its_basis"),
        ]

    def __str__(self) -> str:
        return self.get_choice_display()


class KnownAnswer(models.Model):
    """What an officer answered on a case with a known answer; nobody is told which one it was."""

    append_only = True

    known_case = models.ForeignKey(
        KnownCase,
        models.PROTECT,
        related_name="answers",
        verbose_name=_("case with a known answer"),
    )
    review = models.OneToOneField(
        ReviewDecision, models.PROTECT, related_name="known_answer", verbose_name=_("verdict")
    )
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"))
    is_right = models.BooleanField(_("right"))
    wrong_in = models.CharField(_("wrong in"), max_length=24, blank=True)
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answer on a known case")
        verbose_name_plural = _("answers on known cases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["known_case", "officer"], name="a_known_case_is_shown_once_to_an_officer"
            ),
            models.CheckConstraint(
                condition=Q(is_right=True, wrong_in="") | (Q(is_right=False) & ~Q(wrong_in="")),
                name="a_wrong_answer_says_in_what",
            ),
        ]
        indexes = [models.Index(fields=["officer", "-answered_at"], name="known_by_officer")]

    def __str__(self) -> str:
        return str(self.is_right)


class StageCapacity(models.Model):
    """How many cases a unit can take through a stage in a working day (năng lực xử lý)."""

    class Stage(models.TextChoices):
        REVIEW = "review", _("review")
        SECOND_LOOK = "second_look", _("second look")
        NOTICE = "notice", _("notice")
        RECORD = "record", _("record")
        DECISION = "decision", _("decision")
        SIGNING = "signing", _("signing")
        POST = "post", _("post")

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices)
    per_day = models.PositiveIntegerField(_("cases in a working day"))
    set_by = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"))

    class Meta:
        verbose_name = _("capacity of a stage")
        verbose_name_plural = _("capacities of stages")
        constraints = [
            models.UniqueConstraint(fields=["unit", "stage"], name="one_capacity_a_unit_and_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.per_day}"


class CameraPause(models.Model):
    """A camera whose new detections a supervisor holds back (tạm dừng nhận): held, never lost.

    Somebody must look again by ``review_at``; the pause does not end by itself.
    """

    device = models.ForeignKey(
        "cameras.Device", models.PROTECT, related_name="pauses", verbose_name=_("device")
    )
    reason = models.CharField(_("reason"), max_length=400)
    paused_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("paused by")
    )
    paused_at = models.DateTimeField(_("paused"))
    review_at = models.DateTimeField(_("look again by"))
    resumed_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("resumed by")
    )
    resumed_at = models.DateTimeField(_("resumed"), null=True)
    finding = models.CharField(_("finding"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("pause of a camera")
        verbose_name_plural = _("pauses of cameras")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(resumed_at__isnull=True), name="one_pause_a_device"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & Q(review_at__gt=F("paused_at")),
                name="a_pause_has_a_reason_and_is_looked_at_again",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
