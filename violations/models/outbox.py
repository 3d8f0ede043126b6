"""What other agencies are told: one outbox with acknowledgement, retry and a stuck list."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation


class AgencyMessage(models.Model):
    """One message to another agency (thông báo cho cơ quan khác), written by an act with its event.

    Messages about one case to one agency go in their order: a lifting never overtakes its warning.
    The payload holds no name, identity number or address.
    """

    class Agency(models.TextChoices):
        INSPECTION = "inspection", _("vehicle inspection")
        REGISTRATION = "registration", _("vehicle registration")
        LICENCE = "licence", _("driving licences")
        LOOKUP = "lookup", _("national look-up")
        DATABASE = "database", _("national violation database")

    class Kind(models.TextChoices):
        WARN = "warn", _("warning")
        LIFT = "lift", _("warning lifted")
        PUBLISH = "publish", _("publication")
        STATUS = "status", _("change of status")
        WITHDRAW = "withdraw", _("publication withdrawn")
        POINTS = "points", _("points")
        SUSPEND = "suspend", _("suspension of the licence")

    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        STUCK = "stuck", _("stuck: a person must look")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="agency_messages", verbose_name=_("case")
    )
    agency = models.CharField(_("agency"), max_length=12, choices=Agency.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    key = models.UUIDField(_("idempotency key"), unique=True)
    payload = models.JSONField(_("payload"))
    created_at = models.DateTimeField(_("written"))
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    fault = models.CharField(_("fault"), max_length=200, blank=True)
    receipt = models.CharField(_("receipt of the agency"), max_length=80, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)

    class Meta:
        verbose_name = _("message to an agency")
        verbose_name_plural = _("messages to agencies")
        ordering = ["id"]
        permissions = [("manage_outbox", _("Can send stuck messages to agencies again"))]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="acknowledged")
                | (Q(acknowledged_at__isnull=False) & ~Q(receipt="")),
                name="an_acknowledgement_has_its_receipt",
            ),
        ]
        indexes = [
            # The sender's walk, and the question whether an earlier message is still on its way.
            models.Index(
                fields=["next_attempt_at"],
                name="message_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["case", "agency", "id"],
                name="message_in_order",
                condition=~Q(state="acknowledged"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_agency_display()} {self.get_kind_display()}"


class AgencyResend(models.Model):
    """One order of a person to send a stuck message again: no step, so apart from the history."""

    append_only = True

    message = models.ForeignKey(
        AgencyMessage, models.PROTECT, related_name="resends", verbose_name=_("message")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    fault = models.CharField(_("fault until then"), max_length=200)

    class Meta:
        verbose_name = _("message sent again")
        verbose_name_plural = _("messages sent again")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M}"
