"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """Who answers, and how."""

    name = "citizens"
    verbose_name = _("Accounts and payments")
