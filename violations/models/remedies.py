"""Complaints, lawsuits and the suspension of execution: they stand beside a case as guards."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from violations.models.case import Violation
from violations.models.officer import Officer


class Complaint(models.Model):
    """A complaint (khiếu nại), first to who decided, then to the superior. Luật Khiếu nại Đ7, Đ33

    It does not stop the duty to pay; only an order of suspension does (Đ35; Luật XLVPHC Đ73).
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("not accepted")
        DECIDED = "decided", _("decided")
        WITHDRAWN = "withdrawn", _("withdrawn")
        OVERTAKEN = "overtaken", _("not decided in time; the superior decides")

    class Ground(models.TextChoices):
        INTERNAL = "internal", _("an internal measure of an authority (Đ11 k1)")
        NOT_CONCERNED = "not_concerned", _("no right of the complainant is touched (Đ11 k2)")
        NO_CAPACITY = "no_capacity", _("no full capacity and no lawful representative (Đ11 k3)")
        REPRESENTATIVE = "representative", _("the representative is not lawful (Đ11 k4)")
        UNSIGNED = "unsigned", _("no signature or fingerprint (Đ11 k5)")
        LATE = "late", _("the time to complain has passed without good reason (Đ11 k6)")
        DECIDED_TWICE = "decided_twice", _("the second complaint is already decided (Đ11 k7)")
        NOT_CONTINUED = "not_continued", _("stopped, and not continued within 30 days (Đ11 k8)")
        AT_COURT = "at_court", _("a court has accepted or decided the matter (Đ11 k9)")

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", _("the decision stands")
        PARTLY_UPHELD = "partly_upheld", _("upheld in part: the decision is to be amended")
        UPHELD = "upheld", _("upheld: the decision is to be cancelled")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="complaints", verbose_name=_("case")
    )
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[(1, _("first")), (2, _("second"))]
    )
    received_on = models.DateField(_("received"))
    content = models.TextField(_("content"), max_length=4000)
    is_late = models.BooleanField(_("received after the time to complain"), default=False)
    is_remote = models.BooleanField(_("remote area, longer periods"), default=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.RECEIVED
    )
    accepted_on = models.DateField(_("accepted"), null=True)
    is_complex = models.BooleanField(_("complex"), default=False)
    ground = models.CharField(
        _("ground of refusal"), max_length=14, choices=Ground.choices, blank=True
    )
    refusal = models.CharField(_("reason of refusal"), max_length=400, blank=True)
    dialogue_on = models.DateField(_("dialogue held"), null=True)
    decided_on = models.DateField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    outcome = models.CharField(_("outcome"), max_length=13, choices=Outcome.choices, blank=True)
    answer = models.ForeignKey(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("last paper")
    )

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "level"],
                condition=Q(state__in=["received", "accepted", "decided"]),
                name="one_complaint_per_level",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "decided"]) | Q(accepted_on__isnull=False),
                name="an_accepted_complaint_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (~Q(ground="") & ~Q(refusal="")),
                name="a_refused_complaint_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | (Q(decided_on__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
                name="a_decided_complaint_has_its_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided", level=2) | Q(dialogue_on__isnull=False),
                name="a_second_complaint_has_its_dialogue",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "decided"]) | Q(is_late=False),
                name="a_late_complaint_is_not_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.received_on:%d/%m/%Y}"


class Lawsuit(models.Model):
    """An administrative lawsuit against the decision (khởi kiện vụ án hành chính). TTHC Đ116"""

    class Outcome(models.TextChoices):
        DISMISSED = "dismissed", _("the decision stands")
        ANNULLED = "annulled", _("the decision is annulled")
        ENDED = "ended", _("the case at court ended without a judgment")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="lawsuits", verbose_name=_("case")
    )
    court = models.CharField(_("court"), max_length=160)
    docket = models.CharField(_("docket number"), max_length=60)
    filed_on = models.DateField(_("filed"))
    judged_on = models.DateField(_("judged"), null=True)
    judgment = models.CharField(_("judgment number"), max_length=60, blank=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices, blank=True)

    class Meta:
        verbose_name = _("lawsuit")
        verbose_name_plural = _("lawsuits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(judged_on__isnull=True), name="one_open_lawsuit"
            ),
            models.CheckConstraint(
                condition=Q(judged_on__isnull=True)
                | (~Q(outcome="") & Q(judged_on__gte=F("filed_on"))),
                name="a_judged_lawsuit_has_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.docket


class ExecutionSuspension(models.Model):
    """An order that suspends execution (tạm đình chỉ thi hành, mẫu 14a; hủy bỏ, mẫu 14b).

    Only the complaint handler or a court orders it. No late charge and no enforcement while it
    stands. Luật Khiếu nại Đ35; Luật XLVPHC Đ73; NĐ 155/2026 Đ12
    """

    class OrderedBy(models.TextChoices):
        COMPLAINT_HANDLER = "complaint", _("who decides the complaint")
        COURT = "court", _("court")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="suspensions", verbose_name=_("case")
    )
    ordered_by = models.CharField(_("ordered by"), max_length=9, choices=OrderedBy.choices)
    reference = models.CharField(_("number of the order"), max_length=60)
    ground = models.CharField(_("ground"), max_length=400)
    from_on = models.DateField(_("from"))
    lifted_on = models.DateField(_("lifted"), null=True)
    lift_reason = models.CharField(_("reason of lifting"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("suspension of execution")
        verbose_name_plural = _("suspensions of execution")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(lifted_on__isnull=True), name="one_standing_suspension"
            ),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True)
                | (Q(lifted_on__gte=F("from_on")) & ~Q(lift_reason="")),
                name="a_lifted_suspension_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
