"""Officers: one-to-one with a user, with a badge, a unit and dated titles."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit


class AllUnits(frozenset[str]):
    """The units a national officer sees: every one, also those created tomorrow."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str)

    def __bool__(self) -> bool:
        return True


class Officer(models.Model):
    """A member of the force who acts on cases (cán bộ, chiến sĩ).

    The ceiling of power is never stored: it is computed from the title held on the day.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="officer", verbose_name=_("user")
    )
    badge = models.CharField(_("badge number"), max_length=20, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))

    class Meta:
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        ordering = ["badge"]

    def __str__(self) -> str:
        return self.user.full_name

    def unit_codes(self) -> Iterable[str]:
        """Return the codes of the units whose cases this officer may see."""
        if self.unit.level == Unit.Level.NATIONAL:
            return AllUnits()
        return frozenset({self.unit.code})

    def title_on(self, day: date) -> str | None:
        """Return the code of the title held on ``day`` (a day in Viet Nam), or None."""
        held = self.titles.filter(from_day__lte=day).exclude(until_day__lt=day)
        return held.order_by("-from_day").values_list("title", flat=True).first()


class OfficerTitle(models.Model):
    """A title held over a period (chức vụ); titles carry the power to sanction."""

    officer = models.ForeignKey(
        Officer, models.PROTECT, related_name="titles", verbose_name=_("officer")
    )
    title = models.CharField(
        _("title"),
        max_length=30,
        choices=[
            ("soldier", _("Officer on duty")),
            ("team_head", _("Head of a team or station")),
            ("commune_chief", _("Head of a commune police")),
            ("office_head", _("Head of a traffic police office")),
            ("provincial_director", _("Director of a provincial police")),
            ("department_director", _("Director of the traffic police department")),
        ],
    )
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("title held")
        verbose_name_plural = _("titles held")
        ordering = ["officer", "from_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__isnull=True)
                | models.Q(until_day__gte=models.F("from_day")),
                name="a_title_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["officer"],
                condition=models.Q(until_day__isnull=True),
                name="one_open_title_per_officer",
            ),
        ]

    def __str__(self) -> str:
        return self.get_title_display()
