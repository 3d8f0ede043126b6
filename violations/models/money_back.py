"""Money that goes the other way, and what is said of it: reversals, refunds, claims, vouchers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation
from violations.models.money import Payment
from violations.models.officer import Officer


class PaymentReversal(models.Model):
    """A payment that was taken back as a whole (giao dịch bị hoàn, bị đòi lại): the opposite row.

    The payment itself stays as it was told. What it had paid is owed again from this day on.
    """

    append_only = True

    class Kind(models.TextChoices):
        RETURNED = "returned", _("sent back by the bank")
        CHARGEBACK = "chargeback", _("taken back by the payer's bank")
        UNMATCHED = "unmatched", _("credited to the wrong decision")

    payment = models.OneToOneField(
        Payment, models.PROTECT, related_name="reversal", verbose_name=_("payment")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reference = models.CharField(_("number of the reversal"), max_length=60)
    reason = models.CharField(_("reason"), max_length=400)
    reversed_on = models.DateField(_("day of the reversal"))
    at = models.DateTimeField(_("written down"))

    class Meta:
        verbose_name = _("reversal of a payment")
        verbose_name_plural = _("reversals of payments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_reversal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.payment} ← {self.reference}"


class Refund(models.Model):
    """Money to be sent back to a payer (hoàn trả), asked for by one person and approved by another.

    It is split as the payment was. It counts in the books when it is done, and binds the money from
    the request on, so that the same đồng is not promised twice. TT 18/2023/TT-BTC Đ6–7
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("awaits approval")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("sent, not confirmed")
        DONE = "done", _("paid back")
        REFUSED = "refused", _("refused")

    class Route(models.TextChoices):
        GATEWAY = "gateway", _("through the payment gateway")
        TREASURY = "treasury", _("by the State Treasury")

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    amount_vnd = models.BigIntegerField(_("amount, đồng"))
    fine_vnd = models.BigIntegerField(_("of the fine, đồng"))
    late_charge_vnd = models.BigIntegerField(_("of the late charge, đồng"))
    unapplied_vnd = models.BigIntegerField(_("of the surplus, đồng"))
    route = models.CharField(_("way"), max_length=10, choices=Route.choices)
    basis = models.CharField(_("ground"), max_length=400)
    request_id = models.CharField(
        _("number of the request"),
        max_length=32,
        unique=True,
        help_text=_("The gateway gets the same number again when it is asked again."),
    )
    requested_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("requested by")
    )
    requested_at = models.DateTimeField(_("requested"))
    # What became of it, which alone may change:
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.REQUESTED
    )
    settled_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("approved or refused by"),
    )
    settled_at = models.DateTimeField(_("approved or refused"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    done_on = models.DateField(_("day of the refund"), null=True)
    done_at = models.DateTimeField(_("paid back"), null=True)
    answer = models.CharField(_("answer, or number of the payment"), max_length=60, blank=True)
    refusal = models.CharField(_("reason of refusal"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        permissions = [
            ("handle_money", "Can match, receive and refund money"),
            ("approve_money", "Can approve refunds and large matches"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_vnd__gt=0,
                    fine_vnd__gte=0,
                    late_charge_vnd__gte=0,
                    unapplied_vnd__gte=0,
                    amount_vnd=F("fine_vnd") + F("late_charge_vnd") + F("unapplied_vnd"),
                ),
                name="every_dong_is_refunded_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=F("requested_by")),
                name="nobody_approves_his_own_refund",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "sent", "done"])
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="a_refund_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False, done_at__isnull=False),
                name="a_refund_done_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="a_refused_refund_says_why"
            ),
        ]
        indexes = [
            # What waits for a second person, or for the gateway.
            models.Index(
                fields=["state", "id"],
                name="refund_open",
                condition=Q(state__in=["requested", "approved", "sent"]),
            ),
        ]

    def __str__(self) -> str:
        return self.request_id


class PaymentClaim(models.Model):
    """A person says that the fine was paid (người nộp báo đã nộp); nothing is pressed for then.

    Every statement that is read is searched for the money again; an officer closes what is not
    found. Nothing is credited by the claim itself.
    """

    class State(models.TextChoices):
        OPEN = "open", _("being looked for")
        FOUND = "found", _("the money was found")
        NOT_FOUND = "not_found", _("no such payment")

    class Channel(models.TextChoices):
        GATEWAY = "gateway", _("on this portal")
        PORTAL = "portal", _("National Public Service Portal")
        BANK = "bank", _("bank transfer")
        COUNTER = "counter", _("at a counter")
        POST = "post", _("at a post office")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="payment_claims", verbose_name=_("case")
    )
    channel = models.CharField(_("way of paying"), max_length=10, choices=Channel.choices)
    paid_on = models.DateField(_("day of payment"))
    amount_vnd = models.BigIntegerField(_("amount, đồng"))
    reference = models.CharField(_("number on the receipt"), max_length=60, blank=True)
    made_at = models.DateTimeField(_("said"))
    # How it ended, which alone may change:
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    closed_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True)
    answer = models.CharField(_("answer to the person"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("claim of payment")
        verbose_name_plural = _("claims of payment")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_claim_of_payment"
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="a_claim_has_an_amount"),
            models.CheckConstraint(
                condition=~Q(state="not_found")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(answer="")),
                name="a_person_says_that_nothing_was_found",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="claim_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.paid_on:%d/%m/%Y}"


class StateVoucher(models.Model):
    """The State's own receipt of a payment (biên lai, chứng từ nộp ngân sách), by its number.

    The portal issues none: until the number comes, the person has our confirmation of payment.
    NĐ 118/2021 Đ21; TT 18/2023/TT-BTC Đ8
    """

    append_only = True

    payment = models.OneToOneField(
        Payment, models.PROTECT, related_name="voucher", verbose_name=_("payment")
    )
    number = models.CharField(_("number of the voucher"), max_length=40)
    issued_on = models.DateField(_("issued"))
    recorded_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("State voucher")
        verbose_name_plural = _("State vouchers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issued_on"], name="one_payment_for_a_voucher"
            ),
        ]

    def __str__(self) -> str:
        return self.number
