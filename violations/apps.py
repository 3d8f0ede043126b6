"""The app's name as Django admin shows it, and what it tells the app below at the start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ViolationsConfig(AppConfig):
    """What the officer decides, under which rule, at what price."""

    name = "violations"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Let the nightly check of stored bytes look at the evidence of every open case."""
        from cameras import rehashing
        from violations.open_evidence import open_detections

        rehashing.register_open(open_detections)
