"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ViolationsConfig(AppConfig):
    """What the officer decides, under which rule, at what price."""

    name = "violations"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Tell the evidence store which of its bytes the cases still need."""
        from cameras.retention import register_holder
        from violations.retained import cases_of

        register_holder(cases_of)
