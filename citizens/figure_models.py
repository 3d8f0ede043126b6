"""Open data: figures of a month, frozen once it has ended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class FigureRelease(models.Model):
    """The figures of one month as published (số liệu mở của tháng); a correction is a new version.

    ``least`` is the k of the anonymity: no published number stands for fewer cases, except nought.
    """

    append_only = True

    month = models.DateField(_("month, its first day"))
    version = models.PositiveSmallIntegerField(_("version"))
    least = models.PositiveSmallIntegerField(_("fewest cases a figure stands for"))
    correction = models.CharField(_("what was corrected"), max_length=400, blank=True)
    is_sample = models.BooleanField(_("fictitious"), default=False)
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("release of open figures")
        verbose_name_plural = _("releases of open figures")
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["month", "version"], name="one_release_a_version"),
            models.CheckConstraint(
                condition=Q(version=1, correction="") | (Q(version__gt=1) & ~Q(correction="")),
                name="a_correction_says_what",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_begins_on_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} v{self.version}"


class OpenFigure(models.Model):
    """One figure (một số liệu): what was counted, where, of which kind; empty where withheld.

    ``place`` is "" for the country, a province code, or the code of a unit with its province in
    ``province``. ``category`` is "" for all kinds together.
    """

    class Measure(models.TextChoices):
        DETECTIONS = "detections", _("violations seen by cameras")
        REJECTIONS = "rejections", _("rejected at review")
        CAMERA_REJECTIONS = "camera_rejections", _("rejected at review, by camera")
        CONTESTS = "contests", _("contested")
        OUTCOMES = "outcomes", _("outcomes of contests")
        CLOSED = "closed", _("closed")
        DAYS_TO_CLOSE = "days_to_close", _("days from detection to closing")

    class Level(models.TextChoices):
        COUNTRY = "country", _("country")
        PROVINCE = "province", _("province")
        UNIT = "unit", _("unit")

    append_only = True

    release = models.ForeignKey(
        FigureRelease, models.PROTECT, related_name="figures", verbose_name=_("release")
    )
    measure = models.CharField(_("measure"), max_length=18, choices=Measure.choices)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices)
    province = models.CharField(_("province code"), max_length=2, blank=True)
    unit = models.CharField(_("code of the unit"), max_length=20, blank=True)
    category = models.CharField(_("kind"), max_length=40, blank=True)
    value = models.PositiveIntegerField(_("figure"), null=True)

    class Meta:
        verbose_name = _("open figure")
        verbose_name_plural = _("open figures")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "measure", "level", "province", "unit", "category"],
                name="one_figure_a_cell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.unit or self.province} {self.category}".strip()
