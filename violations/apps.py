"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ViolationsConfig(AppConfig):
    """What the officer decides, under which rule, at what price."""

    name = "violations"
    verbose_name = _("Cases")
