"""When people may come to a unit, and who comes when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from cameras.models import Unit
from violations.models import Officer, Violation


class AppointmentSlot(models.Model):
    """A time at which a unit receives people (khung giờ tiếp), and how many at once."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="appointment_slots", verbose_name=_("unit")
    )
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    capacity = models.PositiveSmallIntegerField(_("people at once"))
    made_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("time to receive people")
        verbose_name_plural = _("times to receive people")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "starts_at"], name="one_slot_a_time_and_unit"),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=50, minutes__gte=5, minutes__lte=240),
                name="a_slot_receives_somebody",
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="slot_by_time")]

    def __str__(self) -> str:
        return f"{self.starts_at:%d/%m/%Y %H:%M}"


class Appointment(models.Model):
    """One person's time at a unit about one case (lịch hẹn). A moved one ends and a new begins."""

    class State(models.TextChoices):
        BOOKED = "booked", _("appointment stands")
        MOVED = "moved", _("moved to another time")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="appointments", verbose_name=_("case")
    )
    slot = models.ForeignKey(
        AppointmentSlot, models.PROTECT, related_name="appointments", verbose_name=_("time")
    )
    form_key = models.CharField(_("key of the form"), max_length=64, unique=True)
    booked_at = models.DateTimeField(_("appointment made"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.BOOKED)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="booked"), name="one_appointment_a_case"
            ),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at__isnull=True)
                | (~Q(state="booked") & Q(ended_at__isnull=False)),
                name="an_ended_appointment_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.booked_at:%d/%m/%Y}"


class AppointmentReminder(models.Model):
    """That people were reminded of an appointment, the day before and once (nhắc lịch hẹn).

    One row an appointment, by constraint. Whom it went to is asked when it is sent, and kept
    nowhere.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        TOLD = "told", _("told")
        STOPPED = "stopped", _("nobody to be told")

    appointment = models.OneToOneField(
        Appointment, models.PROTECT, related_name="reminder", verbose_name=_("appointment")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts to send"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    email_sent_at = models.DateTimeField(_("e-mail sent"), null=True)
    sms_sent_at = models.DateTimeField(_("text message sent"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)

    class Meta:
        verbose_name = _("reminder of an appointment")
        verbose_name_plural = _("reminders of appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="told", told_at__isnull=False)
                | (~Q(state="told") & Q(told_at__isnull=True)),
                name="a_reminder_told_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="reminder_to_send", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.next_attempt_at:%d/%m/%Y}"
