"""The app's name as Django admin shows it, and what it tells the app below at the start."""

from django.apps import AppConfig
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
