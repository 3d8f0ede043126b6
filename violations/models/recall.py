"""Taking back what a faulty camera has caused: one proposes, another approves, then one job."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Device, Unit
from violations.models.case import Violation
from violations.models.officer import Officer


class Recall(models.Model):
    """A recall of the cases of some cameras over a time (thu hồi kết quả của thiết bị).

    ``estimate`` is the dry run as the approver saw it: counts by stage, money, warnings. The job
    takes the items one by one and can be killed and resumed.
    """

    class Defect(models.TextChoices):
        CLOCK = "clock", _("wrong clock")
        CALIBRATION = "calibration", _("out of calibration")
        POSITION = "position", _("moved or badly aimed")
        SIGNAL = "signal", _("sign or signal was wrong")
        SPEED_LIMIT = "speed_limit", _("wrong speed limit")
        PLATES = "plates", _("reads plates wrongly")
        OTHER = "other", _("other defect")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("awaits approval")
        REFUSED = "refused", _("not approved")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")

    number = models.CharField(_("number"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    devices = models.ManyToManyField(Device, related_name="recalls", verbose_name=_("devices"))
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    defect = models.CharField(_("defect"), max_length=12, choices=Defect.choices)
    basis = models.CharField(_("what shows the defect"), max_length=400)
    estimate = models.JSONField(_("dry run"), default=dict)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.PROPOSED
    )
    proposed_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    settled_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    settlement = models.CharField(_("word of the approver"), max_length=400, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    report = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("recall")
        verbose_name_plural = _("recalls")
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")) & ~Q(basis=""),
                name="a_recall_has_its_time_and_basis",
            ),
            models.CheckConstraint(
                condition=~Q(settled_by=F("proposed_by")), name="a_recall_needs_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed")
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="a_recall_runs_only_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(finished_at__isnull=False),
                name="a_finished_recall_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RecallItem(models.Model):
    """One case of a recall: where it stood, what was planned, what was done or why not."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        REFUSED = "refused", _("a person must act")

    recall = models.ForeignKey(
        Recall, models.PROTECT, related_name="items", verbose_name=_("recall")
    )
    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="recall_items", verbose_name=_("case")
    )
    status_before = models.CharField(_("status before"), max_length=20)
    plan = models.CharField(_("planned act"), max_length=24)
    refund_vnd = models.BigIntegerField(_("to be given back, đồng"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.JSONField(_("what was done"), default=list)
    refusal = models.CharField(_("why not"), max_length=400, blank=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("case of a recall")
        verbose_name_plural = _("cases of a recall")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["recall", "case"], name="a_case_once_in_a_recall"),
            models.CheckConstraint(
                condition=Q(refund_vnd__gte=0), name="a_recall_gives_back_no_less_than_nothing"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="a_stuck_item_says_why"
            ),
        ]
        indexes = [
            # The job goes on from here.
            models.Index(
                fields=["recall", "id"], name="recall_to_do", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return self.plan
