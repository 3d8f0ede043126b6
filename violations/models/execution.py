"""Rows beside a decision: service attempts, relief, changes, enforcement, adjustments of money."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice, PaperDelivery
from violations.models.case import Violation
from violations.models.decision import Decision, Draft
from violations.models.law import PenaltyRule
from violations.models.officer import Officer


class DecidedAct(models.Model):
    """One act of a decision with its own frame and fine (từng hành vi trong quyết định). Đ67

    Power is measured against the frame of each act, so each row holds the signer's ceiling.
    """

    append_only = True

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="acts", verbose_name=_("decision")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    rule = models.ForeignKey(PenaltyRule, models.PROTECT, verbose_name=_("rule"))
    quantity = models.PositiveSmallIntegerField(_("persons above the limit"), null=True)
    frame_min_vnd = models.BigIntegerField(_("frame from, đồng"))
    frame_max_vnd = models.BigIntegerField(_("frame to, đồng"))
    fine_vnd = models.BigIntegerField(_("fine, đồng"))
    ceiling_vnd = models.BigIntegerField(_("ceiling of power when signing, đồng"))
    arithmetic = models.JSONField(_("how it was computed"))

    class Meta:
        verbose_name = _("decided act")
        verbose_name_plural = _("decided acts")
        ordering = ["decision", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "position"], name="one_decided_act_per_position"
            ),
            models.CheckConstraint(
                condition=Q(
                    fine_vnd__gte=models.F("frame_min_vnd"),
                    fine_vnd__lte=models.F("frame_max_vnd"),
                ),
                name="each_fine_is_within_its_frame",
            ),
            models.CheckConstraint(
                condition=Q(ceiling_vnd__gte=models.F("frame_max_vnd")),
                name="each_act_is_within_the_power",
            ),
        ]

    def __str__(self) -> str:
        return str(self.rule)


class ServiceAttempt(models.Model):
    """One thing that happened on the way of a decision to the person (tống đạt). NĐ 118 Đ17a

    Deemed service is computed from these rows, so each carries its proof.
    """

    append_only = True

    class What(models.TextChoices):
        REFUSED = "refused", _("refused in person, minuted (MBB06)")
        RETURNED = "returned", _("returned by the post")
        ENTERED = "entered", _("entered in the information system")
        POSTED_UP = "posted_up", _("posted up in public")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="service_attempts", verbose_name=_("case")
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    on = models.DateField(_("day"))
    proof = models.CharField(_("proof"), max_length=200)
    delivery = models.OneToOneField(
        PaperDelivery,
        models.PROTECT,
        null=True,
        related_name="service_attempt",
        verbose_name=_("delivery of a paper"),
        help_text=_("What was settled in the ledger; one delivery counts once."),
    )
    recorded_by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("attempt at service")
        verbose_name_plural = _("attempts at service")
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(proof=""), name="an_attempt_is_proved"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.on:%d/%m/%Y}"


class Relief(models.Model):
    """A request for relief and its answer: hoãn, giảm, miễn, nộp nhiều lần. Đ76, Đ77, Đ79

    No late charge runs from the request to the answer, nor during a deferral or instalments.
    """

    class Kind(models.TextChoices):
        DEFERRAL = "deferral", _("deferral")
        REDUCTION = "reduction", _("reduction")
        EXEMPTION = "exemption", _("exemption")
        INSTALMENTS = "instalments", _("instalments")

    class State(models.TextChoices):
        REQUESTED = "requested", _("being decided")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="reliefs", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind.choices)
    requested_on = models.DateField(_("requested"))
    ground = models.CharField(_("ground"), max_length=400)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.REQUESTED
    )
    until_on = models.DateField(_("until"), null=True, blank=True)
    reduced_vnd = models.BigIntegerField(_("taken off the fine, đồng"), default=0)
    draft = models.OneToOneField(
        Draft, models.PROTECT, null=True, related_name="relief", verbose_name=_("draft")
    )
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    decided_on = models.DateField(_("decided"), null=True)
    refusal = models.CharField(_("reason of refusal"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("relief")
        verbose_name_plural = _("reliefs")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="requested"), name="one_open_request_for_relief"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(decided_on__isnull=False, notice__isnull=False),
                name="a_granted_relief_has_its_paper",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (Q(decided_on__isnull=False) & ~Q(refusal="")),
                name="a_refused_relief_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="deferral", state="granted") | Q(until_on__isnull=False),
                name="a_deferral_has_its_end",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["reduction", "exemption"], state="granted")
                | Q(reduced_vnd__gt=0),
                name="a_reduction_has_its_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.requested_on:%d/%m/%Y}"


class Instalment(models.Model):
    """One part of a fine paid in parts (một lần nộp): at most three, six months, 40 % first. Đ79"""

    relief = models.ForeignKey(
        Relief, models.PROTECT, related_name="instalments", verbose_name=_("relief")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("pay by"))
    amount_vnd = models.BigIntegerField(_("amount, đồng"))

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["relief", "number"]
        constraints = [
            models.UniqueConstraint(fields=["relief", "number"], name="one_instalment_per_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=3), name="at_most_three_instalments"
            ),
            models.CheckConstraint(
                condition=Q(amount_vnd__gt=0), name="an_instalment_is_an_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class DecisionChange(models.Model):
    """A decision amended, corrected or cancelled (sửa đổi, đính chính, hủy bỏ). NĐ 118 Đ13–16

    The decision itself stays as it was signed; what changed stands here, with its own paper.
    """

    class Kind(models.TextChoices):
        AMENDED = "amended", _("amended (MQĐ38)")
        CORRECTED = "corrected", _("corrected (MQĐ39)")
        CANCELLED = "cancelled", _("cancelled (MQĐ40)")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="changes", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    ground = models.CharField(_("ground"), max_length=40)
    text = models.TextField(_("what is changed, as printed"), max_length=2000)
    fine_delta_vnd = models.BigIntegerField(_("change of the fine, đồng"), default=0)
    draft = models.OneToOneField(
        Draft, models.PROTECT, related_name="change", verbose_name=_("draft")
    )
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    changed_on = models.DateField(_("changed"), null=True)

    class Meta:
        verbose_name = _("change of a decision")
        verbose_name_plural = _("changes of decisions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(changed_on__isnull=True) | Q(notice__isnull=False),
                name="a_change_has_its_paper",
            ),
            models.CheckConstraint(
                condition=~Q(kind="corrected") | Q(fine_delta_vnd=0),
                name="a_correction_changes_no_fine",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class FineAdjustment(models.Model):
    """A change of what is owed after the decision (điều chỉnh số tiền phạt): a row, no balance.

    The fine in force is the decision's fine plus the sum of these rows.
    """

    append_only = True

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="adjustments", verbose_name=_("decision")
    )
    relief = models.OneToOneField(
        Relief, models.PROTECT, null=True, related_name="adjustment", verbose_name=_("relief")
    )
    change = models.OneToOneField(
        DecisionChange,
        models.PROTECT,
        null=True,
        related_name="adjustment",
        verbose_name=_("change"),
    )
    delta_vnd = models.BigIntegerField(_("change, đồng"))
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("adjustment of a fine")
        verbose_name_plural = _("adjustments of fines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relief__isnull=False, change__isnull=True)
                | Q(relief__isnull=True, change__isnull=False),
                name="an_adjustment_has_one_source",
            ),
            models.CheckConstraint(
                condition=~Q(delta_vnd=0), name="an_adjustment_changes_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delta_vnd}"


class Enforcement(models.Model):
    """A decision to enforce (quyết định cưỡng chế thi hành, MQĐ07–12). Luật XLVPHC Đ86–88"""

    class Measure(models.TextChoices):
        DEDUCTION = "deduction", _("deduction from salary or account")
        DISTRAINT = "distraint", _("distraint and auction")
        THIRD_PARTY = "third_party", _("collection from a third party")
        REMEDIAL = "remedial", _("remedial measure carried out")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="enforcements", verbose_name=_("case")
    )
    measure = models.CharField(_("measure"), max_length=12, choices=Measure.choices)
    ground = models.CharField(_("ground"), max_length=400)
    draft = models.OneToOneField(
        Draft, models.PROTECT, related_name="enforcement", verbose_name=_("draft")
    )
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    ordered_on = models.DateField(_("ordered"), null=True)

    class Meta:
        verbose_name = _("enforcement")
        verbose_name_plural = _("enforcements")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ordered_on__isnull=True) | Q(notice__isnull=False),
                name="an_enforcement_has_its_paper",
            ),
        ]

    def __str__(self) -> str:
        return self.get_measure_display()
