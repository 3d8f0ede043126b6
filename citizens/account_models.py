"""Citizens' accounts: who, the browsers signed in, the codes sent, and what was done with them.

An account of a citizen is a row of its own and no ``User``. Staff pages, the administration and the
interface for agencies ask ``request.user``; a citizen never becomes one, so no wrong permission, no
forgotten check and no later page of those rooms can open to a citizen, and no password, second
factor or rôle of staff can be reached from the citizens' door. What a citizen has is a signed-in
session (``AccountSession``) that is known by its row and ends with it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cameras.identifiers import uuid7

ROUTES = [("email", _("e-mail")), ("sms", _("text message"))]


class CitizenAccount(models.Model):
    """One citizen's or enterprise's account (tài khoản của người dân); nobody needs one.

    A contact stands here once a code sent to it was entered. The identity is known by keyed digests
    alone; the number itself, by which the person's cases are found, is sealed under a key that is
    not in the database. No password, no name, no address.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.CharField(_("e-mail address"), max_length=120, blank=True)
    phone = models.CharField(_("mobile number"), max_length=16, blank=True)
    # All four or none, written when the identity provider has vouched for the person:
    subject_digest = models.BinaryField(
        _("keyed digest of the provider's name for the person"), max_length=32, null=True
    )
    person_digest = models.BinaryField(_("keyed digest of the person"), max_length=32, null=True)
    sealed_number = models.BinaryField(_("identity number, sealed"), null=True)
    identified_at = models.DateTimeField(_("identified"), null=True)
    alerts_by_email = models.BooleanField(_("alerts by e-mail"), default=True)
    alerts_by_sms = models.BooleanField(_("alerts by text message"), default=False)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("citizen's account")
        verbose_name_plural = _("citizens' accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="one_account_an_address"
            ),
            models.UniqueConstraint(
                fields=["phone"], condition=~Q(phone=""), name="one_account_a_number"
            ),
            models.UniqueConstraint(fields=["subject_digest"], name="one_account_a_subject"),
            models.UniqueConstraint(fields=["person_digest"], name="one_account_a_person"),
            models.CheckConstraint(
                condition=Q(
                    subject_digest__isnull=True,
                    person_digest__isnull=True,
                    sealed_number__isnull=True,
                    identified_at__isnull=True,
                )
                | Q(
                    subject_digest__isnull=False,
                    person_digest__isnull=False,
                    sealed_number__isnull=False,
                    identified_at__isnull=False,
                ),
                name="an_identity_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(email="") | ~Q(phone="") | Q(subject_digest__isnull=False),
                name="an_account_can_be_entered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_identified(self) -> bool:
        """Tell whether the identity provider has vouched for the person."""
        return self.person_digest is not None


class AccountSession(models.Model):
    """One browser that is signed in (phiên đăng nhập); ended here, it is signed out there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CitizenAccount, models.CASCADE, related_name="sessions", verbose_name=_("account")
    )
    way = models.CharField(
        _("signed in by"), max_length=8, choices=[*ROUTES, ("identity", _("identity provider"))]
    )
    device = models.CharField(_("browser"), max_length=60, blank=True)
    began_at = models.DateTimeField(_("began"))
    seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("session of an account")
        verbose_name_plural = _("sessions of accounts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.pk)


class AccountCode(models.Model):
    """One one-time code for an account (mã một lần); derived from its id, and stored nowhere.

    A code opens the one door it was asked at: signing in, adding a contact, or ending the account.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", _("signing in")
        CONTACT = "contact", _("adding a contact")
        DELETE = "delete", _("deleting the account")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose.choices)
    account = models.ForeignKey(
        CitizenAccount,
        models.CASCADE,
        null=True,
        related_name="codes",
        verbose_name=_("account"),
    )
    route = models.CharField(_("sent by"), max_length=8, choices=ROUTES)
    contact = models.CharField(_("contact"), max_length=120)
    asked_at = models.DateTimeField(_("asked for"))
    attempts = models.PositiveSmallIntegerField(_("attempts to send"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("one-time code of an account")
        verbose_name_plural = _("one-time codes of accounts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="sign_in", account__isnull=True)
                | (~Q(purpose="sign_in") & Q(account__isnull=False)),
                name="a_code_of_an_account_has_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="account_code_to_send",
                condition=Q(sent_at__isnull=True, used_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.asked_at:%d/%m/%Y %H:%M}"


class AccountEvent(models.Model):
    """What was done with an account, by its id alone: it outlives the account and names nobody."""

    append_only = True

    class What(models.TextChoices):
        MADE = "made", _("account made")
        SIGNED_IN = "signed_in", _("signed in")
        IDENTIFIED = "identified", _("identity proved")
        CONTACT = "contact", _("contact changed")
        WATCHED = "watched", _("vehicle added")
        UNWATCHED = "unwatched", _("vehicle removed")
        OPENED = "opened", _("case opened")
        EXPORTED = "exported", _("copy of the data asked for")
        TAKEN = "taken", _("copy of the data taken")
        ENDED = "ended", _("session ended")
        DELETED = "deleted", _("account deleted")

    account_ref = models.UUIDField(_("account"))
    what = models.CharField(_("what"), max_length=12, choices=What.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("event of an account")
        verbose_name_plural = _("events of accounts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account_ref", "-id"], name="events_of_an_account")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%d/%m/%Y %H:%M}"


class AccountLook(models.Model):
    """One look of a member of staff at an account (nhật ký truy cập tài khoản); outlives both.

    The access log of cases knows cases alone, and an account may have none.
    """

    append_only = True

    account_ref = models.UUIDField(_("account"))
    what = models.CharField(
        _("what"),
        max_length=8,
        choices=[
            ("account", _("the account")),
            ("session", _("a session")),
            ("vehicle", _("a watched vehicle")),
            ("alert", _("an alert")),
            ("copy", _("a copy of the data")),
        ],
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("look at an account")
        verbose_name_plural = _("looks at accounts")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account_ref", "-id"], name="looks_at_an_account")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%d/%m/%Y %H:%M}"
