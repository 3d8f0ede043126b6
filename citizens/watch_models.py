"""Vehicles that their owners watch, what they are told of, and copies of what an account holds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from citizens.account_models import CitizenAccount
from violations.models import Violation


class WatchedPlate(models.Model):
    """A vehicle whose owner asked to be told of new cases (phương tiện của tôi).

    ``owner_digest`` is the owner who was proved: alerts stop once the register names another.
    """

    class Proof(models.TextChoices):
        REGISTER = "register", _("identity is the owner's in the register")
        PAPER = "paper", _("paper of the vehicle, and the owner's one-time code")

    class End(models.TextChoices):
        PERSON = "person", _("removed by the person")
        OWNER = "owner", _("the register names another owner")
        GONE = "gone", _("the register no longer knows this plate")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CitizenAccount, models.CASCADE, related_name="watches", verbose_name=_("account")
    )
    plate = models.CharField(_("plate"), max_length=16)
    plate_display = models.CharField(_("plate as written"), max_length=20)
    plate_colour = models.CharField(_("colour of the plate"), max_length=8)
    vehicle_class = models.CharField(_("class"), max_length=12)
    owner_digest = models.BinaryField(_("keyed digest of the owner"), max_length=32)
    proof = models.CharField(_("proof"), max_length=8, choices=Proof.choices)
    since = models.DateTimeField(_("since"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=6, choices=End.choices, blank=True)

    class Meta:
        verbose_name = _("watched vehicle")
        verbose_name_plural = _("watched vehicles")
        ordering = ["plate", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "plate", "plate_colour"],
                condition=Q(ended_at__isnull=True),
                name="one_watch_a_plate",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="a_watch_ends_with_a_reason",
            ),
        ]
        indexes = [
            # The question of every notice: does anybody watch this plate?
            models.Index(fields=["plate"], name="watched_now", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PlateAlert(models.Model):
    """One case that one account is told of (cảnh báo), written with the notice and sent later."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        TOLD = "told", _("told")
        STOPPED = "stopped", _("not sent: the vehicle is another's")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CitizenAccount, models.CASCADE, related_name="alerts", verbose_name=_("account")
    )
    watch = models.ForeignKey(
        WatchedPlate, models.CASCADE, related_name="alerts", verbose_name=_("watched vehicle")
    )
    case = models.ForeignKey(Violation, models.PROTECT, related_name="+", verbose_name=_("case"))
    written_at = models.DateTimeField(_("written"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    told_at = models.DateTimeField(_("told"), null=True)
    email_sent_at = models.DateTimeField(_("e-mail sent"), null=True)
    sms_sent_at = models.DateTimeField(_("text message sent"), null=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "case"], name="one_alert_a_case"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="alert_to_send", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.written_at:%d/%m/%Y %H:%M}"


class DataCopy(models.Model):
    """One copy of what an account holds (bản sao dữ liệu cá nhân), asked for and kept for a day.

    Luật 91/2025/QH15. The bytes are sealed, and gone once their day is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CitizenAccount, models.CASCADE, related_name="copies", verbose_name=_("account")
    )
    language = models.CharField(_("language"), max_length=8)
    asked_at = models.DateTimeField(_("asked for"))
    made_at = models.DateTimeField(_("made"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    sealed = models.BinaryField(_("contents, sealed"), null=True)

    class Meta:
        verbose_name = _("copy of personal data")
        verbose_name_plural = _("copies of personal data")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(made_at__isnull=True), name="one_copy_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%d/%m/%Y %H:%M}"
