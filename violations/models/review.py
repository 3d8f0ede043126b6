"""The review queue: leases on cases, and decisions that wait out their ten seconds of undo."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation
from violations.models.law import PenaltyRule
from violations.models.officer import Officer


class Lease(models.Model):
    """The right of one officer to decide one case now (lượt giữ hồ sơ).

    Always taken after the case row is locked, never before it: the other order deadlocks.
    """

    case = models.OneToOneField(
        Violation, models.CASCADE, primary_key=True, related_name="lease", verbose_name=_("case")
    )
    officer = models.ForeignKey(Officer, models.CASCADE, verbose_name=_("officer"))
    token = models.UUIDField(_("token"), default=uuid.uuid4)
    acquired_at = models.DateTimeField(_("taken"))
    expires_at = models.DateTimeField(_("expires"), db_index=True)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")

    def __str__(self) -> str:
        return str(self.token)


class ReviewDecision(models.Model):
    """What an officer decided at review, and what was on the screen (quyết định duyệt).

    It takes effect at ``effective_at``, ten seconds later, unless undone; a worker makes it final
    through ``actions.verify`` or ``actions.reject``, which check everything again.
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
    choice = models.CharField(_("decision"), max_length=10, choices=Choice.choices)
    rule = models.ForeignKey(PenaltyRule, models.PROTECT, null=True, verbose_name=_("rule"))
    plate = models.CharField(_("plate confirmed by the officer"), max_length=16, blank=True)
    plate_colour = models.CharField(_("colour of the plate"), max_length=10, blank=True)
    rejection_reason = models.CharField(_("reason"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    viewed_files = models.JSONField(_("files shown, by SHA-256"))
    visible_ms = models.PositiveIntegerField(_("time on screen, ms"))
    decided_at = models.DateTimeField(_("decided"))
    effective_at = models.DateTimeField(_("takes effect"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    refusal = models.CharField(_("why refused"), max_length=400, blank=True)

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
        ]

    def __str__(self) -> str:
        return f"{self.get_choice_display()} {self.decided_at:%d/%m/%Y %H:%M}"
