"""The case: one detected violation on its road from camera to closure."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from cameras.models import Detection, Unit
from violations.models.law import PenaltyRule
from violations.models.officer import Officer

if TYPE_CHECKING:
    from violations.beside import Beside


class Violation(models.Model):
    """A case file (hồ sơ vụ việc vi phạm hành chính).

    ``status`` is written by ``actions.taking`` alone; a deferred trigger refuses a commit in which
    it differs from the last event of the history.
    """

    class Status(models.TextChoices):
        DETECTED = "detected", _("awaiting review")
        VERIFIED = "verified", _("verified")
        OWNER_IDENTIFIED = "owner_identified", _("owner identified")
        NOTIFIED = "notified", _("notice sent")
        RECORDED = "recorded", _("record made")
        DECIDED = "decided", _("decided")
        SERVED = "served", _("decision served")
        ENFORCED = "enforced", _("under enforcement")
        PAID = "paid", _("paid")
        CLOSED = "closed", _("closed")
        REJECTED = "rejected", _("rejected at review")
        DISMISSED = "dismissed", _("no sanction")
        TIME_BARRED = "time_barred", _("time-barred")
        LAPSED = "lapsed", _("lapsed")
        ANNULLED = "annulled", _("annulled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("case number"), max_length=20, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("handling unit"))
    detection = models.OneToOneField(
        Detection, models.PROTECT, related_name="violation", verbose_name=_("detection")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=Status.choices, default=Status.DETECTED
    )
    violation_type = models.CharField(_("kind of violation"), max_length=40)
    plate = models.CharField(_("plate, normalised"), max_length=16)
    plate_display = models.CharField(_("plate"), max_length=20)
    plate_colour = models.CharField(_("colour of the plate"), max_length=10)
    vehicle_class = models.CharField(_("class of vehicle"), max_length=12)
    place = models.CharField(_("place"), max_length=300)
    occurred_at = models.DateTimeField(_("time of the violation"))
    occurred_on = models.DateField(_("day of the violation"))
    detected_on = models.DateField(_("day of detection"))
    excess_tenths = models.PositiveIntegerField(
        _("speed above the limit, tenths of km/h, tolerance taken off"), null=True, blank=True
    )
    rule = models.ForeignKey(
        PenaltyRule, models.PROTECT, null=True, blank=True, verbose_name=_("rule")
    )
    quantity = models.PositiveSmallIntegerField(_("persons above the limit"), null=True, blank=True)
    # Who answered for what. Four different people, and the database insists.
    verified_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("verified by")
    )
    # Who rejected it at the first look: such a case has no verifier. No index: nobody asks by it.
    rejected_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("rejected by"),
    )
    second_looked_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("second look by")
    )
    adjudicated_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("adjudicated by")
    )
    signed_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    rejection_reason = models.CharField(_("reason of rejection"), max_length=40, blank=True)
    # Days that start or end a clock (calendar days in Viet Nam).
    time_bar_on = models.DateField(_("last day for a sanction"))
    notified_on = models.DateField(_("notice sent on"), null=True)
    offender_identified_on = models.DateField(_("offender identified on"), null=True)
    recorded_on = models.DateField(_("record made on"), null=True)
    decision_due_on = models.DateField(_("last day for the decision"), null=True)
    decided_on = models.DateField(_("decided on"), null=True)
    served_on = models.DateField(_("decision received on"), null=True)
    pay_due_on = models.DateField(_("pay by"), null=True)
    paid_on = models.DateField(_("paid in full on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    created_at = models.DateTimeField(_("opened"))

    class Meta:
        verbose_name = _("violation case")
        verbose_name_plural = _("violation cases")
        ordering = ["-created_at"]
        permissions = [
            ("review_case", _("Can review detected violations")),
            ("propose_papers", _("Can propose notices, records and decisions")),
            ("sign_papers", _("Can sign notices, records and decisions")),
            ("record_service", _("Can record that a paper was received")),
            ("export_evidence", _("Can export an evidence pack")),
            ("adjudicate_case", _("Can settle a disagreement between two looks")),
            ("supervise_queue", _("Can supervise the queue, its officers' leases and sampling")),
            ("propose_recall", _("Can propose the recall of a camera's cases")),
            ("approve_recall", _("Can approve the recall of a camera's cases")),
            ("break_glass", _("Can see another unit's cases in an emergency")),
            ("approve_recovery", _("Can approve the recovery of a lost second factor")),
            ("draw_sample", _("Can draw and export a random sample of cases")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verified_by=F("second_looked_by")), name="second_look_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(verified_by=F("signed_by")), name="verifier_does_not_sign"
            ),
            models.CheckConstraint(
                condition=~Q(second_looked_by=F("signed_by")), name="second_looker_does_not_sign"
            ),
            models.CheckConstraint(
                condition=~Q(adjudicated_by=F("verified_by"))
                & ~Q(adjudicated_by=F("second_looked_by"))
                & ~Q(adjudicated_by=F("signed_by")),
                name="adjudicator_is_nobody_else",
            ),
            models.CheckConstraint(
                condition=~Q(rejected_by=F("second_looked_by"))
                & ~Q(rejected_by=F("adjudicated_by"))
                & ~Q(rejected_by=F("signed_by")),
                name="who_rejects_is_nobody_else",
            ),
            models.CheckConstraint(
                condition=Q(rejected_by__isnull=True) | Q(verified_by__isnull=True),
                name="a_case_has_one_first_verdict",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__lte=F("time_bar_on")),
                name="no_decision_after_the_time_bar",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True)
                | Q(decision_due_on__isnull=False, decided_on__lte=F("decision_due_on")),
                name="no_decision_after_its_period",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(rejection_reason=""),
                name="a_rejection_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["detected", "rejected", "time_barred"])
                | Q(verified_by__isnull=False, rule__isnull=False),
                name="a_verified_case_has_its_officer_and_rule",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["notified", "recorded", "decided", "served", "paid"])
                | Q(notified_on__isnull=False),
                name="a_notified_case_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["recorded", "decided", "served", "paid", "enforced"])
                | Q(recorded_on__isnull=False, offender_identified_on__isnull=False),
                name="a_recorded_case_has_its_offender",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "served", "paid", "enforced"])
                | Q(decided_on__isnull=False, signed_by__isnull=False),
                name="a_decided_case_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["served", "enforced"])
                | Q(served_on__isnull=False, pay_due_on__isnull=False),
                name="a_served_case_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_on__isnull=False),
                name="a_paid_case_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_on__isnull=False),
                name="a_closed_case_has_its_day",
            ),
        ]
        indexes = [
            # The review queue, oldest deadline first; holds waiting cases only.
            models.Index(
                fields=["violation_type", "detected_on", "id"],
                name="case_to_review",
                condition=Q(status="detected"),
            ),
            # The same of one unit: without it each take sorts all its waiting cases.
            models.Index(
                fields=["unit", "detected_on", "id"],
                name="case_to_review_in_unit",
                condition=Q(status="detected"),
            ),
            # Of them those near their time bar, which come first: mostly none, found in one step.
            models.Index(
                fields=["unit", "time_bar_on", "id"],
                name="case_near_bar_in_unit",
                condition=Q(status="detected"),
            ),
            # Daily sweeps walk the cases that can still be time-barred.
            models.Index(
                fields=["time_bar_on"],
                name="case_before_decision",
                condition=Q(
                    status__in=[
                        "detected",
                        "verified",
                        "owner_identified",
                        "notified",
                        "recorded",
                    ]
                ),
            ),
            # Public look-up: plate and class, equality.
            models.Index(fields=["plate", "vehicle_class"], name="case_by_plate"),
            models.Index(fields=["unit", "status", "-created_at"], name="case_by_unit"),
            # The list of a unit's cases, newest first (ids are UUIDv7), and the count of its head.
            models.Index(fields=["unit", "-id"], name="case_of_unit_newest"),
            # The same of one kind, in a unit and in the country, however rare.
            models.Index(fields=["unit", "violation_type", "-id"], name="case_of_unit_kind"),
            models.Index(fields=["violation_type", "-id"], name="case_of_kind_newest"),
            # The list by status: the newest closed cases lie half a million below the newest.
            models.Index(fields=["status", "-id"], name="case_of_status_newest"),
            models.Index(fields=["unit", "status", "-id"], name="case_of_unit_status"),
            # Cases between two days, by the day: without it a list walks past all that came later.
            models.Index(fields=["status", "-occurred_on", "-id"], name="case_of_status_by_day"),
            models.Index(
                fields=["unit", "status", "-occurred_on", "-id"], name="case_of_unit_by_day"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @cached_property
    def beside(self) -> Beside:
        """Return the rows beside this case, read once for this fetch of it."""
        from violations.beside import read_beside

        return read_beside(self.pk)


class CaseDeadline(models.Model):
    """One clock of a case as it stands (thời hạn): set by the act that starts it, with its article.

    ``provisional`` marks an end that falls in a year whose days off nobody has confirmed yet.
    ``passed_on`` is the day the system did what the passing of this clock calls for, so that the
    daily sweep reads only what is still to do. ``unit`` repeats the case's unit: asked through the
    case, what one unit is late with costs a look at every running clock in the country.
    """

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="deadlines", verbose_name=_("case")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, verbose_name=_("handling unit")
    )
    name = models.CharField(_("deadline"), max_length=30)
    variant = models.CharField(_("variant"), max_length=24, blank=True)
    article = models.CharField(_("article"), max_length=120)
    starts_on = models.DateField(_("starts"))
    due_on = models.DateField(_("due"))
    provisional = models.BooleanField(_("provisional"), default=False)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    passed_on = models.DateField(_("passing acted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["case", "name"], name="one_clock_of_a_name"),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="clock_running", condition=Q(met_on__isnull=True)),
            # The same of one unit: its list by deadline, its workbench, its supervisor's board.
            # Name and case are in it: a unit's forty thousand clocks are counted from it alone.
            models.Index(
                fields=["unit", "due_on", "name", "case"],
                name="clock_of_unit_running",
                condition=Q(met_on__isnull=True),
            ),
            # The daily sweep walks this alone: name, then day, then case.
            models.Index(
                fields=["name", "due_on", "case"],
                name="clock_to_act_on",
                condition=Q(met_on__isnull=True, passed_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_on:%d/%m/%Y}"
