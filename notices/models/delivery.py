"""How a paper is brought to a person: one row an attempt, by one route."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notices.models.paper import Notice


class PaperDelivery(models.Model):
    """One attempt to bring a paper to a person by one route (một lần giao). Luật XLVPHC Đ70

    The print queue is the rows of the route ``post`` that wait. What happened on the way is written
    to ``PaperEvent`` in the same transaction; this row says where the attempt stands.
    """

    class Route(models.TextChoices):
        ACCOUNT = "account", _("inbox of the account")
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")
        POST = "post", _("registered post")
        HAND = "hand", _("handed over in person")
        COMMUNE = "commune", _("by the commune police")
        POSTING = "posting", _("posted up in public")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PRINTING = "printing", _("in a print run")
        SENT = "sent", _("on its way")
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", _("opened by the person")
        REFUSED = "refused", _("refused")
        RETURNED = "returned", _("returned")
        FAILED = "failed", _("could not be sent")
        CALLED_OFF = "called_off", _("called off")

    class Reason(models.TextChoices):
        NO_SUCH_ADDRESS = "no_address", _("no such address")
        MOVED = "moved", _("moved away")
        REFUSED = "refused", _("refused by the recipient")
        ABSENT = "absent", _("not met, not collected")
        DECEASED = "deceased", _("deceased")
        DAMAGED = "damaged", _("damaged in the post")

    OPEN = ("waiting", "printing", "sent")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(
        Notice, models.PROTECT, related_name="deliveries", verbose_name=_("paper")
    )
    route = models.CharField(_("route"), max_length=8, choices=Route.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    unit_code = models.CharField(_("unit"), max_length=20)
    area = models.CharField(
        _("post area"), max_length=120, blank=True, help_text=_("The last line of the address.")
    )
    destination = models.CharField(
        _("address, number or account"),
        max_length=200,
        blank=True,
        help_text=_("For electronic routes; blanked when the case is disposed of."),
    )
    begun_at = models.DateTimeField(_("begun"))
    begun_by_name = models.CharField(_("begun by"), max_length=120)
    # An electronic sending is idempotent under the row's id and retried with growing waits.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    settled_on = models.DateField(
        _("day of the outcome"),
        null=True,
        blank=True,
        help_text=_("The day the law counts from, in Viet Nam."),
    )
    settled_at = models.DateTimeField(_("outcome written down"), null=True, blank=True)
    proof = models.CharField(_("proof"), max_length=200, blank=True)
    reason = models.CharField(
        _("why it came back"), max_length=10, choices=Reason.choices, blank=True
    )
    envelope_sha256 = models.CharField(_("photograph of the envelope"), max_length=64, blank=True)
    fault = models.CharField(_("fault"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("delivery of a paper")
        verbose_name_plural = _("deliveries of papers")
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "route"],
                condition=Q(state__in=["waiting", "printing", "sent"]),
                name="one_open_delivery_per_route",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "opened", "refused", "returned"])
                | (Q(settled_on__isnull=False, settled_at__isnull=False) & ~Q(proof="")),
                name="an_outcome_is_proved",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""), name="a_return_has_a_reason"
            ),
        ]
        indexes = [
            # The list, newest first: of a unit, and by route or state, whole or of a unit.
            models.Index(fields=["-begun_at"], name="delivery_newest"),
            models.Index(fields=["route", "-begun_at"], name="delivery_by_route"),
            models.Index(fields=["state", "-begun_at"], name="delivery_by_state"),
            models.Index(fields=["unit_code", "-begun_at"], name="delivery_of_unit"),
            models.Index(
                fields=["unit_code", "route", "-begun_at"], name="delivery_of_unit_by_route"
            ),
            models.Index(
                fields=["unit_code", "state", "-begun_at"], name="delivery_of_unit_by_state"
            ),
            # The print queue, by post area, and what is to be sent electronically.
            models.Index(
                fields=["unit_code", "route", "area", "begun_at"],
                name="paper_delivery_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["next_attempt_at"], name="paper_delivery_due", condition=Q(state="waiting")
            ),
            # What came back and needs its next route.
            models.Index(
                fields=["unit_code", "-settled_at"],
                name="paper_delivery_returned",
                condition=Q(state__in=["returned", "refused", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_route_display()}, {self.get_state_display()}"
