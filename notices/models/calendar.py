"""The calendar of working days, and each change of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year whose days off a person has confirmed, naming the government's instrument."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    instrument = models.CharField(_("instrument"), max_length=160)
    confirmed_by = models.CharField(_("confirmed by"), max_length=120)
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a day off (ngày nghỉ) or a made-up working day."""

    on = models.DateField(_("day"), primary_key=True)
    is_working = models.BooleanField(_("is a working day"))
    reason = models.CharField(_("reason"), max_length=160)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"


class CalendarChange(models.Model):
    """One change of a special day (sửa lịch làm việc): who, when, and by which instrument.

    A day taken out of the calendar is a change too: it is again what its weekday is.
    """

    append_only = True

    class Nature(models.TextChoices):
        PLAIN = "plain", _("as its weekday")
        CLOSED = "closed", _("day off")
        WORKING = "working", _("working day")

    on = models.DateField(_("day"))
    before = models.CharField(_("before"), max_length=7, choices=Nature.choices)
    after = models.CharField(_("after"), max_length=7, choices=Nature.choices)
    reason = models.CharField(_("reason"), max_length=160)
    instrument = models.CharField(_("instrument"), max_length=160)
    changed_by = models.CharField(_("changed by"), max_length=120)
    changed_at = models.DateTimeField(_("changed"))
    clocks_moved = models.PositiveIntegerField(_("clocks moved"))

    class Meta:
        verbose_name = _("change of the calendar")
        verbose_name_plural = _("changes of the calendar")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(instrument=""), name="a_calendar_change_has_its_instrument"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}"
