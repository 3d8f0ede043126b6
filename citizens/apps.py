"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """Who answers, and how."""

    name = "citizens"
    verbose_name = _("Accounts and payments")

    def ready(self) -> None:
        """Check the settings of the look-up, and add our lines to the officers' workbench."""
        from citizens import checks
        from citizens.canary_admin import todo
        from violations.admin import home_todo

        register(checks.check_lookup_settings)
        if todo not in home_todo.FURTHER:
            home_todo.FURTHER.append(todo)
