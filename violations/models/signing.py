"""The signing folder of a leader: at most twenty-five papers, some of which must be opened."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from violations.models.decision import Draft
from violations.models.officer import Officer

MOST_IN_A_BATCH = 25


class SigningBatch(models.Model):
    """Papers a leader signs in one sitting (tập trình ký). There is no "sign all" beyond it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SIGNED = "signed", _("signed")
        GIVEN_UP = "given_up", _("given up")

    number = models.CharField(_("number"), max_length=24, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"))
    leader = models.ForeignKey(Officer, models.PROTECT, related_name="+", verbose_name=_("leader"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    proved_at = models.DateTimeField(_("leader proved who signs"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("signing batch")
        verbose_name_plural = _("signing batches")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["leader"], condition=Q(state="open"), name="one_open_batch_a_leader"
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(proved_at__isnull=False, closed_at__isnull=False),
                name="a_signed_batch_was_proved",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SigningItem(models.Model):
    """One paper of a batch: whether it must be opened and why, and what became of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SIGNED = "signed", _("signed")
        REFUSED = "refused", _("could not be signed")
        LEFT_OUT = "left_out", _("left out")

    class Duty(models.TextChoices):
        NONE = "", _("may be opened")
        FLAGGED = "flagged", _("must be opened: flagged")
        DRAWN = "drawn", _("must be opened: drawn at random")

    batch = models.ForeignKey(
        SigningBatch, models.PROTECT, related_name="items", verbose_name=_("batch")
    )
    draft = models.ForeignKey(
        Draft, models.PROTECT, related_name="signing_items", verbose_name=_("draft")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    duty = models.CharField(_("duty"), max_length=8, choices=Duty.choices, blank=True)
    flags = models.JSONField(_("flags"), default=list)
    opened_at = models.DateTimeField(_("opened"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, default=Outcome.WAITING
    )
    refusal = models.CharField(_("why not"), max_length=400, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("paper of a batch")
        verbose_name_plural = _("papers of a batch")
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_paper_a_place"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_IN_A_BATCH),
                name="a_batch_holds_at_most_twenty_five",
            ),
            models.UniqueConstraint(
                fields=["draft"], condition=Q(outcome="waiting"), name="a_draft_lies_in_one_batch"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="signed") | Q(duty="") | Q(opened_at__isnull=False),
                name="what_must_be_opened_is_not_signed_unopened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}"
