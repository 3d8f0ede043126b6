"""The one user model: staff today, citizens' accounts later. Created in citizens/0001, alone."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who can sign in (tài khoản)."""

    first_name = None  # type: ignore[assignment]  # Vietnamese names are one string, in one order
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=120)

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Return the name as it is printed."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the given name: the last word, by which Vietnamese people address each other."""
        return self.full_name.split()[-1] if self.full_name else self.username

    @property
    def unit_codes(self) -> Iterable[str]:
        """Return the codes of the units whose cases this person may see.

        The leaf apps scope their lists by it without knowing what an officer is. A national officer
        sees every unit; a person who is no officer sees none.
        """
        officer = getattr(self, "officer", None)
        return officer.unit_codes() if officer else frozenset()
