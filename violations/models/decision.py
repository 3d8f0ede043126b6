"""Drafts, the record, the explanation, the decision and its service."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.models import Notice, PaperKind
from violations.models.case import Violation
from violations.models.law import PenaltyRule
from violations.models.money import Beneficiary
from violations.models.officer import Delegation, Officer


class Draft(models.Model):
    """A paper proposed for signature (dự thảo văn bản trình ký): frozen, and without a number.

    Number, date and effect are born with the signature of another officer; a returned draft burns
    no number.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("awaiting signature")
        SIGNED = "signed", _("signed")
        RETURNED = "returned", _("returned")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="drafts", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=PaperKind.choices)
    context = models.JSONField(_("contents"))
    proposed_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.PROPOSED
    )
    settled_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    return_reason = models.CharField(_("reason of return"), max_length=400, blank=True)
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="draft", verbose_name=_("paper")
    )

    replaces = models.ForeignKey(
        Notice,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("replaces"),
        help_text=_("A corrected paper; the wrong one stays as it is."),
    )
    replace_reason = models.CharField(_("why it is replaced"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(state="proposed"), name="one_open_draft"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed")
                | (
                    Q(notice__isnull=False, settled_by__isnull=False, settled_at__isnull=False)
                    & ~Q(settled_by=F("proposed_by"))
                ),
                name="nobody_signs_what_he_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | (~Q(return_reason="") & Q(notice__isnull=True)),
                name="a_return_has_a_reason_and_no_number",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replace_reason=""),
                name="a_replaced_paper_has_a_reason",
            ),
        ]
        indexes = [
            # The signing desk.
            models.Index(
                fields=["proposed_at"], name="draft_to_sign", condition=Q(state="proposed")
            ),
            # The list by a kind of paper that is rare, by what was not signed, and by time.
            models.Index(fields=["kind", "-id"], name="draft_by_kind"),
            models.Index(
                fields=["state", "-id"], name="draft_not_signed", condition=~Q(state="signed")
            ),
            models.Index(fields=["-proposed_at"], name="draft_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.proposed_at:%d/%m/%Y}"


class ViolationRecord(models.Model):
    """The violation record (biên bản vi phạm hành chính, MBB01)."""

    append_only = True

    case = models.OneToOneField(
        Violation, models.PROTECT, related_name="record", verbose_name=_("case")
    )
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+", verbose_name=_("paper"))
    made_by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"))
    may_explain = models.BooleanField(_("has the right to explain"))

    class Meta:
        verbose_name = _("violation record")
        verbose_name_plural = _("violation records")

    def __str__(self) -> str:
        return str(self.notice)


class Explanation(models.Model):
    """The window in which the person may explain (giải trình), where the law opens one (Đ61)."""

    case = models.OneToOneField(
        Violation, models.PROTECT, related_name="explanation", verbose_name=_("case")
    )
    opened_on = models.DateField(_("opened"))
    due_on = models.DateField(_("until"))
    waived_at = models.DateTimeField(_("given up in writing"), null=True, blank=True)
    waiver_proof = models.CharField(_("proof of the waiver"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("explanation received"), null=True, blank=True)
    extended_on = models.DateField(_("lengthened on"), null=True, blank=True)
    hearing_requested_on = models.DateField(_("hearing requested"), null=True, blank=True)
    hearing_proposed_for_on = models.DateField(_("hearing proposed for"), null=True, blank=True)
    hearing_called_for_on = models.DateField(_("hearing called for"), null=True, blank=True)
    heard_on = models.DateField(_("hearing held"), null=True, blank=True)
    hearing_notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("minutes (MBB03)")
    )

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        constraints = [
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True) | ~Q(waiver_proof=""),
                name="a_waiver_is_in_writing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_on:%d/%m/%Y} – {self.due_on:%d/%m/%Y}"


class Decision(models.Model):
    """A penalty decision (quyết định xử phạt vi phạm hành chính, MQĐ02).

    The frame is the sum over its acts (``DecidedAct``), each of which is held within its own frame
    and the signer's power. Nothing here changes: see ``DecisionChange`` and ``FineAdjustment``.
    """

    append_only = True

    case = models.OneToOneField(
        Violation, models.PROTECT, related_name="decision", verbose_name=_("case")
    )
    record = models.OneToOneField(
        ViolationRecord, models.PROTECT, related_name="decision", verbose_name=_("record")
    )
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+", verbose_name=_("paper"))
    rule = models.ForeignKey(PenaltyRule, models.PROTECT, verbose_name=_("rule"))
    frame_min_vnd = models.BigIntegerField(_("frame from, đồng"))
    frame_max_vnd = models.BigIntegerField(_("frame to, đồng"))
    fine_vnd = models.BigIntegerField(_("fine, đồng"))
    arithmetic = models.JSONField(_("how it was computed"))
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, verbose_name=_("account of the State")
    )
    signed_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    signed_title = models.CharField(_("title when signing"), max_length=30)
    ceiling_vnd = models.BigIntegerField(_("ceiling of power when signing, đồng"))
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, null=True, related_name="+", verbose_name=_("delegation")
    )
    is_warning = models.BooleanField(_("a warning, no fine"), default=False)
    suspension_months = models.PositiveSmallIntegerField(_("suspension, months"), default=0)
    suspension_days = models.PositiveSmallIntegerField(_("and days"), default=0)
    points = models.PositiveSmallIntegerField(_("licence points to deduct"), default=0)
    signed_at = models.DateTimeField(_("signed"))
    decided_on = models.DateField(_("day of the decision"))

    class Meta:
        verbose_name = _("penalty decision")
        verbose_name_plural = _("penalty decisions")
        constraints = [
            models.CheckConstraint(
                condition=Q(fine_vnd__gte=F("frame_min_vnd"), fine_vnd__lte=F("frame_max_vnd")),
                name="the_fine_is_within_the_frame",
            ),
            models.CheckConstraint(
                condition=Q(is_warning=True, fine_vnd=0) | Q(is_warning=False, fine_vnd__gt=0),
                name="a_decision_is_a_fine_or_a_warning",
            ),
        ]

    def __str__(self) -> str:
        return str(self.notice)


class ServiceRecord(models.Model):
    """How and when a decision reached the person (tống đạt quyết định), with its proof (Đ70)."""

    append_only = True

    class Way(models.TextChoices):
        HANDED_OVER = "handed_over", _("handed over in person")
        REGISTERED_POST = "post", _("registered post, delivered")
        ELECTRONIC = "electronic", _("electronic, opened by the person")
        REFUSED = "refused", _("refused in person: deemed served")
        RETURNED = "returned", _("third return by the post: deemed served")
        ENTERED = "entered", _("entered in the information system: deemed served")
        POSTED_UP = "posted_up", _("posted up in public: deemed served")

    case = models.OneToOneField(
        Violation, models.PROTECT, related_name="service", verbose_name=_("case")
    )
    way = models.CharField(_("way"), max_length=12, choices=Way.choices)
    received_on = models.DateField(_("received on"))
    proof = models.CharField(_("proof"), max_length=200)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(condition=~Q(proof=""), name="service_is_proved"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.received_on:%d/%m/%Y}"
