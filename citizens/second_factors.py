"""The second factors of staff: nobody is left without one by their own hand."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _


def is_last_factor(user: Any, authenticator_id: int | None) -> bool:
    """Tell whether a person would be without a second factor without this one.

    Recovery codes are no factor: they only stand in for one.
    """
    if not user.is_authenticated:
        return False
    others = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return not others.exclude(pk=authenticator_id).exists()


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keep the last second factor of a member of staff."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("This is your last second factor. Add another one first."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Allow removing an authenticator app only while a key or passkey is left."""
        return not is_last_factor(authenticator.user, authenticator.pk)
