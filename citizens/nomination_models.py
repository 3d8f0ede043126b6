"""Who is said to have driven: the statement of a person, the chain of those named, a fleet's file.

Nothing here makes an offender: that is an officer's act alone (``violations.appearances``). Columns
about people are blanked by retention (``citizens.erasure``), all together and with their moment,
and are never written anew.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from citizens.consent_models import InboxCode
from violations.models import Officer, Violation

MOST_LINKS = 3  # the owner names one, who names one, who names one


class FleetUpload(models.Model):
    """A file of an owner of many vehicles: who drove which from when to when (tệp đội xe)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_digest = models.BinaryField(_("keyed digest of the owner"), max_length=32)
    sha256 = models.CharField("SHA-256", max_length=64)
    row_count = models.PositiveIntegerField(_("rows"))
    uploaded_at = models.DateTimeField(_("uploaded"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("fleet file")
        verbose_name_plural = _("fleet files")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["person_digest", "sha256"], name="a_fleet_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.uploaded_at:%d/%m/%Y} ({self.row_count})"


class FleetRow(models.Model):
    """One line of a fleet file: a vehicle, the days it was in a person's hands, and the person."""

    upload = models.ForeignKey(
        FleetUpload, models.CASCADE, related_name="rows", verbose_name=_("fleet file")
    )
    line = models.PositiveIntegerField(_("line"))
    plate = models.CharField(_("number plate"), max_length=20)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    full_name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=300, blank=True)
    email = models.CharField(_("e-mail address"), max_length=120, blank=True)
    phone = models.CharField(_("mobile number"), max_length=16, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a fleet file")
        verbose_name_plural = _("lines of fleet files")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "line"], name="one_row_a_line"),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="a_period_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index(
                fields=["until_on"], name="fleet_row_to_erase", condition=Q(erased_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)


class Nomination(models.Model):
    """One person named as the driver, and what he answered (người được nêu tên).

    His code opens it and is nowhere: it is derived from the row's id under a key that is not in
    the database; ``code_digest`` finds the row. ``predecessor`` is the nomination of whoever named
    him; the first of a chain has none, the registered owner's side named him.
    """

    class Reason(models.TextChoices):
        DROVE = "drove", _("another person drove")
        SOLD = "sold", _("the vehicle was sold or given away")
        RENTED = "rented", _("the vehicle was rented out")
        LENT = "lent", _("the vehicle was lent")

    class Route(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")
        POST = "post", _("letter")

    class State(models.TextChoices):
        OPEN = "open", _("awaits the answer of the person named")
        ACCEPTED = "accepted", _("the person named says that he drove")
        REFUSED = "refused", _("the person named says that he did not drive")
        PASSED_ON = "passed_on", _("the person named has named another")
        WITHDRAWN = "withdrawn", _("taken back by whoever named")
        EXPIRED = "expired", _("no answer in time")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="nominations", verbose_name=_("case")
    )
    predecessor = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successor",
        verbose_name=_("named by"),
    )
    depth = models.PositiveSmallIntegerField(_("place in the chain"), default=1)
    form_key = models.CharField(_("key of the form"), max_length=64, unique=True)
    fleet_row = models.ForeignKey(
        FleetRow,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("line of a fleet file"),
    )
    reason = models.CharField(_("reason"), max_length=6, choices=Reason.choices)
    full_name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=300, blank=True)
    email = models.CharField(_("e-mail address"), max_length=120, blank=True)
    phone = models.CharField(_("mobile number"), max_length=16, blank=True)
    from_on = models.DateField(_("in his hands from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    proof_text = models.CharField(_("what shows it"), max_length=400)
    identified = models.BooleanField(_("who named was identified online"), default=False)
    code_digest = models.BinaryField(_("keyed digest of the code"), max_length=32, unique=True)
    named_at = models.DateTimeField(_("named"))
    expires_at = models.DateTimeField(_("answer by"))
    attempts = models.PositiveSmallIntegerField(_("attempts to send"), default=0)
    sent_at = models.DateTimeField(_("told"), null=True, blank=True)
    printed_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("letter posted by"),
    )
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(_("ended"), null=True, blank=True)
    answer = models.CharField(_("what the person named says"), max_length=400, blank=True)
    # The contact of somebody who did not accept goes early, the rest with the words of the case:
    contact_erased_at = models.DateTimeField(_("contact erased"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("person named as driver")
        verbose_name_plural = _("persons named as drivers")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_nomination_a_case"
            ),
            models.CheckConstraint(
                condition=Q(depth__gte=1, depth__lte=MOST_LINKS), name="a_chain_is_short"
            ),
            models.CheckConstraint(
                condition=Q(predecessor__isnull=True, depth=1)
                | Q(predecessor__isnull=False, depth__gt=1),
                name="a_chain_begins_with_the_owner",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("id")), name="nobody_is_named_by_himself"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="an_answer_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer="") | Q(erased_at__isnull=False),
                name="a_refused_nomination_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["named_at"],
                name="nomination_to_send",
                condition=Q(state="open", sent_at__isnull=True),
            ),
            models.Index(
                fields=["expires_at"], name="nomination_to_expire", condition=Q(state="open")
            ),
            models.Index(
                fields=["named_at"],
                name="nomination_to_erase",
                condition=Q(erased_at__isnull=True),
            ),
            models.Index(
                fields=["answered_at"],
                name="contact_to_erase",
                condition=Q(
                    state__in=["refused", "withdrawn", "expired"], contact_erased_at__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.named_at:%d/%m/%Y}"

    @property
    def route(self) -> str:
        """Return the one way by which the person is told: e-mail, else text message, else post."""
        if self.email:
            return str(self.Route.EMAIL)
        return str(self.Route.SMS if self.phone else self.Route.POST)

    @property
    def told_by(self) -> str:
        """Return that way in the reader's language, "" once the contact is erased."""
        return "" if self.contact_erased_at else str(self.Route(self.route).label)


class DriverStatement(models.Model):
    """A person's own word that he drove (xác nhận là người lái xe), with what he confirmed.

    ``manner`` is how sure we are who speaks. A statement made with the paper's code alone declares;
    one confirmed with a one-time code, or by an identified person, is that person's. Neither is the
    person's signature under the record (NĐ 118/2021 Đ28a): an officer still makes it.
    """

    class Manner(models.TextChoices):
        DECLARED = "declared", _("declared with the code of the paper alone")
        CONFIRMED = "confirmed", _("confirmed with a one-time code to the contact on file")
        IDENTIFIED = "identified", _("by the addressee, identified online")
        NAMED = "named", _("by the person named, with the code sent to him")

    class State(models.TextChoices):
        OPEN = "open", _("awaits an officer")
        NAMED = "named", _("named as the offender")
        SET_ASIDE = "set_aside", _("set aside")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="driver_statements", verbose_name=_("case")
    )
    nomination = models.OneToOneField(
        Nomination,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statement",
        verbose_name=_("person named as driver"),
    )
    form_key = models.CharField(_("key of the form"), max_length=64, unique=True)
    full_name = models.CharField(_("name"), max_length=120)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    identity_number = models.CharField(_("identity number"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    licence_number = models.CharField(_("licence number"), max_length=20, blank=True)
    licence_classes = models.CharField(_("classes of the licence"), max_length=40, blank=True)
    agrees_electronic = models.BooleanField(_("agrees to a record made electronically"))
    text = models.TextField(_("statement"), max_length=2000)
    text_sha256 = models.CharField(_("SHA-256 of the statement"), max_length=64)
    manner = models.CharField(_("how it was made"), max_length=10, choices=Manner.choices)
    code = models.ForeignKey(
        InboxCode,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("one-time code"),
    )
    is_owner = models.BooleanField(_("names the registered owner's number"))
    made_at = models.DateTimeField(_("made"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    settled_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    answer = models.CharField(_("answer to the person"), max_length=400, blank=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("driver's statement")
        verbose_name_plural = _("drivers' statements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_statement_a_case"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True, settled_by__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="a_settled_statement_has_its_officer",
            ),
            models.CheckConstraint(
                condition=~Q(state="set_aside") | ~Q(answer="") | Q(erased_at__isnull=False),
                name="a_statement_set_aside_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(manner="confirmed", code__isnull=False)
                | (~Q(manner="confirmed") & Q(code__isnull=True)),
                name="a_confirmed_statement_has_its_code",
            ),
            models.CheckConstraint(
                condition=Q(manner="named", nomination__isnull=False)
                | (~Q(manner="named") & Q(nomination__isnull=True)),
                name="a_named_persons_statement_has_its_link",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="statement_to_settle", condition=Q(state="open")),
            models.Index(
                fields=["made_at"], name="statement_to_erase", condition=Q(erased_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_manner_display()} {self.made_at:%d/%m/%Y}"
