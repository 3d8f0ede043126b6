"""The penalty catalogue: one row for one act in one period."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PenaltyRule(models.Model):
    """One sanctionable act and its frame (hành vi vi phạm và khung tiền phạt).

    Rows are dated and immutable (a trigger holds them): a new decree adds rows and ends old ones.
    Which row applies is decided by the day of the act. ``fold`` is the act without diacritics, for
    the search; ``is_residual`` acts are offered only when no specific one fits.
    """

    class Sanction(models.TextChoices):
        FINE = "fine", _("fine")
        WARNING = "warning", _("warning")
        CONFISCATION = "confiscation", _("confiscation")

    class Offender(models.TextChoices):
        ANYONE = "", _("anyone; twice for an organisation")
        INDIVIDUAL = "individual", _("individual")
        ORGANISATION = "organisation", _("organisation, as printed")

    code = models.CharField(_("code"), max_length=30)
    vehicle_group = models.CharField(_("vehicle group"), max_length=30)
    vehicle_classes = models.JSONField(_("vehicle classes covered"))
    article = models.CharField(_("article"), max_length=6)
    clause = models.CharField(_("clause"), max_length=6)
    point = models.CharField(_("point"), max_length=6, blank=True)
    act_vi = models.CharField(_("act"), max_length=400)
    act_en = models.CharField(_("act, in English"), max_length=400)
    fold = models.CharField(_("act, for the search"), max_length=900, editable=False, default="")
    violation_type = models.CharField(_("kind of violation"), max_length=40, blank=True)
    is_residual = models.BooleanField(_("only where no specific act fits"), default=False)
    sanction = models.CharField(
        _("main sanction"), max_length=12, choices=Sanction.choices, default=Sanction.FINE
    )
    offender = models.CharField(
        _("whose amounts"), max_length=12, choices=Offender.choices, blank=True, default=""
    )
    is_per_person = models.BooleanField(_("fined for each person above the limit"), default=False)
    cap_vnd = models.BigIntegerField(_("at most, đồng"), null=True, blank=True)
    confiscated = models.CharField(_("what is confiscated"), max_length=120, blank=True)
    excess_from_tenths = models.PositiveIntegerField(
        _("excess speed from, tenths of km/h"), null=True, blank=True
    )
    excess_to_tenths = models.PositiveIntegerField(
        _("excess speed to, tenths of km/h, included"), null=True, blank=True
    )
    fine_min_vnd = models.BigIntegerField(_("fine from, đồng"))
    fine_max_vnd = models.BigIntegerField(_("fine to, đồng"))
    points = models.PositiveSmallIntegerField(_("licence points"))
    points_note = models.CharField(_("condition of the points"), max_length=200, blank=True)
    suspension_months_min = models.PositiveSmallIntegerField(
        _("suspension from, months"), null=True, blank=True
    )
    suspension_months_max = models.PositiveSmallIntegerField(
        _("suspension to, months"), null=True, blank=True
    )
    decree = models.CharField(_("decree, as cited"), max_length=200)
    source = models.CharField(_("source"), max_length=120)
    confidence = models.CharField(_("confidence"), max_length=40)
    effective_from = models.DateField(_("in force from"))
    # Closing a row when a later decree replaces it is the only change ever made:
    effective_until = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("penalty rule")
        verbose_name_plural = _("penalty rules")
        ordering = ["vehicle_group", "article", "clause", "point", "effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="one_rule_per_period"),
            models.CheckConstraint(
                condition=models.Q(
                    sanction="fine",
                    fine_min_vnd__gt=0,
                    fine_max_vnd__gte=models.F("fine_min_vnd"),
                )
                | (~models.Q(sanction="fine") & models.Q(fine_min_vnd=0, fine_max_vnd=0)),
                name="a_fine_has_a_frame_and_nothing_else_has",
            ),
        ]

    def __str__(self) -> str:
        return self.citation

    @property
    def citation(self) -> str:
        """Return the rule as a paper cites it: "điểm b khoản 9 Điều 6 Nghị định số …"."""
        point = f"điểm {self.point} " if self.point else ""
        return f"{point}khoản {self.clause} Điều {self.article} {self.decree}"

    @property
    def short_citation(self) -> str:
        """Return the rule as a screen cites it: "Đ6 k9 điểm b"."""
        point = f" điểm {self.point}" if self.point else ""
        return f"Đ{self.article} k{self.clause}{point}"

    @property
    def provision(self) -> str:
        """Return article, clause and point as the lists of powers write them: "6.9.b"."""
        return ".".join(part for part in (self.article, self.clause, self.point) if part)
