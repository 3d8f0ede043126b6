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
            ("deputy_team_head", _("Deputy head of a team or station")),
            ("deputy_commune_chief", _("Deputy head of a commune police")),
            ("deputy_office_head", _("Deputy head of a traffic police office")),
            ("deputy_provincial_director", _("Deputy director of a provincial police")),
            ("deputy_department_director", _("Deputy director of the department")),
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


class Delegation(models.Model):
    """A head's decision that a deputy sanctions in his place (quyết định giao quyền, MQĐ34). Đ54

    Both ends are days on which it is in force; it cannot be passed on. A revocation is a day, never
    a deletion: decisions signed under it name it for ever.
    """

    head = models.ForeignKey(
        Officer, models.PROTECT, related_name="delegations_given", verbose_name=_("head")
    )
    deputy = models.ForeignKey(
        Officer, models.PROTECT, related_name="delegations_held", verbose_name=_("deputy")
    )
    number = models.CharField(_("number of the decision"), max_length=60)
    signed_on = models.DateField(_("signed"))
    scope = models.CharField(_("scope and content"), max_length=400)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    revoked_on = models.DateField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(head=models.F("deputy")), name="a_delegation_is_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on"))
                & models.Q(starts_on__gte=models.F("signed_on")),
                name="a_delegation_is_signed_then_runs",
            ),
            models.CheckConstraint(
                condition=~models.Q(number="") & ~models.Q(scope=""),
                name="a_delegation_states_number_and_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.number
