"""Where partners are told of events by themselves, and each message on its way."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from citizens.partner_models import ApiClient, PartnerEvent


class WebhookEndpoint(models.Model):
    """An address of a client that takes events (điểm nhận sự kiện).

    The secret is derived from the id and ``secret_version``, never stored; until ``former_until``
    messages bear the signature of the version before as well. ``seen_transaction`` and ``seen_id``
    are how far the feed has been turned into messages.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        STOPPED = "stopped", _("stopped by a person")
        DISABLED = "disabled", _("disabled: it failed for days")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="endpoints", verbose_name=_("client")
    )
    url = models.CharField(_("address"), max_length=400)
    kinds = models.JSONField(_("kinds of events"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ACTIVE)
    secret_version = models.PositiveSmallIntegerField(_("version of the secret"), default=1)
    former_until = models.DateTimeField(_("former secret signs until"), null=True)
    seen_transaction = models.BigIntegerField(_("told up to transaction"))
    seen_id = models.BigIntegerField(_("told up to event"))
    failing_since = models.DateTimeField(_("fails since"), null=True)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint (lượt gửi sự kiện); written once for each of them."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up: a person must look")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, models.PROTECT, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.ForeignKey(
        PartnerEvent, models.PROTECT, related_name="deliveries", verbose_name=_("event")
    )
    # The event's own: messages of one case go in its order.
    case_number = models.CharField(_("case number"), max_length=20)
    sequence = models.PositiveIntegerField(_("number within the case"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    fault = models.CharField(_("fault"), max_length=80, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    class Meta:
        verbose_name = _("message to a webhook")
        verbose_name_plural = _("messages to webhooks")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="one_message_an_event"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="a_delivered_message_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="hook_waiting", condition=Q(state="waiting")
            ),
            models.Index(
                fields=["endpoint", "case_number", "sequence"],
                name="hook_in_order",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["endpoint", "-id"], name="hook_messages_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint}"
