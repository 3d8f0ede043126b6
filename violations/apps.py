"""The app's name as Django admin shows it, and what it tells other apps at the start."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.utils.translation import gettext_lazy as _


class ViolationsConfig(AppConfig):
    """What the officer decides, under which rule, at what price."""

    name = "violations"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Tell the evidence store which of its bytes the cases still need, and what is open."""
        from cameras import companions, rehashing
        from cameras.retention import register_holder
        from violations.open_evidence import open_detections
        from violations.retained import cases_of
        from violations.session_companions import DOCUMENTS, SIGNATURES

        rehashing.register_open(open_detections)
        register_holder(cases_of)
        companions.register(DOCUMENTS)
        companions.register(SIGNATURES)
        user_logged_out.connect(_give_back, dispatch_uid="cases held for review")


def _give_back(user: Any, **_told: Any) -> None:
    """Give back to the queue, at once, what a person held who signs out."""
    from violations.staff_sessions import release_of

    if user is not None:
        release_of(user)
