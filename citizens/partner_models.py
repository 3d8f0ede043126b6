"""Who asks by machine: clients of the partner API, their keys and rights, and what they did."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7
from violations.models import Violation


class ApiClient(models.Model):
    """An agency or a fleet that asks by machine (cơ quan, doanh nghiệp kết nối).

    What it may do stands in ``ApiRight``; a client without an approved right is told nothing.
    """

    class Kind(models.TextChoices):
        AGENCY = "agency", _("agency")
        FLEET = "fleet", _("fleet")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    contact = models.EmailField(_("e-mail address of its operators"), max_length=120)
    per_minute = models.PositiveIntegerField(
        _("calls a minute"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(6_000)],
    )
    per_day = models.PositiveIntegerField(
        _("calls a day"),
        default=10_000,
        validators=[MinValueValidator(1), MaxValueValidator(5_000_000)],
    )
    networks = models.JSONField(
        _("networks it may call from; empty: any"), default=list, blank=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("client of the partner API")
        verbose_name_plural = _("clients of the partner API")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_day__gte=1), name="a_client_has_a_quota"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="a_client_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApiRight(models.Model):
    """One thing a client may do or see (quyền kết nối): asked by one person, approved by another.

    ``value`` is the scope, the code of a unit (``*``: every one), or a normalised plate, which is
    the fleet's over a period that a paper proves. Of a registered owner it tells the end of the
    number and the beginning of its digest; the number itself, by which cases are found, is sealed.
    A right that ended stays in the books.
    """

    class What(models.TextChoices):
        SCOPE = "scope", _("scope")
        UNIT = "unit", _("cases of the unit")
        PLATE = "plate", _("cases of the vehicle")
        OWNER = "owner", _("cases of the vehicles registered to the number")

    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="rights", verbose_name=_("client")
    )
    what = models.CharField(_("what"), max_length=5, choices=What.choices)
    value = models.CharField(_("which"), max_length=20)
    from_on = models.DateField(_("owned from"), null=True)
    until_on = models.DateField(_("owned until"), null=True)
    owner_digest = models.BinaryField(_("keyed digest of the owner"), max_length=32, null=True)
    sealed_number = models.BinaryField(_("number of the owner, sealed"), null=True)
    reason = models.CharField(_("ground and proof"), max_length=400)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("right of a client")
        verbose_name_plural = _("rights of clients")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("asked_by")), name="a_right_needs_two_people"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="an_approved_right_has_its_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(value=""), name="a_right_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=~Q(what="plate") | Q(from_on__isnull=False),
                name="a_plate_is_owned_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(what="owner", owner_digest__isnull=False, sealed_number__isnull=False)
                | (~Q(what="owner") & Q(owner_digest__isnull=True, sealed_number__isnull=True)),
                name="an_owner_is_known_by_his_number",
            ),
            models.UniqueConstraint(
                fields=["client", "what", "value"],
                condition=Q(ended_at__isnull=True),
                name="one_open_right_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.value}"


class ApiKey(models.Model):
    """A key of a client (khóa truy cập): shown once, kept as a digest of 256 random bits."""

    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="keys", verbose_name=_("client")
    )
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    secret_digest = models.BinaryField(_("keyed digest of the key"), max_length=32)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    last_used_on = models.DateField(_("last used"), null=True)

    class Meta:
        verbose_name = _("key of a client")
        verbose_name_plural = _("keys of clients")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="a_key_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


class ClientChange(models.Model):
    """What a person changed of a client (thay đổi kết nối), with the reason."""

    class What(models.TextChoices):
        MADE = "made", _("client made")
        REVOKED = "revoked", _("client revoked")
        LIMITS = "limits", _("quota or networks changed")
        KEY_ISSUED = "key_issued", _("key issued")
        KEY_REVOKED = "key_revoked", _("key revoked")
        RIGHT_ASKED = "right_asked", _("right asked")
        RIGHT_APPROVED = "right_approved", _("right approved")
        RIGHT_ENDED = "right_ended", _("right ended or refused")
        HOOK_ADDED = "hook_added", _("webhook added")
        HOOK_STOPPED = "hook_stopped", _("webhook stopped")
        HOOK_DISABLED = "hook_disabled", _("webhook disabled: it failed for days")
        HOOK_RESUMED = "hook_resumed", _("webhook resumed")
        SECRET_ROTATED = "secret_rotated", _("secret of the webhook renewed")
        SENT_AGAIN = "sent_again", _("messages sent again")

    append_only = True

    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="changes", verbose_name=_("client")
    )
    what = models.CharField(_("what"), max_length=16, choices=What.choices)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=400)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of a client")
        verbose_name_plural = _("changes of clients")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_change_of_a_client_says_why"),
        ]
        indexes = [models.Index(fields=["client", "-id"], name="changes_of_a_client")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.detail}".strip()


class ApiUse(models.Model):
    """One call (lượt truy cập qua API): who, which address, what was answered. Kept for 90 days.

    A trigger refuses changes; the sweep alone deletes. ``case`` is set where one case was shown, so
    that its people can be told which agency looked.
    """

    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="uses", verbose_name=_("client")
    )
    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+", verbose_name=_("key"))
    route = models.CharField(_("address"), max_length=60)
    status = models.PositiveSmallIntegerField(_("answer"))
    shown = models.PositiveIntegerField(_("rows shown"), default=0)
    case = models.ForeignKey(
        Violation, models.PROTECT, null=True, related_name="api_uses", verbose_name=_("case")
    )
    network_digest = models.BinaryField(_("keyed digest of the sender's network"), max_length=32)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("call of the partner API")
        verbose_name_plural = _("calls of the partner API")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["client", "-id"], name="calls_of_a_client"),
            models.Index(fields=["at"], name="calls_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.status}"


class PartnerEvent(models.Model):
    """A milestone of a case that partners may be told (sự kiện cho đối tác).

    A trigger writes it in the transaction of the case event, from the notice on; another writes
    what becomes of a person named, with the number of the last step before it. ``transaction`` is
    the number of that transaction: readers go by (transaction, id) and stop below the oldest one
    still running, so that what commits late is never passed over.
    """

    class Kind(models.TextChoices):
        NOTIFIED = "case.notified", _("notice sent")
        RECORDED = "case.recorded", _("record made")
        DECIDED = "case.decided", _("decided")
        SERVED = "case.served", _("decision received")
        ENFORCED = "case.enforced", _("under enforcement")
        PAID = "case.paid", _("paid")
        CLOSED = "case.closed", _("closed")
        REOPENED = "case.reopened", _("open again")
        CANCELLED = "case.cancelled", _("decision cancelled")
        ENDED = "case.ended", _("ended without a sanction")
        # Of the person a fleet named, told to fleets alone.
        TOLD = "nomination.notified", _("the person named was told")
        ACCEPTED = "nomination.accepted", _("the person named says that he drove")
        REFUSED = "nomination.refused", _("the person named says that he did not drive")
        PASSED_ON = "nomination.passed_on", _("the person named has named another")
        WITHDRAWN = "nomination.withdrawn", _("taken back by whoever named")
        LAPSED = "nomination.lapsed", _("no answer in time")

    append_only = True

    transaction = models.BigIntegerField(_("transaction"))
    case = models.ForeignKey(
        Violation,
        models.PROTECT,
        related_name="partner_events",
        db_index=False,
        verbose_name=_("case"),
    )
    case_number = models.CharField(_("case number"), max_length=20)
    sequence = models.PositiveIntegerField(_("number within the case"))
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=20)
    unit = models.ForeignKey(
        "cameras.Unit",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("handling unit"),
    )
    plate = models.CharField(_("plate"), max_length=16)
    occurred_on = models.DateField(_("day of the violation"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("event for partners")
        verbose_name_plural = _("events for partners")
        ordering = ["transaction", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "sequence"],
                condition=Q(kind__startswith="case."),
                name="one_event_told_per_number",
            ),
        ]
        indexes = [
            models.Index(fields=["transaction", "id"], name="events_told_in_order"),
            models.Index(fields=["unit", "transaction", "id"], name="events_told_of_a_unit"),
            models.Index(fields=["plate", "transaction", "id"], name="events_told_of_a_plate"),
            # A fleet's events by its cases, found by the owner the register named in them.
            models.Index(fields=["case", "id"], name="events_told_of_a_case"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_number}"
