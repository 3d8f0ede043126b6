"""Joiners, movers, leavers: every change of a person's rights, and the two ways round a lock."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit


class RightsChange(models.Model):
    """A change of what a person may do (thay đổi quyền): written by the database itself.

    Triggers on the tables of people add the rows in the transaction of the change, whoever makes it
    and by whatever way; ``changed_by`` is null when it was made outside the portal.
    """

    class What(models.TextChoices):
        GRANTED = "granted", _("role given")
        WITHDRAWN = "withdrawn", _("role taken")
        OPENED = "opened", _("account opened")
        CLOSED = "closed", _("account closed")
        RAISED = "raised", _("made a superuser")
        LOWERED = "lowered", _("no longer a superuser")
        MOVED = "moved", _("moved to another unit")
        RENAMED = "renamed", _("name corrected")
        TITLED = "titled", _("title given or ended")
        PASSWORD = "password", _("password changed")
        FACTOR_ADDED = "factor_added", _("second factor added")
        FACTOR_REMOVED = "factor_removed", _("second factor removed")

    append_only = True

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    what = models.CharField(_("what"), max_length=16, choices=What.choices)
    detail = models.CharField(_("detail"), max_length=160, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-at"], name="rights_by_user")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.detail}".strip()


class FactorRecovery(models.Model):
    """A lost authenticator, restored by two people (khôi phục xác thực). Neither is the person."""

    class State(models.TextChoices):
        ASKED = "asked", _("awaits a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        EXPIRED = "expired", _("expired")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    reason = models.CharField(_("reason"), max_length=400)
    identity_checked = models.CharField(_("how the person proved who they are"), max_length=400)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("expires"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ASKED)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("settled by"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("recovery of a second factor")
        verbose_name_plural = _("recoveries of second factors")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="asked"), name="one_open_recovery_a_person"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user"))
                & ~Q(settled_by=F("user"))
                & ~Q(settled_by=F("asked_by")),
                name="a_recovery_needs_two_others",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="an_approved_recovery_has_its_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(identity_checked=""),
                name="a_recovery_says_why_and_how",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class EmergencyAccess(models.Model):
    """Sight of another unit's cases in an emergency (truy cập khẩn cấp): reasoned and alarmed.

    It opens reading only, for an hour at most, and stands as an open alarm, for the auditor to read
    too, until a supervisor or leader of that unit has noted it. Every look under it says so in the
    access log.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    reason = models.CharField(_("reason"), max_length=400)
    opened_at = models.DateTimeField(_("opened"))
    ends_at = models.DateTimeField(_("ends"))
    ended_at = models.DateTimeField(_("ended early"), null=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("noted by"),
    )
    noted_at = models.DateTimeField(_("noted"), null=True)
    finding = models.CharField(_("finding"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & Q(ends_at__gt=F("opened_at")),
                name="an_emergency_has_a_reason_and_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(noted_by=F("user")), name="nobody_notes_their_own_emergency"
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"], name="emergency_to_note", condition=Q(noted_at__isnull=True)
            ),
            models.Index(fields=["user", "ends_at"], name="emergency_by_user"),
        ]

    def __str__(self) -> str:
        return self.reason


class AuditSample(models.Model):
    """A random sample an auditor has drawn (mẫu kiểm toán); ``seed`` draws the same again."""

    append_only = True

    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    taken_at = models.DateTimeField(_("taken"))
    population = models.JSONField(_("drawn from"))
    population_size = models.PositiveIntegerField(_("size of what it was drawn from"))
    size = models.PositiveIntegerField(_("size"))
    seed = models.CharField(_("seed"), max_length=64)
    case_numbers = models.JSONField(_("cases drawn"))
    export_sha256 = models.CharField(_("SHA-256 of the export"), max_length=64)

    class Meta:
        verbose_name = _("audit sample")
        verbose_name_plural = _("audit samples")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.size} / {self.population_size}"
