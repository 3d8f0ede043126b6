"""Who agreed to receive papers electronically, where to, by which proof, and until when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from violations.models import Officer, SessionDocument, Violation


class ElectronicConsent(models.Model):
    """One person's consent to electronic delivery (đồng ý nhận văn bản điện tử). NĐ 118/2021 Đ28a

    The person is a keyed digest of the identity or enterprise number: one consent serves all cases
    of a person, and the table names nobody. A changed address is a new consent; the old one stays
    with the moment and the proof of its end. Retention may blank the addresses, nothing else.
    """

    class Proof(models.TextChoices):
        SESSION = "session", _("signed on paper at a working session")
        COUNTER = "counter", _("written request at the counter")
        ACCOUNT = "account", _("by the person, identified online")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_digest = models.BinaryField(_("keyed digest of the person"), max_length=32)
    by_account = models.BooleanField(_("inbox of the account"), default=True)
    email = models.CharField(_("e-mail address"), max_length=120, blank=True)
    phone = models.CharField(_("telephone for text messages"), max_length=16, blank=True)
    given_at = models.DateTimeField(_("given"))
    proof = models.CharField(_("proof"), max_length=8, choices=Proof.choices)
    proof_text = models.CharField(_("paper or entry that proves it"), max_length=200)
    document = models.ForeignKey(
        SessionDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed paper"),
    )
    case = models.ForeignKey(
        Violation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    recorded_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    # Written once, when the person takes the consent back:
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_proof = models.CharField(
        _("proof of the withdrawal"), max_length=8, choices=Proof.choices, blank=True
    )
    withdrawal_text = models.CharField(_("how it was withdrawn"), max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawal recorded by"),
    )

    class Meta:
        verbose_name = _("consent to electronic delivery")
        verbose_name_plural = _("consents to electronic delivery")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person_digest"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_consent_in_force",
            ),
            # A way the law lets bring a paper, and a way to be told and to prove oneself.
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False)
                | ((Q(by_account=True) | ~Q(email="")) & (~Q(email="") | ~Q(phone=""))),
                name="a_consent_can_be_used",
            ),
            models.CheckConstraint(
                condition=Q(email="") | Q(email__regex=r"^[!-?A-~]+@[a-z0-9.-]+\.[a-z0-9-]+$"),
                name="an_address_is_plain",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+84[0-9]{9}$"),
                name="a_phone_is_vietnamese",
            ),
            models.CheckConstraint(
                condition=~Q(proof_text="")
                & (Q(proof="account", recorded_by__isnull=True) | Q(recorded_by__isnull=False)),
                name="a_consent_is_proved",
            ),
            models.CheckConstraint(
                condition=~Q(proof="session") | Q(document__isnull=False),
                name="a_consent_of_a_session_has_its_paper",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_at__isnull=True,
                    withdrawal_proof="",
                    withdrawal_text="",
                    withdrawn_by__isnull=True,
                )
                | (
                    Q(withdrawn_at__gte=models.F("given_at"))
                    & ~Q(withdrawal_text="")
                    & (Q(withdrawal_proof="account") | Q(withdrawn_by__isnull=False))
                ),
                name="a_withdrawal_is_proved",
            ),
        ]
        indexes = [
            models.Index(fields=["person_digest", "-id"], name="consents_of_a_person"),
            models.Index(fields=["-given_at"], name="consent_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_proof_display()} {self.given_at:%d/%m/%Y}"

    @property
    def routes(self) -> frozenset[str]:
        """Return the ways agreed to, as ``PaperDelivery.Route`` values."""
        agreed = {"account": self.by_account, "email": bool(self.email), "sms": bool(self.phone)}
        return frozenset(route for route, chosen in agreed.items() if chosen)


class ConsentUse(models.Model):
    """Which delivery was begun under which consent: what the inbox shows, and to whom."""

    append_only = True

    consent = models.ForeignKey(
        ElectronicConsent, models.PROTECT, related_name="uses", verbose_name=_("consent")
    )
    delivery = models.OneToOneField(
        "notices.PaperDelivery",
        models.PROTECT,
        related_name="consent_use",
        verbose_name=_("delivery"),
    )

    class Meta:
        verbose_name = _("delivery under a consent")
        verbose_name_plural = _("deliveries under consents")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.pk)


class InboxCode(models.Model):
    """One one-time code (mã một lần), sent to a contact of a consent.

    It opens what it was asked for and nothing else: the inbox, or a case as the person of it. The
    code itself is nowhere: it is derived from this row's id under a key that is not in the
    database, as the look-up code of a paper is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consent = models.ForeignKey(
        ElectronicConsent, models.PROTECT, related_name="codes", verbose_name=_("consent")
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=8,
        choices=[
            ("inbox", _("inbox of papers")),
            ("case", _("case of the person")),
            ("driver", _("statement of who drove")),
        ],
        default="inbox",
    )
    route = models.CharField(
        _("sent by"), max_length=8, choices=[("email", _("e-mail")), ("sms", _("text message"))]
    )
    new_contact = models.CharField(
        _("new contact to be confirmed"),
        max_length=120,
        blank=True,
        help_text=_("Left empty: the code goes to the contact of the consent."),
    )
    asked_at = models.DateTimeField(_("asked for"))
    attempts = models.PositiveSmallIntegerField(_("attempts to send"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="inbox_code_to_send",
                condition=Q(sent_at__isnull=True, used_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_route_display()} {self.asked_at:%d/%m/%Y %H:%M}"
