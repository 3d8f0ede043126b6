"""django-allauth's seams: nobody signs up; staff accounts are made by an administrator."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Close public sign-up: in this issue every account belongs to a member of staff."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False always."""
        return False
