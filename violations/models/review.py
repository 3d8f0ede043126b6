"""The review queue: leases on cases, and decisions that wait out their ten seconds of undo."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation
from violations.models.law import PenaltyRule
from violations.models.officer import Officer


class ReviewRole(models.TextChoices):
    """What a look at a case is for; the officer's page shows the same for all three."""

    FIRST = "first", _("first look")
    SECOND = "second", _("second look")
    # A settled case shown again to somebody who has never seen it: its answer is known, and
    # nothing that is decided here acts on the case.
    KNOWN = "known", _("case with a known answer")


class Lease(models.Model):
    """The right of one officer to decide one case now (lượt giữ hồ sơ).

    Always taken after the case row is locked, never before it: the other order deadlocks. An
    officer holds the case on the screen and a few fetched ahead, all of one ``tab``: opening the
    page again takes a new tab's name and fences the old one off.
    """

    case = models.OneToOneField(
        Violation, models.CASCADE, primary_key=True, related_name="lease", verbose_name=_("case")
    )
    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"))
    token = models.UUIDField(_("token"), default=uuid.uuid4)
    role = models.CharField(
        _("for"), max_length=6, choices=ReviewRole.choices, default=ReviewRole.FIRST
    )
    tab = models.UUIDField(_("page it is shown in"), default=uuid.uuid4)
    is_ahead = models.BooleanField(_("fetched ahead"), default=False)
    acquired_at = models.DateTimeField(_("taken"))
    seen_at = models.DateTimeField(_("last sign of life"), null=True)
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        ordering = ["acquired_at", "case_id"]
        indexes = [models.Index(fields=["officer", "acquired_at"], name="lease_by_officer")]

    def __str__(self) -> str:
        return str(self.token)


class ReviewDecision(models.Model):
    """What an officer decided at review, and what was on the screen (quyết định duyệt).

    It takes effect at ``effective_at``, ten seconds later, unless undone; a worker makes it final
    through ``actions.verify`` or ``actions.reject``, which check everything again. A verdict of a
    second look answers that look; one on a case with a known answer is compared with it, and
    neither touches the case. A trigger lets nothing change but the outcome.

    ``viewing`` says what was looked at: ``{"frames": [{"sha256", "ms", "zoom"}], "tones": [...],
    "film_ms", "tab_hidden_ms", "keymap"}``. ``flags`` are the codes of the flags on the screen.
    """

    class Choice(models.TextChoices):
        VERIFY = "verify", _("verify")
        REJECT = "reject", _("reject")

    class State(models.TextChoices):
        PENDING = "pending", _("can be undone")
        FINAL = "final", _("final")
        UNDONE = "undone", _("undone")
        REFUSED = "refused", _("refused when it took effect")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="reviews", verbose_name=_("case")
    )
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"))
    lease_token = models.UUIDField(_("lease token"), unique=True)
    role = models.CharField(
        _("for"), max_length=6, choices=ReviewRole.choices, default=ReviewRole.FIRST
    )
    choice = models.CharField(_("decision"), max_length=10, choices=Choice.choices)
    rule = models.ForeignKey(PenaltyRule, models.PROTECT, null=True, verbose_name=_("rule"))
    plate = models.CharField(_("plate confirmed by the officer"), max_length=16, blank=True)
    plate_colour = models.CharField(_("colour of the plate"), max_length=10, blank=True)
    rejection_reason = models.CharField(_("reason"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    viewed_files = models.JSONField(_("files shown, by SHA-256"))
    visible_ms = models.PositiveIntegerField(_("time on screen, ms"))
    viewing = models.JSONField(_("what was looked at"), default=dict)
    flags = models.JSONField(_("flags shown"), default=list)
    plate_confirmed = models.BooleanField(_("plate confirmed by hand"), default=False)
    session_hash = models.CharField(_("session, hashed"), max_length=64, blank=True)
    portal_version = models.CharField(_("version of the portal"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("decided"))
    effective_at = models.DateTimeField(_("takes effect"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    refusal = models.CharField(_("why refused"), max_length=400, blank=True)
    settled_at = models.DateTimeField(_("final, undone or refused at"), null=True, blank=True)

    class Meta:
        verbose_name = _("review decision")
        verbose_name_plural = _("review decisions")
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="pending"),
                name="one_pending_review_per_case",
            ),
            models.CheckConstraint(
                condition=models.Q(choice="verify", rule__isnull=False)
                | (models.Q(choice="reject") & ~models.Q(rejection_reason="")),
                name="a_review_names_its_rule_or_reason",
            ),
        ]
        indexes = [
            # The worker makes these final.
            models.Index(
                fields=["effective_at"],
                name="review_pending",
                condition=models.Q(state="pending"),
            ),
            # An officer's own history, and the figures of the shift.
            models.Index(fields=["officer", "-decided_at"], name="review_by_officer"),
            # The list by what did not become final, by verdict, and by time.
            models.Index(
                fields=["state", "-id"],
                name="review_not_final",
                condition=~models.Q(state="final"),
            ),
            models.Index(fields=["choice", "-id"], name="review_by_choice"),
            models.Index(fields=["-decided_at"], name="review_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_choice_display()} {self.decided_at:%d/%m/%Y %H:%M}"


class ReviewPostponement(models.Model):
    """A case an officer put off (để sau): with a reason, within a budget, and seen by supervisors.

    The lease goes back at once. Until ``until_at`` the case is not offered to this officer again;
    to others it is.
    """

    class Reason(models.TextChoices):
        ASK = "ask", _("must ask somebody")
        COMPARE = "compare", _("must compare with another case")
        FILM = "film", _("must see the film in peace")
        SYSTEM = "system", _("a page or picture does not load")
        CONFLICT = "conflict", _("I know the person or the vehicle")

    append_only = True

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="postponements", verbose_name=_("case")
    )
    officer = models.ForeignKey(Officer, models.PROTECT, verbose_name=_("officer"))
    role = models.CharField(_("for"), max_length=6, choices=ReviewRole.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=400, blank=True)
    postponed_at = models.DateTimeField(_("put off"))
    until_at = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("postponement")
        verbose_name_plural = _("postponements")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("postponed_at")),
                name="a_postponement_ends_later",
            ),
        ]
        indexes = [models.Index(fields=["officer", "until_at"], name="postponed_by_officer")]

    def __str__(self) -> str:
        return self.get_reason_display()


class ReviewPreference(models.Model):
    """How one officer works on the review page: keys of their own, or none (WCAG 2.1.4)."""

    officer = models.OneToOneField(
        Officer,
        models.CASCADE,
        primary_key=True,
        related_name="preference",
        verbose_name=_("officer"),
    )
    keymap = models.JSONField(_("keys of one's own, by act"), default=dict)
    single_keys = models.BooleanField(_("single keys act"), default=True)
    keeps_view = models.BooleanField(_("tone and zoom stay from case to case"), default=False)

    class Meta:
        verbose_name = _("review preference")
        verbose_name_plural = _("review preferences")

    def __str__(self) -> str:
        return str(self.officer_id)


class PlateReport(models.Model):
    """A plate its owner reports as copied, stolen or lost (báo mất, báo biển số bị làm giả).

    While it stands, no picture of this plate is verified on one person's word.
    """

    class Kind(models.TextChoices):
        CLONED = "cloned", _("copied on another vehicle")
        STOLEN = "stolen", _("vehicle stolen")
        LOST = "lost", _("plate lost")
        REVOKED = "revoked", _("registration revoked")

    plate = models.CharField(_("plate, normalised"), max_length=16)
    plate_colour = models.CharField(_("colour of the plate"), max_length=10)
    kind = models.CharField(_("what is reported"), max_length=8, choices=Kind.choices)
    from_on = models.DateField(_("from"))
    reference = models.CharField(_("reference of the report"), max_length=120)
    note = models.CharField(_("note"), max_length=400, blank=True)
    recorded_by = models.ForeignKey(
        Officer, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    closed_on = models.DateField(_("no longer stands from"), null=True, blank=True)
    closed_by = models.ForeignKey(
        Officer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("report of a plate")
        verbose_name_plural = _("reports of plates")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reference=""), name="a_plate_report_has_its_reference"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_on__isnull=True)
                | models.Q(closed_by__isnull=False, closed_on__gte=models.F("from_on")),
                name="a_plate_report_is_closed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["plate", "from_on"], name="report_by_plate")]

    def __str__(self) -> str:
        return self.reference
