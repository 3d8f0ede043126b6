"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """Who answers, and how."""

    name = "citizens"
    verbose_name = _("Accounts and payments")

    def ready(self) -> None:
        """Have the settings of the look-up checked."""
        from citizens.checks import check_lookup_settings

        register(check_lookup_settings)
