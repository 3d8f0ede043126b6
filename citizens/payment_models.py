"""Trips to payment gateways, what the gateways said, and the log of public look-ups."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7


class PaymentAttempt(models.Model):
    """One trip of a person to a gateway to pay one decision (lượt nộp tiền)."""

    class State(models.TextChoices):
        REDIRECTED = "redirected", _("sent to the bank")
        PAID = "paid", _("paid")
        FAILED = "failed", _("not paid")
        EXPIRED = "expired", _("expired")
        REVIEW = "review", _("under review")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.ForeignKey(
        "violations.Decision",
        models.PROTECT,
        related_name="payment_attempts",
        verbose_name=_("decision"),
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    merchant_reference = models.CharField(_("our reference"), max_length=40)
    form_key = models.CharField(
        _("single-use key of the form"),
        max_length=64,
        unique=True,
        help_text=_("A second press of the same button finds the first attempt."),
    )
    amount_vnd = models.BigIntegerField(_("amount, đồng"))
    breakdown = models.JSONField(_("what it is made of"))
    created_at = models.DateTimeField(_("started"))
    expires_at = models.DateTimeField(_("expires"))
    # What became of it, which alone may change; paid never changes again:
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.REDIRECTED
    )
    response_code = models.CharField(_("gateway's answer"), max_length=10, blank=True)
    gateway_transaction = models.CharField(_("gateway's number"), max_length=40, blank=True)
    settled_at = models.DateTimeField(_("result known"), null=True, blank=True)
    asked_at = models.DateTimeField(_("gateway last asked"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment attempt")
        verbose_name_plural = _("payment attempts")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "merchant_reference"], name="one_attempt_per_reference"
            ),
            models.CheckConstraint(
                condition=models.Q(amount_vnd__gt=0), name="an_attempt_has_an_amount"
            ),
        ]
        indexes = [
            # The mop-up job asks the gateway about these.
            models.Index(
                fields=["created_at"],
                name="attempt_open",
                condition=models.Q(state="redirected"),
            ),
            # The search by our reference and by the gateway's number.
            models.Index(fields=["merchant_reference"], name="attempt_by_reference"),
            models.Index(fields=["gateway_transaction"], name="attempt_by_gateway_number"),
            # The list by gateway, by result, and of the last day, week or month.
            models.Index(fields=["gateway", "-id"], name="attempt_by_gateway"),
            models.Index(fields=["state", "-id"], name="attempt_by_state"),
            models.Index(fields=["-created_at"], name="attempt_by_time"),
        ]

    def __str__(self) -> str:
        return self.merchant_reference


class GatewayEvent(models.Model):
    """What a gateway told us, as it told it (thông báo của cổng thanh toán)."""

    append_only = True

    gateway = models.CharField(_("gateway"), max_length=20)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=[
            ("ipn", "IPN"),
            ("return", _("return")),
            ("query", _("query")),
            ("refund", _("refund")),
        ],
    )
    attempt = models.ForeignKey(
        PaymentAttempt,
        models.PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("attempt"),
    )
    raw = models.TextField(_("as received"), max_length=8192)
    signature_true = models.BooleanField(_("signature is true"))
    outcome = models.CharField(_("outcome"), max_length=12, blank=True)
    reply_code = models.CharField(_("our answer"), max_length=4, blank=True)
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("gateway event")
        verbose_name_plural = _("gateway events")
        ordering = ["-id"]
        indexes = [
            # The list by gateway and kind, and of the last day, week or month.
            models.Index(fields=["gateway", "kind", "-id"], name="gateway_event_by_kind"),
            models.Index(fields=["-received_at"], name="gateway_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.get_kind_display()} {self.reply_code}"


class LookupEntry(models.Model):
    """One public look-up (nhật ký tra cứu): kept without plate, code or address."""

    append_only = True

    way = models.CharField(
        _("way"),
        max_length=10,
        choices=[("plate", _("plate")), ("code", _("code")), ("inbox", _("inbox of papers"))],
    )
    subject_digest = models.BinaryField(_("keyed digest of what was asked"), max_length=32)
    network_digest = models.BinaryField(_("keyed digest of the sender's network"), max_length=32)
    found = models.PositiveSmallIntegerField(_("cases shown"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("public look-up")
        verbose_name_plural = _("public look-ups")
        ordering = ["-id"]
        indexes = [
            # The list by way, and of the last day, week or month.
            models.Index(fields=["way", "-id"], name="look_up_by_way"),
            models.Index(fields=["-at"], name="look_up_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.at:%d/%m/%Y %H:%M}"
