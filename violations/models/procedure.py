"""Rows beside a case on its way to the decision: second looks, transfers, sessions, warnings."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from notices.models import Notice
from violations.models.case import Violation
from violations.models.decision import Draft
from violations.models.officer import Officer


class SecondLook(models.Model):
    """A second pair of eyes on a verified case (xem xét lại độc lập); open until it is answered.

    Who disagrees hands the case to a third officer, who settles it. Whatever the grounds, no notice
    goes out while a look is open. A blind look is served by the review queue like any case: who
    looks sees neither the first verdict nor that there was one, and ``review`` is what they
    decided. ``strata`` are the codes of why it was drawn. A rejection can be looked at again too;
    it stays a rejection until somebody settles otherwise.
    """

    class Ground(models.TextChoices):
        REGISTER = "register", _("picture and register differ")
        CONTESTED = "contested", _("the owner says it was not his vehicle")
        OFFICER = "officer", _("an officer asks for it")
        RISK = "risk", _("a rule asks for it")
        SAMPLE = "sample", _("drawn at random")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="second_looks", verbose_name=_("case")
    )
    ground = models.CharField(_("ground"), max_length=12, choices=Ground.choices)
    strata = models.JSONField(_("why it was drawn"), default=list)
    is_blind = models.BooleanField(_("without sight of the first verdict"), default=False)
    note = models.CharField(_("what to look at"), max_length=400, blank=True)
    first_review = models.ForeignKey(
        "violations.ReviewDecision",
        models.PROTECT,
        null=True,
        related_name="looks",
        verbose_name=_("verdict looked at"),
    )
    review = models.OneToOneField(
        "violations.ReviewDecision",
        models.PROTECT,
        null=True,
        related_name="answered_look",
        verbose_name=_("verdict of the second look"),
    )
    asked_at = models.DateTimeField(_("asked"))
    looked_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("looked by")
    )
    looked_at = models.DateTimeField(_("looked"), null=True)
    agrees = models.BooleanField(_("agrees with the first"), null=True)
    finding = models.CharField(_("finding"), max_length=400, blank=True)
    adjudicated_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("adjudicated by")
    )
    adjudicated_at = models.DateTimeField(_("adjudicated"), null=True)
    upholds = models.BooleanField(_("upholds the first"), null=True)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(looked_at__isnull=True) | Q(agrees=False, adjudicated_at__isnull=True),
                name="one_open_second_look",
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True)
                | Q(looked_by__isnull=False, agrees__isnull=False),
                name="a_look_has_its_officer_and_answer",
            ),
            models.CheckConstraint(
                condition=Q(adjudicated_at__isnull=True)
                | (
                    Q(adjudicated_by__isnull=False, upholds__isnull=False, agrees=False)
                    & ~Q(adjudicated_by=F("looked_by"))
                ),
                name="an_adjudication_settles_a_disagreement",
            ),
            models.CheckConstraint(
                condition=Q(is_blind=False) | Q(first_review__isnull=False),
                name="a_blind_look_has_a_verdict_to_compare",
            ),
            models.CheckConstraint(
                condition=~Q(ground="sample") & ~Q(ground="risk") | ~Q(strata=[]),
                name="a_drawn_look_names_its_strata",
            ),
        ]
        indexes = [
            # The queue of second looks; holds only what waits for one.
            models.Index(
                fields=["asked_at"], name="look_to_answer", condition=Q(looked_at__isnull=True)
            ),
            models.Index(
                fields=["looked_at"],
                name="look_to_settle",
                condition=Q(agrees=False, adjudicated_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()


class Transfer(models.Model):
    """A case handed to another unit (chuyển kết quả, chuyển hồ sơ). TT 73/2024 Đ24 k1b; Đ52 k4

    ``result`` is the transfer of the device's result to the unit of residence (form 03/73);
    ``file`` hands a recorded case to whoever has the power over its heaviest act.
    """

    class Stage(models.TextChoices):
        RESULT = "result", _("result of the device")
        FILE = "file", _("file of the case")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="transfers", verbose_name=_("case")
    )
    stage = models.CharField(_("stage"), max_length=6, choices=Stage.choices)
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("from"))
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("to"))
    ground = models.CharField(_("ground"), max_length=400)
    draft = models.OneToOneField(
        Draft, models.PROTECT, related_name="transfer", verbose_name=_("draft")
    )
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    transferred_on = models.DateField(_("transferred"), null=True)
    acknowledged_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("acknowledged by")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_unit=F("to_unit")), name="a_transfer_goes_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(transferred_on__isnull=True) | Q(notice__isnull=False),
                name="a_transfer_has_its_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit_id} → {self.to_unit_id}"


class CommuneRequest(models.Model):
    """The slip that asks a commune police to reach the owner of a motorcycle (phiếu gửi, mẫu 04).

    The tear-off slip (phiếu báo) comes back with one of the outcomes. TT 73/2024 Đ24 k5 đ.b
    """

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", _("notice delivered")
        NOT_RESIDENT = "not_resident", _("not resident here")
        MOVED = "moved", _("moved away")
        SOLD = "sold", _("vehicle sold")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="commune_requests", verbose_name=_("case")
    )
    commune = models.CharField(_("commune police"), max_length=160)
    draft = models.OneToOneField(
        Draft, models.PROTECT, related_name="commune_request", verbose_name=_("draft")
    )
    notice = models.OneToOneField(
        Notice, models.PROTECT, null=True, related_name="+", verbose_name=_("paper")
    )
    sent_on = models.DateField(_("sent"), null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    reported_on = models.DateField(_("reported"), null=True)
    buyer = models.CharField(_("buyer, as reported"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("request to a commune police")
        verbose_name_plural = _("requests to commune police")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_on__isnull=True) | ~Q(outcome=""),
                name="a_report_has_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.commune


class AgencyWarning(models.Model):
    """A hold on a procedure of the vehicle or the licence (thông báo cảnh báo). NĐ 168 Đ47 k11

    It is no sanction and stops no clock; it is lifted at once when the case is resolved.
    """

    class Agency(models.TextChoices):
        INSPECTION = "inspection", _("vehicle inspection")
        REGISTRATION = "registration", _("vehicle registration")
        LICENCE = "licence", _("driving licences")

    class Ground(models.TextChoices):
        NO_SHOW = "no_show", _("the owner has not come")
        UNPAID = "unpaid", _("the decision is not complied with")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="warnings", verbose_name=_("case")
    )
    agency = models.CharField(_("agency"), max_length=12, choices=Agency.choices)
    ground = models.CharField(_("ground"), max_length=8, choices=Ground.choices)
    sent_on = models.DateField(_("sent"))
    lifted_on = models.DateField(_("lifted"), null=True)

    class Meta:
        verbose_name = _("warning to an agency")
        verbose_name_plural = _("warnings to agencies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency", "ground"],
                condition=Q(lifted_on__isnull=True),
                name="one_standing_warning_per_agency_and_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_agency_display()} {self.sent_on:%d/%m/%Y}"


class Evasion(models.Model):
    """A time of hiding or obstruction that has ended (trốn tránh, cản trở). Đ6 k1 đ.d, Đ74 k2

    The clock it names starts again on the day it ended; the basis is written down and shown.
    """

    class Clock(models.TextChoices):
        TIME_BAR = "time_bar", _("time bar for a sanction")
        LAPSE = "lapse", _("execution of the decision")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="evasions", verbose_name=_("case")
    )
    clock = models.CharField(_("clock"), max_length=8, choices=Clock.choices)
    began_on = models.DateField(_("began"))
    ended_on = models.DateField(_("ended"))
    basis = models.CharField(_("basis"), max_length=400)
    recorded_by = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("evasion")
        verbose_name_plural = _("evasions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gte=F("began_on")), name="an_evasion_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="an_evasion_has_its_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.began_on:%d/%m/%Y} – {self.ended_on:%d/%m/%Y}"
