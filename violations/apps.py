"""The app's name as Django admin shows it, and what it tells the app below at the start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ViolationsConfig(AppConfig):
    """What the officer decides, under which rule, at what price."""

    name = "violations"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Tell the evidence store which bytes cases still need, and which to check every night."""
        from cameras.rehashing import register_open
        from cameras.retention import register_holder
        from violations.open_evidence import open_detections
        from violations.retained import cases_of

        register_open(open_detections)
        register_holder(cases_of)
